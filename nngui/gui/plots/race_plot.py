"""The racers' losses against steps, epochs or seconds, smoothed or as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from typing_extensions import override

from nngui.core.records.history import training_losses
from nngui.gui.plots.kit.axes import round_up
from nngui.gui.plots.kit.items import HeldCurve, Spots
from nngui.gui.plots.kit.losses import by_decades
from nngui.gui.plots.kit.racers import Racer, brush, racers
from nngui.gui.plots.loss_plot import LossPlot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.core.records.history import History
    from nngui.core.records.race import RaceView
    from nngui.gui.plots.kit.ghosts import Ghost
    from nngui.gui.style.theme import Colours

EXACT = 40_000  # steps up to which every one of them is averaged; of more, their bins
FAINT = 50  # of 255: the losses themselves behind their averages
MARKS = 5  # markers along each curve


class RacePlot(LossPlot):
    """A `LossPlot` of several racers, who need not be equally far along the horizontal axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._racers: dict[str, Racer] = {}
        self._hidden: frozenset[str] = frozenset()
        self._axis = "step"
        self._window = 1
        self._rows: Floats = np.empty((0, 0))
        self._raw: dict[str, HeldCurve] = {}
        self._marks = Spots(size=8)
        self._steps = self._epochs_at = np.zeros(1)
        self._seconds_at = np.zeros((1, 0))
        self._steps_per_epoch = 1
        self._last_second = 0.1  # where that axis ends: it grows in jumps
        self._marks.setZValue(10)
        self.addItem(self._marks)

    # What the tab tells -----------------------------------------------------------------------

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        for name, racer in self._racers.items():
            faint = pg.mkColor(racer.colour)
            faint.setAlpha(FAINT)
            self._curves[name].setPen(racer.pen(1.5 * self._thickness))
            self._raw[name].setPen(self.pen(faint, 1))
        self._marks.setPen(self.pen(theme.surface, 1))

    @override
    def clear_run(self, history: History, total: int) -> None:
        names = training_losses(history.columns)
        for item in self._raw.values():
            self.removeItem(item)
        self._racers = {racer.name: racer for racer in racers(names)}
        self._raw = {name: HeldCurve(skipFiniteCheck=True) for name in names}
        for item in self._raw.values():
            self.addItem(item)
        self._steps = self._epochs_at = np.zeros(1)
        self._seconds_at = np.zeros((1, len(names)))
        self._last_second = 0.1
        super().clear_run(history, total)
        self.set_theme(self.theme)

    def set_axis(self, axis: str) -> None:
        """Count the horizontal by one of `losses.AXES`."""
        self._axis = axis
        self._last_second = 0.1
        self._ghosts_for = ()
        self._redraw()

    def set_window(self, steps: int) -> None:
        """Average over so many steps; 1: draw the losses themselves."""
        self._window = max(steps, 1)
        self._redraw()

    def hide_racers(self, names: frozenset[str]) -> None:
        """Leave the curves of some racers out."""
        self._hidden = names
        self._redraw()

    def take_times(self, view: RaceView) -> None:
        """Learn at which epoch and second the racers were where."""
        places = view.places
        self._steps = np.array([place.step for place in places], float)
        self._epochs_at = np.array([place.epoch for place in places])
        self._seconds_at = np.stack([place.seconds for place in places])
        self._steps_per_epoch = view.steps_per_epoch

    # How it is drawn ------------------------------------------------------------------------

    @override
    def _redraw(self) -> None:
        self._rows = np.empty((0, 0))
        if self._window > 1 and len(self._history) <= EXACT:
            self._rows = self._history.exact(0, len(self._history))
        super()._redraw()
        smooth, width = self._window > 1, int(self.pixels()[0] / 2)
        for name, raw in self._raw.items():
            shown = name not in self._hidden and self._drawn > 0
            self._curves[name].setVisible(shown)
            raw.setVisible(shown and smooth)
            if shown and smooth:
                raw.setData(*super()._line(name, width))
        for name, curve in self._curves.items():
            if name.removesuffix("_val_loss") in self._hidden:
                curve.setVisible(False)
        self._mark()

    def _mark(self) -> None:
        """Put some markers along the curves, each racer's a little further than the last one's."""
        (left, right), _ = self.getViewBox().viewRange()
        places, symbols, brushes = [np.empty((0, 2))], [], []
        for i, (name, racer) in enumerate(self._racers.items()):
            x, y = self._curves[name].getData()
            if name in self._hidden or x is None or not len(x):
                continue
            wanted = (np.arange(MARKS) + 0.25 + 0.5 * i / len(self._racers)) / MARKS
            at = left + wanted * (right - left)
            found = np.searchsorted(x, at[at <= x[-1]]).clip(0, len(x) - 1)
            found = np.append(found, len(x) - 1)
            places.append(np.stack((x[found], y[found]), axis=1))
            symbols += [racer.marker] * len(found)
            brushes += [brush(racer.colour)] * len(found)
        x, y = np.concatenate(places).T
        self._marks.setData(x, y, symbol=symbols, brush=brushes)

    @override
    def _line(self, name: str, width: int) -> tuple[Floats, Floats]:
        if self._window == 1 or name not in self._racers:
            return super()._line(name, width)
        if len(self._rows):
            values = self._rows[:, self._history.columns.index(name)]
            steps, window = np.arange(1.0, len(values) + 1), self._window
        else:
            first, low, high = self._history.bins(2 * width, name)
            steps, values = first + 1.0, (low.astype(float) + high) / 2
            window = max(self._window * len(steps) // max(self._drawn, 1), 1)
        ended = np.flatnonzero(~np.isfinite(values))
        values = values[: ended[0]] if len(ended) else values
        values = average(values, window)
        every = max(len(values) // (2 * width), 1)
        steps, values = steps[: len(values)][::-1][::every][::-1], values[::-1][::every][::-1]
        if self._logarithmic:
            values = by_decades(values)
        return self.across(name, steps), values

    @override
    def _ghost_columns(self, ghost: Ghost) -> list[str]:
        # When another run was where is not known: by steps alone they can be compared.
        return super()._ghost_columns(ghost) if self._axis == "step" else []

    @override
    def hold_curves(self, on: bool) -> None:
        super().hold_curves(on)
        for curve in self._raw.values():
            curve.hold(on)

    @override
    def across(self, name: str, steps: Floats) -> Floats:
        if self._axis == "step":
            return steps
        at = self._epochs_at
        if self._axis == "second":
            at = self._seconds_at[:, list(self._racers).index(name.removesuffix("_val_loss"))]
        result: Floats = np.interp(steps, self._steps, at)
        return result

    @override
    def right_end(self, step: float) -> float:
        if self._axis == "step":
            return step
        if self._axis == "epoch":
            return max(step / self._steps_per_epoch, float(self._epochs_at[-1]))
        while self._last_second < self._seconds_at[-1].max(initial=0):
            self._last_second = round_up(self._last_second * 1.5)
        return self._last_second

    @override
    def step_at(self, place: float) -> int:
        if self._axis == "step":
            return round(place)
        at = self._epochs_at if self._axis == "epoch" else self._seconds_at[:, 0]
        return round(float(np.interp(place, at, self._steps)))


def average(values: Floats, window: int) -> Floats:
    """Return the mean of the last `window` values at each of them; of fewer at the beginning."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - window, 0)
    result: Floats = (sums[ends] - sums[starts]) / (ends - starts)
    return result
