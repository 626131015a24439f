"""Excel files: rows as a stream, cells counted, and cells far from the table left out.

openpyxl reads; what its trees of XML and its rows would take is worked out before, from the parts'
sizes and tags. The table is the one that `pandas.read_excel` makes, less the cells far away.
"""

from __future__ import annotations

import datetime
import math
import warnings
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from nngui.core.errors import DataError, FileError, NnguiError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.memory import Budget
from nngui.files.progress import NO_PROGRESS, Progress, check_cancelled
from nngui.files.regular import open_regular
from nngui.files.tables.excel_parts import MAX_ROWS, check_parts
from nngui.files.tables.table import MAX_COLUMNS, too_wide

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

MAX_EMPTY_ROWS = 1000
MAX_EMPTY_COLUMNS = 100
"""Empty rows and columns within a table: what comes after more of them is no part of it."""
MAX_WASTED = 1 << 25  # empty cells between the table and cells far to the right of it
NAN = math.nan  # an error of Excel's: one object, which a list finds at once
ROW_BYTES = 80
EMPTY_BYTES = 40  # of a cell, whatever is in it
CELL_BYTES = 160  # of a cell, while pandas makes columns of them
TEXT_BYTES = 4  # of a character of a text, which pandas copies into each cell
REPORT_EVERY = 1000  # rows
SHEETS = 10  # that a sentence names
LOOKED_AT = 50  # rows that tell whether a sheet is a table
MIN_FILLED = 0.5  # share of the cells below its header that hold something


class FarCellsError(DataError):
    """Cells lie far from the table, and are left out.

    Attributes
    ----------
    rows : int or None
        How many rows a script has to read below the header; None: all.
    columns : str or None
        Which columns, as Excel calls them; None: all.
    """

    def __init__(self, n: int, first: str, rows: int | None, columns: str | None) -> None:
        self.rows, self.columns = rows, columns
        if n == 1:
            text = mark("core", "A cell far from the table is left out: {first}.")
        else:
            text = mark("core", "{n} cells far from the table are left out: {first} and more.")
        super().__init__(text, n=f"{n:,}", first=first)


class ChosenSheetError(DataError):
    """Of several sheets, one was chosen.

    Attributes
    ----------
    sheet : str
    """

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        text = mark("core", "The sheet {name} is read: the first one that is a table.")
        super().__init__(text, name=short_text(sheet))


@dataclass
class Cells:
    """The cells of a sheet, as Excel holds them.

    Attributes
    ----------
    rows : list of lists
        Whole numbers, floats, truth values, dates, times and texts; ``""`` where nothing is, NaN
        where Excel has an error. No row ends with an empty cell.
    notes : list of NnguiError
        What was left out, a sentence each.
    """

    rows: list[list[Any]] = field(default_factory=list)
    notes: list[NnguiError] = field(default_factory=list)


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets that hold cells.

    Raises
    ------
    FileError
        When it is no Excel file, is damaged or too large.
    """
    with _opened(path, Budget(path)) as (book, _values):
        return [str(sheet.title) for sheet in book.worksheets]


def first_table(path: Path) -> str:
    """Return the first of several sheets that is a table, else the first; empty: there is one.

    Raises
    ------
    FileError
        When it is no Excel file, is damaged or too large.
    CancelledError
    """
    with _opened(path, Budget(path)) as (book, _values):
        sheets = book.worksheets
        if len(sheets) < 2:
            return ""
        for sheet in sheets:
            check_cancelled()
            sheet.reset_dimensions()
            if _is_table([[_value(cell) for cell in row] for row in islice(sheet.rows, LOOKED_AT)]):
                return str(sheet.title)
        return str(sheets[0].title)


def _is_table(rows: list[list[Any]]) -> bool:
    """Return whether rows have a header of at least two names, and cells below most of them."""
    for row in rows:
        _trim(row)
    rows = [row for row in rows if row]
    if len(rows) < 2:
        return False
    named = [place for place, name in enumerate(rows[0]) if name != ""]
    filled = sum(place < len(row) and row[place] != "" for row in rows[1:] for place in named)
    return (2 * len(named) > len(rows[0]) and len(named) > 1) and filled >= MIN_FILLED * len(
        named
    ) * (len(rows) - 1)


def read_frame(
    path: Path, sheet: str | int = 0, progress: Progress = NO_PROGRESS
) -> tuple[pd.DataFrame, list[NnguiError]]:
    """Return a sheet as pandas reads it, its first row as the header, and what was left out."""
    import pandas as pd
    from pandas.io.parsers import TextParser

    found = read_cells(path, sheet, progress)
    if not found.rows:
        return pd.DataFrame(), found.notes
    width = max(map(len, found.rows))
    for row in found.rows:
        row.extend([""] * (width - len(row)))
    frame = TextParser(found.rows, header=0, skip_blank_lines=False).read()
    frame.columns = [cell_text(name) for name in frame.columns]
    return frame, found.notes


def read_cells(path: Path, sheet: str | int = 0, progress: Progress = NO_PROGRESS) -> Cells:
    """Return the cells of a sheet.

    Parameters
    ----------
    sheet : str or int
        Its name, or its place among those that hold cells.

    Raises
    ------
    FileError
        When there is no such sheet, or it is damaged or too large.
    CancelledError
    """
    budget = Budget(path)
    with _opened(path, budget) as (book, values):
        sheets = {str(found.title): found for found in book.worksheets}
        if isinstance(sheet, int):
            sheet = list(sheets)[sheet]
        if sheet not in sheets:
            text = mark("core", "{path} has no sheet {name}: it has {known}.")
            known = ", ".join(short_text(name) for name in list(sheets)[:SHEETS])
            raise FileError(text, path=path, name=short_text(sheet), known=known)
        wanted = sheets[sheet]
        rows = wanted.max_row or MAX_ROWS  # as it says itself: for the progress alone
        wanted.reset_dimensions()
        collected = _Collector(path, budget, values)
        for number, row in enumerate(wanted.rows):
            if number % REPORT_EVERY == 0:
                progress.at(number / rows)
            if not collected.add(row):
                break
    return collected.cells()


def cell_text(value: object) -> str:
    """Return a cell as a CSV file that Excel writes would hold it, dates in ISO 8601."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime.datetime):
        is_day = value.time() == datetime.time()
        return value.date().isoformat() if is_day else value.isoformat(" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return "" if value is None else str(value)


class _Collector:
    """Takes the rows of a sheet one by one, and keeps those of the table.

    Parameters
    ----------
    values : int
        How many cells of all sheets hold something, at most.
    """

    def __init__(self, path: Path, budget: Budget, values: int) -> None:
        self._path, self._budget, self._left = path, budget, values
        self._nothing = _empty_cell()
        self._rows: list[list[Any]] = []
        self._beside: list[tuple[int, int, Any]] = []  # far to the right: column, row, value
        self._width = self._wasted = self._number = self._empty = 0
        self._below, self._first_below, self._is_over = 0, "", False
        self._errors, self._first_error = 0, ""

    def add(self, row: tuple[Any, ...]) -> bool:
        """Take a row; return whether there may be more."""
        self._number += 1
        if self._number > MAX_ROWS or self._wasted > MAX_WASTED:
            raise _too_large(self._path)
        values = ["" if cell is self._nothing else _value(cell) for cell in row]
        _trim(values)
        if not values:
            self._empty += 1
            return self._left > 0 or self._empty <= MAX_EMPTY_ROWS
        self._left -= len(values) - values.count("")
        if self._is_over or (self._rows and self._empty > MAX_EMPTY_ROWS):
            self._is_over = True
            first = next(place for place, value in enumerate(values) if value != "")
            self._first_below = self._first_below or _name(first, self._number)
            self._below += len(values) - values.count("")
        else:
            self._keep(values)
        return True

    def _keep(self, values: list[Any]) -> None:
        """Add a row to the table; cells far to the right of it are kept apart."""
        empty, self._empty = self._empty, 0
        self._rows.extend([] for _ in range(empty))
        errors = values.count(NAN)
        if errors:
            self._first_error = self._first_error or _name(values.index(NAN), self._number)
            self._errors += errors
        for place in range(self._width, len(values)):
            if values[place] == "":
                continue
            if self._width and place - self._width > MAX_EMPTY_COLUMNS:
                self._beside.append((place, len(self._rows), values[place]))
            else:
                self._width = place + 1
        self._wasted += max(0, len(values) - self._width)
        del values[self._width :]
        _trim(values)
        self._budget.take(
            ROW_BYTES * (empty + 1)
            + CELL_BYTES * len(values)
            + TEXT_BYTES * sum(len(value) for value in values if type(value) is str)
        )
        self._rows.append(values)

    def cells(self) -> Cells:
        """Return the table."""
        far: list[tuple[int, int, Any]] = []
        for place, row, value in sorted(self._beside, key=lambda cell: cell[:2]):
            if place - self._width > MAX_EMPTY_COLUMNS:
                far.append((place, row, value))
                continue
            self._width = place + 1
            self._rows[row].extend([""] * (place - len(self._rows[row])))
            self._rows[row].append(value)
        rows = len(self._rows)
        while self._rows and not self._rows[-1]:  # nothing was in it but what is far away
            self._rows.pop()
        is_shorter = bool(self._below) or len(self._rows) < rows
        if self._width > MAX_COLUMNS:
            raise too_wide(self._path)
        self._budget.take(EMPTY_BYTES * (len(self._rows) * self._width))
        return Cells(self._rows, self._notes(far, is_shorter=is_shorter))

    def _notes(self, far: list[tuple[int, int, Any]], *, is_shorter: bool) -> list[NnguiError]:
        notes: list[NnguiError] = []
        if far or self._below:
            first = _name(far[0][0], far[0][1] + 1) if far else self._first_below
            rows = len(self._rows) - 1 if is_shorter else None
            columns = f"A:{_letters(self._width)}" if far else None
            notes.append(FarCellsError(len(far) + self._below, first, rows, columns))
        if self._errors:
            text = mark(
                "core", "{n} cells hold errors of Excel, the first {first}: they count as gaps."
            )
            notes.append(DataError(text, n=f"{self._errors:,}", first=self._first_error))
        return notes


def _value(cell: Any) -> Any:
    """Return what pandas makes of a cell: whole floats are whole numbers, errors are gaps."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "n":
        whole = int(value)
        return whole if whole == value else float(value)
    return NAN if cell.data_type == "e" else value


def _trim(values: list[Any]) -> None:
    """Take away empty cells at the end of a row."""
    while values and values[-1] == "":
        values.pop()


def _empty_cell() -> object:
    """Return what openpyxl puts where a row has no cell."""
    from openpyxl.cell.read_only import EMPTY_CELL

    return EMPTY_CELL


def _name(place: int, row: int) -> str:
    """Return a cell's name, such as B7."""
    return f"{_letters(place + 1)}{row}"


def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _too_large(path: Path) -> FileError:
    text = mark("core", "{path} spans too many cells: copy the table into a new sheet.")
    return FileError(text, path=path)


@contextmanager
def _opened(path: Path, budget: Budget) -> Iterator[tuple[Any, int]]:
    """Open a workbook whose parts have been looked at; give it, and how many cells it may have."""
    with open_regular(path) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's, of styles that are missing
        with zipfile.ZipFile(file) as archive:
            if not any(name.startswith("xl/") for name in archive.namelist()):
                text = mark(
                    "core",
                    "{path} is an archive, and no table: unpack it, or open a CSV or Excel file.",
                )
                raise FileError(text, path=path)
            values = check_parts(path, archive, budget)
        from openpyxl import load_workbook  # when a file is opened: not everybody has it

        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            yield book, values
        finally:
            book.close()
