"""What the columns of a table mean: numbers, categories, dates, or nothing to learn from.

A column is what its cells say, not what a reader of files makes of them. Whatever is decided has
its reason, and is changed by the settings of `TableSpec`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.data.cells import MAX_NUMBER, number_of, read_dates, word_key
from nngui.core.data.column_type import ColumnType
from nngui.core.errors import DataError, NnguiError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.progress import check_cancelled
from nngui.files.tables.date_format import date_format
from nngui.files.tables.gap_words import CENSORED, SURE, UNSURE, is_gap
from nngui.files.tables.number_format import NumberFormat, number_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from nngui.core.arrays import Floats
    from nngui.core.spec.table import TableSpec
    from nngui.files.tables.format import TableFormat

NUMBER, CATEGORY, DATE = "number", "category", "date"
IDENTIFIER, TEXT, EMPTY, CONSTANT = "identifier", "text", "empty", "constant"
LEARNED = (NUMBER, CATEGORY, DATE)  # kinds that something could be predicted from
MAX_CATEGORIES = 100  # words of a column; of more, the most frequent and `other`
OTHER = "other"
MIN_SHARE = 0.95  # of the cells are numbers in a column of numbers
MIN_IDENTIFIERS = 10  # rows; of fewer, different values say nothing
FREQUENT = 0.01  # share of the cells from which a word such as NA is a category
NAMED_ID = re.compile(
    r"(?:.*[^a-z])?(?:id|ids|uid|uuid|guid|key|index|idx|row|row ?names?|nr|no|number|编号|序号)"
    r"(?:\s*#)?|unnamed:? ?\d*|#",
    re.IGNORECASE,
)
SENTINELS = re.compile(r"-?(9{2,6})|-([1-9]0{0,5})")
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
"""Three of these are asked about in the window (see `questions`)."""


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
    return _Words(name, cells, spec, form).meaning(kind)


def _asked(name: str, spec: TableSpec) -> str:
    """Return what the settings say that a column is."""
    for kind, names in ((CATEGORY, spec.categories), (NUMBER, spec.numbers), (DATE, spec.dates)):
        if name in names:
            return kind
    return ""


# Columns of numbers ------------------------------------------------------------------------------


def _numbers(name: str, cells: pd.Series, spec: TableSpec, form: TableFormat, kind: str) -> Meaning:
    """Return what a column means in which all cells are plain numbers."""
    values = cells.to_numpy("float64", na_value=np.nan)
    own = {number_of(gap) for gap in spec.gaps} - {np.nan}
    empty = int(np.isnan(values).sum())
    gaps = {"": empty} if empty else {}
    marked = np.isin(values, list(own)) if own else np.zeros(len(values), bool)
    marked |= np.abs(values) > MAX_NUMBER
    for value in np.unique(values[marked]):
        gaps[_plain(value)] = int((values == value).sum())
    values = np.where(marked, np.nan, values)
    known = values[~np.isnan(values)]
    how = ColumnType(
        decimal=form.decimal or ".",
        gaps=tuple(gap for gap in spec.gaps if not np.isnan(number_of(gap))),
    )
    text = mark("core", "all its cells are numbers")
    return _of_numbers(Meaning(name, NUMBER, NnguiError(text), how, gaps=gaps), known, spec, kind)


def _of_numbers(found: Meaning, known: Floats, spec: TableSpec, kind: str) -> Meaning:
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
        return replace(found, kind=CONSTANT, reason=NnguiError(text, value=_plain(known[0])))
    found = replace(found, different=2)
    is_free = not kind and not found.how.unit and found.name not in spec.features
    if is_free and _is_identifier(found.name, known):
        text = mark("core", "it numbers the rows")
        return replace(found, kind=IDENTIFIER, reason=NnguiError(text))
    note = _sentinel(found.name, known)
    return replace(found, notes=(*found.notes, note)) if note is not None else found


def _is_identifier(name: str, known: Floats) -> bool:
    """Return whether numbers count the rows, or are called a number and never come twice."""
    if len(known) < MIN_IDENTIFIERS or not np.array_equal(known, np.floor(known)):
        return False
    if known[0] in (0, 1) and bool((np.diff(known) == 1).all()):
        return True
    return NAMED_ID.fullmatch(name.strip()) is not None and len(np.unique(known)) == len(known)


def _sentinel(name: str, known: Floats) -> NnguiError | None:
    """Say that a number such as -999 seems to stand for a gap; None where none does."""
    for value, rest in (
        (known.min(), known[known > known.min()]),
        (known.max(), known[known < known.max()]),
    ):
        count = len(known) - len(rest)
        if not len(rest) or count < max(3, len(known) / 200):
            continue
        width = rest.max() - rest.min()
        apart = min(abs(rest.min() - value), abs(rest.max() - value))
        if (
            SENTINELS.fullmatch(_plain(value))
            and apart > max(width, 1)
            and len(np.unique(rest)) > 2
        ):
            return DataError(SENTINEL, name=short_text(name), value=_plain(value), n=f"{count:,}")
    return None


def _plain(value: float) -> str:
    """Return a number as one would write it."""
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(float(value))


# Columns of dates --------------------------------------------------------------------------------


def _of_dates(found: Meaning, dates: pd.Series, spec: TableSpec, *, has_time: bool) -> Meaning:
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


# Columns of words --------------------------------------------------------------------------------


class _Words:
    """A column whose cells are read as words: numbers as people write them, dates, categories.

    Parameters
    ----------
    cells : Series
        Words, or what is taken for words.
    """

    def __init__(self, name: str, cells: pd.Series, spec: TableSpec, form: TableFormat) -> None:
        import pandas as pd

        self.name, self.spec, self.form = name, spec, form
        self.codes, found = pd.factorize(cells.astype(object))
        self.words = [str(word).strip() for word in found]
        self.counts = np.bincount(self.codes[self.codes >= 0], minlength=len(self.words))
        self.empty = int((self.codes < 0).sum())
        self.total = len(self.codes)

    def meaning(self, kind: str) -> Meaning:
        """Return what the column means."""
        marked = [self._is_gap(word) for word in self.words]
        rest = [word for word, gap in zip(self.words, marked, strict=True) if not gap]
        if kind != CATEGORY and not rest and all(word.lower() in SURE for word in self.words):
            text = mark("core", "it has no values")
            return Meaning(self.name, EMPTY, NnguiError(text), gaps=self._gaps(marked))
        if kind == CATEGORY or (not kind and _are_code_words(rest)):
            return self._categories(kind)
        wanted = {"": None, "none": ""}.get(self.spec.thousands, self.spec.thousands)
        how, _ = number_format(rest, self.form.decimal or ".", wanted)
        values = np.array([number_of(w, how.decimal, how.thousands, how.unit) for w in self.words])
        values = np.where(np.abs(values) > MAX_NUMBER, np.nan, values)
        values[[word in self.spec.gaps for word in self.words]] = np.nan
        cells = sum(self.counts[i] for i, gap in enumerate(marked) if not gap)
        numbers = int(self.counts[~np.isnan(values)].sum()) if len(values) else 0
        if kind == NUMBER or (kind == "" and numbers and numbers >= MIN_SHARE * cells):
            return self._numbers(how, values, kind)
        if kind in ("", DATE) and rest and (dates := self._dates(rest, kind)) is not None:
            return dates
        return self._categories(kind)

    def _is_gap(self, word: str) -> bool:
        if word in self.spec.words:
            return False
        return word in self.spec.gaps or is_gap(word)

    def _gaps(self, chosen: list[bool]) -> dict[str, int]:
        """Return how often which words stand that are gaps, the most frequent first."""
        found = {
            word: int(count)
            for word, count, gap in zip(self.words, self.counts, chosen, strict=True)
            if gap and count
        }
        ordered = sorted(found.items(), key=lambda item: -item[1])
        return ({"": self.empty} if self.empty else {}) | dict(ordered)

    def _numbers(self, how: NumberFormat, values: Floats, kind: str) -> Meaning:
        missing = np.isnan(values)
        gaps = self._gaps(list(missing))
        column = ColumnType(
            decimal=how.decimal,
            thousands=how.thousands,
            unit=how.unit,
            gaps=tuple(gap for gap in self.spec.gaps if gap in self.words),
        )
        reason = NnguiError(BUT_GAPS, n=f"{sum(gaps.values()):,}")
        if not gaps:
            reason = NnguiError(mark("core", "all its cells are numbers"))
        if how.unit:
            reason = NnguiError(mark("core", "numbers in {unit}"), unit=how.unit)
        doubt = self._doubt(how) if how.is_doubtful else None
        found = Meaning(self.name, NUMBER, reason, column, gaps=gaps, doubt=doubt)
        known = np.append(values, np.nan)[self.codes]
        return _of_numbers(found, known[~np.isnan(known)], self.spec, kind)

    def _doubt(self, how: NumberFormat) -> NnguiError:
        value = number_of(how.example, how.decimal, how.thousands)
        text = mark(
            "core",
            "{name}: {cell} is read as {value}. If that is wrong, say what groups thousands: "
            "data.table.thousands={other}.",
        )
        other = "none" if how.thousands else how.decimal
        return DataError(
            text,
            name=short_text(self.name),
            cell=how.example,
            value=f"{value:.10g}",
            other=f'"{other}"',
        )

    def _dates(self, rest: list[str], kind: str) -> Meaning | None:
        day_first = {"yes": True, "no": False}.get(self.spec.day_first)
        prefers_day = self.form.separator == ";" or self.form.decimal == ","
        how = date_format(rest, day_first=day_first, prefers_day=prefers_day)
        if how is None:
            if kind == DATE:
                text = mark("core", "{name} holds no dates that are understood: {cell}.")
                cell = short_text(rest[0])
                raise DataError(text, name=short_text(self.name), cell=cell)
            return None
        import pandas as pd

        dates = read_dates(pd.Series([*self.words, None], dtype="str"), how.pattern)
        missing = list(dates.isna()[:-1])
        notes: tuple[NnguiError, ...] = ()
        if how.other:
            date = str(dates[self.words.index(rest[0])].date())
            other = "yes" if how.pattern.startswith("%m") else "no"
            values = {"name": short_text(self.name), "cell": rest[0], "date": date}
            notes = (DataError(DAY_OR_MONTH, **values, other=other),)
        reason = NnguiError(mark("core", "its cells are dates"))
        if how.is_time:
            reason = NnguiError(mark("core", "its cells are times of day"))
        column = ColumnType(kind="date", pattern=how.pattern)
        found = Meaning(self.name, DATE, reason, column, gaps=self._gaps(missing), notes=notes)
        if not how.is_time:
            return _of_dates(found, dates, self.spec, has_time=how.has_time)
        if dates.nunique() == 1:
            text = mark("core", "it is {value} everywhere")
            return replace(found, kind=CONSTANT, reason=NnguiError(text, value=rest[0]))
        return replace(found, how=column.replaced(parts=("hour",)), different=2)

    def _categories(self, kind: str) -> Meaning:
        gaps = [self._is_lost(word) for word in self.words]
        counts: dict[str, int] = {}
        spelled: dict[str, tuple[int, str]] = {}
        for word, count, gap in zip(self.words, self.counts.tolist(), gaps, strict=True):
            if gap:
                continue
            key = word_key(word)
            counts[key] = counts.get(key, 0) + count
            spelled[key] = max(spelled.get(key, (0, word)), (count, word), key=lambda pair: pair[0])
        found = Meaning(
            self.name,
            CATEGORY,
            NnguiError(mark("core", "{n} different words"), n=f"{len(counts):,}"),
            ColumnType(
                kind="category",
                gaps=tuple(w for w, gap in zip(self.words, gaps, strict=True) if gap)[
                    :MAX_CATEGORIES
                ],
            ),
            different=len(counts),
            gaps=self._gaps(gaps),
            notes=self._kept_words(counts),
        )
        if not counts:
            return replace(found, kind=EMPTY, reason=NnguiError(mark("core", "it has no values")))
        if len(counts) == 1 and not kind:
            text = mark("core", "it is {value} everywhere")
            reason = NnguiError(text, value=short_text(next(iter(spelled.values()))[1]))
            found = replace(found, kind=CONSTANT, reason=reason)
        cells = sum(counts.values())
        if not kind and len(counts) > max(2, cells // 2):
            return self._unique(found, len(counts), cells)
        names = {key: word for key, (_, word) in spelled.items()}
        if len(counts) <= MAX_CATEGORIES:
            return replace(found, values=_sorted(names.values()))
        frequent = sorted(counts, key=lambda key: -counts[key])[:MAX_CATEGORIES]
        other = next(n for n in (OTHER, "(other)", "((other))") if n not in names.values())
        return replace(
            found,
            how=found.how.replaced(other=other),
            values=(*_sorted(names[key] for key in frequent), other),
        )

    def _is_lost(self, word: str) -> bool:
        """Return whether a word is a gap among words: NA and the like may be words themselves."""
        if not self._is_gap(word) or CENSORED.fullmatch(word):
            return word in self.spec.gaps
        if word in self.spec.gaps or word.lower() in SURE:
            return True
        cells = self.total - self.empty
        return int(self.counts[self.words.index(word)]) < FREQUENT * cells

    def _kept_words(self, counts: Mapping[str, int]) -> tuple[NnguiError, ...]:
        kept = [word for word in self.words if self._is_gap(word) and not self._is_lost(word)]
        kept = [word for word in kept if word.lower() in UNSURE]
        if not kept:
            return ()
        values = {"name": short_text(self.name), "word": short_text(kept[0])}
        return (DataError(KEPT, **values, n=f"{counts[word_key(kept[0])]:,}"),)

    def _unique(self, found: Meaning, different: int, cells: int) -> Meaning:
        """Return a column of words as what it is, where most stand in it only once."""
        if different == cells and not any(" " in word for word in self.words[:1000]):
            return replace(
                found,
                kind=IDENTIFIER,
                reason=NnguiError(mark("core", "it has another value in each row")),
            )
        text = mark("core", "it holds {n} different words in {rows} rows")
        reason = NnguiError(text, n=f"{different:,}", rows=f"{cells:,}")
        return replace(found, kind=TEXT, reason=reason)


def _are_code_words(words: Sequence[str]) -> bool:
    """Return whether words are codes of digits, such as 01 and 02: their noughts say so."""
    if not words or not all(word.isascii() and word.isdecimal() for word in words):
        return False
    return (
        len(set(map(len, words))) == 1
        and any(word[0] == "0" for word in words)
        and len(words[0]) > 1
    )


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    """Return words in their order, numbers in theirs."""
    words = list(values)
    numbers = [number_of(word) for word in words]
    if any(np.isnan(number) for number in numbers):
        return tuple(sorted(words))
    return tuple(word for _, word in sorted(zip(numbers, words, strict=True)))


def is_doubtful(cells: pd.Series) -> bool:
    """Return whether numbers, read with a decimal sign, could be whole ones with grouped thousands.

    Then the column is read once more as words: 2.944 between 545 and 56 may be 2,944.
    """
    values = cells.to_numpy("float64", na_value=np.nan)
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
    return _are_code_words([str(word) for word in cells.dropna().unique()])
