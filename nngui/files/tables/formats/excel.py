"""Excel files: rows as a stream, cells counted, and cells far from the table left out.

openpyxl reads; what its trees of XML and its rows would take is worked out before, from the parts'
sizes and tags. The cells are those that `pandas.read_excel` takes, less the ones far away.
"""

from __future__ import annotations

import math
import warnings
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nngui.core.errors import DataError, FileError, NnguiError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.memory import Budget
from nngui.files.progress import NO_PROGRESS, Progress
from nngui.files.regular import open_regular
from nngui.files.tables.formats.excel_parts import MAX_ROWS, check_parts
from nngui.files.tables.table import MAX_COLUMNS, too_wide

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
    count : int
        How many.
    first : str
        The first of them, such as B2000.
    are_below : bool
        Rows below the table are left out: a script has to read a number of rows.
    """

    def __init__(self, n: int, first: str, *, are_below: bool) -> None:
        self.count, self.first, self.are_below = n, first, are_below
        if n == 1:
            text = mark("core", "A cell far from the table is left out: {first}.")
        else:
            text = mark("core", "{n} cells far from the table are left out: {first} and more.")
        super().__init__(text, n=f"{n:,}", first=first)


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


class Workbook:
    """An Excel file that is open.

    Parameters
    ----------
    book : openpyxl.Workbook
    values : int
        How many cells of all its sheets hold something, at most.

    Attributes
    ----------
    sheets : dict of str to bool
        Those that hold cells, and whether they are shown.
    """

    def __init__(self, path: Path, budget: Budget, book: Any, values: int) -> None:
        self._path, self._budget, self._values = path, budget, values
        self._found = {str(sheet.title): sheet for sheet in book.worksheets}
        self.sheets = {name: one.sheet_state == "visible" for name, one in self._found.items()}

    def read(self, name: str, progress: Progress = NO_PROGRESS, most: int | None = None) -> Cells:
        """Return the cells of a sheet.

        Parameters
        ----------
        most : int, optional
            How many rows that hold something; by default all.

        Raises
        ------
        FileError
            When there is no such sheet, or it is damaged or too large.
        CancelledError
        """
        if name not in self._found:
            text = mark("core", "{path} has no sheet {name}: it has {known}.")
            raise FileError(text, path=self._path, name=short_text(name), known=self.listed())
        wanted = self._found[name]
        rows = wanted.max_row or MAX_ROWS  # as it says itself: for the progress alone
        wanted.reset_dimensions()
        collected = _Collector(self._path, self._budget, self._values)
        for number, row in enumerate(wanted.rows):
            if number % REPORT_EVERY == 0:
                progress.at(number / rows)
            if not collected.add(row) or collected.filled == most:
                break
        return collected.cells()

    def listed(self, but: str = "") -> str:
        """Return the names of the sheets, the first ten of them."""
        names = [short_text(name) for name in self.sheets if name != but]
        return ", ".join(names[:SHEETS]) + (", …" if len(names) > SHEETS else "")


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets that hold cells.

    Raises
    ------
    FileError
        When it is no Excel file, is damaged or too large.
    """
    with opened_workbook(path) as book:
        return list(book.sheets)


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
    with opened_workbook(path) as book:
        name = list(book.sheets)[sheet] if isinstance(sheet, int) else sheet
        return book.read(name, progress)


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
        self._width = self._wasted = self._number = self._empty = self.filled = 0
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
        self.filled += 1
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
            notes.append(FarCellsError(len(far) + self._below, first, are_below=is_shorter))
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
def opened_workbook(path: Path) -> Iterator[Workbook]:
    """Open an Excel file whose parts have been looked at.

    Raises
    ------
    FileError
        When it is none, is damaged or too large.
    """
    budget = Budget(path)
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
            yield Workbook(path, budget, book, values)
        finally:
            book.close()
