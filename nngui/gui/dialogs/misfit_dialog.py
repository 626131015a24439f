"""Parameters that do not fit the network: which, and what could be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nngui.core.networks.matching import parameter_shape_text
from nngui.gui.style.labels import Label
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.core.networks.matching import Row


class MisfitDialog(QDialog):
    """A table of names and shapes, and the offer to build the network that fits.

    Signals
    -------
    build_requested
        The user wants the network that the parameters were of.
    """

    build_requested = Signal()

    def __init__(self, file: Path, rows: list[Row], fitting: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Parameters that do not fit"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 360)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._words(file, rows, fitting))
        self.table = self._table(rows)
        column.addWidget(self.table, 1)
        buttons = QDialogButtonBox()
        if fitting:
            self.build = buttons.addButton(
                self.tr("Build the network that fits"), QDialogButtonBox.ButtonRole.AcceptRole
            )
            self.build.setProperty("primary", True)
            self.build.setDefault(True)
            self.build.clicked.connect(self.accept)
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        cancel.clicked.connect(self.reject)
        column.addWidget(buttons)
        self.accepted.connect(self.build_requested)

    def _words(self, file: Path, rows: list[Row], fitting: str) -> Label:
        misfits = sum(not row.fits for row in rows)
        text = self.tr(
            "{n} of {all} parameters in {file} do not fit this network. Nothing was changed."
        ).format(n=misfits, all=len(rows), file=file.name)
        if fitting:
            more = self.tr("They are those of a network with the widths {widths}.")
            text += "\n" + more.format(widths=fitting)
        else:
            text += "\n" + self.tr(
                "What network they are of cannot be told: set it in the form, then open them again."
            )
        words = Label(text)
        words.setWordWrap(True)
        return words

    def _table(self, rows: list[Row]) -> QTableWidget:
        table = QTableWidget(len(rows), 4)
        table.setTabKeyNavigation(False)  # Tab leads out of it
        table.setHorizontalHeaderLabels(
            ["", self.tr("Parameter"), self.tr("The network has"), self.tr("The file has")]
        )
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setAccessibleName(self.tr("Parameters"))
        for number, row in enumerate(rows):
            mark = "=" if row.fits else "≠"  # not by colour alone
            shapes = [shown(parameter_shape_text(s)) for s in (row.expected, row.found)]
            values = (mark, row.name, *shapes)
            for column, value in enumerate(values):
                item = QTableWidgetItem(value)
                if not row.fits:
                    font = item.font()
                    font.setBold(True)
                    item.setFont(font)
                table.setItem(number, column, item)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        return table
