"""How many images or rows there are of each class, to train on and to test on."""

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
    """A row for each class.

    Parameters
    ----------
    parts : sequence of str, optional
        What is counted; else training and test.
    """

    def __init__(self, parts: Sequence[str] = (), parent: QWidget | None = None) -> None:
        parts = parts or (self.tr("Training"), self.tr("Test"))
        super().__init__(0, 1 + len(parts), parent)
        self.setTabKeyNavigation(False)  # Tab leads out of it
        self.setAccessibleName(self.tr("Classes"))
        self.setHorizontalHeaderLabels([self.tr("Class"), *parts])
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

    def show_counts(self, classes: Sequence[str], *counts: Sequence[int]) -> None:
        """Show the classes, and how many there are of each in each part."""
        self.setRowCount(len(classes))
        for row, (name, *own) in enumerate(zip(classes, *counts, strict=True)):
            for place, text in enumerate((name, *(f"{count:,}" for count in own))):
                item = QTableWidgetItem(text)
                if place:
                    item.setTextAlignment(RIGHT)
                else:
                    set_tip(item, text)
                self.setItem(row, place, item)
