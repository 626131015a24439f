"""How many images there are of each class, to train on and to test on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem

from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ClassTable(QTableWidget):
    """A row for each class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self.setTabKeyNavigation(False)  # Tab leads out of it
        self.setAccessibleName(self.tr("Classes"))
        self.setHorizontalHeaderLabels([self.tr("Class"), self.tr("Training"), self.tr("Test")])
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setMinimumWidth(190)

    def show_counts(
        self, classes: Sequence[str], training: Sequence[int], test: Sequence[int]
    ) -> None:
        """Show the classes, and how many images there are of each."""
        self.setRowCount(len(classes))
        for row, (name, *counts) in enumerate(zip(classes, training, test, strict=True)):
            for place, text in enumerate((name, *(f"{count:,}" for count in counts))):
                item = QTableWidgetItem(text)
                if place:
                    item.setTextAlignment(RIGHT)
                else:
                    set_tip(item, text)
                self.setItem(row, place, item)
