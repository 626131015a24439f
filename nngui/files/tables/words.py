"""The columns of a table as numbers, or as words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd


def is_number_column(column: pd.Series) -> bool:
    """Return whether a column holds numbers; true and false are words."""
    from pandas.api.types import is_bool_dtype, is_complex_dtype, is_numeric_dtype

    kind = column.dtype
    return is_numeric_dtype(kind) and not is_bool_dtype(kind) and not is_complex_dtype(kind)


def word_of(cell: object) -> str:
    """Return a cell as a word; a whole number without a decimal sign."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def as_words(frame: pd.DataFrame, text: Collection[str]) -> pd.DataFrame:
    """Return a table whose columns are numbers, or words as categories."""
    import pandas as pd

    columns = {}
    for name in frame.columns:
        column = frame[name]
        if _are_words(column):
            columns[name] = column
        elif name in text or not is_number_column(column):
            words = column.map(word_of, na_action="ignore")
            columns[name] = words.astype("category")
        else:
            columns[name] = column
    return pd.DataFrame(columns, index=frame.index)


def _are_words(column: pd.Series) -> bool:
    """Return whether a column holds words as categories already."""
    return bool(column.dtype == "category" and column.cat.categories.dtype == "str")


def stripped(column: pd.Series) -> pd.Series:
    """Return words without the blanks around them; where none is left, a gap."""
    words = column.map(str.strip, na_action="ignore")
    return words.where(words != "").astype("category")


def has_blanks(column: pd.Series) -> bool:
    """Return whether blanks stand around some of the words of a column."""
    return any(word != word.strip() or not word for word in map(str, column.cat.categories))


def gaps_among(cells: pd.Series, marks: Collection[str]) -> int:
    """Return how many cells are missing, or one of the words that stand for that."""
    words = [word for word in marks if word]
    found = int(cells.isna().sum())
    return found + (int(cells.astype("str").str.strip().isin(words).sum()) if words else 0)


def compact(part: pd.DataFrame) -> pd.DataFrame:
    """Keep words once, however often they stand in a part of a table."""
    kinds = part.dtypes.items()  # a column at a time would take long for thousands of them
    words = {name: "category" for name, kind in kinds if kind in ("str", "object")}
    return part.astype(words) if words else part


def mixed_columns(parts: list[pd.DataFrame]) -> list[Any]:
    """Return the columns that are numbers in some parts and words in others, or truth values."""
    from pandas.api.types import is_bool_dtype

    found = []
    for name in parts[0].columns if parts else ():
        columns = [part[name] for part in parts if part[name].notna().any()]
        kinds = {is_number_column(column) for column in columns}
        if len(kinds) > 1 or any(is_bool_dtype(column.dtype) for column in columns):
            found.append(name)
    return found


def joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return one table of its parts, which are emptied."""
    import pandas as pd
    from pandas.api.types import union_categoricals

    if len(parts) == 1:
        return parts[0]
    columns: dict[Any, Any] = {}
    names = list(parts[0].columns)
    held = [dict(part.items()) for part in parts]  # popping from a wide table takes ever so long
    parts.clear()
    for name in names:
        found = [part.pop(name) for part in held]  # so that a column is not there twice for long
        if any(column.dtype == "category" for column in found):
            words = [column.astype("str").astype("category") for column in found]
            columns[name] = union_categoricals(words)
        else:
            columns[name] = pd.concat(found, ignore_index=True)
    return pd.DataFrame(columns)


def is_written(value: object, cell: str, decimal: str) -> bool:
    """Return whether a value is what was read of a cell."""
    if value != value:
        return not cell.strip()
    if isinstance(value, (bool, str)):
        return str(value).strip().lower() == cell.strip().lower()
    try:
        return math.isclose(float(cell.replace(decimal, ".")), float(str(value)), rel_tol=1e-9)
    except ValueError:
        return False
