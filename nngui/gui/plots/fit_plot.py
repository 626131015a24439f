"""Points, and the curve the network draws through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from typing_extensions import override

from nngui.gui.plots.kit.axes import STILL
from nngui.gui.plots.kit.editable import Dots
from nngui.gui.plots.kit.items import Curve
from nngui.gui.plots.task_view import TaskView
from nngui.gui.style.theme import MARKERS, OKABE_ITO

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.core.records.snapshot import DataView, Snapshot
    from nngui.gui.style.theme import Colours

DENSE = 5000  # points from which a density picture replaces the dots
DENSITY = (220, 120)  # cells across and up
MAX_HELD = 1000  # points kept out of training that are drawn above the density picture


class FitPlot(TaskView):
    """The data as dots, or as a density picture where they are dense; the fit as a thick line.

    Points that are kept out of training have colours and markers of their own; of many a sample is
    drawn above the density picture.
    """

    curve_points = 256  # at which the network is asked

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._density = pg.ImageItem(axisOrder="row-major")
        self._dots = Dots(size=7, pen=None)
        for item in (self._density, self._dots):
            item.setCacheMode(STILL)
        self._curve = Curve(antialias=True, skipFiniteCheck=True)
        self._reference = pg.PlotCurveItem(antialias=True)
        self._reference.setCacheMode(STILL)
        self._reference.hide()
        for item in (self._density, self._dots, self._curve, self._reference):
            self.addItem(item)
        self._places: Floats = np.empty(0)

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self._dots.setBrush(pg.mkBrush(theme.points))
        if self.parts.any():
            self.draw_points()
        self._curve.setPen(self.pen(theme.curve, 4))
        self._reference.setPen(self.pen(theme.text, 2, Qt.PenStyle.DashLine))
        self._hint.setColor(theme.muted)
        self._draw_density()

    @override
    def points_of(self, data: DataView) -> Floats:
        columns = (data.x[:, 0], data.y, np.zeros(len(data.y)))
        return np.stack(columns, axis=1).astype(np.float64)

    @override
    def draw_points(self) -> None:
        dense = len(self.rows) > DENSE
        self._density.setVisible(dense)
        parts = self.parts
        shown = np.arange(len(self.rows))
        if dense:
            self._draw_density()
            held = np.flatnonzero(parts)
            shown = held[np.linspace(0, len(held) - 1, min(len(held), MAX_HELD)).astype(int)]
        self._dots.setVisible(not dense or len(shown) > 0)
        x, y = self.rows[shown, 0], self.rows[shown, 1]
        parts = parts[shown]
        if not parts.any():
            self._dots.setData(x, y)
            return
        brushes = [self._dots.opts["brush"], *map(pg.mkBrush, OKABE_ITO[1:3])]
        self._dots.setData(
            x=x,
            y=y,
            symbol=[MARKERS[part] for part in parts],
            brush=[brushes[part] for part in parts],
        )

    def _draw_density(self) -> None:
        if len(self.rows) <= DENSE:
            return
        (left, right), (bottom, top) = self.box.viewRange()
        x, y = self.rows[self.parts == 0, :2].T
        counts, _, _ = np.histogram2d(y, x, DENSITY[::-1], [(bottom, top), (left, right)])
        strength = np.sqrt(counts / max(counts.max(), 1))  # so that sparse places are seen too
        colour = pg.mkColor(self.theme.points)
        picture = np.empty((*counts.shape, 4), np.uint8)
        picture[..., :3] = colour.red(), colour.green(), colour.blue()
        picture[..., 3] = (255 * strength).astype(np.uint8)
        self._density.setImage(picture, levels=None, autoLevels=False)
        self._density.setRect(left, bottom, right - left, top - bottom)

    @override
    def ask(self) -> None:
        left, right = self.box.viewRange()[0]
        if len(self.rows):
            left, right = self.rows[:, 0].min(), self.rows[:, 0].max()
        self._places = np.linspace(left, right, self.curve_points, dtype=np.float32)
        self.probe_requested.emit(self._places.reshape(-1, 1))

    @override
    def draw_snapshot(self, snapshot: Snapshot) -> None:
        values = snapshot.predictions[0][:, 0]
        if len(values) == len(self._places) and np.isfinite(values).all():
            self._curve.setData(self._places, values)

    @override
    def draw_reference(self, predictions: Floats | None) -> None:
        fits = predictions is not None and len(predictions) == len(self._places)
        self._reference.setVisible(fits)
        if predictions is not None and fits:
            self._reference.setData(self._places, predictions[:, 0])

    def clear_curve(self) -> None:
        """Take the fit away: there is no network for these data yet."""
        self._curve.setData([], [])
