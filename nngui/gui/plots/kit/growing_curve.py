"""A long line that grows: what was drawn of it stays as pixels, and only what is new is drawn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPaintEngine, QPainter, QPen, QPixmap, QPolygonF, QTransform
from typing_extensions import override

from nngui.gui.plots.kit.items import Curve

if TYPE_CHECKING:
    from PySide6.QtCore import QSize
    from PySide6.QtWidgets import QGraphicsView, QStyleOptionGraphicsItem, QWidget

    from nngui.core.arrays import Floats

PIECE = 3.0  # pixels: what is shorter is drawn anew each time, until it has this length
FAR = 5000.0  # pixels
OVER = QPainter.CompositionMode.CompositionMode_SourceOver
UNDER = QPainter.CompositionMode.CompositionMode_DestinationOver


class GrowingCurve(Curve):
    """A `PlotCurveItem` that is cheap to prolong, and may have a halo (its shadow pen).

    A wide dashed line of some hundred places takes Qt a millisecond to draw, with its halo two, and
    a map has five or ten of them. On the screen each is kept as a picture to which `grow` adds; in
    a vector file the whole line is drawn.
    """

    def __init__(self) -> None:
        self._sheet: QPixmap | None = None
        self._made_for: tuple[object, ...] = ()
        self._fresh: list[Floats] = []  # places, shape (n, 2), that are not on the sheet yet
        self._points: list[QPointF] = []  # where the sheet's line ends, and the last place
        self._length = 0.0  # of the line on the sheet, where the dashes go on
        super().__init__(antialias=True)

    # What the plot tells -------------------------------------------------------------------------

    @override
    def setData(self, *arguments: object, **options: object) -> None:
        """Take another line."""
        self._sheet = None
        super().setData(*arguments, **options)

    def grow(self, x: Floats, y: Floats, fresh: int) -> None:
        """Take the same line, prolonged: its last `fresh` places are new.

        Places before them may have been left out meanwhile; what is drawn of them stays.
        """
        if fresh:
            self._fresh.append(np.stack((x[-fresh:], y[-fresh:]), axis=1))
        super().setData(x, y)

    @override
    def setPen(self, *arguments: object, **options: object) -> None:
        self._sheet = None
        super().setPen(*arguments, **options)

    @override
    def setShadowPen(self, *arguments: object, **options: object) -> None:
        self._sheet = None
        super().setShadowPen(*arguments, **options)

    # How it is drawn -----------------------------------------------------------------------------

    @override
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget) -> None:
        if painter.paintEngine().type() != QPaintEngine.Type.Raster:
            super().paint(painter, option, widget)
            return
        ratio = painter.device().devicePixelRatioF()
        sheet, corner = self._up_to_date(painter.worldTransform(), ratio)
        painter.save()
        painter.resetTransform()
        painter.drawPixmap(corner, sheet)
        painter.translate(corner)
        if len(self._points) > 1:
            self._stroke(painter, OVER)
        painter.restore()

    def prepare(self, view: QGraphicsView) -> None:
        """Draw on the sheet now what the next painting of a view would draw there."""
        to_pixels = self.deviceTransform(view.viewportTransform())
        self._up_to_date(to_pixels, view.viewport().devicePixelRatioF())

    def _up_to_date(self, to_pixels: QTransform, ratio: float) -> tuple[QPixmap, QPointF]:
        """Return the sheet with all of the line on it, and where it lies, in pixels."""
        box = to_pixels.mapRect(self.boundingRect()).toAlignedRect()
        made_for = (to_pixels, box, ratio)
        sheet = self._sheet
        if sheet is None or made_for != self._made_for:
            sheet = self._sheet = self._empty_sheet(box.size() * ratio, ratio)
            self._made_for = made_for
        corner = QPointF(box.topLeft())
        self._prolong(sheet, to_pixels, corner)
        return sheet, corner

    def _empty_sheet(self, size: QSize, ratio: float) -> QPixmap:
        sheet = QPixmap(size)
        sheet.setDevicePixelRatio(ratio)
        sheet.fill(Qt.GlobalColor.transparent)
        x, y = self.getData()
        self._fresh = [] if x is None else [np.stack((x, y), axis=1)]
        self._points, self._length = [], 0.0
        return sheet

    def _prolong(self, sheet: QPixmap, to_pixels: QTransform, corner: QPointF) -> None:
        """Draw what is new on the sheet; what is left, less than a piece, stays in `_points`."""
        if sheet.isNull():
            return  # the plot has no room at all; in another size there is another sheet
        places = np.concatenate(self._fresh) if self._fresh else np.empty((0, 2))
        self._fresh = []
        points, last = self._points[:1], None
        found = _placed(places, to_pixels, corner)
        if not points:  # all of it, at once: there are no seams
            points, last = found, found[-1] if found else None
            found = []
        for last in found:
            if _distance(points[-1], last) >= PIECE:
                points.append(last)
        if len(points) > 1:
            self._points = points
            painter = QPainter(sheet)
            self._stroke(painter, UNDER)  # a halo over what is there would cover the line's end
            painter.end()
            self._length += sum(map(_distance, points, points[1:]))
        if last is not None:
            self._points = [points[-1], last]

    def _stroke(self, painter: QPainter, halo: QPainter.CompositionMode) -> None:
        """Draw a line through `_points`, and its halo over or under what is there."""
        pen = QPen(self.opts["pen"])
        if pen.style() == Qt.PenStyle.CustomDashLine:
            pen.setDashOffset(self._length / max(pen.widthF(), 1e-9))
        else:
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)  # no seam between two pieces
        strokes = [(pen, OVER)]
        if self.opts["shadowPen"] is not None:
            strokes.insert(0 if halo == OVER else 1, (self.opts["shadowPen"], halo))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stroke, mode in strokes:
            painter.setCompositionMode(mode)
            painter.setPen(stroke)
            painter.drawPolyline(QPolygonF(self._points))


def _placed(places: Floats, to_pixels: QTransform, corner: QPointF) -> list[QPointF]:
    """Return places of the plot, shape (n, 2), as points in pixels from a corner.

    Those that are no numbers are left out, and what is far outside is brought nearer: Qt would be
    busy for minutes with the dashes of a line a million pixels long.
    """
    places = places[np.isfinite(places).all(1)]
    x = places[:, 0] * to_pixels.m11() + to_pixels.dx() - corner.x()
    y = places[:, 1] * to_pixels.m22() + to_pixels.dy() - corner.y()
    pairs = zip(x.clip(-FAR, FAR).tolist(), y.clip(-FAR, FAR).tolist(), strict=True)
    return [QPointF(*pair) for pair in pairs]


def _distance(one: QPointF, other: QPointF) -> float:
    return math.hypot(other.x() - one.x(), other.y() - one.y())
