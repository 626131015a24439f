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

if TYPE_CHECKING:
    from pyqtgraph import GraphicsItem


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
