"""The losses of several batch sizes against steps, epochs, or seconds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Slot
from typing_extensions import override

from nngui.gui.plots.kit.axes import LogAxis, round_down, round_up
from nngui.gui.plots.kit.losses import AXES, by_decades
from nngui.gui.plots.kit.racers import Racer
from nngui.gui.plots.kit.study_plot import StudyPlot
from nngui.gui.style.theme import MARKERS, OKABE_ITO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.gui.style.theme import Colours

LOGARITHMIC = ("step", "second")  # one size does in a second what takes another an hour
MAX_DECADES = 2.0  # decades above its start: what a loss does there is left out of sight
ROOMY = 200  # pixels of height from which the horizontal axis is named
_EMPTY = {"step": (0.0, 4.0), "epoch": (0.0, 12.0), "second": (-3.0, 1.0)}  # ranges
_DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (6, 2.5),
    (1.5, 2),
    (6, 2, 1.5, 2),
    (10, 3),
    (3, 2),
    (10, 2, 1.5, 2, 1.5, 2),
)


def size_styles(names: Sequence[str]) -> list[Racer]:
    """Return how batch sizes are drawn: never told by their colour alone."""
    looks = zip(names, OKABE_ITO, MARKERS, _DASHES, strict=False)
    return [Racer(name, name, colour, marker, dash) for name, colour, marker, dash in looks]


class SizesPlot(StudyPlot):
    """A curve for each batch size, both axes by decades but for epochs.

    A curve's columns are those of `AXES`, then the loss.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = "epoch"
        self._rows: Mapping[str, Floats] = {}
        self._styles: list[Racer] = []
        self._curves: list[pg.PlotCurveItem] = []
        self._ends = pg.ScatterPlotItem(size=9)
        self._ends.setZValue(1)
        self.addItem(self._ends)
        self.resized.connect(self._make_room)

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self._ends.setPen(self.pen(theme.surface, 1))
        for curve, style in zip(self._curves, self._styles, strict=True):
            curve.setPen(style.pen(1.8 * self._thickness))

    @override
    @Slot(str)
    def set_axis(self, axis: str) -> None:
        super().set_axis(axis)
        kind = LogAxis if axis in LOGARITHMIC else pg.AxisItem
        self.getPlotItem().setAxisItems({"bottom": kind("bottom")})
        self._style_axis("bottom")
        names = {
            "step": self.tr("steps"),
            "epoch": self.tr("epochs"),
            "second": self.tr("seconds of its own training"),
        }
        self.set_axis_names(names[axis], "")
        self._make_room()
        self.set_theme(self.theme)
        self._draw()

    @Slot()
    def _make_room(self) -> None:
        """Leave the axis without its name where there is little room: the switch says it too."""
        self.getPlotItem().getAxis("bottom").showLabel(self.height() >= ROOMY)

    def show_sizes(self, names: Sequence[str]) -> None:
        """Have a curve for each of these from now on, and nothing drawn."""
        for curve in self._curves:
            self.removeItem(curve)
        self._styles, self._rows = size_styles(names), {}
        self._curves = [pg.PlotCurveItem(skipFiniteCheck=True) for _ in names]
        for curve in self._curves:
            self.addItem(curve)
        self.set_theme(self.theme)
        self._draw()

    def draw_rows(self, rows: Mapping[str, Floats]) -> None:
        """Draw how the runs stand: of each size, rows of step, epoch, seconds, loss."""
        self._rows = rows
        self._draw()

    def _draw(self) -> None:
        column, log = AXES.index(self.axis), self.axis in LOGARITHMIC
        ends, across, up = [], [], []
        for style, curve in zip(self._styles, self._curves, strict=True):
            rows = self._rows.get(style.name, np.empty((0, 4)))
            rows = rows[np.isfinite(rows[:, 3])]
            rows = rows[rows[:, 0] > 0] if log else rows
            x = np.log10(np.maximum(rows[:, column], 1e-6)) if log else rows[:, column]
            y = by_decades(rows[:, 3])
            curve.setData(x, y)
            if len(x):
                ends.append({"pos": (x[-1], y[-1]), "symbol": style.marker, "brush": style.colour})
                across.append((x.min(), x.max()))
                up.append((y.min(), min(y.max(), y[0] + MAX_DECADES)))
        self._ends.setData(ends)
        if across:
            self._set_ranges(np.array(across), np.array(up), log)
        else:
            self.setRange(xRange=_EMPTY[self.axis], yRange=(-2.1, 0.1), padding=0)

    def _set_ranges(self, across: Floats, up: Floats, log: bool) -> None:
        """Let the ranges end at round numbers, so that they grow in jumps."""
        left, right = float(across[:, 0].min()), float(across[:, 1].max())
        if log:
            left, right = math.log10(round_down(10**left)), math.log10(round_up(10**right))
            right = max(right, left + 0.5)
        else:
            left, right = 0.0, round_up(max(right, 1e-9)) if right < 12 else math.ceil(right)
        bottom = math.log10(round_down(10 ** float(up[:, 0].min())))
        top = math.log10(round_up(10 ** float(up[:, 1].max())))
        top = max(top, bottom + 0.3)
        room, gap = 0.03 * max(top - bottom, 0.3), 0.02 * (right - left)
        across_range = (left - gap * log, right + gap)
        self.setRange(xRange=across_range, yRange=(bottom - room, top + room), padding=0)

    # What is read off ----------------------------------------------------------------------------

    @property
    @override
    def is_empty(self) -> bool:
        return not self._rows

    @override
    def unit_at(self, x: float) -> float:
        return 10**x if self.axis in LOGARITHMIC else x

    @override
    def losses_at(self, place: float) -> dict[str, float]:
        """Return each size's loss at a place of the horizontal axis, where it was there."""
        column, found = AXES.index(self.axis), {}
        for name, rows in self._rows.items():
            index = int(np.searchsorted(rows[:, column], place, "right")) - 1
            if index >= 0 and place <= rows[-1, column]:
                found[name] = float(rows[index, 3])
        return found
