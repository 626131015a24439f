"""A pad to draw on with the mouse, a pen, or the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QKeySequence, QPainter, QPen
from typing_extensions import override

from nngui.gui.plots.kit.pixels import ARROWS, PaintedWidget, draw_focus

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats

SIDE = 224  # pixels of the drawing itself, whatever its size on the screen
STEP = SIDE / 28  # an arrow key's
PEN = SIDE / 7  # of a digit as tall as most, about 6 of the bitmap's 32 pixels


class DrawPad(PaintedWidget):
    """White strokes on black, as the data are.

    On the keyboard the arrows move a cursor, and Space sets the pen down there or lifts it.

    Signals
    -------
    drawn : ndarray
        The drawing, shape (SIDE, SIDE), 0 to 1; with every movement.
    """

    drawn = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strokes: list[list[QPointF]] = []
        self._image = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
        self._image.fill(0)
        self._drawing = False
        self._at: QPointF | None = None  # the keyboard's cursor, on the drawing
        self._pen_down = False
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def canvas(self) -> Floats:
        """The drawing, shape (SIDE, SIDE), 0 to 1."""
        rows = np.frombuffer(self._image.constBits(), np.uint8)
        rows = rows.reshape(SIDE, self._image.bytesPerLine())
        return rows[:, :SIDE].astype(np.float32) / 255

    def clear(self) -> None:
        """Take everything away."""
        self._replace([])

    def undo(self) -> None:
        """Take the last stroke away."""
        self._replace(self.strokes[:-1])

    def _replace(self, strokes: list[list[QPointF]]) -> None:
        self.strokes, self._drawing, self._pen_down = strokes, False, False
        self._image.fill(0)
        for stroke in strokes:
            self._draw_on(stroke)
        self.update()
        self.drawn.emit(self.canvas)

    def _draw_on(self, points: list[QPointF]) -> None:
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.setPen(QPen(QColor("#ffffff"), PEN, Qt.PenStyle.SolidLine, cap, join))
        if len(points) == 1:
            painter.drawPoint(points[0])
        else:
            painter.drawPolyline(points)
        painter.end()

    # Where what is -------------------------------------------------------------------------------

    def _place(self) -> QRectF:
        side = min(self.width(), self.height()) - 6.0
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _on_image(self, position: QPointF) -> QPointF:
        place = self._place()
        factor = SIDE / max(place.width(), 1.0)
        return QPointF(
            (position.x() - place.left()) * factor, (position.y() - place.top()) * factor
        )

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, 240)

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self._place()
        painter.drawImage(place, self._image)
        if not self.strokes:
            painter.setPen(QColor("#9aa4b2"))
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(place.adjusted(12, 12, -12, -12), flags, self.hint)
        if self.hasFocus():
            draw_focus(painter, place, self.theme)
            self._draw_cursor(painter, place)

    def _draw_cursor(self, painter: QPainter, place: QRectF) -> None:
        """Show where the keyboard draws: a ring, full while the pen is down."""
        if self._at is None:
            return
        factor = place.width() / SIDE
        at = place.topLeft() + self._at * factor
        painter.setPen(QPen(QColor(self.theme.accent), 2))
        painter.setBrush(QColor(self.theme.accent) if self._pen_down else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, 5.0, 5.0)

    # By mouse and keys ---------------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._drawing, self._at, self._pen_down = True, None, False
            self.strokes.append([])
            self._go_on(self._on_image(event.position()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drawing and event.buttons() & Qt.MouseButton.LeftButton:
            self._go_on(self._on_image(event.position()))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drawing = False

    def _go_on(self, place: QPointF) -> None:
        stroke = self.strokes[-1]
        stroke.append(place)
        self._draw_on(stroke[-2:])
        self.update()
        self.drawn.emit(self.canvas)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        elif event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._set_pen()
        elif (move := ARROWS.get(Qt.Key(event.key()))) is not None:
            self._move(*move)
        else:
            super().keyPressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        shortcut = event.type() is QEvent.Type.ShortcutOverride
        if shortcut and isinstance(event, QKeyEvent):
            undo = event.matches(QKeySequence.StandardKey.Undo)
            if undo or event.key() == Qt.Key.Key_Space:
                event.accept()  # else it would undo a setting, or start the training
                return True
        return bool(super().event(event))

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._pen_down = False
        super().focusOutEvent(event)

    def _set_pen(self) -> None:
        """Set the pen down where the cursor is, or lift it."""
        self._at = self._at or QPointF(SIDE / 2, SIDE / 2)
        self._pen_down = not self._pen_down
        if self._pen_down:
            self.strokes.append([])
            self._go_on(self._at)
        self.update()

    def _move(self, down: int, right: int) -> None:
        """Move the cursor, and draw where the pen is down."""
        if self._at is None:
            self._at = QPointF(SIDE / 2, SIDE / 2)
        else:
            x, y = self._at.x() + STEP * right, self._at.y() + STEP * down
            self._at = QPointF(min(max(x, 0.0), SIDE), min(max(y, 0.0), SIDE))
        if self._pen_down:
            self._go_on(self._at)
        self.update()
