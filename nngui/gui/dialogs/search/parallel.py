"""All settings of a search at once: a line for each trial, from setting to setting to the score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from typing_extensions import override

from nngui.core.search.trials import PRUNED
from nngui.gui.dialogs.search.trials_plot import BEYOND, TrialsPlot
from nngui.gui.dialogs.search.words import score_name, ticks_of
from nngui.gui.plots.kit.axes import tick_text
from nngui.gui.plots.kit.legend import LegendEntry
from nngui.gui.style.setting_text import title_of

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QPen
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats

SIDE, ABOVE = 0.35, 0.12  # beyond the outer axes, and beyond their ends
GOOD = 1 / 3  # of the trials that were trained to their end: they are drawn in colour
THIN, THICK = 1.2, 3.0
PALE, BRIGHT = 90, 210  # of 255: how opaque a line is


class TrialsParallel(TrialsPlot):
    """An upright axis for each setting; the last one is the score, the better the higher."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: Floats = np.zeros((0, 0))  # a row for each trial, a column for each axis
        self.axes_drawn = pg.PlotCurveItem(connect="finite")
        self.others, self.good, self.one, self.top = (
            pg.PlotCurveItem(connect="finite") for _ in range(4)
        )
        for item in (self.axes_drawn, self.others, self.good, self.top, self.one):
            self.addItem(item, ignoreBounds=True)
        self._labels: list[pg.TextItem] = []
        plot = self.getPlotItem()
        plot.showGrid(x=False, y=False)
        plot.getAxis("left").setTicks([[]])
        plot.getAxis("left").setPen(None)
        self.setAccessibleName(self.tr("The trials' settings and scores, side by side"))
        self.redraw()

    @property
    def lines(self) -> Floats:
        """Where each drawn trial goes through each axis, from 0 to 1: shape (trials, axes)."""
        return self._lines

    @override
    def redraw(self) -> None:
        plan = self.plan
        for label in self._labels:
            self.removeItem(label)
        self._labels = []
        if plan is None:
            for item in (self.axes_drawn, self.others, self.good, self.one, self.top):
                item.setData([], [])
            self.set_entries(())
            self.getPlotItem().getAxis("bottom").setTicks([[]])
            self.set_ranges((0, 1), (0, 1))
            return
        count = len(plan.axes)
        heights, low, high = self.heights()
        columns = [
            np.array([self.place_in(trial, place) for trial in self.drawn])
            for place in range(count)
        ]
        share = (heights - low) / (high - low)
        columns.append(share if plan.higher_is_better else 1 - share)
        self._lines = np.nan_to_num(np.array(columns).T.reshape(-1, count + 1), nan=-BEYOND)
        self.set_ranges((-SIDE, count + SIDE), (-ABOVE, 1 + ABOVE))
        titles = [title_of(plan.spec, axis.key) for axis in plan.axes]
        names = list(enumerate([*titles, score_name(plan)]))
        bottom = self.getPlotItem().getAxis("bottom")
        bottom.setTicks([names])
        self._label_axes(low, high)
        self._draw_lines()

    def _draw_lines(self) -> None:
        theme = self.theme
        done = [i for i, trial in enumerate(self.drawn) if trial.state != PRUNED]
        done.sort(key=lambda i: -self._lines[i, -1])
        good = done[: max(1, round(len(done) * GOOD))]
        best = [i for i, t in enumerate(self.drawn) if self.best and t.number == self.best.number]
        chosen = [i for i, trial in enumerate(self.drawn) if trial is self.selected]
        shown = {*good, *best, *chosen}
        rest = [i for i in range(len(self.drawn)) if i not in shown]
        self._set(self.others, rest, self._thin_pen(theme.muted, PALE))
        self._set(self.good, good, self._thin_pen(theme.loss, BRIGHT))
        self._set(self.top, best, self.pen(theme.curve, THICK))
        self._set(self.one, chosen, self.pen(theme.text, THICK))
        entries = [LegendEntry(self.tr("the best third"), theme.loss, style=SOLID)]
        entries.append(LegendEntry(self.tr("the others"), theme.muted, style=SOLID))
        entries.append(LegendEntry(self.tr("the best"), theme.curve, style=SOLID, width=THICK))
        self.set_entries(entries if self.drawn else ())

    def _thin_pen(self, colour: str, alpha: int) -> QPen:
        pen = self.pen(colour, THIN)
        shade = pg.mkColor(colour)
        shade.setAlpha(alpha)
        pen.setColor(shade)
        return pen

    def _set(self, item: pg.PlotCurveItem, rows: list[int], pen: QPen) -> None:
        count = self._lines.shape[1]
        x = np.tile([*range(count), np.nan], len(rows))
        y = np.hstack([self._lines[rows], np.full((len(rows), 1), np.nan)]).ravel()
        item.setData(x, y, pen=pen)

    def _label_axes(self, low: float, high: float) -> None:
        """Draw the upright axes, and write at each what its places mean."""
        plan, theme = self.plan, self.theme
        assert plan is not None
        count = len(plan.axes)
        x = np.repeat(np.arange(count + 1.0), 3)
        y = np.tile([0.0, 1.0, np.nan], count + 1)
        self.axes_drawn.setData(x, y, pen=self.pen(theme.muted, 1))
        for place, axis in enumerate(plan.axes):
            for up, text in ticks_of(plan.spec, axis):
                self._add_label(text, place, up)
        if self.drawn:
            ends = (low, high) if plan.higher_is_better else (high, low)
            for up, end in enumerate(ends):
                score = 10**end if self.is_log else end
                self._add_label(tick_text(float(f"{score:.3g}")), count, up)

    def _add_label(self, text: str, x: float, y: float) -> None:
        label = pg.TextItem(text, self.theme.text, anchor=(0, 0.5), fill=self.theme.surface)
        label.setZValue(10)
        self.addItem(label, ignoreBounds=True)
        label.setPos(x + 0.02, y)
        self._labels.append(label)

    @override
    def nearest(self, place: QPointF) -> tuple[int, float]:
        count = self._lines.shape[1]
        x = min(max(place.x(), 0.0), count - 1.0)
        left = min(int(x), count - 2) if count > 1 else 0
        share = x - left
        right = min(left + 1, count - 1)
        heights = (1 - share) * self._lines[:, left] + share * self._lines[:, right]
        index = int(np.abs(heights - place.y()).argmin())
        (_, (bottom, top)), high = self.getViewBox().viewRange(), self.pixels()[1]
        return index, float(abs(heights[index] - place.y()) / (top - bottom) * high)

    @override
    def spot_of(self, index: int) -> tuple[float, float]:
        return self._lines.shape[1] - 1.0, float(self._lines[index, -1])

    @override
    def order(self) -> list[int]:
        found: list[int] = np.argsort(-self._lines[:, -1], kind="stable").tolist()
        return found


SOLID = pg.QtCore.Qt.PenStyle.SolidLine
