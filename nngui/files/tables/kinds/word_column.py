"""A column whose cells are words: numbers as people write them, dates, categories, or a text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.data.cells import MAX_NUMBER, number_of, read_dates, word_key
from nngui.core.data.column_type import MAX_GAPS, ColumnType
from nngui.core.errors import DataError, NnguiError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.tables.kinds.column_kind import (
    BUT_GAPS,
    CATEGORY,
    CONSTANT,
    DATE,
    DAY_OR_MONTH,
    EMPTY,
    IDENTIFIER,
    KEPT,
    MAX_CATEGORIES,
    NUMBER,
    TEXT,
    Meaning,
    of_dates,
    of_numbers,
)
from nngui.files.tables.kinds.date_format import date_format
from nngui.files.tables.kinds.gap_words import CENSORED, SURE, UNSURE, is_gap
from nngui.files.tables.kinds.number_format import NumberFormat, number_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from nngui.core.arrays import Floats
    from nngui.core.spec.table import TableSpec
    from nngui.files.tables.format import TableFormat

OTHER = "other"
MIN_SHARE = 0.95  # of the cells are numbers in a column of numbers
FREQUENT = 0.01  # share of the cells from which a word such as NA is a category


class WordColumn:
    """A column whose cells are read as words: numbers as people write them, dates, categories.

    Parameters
    ----------
    cells : Series
        Words, or what is taken for words.
    """

    def __init__(self, name: str, cells: pd.Series, spec: TableSpec, form: TableFormat) -> None:
        self.name, self.spec, self.form = name, spec, form
        self.codes, found = _numbered(cells)
        self.words = [str(word).strip() for word in found]
        self.counts = np.bincount(self.codes[self.codes >= 0], minlength=len(self.words))
        self.empty = int((self.codes < 0).sum())
        self.total = len(self.codes)
        self.marked = [self._is_gap(word) for word in self.words]  # once: there may be a million

    def meaning(self, kind: str) -> Meaning:
        """Return what the column means."""
        marked = self.marked
        rest = [word for word, gap in zip(self.words, marked, strict=True) if not gap]
        if kind != CATEGORY and not rest and all(word.lower() in SURE for word in self.words):
            text = mark("core", "it has no values")
            return Meaning(self.name, EMPTY, NnguiError(text), gaps=self._gaps(marked))
        if kind == CATEGORY or (not kind and are_code_words(rest)):
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
        return of_numbers(found, known[~np.isnan(known)], self.spec, kind)

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
            note = DataError(DAY_OR_MONTH, **values, other=other)
            notes = (note,)
        reason = NnguiError(mark("core", "its cells are dates"))
        if how.is_time:
            reason = NnguiError(mark("core", "its cells are times of day"))
        column = ColumnType(kind="date", pattern=how.pattern)
        found = Meaning(self.name, DATE, reason, column, gaps=self._gaps(missing), notes=notes)
        if not how.is_time:
            return of_dates(found, dates, self.spec, has_time=how.has_time)
        if dates.nunique() == 1:
            text = mark("core", "it is {value} everywhere")
            return replace(found, kind=CONSTANT, reason=NnguiError(text, value=rest[0]))
        return replace(found, how=column.replaced(parts=("hour",)), different=2)

    def _categories(self, kind: str) -> Meaning:
        said = frozenset(self.spec.gaps)
        gaps = [
            (gap or word in said) and self._is_lost(word)
            for word, gap in zip(self.words, self.marked, strict=True)
        ]
        counts: dict[str, int] = {}
        spelled: dict[str, tuple[int, str]] = {}
        for word, count, gap in zip(self.words, self.counts.tolist(), gaps, strict=True):
            if gap:
                continue
            key = word_key(word)
            counts[key] = counts.get(key, 0) + count
            if key not in spelled or count > spelled[key][0]:
                spelled[key] = count, word
        found = Meaning(
            self.name,
            CATEGORY,
            NnguiError(mark("core", "{n} different words"), n=f"{len(counts):,}"),
            ColumnType(
                kind="category",
                gaps=tuple(w for w, gap in zip(self.words, gaps, strict=True) if gap)[:MAX_GAPS],
            ),
            different=len(counts),
            gaps=self._gaps(gaps),
            notes=self._kept_words(counts, gaps),
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

    def _kept_words(
        self, counts: Mapping[str, int], gaps: Sequence[bool]
    ) -> tuple[NnguiError, ...]:
        each = zip(self.words, self.marked, gaps, strict=True)
        kept = [word for word, gap, lost in each if gap and not lost and word.lower() in UNSURE]
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


def are_code_words(words: Sequence[str]) -> bool:
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


def _numbered(cells: pd.Series) -> tuple[NDArray[np.intp], list[object]]:
    """Return which word each cell is, -1 for a gap, and the words as they come.

    A category's words are known: each is looked at once, however long it is and often it stands.
    """
    import pandas as pd

    if cells.dtype != "category":
        codes, found = pd.factorize(cells.astype(object))
        return codes, list(found)
    raw = cells.cat.codes.to_numpy()
    codes = np.full(len(raw), -1, dtype=np.intp)
    codes[raw >= 0], order = pd.factorize(raw[raw >= 0])
    return codes, list(cells.cat.categories[order])
