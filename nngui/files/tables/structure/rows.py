"""Rows of a file that are no rows of its table: empty ones, comments, repeated headers, totals.

They are looked for in what pandas has read, where a column of numbers shows at once that there are
none. Cells beyond the header's are remarks, or say that a cell was cut in two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nngui.core.text import mark
from nngui.files.tables.format import NO
from nngui.files.tables.structure.cells import Kind, is_comment, kind_of_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from nngui.files.tables.structure.layout import Beginning

SAMPLE = 2000  # rows that tell what the cells of a column are like
MAX_END = 20  # rows at the end that may be totals and remarks
FEW = 4  # of them
MAX_WIDTH = 500  # columns; a table of more has no totals, and looking at each takes long
EMPTY = mark("core", "Left out, as there is nothing in them: lines {which}.")
COMMENT = mark("core", "Left out, as they are comments: lines {which}.")
REPEATED = mark("core", "Left out, as they repeat the header: lines {which}.")
TOTAL = mark("core", "Left out, as they are totals or remarks below the table: lines {which}.")
TOTALS = re.compile(
    r"(the )?((grand|sub|over)?[ -]?(all )?total(s|e|en)?( général)?|sums?|summe|gesamt(summe)?|"
    r"insgesamt|zwischensumme|somme|moyenne|suma|average|avg\.?|mean|(arithm\. )?mittel(wert)?|"
    r"durchschnitt|promedio|media|median|std\.?( ?dev\.?)?|итого|всего|"
    r"合计|总计|小计|总和|总数|平均|平均值|均值|"
    r"合計|総計|總計)\W*",
    re.IGNORECASE,
)


@dataclass
class Strange:
    """What of the rows that were read is none.

    Attributes
    ----------
    rows : dict of str to list of int
        By why they are none: which rows, in the order of the file.
    """

    rows: dict[str, list[int]] = field(default_factory=dict)

    @property
    def all(self) -> set[int]:
        """The rows that are none."""
        return {row for rows in self.rows.values() for row in rows}


def find_strange(frame: pd.DataFrame, told: Beginning, *, is_whole: bool) -> Strange:
    """Return which rows are none.

    Parameters
    ----------
    frame : DataFrame
        A column for each cell of a row, named by its place.
    is_whole : bool
        These are all rows: totals stand at the end.
    """
    found = Strange()
    width = len(told.layout.header)
    _add(found, EMPTY, _empty(frame))
    _add(found, COMMENT, _comments(frame, told, width))
    if told.format.totals != NO:
        _add(found, REPEATED, _repeated(frame, told))
        if is_whole:
            _add(found, TOTAL, _totals(frame, width, found.all))
    return found


def _add(found: Strange, why: str, rows: Iterable[int]) -> None:
    new = sorted(set(rows) - found.all)
    if new:
        found.rows[why] = new


def _empty(frame: pd.DataFrame) -> list[int]:
    """Return the rows without any cell."""
    rows = frame[0].isna().to_numpy().nonzero()[0]
    for place in frame.columns[1:]:
        if not len(rows):
            break
        rows = rows[frame[place].iloc[rows].isna().to_numpy()]
    return [int(row) for row in rows]


def cells_of(frame: pd.DataFrame, rows: Sequence[int]) -> list[list[str]]:
    """Return the cells of some rows as words; numbers as Python writes them."""
    part = frame.iloc[list(rows)]
    columns = [
        ["" if cell != cell else str(cell) for cell in part[place].tolist()]
        for place in frame.columns
    ]
    return [list(cells) for cells in zip(*columns, strict=True)]


def kinds_of(frame: pd.DataFrame, width: int, leave: set[int]) -> list[Kind]:
    """Return what the cells of each column are like."""
    kinds = []
    rows = [row for row in range(min(len(frame), SAMPLE)) if row not in leave]
    for place in range(width):
        column = frame[place]
        if _holds_words(column):
            kinds.append(kind_of_cells(map(str, column.iloc[rows].dropna())))
        else:
            kinds.append(Kind("number" if column.notna().any() else "empty"))
    return kinds


def _holds_words(column: pd.Series) -> bool:
    return bool(column.dtype == "category")


def _where(column: pd.Series, is_wanted: Iterable[bool]) -> list[int]:
    """Return the rows whose word is wanted; `is_wanted` has an entry for each category."""
    import numpy as np

    wanted = np.array([*is_wanted, False])  # the last one for gaps, whose code is -1
    return [int(row) for row in wanted[column.cat.codes.to_numpy()].nonzero()[0]]


def _where_word(column: pd.Series, word: str) -> list[int]:
    return _where(column, [str(other).strip() == word for other in column.cat.categories])


def _comments(frame: pd.DataFrame, told: Beginning, width: int) -> list[int]:
    """Return the rows that begin with a comment sign, and are not like the others."""
    sign, first = told.sign, frame[0]
    if not sign or not _holds_words(first):
        return []
    signed = _where(first, [str(word).startswith(sign) for word in first.cat.categories])
    if told.is_sure or not signed:
        return signed
    if len(signed) > len(frame) / 2:
        return []
    kinds = kinds_of(frame, width, set(signed))
    return [
        row
        for row, cells in zip(signed, cells_of(frame, signed), strict=True)
        if is_comment(cells, kinds, width, sign)
    ]


def _repeated(frame: pd.DataFrame, told: Beginning) -> list[int]:
    """Return the rows that are the header once more."""
    header = told.layout.header
    named = [place for place, name in enumerate(header) if name]
    if not named or not all(_holds_words(frame[place]) for place in named):
        return []
    rows: set[int] | None = None
    for place in named:
        column = frame[place]
        there = _where(
            column, [str(word).strip() == header[place] for word in column.cat.categories]
        )
        rows = set(there) if rows is None else rows & set(there)
        if not rows:
            return []
    return sorted(rows or ())


def _totals(frame: pd.DataFrame, width: int, leave: set[int]) -> list[int]:
    """Return the last rows, as far as they are totals or remarks."""
    if width > MAX_WIDTH:
        return []
    words = [place for place in range(width) if _holds_words(frame[place])]
    if not words:
        return []
    kinds: list[Kind] = []
    found: list[int] = []
    for row in range(len(frame) - 1, max(len(frame) - 1 - MAX_END - len(leave), 0), -1):
        if row in leave:
            continue
        cells = cells_of(frame, [row])[0]
        if not kinds:
            end = set(range(max(len(frame) - FEW, len(frame) // 2), len(frame)))
            kinds = kinds_of(frame, width, leave | end)
        if not _is_total(frame, cells, words, row) and not _is_remark(cells, kinds, width):
            break
        found.append(row)
    return found


def _is_total(frame: pd.DataFrame, cells: Sequence[str], words: Sequence[int], row: int) -> bool:
    """Return whether a row says that it is a total, in a word that no row above it has."""
    for place in words:
        cell = cells[place].strip()
        if cell and TOTALS.fullmatch(cell):
            return not any(other < row for other in _where_word(frame[place], cell))
    return False


def _is_remark(cells: Sequence[str], kinds: Sequence[Kind], width: int) -> bool:
    """Return whether nothing in a row is what its columns hold, most often as it is empty."""
    filled = [place for place, cell in enumerate(cells[:width]) if cell.strip()]
    strict = [place for place in filled if kinds[place].is_strict]
    if width < 2 or not filled or any(kinds[place].fits(cells[place]) for place in strict):
        return False
    if len(filled) > width / 2:
        return len(strict) > 1
    lone = [place for place in filled if kinds[place].name == "text"]
    typed = any(kind.is_strict for kind in kinds)
    return bool(strict) or (
        typed and len(lone) == 1 and " " in cells[lone[0]].strip() and width > 2
    )


def misfit(frame: pd.DataFrame, width: int, leave: set[int]) -> tuple[list[int], list[int]]:
    """Return where rows have cells beyond the header's, and which of these cannot be remarks.

    A remark is no number, and the cells before it are what their columns hold: the last named
    one above all, as it is shifted by any cell that was cut in two.

    Returns
    -------
    surplus : list of int
        The rows with more cells.
    misfits : list of int
        Those of them whose cells are shifted, or may be.
    """
    surplus: set[int] = set()
    for place in frame.columns[width:]:
        surplus.update(int(row) for row in frame[place].notna().to_numpy().nonzero()[0])
    surplus -= leave
    if not surplus:
        return [], []
    rows = sorted(surplus)
    if len(surplus) > 0.9 * (len(frame) - len(leave)):
        return rows, rows
    kinds = kinds_of(frame, width, surplus | leave)
    misfits = [
        row
        for row, cells in zip(rows, cells_of(frame, rows), strict=True)
        if not (kinds[-1].is_strict and _has_remark(cells, kinds, width))
    ]
    return rows, misfits


def _has_remark(cells: Sequence[str], kinds: Sequence[Kind], width: int) -> bool:
    more = [cell for cell in cells[width:] if cell.strip()]
    words = all(any(map(str.isalpha, cell)) for cell in more)
    fit = all(kind.fits(cell) for cell, kind in zip(cells, kinds, strict=False))
    return words and fit and bool(cells[width - 1].strip())
