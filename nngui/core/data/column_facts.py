"""What is to be seen of each column of a table: how its values spread, and what they tell."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nngui.core.data.cells import read_dates, read_numbers, read_words
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from nngui.core.arrays import Floats
    from nngui.core.data.column_type import ColumnType
    from nngui.core.data.columns import Columns
    from nngui.core.data.report import DataReport

BINS = 24  # of a histogram
MAX_FREQUENT = 5  # values of a column of words that are named
CORRELATION = mark("core", "correlation")
CORRELATION_RATIO = mark("core", "correlation ratio")
CRAMERS_V = mark("core", "Cramér's V")


@dataclass(frozen=True, slots=True, eq=False)
class ColumnFacts:
    """A column as it is among the rows that are used.

    Attributes
    ----------
    name : str
    gaps : int
        Rows without a value.
    counts : ndarray
        Of numbers and dates, how many lie in each of `BINS` equal parts from the least to the
        greatest, int64; empty of words.
    low, high : str
        The least and the greatest value, as one would write them; of words empty.
    frequent : tuple of (str, int)
        The most frequent words, and how often each stands; empty of numbers and dates.
    different : int
        How many different words there are; 0 of numbers and dates.
    relation : float
        How closely the target goes with it: see `measure`; NaN where that is not defined.
    measure : str
        ``correlation``, from -1 to 1; ``correlation ratio`` (the square root of the share of the
        variance that lies between groups) or ``Cramér's V``, from 0 to 1; empty without one.
    """

    name: str
    gaps: int
    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    low: str = ""
    high: str = ""
    frequent: tuple[tuple[str, int], ...] = ()
    different: int = 0
    relation: float = math.nan
    measure: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Values:
    """A column's values: numbers with NaN for gaps, or codes of words with -1 for gaps."""

    numbers: Floats | None = None
    codes: NDArray[np.int64] | None = None
    words: tuple[str, ...] = ()
    is_date: bool = False


def column_facts(
    frame: pd.DataFrame,
    columns: Columns,
    report: DataReport,
    rows: NDArray[np.int64],
    training: NDArray[np.bool_],
) -> Iterator[ColumnFacts]:
    """Return what is to be seen of each column, one after the other.

    Parameters
    ----------
    frame : DataFrame
        Cells as they stand in the file.
    columns : Columns
        What they are used for.
    report : DataReport
        With the columns in their order.
    rows : ndarray
        Which rows of the frame are used, shape (n,).
    training : ndarray
        Which of those are trained on, shape (n,): relations are those among them alone, as what
        is kept for the test is not looked at.
    """
    types, words = dict(columns.types), dict(columns.categories)
    if columns.classes:
        words[columns.target] = columns.classes

    def values_of(name: str) -> _Values:
        cells = frame[name] if len(rows) == len(frame) else frame[name].iloc[rows]
        return _values(cells, types.get(name), words.get(name, ()))

    target = values_of(columns.target)
    for one in report.columns:
        values = target if one.name == columns.target else values_of(one.name)
        relation, measure = math.nan, ""
        if one.use == "feature":
            relation, measure = _relation(values, target, training)
        yield _facts(one.name, values, relation, measure)


def _values(cells: pd.Series, how: ColumnType | None, words: tuple[str, ...]) -> _Values:
    """Return a column's values as they are used; one that is not used as it looks."""
    if how is not None and how.kind == "category":

        def codes(cells: pd.Series) -> NDArray[np.int64]:
            found = read_words(cells, list(words), how.gaps, how.other)
            result: NDArray[np.int64] = found.codes.astype(np.int64)
            return result

        return _Values(codes=_by_word(cells, codes, -1), words=words)
    if how is not None and how.kind == "date":
        return _Values(numbers=_by_word(cells, _seconds_of(how.pattern), np.nan), is_date=True)
    if how is not None:

        def numbers(cells: pd.Series) -> Floats:
            found = read_numbers(cells, how.decimal, how.thousands, how.unit, how.gaps)
            result: Floats = found.to_numpy("float64")
            return result

        return _Values(numbers=_by_word(cells, numbers, np.nan))
    if pd.api.types.is_datetime64_any_dtype(cells):
        return _Values(numbers=_seconds_of("")(cells), is_date=True)
    if pd.api.types.is_numeric_dtype(cells):
        plain = cells.to_numpy("float64", na_value=np.nan)
        return _Values(numbers=np.where(np.isinf(plain), np.nan, plain))
    found = cells if isinstance(cells.dtype, pd.CategoricalDtype) else cells.astype("category")
    return _Values(
        codes=found.cat.codes.to_numpy(np.int64), words=tuple(map(str, found.cat.categories))
    )


def _seconds_of(pattern: str) -> Callable[[pd.Series], Floats]:
    """Return what makes seconds since 1970 of dates."""

    def seconds(cells: pd.Series) -> Floats:
        found = (read_dates(cells, pattern) - pd.Timestamp(0)) / pd.Timedelta(seconds=1)
        result: Floats = found.to_numpy("float64")
        return result

    return seconds


def _by_word(
    cells: pd.Series, read: Callable[[pd.Series], NDArray[Any]], gap: float
) -> NDArray[Any]:
    """Return what is read of cells: each word once, however many cells it stands in."""
    if not isinstance(cells.dtype, pd.CategoricalDtype):
        plain: NDArray[Any] = read(cells)
        return plain
    known = read(pd.Series(cells.cat.categories.astype(object)))
    values: NDArray[Any] = np.append(known, np.array(gap, known.dtype))
    return np.asarray(values[cells.cat.codes.to_numpy()])


def _facts(name: str, values: _Values, relation: float, measure: str) -> ColumnFacts:
    if values.codes is not None:
        counts = np.bincount(values.codes[values.codes >= 0], minlength=len(values.words))
        order = np.argsort(-counts, kind="stable")[:MAX_FREQUENT]
        frequent = tuple((values.words[i], int(counts[i])) for i in order if counts[i])
        return ColumnFacts(
            name,
            int((values.codes < 0).sum()),
            frequent=frequent,
            different=int((counts > 0).sum()),
            relation=relation,
            measure=measure,
        )
    assert values.numbers is not None
    known = values.numbers[np.isfinite(values.numbers)]
    gaps = len(values.numbers) - len(known)
    if not len(known):
        return ColumnFacts(name, gaps, relation=relation, measure=measure)
    low, high = float(known.min()), float(known.max())
    return ColumnFacts(
        name,
        gaps,
        _histogram(known, low, high),
        _written(low, is_date=values.is_date),
        _written(high, is_date=values.is_date),
        relation=relation,
        measure=measure,
    )


def _histogram(known: Floats, low: float, high: float) -> NDArray[np.int64]:
    width = high / BINS - low / BINS  # the difference itself may be too large
    if not width > 0:
        return np.array([len(known)], np.int64)
    places = np.clip((known / width - low / width).astype(np.int64), 0, BINS - 1)
    counts: NDArray[np.int64] = np.bincount(places, minlength=BINS)
    return counts


def _written(value: float, *, is_date: bool) -> str:
    """Return a value as one would write it: 12, 12,345, 0.5, 2021-06-18, 08:30."""
    if is_date:
        moment = pd.Timestamp(value, unit="s").round("s")
        if moment.year == 1900 and moment.dayofyear == 1:  # a time of day
            return f"{moment.hour:02}:{moment.minute:02}"
        return str(moment.date())
    if abs(value) < 1e9 and value == round(value):
        return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.0f}"  # a year has no comma
    return f"{value:.6g}"


# What a column tells of the target ---------------------------------------------------------------


def _relation(feature: _Values, target: _Values, training: NDArray[np.bool_]) -> tuple[float, str]:
    """Return how closely two columns go together, and by which measure."""
    if feature.codes is not None and target.codes is not None:
        return cramers_v(feature.codes[training], target.codes[training]), CRAMERS_V
    if feature.numbers is not None and target.numbers is not None:
        both = feature.numbers[training], target.numbers[training]
        return correlation(*both), CORRELATION
    codes = feature.codes if feature.codes is not None else target.codes
    numbers = feature.numbers if feature.numbers is not None else target.numbers
    assert codes is not None
    assert numbers is not None
    return correlation_ratio(codes[training], numbers[training]), CORRELATION_RATIO


def correlation(x: Floats, y: Floats) -> float:
    """Return Pearson's correlation coefficient of the pairs without a gap, from -1 to 1."""
    known = np.isfinite(x) & np.isfinite(y)
    x, y = _centred(x[known]), _centred(y[known])
    spread = math.sqrt(float(x @ x) * float(y @ y)) if len(x) else 0.0
    return min(max(float(x @ y) / spread, -1.0), 1.0) if spread else math.nan


def correlation_ratio(codes: NDArray[np.int64], values: Floats) -> float:
    """Return Pearson's correlation ratio (eta): the root of the variance's share between groups.

    Parameters
    ----------
    codes : ndarray
        The group of each value, from 0; -1: unknown.
    """
    known = np.isfinite(values) & (codes >= 0)
    codes, values = codes[known], _centred(values[known])
    whole = float(values @ values) if len(values) else 0.0
    if not whole:
        return math.nan
    sums, counts = np.bincount(codes, values), np.bincount(codes)
    between = float((sums**2 / np.maximum(counts, 1)).sum())
    return math.sqrt(min(between / whole, 1.0))


def cramers_v(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Return Cramér's V of two categories: the root of chi-squared by its largest possible value.

    H. Cramér: "Mathematical Methods of Statistics" (1946), p. 282, without a correction.
    """
    known = (one >= 0) & (other >= 0)
    one, other = one[known], other[known]
    if not len(one):
        return math.nan
    wide = int(other.max()) + 1
    table = np.bincount(one * wide + other, minlength=(int(one.max()) + 1) * wide)
    table = table.reshape(-1, wide).astype(np.float64)
    table = table[table.sum(1) > 0][:, table.sum(0) > 0]
    least = min(table.shape) - 1
    if not least:
        return math.nan
    expected = np.outer(table.sum(1), table.sum(0)) / len(one)
    chi_squared = float(((table - expected) ** 2 / expected).sum())
    return math.sqrt(min(chi_squared / len(one) / least, 1.0))


def _centred(values: Floats) -> Floats:
    """Return values less their mean, by their width: squares of large ones would overflow."""
    if not len(values):
        return values
    low, high = values.min(), values.max()
    width = high / 2 - low / 2
    if not width > 0:
        return np.zeros(len(values))
    scaled = values / width
    result: Floats = scaled - scaled.mean()
    return result
