"""Several networks in one file: which of them is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QVBoxLayout, QWidget

from nngui.files.models.errors import cut
from nngui.gui.style.labels import Label

if TYPE_CHECKING:
    from pathlib import Path


class PartDialog(QDialog):
    """A list of the networks in a file.

    Signals
    -------
    chosen : str
        The name of the one to open.
    """

    chosen = Signal(str)

    def __init__(self, file: Path, parts: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Several networks"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._parts = parts
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        text = self.tr("{file} holds {n} networks. Which one is to be opened?")
        words = Label(text.format(file=cut(file.name), n=len(parts)))
        words.setWordWrap(True)
        column.addWidget(words)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Networks"))
        self.list.addItems([cut(part) for part in parts])
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(self.accept)
        column.addWidget(self.list, 1)
        buttons = QDialogButtonBox()
        self.open_button = buttons.addButton(
            self.tr("Open"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.open_button.setProperty("primary", True)
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(self.accept)
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        cancel.clicked.connect(self.reject)
        column.addWidget(buttons)
        self.accepted.connect(self._on_accepted)

    @Slot()
    def _on_accepted(self) -> None:
        row = self.list.currentRow()
        if row >= 0:
            self.chosen.emit(self._parts[row])
