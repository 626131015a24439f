"""Which words stand for a gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection


def default_gaps(table: pd.DataFrame, words: Collection[str], decimal: str) -> pd.DataFrame:
    """Return a table without the words that stand for gaps; `words` stay words."""
    more = "#N/A|#N/A N/A|#NA|-1.#IND|-1.#QNAN|-NaN|-nan|1.#IND|1.#QNAN|<NA>|N/A|NA|NULL|NaN|None"
    gaps = [*more.split("|"), "n/a", "nan", "null"]
    found = {}
    for name in table.columns:
        column = table[name]
        if not pd.api.types.is_numeric_dtype(column) and column.isin(gaps).any():
            column = column.astype("str").where(~column.isin(gaps))
            if name not in words:
                numbers = column.str.replace(decimal, ".", regex=False)
                numbers = pd.to_numeric(numbers, errors="coerce")
                column = numbers if numbers.notna().equals(column.notna()) else column
            found[name] = column
    return table.assign(**found) if found else table
