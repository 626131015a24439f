"""What a setting does to the score: a dot for each trial of a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from typing_extensions import override

from nngui.core.search.trials import DEFAULT, PRUNED
from nngui.gui.dialogs.search.trials_plot import BEYOND, TrialsPlot
from nngui.gui.dialogs.search.words import score_name, ticks_of
from nngui.gui.plots.kit.axes import DASH, LogAxis, TidyAxis
from nngui.gui.plots.kit.legend import LegendEntry
from nngui.gui.style.setting_text import title_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats

DOT, PALE_DOT, BEST_DOT = 8, 6, 16  # pixels
ROOM = 0.07  # beyond both ends


class TrialsScatter(TrialsPlot):
    """Across: the values of one of the settings that the search goes over; up: the score."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = 0  # of the setting among the search's
        self._x: Floats = np.zeros(0)
        self._y: Floats = np.zeros(0)
        self._counts_by_decades: bool | None = None
        self.dots = pg.ScatterPlotItem(pxMode=True)
        self.marks = pg.ScatterPlotItem(pxMode=True)
        self.default = pg.InfiniteLine(0.0, angle=0, movable=False)
        for item in (self.default, self.dots, self.marks):
            self.addItem(item, ignoreBounds=True)
        self.setAccessibleName(self.tr("Scores of the trials by a setting"))
        self.redraw()

    def show_setting(self, place: int) -> None:
        """Have another of the settings across, by its place among the search's."""
        self._place = place
        self.hide_tip()
        self.redraw()

    @override
    def redraw(self) -> None:
        plan, theme = self.plan, self.theme
        if plan is None or self._place >= len(plan.axes):
            for item in (self.dots, self.marks):
                item.setData([], [])
            self.default.hide()
            for name in ("bottom", "left"):
                self.getPlotItem().getAxis(name).setTicks([[]])
            self.set_entries(())
            self.set_ranges((0, 1), (0, 1))
            return
        self.getPlotItem().getAxis("left").setTicks(None)
        self._count_up(is_log=self.is_log)
        axis = plan.axes[self._place]
        self.getPlotItem().getAxis("bottom").setTicks([ticks_of(plan.spec, axis)])
        self.name_axes(title_of(plan.spec, axis.key), score_name(plan))
        self._y, low, high = self.heights()
        self._x = np.array([self.place_in(trial, self._place) for trial in self.drawn])
        self._x = np.where(np.isfinite(self._x), self._x, -BEYOND)  # elsewhere: at the edge
        room = 0.08 * (high - low)
        self.set_ranges((-ROOM, 1 + ROOM), (low - room, high + room))
        pruned = np.array([trial.state == PRUNED for trial in self.drawn], bool)
        self.dots.setData(
            x=self._x,
            y=self._y,
            size=np.where(pruned, PALE_DOT, DOT),
            brush=[pg.mkBrush(None if pale else theme.loss) for pale in pruned],
            pen=[self.pen(theme.muted if pale else theme.surface, 1) for pale in pruned],
        )
        self._draw_marks(pruned)

    def _draw_marks(self, pruned: NDArray[np.bool_]) -> None:
        theme, found = self.theme, {trial.number: i for i, trial in enumerate(self.drawn)}
        spots, entries = [], [LegendEntry(self.tr("trial"), theme.loss, "o")]
        if pruned.any():
            entries.append(LegendEntry(self.tr("given up early"), theme.muted, "o"))
        if self.best is not None and (index := found.get(self.best.number)) is not None:
            place = (self._x[index], self._y[index])
            brush = pg.mkBrush(theme.curve)
            pen = self.pen(theme.surface, 1)
            spots.append(
                {"pos": place, "symbol": "star", "size": BEST_DOT, "brush": brush, "pen": pen}
            )
            entries.append(LegendEntry(self.tr("the best"), theme.curve, "star"))
        chosen = self.selected
        if chosen is not None:
            index = found[chosen.number]
            pen = self.pen(theme.text, 2)
            place = (self._x[index], self._y[index])
            spots.append(
                {"pos": place, "symbol": "o", "size": BEST_DOT + 4, "pen": pen, "brush": None}
            )
        self.marks.setData(spots)
        default = found.get(DEFAULT)
        self.default.setVisible(default is not None)
        if default is not None:
            self.default.setValue(self._y[default])
            self.default.setPen(self.pen(theme.muted, 1.5, DASH))
            entries.append(LegendEntry(self.tr("as it is"), theme.muted, style=DASH))
        self.set_entries(entries)

    def _count_up(self, *, is_log: bool) -> None:
        if is_log != self._counts_by_decades:
            self._counts_by_decades = is_log
            self.set_left_axis(LogAxis("left") if is_log else TidyAxis("left"))
            super().set_theme(self.theme)

    @override
    def nearest(self, place: QPointF) -> tuple[int, float]:
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        wide, high = self.pixels()
        across = (self._x - place.x()) / (right - left) * wide
        up = (self._y - place.y()) / (top - bottom) * high
        distances = np.hypot(across, up)
        index = int(distances.argmin())
        return index, float(distances[index])

    @override
    def spot_of(self, index: int) -> tuple[float, float]:
        return float(self._x[index]), float(self._y[index])

    @override
    def order(self) -> list[int]:
        found: list[int] = np.lexsort((self._y, self._x)).tolist()
        return found
