"""What would be made of a table, before it is: each column, what is left out, what is asked.

`columns.Choice` decides, as it does for a run; here its answers are kept, so that a change of one
column asks about that one only.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.errors import NnguiError
from nngui.files.progress import check_cancelled
from nngui.files.tables.columns import MAX_CLASSES, Choice
from nngui.files.tables.kinds.column_kind import CATEGORY, NUMBER, Meaning
from nngui.files.tables.kinds.meaning import meaning_of
from nngui.files.tables.survey.edits import kind_asked, pruned
from nngui.files.tables.survey.questions import (
    Question,
    question_of_rows,
    question_of_target,
    questions_about,
)
from nngui.files.tables.target import LIKELY_TARGETS, likely_target
from nngui.files.tables.words import is_number_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from nngui.core.data.column_type import ColumnType
    from nngui.core.data.report import LeftOut
    from nngui.core.spec.table import TableSpec
    from nngui.files.tables.format import TableFormat
    from nngui.files.tables.table import Table

TARGET, FEATURE, OUT = "target", "feature", "left out"
EXAMPLES = 4  # values of a column that are shown
MAX_EXAMPLE = 30  # characters of one
BEGINNING = 1000  # rows from which they are taken
FEW_VALUES = 10  # of whole numbers that are more likely classes than amounts
MIN_ROWS_EACH = 3  # rows for each of them
NOT_NAMES = ("target", "y", "目标")  # numbers are called so too


@dataclass(frozen=True, eq=False)
class ColumnSurvey:
    """A column as it would be used.

    Attributes
    ----------
    name : str
    use : str
        ``target``, ``feature`` or ``left out``.
    kind : str
        ``number``, ``category`` or ``date``: what it is used as, or would be.
    meaning : Meaning
    examples : str
        A few of its cells, as they stand in the file where that is known.
    different : int
        How many different values it has.
    is_usable : bool
        It is used, unless one says no.
    """

    name: str
    use: str
    kind: str
    meaning: Meaning
    examples: str
    different: int
    is_usable: bool

    @property
    def gaps(self) -> int:
        """How many cells have no value."""
        return sum(self.meaning.gaps.values())


@dataclass(frozen=True, eq=False)
class Survey:
    """What would be made of a table.

    Attributes
    ----------
    spec : TableSpec
        The settings, without columns that are not there.
    columns : tuple of ColumnSurvey
    target : str
    classes : bool
        The target is a class.
    may_be_number, may_be_classes : bool
        What the target can be.
    rows, used : int
        In the file, and those that would be trained or tested on.
    left_out : tuple of LeftOut
    filled : mapping of str to int
        The gaps that would be filled, by column.
    notes : tuple of NnguiError
        What else is to be said.
    questions : tuple of Question
    problem : NnguiError, optional
        Why nothing can be learned so.
    """

    spec: TableSpec
    columns: tuple[ColumnSurvey, ...]
    target: str
    classes: bool
    may_be_number: bool
    may_be_classes: bool
    rows: int
    used: int = 0
    left_out: tuple[LeftOut, ...] = ()
    filled: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[NnguiError, ...] = ()
    questions: tuple[Question, ...] = ()
    problem: NnguiError | None = None


class Surveyor:
    """Looks at a table, and remembers what it has seen.

    Parameters
    ----------
    raw : DataFrame
        Its first rows as words, as they stand in the file.
    """

    def __init__(self, table: Table, raw: pd.DataFrame) -> None:
        self.table, self.raw = table, raw
        self._lock = threading.Lock()  # of what follows: one who is given up may still be at it
        self._cells = dict(zip(raw.columns, raw.to_numpy(object).T, strict=True))
        self._meanings: dict[tuple[object, ...], Meaning] = {}
        self._different: dict[str, int] = {}
        self._examples: dict[str, str] = {}
        self._gaps: dict[tuple[str, ColumnType, tuple[str, ...]], NDArray[np.bool_]] = {}
        self._rows_out: dict[object, LeftOut] = {}
        self._asked: dict[tuple[str, ...], Question] = {}

    def survey(self, spec: TableSpec, *, classes: bool | None = None) -> Survey:
        """Return what would be made of the table.

        Parameters
        ----------
        classes : bool, optional
            The target is a class, or a number; None: what it looks like.

        Raises
        ------
        CancelledError
        """
        with self._lock:
            return self._survey(spec, classes=classes)

    def _survey(self, spec: TableSpec, *, classes: bool | None) -> Survey:
        frame = self.table.frame
        spec = pruned(spec, [str(name) for name in frame.columns])
        target = spec.target or likely_target(self.table, spec, self._ask)
        named = spec.replaced(target=target)
        found = self._ask(target, frame[target], named, self.table.format)
        may_be_number = found.how.kind == NUMBER or self._holds_numbers(target, named)
        may_be_classes = 1 < self._count(target) <= MAX_CLASSES or not may_be_number
        if classes is None or not (may_be_classes if classes else may_be_number):
            looks_so = self._looks_like_classes(found, may_be_number=may_be_number)
            classes = not may_be_number or (looks_so and may_be_classes)
        if not classes and found.how.kind != NUMBER:  # all its cells that are none are gaps then
            named = named.replaced(numbers=(*named.numbers, target))
        return self._whole(spec, named, classes, (may_be_number, may_be_classes))

    def _whole(
        self, spec: TableSpec, named: TableSpec, classes: bool, able: tuple[bool, bool]
    ) -> Survey:
        target, choice, problem = named.target, None, None
        try:
            choice = Choice(self.table, named, classes=classes, ask=self._ask)
        except NnguiError as error:
            check_cancelled()
            problem = error
        columns = self._columns(named, choice, classes=classes)
        rows = len(self.table.frame) + self.table.left_out_rows
        left_out, used, filled = self.table.left_out, 0, dict[str, int]()
        notes: list[NnguiError] = list(self.table.notes)
        if choice is not None:
            known = self._known(choice, classes=classes)
            used, filled = self._used(choice, known, named)
            left_out = (*left_out, *choice.left_out)
            notes = choice.notes
        said = {id(one.why) for one in left_out}
        notes = [note for note in notes if id(note) not in said]
        questions = self._questions(named, columns, choice, classes, able)
        return Survey(
            spec, columns, target, classes, *able, rows, used, left_out, filled, tuple(notes),
            questions, problem,
        )  # fmt: skip

    # Columns -------------------------------------------------------------------------------------

    def _ask(
        self, name: str, cells: pd.Series, spec: TableSpec, form: TableFormat, kind: str = ""
    ) -> Meaning:
        """Return what `meaning_of` says, at once where it was asked before."""
        said = (spec.gaps, spec.words, spec.thousands, spec.day_first, spec.date_parts)
        key = (name, kind or kind_asked(spec, name), name in spec.features, *said)
        if key not in self._meanings:
            self._meanings[key] = meaning_of(name, cells, spec, form, kind)
        return self._meanings[key]

    def _columns(
        self, spec: TableSpec, choice: Choice | None, *, classes: bool
    ) -> tuple[ColumnSurvey, ...]:
        used = {name for name, _ in choice.columns.types} if choice is not None else None
        found = []
        for name in map(str, self.table.frame.columns):
            kind = CATEGORY if name == spec.target and classes else ""
            meaning = self._ask(name, self.table.frame[name], spec, self.table.format, kind)
            asked = bool(kind_asked(spec, name)) or name in spec.features
            if name == spec.target:
                use = TARGET
            elif used is not None:
                use = FEATURE if name in used else OUT
            else:
                wanted = not spec.features or name in spec.features
                able = meaning.is_learned or asked
                use = FEATURE if wanted and able and name not in spec.left_out else OUT
            is_usable = meaning.is_learned or asked
            found.append(
                ColumnSurvey(
                    name, use, meaning.how.kind, meaning, self._example(name), self._count(name),
                    is_usable,
                )
            )  # fmt: skip
        return tuple(found)

    def _count(self, name: str) -> int:
        """Return how many different values a column has."""
        if name not in self._different:
            check_cancelled()
            self._different[name] = int(self.table.frame[name].nunique())
        return self._different[name]

    def _example(self, name: str) -> str:
        if name not in self._examples:
            found = dict.fromkeys(filter(None, self._cells.get(name, ())))
            if not found:
                found = dict.fromkeys(self.table.frame[name].head(BEGINNING).dropna())
            self._examples[name] = ", ".join(map(short_cell, islice(found, EXAMPLES)))
        return self._examples[name]

    # The target ----------------------------------------------------------------------------------

    def _holds_numbers(self, target: str, spec: TableSpec) -> bool:
        cells = self.table.frame[target]
        found = self._ask(target, cells, spec, self.table.format, NUMBER)
        return found.kind == NUMBER and 2 * sum(found.gaps.values()) < len(cells)

    def _looks_like_classes(self, found: Meaning, *, may_be_number: bool) -> bool:
        """Return whether the target is a class: words, few whole numbers, or called so."""
        if found.how.kind != NUMBER or not may_be_number:
            return True
        different = self._count(found.name)
        if different == 2:
            return True
        if not self._is_whole(found.name) or not 1 < different <= MAX_CLASSES:
            return False
        name = found.name.strip().lower()
        is_called_so = name in LIKELY_TARGETS and name not in NOT_NAMES
        few = different <= FEW_VALUES and different * MIN_ROWS_EACH <= len(self.table.frame)
        return is_called_so or few

    def _is_whole(self, name: str) -> bool:
        cells = self.table.frame[name]
        if not is_number_column(cells):
            return False
        values = cells.to_numpy("float64", na_value=np.nan)
        values = values[np.isfinite(values)]
        return bool((values == np.floor(values)).all())

    # Rows ----------------------------------------------------------------------------------------

    def _known(self, choice: Choice, *, classes: bool) -> NDArray[np.bool_]:
        """Return which rows have a target, and have the choice say which do not."""
        how = dict(choice.columns.types)[choice.target]
        gaps = self._gaps_of(choice.target, how, choice.columns.classes)
        key = (choice.target, how, choice.columns.classes, classes)
        if key in self._rows_out:
            choice.left_out.append(self._rows_out[key])
        elif gaps.any():
            choice.leave_out_rows(gaps)
            self._rows_out[key] = choice.left_out[-1]
        return ~gaps

    def _used(
        self, choice: Choice, known: NDArray[np.bool_], spec: TableSpec
    ) -> tuple[int, dict[str, int]]:
        """Return how many rows are used, and how many gaps are filled in which columns."""
        values = dict(choice.columns.categories)
        out = np.zeros(len(known), bool)
        filled = {}
        for name, how in choice.columns.types:
            meaning = choice.meanings.get(name)
            if name == choice.target or meaning is None or not meaning.gaps:
                continue
            check_cancelled()
            gaps = self._gaps_of(name, how, values.get(name, ())) & known
            if gaps.any():
                filled[name] = int(gaps.sum())
                out |= gaps
        if spec.missing == "fill" or not out.any():
            return int(known.sum()), filled
        choice.leave_out_gaps(int(out.sum()))
        return int((known & ~out).sum()), {}

    def _gaps_of(self, name: str, how: ColumnType, values: tuple[str, ...]) -> NDArray[np.bool_]:
        from nngui.core.data.clean import clean_table

        key = (name, how, values)
        if key not in self._gaps:
            clean = clean_table(self.table.frame[[name]], [(name, how)], {name: values})
            self._gaps[key] = clean.isna().any(axis=1).to_numpy()
        return self._gaps[key]

    # Questions -----------------------------------------------------------------------------------

    def _questions(
        self,
        spec: TableSpec,
        columns: tuple[ColumnSurvey, ...],
        choice: Choice | None,
        classes: bool,
        able: tuple[bool, bool],
    ) -> tuple[Question, ...]:
        found: dict[tuple[str, ...], Question] = {}
        for column in columns:
            if column.use == OUT:
                continue
            is_open = choice is not None and choice.is_open(column.meaning)
            for question in questions_about(column.meaning, is_open=is_open):
                found.setdefault(question.key, question)
            if column.use == TARGET:
                for question in self._of_target(column, spec, classes=classes, able=able):
                    found.setdefault(question.key, question)
        for key, question in self._asked.items():  # what is answered stays in sight
            if question.is_answered(spec):
                found.setdefault(key, question)
        self._asked |= found
        return tuple(found.values())

    def _of_target(
        self, column: ColumnSurvey, spec: TableSpec, *, classes: bool, able: tuple[bool, bool]
    ) -> list[Question]:
        cells = self.table.frame[column.name]
        if (
            all(able)
            and self._is_whole(column.name)
            and self._looks_like_classes(
                self._ask(column.name, cells, spec, self.table.format), may_be_number=True
            )
        ):
            return [question_of_target(column.meaning, column.different)]
        if not able[0]:
            return []
        numbers = self._ask(column.name, cells, spec, self.table.format, NUMBER)
        rows = question_of_rows(numbers, may_be_classes=able[1])
        return [rows] if rows is not None else []


def short_cell(value: object) -> str:
    """Return a cell as there is room for it in a list."""
    text = f"{value:,.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= MAX_EXAMPLE else f"{text[: MAX_EXAMPLE - 1]}…"
