"""Reading a table from a sheet of an Excel file: its rows go the way of the lines of a text.

A cell is what `str` makes of it. pandas is given the same rows, and told the same of them, as
when it reads the file in a script (see `script_code`).
"""

from __future__ import annotations

import io
import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from nngui.core.data.report import LeftOut
from nngui.core.errors import DataError, NnguiError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.progress import NO_PROGRESS, Progress, check_cancelled
from nngui.files.tables.format import YES, TableFormat
from nngui.files.tables.formats.binary import readable
from nngui.files.tables.formats.excel import NAN, FarCellsError, opened_workbook
from nngui.files.tables.options import GAPS
from nngui.files.tables.structure.cells import kind_of_cells
from nngui.files.tables.structure.layout import LINES, sheet_layout
from nngui.files.tables.structure.records import Record
from nngui.files.tables.table import no_rows
from nngui.files.tables.text_reader import TextReader
from nngui.files.tables.words import compact, is_number_column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    import pandas as pd

    from nngui.files.tables.formats.excel import Workbook
    from nngui.files.tables.structure.layout import Beginning
    from nngui.files.tables.table import FileVersion, Layout, Table

MAX_SEEN = 200  # rows by which a sheet is known as a table
MAX_CELLS = 1 << 18  # of the first rows, which are looked at
OFTEN = 10_000  # rows between two looks at Cancel
FIRST = frozenset("+-.0123456789iInN")
NUMBER_LIKE = re.compile(r"[-+]?(\d|\.\d|inf|nan)", re.IGNORECASE)


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
    with readable(path, "excel"):
        return _read(path, wanted, version, text, progress)


def _read(
    path: Path,
    wanted: TableFormat,
    version: FileVersion | None,
    text: Collection[str],
    progress: Progress,
) -> Table:
    with opened_workbook(path) as book:
        name = wanted.sheet or _first_table(book, wanted)
        cells = book.read(name, progress)
        notes = [] if wanted.sheet else _chosen(book, name)
    if not cells.rows:
        raise no_rows(path)
    sheet = _Sheet(cells.rows)
    told = sheet_layout(_beginning(cells.rows), wanted)
    width = max(map(len, cells.rows))
    told = replace(told, longest=max(told.longest, width))
    reader = _SheetReader(path, told, io.BytesIO, {}, progress, 0, sheet)
    table = reader.read(text, version, is_whole=True)
    written = sheet.written_in(table)
    if written:  # numbers, but some are texts: all are words
        table = reader.read({*text, *written}, version, is_whole=True)
    far = [note for note in cells.notes if isinstance(note, FarCellsError)]
    left_out = [LeftOut("cells", one.count, one, (one.first,)) for one in far]
    return replace(
        table,
        kind="excel",
        format=replace(table.format, sheet=name),
        notes=(*notes, *cells.notes, *table.notes),
        left_out=(*left_out, *table.left_out),
        layout=sheet.whole_layout(table),
        has_more_rows=any(one.are_below for one in far),
    )


@dataclass
class _Sheet:
    """The rows of a sheet, whose texts lose the blanks around them.

    Attributes
    ----------
    empty : array of int
        The rows without any cell, from 0.
    padded : set of int
        The columns in which blanks stood around a text.
    written : dict of int to array of int
        The rows in which pandas would see a number in what is none, by column.
    """

    rows: list[list[Any]]
    empty: array[int] = field(default_factory=lambda: array("l"))
    padded: set[int] = field(default_factory=set)
    written: dict[int, array[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows):
            if number % OFTEN == 0:
                check_cancelled()
            if not row:
                self.empty.append(number)
            for place, value in enumerate(row):
                kind = value.__class__
                if kind is str and value:
                    self._take(number, place, value)
                elif kind is bool:
                    self.written.setdefault(place, array("l")).append(number)
                elif value is NAN:
                    row[place] = ""

    def _take(self, number: int, place: int, value: str) -> None:
        text = value.strip()
        if len(text) < len(value):
            self.rows[number][place] = text
            self.padded.add(place)
        if text[:1] in FIRST and NUMBER_LIKE.match(text):
            self.written.setdefault(place, array("l")).append(number)

    def written_in(self, table: Table) -> list[str]:
        """Return the columns of numbers in which some cells are none."""
        layout = table.layout
        assert layout is not None
        more = set(layout.more)
        return [
            name
            for name, place in zip(table.frame.columns, layout.places, strict=True)
            if is_number_column(table.frame[name])
            and any(row >= layout.first and row not in more for row in self.written.get(place, ()))
        ]

    def whole_layout(self, table: Table) -> Layout:
        """Return where the table lies, with what a text file's layout does not need."""
        layout = table.layout
        assert layout is not None
        more = sorted({*layout.more, *self.empty[bisect_left(self.empty, layout.first) :]})
        named = zip(table.frame.columns, layout.places, strict=True)
        blank = {name for name, place in named if place in self.padded}
        return replace(layout, more=tuple(more), stripped=layout.stripped | blank)


@dataclass
class _SheetReader(TextReader):
    """Reads the rows of a sheet.

    Parameters
    ----------
    sheet : _Sheet
    """

    sheet: _Sheet

    def _data(self) -> Iterator[Record]:
        first = self.told.layout.first
        for number, row in enumerate(self.sheet.rows[first:], first):
            if row:
                yield Record(number, number + 1, [], "")

    def _parts(self, layout: Layout, width: int, as_text: Sequence[int]) -> Iterator[pd.DataFrame]:
        first, more = layout.first, set(layout.more)
        rows = self.sheet.rows[first:]
        rows = [row for number, row in enumerate(rows, first) if row and number not in more]
        if not rows:
            return
        rows[0] = rows[0] + [""] * (width - len(rows[0]))  # by which pandas counts the cells
        frame = _parsed(rows, width, as_text)
        words = [p for p in frame if p not in as_text and not is_number_column(frame[p])]
        if words:
            frame = _parsed(rows, width, [*as_text, *words])
        yield compact(frame)


def _parsed(rows: list[list[Any]], width: int, as_text: Sequence[int]) -> pd.DataFrame:
    """Return rows as `pandas.read_excel` makes columns of them."""
    from pandas.io.parsers import TextParser

    options = {"names": list(range(width)), "header": None, **GAPS}
    kinds = dict.fromkeys(as_text, "str")
    return TextParser(rows, **options, dtype=kinds, skip_blank_lines=False).read()


def _beginning(rows: list[list[Any]]) -> list[list[str]]:
    """Return the cells of the first rows as words."""
    width = max(map(len, rows))
    most = max(MAX_SEEN // 10, min(LINES, MAX_CELLS // max(width, 1)))
    return [["" if cell is NAN else str(cell).strip() for cell in row] for row in rows[:most]]


def _first_table(book: Workbook, wanted: TableFormat) -> str:
    """Return the first sheet that is a table; where none is, the first that holds rows."""
    shown = sorted(book.sheets, key=lambda name: not book.sheets[name])
    if len(shown) < 2:
        return next(iter(shown), "")
    filled = []
    for name in shown:
        rows = book.read(name, most=MAX_SEEN).rows
        if not rows:
            continue
        if _is_table(sheet_layout(_beginning(rows), wanted)):
            return name
        filled.append(name)
    return filled[0] if filled else shown[0]


def _is_table(told: Beginning) -> bool:
    """Return whether a sheet has names above numbers, dates, or words that come again."""
    width = len(told.layout.header)
    columns = [[row[place] for row in told.rows if place < len(row)] for place in range(width)]
    kinds = [kind_of_cells(column) for column in columns]
    known = width > 1 and any(kind.name == "known" for kind in kinds)
    has_names = told.format.header == YES and len(told.rows) > 0
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
