"""What the columns of a table are for: what is predicted, from what, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nngui.core.data.column_type import part_name
from nngui.core.data.columns import Columns
from nngui.core.data.report import MAX_NAMED, ColumnReport, DataReport, LeftOut, Thing, listed
from nngui.core.errors import DataError, NnguiError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.tables.format import YES
from nngui.files.tables.kinds.column_kind import (
    CATEGORY,
    CONSTANT,
    DATE,
    EMPTY,
    IDENTIFIER,
    MAX_CATEGORIES,
    NUMBER,
    Meaning,
)
from nngui.files.tables.kinds.meaning import is_doubtful, meaning_of
from nngui.files.tables.structure.data_lines import lines_of
from nngui.files.tables.target import likely_target
from nngui.files.tables.words import gaps_among, is_number_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from nngui.core.spec.table import TableSpec
    from nngui.files.tables.table import Table
    from nngui.files.tables.target import Ask

MAX_CLASSES = MAX_CATEGORIES
MIN_ROWS = 2


class Choice:
    """Which columns of a table are used, for what, and why the others are not.

    Parameters
    ----------
    classes : bool
        The target is a class, not a number.
    ask : callable
        What is asked for meanings: `meaning_of`, or what remembers its answers.

    Attributes
    ----------
    columns : Columns

    Raises
    ------
    DataError
        When a column cannot be used as the settings say, or there is nothing to predict from.
    """

    def __init__(
        self, table: Table, spec: TableSpec, *, classes: bool, ask: Ask = meaning_of
    ) -> None:
        self.table, self.spec, self._ask = table, spec, ask
        self.notes: list[NnguiError] = list(table.notes)
        self.left_out: list[LeftOut] = []
        self.filled: dict[str, int] = {}
        self._check_names()
        self.target = spec.target or likely_target(table, spec, ask)
        if self.target in spec.features:
            text = mark(
                "core", "{name} is the target and a feature too: take it from the features."
            )
            raise DataError(text, name=short_text(self.target))
        if not spec.target and self.target != table.frame.columns[-1]:
            text = mark("core", "{name} is taken for what is to be predicted.")
            self._say(DataError(text, name=short_text(self.target)))
        self.meanings: dict[str, Meaning] = {}
        self._meaning_of_target = self._choose_target(classes=classes)
        used = self._choose_features()
        self.columns = self._columns(used, classes=classes)

    def _check_names(self) -> None:
        there = [str(name) for name in self.table.frame.columns]
        spec = self.spec
        named = (spec.target, *spec.features, *spec.categories, *spec.numbers, *spec.dates)
        for name in (*named, *spec.left_out):
            if name and name not in there:
                text = mark("core", "{file} has no column {name}: it has {known}.")
                raise DataError(
                    text,
                    file=short_text(self.table.path.name),
                    name=short_text(name),
                    known=_listed([short_text(other) for other in there]),
                )

    def _say(self, note: NnguiError) -> None:
        self.notes.append(note)

    # The target ----------------------------------------------------------------------------------

    def _choose_target(self, *, classes: bool) -> Meaning:
        name = self.target
        cells = self.table.frame[name]
        spec, form = self.spec, self.table.format
        if classes:
            found = self._ask(name, cells, spec, form, CATEGORY)
            self._check_classes(found)
            self._say_all(found)
            return found
        found = self._ask(name, cells, spec, form)
        if found.kind not in (NUMBER, CONSTANT, IDENTIFIER, EMPTY) or found.how.kind != NUMBER:
            text = mark(
                "core",
                "{name} holds words, not numbers ({cells}): predict it in the tab Classification "
                "instead.",
            )
            words = [short_text(value) for value in found.values[:3]] or [found.kind]
            raise DataError(text, name=short_text(name), cells=", ".join(words))
        if found.kind == EMPTY:
            raise DataError(
                mark("core", "The column {name} is empty: leave it out."), name=short_text(name)
            )
        self.check_rows(len(cells) - sum(found.gaps.values()))
        if found.kind == CONSTANT:
            text = mark(
                "core",
                "The target {name} is the same in all rows ({why}): there is nothing to learn. "
                "Choose another target.",
            )
            raise DataError(text, name=short_text(name), why=found.reason)
        self._say_all(found)
        return found

    def check_rows(self, known: int) -> None:
        """Refuse a table with too few rows that have a target."""
        if known < MIN_ROWS:
            text = mark("core", "{file} has {n} rows with a value for {name}: training takes more.")
            raise DataError(
                text, file=short_text(self.table.path.name), n=known, name=short_text(self.target)
            )

    def _check_classes(self, found: Meaning) -> None:
        name = short_text(found.name)
        if found.different == 0:
            raise DataError(mark("core", "The column {name} is empty: leave it out."), name=name)
        if found.different == 1:
            text = mark(
                "core", "All points are of one class, {name}: two classes are needed to tell apart."
            )
            raise DataError(text, name=short_text(found.values[0]))
        if found.different > MAX_CLASSES:
            text = mark(
                "core",
                "{name} has {n} different values, and {most} classes are the most: for numbers, "
                "use the tab Regression.",
            )
            raise DataError(text, name=name, n=f"{found.different:,}", most=MAX_CLASSES)

    # The features --------------------------------------------------------------------------------

    def _choose_features(self) -> list[Meaning]:
        spec, form = self.spec, self.table.format
        wanted = spec.features or [
            str(name)
            for name in self.table.frame.columns
            if name != self.target and name not in spec.left_out
        ]
        used: list[Meaning] = []
        out: list[Meaning] = []
        for name in wanted:
            found = self._ask(name, self.table.frame[name], spec, form)
            if spec.features or name in (*spec.numbers, *spec.categories, *spec.dates):
                found = self._as_asked(found)
            self.meanings[name] = found
            (used if found.is_learned else out).append(found)
        if not used:
            counted = [one for one in out if one.kind == IDENTIFIER and one.how.kind == NUMBER]
            used = [replace(one, kind=NUMBER) for one in counted]
            out = [one for one in out if one not in counted]
        if not used and out:
            text = mark(
                "core",
                "{file} has no column to predict {name} from: of {other} it is said that {why}.",
            )
            raise DataError(
                text,
                file=short_text(self.table.path.name),
                name=short_text(self.target),
                other=short_text(out[0].name),
                why=out[0].reason,
            )
        if not used:
            text = mark("core", "{file} has no column to predict {name} from.")
            raise DataError(
                text, file=short_text(self.table.path.name), name=short_text(self.target)
            )
        self._leave_out_columns(out)
        for one in used:
            self._say_all(one)
        self._say_converted([*used, self._meaning_of_target])
        return used

    def _say_converted(self, used: list[Meaning]) -> None:
        """Say which cells are not taken as they stand: units, groups of thousands, dates."""
        units = [f"{short_text(one.name)} ({one.how.unit})" for one in used if one.how.unit]
        grouped = [short_text(one.name) for one in used if one.how.thousands]
        dates = [short_text(one.name) for one in used if one.how.kind == DATE]
        for text, columns in (
            (mark("core", "Numbers with a unit, which is taken off: {columns}."), units),
            (mark("core", "Numbers in groups of thousands: {columns}."), grouped),
            (mark("core", "Dates, of which numbers are made: {columns}."), dates),
        ):
            if columns:
                self._say(DataError(text, columns=_listed(columns)))

    def _leave_out_columns(self, out: list[Meaning]) -> None:
        """Leave out columns, those for the same reason together."""
        groups: dict[str, list[Meaning]] = {}
        for one in out:
            groups.setdefault(str(one.reason), []).append(one)
        for group in groups.values():
            text = mark("core", "Left out, as {why}: {columns}.")
            names = [one.name for one in group]
            shown = _listed([short_text(name) for name in names])
            note = DataError(text, columns=shown, why=group[0].reason)
            self._leave_out("columns", len(group), note, names)

    def _as_asked(self, found: Meaning) -> Meaning:
        """Return a feature that the settings ask for by name.

        Raises
        ------
        DataError
            When nothing can be learned from it.
        """
        if found.kind == EMPTY:
            raise DataError(
                mark("core", "The column {name} is empty: leave it out."),
                name=short_text(found.name),
            )
        if found.is_learned:
            return found
        if found.how.kind == CATEGORY and not found.values:
            found = self._ask(
                found.name, self.table.frame[found.name], self.spec, self.table.format, CATEGORY
            )
        return replace(found, kind=found.how.kind)

    def _say_all(self, found: Meaning) -> None:
        """Say what is to be looked at in a column that is used."""
        for note in found.notes:
            self._say(note)
        if found.doubt is not None and self.is_open(found):
            self._say(found.doubt)
        marks = {cell: n for cell, n in found.gaps.items() if cell}
        if marks:
            text = mark("core", "{name}: cells that are taken for gaps: {cells}.")
            cells = [f"{short_text(cell)} ({n:,})" for cell, n in marks.items()]
            self._say(DataError(text, name=short_text(found.name), cells=_listed(cells)))
        if found.how.other:
            text = mark(
                "core",
                "{name} holds {n} different words: the {most} most frequent are told apart, the "
                "rest is one category, {other}.",
            )
            name, n = short_text(found.name), f"{found.different:,}"
            self._say(DataError(text, name=name, n=n, most=MAX_CATEGORIES, other=found.how.other))

    def is_open(self, found: Meaning) -> bool:
        """Return whether a doubt about a decimal sign is left, in view of the other columns."""
        return found.doubt is not None and bool(found.how.thousands or not self._shows_decimals())

    def _shows_decimals(self) -> bool:
        """Return whether some column leaves no doubt about which sign is the decimal one."""
        frame = self.table.frame
        numbers = (frame[name] for name in frame.columns if is_number_column(frame[name]))
        return any((cells % 1 != 0).any() and not is_doubtful(cells) for cells in numbers)

    def _columns(self, used: list[Meaning], *, classes: bool) -> Columns:
        numbers = [one.name for one in used if one.kind == NUMBER]
        dates = [
            (one.name, tuple(part_name(one.name, part) for part in one.how.parts))
            for one in used
            if one.how.kind == "date"
        ]
        target = self._meaning_of_target
        return Columns(
            numbers=(*numbers, *(name for _, inputs in dates for name in inputs)),
            categories=tuple((one.name, one.values) for one in used if one.how.kind == CATEGORY),
            target=self.target,
            classes=target.values if classes else (),
            types=tuple((one.name, one.how) for one in (*used, target)),
            dates=tuple(dates),
            separator=self.table.format.separator,
            decimal=self.table.format.decimal,
            sheet=self.table.format.sheet,
            units=self.table.format.units == YES,
        )

    # Rows and gaps -------------------------------------------------------------------------------

    def _leave_out(self, what: Thing, count: int, why: NnguiError, names: list[str]) -> None:
        self.left_out.append(LeftOut(what, count, why, tuple(names[:MAX_NAMED])))
        self._say(why)

    def leave_out_rows(self, out: NDArray[np.bool_]) -> None:
        """Leave out the rows without a target."""
        count = int(out.sum())
        if not count:
            return
        lines, are_lines = self._lines(out.nonzero()[0][:MAX_NAMED].tolist())
        cells = [short_text(cell) for cell in self._meaning_of_target.gaps if cell]
        names = [str(line) for line in lines]
        if not are_lines:
            text = mark("core", "{n} rows without a value for {name} are left out (rows {lines}).")
        elif cells:
            text = mark(
                "core",
                "{n} rows without a value for {name} are left out (lines {lines}; there stands "
                "{cells}).",
            )
        else:
            text = mark("core", "{n} rows without a value for {name} are left out (lines {lines}).")
        more = ", …" if count > len(names) else ""
        note = DataError(
            text,
            n=f"{count:,}",
            name=short_text(self.target),
            lines=", ".join(f"{line:,}" for line in lines) + more,
            cells=_listed(cells),
        )
        self._leave_out("rows", count, note, names)

    def _lines(self, rows: list[int]) -> tuple[list[int], bool]:
        """Return where rows stand, and whether that is a line, or else a row, counted from 1."""
        counted = [row + 1 for row in rows], False
        if self.table.layout is None:
            return counted
        try:
            return lines_of(self.table, rows), True
        except OSError:
            return counted

    def leave_out_gaps(self, count: int) -> None:
        """Leave out the rows with gaps."""
        text = mark("core", "{n} rows with gaps are left out.")
        self._leave_out("rows", count, DataError(text, n=f"{count:,}"), [])

    def fill(self, gaps: Mapping[str, int]) -> None:
        """Fill the gaps of some columns."""
        self.filled = {name: n for name, n in gaps.items() if n}
        text = mark(
            "core", "{n} gaps are filled by the mean or the most frequent category: {columns}."
        )
        total = sum(self.filled.values())
        columns = [f"{short_text(name)} ({n:,})" for name, n in self.filled.items()]
        self._say(DataError(text, n=f"{total:,}", columns=_listed(columns)))

    def report(self, rows: NDArray[np.int64], gaps: Mapping[str, int]) -> DataReport:
        """Return all that is to be said, once the rows are known that are used.

        Parameters
        ----------
        rows : ndarray
            Those, from 0.
        gaps : mapping of str to int
            How many of them have a gap in a feature.
        """
        target = self._meaning_of_target
        learned = {name for name, _ in self.columns.types}
        columns = []
        for name in map(str, self.table.frame.columns):
            found = target if name == self.target else self.meanings.get(name)
            if found is None:
                reason = NnguiError(mark("core", "the settings leave it out"))
                columns.append(ColumnReport(name, "", "left out", reason))
                continue
            use = "target" if name == self.target else "feature" if name in learned else "left out"
            if use == "left out":
                gaps = {**gaps, name: gaps_among(self.table.frame[name].iloc[rows], found.gaps)}
            count = gaps.get(name, 0)
            columns.append(ColumnReport(name, found.kind, use, found.reason, count))
        return DataReport(
            read=len(self.table.frame) + self.table.left_out_rows,
            used=len(rows),
            left_out=(*self.table.left_out, *self.left_out),
            filled=self.filled,
            notes=tuple(self.notes),
            columns=tuple(columns),
        )


def _listed(names: list[str]) -> str:
    return listed(names, 8)
