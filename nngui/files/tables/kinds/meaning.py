"""What the columns of a table mean: numbers, categories, dates, or nothing to learn from.

A column is what its cells say, not what a reader of files makes of them. Whatever is decided has
its reason, and is changed by the settings of `TableSpec`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nngui.core.data.cells import MAX_NUMBER, number_of
from nngui.core.data.column_type import ColumnType
from nngui.core.errors import NnguiError
from nngui.core.text import mark
from nngui.files.progress import check_cancelled
from nngui.files.tables.kinds.column_kind import (
    CATEGORY,
    DATE,
    NUMBER,
    Meaning,
    of_numbers,
    plain_text,
)
from nngui.files.tables.kinds.word_column import WordColumn, are_code_words

if TYPE_CHECKING:
    import pandas as pd

    from nngui.core.arrays import Floats
    from nngui.core.spec.table import TableSpec
    from nngui.files.tables.format import TableFormat

SAMPLE = 1000  # rows that mostly tell


def meaning_of(
    name: str, cells: pd.Series, spec: TableSpec, form: TableFormat, kind: str = ""
) -> Meaning:
    """Return what a column means.

    Parameters
    ----------
    cells : Series
        As they stand in the file: numbers, dates, or words; only empty cells are missing.
    form : TableFormat
        How the file is written.
    kind : str
        What it is to be taken for: ``number``, ``category`` or ``date``; empty: what it looks like.
    """
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    check_cancelled()
    kind = kind or _asked(name, spec)
    is_number = is_numeric_dtype(cells) and not is_bool_dtype(cells)
    if is_number and kind in ("", NUMBER):
        return _numbers(name, cells, spec, form, kind)
    return WordColumn(name, cells, spec, form).meaning(kind)


def _asked(name: str, spec: TableSpec) -> str:
    """Return what the settings say that a column is."""
    for kind, names in ((CATEGORY, spec.categories), (NUMBER, spec.numbers), (DATE, spec.dates)):
        if name in names:
            return kind
    return ""


def _numbers(name: str, cells: pd.Series, spec: TableSpec, form: TableFormat, kind: str) -> Meaning:
    """Return what a column means in which all cells are plain numbers."""
    values = cells.to_numpy("float64", na_value=np.nan)
    own = {number_of(gap) for gap in spec.gaps} - {np.nan}
    known = values[~np.isnan(values)]
    empty = len(values) - len(known)
    gaps = {"": empty} if empty else {}
    marked = np.abs(known) > MAX_NUMBER
    if own:
        marked |= np.isin(known, list(own))
    if marked.any():
        for value in np.unique(known[marked]):
            gaps[plain_text(value)] = int((known == value).sum())
        known = known[~marked]
    how = ColumnType(
        decimal=form.decimal or ".",
        gaps=tuple(gap for gap in spec.gaps if not np.isnan(number_of(gap))),
    )
    text = mark("core", "all its cells are numbers")
    return of_numbers(Meaning(name, NUMBER, NnguiError(text), how, gaps=gaps), known, spec, kind)


def is_doubtful(cells: pd.Series) -> bool:
    """Return whether numbers, read with a decimal sign, could be whole ones with grouped thousands.

    Then the column is read once more as words: 2.944 between 545 and 56 may be 2,944.
    """
    values = cells.to_numpy("float64", na_value=np.nan)
    return _may_be_grouped(values[:SAMPLE]) and _are_doubtful(values)


def _may_be_grouped(values: Floats) -> bool:
    """Return whether some rows leave it open, as they are whole or doubtful themselves."""
    return bool((values[np.isfinite(values)] % 1 == 0).all()) or _are_doubtful(values)


def _are_doubtful(values: Floats) -> bool:
    values = values[np.isfinite(values)]
    parted = np.abs(values[values != np.floor(values)])
    if not len(parted) or parted.min() < 1 or parted.max() >= 1000:
        return False
    if not np.allclose(parted * 1000, np.round(parted * 1000), rtol=0, atol=1e-6):
        return False
    hundredths = np.abs(parted * 100 - np.round(parted * 100)) < 1e-6
    return bool(hundredths.mean() < 0.5)


def may_be_codes(cells: pd.Series) -> bool:
    """Return whether numbers may be written with noughts before them: whole ones, not negative."""
    return cells.dtype.kind in "iu" and bool(cells.min() >= 0)


def are_codes(cells: pd.Series) -> bool:
    """Return whether words are codes of digits with noughts before them."""
    return are_code_words([str(word) for word in cells.dropna().unique()])
