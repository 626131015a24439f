"""What a column of a table is taken for, and columns of numbers and dates looked at closely."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.data.column_type import ColumnType
from nngui.core.errors import DataError, NnguiError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from nngui.core.arrays import Floats
    from nngui.core.spec.table import TableSpec

NUMBER, CATEGORY, DATE = "number", "category", "date"
IDENTIFIER, TEXT, EMPTY, CONSTANT = "identifier", "text", "empty", "constant"
LEARNED = (NUMBER, CATEGORY, DATE)  # kinds that something could be predicted from
MAX_CATEGORIES = 100  # words of a column; of more, the most frequent and `other`
MIN_IDENTIFIERS = 10  # rows; of fewer, different values say nothing
NAMED_ID = re.compile(
    r"(?:.*[^a-z])?(?:id|ids|uid|uuid|guid|key|index|idx|row|row ?names?|nr|no|number|编号|序号)"
    r"(?:\s*#)?|unnamed:? ?\d*|#",
    re.IGNORECASE,
)
SENTINEL = mark(
    "core",
    "{name}: {value} stands {n} times, far from all other numbers. If it means a gap, say so: "
    "data.table.gaps.",
)
KEPT = mark(
    "core",
    "{name}: {word} is taken for a category of its own ({n} times). If it means a gap, say so: "
    "data.table.gaps.",
)
BUT_GAPS = mark("core", "numbers, but for {n} cells that are gaps")
DAY_OR_MONTH = mark(
    "core",
    "{name}: {cell} is read as {date}. If day and month are the other way round, say "
    "data.table.day_first={other}.",
)
"""The window asks about three of these (see `questions`)."""
SENTINELS = re.compile(r"-?(9{2,6})|-([1-9]0{0,5})")


@dataclass(frozen=True)
class Meaning:
    """What a column means.

    Attributes
    ----------
    name : str
    kind : str
        ``number``, ``category``, ``date``, ``identifier``, ``text``, ``empty`` or ``constant``.
    reason : NnguiError
        Why, in a few words.
    how : ColumnType
        How its cells are read.
    different : int
        How many different values it has; of numbers at most two are counted.
    gaps : mapping of str to int
        How often which cells are gaps; those that are empty under an empty text.
    values : tuple of str
        The categories, the most frequent spelling of each.
    notes : tuple of NnguiError
        What should be looked at.
    doubt : NnguiError, optional
        That a decimal sign may be one that groups thousands; nothing else in the column tells.
    """

    name: str
    kind: str
    reason: NnguiError
    how: ColumnType = field(default_factory=ColumnType)
    different: int = 0
    gaps: Mapping[str, int] = field(default_factory=dict)
    values: tuple[str, ...] = ()
    notes: tuple[NnguiError, ...] = ()
    doubt: NnguiError | None = None

    @property
    def is_learned(self) -> bool:
        """Whether it is used, unless one says no."""
        return self.kind in LEARNED


def of_numbers(found: Meaning, known: Floats, spec: TableSpec, kind: str) -> Meaning:
    """Return a column of numbers once more, where there is nothing to learn from it.

    Parameters
    ----------
    known : ndarray
        Its numbers, without gaps, in their order.
    """
    if not len(known):
        return replace(found, kind=EMPTY, reason=NnguiError(mark("core", "it has no values")))
    if known.min() == known.max():
        text = mark("core", "it is {value} everywhere")
        return replace(found, kind=CONSTANT, reason=NnguiError(text, value=plain_text(known[0])))
    found = replace(found, different=2)
    is_free = not kind and not found.how.unit and found.name not in spec.features
    if is_free and _is_identifier(found.name, known):
        text = mark("core", "it numbers the rows")
        return replace(found, kind=IDENTIFIER, reason=NnguiError(text))
    note = _sentinel(found.name, known)
    return replace(found, notes=(*found.notes, note)) if note is not None else found


def _is_identifier(name: str, known: Floats) -> bool:
    """Return whether numbers count the rows, or are called a number and never come twice."""
    first = known[:MIN_IDENTIFIERS]  # mostly they tell at once
    if len(first) < MIN_IDENTIFIERS or not np.array_equal(first, np.floor(first)):
        return False
    if not np.array_equal(known, np.floor(known)):
        return False
    if known[0] in (0, 1) and bool((np.diff(known) == 1).all()):
        return True
    return NAMED_ID.fullmatch(name.strip()) is not None and len(np.unique(known)) == len(known)


def _sentinel(name: str, known: Floats) -> NnguiError | None:
    """Say that a number such as -999 seems to stand for a gap; None where none does."""
    for value in (known.min(), known.max()):
        if not SENTINELS.fullmatch(plain_text(value)):
            continue
        rest = known[known != value]
        count = len(known) - len(rest)
        if not len(rest) or count < max(3, len(known) / 200):
            continue
        apart = min(abs(rest.min() - value), abs(rest.max() - value))
        if apart > max(rest.max() - rest.min(), 1) and len(np.unique(rest)) > 2:
            return DataError(
                SENTINEL, name=short_text(name), value=plain_text(value), n=f"{count:,}"
            )
    return None


def plain_text(value: float) -> str:
    """Return a number as one would write it."""
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(float(value))


def of_dates(found: Meaning, dates: pd.Series, spec: TableSpec, *, has_time: bool) -> Meaning:
    """Return a column of dates with the numbers that are made of them."""
    known = dates.dropna()
    if not len(known):
        return replace(found, kind=EMPTY, reason=NnguiError(mark("core", "it has no values")))
    if known.nunique() == 1:
        text = mark("core", "it is {value} everywhere")
        return replace(found, kind=CONSTANT, reason=NnguiError(text, value=str(known.iloc[0])))
    parts = [part for part in spec.date_parts if part != "hour" or has_time]
    differ = {
        "year": known.dt.year,
        "month": known.dt.month,
        "weekday": known.dt.day_of_week,
        "day of year": known.dt.day_of_year,
        "hour": known.dt.hour * 60 + known.dt.minute,
    }
    parts = [part for part in parts if part == "days" or differ[part].nunique() > 1]
    how = found.how.replaced(parts=tuple(parts or ["days"]), first=str(known.min()))
    return replace(found, how=how, different=2)
