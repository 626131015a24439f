"""The columns of a table as the rows of a list: what each is, and what it tells."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from nngui.core.text import mark
from nngui.gui.style.labels import plain_tip
from nngui.gui.style.translation import shown, shown_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.data.column_facts import ColumnFacts
    from nngui.core.data.report import ColumnReport

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
COLUMN, VALUES, GAPS, RELATION = range(4)
MAX_NAME = 80  # characters of a name in a tip
KINDS = {
    "number": mark("core", "number"),
    "category": mark("core", "category"),
    "date": mark("core", "date"),
    "identifier": mark("core", "identifier"),
    "text": mark("core", "text"),
    "empty": mark("core", "empty"),
    "constant": mark("core", "the same everywhere"),
}
USES = {
    "target": mark("core", "target"),
    "feature": mark("core", "feature"),
    "left out": mark("core", "left out"),
}


@dataclass(frozen=True, slots=True, eq=False)
class ColumnRow:
    """A column as it is used, and what is to be seen of it, once that is known."""

    place: int
    used: int
    report: ColumnReport
    facts: ColumnFacts | None = None

    @property
    def gaps(self) -> int:
        """How many rows have no value."""
        return self.report.gaps if self.facts is None else self.facts.gaps

    @property
    def relation(self) -> float:
        """What it tells of the target; NaN where that is unknown."""
        return math.nan if self.facts is None else self.facts.relation


class ColumnsModel(QAbstractTableModel):
    """A table's columns, in its order or by what is in a column of this list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ColumnRow] = []
        self._sorted = (COLUMN, Qt.SortOrder.AscendingOrder)
        self._headers = (
            self.tr("Column"),
            self.tr("Values"),
            self.tr("Gaps"),
            self.tr("Relation"),
        )
        self._tips = (
            self.tr("What it is, what it is used for, and why. Click: as in the file."),
            self.tr("How often which values are there, among the rows that are used."),
            self.tr("Rows without a value."),
            self.tr("How closely it goes with the target, among the training rows. Click: by it."),
        )

    def show(self, columns: Sequence[ColumnReport], used: int) -> None:
        """Show a table's columns, of which nothing is to be seen yet."""
        self.beginResetModel()
        self.rows = [ColumnRow(place, used, one) for place, one in enumerate(columns)]
        self.endResetModel()

    def show_facts(self, facts: Sequence[ColumnFacts]) -> None:
        """Show what is to be seen of each column."""
        ordered = sorted(self.rows, key=lambda row: row.place)
        self.layoutAboutToBeChanged.emit()  # not all of it: what was scrolled to stays in sight
        self.rows = [
            ColumnRow(row.place, row.used, row.report, found)
            for row, found in zip(ordered, facts, strict=True)
        ]
        self._arrange()
        self.layoutChanged.emit()

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        self._sorted = (column, order)
        self._arrange()
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        column, order = self._sorted
        self.rows.sort(key=lambda row: row.place)
        if column == GAPS:
            self.rows.sort(key=lambda row: -row.gaps)
        elif column == RELATION:
            self.rows.sort(
                key=lambda row: -abs(row.relation) if row.relation == row.relation else 1
            )
        if order == Qt.SortOrder.DescendingOrder:
            self.rows.reverse()

    # What is in it -------------------------------------------------------------------------------

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._headers)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        return self._tips[section] if role == Qt.ItemDataRole.ToolTipRole else None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        texts = (self.column_words, self.value_words, self.gap_words, self.relation_words)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return texts[index.column()](row)
        return (
            plain_tip(texts[index.column()](row)) if role == Qt.ItemDataRole.ToolTipRole else None
        )

    def kind_words(self, row: ColumnRow) -> str:
        """Return a column's type and use."""
        kind, use = KINDS.get(row.report.kind, ""), USES[row.report.use]
        return " · ".join(shown(word) for word in (kind, use) if word)

    def column_words(self, row: ColumnRow) -> str:
        """Return a column's name, type and use, and why."""
        name, reason = row.report.name[:MAX_NAME], shown_sentence(row.report.reason)
        return f"{name}\n{self.kind_words(row)}\n{reason}"

    def value_words(self, row: ColumnRow) -> str:
        """Return a column's range, or its most frequent words."""
        facts = row.facts
        if facts is None:
            return ""
        if facts.low:
            return self.tr("{low} to {high}").format(low=facts.low, high=facts.high)
        words = [f"{word[:MAX_NAME]} ({count:,})" for word, count in facts.frequent]
        more = facts.different - len(words)
        words += [self.tr("{n} more").format(n=f"{more:,}")] if more > 0 else []
        return "\n".join(words)

    def gap_words(self, row: ColumnRow) -> str:
        """Return how many gaps there are, and their share."""
        if not row.gaps:
            return "–"
        return f"{row.gaps:,}\n{row.gaps / max(row.used, 1):.2%}"

    def relation_words(self, row: ColumnRow) -> str:
        """Return what a column tells of the target, and by which measure."""
        if math.isnan(row.relation) or row.facts is None:
            return ""
        value = f"{row.relation:.2f}".replace("-", "−")
        return f"{value}\n{shown(row.facts.measure)}"
