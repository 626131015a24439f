"""The last row of a dialog that opens data: how far they are read, Open and Cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QProgressBar, QWidget
from typing_extensions import override

if TYPE_CHECKING:
    from nngui.gui.panels.card import ElidedLabel
    from nngui.gui.style.labels import Label


class OpenRow(QWidget):
    """A bar while something is read, a line of words, and the two buttons.

    Parameters
    ----------
    reading : str
        What the bar is called.
    width : int
        Pixels of the bar.
    state : Label or ElidedLabel
        Where the words stand.

    Signals
    -------
    open_requested
        Open was pressed.
    cancelled
        Cancel was pressed.
    """

    open_requested = Signal()
    cancelled = Signal()

    def __init__(
        self,
        reading: str,
        width: int,
        state: Label | ElidedLabel,
        role: QDialogButtonBox.ButtonRole,
    ) -> None:
        super().__init__()
        self.state, self._bar = state, QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(width)
        self._bar.setAccessibleName(reading)
        buttons = QDialogButtonBox()
        self.open_button = buttons.addButton(self.tr("Open"), role)
        self.open_button.setProperty("primary", True)
        self.open_button.clicked.connect(self.open_requested)
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        cancel.clicked.connect(self.cancelled)
        cancel.setIcon(QIcon())
        self.buttons = (self.open_button, cancel)  # in the order of Tab
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._bar)
        line.addWidget(state, 1)
        line.addWidget(buttons)

    def ask(self, text: str) -> None:
        """Have the button say what it is that would be agreed to; nothing: Open."""
        self.open_button.setText(text or self.tr("Open"))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.open_button.setDefault(True)  # only now: before, it is in no dialog that heeds it

    def show_progress(self, share: float) -> None:
        """Show how much has been read."""
        self._bar.show()
        self._bar.setValue(round(1000 * share))

    def rest(self, text: str = "") -> None:
        """Nothing is being read: say something else, or nothing."""
        self._bar.hide()
        self.state.setText(text)
