"""Reading a table from a sheet of an Excel file: its rows go the way of the lines of a text."""

from __future__ import annotations

import io
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nngui.core.data.report import LeftOut
from nngui.core.errors import DataError, NnguiError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.progress import NO_PROGRESS, Progress
from nngui.files.tables.cells import kind_of_cells
from nngui.files.tables.excel import FarCellsError, opened_workbook
from nngui.files.tables.format import YES, TableFormat
from nngui.files.tables.layout import find_layout
from nngui.files.tables.sheet_text import SheetText, sheet_text
from nngui.files.tables.table import no_rows
from nngui.files.tables.text_reader import TextReader, chunk_of
from nngui.files.tables.words import is_number_column

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    import pandas as pd

    from nngui.files.tables.excel import Workbook
    from nngui.files.tables.layout import Beginning
    from nngui.files.tables.table import FileVersion, Table

MAX_SEEN = 200  # rows by which a sheet is known as a table
MIN_ROWS = 2
READING = 0.9  # of the time: unpacking the cells


def read_sheet(
    path: Path,
    wanted: TableFormat,
    version: FileVersion | None = None,
    text: Collection[str] = (),
    progress: Progress = NO_PROGRESS,
) -> Table:
    """Read the table in an Excel file (see `reader.read_table`).

    Raises
    ------
    FileError, DataError
        When there is no such sheet, it holds no table, or is damaged or too large.
    CancelledError
    """
    with opened_workbook(path) as book:
        name = wanted.sheet or _first_table(path, book, wanted)
        first = Progress(lambda share: progress.progress(READING * share), progress.cancelled)
        cells = book.read(name, first)
        notes = [] if wanted.sheet else _chosen(book, name)
    sheet = sheet_text(cells)
    if not sheet.data:
        raise no_rows(path)
    rest = Progress(
        lambda share: progress.progress(READING + (1 - READING) * share), progress.cancelled
    )
    table = _parsed(path, sheet, wanted, text, rest)
    layout = table.layout
    assert layout is not None
    more = sorted({*layout.more, *sheet.empty[bisect_left(sheet.empty, layout.first) :]})
    far = [note for note in cells.notes if isinstance(note, FarCellsError)]
    left_out = [LeftOut("cells", one.count, one, (one.first,)) for one in far]
    form = replace(table.format, separator=wanted.separator, encoding=wanted.encoding, sheet=name)
    return replace(
        table,
        kind="excel",
        format=form,
        version=version,
        notes=(*notes, *cells.notes, *table.notes),
        left_out=(*left_out, *table.left_out),
        layout=replace(layout, more=tuple(more)),
        has_more_rows=any(one.are_below for one in far),
    )


def _parsed(
    path: Path, sheet: SheetText, wanted: TableFormat, text: Collection[str], progress: Progress
) -> Table:
    """Return the table in the lines of a sheet."""
    told = _told(path, sheet, wanted)

    def opened() -> io.BytesIO:
        return io.BytesIO(sheet.data)

    width = max(told.longest, len(told.layout.header), 1)
    options: dict[str, Any] = {**chunk_of(width), "float_precision": "round_trip"}
    reader = TextReader(path, told, opened, options, progress, len(sheet.data))
    table = reader.read(text, None, is_whole=True)
    written = _written_numbers(sheet, table)
    if written:
        table = reader.read({*text, *written}, None, is_whole=True)
    layout = table.layout
    assert layout is not None
    huge = [
        name
        for name, place in zip(table.frame.columns, layout.places, strict=True)
        if place in sheet.huge and name not in text and name not in written
    ]
    if huge:
        table = replace(table, frame=_with_numbers(table.frame, huge))
    named = zip(table.frame.columns, layout.places, strict=True)
    blank = {name for name, place in named if place in sheet.padded}
    return replace(table, layout=replace(layout, stripped=layout.stripped | blank))


def _with_numbers(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return a table in which columns are numbers, if each of their words is one."""
    for name in names:
        if is_number_column(frame[name]):
            continue
        try:
            values = frame[name].astype("str").map(float, na_action="ignore")
        except ValueError:
            continue
        frame = frame.assign(**{name: values.astype("float64")})
    return frame


def _told(path: Path, sheet: SheetText, wanted: TableFormat) -> Beginning:
    form = replace(wanted, separator=",", decimal=".", encoding="utf-8")
    told = find_layout(path, sheet.data[: sheet.start], form, is_sheet=True)
    first = told.layout.first
    words = {place for place, rows in sheet.numbers.items() if bisect_left(rows, first) < len(rows)}
    return replace(told, longest=max(told.longest, sheet.width), words=told.words | words)


def _written_numbers(sheet: SheetText, table: Table) -> list[str]:
    """Return the columns of numbers of which some are texts in the sheet: they are words."""
    layout = table.layout
    assert layout is not None
    more = set(layout.more)
    return [
        name
        for name, place in zip(table.frame.columns, layout.places, strict=True)
        if is_number_column(table.frame[name])
        and any(row >= layout.first and row not in more for row in sheet.numbers.get(place, ()))
    ]


def _first_table(path: Path, book: Workbook, wanted: TableFormat) -> str:
    """Return the first sheet that is a table; where none is, the first that holds rows."""
    shown = sorted(book.sheets, key=lambda name: not book.sheets[name])
    if len(shown) < 2:
        return next(iter(shown), "")
    filled = []
    for name in shown:
        sheet = sheet_text(book.read(name, most=MAX_SEEN))
        if not sheet.data:
            continue
        if _is_table(path, sheet, wanted):
            return name
        filled.append(name)
    return filled[0] if filled else shown[0]


def _is_table(path: Path, sheet: SheetText, wanted: TableFormat) -> bool:
    """Return whether a sheet has names above numbers, dates, or words that come again."""
    try:
        told = _told(path, sheet, wanted)
    except NnguiError:
        return False
    rows = told.rows
    width = len(told.layout.header)
    columns = [[row[place] for row in rows if place < len(row)] for place in range(width)]
    kinds = [kind_of_cells(column) for column in columns]
    known = width > 1 and any(kind.name == "known" for kind in kinds)
    has_names = told.format.header == YES and len(rows) + 1 >= MIN_ROWS
    return has_names and (known or any(kind.is_measured for kind in kinds))


def _chosen(book: Workbook, name: str) -> list[NnguiError]:
    """Return that another sheet than the first is read."""
    if name == next(iter(book.sheets), name):
        return []
    text = mark(
        "core",
        "The sheet {name} is read, the first with a table in it; there are also {others} "
        "(data.table.sheet).",
    )
    return [DataError(text, name=short_text(name), others=book.listed(but=name))]
