"""Where in a text file its table lies, as far as the beginning tells: separator, header, units.

The rest of the file is looked at when it has been read (see `rows`).
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nngui.core.data.report import MAX_NAMED, LeftOut, Thing, listed
from nngui.core.errors import DataError, FileError
from nngui.core.text import mark
from nngui.files.tables.format import (
    BEGINNING_BYTES,
    NO,
    NONE,
    YES,
    TableFormat,
    beginning,
    decoded,
    encoding_of,
)
from nngui.files.tables.structure import header as headers
from nngui.files.tables.structure.cells import Kind, is_comment, kind_of_cells
from nngui.files.tables.structure.quotes import find_swallowed, missing_quote
from nngui.files.tables.structure.records import EndlessCellError, Record, records
from nngui.files.tables.structure.separators import decimal_of, said_separator, separator_of
from nngui.files.tables.table import MAX_COLUMNS, Layout, too_wide

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LINES = 1000  # from the beginning, which are looked at
MAX_UNITS = 3  # rows
SIGN = "#"
ROW_NAMES = "row names"
ABOVE = mark("core", "Left out, as they stand above the header: lines {which}.")
COMMENTS = mark("core", "Left out, as they are comments: lines {which}.")
UNITS = mark("core", "Left out, as they hold units: lines {which}.")


@dataclass(frozen=True)
class Beginning:
    """What the beginning of a text file tells.

    Attributes
    ----------
    format : TableFormat
        Nothing is left to be found out, but the sheet.
    sign : str
        What a comment may begin with; empty: there are none.
    is_sure : bool
        Each line that begins with it is a comment: a user says so.
    layout : Layout
    units : tuple of str
        For each cell of a row; empty where the file tells none.
    longest : int
        The most cells that a row has.
    words : frozenset of int
        The cells that hold words.
    left_out : tuple of LeftOut
    rows : tuple of lists of str
        The cells of the first rows.
    """

    format: TableFormat
    sign: str
    is_sure: bool
    layout: Layout
    units: tuple[str, ...]
    longest: int
    words: frozenset[int]
    left_out: tuple[LeftOut, ...]
    rows: tuple[list[str], ...]


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
    return find_layout(path, beginning(path), wanted or TableFormat()).format


def find_layout(path: Path, start: bytes, wanted: TableFormat) -> Beginning:
    """Return what the first bytes of a text file tell.

    Raises
    ------
    FileError, DataError
        When they are no text, or hold no table.
    """
    encoding = wanted.encoding or encoding_of(start)
    text = decoded(path, start, encoding)
    lines = first_lines(text, cut=len(start) == BEGINNING_BYTES)
    sign = _sign(wanted)
    plain = [line for line in lines if not (sign and line.lstrip().startswith(sign))] or lines
    said = said_separator(lines)
    separator = wanted.separator or said or separator_of(plain)
    try:
        found = list(records(lines, separator))
    except EndlessCellError as error:
        raise endless_cell(path, error) from error
    is_whole = len(start) < BEGINNING_BYTES and len(lines) < LINES
    _check_quotes(path, found, separator, is_whole=is_whole)
    if not found[said != "" :]:
        raise FileError(mark("core", "{path} holds no table: there are no lines in it."), path=path)
    if max(len(row.cells) for row in found) > MAX_COLUMNS:
        raise too_wide(path)
    form = replace(wanted, separator=separator, encoding=encoding)
    rows = found[said != "" :]
    rows = [row for row in rows if row.line > wanted.skip] or rows[-1:]
    told = _described(form, found, rows, sign)
    old = "\r" in text.replace("\r\n", "")
    return replace(told, layout=replace(told.layout, has_old_ends=old))


def sheet_layout(first: Sequence[Sequence[str]], wanted: TableFormat) -> Beginning:
    """Return what the first rows of a sheet tell, some of which hold something."""
    form = replace(wanted, separator=",", decimal=".")
    found = [
        Record(number, number + 1, list(cells), ",".join(cells))
        for number, cells in enumerate(first)
        if cells
    ]
    rows = [row for row in found if row.line > wanted.skip] or found[-1:]
    told = _described(form, found, rows, _sign(wanted))
    form = replace(told.format, separator=wanted.separator)
    return replace(told, format=form, layout=replace(told.layout, is_sheet=True))


def _sign(wanted: TableFormat) -> str:
    return {"": SIGN, NONE: ""}.get(wanted.comment, wanted.comment)


def endless_cell(path: Path, error: EndlessCellError) -> FileError:
    """Say that a cell goes on and on."""
    text = mark(
        "core",
        "{path} has a cell of more than 16 million letters in line {line}: is a quote missing?",
    )
    return FileError(text, path=path, line=f"{error.line:,}")


def _check_quotes(path: Path, found: list[Record], separator: str, *, is_whole: bool) -> None:
    """Refuse a beginning in which a quote has swallowed lines; the last one may be cut off."""
    long = [row for row in (found if is_whole else found[:-1]) if row.has_lines]
    if not long:
        return
    plain = [row for row in found if not row.has_lines]
    width, kinds = _usual(plain) if plain else (0, [])
    for one in find_swallowed(long, separator, width, kinds):
        if one.is_sure:
            raise missing_quote(path, one)


def first_lines(text: str, *, cut: bool) -> list[str]:
    """Return the first lines of a text with their ends; not one that is cut off."""
    lines = list(io.StringIO(text, newline=""))
    if cut and len(lines) > 1:
        lines.pop()
    return lines[:LINES]


def _described(form: TableFormat, found: list[Record], rows: list[Record], sign: str) -> Beginning:
    is_sure = form.comment not in ("", NONE)
    comments = _comments(rows, sign, is_sure=is_sure)
    numbers = {record.number for record in comments}
    plain = [row for row in rows if row.number not in numbers] or rows
    width, kinds = _usual(plain)
    place, names = _header(form, plain, comments, width, kinds, sign)
    header = plain[place] if place is not None and place >= 0 else None
    body = plain[place + 1 :] if place is not None else _whole(form, plain, width)
    units: list[Record] = []
    if names and form.units != NO:
        units, body = _units(form, body, kinds)
    if not names:
        names = [""] * width
    row_names = form.row_names if place is not None else NO
    if row_names != NO and (
        row_names == YES
        or headers.has_row_names(len(names), [row.cells for row in body], [r.text for r in body])
    ):
        names, row_names = [ROW_NAMES, *names], YES
    first = body[0].number if body else plain[-1].number + 1
    above = [r for r in found if r.number < first and r is not header and r not in units]
    named = comments[-1] if place == -1 else None  # the header
    noted = [r for r in above if r.number in numbers and r is not named]
    above = [r for r in above if r.number not in numbers]
    cells = [row.cells for row in body]
    decimal = form.decimal or decimal_of(cells, form.separator)
    return Beginning(
        replace(
            form,
            decimal=decimal,
            header=NO if place is None else YES,
            comment=form.comment or (SIGN if _are_there(comments, named) else NONE),
            skip=header.line - 1 if header is not None else max(form.skip, 0),
            units=YES if units else NO,
            row_names=YES if row_names == YES else NO,
            totals=form.totals or YES,
        ),
        sign,
        is_sure,
        Layout(tuple(name.strip() for name in names), first, places=tuple(range(len(names)))),
        _unit_cells(units, len(names)),
        max(map(len, cells), default=0),
        _words(cells, decimal),
        tuple(
            left_out("lines", [row.line for row in lines], why)
            for lines, why in ((above, ABOVE), (noted, COMMENTS), (units, UNITS))
            if lines
        ),
        tuple(cells),
    )


def _are_there(comments: Sequence[Record], named: Record | None) -> bool:
    """Return whether there are comments, apart from a header that has the sign in a name."""
    text = named.text.lstrip()[1:2] if named else " "
    return len(comments) > 1 or (bool(comments) and text.isspace())


def left_out(what: Thing, names: Sequence[int | str], why: str) -> LeftOut:
    """Return that something in the file is left out: lines, by their numbers, or columns."""
    shown = [f"{name:,}" if isinstance(name, int) else name for name in names]
    sentence = DataError(why, which=listed(shown))
    return LeftOut(what, len(names), sentence, tuple(map(str, names[:MAX_NAMED])))


def _usual(rows: Sequence[Record]) -> tuple[int, list[Kind]]:
    """Return how many cells most rows have, and what those of each column are like."""
    last = rows[len(rows) // 2 :]
    counts = [len(row.cells) for row in last]
    width = max(sorted(set(counts), reverse=True), key=counts.count)
    filled = (len(headers.trimmed(row.cells)) for row in last)
    width = min(width, max(filled)) or width  # without the separators at the ends of lines
    full = next((i for i, row in enumerate(rows) if headers.is_full(row.cells, width)), 0)
    last = rows[max(full + 1, (len(rows) + 1) // 2) :] or rows[-1:]
    return width, [
        kind_of_cells(row.cells[place] for row in last if place < len(row.cells))
        for place in range(width)
    ]


def _comments(rows: Sequence[Record], sign: str, *, is_sure: bool) -> list[Record]:
    """Return the rows that are comments."""
    signed = [row for row in rows if sign and row.text.lstrip().startswith(sign)]
    if is_sure or not signed:
        return signed
    numbers = {row.number for row in signed}
    plain = [row for row in rows if row.number not in numbers]
    if len(plain) < 2 or len(signed) > len(plain):
        top = [row for row in signed if not plain or row.number < plain[0].number]
        return top if plain and len(top) == len(signed) else []
    width, kinds = _usual(plain)
    return [
        row
        for row in signed
        if len(row.cells) != width or is_comment(row.cells, kinds, width, sign)
    ]


def _header(
    form: TableFormat,
    plain: Sequence[Record],
    comments: Sequence[Record],
    width: int,
    kinds: Sequence[Kind],
    sign: str,
) -> tuple[int | None, list[str]]:
    """Return which row is the header, -1 where it is a comment, and the names in it."""
    if form.header == NO:
        return None, []
    cells = [row.cells for row in plain]
    if form.skip >= 0:
        is_header = form.header == YES or not headers.is_data(cells[0], kinds)
        return (0, cells[0]) if is_header else (None, [])
    gaps, is_white = _gaps(plain, comments), form.separator == " "
    place = headers.find_header(cells, kinds, width, gaps, is_white=is_white)
    above = [row for row in comments if row.number < plain[0].number]
    if above and (place is None or not headers.is_name_like(cells[place])):
        last = above[-1]
        names = headers.uncommented(last.cells, last.text, sign, width)
        if names is not None:
            return -1, names
    if place is None and form.header == YES:
        place = next((i for i, row in enumerate(cells) if headers.is_full(row, width)), 0)
    return (None, []) if place is None else (place, cells[place])


def _gaps(plain: Sequence[Record], comments: Sequence[Record]) -> list[bool]:
    """Return whether a line with nothing in it stands above each row."""
    seen = {row.number for row in (*plain, *comments)}
    numbers = [row.number for row in plain]
    before = [numbers[0] - 1, *numbers[:-1]]
    return [
        any(number not in seen for number in range(last + 1, now))
        for last, now in zip(before, numbers, strict=True)
    ]


def _whole(form: TableFormat, plain: list[Record], width: int) -> list[Record]:
    """Return the rows of a table without a header: from the first whole one on."""
    if form.skip >= 0:
        return plain
    place = next((i for i, r in enumerate(plain) if headers.is_full(r.cells, width)), 0)
    return plain[place:]


def _units(
    form: TableFormat, body: list[Record], kinds: Sequence[Kind]
) -> tuple[list[Record], list[Record]]:
    """Return the rows of units, and those below them."""
    if form.units == YES:
        return body[:1], body[1:]
    count = 0
    below = [row.cells for row in body]
    while count < min(MAX_UNITS, len(body) - 1) and headers.is_units(
        below[count], kinds, below[count + 1 :]
    ):
        count += 1
    return body[:count], body[count:]


def _unit_cells(units: Sequence[Record], width: int) -> tuple[str, ...]:
    if not units:
        return ()
    cells = [cell.strip() for cell in units[0].cells][:width]
    return ("",) * (width - len(cells)) + tuple(cells)


def _words(rows: Sequence[Sequence[str]], decimal: str) -> frozenset[int]:
    """Return the cells of a row that surely hold words."""
    found: set[int] = set()
    for row in rows:
        for place, cell in enumerate(row):
            if place not in found and cell.strip() and _is_word(cell, decimal):
                found.add(place)
    return frozenset(found)


def _is_word(cell: str, decimal: str) -> bool:
    try:
        return math.isnan(float(cell.replace(decimal, ".")))
    except ValueError:
        return True
