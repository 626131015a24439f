"""The cards in which everything stands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from nngui.gui.style.labels import Label, show_tip


class Card(QFrame):
    """A surface with rounded corners; its `content` is a column."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(14, 12, 14, 12)
        self.content.setSpacing(8)
        self._title = title
        self._title_label = label(title.upper(), "card-title")
        if title:
            self.content.addWidget(self._title_label)

    def qualify(self, text: str) -> None:
        """Say behind the title of what time, or part, the card is; an empty text: of none."""
        self._title_label.setText(" · ".join([self._title.upper(), *([text] if text else [])]))


class ElidedLabel(Label):
    """A muted line that gives way to its neighbours: what has no room becomes an ellipsis."""

    def __init__(
        self,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._elide = elide
        self.setProperty("role", "muted")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def shown(self) -> str:
        """What there is room for of its text."""
        return self.fontMetrics().elidedText(self.text(), self._elide, self.contentsRect().width())

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and not self.toolTip() and self.shown != self.text():
            show_tip(event.globalPos(), self.text(), self)  # nothing is lost by the dots
            return True
        return bool(super().event(event))

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawText(self.contentsRect(), Qt.AlignmentFlag.AlignVCenter, self.shown)


def label(text: str, role: str = "", parent: QWidget | None = None) -> Label:
    """Return a label in one of the theme's roles."""
    result = Label(text, parent)
    if role:
        result.setProperty("role", role)
    return result
