"""Predicted against true values: on the diagonal, the network is right."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from typing_extensions import override

from nngui.gui.plots.kit.axes import DASH, padded
from nngui.gui.plots.kit.chart import StickyRange
from nngui.gui.plots.rows_plot import RowsPlot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.gui.style.theme import Colours

FARTHEST = 4  # half ranges of the true values beyond them, at most, that predictions are shown in


class PredictedPlot(RowsPlot):
    """One dot a row: across by its true value, up by what the network says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.diagonal = pg.PlotCurveItem()
        self.diagonal.setZValue(5)  # above the dots, which may be a thicket
        self.addItem(self.diagonal, ignoreBounds=True)
        self.setAccessibleName(self.tr("Predicted against true values"))
        self.name_target("")

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self.diagonal.setPen(self.pen(theme.muted, 1.5, DASH))

    @override
    def name_target(self, target: str) -> None:
        names = self.tr("true"), self.tr("predicted")
        self.name_axes(*(f"{name}: {target}" if target else name for name in names))

    @override
    def place_dots(self, true: Floats, predicted: Floats) -> tuple[Floats, Floats]:
        return np.where(np.isnan(predicted), np.nan, true), predicted

    @override
    def new_ranges(self, low: float, high: float) -> tuple[StickyRange, StickyRange]:
        first = padded(low, high)
        half = (first[1] - first[0]) / 2

        def same(_low: float, _high: float) -> tuple[float, float]:
            return first

        def rounded(low: float, high: float) -> tuple[float, float]:
            below = min(max(math.ceil((first[0] - low) / half), 0), FARTHEST)
            above = min(max(math.ceil((high - first[1]) / half), 0), FARTHEST)
            return first[0] - below * half, first[1] + above * half

        self.diagonal.setData(
            *(np.array([first[0] - FARTHEST * half, first[1] + FARTHEST * half]),) * 2
        )
        return StickyRange(same), StickyRange(rounded)
