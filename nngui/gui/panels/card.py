"""The cards in which everything stands."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget


class Card(QFrame):
    """A surface with rounded corners; its `content` is a column."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(14, 12, 14, 12)
        self.content.setSpacing(8)
        if title:
            self.content.addWidget(label(title.upper(), "card-title"))


def label(text: str, role: str = "", parent: QWidget | None = None) -> QLabel:
    """Return a label in one of the theme's roles."""
    result = QLabel(text, parent)
    if role:
        result.setProperty("role", role)
    return result
