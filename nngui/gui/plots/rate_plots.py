"""Two classes at every threshold: the ROC curve, and whether probabilities are what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Slot
from typing_extensions import override

from nngui.gui.plots.axes import DASH, STILL, CalmPlot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nngui.core.snapshot import Floats
    from nngui.gui.theme import Colours

EDGE = 0.02


class UnitPlot(CalmPlot):
    """Shares from 0 to 1 on both axes, and the line where they are equal."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._even = pg.PlotCurveItem([0, 1], [0, 1])
        self._even.setCacheMode(STILL)
        self._curve = pg.PlotDataItem(symbolPen=None, symbolSize=7)
        self._label = pg.TextItem(anchor=(1, 1))
        self._label.hide()
        for item in (self._even, self._curve, self._label):
            self.addItem(item)
        self.setRange(xRange=(-EDGE, 1 + EDGE), yRange=(-EDGE, 1 + EDGE), padding=0)
        self.hovered.connect(self._on_hovered)
        self._places: Floats = np.zeros((0, 3))

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self._even.setPen(self.pen(theme.muted, 1.5, DASH))
        self._curve.setPen(self.pen(theme.accent, 2.5))
        self._curve.setSymbolBrush(pg.mkBrush(theme.accent))
        self._label.setColor(theme.text)
        self._label.fill = pg.mkBrush(theme.raised)

    def draw_places(self, places: Floats | None) -> None:
        """Draw a curve, shape (n, 3): across, up, and what the read-out tells besides; or none."""
        self._places = np.zeros((0, 3)) if places is None else places
        self._curve.setData(self._places[:, 0], self._places[:, 1])
        self._label.hide()

    def words(self, place: Floats) -> str:
        """Return what the read-out says of a place."""
        raise AssertionError("each plot says what its places mean")

    @Slot(object)
    def _on_hovered(self, at: QPointF | None) -> None:
        self._label.setVisible(at is not None and len(self._places) > 0)
        if at is None or not len(self._places):
            return
        far = np.hypot(self._places[:, 0] - at.x(), self._places[:, 1] - at.y())
        place = self._places[int(far.argmin())]
        self._label.setText(self.words(place))
        self._label.setAnchor((float(place[0] > 0.5), float(place[1] < 0.5)))
        self._label.setPos(place[0], place[1])


class RocPlot(UnitPlot):
    """How many of the second class are found, against how many are wrongly said to be of it."""

    def show_curve(self, roc: Floats | None) -> None:
        """Draw a ROC curve (see `scores.ClassScores`)."""
        self.set_axis_names(self.tr("false positives"), self.tr("true positives"))
        self._curve.setSymbol(None)
        self.draw_places(roc)

    @override
    def words(self, place: Floats) -> str:
        text = self.tr("threshold {at}: {found} found, {wrong} wrong")
        at = f"{min(place[2], 1.0):.2f}"
        return str(text.format(at=at, found=f"{place[1]:.0%}", wrong=f"{place[0]:.0%}"))


class CalibrationPlot(UnitPlot):
    """How often the second class is there, against the probability that the network gave it."""

    def show_curve(self, calibration: Floats | None) -> None:
        """Draw a reliability diagram (see `scores.ClassScores`)."""
        self.set_axis_names(self.tr("said probability"), self.tr("true share"))
        self._curve.setSymbol("o")
        self.draw_places(calibration)

    @override
    def words(self, place: Floats) -> str:
        text = self.tr("said {said}: true of {share} of {n} rows")
        words = text.format(said=f"{place[0]:.0%}", share=f"{place[1]:.0%}", n=f"{place[2]:,.0f}")
        return str(words)
