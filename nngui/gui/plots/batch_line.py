"""Points, those of one batch lit up, and a straight line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from typing_extensions import override

from nngui.gui.plots.kit.axes import STILL, CalmPlot, padded

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nngui.core.microscope.records import Micro
    from nngui.gui.style.theme import Colours


class BatchLine(CalmPlot):
    """What a step sees of the data, and what the network says of them after it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dots = pg.ScatterPlotItem(size=4, pen=None)
        self._dots.setCacheMode(STILL)
        self._batch = pg.ScatterPlotItem(size=9)
        self._line = pg.PlotCurveItem(antialias=True)
        for item in (self._dots, self._batch, self._line):
            self.addItem(item)

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self._dots.setBrush(pg.mkBrush(theme.points))
        self._batch.setBrush(pg.mkBrush(theme.accent))
        self._batch.setPen(self.pen(theme.surface, 1))
        self._line.setPen(self.pen(theme.curve, 2.5))

    def draw_micro(self, micro: Micro, chosen: str) -> None:
        """Draw the batch of the last step, and the chosen optimizer's line."""
        self._dots.setData(micro.x, micro.y)
        batch = micro.batch if len(micro.batch) < len(micro.x) else micro.batch[:0]
        self._batch.setData(micro.x[batch], micro.y[batch])
        ends = np.array([micro.x.min(), micro.x.max()])
        w, b = micro.paths[chosen][-1]
        self._line.setData(ends, w * ends + b)
        self.setRange(
            xRange=padded(*map(float, ends)),
            yRange=padded(float(micro.y.min()) - 1, float(micro.y.max()) + 1),
            padding=0,
        )
