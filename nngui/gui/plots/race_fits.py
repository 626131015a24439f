"""The data, and the curve of each racer through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from typing_extensions import override

from nngui.gui.plots.fit_plot import FitPlot
from nngui.gui.plots.kit.items import Curve
from nngui.gui.plots.kit.racers import Racer, racers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.records.snapshot import DataView, Snapshot
    from nngui.gui.style.theme import Colours

WIDTH = 2.5


class RaceFits(FitPlot):
    """The points stay as they are; the racers have the colours and dashes of their curves."""

    curve_points = 128  # Qt takes its time with many wide dashed lines of many points

    _racers: tuple[Racer, ...] = ()
    _fits: tuple[Curve, ...] = ()
    _hidden: frozenset[str] = frozenset()

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        faint = pg.mkColor(theme.points)
        faint.setAlpha(110)
        self._dots.setBrush(pg.mkBrush(faint))
        self._dots.setSize(5)
        for racer, fit in zip(self._racers, self._fits, strict=True):
            fit.setPen(racer.pen(WIDTH * self._thickness))

    @override
    def set_data(self, data: DataView, *, keep_range: bool = False) -> None:
        super().set_data(data, keep_range=keep_range)
        self.box.editable = False

    def show_racers(self, names: Sequence[str]) -> None:
        """Have a curve for each of these, and nothing drawn yet."""
        for fit in self._fits:
            self.removeItem(fit)
        self._racers = tuple(racers(names))
        self._fits = tuple(Curve(antialias=True) for _ in names)
        for racer, fit in zip(self._racers, self._fits, strict=True):
            fit.setPen(racer.pen(WIDTH * self._thickness))
            self.addItem(fit)

    def hide_racers(self, names: frozenset[str]) -> None:
        """Leave the curves of some racers out."""
        self._hidden = names
        for racer, fit in zip(self._racers, self._fits, strict=True):
            fit.setVisible(racer.name not in names)

    @override
    def draw_snapshot(self, snapshot: Snapshot) -> None:
        if len(snapshot.predictions) != len(self._fits):
            return
        for fit, prediction in zip(self._fits, snapshot.predictions, strict=True):
            values = prediction[:, 0]
            if len(values) == len(self._places) and np.isfinite(values).all():
                fit.setData(self._places, values)

    @override
    def clear_curve(self) -> None:
        for fit in self._fits:
            fit.setData([], [])
