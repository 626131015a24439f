"""Where in a text file, or a sheet, the rows of its table stand."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Any

from nngui.files.regular import open_regular
from nngui.files.tables.structure.records import Record, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nngui.files.tables.format import TableFormat
    from nngui.files.tables.table import Layout, Table


def lines_of(table: Table, rows: Sequence[int]) -> list[int]:
    """Return where in its file rows of a table begin: numbers of lines or Excel's rows, from 1.

    Raises
    ------
    OSError, CancelledError
    """
    assert table.layout is not None
    if table.layout.is_sheet:
        return _sheet_rows(table.layout, rows)
    wanted, found = set(rows), {}
    with open_regular(table.path) as file:
        data = data_records(file, table.format, table.layout)
        for row, record in enumerate(data):
            if row in wanted:
                found[row] = record.line
            if len(found) == len(wanted):
                break
    return [found[row] for row in rows if row in found]


def _sheet_rows(layout: Layout, rows: Sequence[int]) -> list[int]:
    """Return the numbers of rows in a sheet, where each is a record."""
    found = {}
    number, passed, last = layout.first, 0, 0
    for row in sorted(rows):
        number, last = number + row - last, row
        while passed < len(layout.more) and layout.more[passed] <= number:
            number, passed = number + 1, passed + 1
        found[row] = number
    return [found[row] + 1 for row in rows]


def with_usual_ends(file: IO[Any], encoding: str) -> IO[str]:
    """Return a file with all line ends as line feeds."""
    if isinstance(file, io.StringIO):
        return io.StringIO(file.getvalue(), newline=None)
    return io.TextIOWrapper(file, encoding)


def data_records(file: IO[Any], form: TableFormat, layout: Layout) -> Iterator[Record]:
    """Yield the records that are rows of the table."""
    more = set(layout.more)
    lines = file if isinstance(file, io.StringIO) else _decoded_lines(file, form.encoding)
    for record in records(lines, form.separator):
        if record.number >= layout.first and record.number not in more:
            yield record


def _decoded_lines(file: IO[bytes], encoding: str) -> Iterator[str]:
    with io.TextIOWrapper(file, encoding, newline="") as lines:
        yield from lines
