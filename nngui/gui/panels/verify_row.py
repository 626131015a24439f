"""What stands below the code: a button that has it run and compared, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from nngui.gui.panels.card import label
from nngui.gui.style.labels import set_tip

PARTS = 1000  # of the progress bar
FRAMED = (8, 3, 8, 3)  # pixels between a frame and the words in it


class VerifyRow(QWidget):
    """Offers to verify, or to cancel; the words stay until the code is another one.

    Signals
    -------
    pressed
        Verify; or Cancel, while it is busy.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button, self.bar = QPushButton(), QProgressBar()
        self.said = label("", "muted")
        self.said.setWordWrap(True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.said.setAccessibleName(self.tr("What verifying came to"))
        self.button.setProperty("small", True)
        self.bar.setRange(0, PARTS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addWidget(self.bar, 1)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.said)
        self.button.clicked.connect(self.pressed)
        self.show_busy(False)
        self.say("")

    @Slot(bool)
    def show_busy(self, busy: bool) -> None:
        """Offer to cancel, or to verify."""
        self.bar.setValue(0)
        self.bar.setVisible(busy)
        text = self.tr("Cancel") if busy else self.tr("Verify")
        self.button.setText(text)
        self.button.setAccessibleName(text)
        set_tip(
            self.button,
            self.tr("End the script; nothing is told of it.")
            if busy
            else self.tr(
                "Run this script by a Python of its own, and compare every number that it prints "
                "with what is here, to the last bit."
            ),
        )

    def show_share(self, share: float) -> None:
        """Show how much is done, from 0 to 1."""
        self.bar.setValue(round(PARTS * share))

    def offer(self, why_not: str = "") -> None:
        """Have the button work; or not, and say why in its place."""
        self.button.setEnabled(not why_not)
        if why_not:
            self.say(why_not)

    def say(self, text: str, role: str = "muted") -> None:
        """Say what came of it: in the role ``good``, ``problem``, ``warning`` or ``muted``."""
        if role != self.said.property("role"):
            self.said.setProperty("role", role)
            self.said.style().unpolish(self.said)
            self.said.style().polish(self.said)
            framed = role == "good"  # a style sheet's padding does not count for text to select
            self.said.setContentsMargins(*(FRAMED if framed else (0, 0, 0, 0)))
        self.said.setText(text)
        self.said.setVisible(bool(text))
