"""How a text file with a table is written: what can be said of it, and its encoding."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from nngui.core.errors import FileError
from nngui.core.spec.refusals import short_text
from nngui.core.spec.table import ENCODINGS, is_text_encoding
from nngui.core.text import mark
from nngui.files.regular import open_regular

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.core.spec.table import TableSpec

BEGINNING_BYTES = 1 << 18  # bytes from the beginning
YES, NO, NONE = "yes", "no", "none"


@dataclass(frozen=True)
class TableFormat:
    """How a table is written; an empty text: to be found out.

    Attributes
    ----------
    separator : str
        What stands between cells; a space means any white space.
    decimal : str
        ``.`` or ``,``.
    encoding : str
        As Python calls it.
    header : str
        ``yes``: the first line names the columns; or ``no``.
    comment : str
        What a line that is a comment begins with, one character; or ``none``.
    sheet : str
        Of an Excel file; empty: the first that is a table.
    skip : int
        How many lines stand above the header; -1: to be found out.
    units : str
        ``yes``: the first row below the header holds units and is no data; or ``no``.
    row_names : str
        ``yes``: the rows have names in front, and the header none for them; or ``no``.
    totals : str
        ``yes``: totals, remarks and repeated headers among the rows are no data; or ``no``.
    """

    separator: str = ""
    decimal: str = ""
    encoding: str = ""
    header: str = ""
    comment: str = ""
    sheet: str = ""
    skip: int = -1
    units: str = ""
    row_names: str = ""
    totals: str = ""


def format_of(spec: TableSpec) -> TableFormat:
    """Return what the settings say of how the file is written."""
    return TableFormat(**{field.name: getattr(spec, field.name) for field in fields(TableFormat)})


def beginning(path: Path) -> bytes:
    """Return the first bytes of a file.

    Raises
    ------
    FileError
        When it cannot be read, or is empty.
    """
    try:
        with open_regular(path) as file:
            start = file.read(BEGINNING_BYTES)
    except OSError as error:
        why = error.strerror or str(error)
        raise FileError(
            mark("core", "{path} could not be read: {why}."), path=path, why=why
        ) from error
    if not start.strip(b"\0 \t\r\n"):
        raise FileError(mark("core", "{path} is empty."), path=path)
    return start


def decoded(path: Path, start: bytes, encoding: str, *, is_whole: bool | None = None) -> str:
    """Return the beginning of a file as text.

    Parameters
    ----------
    is_whole : bool, optional
        It is all of the file; else it may end within a letter.

    Raises
    ------
    FileError
        When it is not written so, or is no text at all.
    """
    if not is_text_encoding(encoding):
        text = mark("core", "There is no encoding {name}: choose one of {known}.")
        raise FileError(text, name=short_text(encoding), known=", ".join(ENCODINGS))
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        is_whole = len(start) < BEGINNING_BYTES if is_whole is None else is_whole
        text = decoder.decode(start, final=is_whole)
    except (UnicodeError, ValueError) as error:
        text = mark("core", "{path} is not written in {encoding}: choose another encoding.")
        raise FileError(text, path=path, encoding=encoding) from error
    strange = sum(ord(c) < 32 and c not in "\t\r\n\f" for c in text)
    if strange > len(text) / 1000 or "\0" in text:
        text = mark(
            "core",
            "{path} is no table: it holds bytes that are no text. Tables are CSV, Excel, Parquet "
            "or NumPy files.",
        )
        raise FileError(text, path=path)
    return text.removeprefix("\ufeff")


def encoding_of(start: bytes) -> str:
    """Return how bytes are most likely encoded."""
    for mark_, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16")):
        if start.startswith(mark_):
            return name
    if start.startswith(codecs.BOM_UTF16_BE):
        return "utf-16"
    zeros = start[1::2].count(0), start[::2].count(0)
    if max(zeros) > len(start) / 8 and min(zeros) < max(zeros) / 8:  # without a mark
        return "utf-16-le" if zeros[0] > zeros[1] else "utf-16-be"
    if _decodes(start, "utf-8"):
        return "utf-8"
    # In Chinese texts nearly all high bytes are pairs of GB 2312's first level or its signs; in
    # western ones they stand alone, and two of them in a row are seldom such a pair.
    # Letters that are none of these are fours with digits in them, which no western text has.
    high = len(re.findall(rb"[\x80-\xff]", start))
    paired = 2 * len(
        re.findall(rb"[\xa1-\xa3\xa8\xb0-\xd7][\xa1-\xfe]|[\x81-\xfe]\d[\x81-\xfe]\d", start)
    )
    if paired > 0.7 * high and _decodes(start, "gb18030"):
        return "gb18030"
    return "cp1252" if _decodes(start, "cp1252") else "latin-1"


def encoding_below(path: Path) -> str:
    """Return how a file is encoded whose beginning has none but plain letters.

    Raises
    ------
    OSError
    """
    found = bytearray()
    with open_regular(path) as file:
        for line in file:
            if not line.isascii():
                found += line
            if len(found) > BEGINNING_BYTES:
                break
    return encoding_of(bytes(found))


def _decodes(start: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(start)
    except UnicodeError:
        return False
    return True
