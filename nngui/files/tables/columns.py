"""What the columns of a table are for: which are numbers, which names, which is to be predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.errors import DataError, NnguiError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark

if TYPE_CHECKING:
    import pandas as pd

    from nngui.core.spec.table import TableSpec
    from nngui.files.tables.table import Table

MAX_CATEGORIES = 100  # names in a column; of more, each has too few rows to learn from


def is_number_column(column: pd.Series) -> bool:
    """Return whether a column holds numbers; true and false are words."""
    from pandas.api.types import is_bool_dtype, is_complex_dtype, is_numeric_dtype

    kind = column.dtype
    return is_numeric_dtype(kind) and not is_bool_dtype(kind) and not is_complex_dtype(kind)


def choose_target(table: Table, spec: TableSpec) -> str:
    """Return the column to predict: the last one, unless the settings name another.

    Raises
    ------
    DataError
        When they name a column that is not there, or the target as a feature.
    """
    there = list(table.frame.columns)
    for name in (spec.target, *spec.features, *spec.categories):
        if name and name not in there:
            text = mark("core", "{file} has no column {name}: it has {known}.")
            raise DataError(
                text, file=short_text(table.path.name), name=short_text(name), known=_listed(there)
            )
    target = spec.target or there[-1]
    if target in spec.features:
        text = mark("core", "{name} is the target and a feature too: take it from the features.")
        raise DataError(text, name=short_text(target))
    return str(target)


def choose_features(
    table: Table, frame: pd.DataFrame, spec: TableSpec, target: str, notes: list[NnguiError]
) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """Return the features that are numbers, and those that are names with their values.

    Parameters
    ----------
    frame : DataFrame
        The rows whose target is known.
    notes : list of NnguiError
        Gets a sentence about what is left out.

    Raises
    ------
    DataError
        When a feature cannot be used, or there are none.
    """
    numbers: list[str] = []
    categories: dict[str, tuple[str, ...]] = {}
    left_out: list[str] = []
    for name in spec.features or [str(name) for name in frame.columns if name != target]:
        column = frame[name]
        if not spec.features and not is_usable(column):
            left_out.append(name)
            continue
        if not column.notna().any():
            raise DataError(
                mark("core", "The column {name} is empty: leave it out."), name=short_text(name)
            )
        if is_number_column(column):
            numbers.append(name)
        else:
            categories[name] = _categories(column)
    if not numbers and not categories:
        text = mark("core", "{file} has no column to predict {name} from.")
        raise DataError(text, file=short_text(table.path.name), name=short_text(target))
    if left_out:
        text = mark(
            "core",
            "Left out, as they are empty, the same everywhere, or hold too many different words: "
            "{names}.",
        )
        notes.append(DataError(text, names=_listed(left_out)))
    return numbers, categories


def is_usable(column: pd.Series, different: int | None = None) -> bool:
    """Return whether something could be predicted from a column: it is used unless one says no.

    Parameters
    ----------
    different : int, optional
        How many different values it has, if that is known.
    """
    if is_number_column(column):
        return bool(column.min() < column.max()) if different is None else different > 1
    different = int(column.nunique()) if different is None else different
    return 1 < different <= min(MAX_CATEGORIES, max(2, len(column) // 2))


def _categories(column: pd.Series) -> tuple[str, ...]:
    values = _values(column)
    if len(values) > MAX_CATEGORIES:
        text = mark(
            "core", "{name} holds {n} different words, and {most} is the most: leave it out."
        )
        raise DataError(
            text, name=short_text(column.name), n=f"{len(values):,}", most=MAX_CATEGORIES
        )
    return values


def class_names(column: pd.Series) -> tuple[str, ...]:
    """Return the classes in a column to predict, in their order.

    Raises
    ------
    DataError
        When there is only one, or there are too many.
    """
    values = _values(column)
    if len(values) < 2:
        text = mark(
            "core", "All points are of one class, {name}: two classes are needed to tell apart."
        )
        raise DataError(text, name=short_text(values[0]))
    if len(values) > MAX_CATEGORIES:
        text = mark(
            "core",
            "{name} has {n} different values, and {most} classes are the most: for numbers, use "
            "the tab Regression.",
        )
        raise DataError(
            text, name=short_text(column.name), n=f"{len(values):,}", most=MAX_CATEGORIES
        )
    return values


def _values(column: pd.Series) -> tuple[str, ...]:
    """Return the different values of a column: numbers in their order, words in theirs."""
    values = [str(value) for value in column.dropna().unique()]
    try:
        return tuple(sorted(values, key=float))
    except ValueError:
        return tuple(sorted(values))


def _listed(names: list[str], most: int = 8) -> str:
    more = f", … (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(map(short_text, names[:most])) + more
