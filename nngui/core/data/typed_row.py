"""A row that a user types in: what stands in a field as a cell, and a cell as it stands there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from nngui.core.data.cells import number_of, read_dates, word_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.data.column_type import ColumnType

ISO = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%H:%M")


def typed_cell(text: str, how: ColumnType) -> object:
    """Return the cell that a user means; None for a gap.

    It is read as the training table was written, or else as one writes numbers and dates anywhere.

    Raises
    ------
    ValueError
        When it is no number, or no date.
    """
    text = text.strip().replace("，", ",")
    if not text:
        return None
    if how.kind == "date":
        return _date(text, how)
    writings = ((how.decimal, how.thousands, how.unit), (".", "", ""), (",", "", ""))
    found = (number_of(text, *writing) for writing in writings)
    value = next((number for number in found if not math.isnan(number)), math.nan)
    if math.isnan(value):
        raise ValueError(text)
    return value


def _date(text: str, how: ColumnType) -> pd.Timestamp:
    for pattern in (how.pattern, *ISO):
        date = read_dates(pd.Series([text], dtype="str"), pattern).iloc[0]
        if not pd.isna(date):
            return pd.Timestamp(date)
    raise ValueError(text)


def shown_cell(cell: object, how: ColumnType) -> str:
    """Return a cell of the training table as it stands in a field; empty for a gap."""
    if cell is None or cell != cell or str(cell).strip() in how.gaps:
        return ""
    if how.kind == "date":
        return str(cell).strip()
    number = number_of(cell, how.decimal, how.thousands, how.unit)
    if isinstance(cell, int | float):
        number = float(cell)
    return "" if math.isnan(number) else f"{number:.6g}"


def chosen_word(cell: object, values: Sequence[str]) -> str | None:
    """Return the category that a cell of the training table is; None where it is none."""
    if cell is None or cell != cell:
        return None
    return next((value for value in values if word_key(value) == word_key(cell)), None)
