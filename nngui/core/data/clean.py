"""The columns of a table as its inputs want them: numbers, and words of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nngui.core.data.cells import date_part, read_dates, read_numbers, read_words
from nngui.core.data.column_type import ColumnType, part_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def clean_table(
    table: pd.DataFrame,
    types: Iterable[tuple[str, ColumnType]],
    values: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """Return a table's columns as they are used: float64, or categories; a gap is missing.

    Parameters
    ----------
    table : DataFrame
        Cells as they stand in the file; it may have further columns.
    types : iterable of (str, ColumnType)
        The columns that are used, and how each is read.
    values : mapping of str to sequence of str
        The categories of each column of words.

    Returns
    -------
    DataFrame
        A date is as many columns as it has parts.
    """
    columns: dict[str, Any] = {}
    for name, how in types:
        cells = table[name]
        if how.kind == "category":
            columns[name] = read_words(cells, list(values[name]), how.gaps, how.other)
        elif how.kind == "date":
            dates = read_dates(cells, how.pattern)
            for part in how.parts:
                columns[part_name(name, part)] = date_part(dates, part, how.first or "1970-01-01")
        else:
            columns[name] = read_numbers(cells, how.decimal, how.thousands, how.unit, how.gaps)
    return pd.DataFrame(columns, index=table.index)
