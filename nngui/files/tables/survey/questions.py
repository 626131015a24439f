"""What cannot be known about a table, and is asked: each with its answers, one of them assumed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from nngui.core.data.cells import number_of
from nngui.core.data.report import listed
from nngui.core.errors import NnguiError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.tables.kinds.column_kind import (
    CATEGORY,
    DAY_OR_MONTH,
    KEPT,
    MAX_CATEGORIES,
    SENTINEL,
)
from nngui.files.tables.kinds.gap_words import UNSURE
from nngui.files.tables.survey.edits import with_gap, with_number, with_word, without_feature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nngui.core.spec.table import TableSpec
    from nngui.files.tables.kinds.column_kind import Meaning

    Edit = Callable[[TableSpec], TableSpec]

MAX_NAMED_CELLS = 3
GAP = NnguiError(mark("core", "a gap"))


@dataclass(frozen=True, eq=False)
class Answer:
    """What may be meant.

    Attributes
    ----------
    label : NnguiError
        A word or two.
    edit : callable
        Returns the settings that say so.
    classes : bool, optional
        That the target is a class, or a number.
    """

    label: NnguiError
    edit: Edit
    classes: bool | None = None


@dataclass(frozen=True, eq=False)
class Question:
    """Something that is asked about a column.

    Attributes
    ----------
    key : tuple of str
        Which one it is, however it was answered.
    column : str
    text : NnguiError
    answers : tuple of Answer
    assumed : int
        Which one holds while nothing is said.
    """

    key: tuple[str, ...]
    column: str
    text: NnguiError
    answers: tuple[Answer, ...]
    assumed: int = 0

    def chosen(self, spec: TableSpec, *, classes: bool) -> int:
        """Return which answer holds: the one that would change nothing."""
        for place, answer in enumerate(self.answers):
            if answer.classes is not None:
                if answer.classes == classes:
                    return place
            elif answer.edit(spec) == spec:
                return place
        return self.assumed

    def is_answered(self, spec: TableSpec) -> bool:
        """Return whether the settings say something else than what is assumed."""
        return any(
            answer.classes is None and place != self.assumed and answer.edit(spec) == spec
            for place, answer in enumerate(self.answers)
        )


def questions_about(found: Meaning, *, is_open: bool) -> Iterator[Question]:
    """Yield what is to be asked about a column.

    Parameters
    ----------
    is_open : bool
        No other column tells which sign is the decimal one.
    """
    name = short_text(found.name)
    for note in found.notes:
        values = note.values
        if note.sentence == SENTINEL:
            text = mark(
                "core", "{name}: {value} stands {n} times, far from all other numbers. What is it?"
            )
            cell = str(values["value"])
            number = Answer(NnguiError(mark("core", "a number")), partial(with_number, cell=cell))
            gap = Answer(GAP, partial(with_gap, cell=cell))
            sentence = NnguiError(text, name=name, value=cell, n=values["n"])
            yield Question(("gap", cell, found.name), found.name, sentence, (gap, number), 1)
        elif note.sentence == KEPT:
            yield _word(found, str(values["word"]), str(values["n"]), assumed=1)
        elif note.sentence == DAY_OR_MONTH:
            yield _day_or_month(found, note)
    if found.kind == CATEGORY:
        for cell, count in found.gaps.items():
            if cell.lower() in UNSURE:
                yield _word(found, cell, f"{count:,}", assumed=0)
    if found.doubt is not None and is_open:
        yield _thousands(found, str(found.doubt.values["cell"]))
    if found.how.other:
        yield _many(found)


def _word(found: Meaning, cell: str, count: str, assumed: int) -> Question:
    text = mark("core", "{name}: {word} stands {n} times. What is it?")
    sentence = NnguiError(text, name=short_text(found.name), word=short_text(cell), n=count)
    word = Answer(NnguiError(mark("core", "a category")), partial(with_word, cell=cell))
    gap = Answer(GAP, partial(with_gap, cell=cell))
    return Question(("word", cell, found.name), found.name, sentence, (gap, word), assumed)


def _day_or_month(found: Meaning, note: NnguiError) -> Question:
    text = mark("core", "{name}: in {cell}, which comes first?")
    sentence = NnguiError(text, name=short_text(found.name), cell=note.values["cell"])
    answers = tuple(
        Answer(NnguiError(label), partial(_set, field="day_first", value=value))
        for label, value in ((mark("core", "the day"), "yes"), (mark("core", "the month"), "no"))
    )
    assumed = 1 if note.values["other"] == "yes" else 0
    return Question(("day",), found.name, sentence, answers, assumed)


def _thousands(found: Meaning, cell: str) -> Question:
    text = mark("core", "{name}: which number is {cell}?")
    sentence = NnguiError(text, name=short_text(found.name), cell=short_text(cell))
    sign = found.how.thousands or found.how.decimal
    other = "," if sign == "." else "."
    grouped = number_of(cell, other, sign, found.how.unit)
    parted = number_of(cell, sign, "", found.how.unit)
    value = mark("core", "{value}")
    answers = (
        Answer(
            NnguiError(value, value=f"{grouped:.10g}"),
            partial(_set, field="thousands", value=sign),
        ),
        Answer(
            NnguiError(value, value=f"{parted:.10g}"),
            partial(_set, field="thousands", value="none"),
        ),
    )
    return Question(("thousands",), found.name, sentence, answers, 0 if found.how.thousands else 1)


def _many(found: Meaning) -> Question:
    text = mark(
        "core",
        "{name} holds {n} different words: the {most} most frequent are told apart, the rest is "
        "one category.",
    )
    name, n = short_text(found.name), f"{found.different:,}"
    sentence = NnguiError(text, name=name, n=n, most=MAX_CATEGORIES)
    out = partial(without_feature, name=found.name, used=(found.name,))
    answers = (
        Answer(NnguiError(mark("core", "leave it out")), out),
        Answer(NnguiError(mark("core", "use it so")), partial(_used, name=found.name)),
    )
    return Question(("many", found.name), found.name, sentence, answers, 1)


def question_of_target(found: Meaning, different: int) -> Question:
    """Return the question whether whole numbers are classes."""
    text = mark("core", "{name}, the target, has {n} different whole numbers. What are they?")
    sentence = NnguiError(text, name=short_text(found.name), n=f"{different:,}")
    answers = (
        Answer(NnguiError(mark("core", "classes")), _same, classes=True),
        Answer(NnguiError(mark("core", "amounts")), _same, classes=False),
    )
    return Question(("target", found.name), found.name, sentence, answers)


def question_of_rows(found: Meaning, *, may_be_classes: bool) -> Question | None:
    """Return what is said of rows whose target is no number; None where there are none."""
    cells = {cell: n for cell, n in found.gaps.items() if cell}
    if not cells:
        return None
    text = mark(
        "core",
        "{n} rows hold no number for {name}, the target: there stands {cells}. What of them?",
    )
    named = [f"{short_text(cell)} ({n:,})" for cell, n in cells.items()]
    sentence = NnguiError(
        text,
        n=f"{sum(cells.values()):,}",
        name=short_text(found.name),
        cells=listed(named, MAX_NAMED_CELLS),
    )
    answers = [Answer(NnguiError(mark("core", "leave them out")), _same, classes=False)]
    if may_be_classes:
        label = NnguiError(mark("core", "they are classes"))
        answers.append(Answer(label, _same, classes=True))
    return Question(("rows", found.name), found.name, sentence, tuple(answers))


def _same(spec: TableSpec) -> TableSpec:
    return spec


def _set(spec: TableSpec, field: str, value: object) -> TableSpec:
    return spec.replaced(**{field: value})


def _used(spec: TableSpec, name: str) -> TableSpec:
    left_out = tuple(other for other in spec.left_out if other != name)
    return spec.replaced(left_out=left_out)
