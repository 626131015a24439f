"""Whether what is said to be 70 % sure is so in 70 of 100 cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGraphicsPathItem
from typing_extensions import override

from nngui.gui.plots.bars import percent
from nngui.gui.plots.kit.axes import DASH, HALF_LABEL
from nngui.gui.plots.kit.chart import Chart

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.gui.style.theme import Colours

ROOM = (-0.02, 1.02)
ROOM_UP = (-0.06, 1.06)
BARS = 0.2  # of the plot's height, for the counts


class CalibrationPlot(Chart):
    """The reliability diagram: of each bin what was predicted and how often it was so.

    Below it bars show how many rows are in each bin: a bin with few says little. Mouse and arrow
    keys read them off.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bins: Floats = np.empty((0, 5))  # predicted, share, count, and the bin's two edges
        self._place: int | None = None
        self.diagonal = pg.PlotCurveItem([0.0, 1.0], [0.0, 1.0])
        self.curve = pg.PlotCurveItem(antialias=True)
        self.dots = pg.ScatterPlotItem(size=8)
        self.ring = pg.ScatterPlotItem(size=15, brush=None)
        for item in (self.diagonal, self.curve, self.dots, self.ring):
            self.addItem(item, ignoreBounds=True)
        self.bars = QGraphicsPathItem()
        self.bars.setPen(Qt.PenStyle.NoPen)
        self._below = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self._below.setZValue(1)  # above the grid
        self._below.addItem(self.bars, ignoreBounds=True)
        self._below.setRange(xRange=ROOM, yRange=(0.0, 1.0), padding=0)
        layout, axis = self.getPlotItem().layout, self.getPlotItem().getAxis("bottom")
        layout.removeItem(axis)
        layout.addItem(self._below, 3, 1)
        layout.addItem(axis, 4, 1)
        self.setAccessibleName(self.tr("Reliability diagram"))
        self.name_axes(self.tr("predicted probability"), self.tr("share that is so"))
        self.set_ranges(ROOM, ROOM_UP)
        self.clear_bins()
        self.resized.connect(self._on_resized)

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        pale = pg.mkColor(theme.points)
        pale.setAlpha(150)
        self.diagonal.setPen(self.pen(theme.muted, 1.5, DASH))
        self.curve.setPen(self.pen(theme.accent, 2))
        self.dots.setBrush(pg.mkBrush(theme.accent))
        self.dots.setPen(self.pen(theme.surface, 1))
        self.ring.setPen(self.pen(theme.text, 1.5))
        self.bars.setBrush(pale)

    @Slot()
    def _on_resized(self) -> None:
        height = max(BARS * self.height(), 18.0)
        self.getPlotItem().layout.setRowFixedHeight(3, height + HALF_LABEL)

    def set_bins(
        self,
        predicted: Floats,
        share: Floats,
        count: NDArray[np.int64],
        edges: Floats | None = None,
    ) -> None:
        """Show how reliable the probabilities are.

        Parameters
        ----------
        predicted, share, count : ndarray
            Shape (bins,) each: the mean probability of a bin's rows, which share of them it came
            true for, and how many there are. Bins without rows are left out, as is NaN.
        edges : ndarray, optional
            Shape (bins + 1,): where the bins begin and end; by default equal parts of 0 to 1.
        """
        bounds = np.linspace(0.0, 1.0, len(count) + 1) if edges is None else edges
        columns = (predicted, share, count, bounds[:-1], bounds[1:])
        rows: Floats = np.column_stack(columns).astype(np.float64)
        shares = (rows[:, :2] >= 0) & (rows[:, :2] <= 1)  # neither is NaN
        self._bins = rows[shares.all(1) & (rows[:, 2] > 0)]
        self.hint.setVisible(not len(self._bins) and bool(self.hint.toPlainText()))
        self.curve.setData(self._bins[:, 0], self._bins[:, 1])
        self.dots.setData(self._bins[:, 0], self._bins[:, 1])
        self._draw_bars()
        self.read_at(None)

    def clear_bins(self) -> None:
        """Show none."""
        self.set_bins(np.empty(0), np.empty(0), np.empty(0, np.int64), np.zeros(1))

    @override
    def show_hint(self, text: str) -> None:
        super().show_hint(text)
        self.diagonal.setVisible(not text)

    def _draw_bars(self) -> None:
        _, _, counts, left, right = self._bins.T
        gap = 0.06 * (right - left)
        left, right, zero = left + gap, right - gap, np.zeros(len(counts))
        top = counts / max(counts.max(initial=1.0), 1.0)
        # Each bar's four corners; lines are drawn within every four of them only.
        x = np.stack((left, left, right, right), axis=1).ravel()
        y = np.stack((zero, top, top, zero), axis=1).ravel()
        joined = np.tile(np.array([1, 1, 1, 0], np.int32), len(counts))
        self.bars.setPath(pg.arrayToQPath(x, y, connect=joined))

    def words(self, place: int) -> str:
        """Return a bin in words."""
        predicted, share, count, _, _ = self._bins[place].tolist()
        text: str = self.tr("predicted {predicted}, so in {share} of {count} rows").format(
            predicted=percent(predicted), share=percent(share), count=f"{int(count):,}"
        )
        return text

    @override
    def read_at(self, place: QPointF | None) -> None:
        self._place = None
        if place is not None and len(self._bins):
            self._place = int(np.abs(self._bins[:, 0] - place.x()).argmin())
        self._tell()

    @override
    def walk(self, steps: int) -> None:
        if len(self._bins):
            before = self._place if self._place is not None else -1 if steps > 0 else 0
            self._place = min(max(before + steps, 0), len(self._bins) - 1)
            self._tell()

    def _tell(self) -> None:
        if self._place is None:
            self.ring.setData([], [])
            self.hide_tip()
            return
        x, y = self._bins[self._place, :2].tolist()
        self.ring.setData([x], [y])
        self.show_tip(self.words(self._place), x, y)
