"""The loader's page: the picture, and the lines as the tutorial's script prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nngui.gui.panels.past_bar import PastBar
from nngui.gui.plots.loader_plot import LoaderPlot
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from nngui.core.arrays import Floats
    from nngui.core.inspectors.loader_history import LoaderHistory
    from nngui.gui.style.theme import Colours

MAX_TABLE_ROWS = 500  # rows; older ones are in the exported history
STEP = Qt.ItemDataRole.UserRole


class LoaderPage(QWidget):
    """A loader at work: what it brought, step by step. Its rows are the run's timeline.

    Signals
    -------
    sought : int
        The user wants to see how it stood after so many steps.
    """

    sought = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = LoaderPlot()
        self.plot.setAccessibleName(self.tr("The data and their batches"))
        self.table = QTableWidget(0, 4)
        self.table.setTabKeyNavigation(False)  # Tab leads out of it
        titles = (self.tr("Epoch"), self.tr("Step"), self.tr("batch x"), self.tr("batch y"))
        self.table.setHorizontalHeaderLabels(titles)
        self.table.setAccessibleName(self.tr("The batches, as the tutorial prints them"))
        set_tip(
            self.table,
            self.tr(
                "What each step brought, counted from 0 as the tutorial's script prints it. Click "
                "a row to look back at it."
            ),
        )
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(24)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column in (0, 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self._next = 0  # the step that the next row is of
        self.table.cellClicked.connect(self._on_row)
        self.table.cellActivated.connect(self._on_row)
        self.past = PastBar()
        header_row = QHBoxLayout()
        header_row.addStretch(1)
        header_row.addWidget(self.past)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addLayout(header_row)
        layout.addWidget(self.plot, 3)
        layout.addWidget(self.table, 2)
        self.table.setMinimumHeight(70)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.plot.set_theme(theme)
        self.past.set_theme(theme)

    def clear(self, hint: str) -> None:
        """Show nothing but what will appear."""
        self._next = 0
        self.table.setRowCount(0)
        self.plot.show_passes(None, hint)

    def draw(self, passes: LoaderHistory, *, is_past: bool = False) -> None:
        """Show what has been brought, rows for all that came since the last call.

        Parameters
        ----------
        is_past : bool
            It was so then: the rows stay, and the one of that step is lit up.
        """
        self.plot.show_passes(passes)
        if is_past and passes.steps <= self._next:
            self._select(passes.steps - 1)
            return
        if passes.steps < self._next:
            self._next = 0
            self.table.setRowCount(0)
        for step in range(max(self._next, passes.steps - MAX_TABLE_ROWS), passes.steps):
            self._add(passes, step)
        self._next = passes.steps
        while self.table.rowCount() > MAX_TABLE_ROWS:
            self.table.removeRow(0)
        if self.table.rowCount():
            self.table.selectRow(self.table.rowCount() - 1)
            self.table.scrollToBottom()

    def _add(self, passes: LoaderHistory, step: int) -> None:
        chosen = passes.chosen(step)
        if chosen is None:
            return
        epoch, batch = passes.place(step)
        row = self.table.rowCount()
        self.table.insertRow(row)
        texts = (str(epoch), str(batch), _printed(passes.x[chosen]), _printed(passes.y[chosen]))
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            set_tip(item, text)
            item.setData(STEP, step)
            self.table.setItem(row, column, item)

    def _select(self, step: int) -> None:
        """Light up the row of a step, if it is among them."""
        first = self.table.item(0, 0)
        row = step - first.data(STEP) if first is not None else -1
        item = self.table.item(row, 0)
        if item is not None:
            self.table.selectRow(row)
            self.table.scrollToItem(item)
        else:
            self.table.clearSelection()

    @Slot(int, int)
    def _on_row(self, row: int, _column: int) -> None:
        item = self.table.item(row, 0)
        if item is not None:
            self.sought.emit(item.data(STEP) + 1)


def _printed(values: Floats) -> str:
    return np.array2string(values, max_line_width=100_000)
