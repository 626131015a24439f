"""The loss against the learning rate, to choose one from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from typing_extensions import override

from nngui.gui.plots.kit.axes import DASH, STILL, LogAxis, padded
from nngui.gui.plots.kit.chart import Chart, drawable
from nngui.gui.plots.kit.legend import LegendEntry

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.gui.style.theme import Colours

EMPTY = (-6.0, 0.0)  # decades that are shown while there is nothing


class LrPlot(Chart):
    """A learning-rate test: the loss while the rate grows from step to step.

    The suggestion is a dashed line, the rate that is chosen a solid one.

    Signals
    -------
    rate_chosen : float
        The rate the user clicked, went to by arrow keys, or took by Enter (the suggestion).
    """

    rate_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rates: Floats = np.empty(0)
        self.losses: Floats = np.empty(0)
        self.suggestion: float | None = None
        self.rate: float | None = None
        self.getPlotItem().setAxisItems({"bottom": LogAxis("bottom")})
        self._style_axis("bottom")
        self.curve = pg.PlotCurveItem(antialias=True)
        self.curve.setCacheMode(STILL)
        self.suggested = pg.InfiniteLine(angle=90, movable=False)
        self.chosen = pg.InfiniteLine(angle=90, movable=False)
        self.dot = pg.ScatterPlotItem(size=10)
        for item in (self.curve, self.suggested, self.chosen, self.dot):
            self.addItem(item, ignoreBounds=True)
        self.setAccessibleName(self.tr("Loss against learning rate"))
        self.name_axes(self.tr("learning rate"), self.tr("loss"))
        self.clear_curve()

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self.curve.setPen(self.pen(theme.loss, 2))
        self.suggested.setPen(self.pen(theme.validation, 1.5, DASH))
        self.chosen.setPen(self.pen(theme.curve, 2))
        self.dot.setBrush(pg.mkBrush(theme.curve))
        self.dot.setPen(self.pen(theme.surface, 1.5))
        self._name_lines()

    def set_curve(self, rates: Floats, losses: Floats, suggestion: float | None) -> None:
        """Show another test; no rate is chosen.

        Parameters
        ----------
        rates, losses : ndarray
            Shape (n,) each; a loss that is not a number is left out, as is a rate not above zero.
        suggestion : float or None
            The rate to mark.
        """
        known = drawable(rates) & drawable(losses) & (rates > 0)
        order = np.argsort(rates[known], kind="stable")
        self.rates = rates[known][order].astype(np.float64)
        self.losses = losses[known][order].astype(np.float64)
        self.suggestion = suggestion if suggestion is not None and suggestion > 0 else None
        self.rate = None
        self.curve.setData(np.log10(self.rates), self.losses)
        self.hint.setVisible(not len(self.rates) and bool(self.hint.toPlainText()))
        self._fit_ranges()
        self._draw_lines()

    def clear_curve(self) -> None:
        """Show none."""
        self.set_curve(np.empty(0), np.empty(0), None)

    def choose(self, rate: float) -> None:
        """Mark a rate as chosen, without saying so."""
        self.rate = rate
        self._draw_lines()

    def _fit_ranges(self) -> None:
        if not len(self.rates):
            self.set_ranges(EMPTY, (0.0, 1.0))
            return
        left, right = np.log10(self.rates[[0, -1]]).tolist()
        # The explosion at the end would press all before it onto a line.
        best = int(self.losses.argmin())
        low, before = float(self.losses[best]), float(self.losses[: best + 1].max())
        top = min(before + 0.5 * max(before - low, 0.2 * abs(low)), float(self.losses.max()))
        up = padded(low, top) if top > low else padded(low, low + max(abs(low), 1e-12))
        self.set_ranges(padded(left, right, 0.02), up)

    def _draw_lines(self) -> None:
        for line, rate in ((self.suggested, self.suggestion), (self.chosen, self.rate)):
            line.setVisible(rate is not None)
            if rate is not None:
                line.setValue(math.log10(rate))
        self._name_lines()
        if self.rate is None or not len(self.rates):
            self.dot.setData([], [])
            return
        self.dot.setData([math.log10(self.rate)], [self.loss_at(self.rate)])

    def _name_lines(self) -> None:
        entries = []
        if self.suggestion is not None:
            text = self.tr("suggested {rate}").format(rate=f"{self.suggestion:.2g}")
            entries.append(LegendEntry(text, self.theme.validation, style=DASH))
        if self.rate is not None:
            text = self.tr("chosen {rate}").format(rate=f"{self.rate:.2g}")
            entries.append(
                LegendEntry(text, self.theme.curve, style=Qt.PenStyle.SolidLine, width=2)
            )
        self.set_entries(entries)

    def loss_at(self, rate: float) -> float:
        """Return the loss at a rate, along the curve."""
        return float(np.interp(math.log10(rate), np.log10(self.rates), self.losses))

    def _tell(self, rate: float) -> None:
        loss = self.loss_at(rate)
        text = self.tr("learning rate {rate}, loss {loss}").format(
            rate=f"{rate:.2g}", loss=f"{loss:.4g}"
        )
        self.show_tip(text, math.log10(rate), loss)

    def _within(self, rate: float) -> float:
        """Return a rate of the curve, with two digits: more would not mean anything."""
        low, high = float(self.rates[0]), float(self.rates[-1])
        return min(max(float(f"{rate:.2g}"), low), high)

    # By mouse and keys ---------------------------------------------------------------------------

    @override
    def read_at(self, place: QPointF | None) -> None:
        if place is None or not len(self.rates):
            self.hide_tip()
            return
        self._tell(self._within(10 ** place.x()))

    def _take(self, rate: float) -> None:
        self.choose(self._within(rate))
        if self.rate is not None:
            self._tell(self.rate)
            self.rate_chosen.emit(self.rate)

    @override
    def walk(self, steps: int) -> None:
        if not len(self.rates):
            return
        middle = float(self.rates[len(self.rates) // 2])
        before = self.rate if self.rate is not None else self.suggestion or middle
        decades = min(max(math.log10(before) + 0.1 * steps, -300.0), 300.0)
        self._take(10**decades)

    @override
    def take(self) -> None:
        """Take the suggestion, if no rate is chosen yet."""
        rate = self.rate if self.rate is not None else self.suggestion
        if rate is not None and len(self.rates):
            self._take(rate)

    @override
    def click_at(self, place: QPointF) -> None:
        if len(self.rates):
            self._take(10 ** place.x())
