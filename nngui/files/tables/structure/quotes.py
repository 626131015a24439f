"""Quotes that swallow: one that is not closed takes all up to the next one into its cell.

Nothing is wrong with such a file by the rules of CSV: rows are gone, and no reader says so.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from nngui.core.errors import DataError, FileError
from nngui.core.text import mark
from nngui.files.tables.structure.cells import USUAL, is_gap, kind_of_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import pandas as pd

    from nngui.files.tables.structure.cells import Kind
    from nngui.files.tables.structure.records import Record

LINE_END = re.compile(r"\r\n|\r|\n")
LIKE_ROWS = mark(
    "core",
    "The cell that begins in line {line} goes on to line {last}, and its lines look like rows: is "
    "a quote missing there?",
)


class QuotedCell(NamedTuple):
    """A cell between quotes.

    Attributes
    ----------
    place : int
        Which of its record.
    line : int
        Where it begins, below the first line of its record.
    text : str
        What is between the quotes; two of them stand for one.
    behind : str
        What follows on the last quote, up to the next separator: empty in a whole cell.
    is_closed : bool
        Whether there is a last quote.
    """

    place: int
    line: int
    text: str
    behind: str
    is_closed: bool

    @property
    def lines(self) -> int:
        """How many lines end within it; the last of the file is behind it."""
        return line_ends(self.text if self.is_closed else self.text.rstrip("\r\n"))


class Swallowed(NamedTuple):
    """What a quote takes into one cell.

    Attributes
    ----------
    line, last : int
        From which line of the file to which.
    is_sure : bool
        It cannot be meant so.
    """

    line: int
    last: int
    is_sure: bool


@cache
def _cell_pattern(separator: str) -> re.Pattern[str]:
    end = r" \t\r\n" if separator == " " else rf"{re.escape(separator)}\r\n"
    return re.compile(rf' *"([^"]*+(?:""[^"]*+)*+)("?)([^{end}]*)|[^{end}]*')


def line_ends(text: str) -> int:
    """Return how many lines end in a text."""
    return len(LINE_END.findall(text))


def quoted_cells(text: str, separator: str) -> Iterator[QuotedCell]:
    """Yield the cells of a record that are between quotes, as `csv` and pandas understand them."""
    pattern, place, at = _cell_pattern(separator), 0, 0
    if separator == " ":
        at = len(text) - len(text.lstrip(" \t"))
    while found := pattern.match(text, at):
        if found[1] is not None:
            line = line_ends(text[: found.start(1)])
            yield QuotedCell(place, line, found[1], found[3].strip(), bool(found[2]))
        at, place = found.end(), place + 1
        if at >= len(text) or text[at] in "\r\n":
            return
        at += 1
        while separator == " " and text[at : at + 1] in (" ", "\t"):
            at += 1


def swallowed(
    record: Record, separator: str, width: int, kinds: Sequence[Kind]
) -> Swallowed | None:
    """Return what a quote of a record has swallowed; None where there is no sign of it.

    Signs are that it is never closed; that it is closed within a word, as the next quote was to
    open a cell, while lines or cells are lacking, or right behind a separator; or that the lines
    in the cell are cut as rows are, and hold what the columns do.

    Parameters
    ----------
    width : int
        How many cells a row has.
    kinds : sequence of Kind
        What those of each column are like.
    """
    for cell in quoted_cells(record.whole, separator):
        lines = cell.lines
        first = record.line + cell.line
        is_cut = cell.behind and (
            lines or len(record.cells) < width or cell.text.endswith(_signs(separator))
        )
        if not cell.is_closed or is_cut:
            return Swallowed(first, first + lines, is_sure=True)
        if lines:
            pieces = _rows_within(record, cell, separator)
            likeness = _likeness(pieces, width, kinds)
            if likeness is not None:
                return Swallowed(first, first + lines, is_sure=likeness)
    return None


def _signs(separator: str) -> tuple[str, ...]:
    return (" ", "\t") if separator == " " else (separator,)


def _rows_within(record: Record, cell: QuotedCell, separator: str) -> list[list[str]]:
    """Return the rows that there would be without the quotes of a cell."""
    text = cell.text.replace('""', '"')
    lines = LINE_END.split(text)
    if separator == " ":
        lines = [" ".join(line.split()) for line in lines]
    parts = [next(csv.reader([line], delimiter=separator), [""]) for line in lines]
    parts[0] = [*record.cells[: cell.place], *parts[0]]
    parts[-1] = [*parts[-1], *record.cells[cell.place + 1 :]]
    return parts


def _likeness(rows: list[list[str]], width: int, kinds: Sequence[Kind]) -> bool | None:
    """Return whether rows surely are such; None where they are none.

    Numbers and dates say more than words; where no other rows tell which columns hold some, the
    rows themselves do.
    """
    if width < 2 or any(len(row) != width for row in rows):
        return None
    own = [kind_of_cells(cells) for cells in zip(*rows, strict=True)] if len(rows) > 2 else []
    for known in (kinds, own):
        measured = [(place, kind) for place, kind in enumerate(known) if kind.is_measured]
        if measured:
            return True if _share(rows, measured) >= USUAL else None
    strict = [(place, kind) for place, kind in enumerate(kinds) if kind.is_strict]
    if strict and _share(rows, strict) >= USUAL:
        return True
    return False if len(rows) > 2 else None


def _share(rows: list[list[str]], kinds: list[tuple[int, Kind]]) -> float:
    """Return how many cells are what their columns hold, of those that are no gaps."""
    pairs = [(kind, row[place]) for row in rows for place, kind in kinds]
    fits = [kind.fits(cell) for kind, cell in pairs if not is_gap(cell)]
    return sum(fits) / len(fits) if fits else 0.0


def find_swallowed(
    found: Iterable[Record], separator: str, width: int, kinds: Sequence[Kind]
) -> list[Swallowed]:
    """Return what quotes have swallowed in some records; of sure signs the first alone."""
    notes = []
    for record in found:
        if '"' not in record.whole:
            continue
        one = swallowed(record, separator, width, kinds)
        if one is not None and one.is_sure:
            return [one]
        if one is not None:
            notes.append(one)
    return notes


def missing_quote(path: Path, one: Swallowed) -> FileError:
    """Say where a quote takes what follows into its cell."""
    text = mark(
        "core",
        "A quote that opens a cell in line {line} of {path} is not closed where the cell ends: all "
        "up to line {last} would be one cell. Correct that line; a quote that is meant as such is "
        "written twice, in a cell between quotes.",
    )
    return FileError(text, path=path, line=f"{one.line:,}", last=f"{one.last:,}")


def like_rows(one: Swallowed) -> DataError:
    """Say that a cell may have swallowed rows."""
    return DataError(LIKE_ROWS, line=f"{one.line:,}", last=f"{one.last:,}")


def suspicious_rows(frame: pd.DataFrame, width: int, separator: str) -> set[int]:
    """Return the rows with a cell that may have swallowed others: the only ones to look at.

    It holds a line end, or a quote; or a separator, and the row's last cell is empty.
    """
    import numpy as np

    found: set[int] = set()
    is_short = frame[width - 1].isna().to_numpy()
    signs = _signs(separator)
    for place in frame.columns:
        column = frame[place]
        if column.dtype != "category":
            continue
        words = list(map(str, column.cat.categories))
        ends = np.array([*(any(sign in word for sign in '\n\r"') for word in words), False])
        codes = column.cat.codes.to_numpy()
        if ends.any():
            found.update(ends[codes].nonzero()[0].tolist())
        if is_short.any():
            cut = np.array([*(any(sign in word for sign in signs) for word in words), False])
            found.update((cut[codes] & is_short).nonzero()[0].tolist())
    return found
