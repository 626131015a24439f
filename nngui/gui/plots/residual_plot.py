"""What is left to explain: true minus predicted, against what was predicted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGraphicsPathItem
from typing_extensions import override

from nngui.gui.plots.kit.axes import DASH, padded
from nngui.gui.plots.kit.chart import StickyRange
from nngui.gui.plots.rows_plot import RowsPlot, readout_number

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.gui.style.theme import Colours

BINS = 30  # of the histogram; an even number: zero is between two
SLIM, MIN_WIDTH = 46, 300  # pixels: the histogram's width, and the plot's from which on it is shown
FARTHEST = 2  # ranges of the true values that residuals are shown in, at most


class ResidualPlot(RowsPlot):
    """One dot a row: across by what the network says, up by how much the truth is more.

    At the right edge the residuals' histogram: all of them, whatever their part.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zero = pg.InfiniteLine(0.0, angle=0, movable=False)
        self.zero.setZValue(5)
        self.addItem(self.zero, ignoreBounds=True)
        self._counts = np.zeros(BINS, np.int64)
        self._bars = QGraphicsPathItem()
        self._bars.setPen(Qt.PenStyle.NoPen)
        self._side = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self._side.addItem(self._bars, ignoreBounds=True)
        self.getPlotItem().layout.addItem(self._side, 2, 3)
        self.setAccessibleName(self.tr("Residuals against predicted values"))
        self.name_target("")
        self._make_side_room()
        self.resized.connect(self._make_side_room)

    @property
    def histogram(self) -> NDArray[np.int64]:
        """How many residuals lie in each of as many equal parts of the vertical axis, upwards."""
        return self._counts

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        pale = pg.mkColor(theme.points)
        pale.setAlpha(150)
        self.zero.setPen(self.pen(theme.muted, 1.5, DASH))
        self._bars.setBrush(pale)

    @Slot()
    def _make_side_room(self) -> None:
        wide = self.width() >= MIN_WIDTH
        self._side.setVisible(wide)
        self.getPlotItem().layout.setColumnFixedWidth(3, SLIM if wide else 0)

    @override
    def name_target(self, target: str) -> None:
        names = self.tr("predicted"), self.tr("true − predicted")
        self.name_axes(f"{names[0]}: {target}" if target else names[0], names[1])

    @override
    def place_dots(self, true: Floats, predicted: Floats) -> tuple[Floats, Floats]:
        return predicted, true - predicted

    @override
    def new_ranges(self, low: float, high: float) -> tuple[StickyRange, StickyRange]:
        first = padded(low, high)
        span = first[1] - first[0]
        quarter = span / 4

        def across(low: float, high: float) -> tuple[float, float]:
            ends = np.clip((low, high), first[0] - span, first[1] + span)
            low, high = padded(float(ends[0]), float(ends[1]))
            left = first[0] + quarter * np.floor((low - first[0]) / quarter)
            right = first[0] + quarter * np.ceil((high - first[0]) / quarter)
            return float(left), float(max(right, left + quarter))

        def up(low: float, high: float) -> tuple[float, float]:
            most = min(max(-low, high), FARTHEST * span)
            most = _rounded(1.05 * most) if most > 1e-9 * span else span / 2
            return -most, most

        return StickyRange(across), StickyRange(up)

    @override
    def draw_more(self, heights: Floats) -> None:
        bottom, top = self.getViewBox().viewRange()[1]
        self._counts, edges = np.histogram(heights, BINS, (bottom, top))
        most = max(int(self._counts.max()), 1)
        # One outline round all bars: each bin's edge twice, the first and last back at zero.
        across = np.concatenate(([0], np.repeat(self._counts / most, 2), [0]))
        up = np.concatenate(([edges[0]], np.repeat(edges, 2)[1:-1], [edges[-1]]))
        self._bars.setPath(pg.arrayToQPath(across, up))
        self._side.setRange(xRange=(-0.08, 1.0), yRange=(bottom, top), padding=0)

    @override
    def words(self, index: int) -> str:
        text: str = self.tr("row {row}: predicted {predicted}, residual {residual}").format(
            row=f"{int(self.rows[index]) + 1:,}",
            predicted=readout_number(float(self.predicted[index])),
            residual=readout_number(float(self.y[index])),
        )
        return text


def _rounded(most: float) -> float:
    """Return the next of 1, 1.5, 2, 3, 4, 6, 8, 10, 15, ... that is not less."""
    decade = 10.0 ** math.floor(math.log10(most))
    return next(step * decade for step in (1, 1.5, 2, 3, 4, 6, 8, 10) if step * decade >= most)
