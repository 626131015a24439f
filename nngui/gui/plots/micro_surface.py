"""The loss of a straight line by its two parameters, and where five optimizers went on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from typing_extensions import override

from nngui.core.microscope.records import PARAMETERS, loss_at
from nngui.core.records.race import RaceView, TrajectoryPoint
from nngui.core.surface.surface import Surface, SurfacePlane
from nngui.core.surface.surface_image import surface_image
from nngui.gui.plots.kit.axes import DASH, LEFT_WIDTH
from nngui.gui.plots.surface_plot import SurfacePlot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nngui.core.microscope.records import Micro
    from nngui.gui.style.theme import Colours

W, B = (-1.8, 3.8), (-2.9, 5.7)  # what is shown of the parameters
FINE = 121  # places across and up
ARROW = 54.0  # pixels


class MicroSurface(SurfacePlot):
    """Contours of the loss over w and b; paths, and the gradient that one of them followed last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, str] = PARAMETERS
        self._slope = pg.PlotCurveItem(antialias=True)
        self._tip = pg.ArrowItem(headLen=11, tipAngle=36, pen=None, angle=0)
        for item in (self._slope, self._tip):
            item.setZValue(9)
            item.hide()
            self.addItem(item, ignoreBounds=True)
        for side in ("left", "bottom"):
            self.getPlotItem().getAxis(side).setStyle(showValues=True)

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self._slope.setPen(self.pen(theme.text, 1.5, DASH))
        self._tip.setBrush(pg.mkBrush(theme.text))

    def show_points(self, micro: Micro) -> None:
        """Show the loss on these points, and nobody's path yet."""
        self.clear_run(list(micro.paths))
        w, b = np.linspace(*W, FINE), np.linspace(*B, FINE)
        plane = SurfacePlane(np.zeros(2), np.eye(2), (0.0, 0.0))
        loss = loss_at(micro.x, micro.y, w[None, :], b[:, None])
        self.show_surface(surface_image(Surface(plane, w, b, loss), np.empty((0, 2))))

    def draw_paths(self, micro: Micro, chosen: str) -> None:
        """Draw where they went, and the batch's slope that the chosen one met in its last step."""
        names = tuple(micro.paths)
        together = np.stack([micro.paths[name] for name in names], axis=1).astype(np.float32)
        nobody = np.zeros(len(names))
        places = tuple(TrajectoryPoint(step, 0.0, nobody, at) for step, at in enumerate(together))
        losses = tuple(micro.losses[name] for name in names)
        self.draw_race(RaceView(names, (False,) * len(names), losses, 1, places, None))
        self._draw_slope(micro, chosen)

    def _draw_slope(self, micro: Micro, chosen: str) -> None:
        detail = micro.details.get(chosen)
        there = detail is not None and bool(np.abs(detail.gradient).max() > 0)
        for item in (self._slope, self._tip):
            item.setVisible(there)
        if detail is None or not there:
            return
        start = micro.paths[chosen][-2]
        across, up = self.pixels()
        scale = np.array([across / (W[1] - W[0]), up / (B[1] - B[0])])  # pixels a unit
        way = -detail.gradient * scale
        end = start + ARROW * way / np.hypot(*way) / scale
        self._slope.setData([start[0], end[0]], [start[1], end[1]])
        self._tip.setPos(*end)
        self._tip.setStyle(angle=180 - float(np.degrees(np.arctan2(way[1], way[0]))))

    def show_names(self, shown: bool) -> None:
        """Name the axes, or leave the room to the map."""
        self._names = PARAMETERS if shown else ("", "")
        self.set_axis_names(*self._names)
        self.getPlotItem().getAxis("left").setWidth(LEFT_WIDTH)

    @override
    def _name_axes(self, plane: SurfacePlane) -> None:
        self.show_names(any(self._names))
