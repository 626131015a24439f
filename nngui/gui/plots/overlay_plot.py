"""The losses of several finished runs, laid over each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Slot
from typing_extensions import override

from nngui.gui.plots.kit.axes import DASH, STILL, STYLES, LogAxis, TidyAxis
from nngui.gui.plots.kit.chart import Chart
from nngui.gui.plots.kit.legend import LegendEntry
from nngui.gui.plots.kit.losses import by_decades, loss_range
from nngui.gui.style.theme import OKABE_ITO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.gui.style.theme import Colours

BIN = 2  # pixels that losses are averaged over
FINE = 4096  # points that are kept of each run to be drawn at any width
THIN, THICK = 1.5, 3.0
LARGEST = 1e30  # of a loss; sums of larger ones overflow
TOLD = 8  # runs whose losses stand in the read-out


@dataclass(frozen=True, eq=False)
class RunCurve:
    """A run's losses.

    Attributes
    ----------
    name
        As the user calls it.
    steps, losses : ndarray
        Shape (n,) each, any n; the steps ascend. A loss that is not a number is left out.
    place
        By which it has its colour and dash, whatever is shown beside it; -1: by its order.
    """

    name: str
    steps: NDArray[np.integer] | Floats
    losses: Floats
    place: int = -1


def look_of(place: int) -> tuple[str, Qt.PenStyle]:
    """Return the colour and the dash of a place."""
    # Of the second round of colours another dash, so that each pair is there once.
    colours, styles = len(OKABE_ITO), len(STYLES)
    return OKABE_ITO[place % colours], STYLES[(place + place // colours) % styles]


class OverlayPlot(Chart):
    """A line for each run, told apart by colour and dash; the best one is thick and on top.

    The mouse, or the arrow keys, read the losses off at a step.

    Parameters
    ----------
    legend : bool
        Whether it says itself which line is which.
    """

    def __init__(self, parent: QWidget | None = None, *, legend: bool = True) -> None:
        super().__init__(parent)
        self._with_legend = legend
        self.runs: tuple[RunCurve, ...] = ()
        self._thinned: list[RunCurve] = []
        self._right = 100.0
        self.best: int | None = None
        self._logarithmic = True
        self._drawn_width = 0
        self._step: float | None = None
        self.curves: list[pg.PlotCurveItem] = []
        self._marker = pg.InfiniteLine(angle=90, movable=False)
        self._marker.hide()
        self.addItem(self._marker, ignoreBounds=True)
        self.setAccessibleName(self.tr("Losses of several runs"))
        self.name_axes(self.tr("step"), self.tr("loss"))
        self.set_logarithmic(True)
        self.resized.connect(self._on_resized)

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self._marker.setPen(self.pen(theme.muted, 1, DASH))
        for number, curve in enumerate(self.curves):
            entry = self._entry(number)
            curve.setPen(self.pen(entry.colour, entry.width, entry.style))

    def _entry(self, number: int) -> LegendEntry:
        run, best = self.runs[number], number == self.best
        colour, style = look_of(run.place if run.place >= 0 else number)
        return LegendEntry(
            self.tr("{name} (best)").format(name=run.name) if best else run.name,
            colour,
            style=style,
            width=THICK if best else THIN,
        )

    def set_runs(self, runs: Sequence[RunCurve], best: int | None = None) -> None:
        """Show other runs; `best` is the place of the best one among them."""
        for curve in self.curves:
            self.removeItem(curve)
        self.runs, self.best, self._step = tuple(runs), best, None
        self._right = max((float(run.steps[-1]) for run in runs if len(run.steps)), default=100.0)
        self._thinned = [RunCurve(run.name, *binned(run, FINE, self._right)) for run in runs]
        self.curves = [pg.PlotCurveItem(skipFiniteCheck=True) for _ in runs]
        for number, curve in enumerate(self.curves):
            curve.setCacheMode(STILL)
            curve.setZValue(2 if number == best else 1)
            self.addItem(curve, ignoreBounds=True)
        self.hint.setVisible(not runs and bool(self.hint.toPlainText()))
        if self._with_legend:
            self.set_entries([self._entry(number) for number in range(len(runs))])
        self.set_theme(self.theme)
        self._draw()
        self._tell()

    def set_logarithmic(self, on: bool) -> None:
        """Count the loss by decades, or evenly."""
        self._logarithmic = on
        self.set_left_axis(LogAxis("left") if on else TidyAxis("left"))
        self._make_room()
        self.set_theme(self.theme)
        self._draw()
        self._tell()

    @Slot()
    def _on_resized(self) -> None:
        if int(self.pixels()[0]) != self._drawn_width:
            self._draw()

    def _draw(self) -> None:
        self._drawn_width = int(self.pixels()[0])
        right = self._right
        bins = max(self._drawn_width // BIN, 10)
        low, high = math.inf, -math.inf
        for run, curve in zip(self._thinned, self.curves, strict=True):
            x, y = binned(run, bins, right)
            if len(y):
                low, high = min(low, float(y.min())), max(high, float(y.max()))
            curve.setData(x, by_decades(y) if self._logarithmic else y)
        self.set_ranges(
            (-0.01 * right, right * 1.01), loss_range(low, high, logarithmic=self._logarithmic)
        )

    # What is read off ----------------------------------------------------------------------------

    def losses_at(self, step: float) -> list[tuple[str, float]]:
        """Return the runs' names and losses at a step, the smallest loss first.

        Where a run has no such step its last one before it counts; runs that ended are left out.
        """
        found = []
        for run in self.runs:
            place = int(np.searchsorted(run.steps, step, "right")) - 1
            if place >= 0 and step <= run.steps[-1] and np.isfinite(run.losses[place]):
                found.append((run.name, float(run.losses[place])))
        return sorted(found, key=lambda item: item[1])

    @override
    def read_at(self, place: QPointF | None) -> None:
        self._step = None if place is None else round(place.x())
        self._tell()

    @override
    def walk(self, steps: int) -> None:
        """Go on by a hundredth of the longest run."""
        right = self._right
        before = self._step if self._step is not None else 0.0
        self._step = min(max(before + steps * max(round(right / 100), 1), 0.0), right)
        self._tell()

    def _tell(self) -> None:
        losses = self.losses_at(self._step) if self._step is not None else []
        self._marker.setVisible(bool(losses))
        if self._step is None or not losses:
            self.hide_tip()
            return
        self._marker.setValue(self._step)
        lines = [f"{_short(name)}: {loss:.4g}" for name, loss in losses[:TOLD]]
        lines += ["…"] if len(losses) > TOLD else []
        head = self.tr("step {step}").format(step=f"{self._step:,.0f}")
        top = self.getViewBox().viewRange()[1][1]
        self.show_tip("\n".join([head, *lines]), self._step, top)


def binned(run: RunCurve, bins: int, right: float) -> tuple[Floats, Floats]:
    """Return at most so many points of a run up to a step: the means of equal stretches."""
    known = np.isfinite(run.losses)
    steps, losses = run.steps, run.losses
    if not known.all():
        steps, losses = steps[known], losses[known]
    losses = np.clip(losses, -LARGEST, LARGEST)
    if len(steps) <= bins:
        return steps.astype(np.float64), losses.astype(np.float64)
    edges = np.arange(bins) * (max(right, 1e-9) / bins)
    starts = np.unique(np.searchsorted(steps, edges))
    starts = starts[starts < len(steps)]
    ends = np.append(starts[1:], len(steps))
    middles = (steps[starts] + steps[ends - 1]) / 2
    return middles, np.add.reduceat(losses, starts, dtype=np.float64) / (ends - starts)


def _short(name: str, most: int = 28) -> str:
    return name if len(name) <= most else f"{name[: most // 2]}…{name[-(most // 2) :]}"
