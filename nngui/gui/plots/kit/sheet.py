"""A drawing that stays as pixels until it is another one: what moves over it costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPaintEngine, QPainter, QPixmap, QTransform

if TYPE_CHECKING:
    from collections.abc import Callable


class Sheet:
    """Keeps what an item of a plot has drawn.

    Qt's own cache for items (`axes.STILL`) is 10 MB for the whole program: ten curves of a large
    plot drive each other out of it, and are drawn anew each time.
    """

    def __init__(self) -> None:
        self._pixels: QPixmap | None = None
        self._made_for: tuple[QTransform, QRect, float] | None = None

    def forget(self) -> None:
        """Have it drawn anew next time."""
        self._pixels = None

    def paint(self, painter: QPainter, area: QRectF, draw: Callable[[QPainter], None]) -> None:
        """Paint what `draw` draws in an area of the item; in a vector file the drawing itself."""
        if painter.paintEngine().type() != QPaintEngine.Type.Raster:
            draw(painter)
            return
        to_pixels, ratio = painter.worldTransform(), painter.device().devicePixelRatioF()
        box = to_pixels.mapRect(area).toAlignedRect()
        made_for = (QTransform(to_pixels), box, ratio)
        if self._pixels is None or made_for != self._made_for:
            self._pixels, self._made_for = QPixmap(box.size() * ratio), made_for
            if self._pixels.isNull():  # the plot has no room
                return
            self._pixels.setDevicePixelRatio(ratio)
            self._pixels.fill(Qt.GlobalColor.transparent)
            own = QPainter(self._pixels)
            own.translate(-QPointF(box.topLeft()))
            own.setWorldTransform(to_pixels, combine=True)
            draw(own)
            own.end()
        painter.save()
        painter.resetTransform()
        painter.drawPixmap(QPointF(box.topLeft()), self._pixels)
        painter.restore()
