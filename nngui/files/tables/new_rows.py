"""The rows of a table that a trained network is to predict: read as its training table was."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.data.report import listed
from nngui.core.errors import DataError, NnguiError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.tables.format import NO, YES, TableFormat
from nngui.files.tables.kinds.date_format import date_format
from nngui.files.tables.kinds.gap_words import is_gap
from nngui.files.tables.kinds.number_format import number_format
from nngui.files.tables.reader import preview_table, read_table
from nngui.files.tables.words import as_words, is_number_column

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from nngui.core.data.column_type import ColumnType
    from nngui.core.data.preparation import Preparation
    from nngui.files.tables.table import Table

MAX_WORDS = 8  # new words of a column that are named
UNIT = re.compile(r"\s*[(\[][^()\[\]]*\D[^()\[\]]*[)\]]\s*$")
COPY = re.compile(r"(?:\.(\d{1,4})|\s*\((\d{1,4})\))$")


@dataclass(frozen=True, eq=False)
class NewRows:
    """Rows to predict.

    Attributes
    ----------
    written : DataFrame
        All columns, the cells as they stand in the file.
    cells : DataFrame
        The columns that the network takes, under the names of its training table.
    notes : tuple of NnguiError
    marks : list of str
        What is to be said of each row, empty for nothing.
    """

    written: pd.DataFrame
    cells: pd.DataFrame
    notes: tuple[NnguiError, ...]
    marks: list[str]


def read_new_rows(
    preparation: Preparation, path: Path, wanted: TableFormat | None = None
) -> NewRows:
    """Read the rows of a table for a network.

    Parameters
    ----------
    preparation : Preparation
        What the network takes.
    wanted : TableFormat, optional
        How the file is written, as far as that is known.

    Raises
    ------
    FileError, DataError
        When the table cannot be read, has other columns, or holds rows that would be lost.
    """
    wanted = wanted or TableFormat()
    table = _read(preparation, path, wanted)
    reader = _Reader(preparation, table)
    names = reader.match()
    if preparation.units and not wanted.units and _begins_with_units(preparation, table, names):
        table = _read(preparation, path, replace(wanted, units=YES))
        reader = _Reader(preparation, table)
    _check_rows(table)
    cells = table.frame[list(names.values())].set_axis(list(names), axis=1)
    for name in names:
        cells[name] = reader.as_trained(name, cells[name])
    marks = reader.mark(cells)
    written = as_words(table.frame, list(table.frame))
    return NewRows(written, cells, tuple(reader.notes), marks)


def _read(preparation: Preparation, path: Path, wanted: TableFormat) -> Table:
    """Return a table whose cells are words: written as the training table was, if it can be."""
    own = replace(
        wanted,
        separator=wanted.separator or preparation.separator,
        decimal=wanted.decimal or preparation.decimal,
        sheet=wanted.sheet or preparation.sheet,
    )
    try:
        beginning = preview_table(path, own)
    except NnguiError:  # it is written in another way
        fits = False
    else:
        there = {name_key(str(name)) for name in beginning.frame.columns}
        fits = {name_key(name) for name in preparation.columns} <= there
    form = own if fits else wanted
    if not fits:
        beginning = preview_table(path, form)
    frame = beginning.frame
    if beginning.kind == "text":
        return read_table(path, form, text=list(map(str, frame)))
    # A number in a sheet is one, however the training table's numbers were written.
    return read_table(path, form, text=[str(n) for n in frame if not is_number_column(frame[n])])


def _begins_with_units(preparation: Preparation, table: Table, names: dict[str, str]) -> bool:
    """Return whether the first row holds nothing that the network knows: units, as in training.

    Few rows do not show by themselves that one of them is none.
    """
    from nngui.files.tables.script_rows import known_cells

    if table.format.units != NO or len(table.frame) < 2:
        return False
    first = table.frame.head(1)[list(names.values())].set_axis(list(names), axis=1)
    values = {name: list(words) for name, words in preparation.categories}
    known = known_cells(first, list(preparation.features.items()), values)
    return bool(first.notna().any(axis=None)) and not known.any(axis=None)


def _check_rows(table: Table) -> None:
    for one in table.left_out:
        if one.what == "rows" and one.count:
            text = mark(
                "core",
                "{file}: as many predictions come out as rows go in, but some rows cannot be read "
                "as they are. {why} Correct the file.",
            )
            raise DataError(text, file=short_text(table.path.name), why=str(one.why))


def name_key(name: str) -> str:
    """Return what the names of one column share in two files.

    These are its letters in whatever case, without a unit behind it; where a file has a name
    twice, ``size (2)`` and ``size.1`` are the second.
    """
    text = " ".join(name.split()).casefold()
    number = 1
    if copy := COPY.search(text):
        number = int(copy[1]) + 1 if copy[1] else int(copy[2])
        text = text[: copy.start()]
    text = UNIT.sub("", text).strip() or text
    return f"{text} ({number})" if number > 1 else text


class _Reader:
    """Matches columns, and says what is another than in training."""

    def __init__(self, preparation: Preparation, table: Table) -> None:
        self.preparation, self.table = preparation, table
        self.notes: list[NnguiError] = list(table.notes)

    def match(self) -> dict[str, str]:
        """Return which column of the file each column that is taken is.

        Raises
        ------
        DataError
            When one is missing, or several could be meant.
        """
        there = list(map(str, self.table.frame.columns))
        wanted = self.preparation.columns
        free = [name for name in there if name not in wanted]
        found: dict[str, str] = {}
        missing: list[str] = []
        for name in wanted:
            alike = [other for other in free if name_key(other) == name_key(name)]
            if name in there:
                found[name] = name
            elif len(alike) == 1:
                found[name] = alike[0]
                text = mark("core", "The column {other} is taken for {name}.")
                values = {"name": short_text(name), "other": short_text(alike[0])}
                self.notes.append(DataError(text, **values))
            else:
                missing.append(name)
        if missing:
            text = mark(
                "core", "{file} lacks columns that the model needs: {names}. It has {known}."
            )
            raise DataError(
                text,
                file=short_text(self.table.path.name),
                names=listed([short_text(name) for name in missing]),
                known=listed([short_text(name) for name in there]),
            )
        return found

    def as_trained(self, name: str, cells: pd.Series) -> pd.Series:
        """Return a column's cells, written as in training where they are in another way."""
        how = self.preparation.features[name]
        if how.kind == "number":
            return self._numbers(name, cells, how)
        if how.kind == "date":
            return self._dates(name, cells, how)
        return cells

    def _numbers(self, name: str, cells: pd.Series, how: ColumnType) -> pd.Series:
        from nngui.core.data.cells import read_numbers

        own = read_numbers(cells, how.decimal, how.thousands, how.unit, how.gaps)
        lost = cells.notna() & own.isna()
        if not lost.any():
            return cells
        words = [str(word) for word in cells.dropna().unique()]
        other, _ = number_format(words, self.table.format.decimal or how.decimal)
        found = read_numbers(cells, other.decimal, other.thousands, other.unit, how.gaps)
        if not own.notna().any() and not found.notna().any() and not all(map(is_gap, words)):
            text = mark("core", "The column {name} holds {word}, where the model takes numbers.")
            raise DataError(text, name=short_text(name), word=repr(short_text(words[0])))
        if found.notna().sum() <= own.notna().sum():
            return cells
        example = str(cells[lost & found.notna()].iloc[0])
        text = mark("core", "{name} is written in another way than in training: {cell} is {value}.")
        value = f"{found[lost & found.notna()].iloc[0]:.10g}"
        self.notes.append(
            DataError(text, name=short_text(name), cell=short_text(example), value=value)
        )
        return found

    def _dates(self, name: str, cells: pd.Series, how: ColumnType) -> pd.Series:
        from nngui.core.data.cells import read_dates

        own = read_dates(cells, how.pattern)
        if not (cells.notna() & own.isna()).any():
            return cells
        words = [str(word) for word in cells.dropna().unique()]
        other = date_format(words, day_first=None, prefers_day=how.pattern.startswith("%d"))
        if other is None or read_dates(cells, other.pattern).notna().sum() <= own.notna().sum():
            return cells
        text = mark("core", "{name} is written in another way than in training: {cell} is {value}.")
        found = read_dates(cells, other.pattern)
        place = (own.isna() & found.notna()).idxmax()
        values = {"cell": short_text(str(cells[place])), "value": str(found[place])}
        self.notes.append(DataError(text, name=short_text(name), **values))
        return found

    def mark(self, cells: pd.DataFrame) -> list[str]:
        """Return what is to be said of each row, and note it by column."""
        from nngui.core.data.cells import word_key

        marks: list[list[str]] = [[] for _ in range(len(cells))]
        clean = self.preparation.clean(cells)
        for name, how in self.preparation.features.items():
            column = next(c for c in clean if c == name or c.startswith(f"{name} ("))
            lost = clean[column].isna().to_numpy()
            if how.kind == "category" and how.other:  # a word that never came is the other
                known = {word_key(word) for word in self.preparation.values_of(name)}
                keys = cells[name].map(word_key, na_action="ignore")
                lost |= (cells[name].notna() & ~keys.isin(known)).to_numpy()
            if not lost.any():
                continue
            words = cells[name].to_numpy(dtype=object)
            filled = [place for place in lost.nonzero()[0] if _is_gap(words[place], how)]
            unknown = [place for place in lost.nonzero()[0] if not _is_gap(words[place], how)]
            for place in filled:
                marks[place].append(f"{name}: gap")
            for place in unknown:
                marks[place].append(f"{name}: {words[place]} ?")
            self._note_filled(name, len(filled))
            self._note_unknown(name, [str(words[place]) for place in unknown], how)
        return ["; ".join(found) for found in marks]

    def _note_filled(self, name: str, count: int) -> None:
        if count:
            text = mark("core", "{name}: {n} gaps are filled as in training.")
            self.notes.append(DataError(text, name=short_text(name), n=f"{count:,}"))

    def _note_unknown(self, name: str, words: list[str], how: ColumnType) -> None:
        if not words:
            return
        counts = {word: words.count(word) for word in dict.fromkeys(words)}
        named = [f"{short_text(word)} ({n:,})" for word, n in list(counts.items())[:MAX_WORDS]]
        more = len(counts) - len(named)
        if how.kind != "category":
            text = mark(
                "core",
                "{name}: {n} cells are no {kind} and are filled as gaps were in training: {words}.",
            )
        elif how.other:
            text = mark(
                "core",
                "{name}: {n} cells hold words that never came in training, and count as {other}: "
                "{words}.",
            )
        else:
            text = mark(
                "core",
                "{name}: {n} cells hold words that never came in training, and are filled as gaps "
                "were in training: {words}.",
            )
        kind = {"number": mark("core", "number"), "date": mark("core", "date")}.get(how.kind, "")
        self.notes.append(
            DataError(
                text,
                name=short_text(name),
                n=f"{len(words):,}",
                kind=kind,
                other=short_text(how.other),
                words=", ".join(named) + (f", … (+{more})" if more > 0 else ""),
            )
        )


def _is_gap(cell: object, how: ColumnType) -> bool:
    """Return whether a cell without a value was known as a gap, and is no new word."""
    is_missing = cell is None or (isinstance(cell, float) and np.isnan(cell)) or cell != cell
    return bool(is_missing) or str(cell).strip() in how.gaps or is_gap(str(cell).strip())
