"""The figures of runs that are compared: a row for each, to be read alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem
from typing_extensions import override

from nngui.gui.plots.kit.racers import SWATCH
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

ROW = 25  # pixels
MIN_ROWS = 2  # that keep their place where there is little
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class StudyTable(QTableWidget):
    """A row for each run; the first column has its name and how its curve is drawn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabKeyNavigation(False)  # Tab leads out of it
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        self.setIconSize(SWATCH)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    @override
    def sizeHint(self) -> QSize:
        return QSize(400, self._height(self.rowCount()))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height(min(self.rowCount(), MIN_ROWS)))

    def _height(self, rows: int) -> int:
        return self.horizontalHeader().sizeHint().height() + ROW * rows + 4

    def name_columns(self, headings: Sequence[tuple[str, str]]) -> None:
        """Have these columns; each has a title and a tip."""
        self.setColumnCount(len(headings))
        for column, (text, tip) in enumerate(headings):
            item = QTableWidgetItem(text)
            set_tip(item, tip)
            if column:
                item.setTextAlignment(RIGHT)
            self.setHorizontalHeaderItem(column, item)

    def show_rows(self, count: int) -> None:
        """Have so many rows from now on."""
        if self.rowCount() != count:
            self.setRowCount(count)
            self.updateGeometry()

    def cell(self, row: int, column: int) -> QTableWidgetItem:
        """Return a cell, to be written; figures stand at the right."""
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            if column:
                item.setTextAlignment(RIGHT)
            self.setItem(row, column, item)
        return item
