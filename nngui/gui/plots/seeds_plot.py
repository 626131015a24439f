"""The racers' losses with several seeds: the median as a line, the seeds as a band behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGraphicsPathItem
from typing_extensions import override

from nngui.core.studies.seeds import quantile_band, smoothed
from nngui.gui.plots.kit.axes import STILL, LogAxis, round_up
from nngui.gui.plots.kit.losses import by_decades, loss_range
from nngui.gui.plots.kit.racers import Racer, racers
from nngui.gui.plots.kit.study_plot import StudyPlot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.core.studies.seeds import Seeds
    from nngui.gui.style.theme import Colours

PALE = 46  # of 255: how much of a band can be seen
PIXELS = 2  # between two points: more of them are dear to fill, and no clearer
MARKS = 5  # markers along each line


@dataclass(frozen=True)
class RacerBand:
    """A racer's items in the plot."""

    racer: Racer
    line: pg.PlotCurveItem
    marks: pg.ScatterPlotItem
    area: QGraphicsPathItem

    def show(self, on: bool) -> None:
        """Show them, or hide them."""
        for item in (self.area, self.line, self.marks):
            item.setVisible(on)


class SeedsPlot(StudyPlot):
    """A line and a band for each racer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._logarithmic = True
        self._window = 1
        self._hidden: frozenset[str] = frozenset()
        self._seeds: Seeds | None = None
        self._bands: list[RacerBand] = []
        self._due: list[int] = []  # the bands that the newest losses are not yet drawn of
        self._drawn: dict[str, tuple[Floats, ...]] = {}  # x, median, low, high: as they are

    # What the page tells -----------------------------------------------------------------------

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        for band in self._bands:
            pale = pg.mkColor(band.racer.colour)
            pale.setAlpha(PALE)
            band.area.setBrush(pale)
            band.line.setPen(band.racer.pen(1.8 * self._thickness))
            band.marks.setBrush(pg.mkBrush(band.racer.colour))
            band.marks.setPen(self.pen(theme.surface, 1))

    def show_racers(self, names: Sequence[str]) -> None:
        """Have a band for each of these from now on, and nothing drawn."""
        for band in self._bands:
            for item in (band.area, band.line, band.marks):
                self.removeItem(item)
        self._seeds, self._drawn, self._bands, self._due = None, {}, [], []
        for racer in racers(names):
            area = QGraphicsPathItem()
            area.setPen(Qt.PenStyle.NoPen)
            area.setZValue(-1)
            line = pg.PlotCurveItem(skipFiniteCheck=True)
            marks = pg.ScatterPlotItem(size=8, symbol=racer.marker)
            self._bands.append(RacerBand(racer, line, marks, area))
            for item in (area, line, marks):
                item.setCacheMode(STILL)  # the other bands are copied when one is drawn anew
                self.addItem(item, ignoreBounds=True)
        self.set_theme(self.theme)
        self._draw()

    def take_seeds(self, seeds: Seeds) -> None:
        """Take how the runs stand, to be drawn by `draw_next`."""
        self._seeds, self._due = seeds, list(range(len(self._bands)))

    @override
    def draw_next(self) -> bool:
        """Draw the next racer anew; return whether there was one.

        All of them at once would take longer than a frame has.
        """
        if not self._due:
            return False
        place = self._due.pop(0)
        self._work_out(place)
        self._set_ranges()
        self._draw_band(place)
        return True

    @override
    @Slot(str)
    def set_axis(self, axis: str) -> None:
        super().set_axis(axis)
        self._draw()

    @Slot(int)
    def set_window(self, steps: int) -> None:
        """Average each seed's losses over so many steps."""
        self._window = steps
        self._draw()

    @Slot(bool)
    def set_logarithmic(self, on: bool) -> None:
        """Count the loss by decades, or evenly."""
        self._logarithmic = on
        self.set_left_axis(LogAxis("left") if on else pg.AxisItem("left"))
        self.set_theme(self.theme)
        self._draw()

    @Slot(object)
    def hide_racers(self, names: frozenset[str]) -> None:
        """Leave some racers out."""
        self._hidden = names
        self._draw()

    @property
    @override
    def is_empty(self) -> bool:
        return not self._drawn

    @override
    def losses_at(self, place: float) -> dict[str, float]:
        """Return the medians at a place of the horizontal axis, by racer, where they are."""
        found = {}
        for band in self._bands:
            x, median = self._drawn.get(band.racer.name, (np.empty(0),) * 2)[:2]
            index = int(np.searchsorted(x, place))
            if index < len(x) and band.racer.name not in self._hidden:
                found[band.racer.label] = float(median[index])
        return found

    # How it is drawn ---------------------------------------------------------------------------

    def _draw(self) -> None:
        """Draw everything anew."""
        self._due = []
        for place in range(len(self._bands)):
            self._work_out(place)
        self._set_ranges()
        for place in range(len(self._bands)):
            self._draw_band(place)

    def _work_out(self, place: int) -> None:
        seeds, name = self._seeds, self._bands[place].racer.name
        self._drawn.pop(name, None)
        if seeds is not None and len(seeds.steps) and name not in self._hidden:
            window = max(round(self._window / seeds.steps[0]), 1)
            bands = quantile_band(smoothed(seeds.losses[:, :, place], window))
            self._drawn[name] = (self._across(seeds, place), *bands)

    def _draw_band(self, place: int) -> None:
        band = self._bands[place]
        band.show(band.racer.name in self._drawn)
        if band.racer.name not in self._drawn:
            return
        x, median, low, high = self._drawn[band.racer.name]
        every = max(PIXELS * len(x) // int(self.pixels()[0]), 1)
        x, median, low, high = (v[::-1][::every][::-1] for v in (x, median, low, high))
        (left, right), (_, top) = self.getViewBox().viewRange()
        known = np.isfinite(median)
        band.line.setData(x[known], self._up(median[known]))
        inside = np.isfinite(low)
        across = x[inside]
        above = np.minimum(self._up(high[inside]), top)
        below = self._up(low[inside])
        outline = np.concatenate((across, across[::-1])), np.concatenate((above, below[::-1]))
        band.area.setPath(pg.arrayToQPath(*outline))
        share = place / max(len(self._bands), 1)
        at = left + (np.arange(MARKS) + 0.25 + 0.5 * share) / MARKS * (right - left)
        ends = x[known]
        found = np.searchsorted(ends, at[at <= ends[-1]]) if len(ends) else []
        found = np.append(found, len(ends) - 1).astype(int) if len(ends) else []
        band.marks.setData(ends[found], self._up(median[known][found]))

    def _up(self, losses: Floats) -> Floats:
        return by_decades(losses) if self._logarithmic else losses

    def _across(self, seeds: Seeds, racer: int) -> Floats:
        """Return where the points of a racer stand on the horizontal axis."""
        factors = {"step": 1.0, "epoch": 1 / seeds.steps_per_epoch}
        return seeds.steps * factors.get(self.axis, float(seeds.seconds[racer]))

    def _set_ranges(self) -> None:
        """Let the ranges end at round numbers, so that they grow in jumps."""
        seeds, right = self._seeds, 100.0
        if seeds is not None and self.axis == "second":
            ends = [x[-1] for x, *_ in self._drawn.values()]
            right = round_up(max(*ends, 1e-3)) if ends else 1.0
        elif seeds is not None:
            right = seeds.total / (seeds.steps_per_epoch if self.axis == "epoch" else 1)
        known = [v[np.isfinite(v)] for _, *parts in self._drawn.values() for v in parts]
        values = np.concatenate(known) if known else np.empty(0)
        low, high = (float(values.min()), float(values.max())) if len(values) else (1.0, 0.0)
        wanted = [[0.0, right], [*loss_range(low, high, logarithmic=self._logarithmic)]]
        if not np.allclose(self.getViewBox().viewRange(), wanted, rtol=1e-9, atol=1e-12):
            self.setRange(xRange=wanted[0], yRange=wanted[1], padding=0)
