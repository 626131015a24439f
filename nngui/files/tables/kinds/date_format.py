"""How the dates of a column are written."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

MAX_SAMPLE = 2_000  # different cells of a column that are looked at
MIN_SHARE = 0.95  # of the cells are dates
YEARS = range(1000, 2500)
DATES = (
    ("%Y-%m-%d", ""),
    ("%Y/%m/%d", ""),
    ("%Y.%m.%d", ""),
    ("%Y年%m月%d日", ""),
    ("%d.%m.%Y", ""),
    ("%d.%m.%y", ""),
    ("%d/%m/%Y", "%m/%d/%Y"),
    ("%d-%m-%Y", "%m-%d-%Y"),
    ("%d/%m/%y", "%m/%d/%y"),
    ("%d-%b-%Y", ""),
    ("%d-%b-%y", ""),
    ("%d %b %Y", ""),
    ("%d %B %Y", ""),
    ("%b %d, %Y", ""),
    ("%b %d %Y", ""),
    ("%B %d, %Y", ""),
    ("%b %Y", ""),
    ("%Y-%m", ""),
    ("%m/%Y", ""),
    ("%Y%m%d", ""),
)
"""Patterns of dates, and the same ones with the month first."""
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", "T%H:%M", "T%H:%M:%S", ", %H:%M")
OF_DAY = ("%H:%M", "%H:%M:%S", "%H.%M.%S", "%I:%M %p")
ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?")
LIKELY = re.compile(r"(?=.*\d).{4,40}", re.DOTALL)


@dataclass(frozen=True)
class DateFormat:
    """How dates are written.

    Attributes
    ----------
    pattern : str
        As `strptime` has it; empty: ISO 8601 with times.
    has_time, is_time : bool
        There is a time of day too, or nothing but one.
    other : str
        A pattern that fits all cells as well: it should be asked.
    """

    pattern: str
    has_time: bool = False
    is_time: bool = False
    other: str = ""


def date_format(
    words: Sequence[str], *, day_first: bool | None, prefers_day: bool
) -> DateFormat | None:
    """Return how most cells are written as dates; None where they are none.

    Parameters
    ----------
    words : sequence of str
        The different cells of a column, in their order, without its gaps.
    day_first : bool, optional
        Whether 03/04 is a day in April, where that is known.
    prefers_day : bool
        What it is taken for where nothing tells.
    """
    step = max(len(words) / MAX_SAMPLE, 1)
    sample = [words[int(i * step)].strip() for i in range(min(len(words), MAX_SAMPLE))]
    able = [word for word in sample if LIKELY.fullmatch(word)]
    if not sample or len(able) < MIN_SHARE * len(sample):
        return None
    if sum(ISO.fullmatch(word) is not None for word in sample) >= MIN_SHARE * len(sample):
        return DateFormat("", has_time=True)
    for pattern in OF_DAY:
        if _share(sample, pattern) >= MIN_SHARE:
            return DateFormat(pattern, is_time=True)
    for time in TIMES:
        for first, other in DATES:
            shares = [_share(sample, found + time) for found in (first, other) if found]
            if max(shares) < MIN_SHARE:
                continue
            if len(shares) == 1:
                return DateFormat(first + time, bool(time))
            return _chosen(sample, (first + time, other + time), shares, day_first, prefers_day)
    return None


def _chosen(
    sample: list[str],
    patterns: tuple[str, str],
    shares: list[float],
    day_first: bool | None,
    prefers_day: bool,
) -> DateFormat:
    """Return which of two patterns it is, the day first or the month first."""
    has_time = "%H" in patterns[0] or "%I" in patterns[0]
    if day_first is not None:
        return DateFormat(patterns[not day_first], has_time)
    if shares[0] != shares[1]:
        return DateFormat(patterns[shares[1] > shares[0]], has_time)
    orders = [_is_in_order(sample, pattern) for pattern in patterns]
    if orders[0] != orders[1]:
        return DateFormat(patterns[orders[1]], has_time)
    return DateFormat(patterns[not prefers_day], has_time, other=patterns[prefers_day])


def _dates(words: list[str], pattern: str) -> pd.Series:
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas' advice about formats
        return pd.to_datetime(pd.Series(words, dtype="str"), format=pattern, errors="coerce")


def _share(words: list[str], pattern: str) -> float:
    if _dates(words[:20], pattern).notna().mean() < 0.5:  # mostly it is another
        return 0.0
    dates = _dates(words, pattern)
    if "%H" not in pattern and "%Y" in pattern:
        dates = dates[dates.dt.year.isin(YEARS)]
    return float(dates.notna().sum() / len(words))


def _is_in_order(words: list[str], pattern: str) -> bool:
    values = _dates(words, pattern).dropna().to_numpy().astype(np.int64)
    pairs = list(pairwise(values.tolist()))
    return all(a <= b for a, b in pairs) or all(a >= b for a, b in pairs)
