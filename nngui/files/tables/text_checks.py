"""Rows of a text file that were read, held against the file: each cell where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.core.data.report import LeftOut
from nngui.core.errors import DataError, FileError
from nngui.core.text import mark
from nngui.files.tables import words as word_columns
from nngui.files.tables.format import YES
from nngui.files.tables.structure.layout import endless_cell
from nngui.files.tables.structure.quotes import (
    Swallowed,
    find_swallowed,
    like_rows,
    missing_quote,
    quoted_cells,
    suspicious_rows,
)
from nngui.files.tables.structure.records import EndlessCellError
from nngui.files.tables.structure.rows import kinds_of, misfit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    import pandas as pd

    from nngui.files.tables.structure.layout import Beginning
    from nngui.files.tables.structure.records import Record
    from nngui.files.tables.structure.rows import Strange

MORE = mark(
    "core", "Kept as remarks, as they stand beyond the header's cells: cells of lines {which}."
)


@dataclass
class RowChecks:
    """What is looked at before the rows of a text file, or a sheet, are taken for a table.

    Parameters
    ----------
    told : Beginning
        What the beginning of the file tells.
    find : callable
        Returns where in the file rows are that were read.
    data : callable
        Yields the records that are rows.
    """

    path: Path
    told: Beginning
    find: Callable[[Collection[int], int], dict[int, Record]]
    data: Callable[[], Iterator[Record]]

    def check_first(self, frame: pd.DataFrame) -> None:
        """Refuse a file in which pandas counts the lines above the table in another way."""
        point = self.told.format.decimal
        first = self.told.rows[0] if self.told.rows else []
        for place, cell in enumerate(first[: frame.shape[1]]):
            if not word_columns.is_written(frame[place].iloc[0], cell, point):
                raise unclear_ends(self.path)

    def check_same(self, before: pd.DataFrame, after: pd.DataFrame) -> None:
        """Refuse a file in which other rows are left out than those that are none."""
        if len(before) != len(after):
            raise unclear_ends(self.path)
        for place in after.columns:
            old, new = before[place].reset_index(drop=True), after[place]
            if new.dtype == "category":
                old, new = old.astype("str"), new.astype("str")
            elif old.dtype != new.dtype:  # numbers, now that a word is left out
                old, new = old.isna(), new.isna()
            if not old.equals(new):
                raise unclear_ends(self.path)

    def check_quotes(self, frame: pd.DataFrame, strange: Strange) -> list[DataError]:
        """Refuse rows in which a quote has swallowed others; return what looks a little like it."""
        if self.told.layout.is_sheet:
            return []
        width, separator = len(self.told.layout.header), self.told.format.separator
        rows = suspicious_rows(frame, width, separator)
        if not rows:
            return []
        kinds = kinds_of(frame, width, rows)
        found = find_swallowed(self._suspicious(rows - strange.all), separator, width, kinds)
        for one in found:
            if one.is_sure:
                raise missing_quote(self.path, one)
        return [like_rows(one) for one in found]

    def _suspicious(self, rows: set[int]) -> Iterator[Record]:
        """Yield the records of rows, and all of several lines."""
        try:
            for row, record in enumerate(self.data()):
                if record.has_lines or row in rows:
                    yield record
        except EndlessCellError as error:
            raise endless_cell(self.path, error) from error

    def checked(self, frame: pd.DataFrame, strange: Strange) -> list[LeftOut]:
        """Return where there are remarks; refuse rows whose cells are not below their names."""
        width = len(self.told.layout.header)
        is_sheet = self.told.layout.is_sheet  # each cell stands in its column
        if self.told.format.row_names == YES and not is_sheet:
            self._check_row_names(frame, width, strange)
        surplus, misfits = misfit(frame, width, strange.all)
        if not surplus or (misfits and is_sheet):
            return []
        found = self.find({*surplus[:10], *misfits[:10]}, len(frame))
        if misfits:
            text = mark(
                "core",
                "{path} has {n} rows with more cells than its header (lines {which}): put a cell "
                "with {separator} in it between quotes, or name the columns that are there.",
            )
            raise FileError(
                text,
                path=self.path,
                n=f"{len(misfits):,}",
                which=_lines(misfits, found),
                separator=repr(self.told.format.separator),
            )
        lines = tuple(str(found[row].line) for row in surplus[:10])
        why = DataError(MORE, which=_lines(surplus, found))
        return [LeftOut("cells", len(surplus), why, lines)]

    def _check_row_names(self, frame: pd.DataFrame, width: int, strange: Strange) -> None:
        """Refuse a row without a name in front, whose cells are shifted."""
        if not frame[width - 1].isna().any():
            return
        for row, record in enumerate(self.data()):
            if row not in strange.all and len(record.cells) < width:
                text = mark(
                    "core", "{path} has names in front of its rows, but none in line {line}."
                )
                raise FileError(text, path=self.path, line=f"{record.line:,}")


def unclear_ends(path: Path) -> FileError:
    """Say that pandas and this program take other lines for rows."""
    text = mark(
        "core",
        "It is not clear where the lines of {path} end: save it again, without quotes in the "
        "lines above the table and with the usual line ends.",
    )
    return FileError(text, path=path)


def raise_unclosed(path: Path, data: Iterable[Record], separator: str) -> None:
    """Raise a sentence with the line of the quote that is never closed, if there is one."""
    for record in data:
        for cell in quoted_cells(record.whole, separator) if record.has_lines else ():
            if not cell.is_closed:
                first = record.line + cell.line
                one = Swallowed(first, first + cell.lines, is_sure=True)
                raise missing_quote(path, one)


def _lines(rows: Sequence[int], found: dict[int, Record]) -> str:
    """Return the lines of the first ten rows."""
    more = f", … (+{len(rows) - 10:,})" if len(rows) > 10 else ""
    return ", ".join(f"{found[row].line:,}" for row in rows[:10]) + more
