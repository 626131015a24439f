"""Curves and spots that take the whole plot for their place.

Qt asks every item where it is, several times a frame, and pyqtgraph works that out from data, pens
and the size of a pixel: for the ten curves of a race that takes longer than to draw them. Ours say:
somewhere in the plot. For what moves with every frame that costs nothing, as the plot is drawn anew
anyhow; for what stands still (`axes.STILL`) pyqtgraph's own are better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from typing_extensions import override

from nngui.gui.plots.kit.sheet import Sheet

if TYPE_CHECKING:
    from pyqtgraph import GraphicsItem
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget


def _all_of_the_plot(item: GraphicsItem) -> QRectF:
    box = item.getViewBox()
    return QRectF(box.viewRect()) if box is not None else QRectF()


class Curve(pg.PlotCurveItem):  # type: ignore[misc]
    """A `PlotCurveItem` somewhere in the plot."""

    @override
    def boundingRect(self) -> QRectF:
        return _all_of_the_plot(self)


class Spots(pg.ScatterPlotItem):  # type: ignore[misc]
    """A `ScatterPlotItem` somewhere in the plot."""

    @override
    def boundingRect(self) -> QRectF:
        return _all_of_the_plot(self)


class HeldCurve(Curve):
    """A `Curve` that can be held: while something moves over it, it is drawn only when it changes.

    Drawn once, it costs more than a plain one: so it is held only meanwhile.
    """

    def __init__(self, **options: object) -> None:
        self._sheet: Sheet | None = None
        super().__init__(**options)

    def hold(self, on: bool) -> None:
        """Keep what is drawn, or draw it each time."""
        if on is (self._sheet is None):
            self._sheet = Sheet() if on else None

    @override
    def setData(self, *arguments: object, **options: object) -> None:
        self._forget()
        super().setData(*arguments, **options)

    @override
    def setPen(self, *arguments: object, **options: object) -> None:
        self._forget()
        super().setPen(*arguments, **options)

    def _forget(self) -> None:
        if self._sheet is not None:
            self._sheet.forget()

    @override
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget) -> None:
        if self._sheet is None:
            super().paint(painter, option, widget)
            return

        def draw(own: QPainter) -> None:
            super(HeldCurve, self).paint(own, option, widget)

        self._sheet.paint(painter, self.boundingRect(), draw)
