"""How a text file with a table is written: found out from its beginning."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nngui.core.errors import FileError
from nngui.core.spec.refusals import short_text
from nngui.core.spec.table import ENCODINGS, is_text_encoding
from nngui.core.text import mark
from nngui.files.regular import open_regular

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.core.spec.table import TableSpec

BEGINNING_BYTES = 1 << 18  # bytes from the beginning
LINES = 100  # from the beginning, whose cells are compared
SEPARATORS = ("\t", ";", "|", ",", " ")  # by how seldom they stand in a text
YES, NO, NONE = "yes", "no", "none"
NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*")
WITH_COMMA = re.compile(r"\s*[+-]?\d*,\d+([eE][+-]?\d+)?\s*")
WITH_POINT = re.compile(r"\s*[+-]?\d*\.\d+([eE][+-]?\d+)?\s*")
GAPS = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "?"})
MAX_CELL = 1 << 24  # characters


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
        What a comment begins with, one character; or ``none``.
    sheet : str
        Of an Excel file; empty: the first.
    """

    separator: str = ""
    decimal: str = ""
    encoding: str = ""
    header: str = ""
    comment: str = ""
    sheet: str = ""


def format_of(spec: TableSpec) -> TableFormat:
    """Return what the settings say of how the file is written."""
    return TableFormat(
        spec.separator, spec.decimal, spec.encoding, spec.header, spec.comment, spec.sheet
    )


def guess_format(path: Path, wanted: TableFormat | None = None) -> TableFormat:
    """Return how a text file is written, all but the sheet filled in.

    Parameters
    ----------
    wanted : TableFormat, optional
        What is known already; it is kept.

    Raises
    ------
    FileError
        When it cannot be read, or is no text.
    """
    return guess(path, beginning(path), wanted or TableFormat())


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


def guess(path: Path, start: bytes, wanted: TableFormat) -> TableFormat:
    """Return how a text file is written, told from its first bytes (see `guess_format`)."""
    encoding = wanted.encoding or _encoding(start)
    text = decoded(path, start, encoding)
    comment = wanted.comment or _comment(text)
    lines = whole_lines(text, cut=len(start) == BEGINNING_BYTES)
    if comment != NONE:
        lines = [line for line in lines if not line.lstrip().startswith(comment)]
    separator = wanted.separator or _separator(lines)
    rows = split(lines[:LINES], separator)
    if not rows:
        raise FileError(mark("core", "{path} holds no table: there are no lines in it."), path=path)
    decimal = wanted.decimal or _decimal(rows, separator)
    header = wanted.header or (YES if _has_header(rows) else NO)
    return replace(
        wanted,
        separator=separator,
        decimal=decimal,
        encoding=encoding,
        header=header,
        comment=comment,
    )


def decoded(path: Path, start: bytes, encoding: str) -> str:
    """Return the beginning of a file as text.

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
        text = decoder.decode(start, final=len(start) < BEGINNING_BYTES)
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


def whole_lines(text: str, *, cut: bool) -> list[str]:
    """Return the lines of a text that hold something; without the last, where it was cut off."""
    lines = text.splitlines()
    if cut and len(lines) > 1:
        lines.pop()
    return [line for line in lines if line.strip()]


def split(lines: list[str], separator: str) -> list[list[str]]:
    """Return the cells of some lines; quotes are taken off, cells may hold line ends."""
    if separator == " ":
        return [line.split() for line in lines]
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator, skipinitialspace=True)
    try:
        return [row for row in reader if row]
    except csv.Error:  # a quote that does not end: pandas says where
        return [line.split(separator) for line in lines]


def is_number_cell(cell: str) -> bool:
    """Return whether a cell is written as a number, with a point or a comma."""
    return NUMBER.fullmatch(cell) is not None


def text_options(form: TableFormat, names: list[str]) -> dict[str, Any]:
    """Return what `pandas.read_csv` is told about a text file."""
    options: dict[str, Any] = {"names": names, "header": None if form.header == NO else 0}
    options["sep"] = r"\s+" if form.separator == " " else form.separator
    if form.decimal != ".":
        options["decimal"] = form.decimal
    if form.encoding not in ("utf-8", "utf-8-sig"):
        options["encoding"] = form.encoding
    if form.comment != NONE:
        options["comment"] = form.comment
    return options | {"index_col": False, "skipinitialspace": True, "on_bad_lines": "skip"}


def _encoding(start: bytes) -> str:
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
    # In GBK, characters in use are pairs of high bytes; in western texts high bytes stand alone.
    high = len(re.findall(rb"[\x80-\xff]", start))
    paired = 2 * len(re.findall(rb"[\xa1-\xf7][\xa1-\xfe]", start))
    if paired > 0.7 * high and _decodes(start, "gb18030"):
        return "gb18030"
    return "cp1252" if _decodes(start, "cp1252") else "latin-1"


def _decodes(start: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(start)
    except UnicodeError:
        return False
    return True


def _comment(text: str) -> str:
    """Return ``#`` where the first lines are comments and no cell has one in it."""
    lines = text.splitlines()[:LINES]
    first = next((line for line in lines if line.strip()), "")
    if not first.startswith("#"):
        return NONE
    within = any("#" in line for line in lines if not line.startswith("#"))
    return "#" if not within and any(not line.startswith("#") for line in lines) else NONE


def _separator(lines: list[str]) -> str:
    """Return what cuts the lines into the same number of cells, at least two."""
    found, best = ",", 0.0
    for separator in SEPARATORS:
        counts = [len(row) for row in split(lines[:LINES], separator)]
        usual = max(set(counts), key=counts.count, default=0)
        share = counts.count(usual) / len(counts) if usual > 1 else 0.0
        if share > best + 0.1 and (separator != " " or share == 1):
            found, best = separator, share
    return found


def _decimal(rows: list[list[str]], separator: str) -> str:
    if separator == ",":
        return "."
    cells = [cell for row in rows for cell in row]
    commas = sum(WITH_COMMA.fullmatch(cell) is not None for cell in cells)
    points = sum(WITH_POINT.fullmatch(cell) is not None for cell in cells)
    return "," if commas > points else "."


def _has_header(rows: list[list[str]]) -> bool:
    """Return whether the first row names the columns: words over numbers, or new words."""
    first, rest = rows[0], rows[1:]
    if not rest:
        return not any(is_number_cell(cell) for cell in first)
    for place, cell in enumerate(first):
        below = [row[place] for row in rest if len(row) > place]
        below = [value for value in below if value.strip().lower() not in GAPS]
        numbers = sum(map(is_number_cell, below))
        if below and numbers > 0.5 * len(below):
            if is_number_cell(cell):
                return False  # a number where numbers stand
            if cell.strip().lower() not in GAPS:
                return True
    names = [cell.strip() for cell in first]
    words = {cell.strip() for row in rest for cell in row}
    return len(set(names)) == len(names) and all(names) and not words & set(names)
