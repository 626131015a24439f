"""What one network says of one input: points, its curve, and where it was never trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Slot
from PySide6.QtGui import QColor
from typing_extensions import override

from nngui.gui.plots.kit.axes import DASH, STILL, CalmPlot, padded

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.gui.style.theme import Colours

MAX_DOTS = 2000  # more look the same, and are slow to draw


class NetPlot(CalmPlot):
    """Dots of the data, a curve, a shaded range outside of the data, a word while it is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outside = pg.LinearRegionItem(movable=False)
        self._outside.setZValue(-10)
        for line in self._outside.lines:
            line.hide()
        self._dots = pg.ScatterPlotItem(size=4, pen=None)
        self._truth = pg.PlotCurveItem(antialias=True)
        self._curve = pg.PlotCurveItem(antialias=True)
        for item in (self._dots, self._truth):
            item.setCacheMode(STILL)
        self._hint = pg.TextItem(anchor=(0, 0))
        for item in (self._outside, self._dots, self._truth, self._curve):
            self.addItem(item)
        self.addItem(self._hint, ignoreBounds=True)
        self._outside.hide()
        self.resized.connect(self._place_hint)

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self._dots.setBrush(pg.mkBrush(theme.points))
        self._curve.setPen(self.pen(theme.curve, 3))
        self._truth.setPen(self.pen(theme.muted, 1.5, DASH))
        self._hint.setColor(theme.muted)
        shade = QColor(theme.accent)
        shade.setAlpha(28)
        self._outside.setBrush(shade)

    def set_points(self, x: Floats, y: Floats) -> None:
        """Show data, shapes (n,)."""
        every = -(-len(x) // MAX_DOTS)
        self._dots.setData(x[::every], y[::every])
        across = padded(float(x.min()), float(x.max()))
        self.setRange(xRange=across, yRange=padded(float(y.min()), float(y.max())), padding=0)

    def set_truth(self, x: Floats, y: Floats) -> None:
        """Show what the data follow, dashed; and that beyond them is shaded from the first `x`."""
        self._truth.setData(x, y)
        self._outside.setRegion((float(x[0]), float(x[-1])))
        self._outside.show()
        (left, _), (bottom, top) = self.getViewBox().viewRange()
        wanted = padded(min(bottom, float(y.min())), max(top, float(y.max())))
        self.setRange(xRange=padded(left, float(x[-1])), yRange=wanted, padding=0)

    def draw_curve(self, x: Floats, y: Floats) -> None:
        """Draw what the network says, shapes (n,)."""
        finite = np.isfinite(y)
        self._curve.setData(x[finite], y[finite])

    def clear_curve(self) -> None:
        """Take the curve away."""
        self._curve.setData([], [])

    def show_hint(self, text: str) -> None:
        """Say in the plot what will appear and how; nothing for an empty text."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        self._place_hint()

    @Slot()
    def _place_hint(self) -> None:
        """Put it where the parabola is not, as wide as there is room."""
        (left, _), (_, top) = self.getViewBox().viewRange()
        self._hint.setTextWidth(max(0.6 * self.pixels()[0], 90))
        self._hint.setPos(left, top)
