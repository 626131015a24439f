"""The columns of a table that is looked at: what each is, and what it is used for."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QPalette
from typing_extensions import override

from nngui.core.data.report import listed
from nngui.core.text import mark
from nngui.files.tables.kinds.column_kind import (
    BUT_GAPS,
    CATEGORY,
    CONSTANT,
    DATE,
    EMPTY,
    IDENTIFIER,
    NUMBER,
    TEXT,
)
from nngui.files.tables.survey.surveyor import FEATURE, OUT, TARGET, ColumnSurvey
from nngui.gui.dialogs.table_models import NOWHERE, Index
from nngui.gui.style.labels import plain_tip
from nngui.gui.style.translation import shown, shown_sentence

USE, TYPE, NAME, WHAT, VALUES, DIFFERENT, GAPS = range(7)
CHOICES = {USE: (TARGET, FEATURE, OUT), TYPE: (NUMBER, CATEGORY, DATE)}
MAX_NAME = 80  # characters that are shown
MAX_CELLS = 6  # kinds of gaps that are named
SIGNS = {" ": "␣"}
PARTS = {
    "year": mark("core", "year"),
    "month": mark("core", "month"),
    "weekday": mark("core", "weekday"),
    "day of year": mark("core", "day of year"),
    "days": mark("core", "days since the first"),
    "hour": mark("core", "hour"),
}
"""What is made of a date (`spec.table.DATE_PARTS`), as it is shown."""


class ColumnsModel(QAbstractTableModel):
    """A row for each column of a table.

    Signals
    -------
    use_chosen : str, str
        A column's name, and what it is to be used for.
    kind_chosen : str, str
        A column's name, and what it is to be taken for.
    """

    use_chosen = Signal(str, str)
    kind_chosen = Signal(str, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.columns: tuple[ColumnSurvey, ...] = ()
        self.words = {
            TARGET: self.tr("Target"),
            FEATURE: self.tr("Feature"),
            OUT: self.tr("Leave out"),
            NUMBER: self.tr("Number"),
            CATEGORY: self.tr("Category"),
            DATE: self.tr("Date"),
            IDENTIFIER: self.tr("Identifier"),
            TEXT: self.tr("Text"),
            EMPTY: self.tr("Empty"),
            CONSTANT: self.tr("Constant"),
        }
        self._headers = (
            self.tr("Use as"),
            self.tr("Type"),
            self.tr("Column"),
            self.tr("What it is"),
            self.tr("Values"),
            self.tr("Different"),
            self.tr("Gaps"),
        )
        self._tips = {
            USE: self.tr("T: target, F: feature, L: leave out; Space opens the list."),
            TYPE: self.tr("N: number, C: category, D: date; Space opens the list."),
        }

    def show(self, columns: tuple[ColumnSurvey, ...]) -> None:
        """Show other columns, or the same ones as they are now."""
        same = [c.name for c in columns] == [c.name for c in self.columns]
        if same and columns:
            self.columns = columns
            self.dataChanged.emit(self.index(0, 0), self.index(len(columns) - 1, GAPS))
            return
        self.beginResetModel()
        self.columns = columns
        self.endResetModel()

    def choose(self, place: int, section: int, value: str) -> None:
        """Use a column for something else, or take it for something else."""
        column = self.columns[place]
        if section == USE and value != column.use:
            self.use_chosen.emit(column.name, value)
        elif section == TYPE and value in CHOICES[TYPE] and value != _type_of(column):
            self.kind_chosen.emit(column.name, value)

    # What Qt asks ------------------------------------------------------------------------------

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._headers)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips.get(section)
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (DIFFERENT, GAPS):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return self._headers[section] if role == Qt.ItemDataRole.DisplayRole else None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in CHOICES else flags

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column, section = self.columns[index.row()], index.column()
        if role == Qt.ItemDataRole.EditRole and section in CHOICES:
            return column.use if section == USE else _type_of(column)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(column, section)
        if role == Qt.ItemDataRole.ToolTipRole:
            tip = self._tips.get(section) or self._text(column, section)
            return plain_tip(tip)
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (DIFFERENT, GAPS):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and column.use == OUT and section != USE:
            return QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)
        if role == Qt.ItemDataRole.FontRole and column.use == TARGET and section <= NAME:
            font = QFont(QGuiApplication.font())
            font.setWeight(QFont.Weight.DemiBold)
            return font
        return None

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() not in CHOICES:
            return False
        self.choose(index.row(), index.column(), value)
        return True

    def _text(self, column: ColumnSurvey, section: int) -> str:
        if section == USE:
            return self.words[column.use]
        if section == TYPE:
            return self.words[_type_of(column)]
        gaps = f"{column.gaps:,}" if column.gaps else "–"
        texts = (_cut(column.name), self.what_it_is(column), column.examples)
        return (*texts, f"{column.different:,}", gaps)[section - NAME]

    def what_it_is(self, column: ColumnSurvey) -> str:
        """Return in a line why a column is taken for what it is, and what is made of its cells."""
        found = column.meaning
        how = found.how
        cells = [f"{_cut(cell)} ({n:,})" for cell, n in found.gaps.items() if cell]
        parts = [shown_sentence(found.reason)]
        if cells and found.reason.sentence == BUT_GAPS:  # they are named
            parts = [self.tr("numbers")]
        if column.use == OUT and column.is_usable:
            parts.insert(0, self.tr("you leave it out"))
        elif column.use == OUT:
            parts[0] = self.tr("starts left out: {why}").format(why=parts[0])
        if how.thousands:
            sign = SIGNS.get(how.thousands, how.thousands)
            parts.append(self.tr("thousands {sign}").format(sign=sign))
        if how.decimal != "." and how.kind == NUMBER:
            parts.append(self.tr("decimal {sign}").format(sign=how.decimal))
        if how.kind == DATE and column.use != OUT:
            made = ", ".join(shown(PARTS[part]) for part in how.parts)
            parts.append(self.tr("becomes {parts}").format(parts=made))
        if how.other and column.use != OUT:
            parts.append(self.tr("the rest is {other}").format(other=how.other))
        if cells:
            parts.append(self.tr("gaps: {cells}").format(cells=listed(cells, MAX_CELLS)))
        return " · ".join(parts)


def _type_of(column: ColumnSurvey) -> str:
    """Return what a column is taken for; where nothing can be learned from it, why."""
    if column.use == OUT and not column.is_usable:
        return column.meaning.kind
    return column.kind


def _cut(text: str) -> str:
    return text if len(text) <= MAX_NAME else f"{text[: MAX_NAME - 1]}…"
