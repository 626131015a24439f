"""What stands in a tab's place until the tab is built."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget
from typing_extensions import override

MARGINS = (12, 4, 12, 8)  # of a tab; left, top, right, bottom
FORM, SIDE, GAP = 250, 330, 8  # pixels
LOSS = 1 / 3  # of the height


class Placeholder(QWidget):
    """The tab's cards, empty.

    Signals
    -------
    painted
        It was seen for the first time.
    """

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._seen = False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        left, top, right, bottom = MARGINS
        room = QRectF(self.rect()).adjusted(left + 0.5, top + 0.5, -right - 0.5, -bottom - 0.5)
        middle = room.adjusted(FORM + GAP, 0, -SIDE - GAP, 0)
        upper = middle.adjusted(0, 0, 0, -round(LOSS * middle.height()) - GAP)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        for card in (
            QRectF(room.left(), room.top(), FORM, room.height()),
            upper,
            QRectF(
                middle.left(),
                upper.bottom() + GAP,
                middle.width(),
                middle.bottom() - upper.bottom() - GAP,
            ),
            QRectF(middle.right() + GAP, room.top(), SIDE, room.height()),
        ):
            painter.drawRoundedRect(card, 8, 8)
        painter.end()
        if not self._seen:
            self._seen = True
            self.painted.emit()
