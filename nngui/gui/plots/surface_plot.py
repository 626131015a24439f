"""The race on the loss surface: a map of the loss, and the racers' paths across it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Signal, Slot
from PySide6.QtGui import QFont
from typing_extensions import override

from nngui.core.contours import contour, round_levels
from nngui.gui.plots.axes import STILL, CalmPlot, tick_text
from nngui.gui.plots.racers import Racer, racers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from nngui.core.race_view import RaceView
    from nngui.core.snapshot import Floats
    from nngui.core.surface import Plane, Surface
    from nngui.gui.theme import Colours

PICTURE = 196  # pixels of the map, across and up
# From high losses to low ones: pale land and deep water; at night the water glows.
GROUND = {False: ("#f4f6f9", "#c3d5e8", "#6f98c4"), True: ("#1b1f25", "#22384e", "#3a6a96")}
SPAN = 3.0  # decades of loss above the smallest one that the colours tell apart, at most
LABEL = 24  # pixels of an axis that has a name, and no numbers
PATH, HALO, HEAD, START = 2.5, 5.0, 15, 8  # pixels


class SurfacePlot(CalmPlot):
    """Contours of the loss on a plane, the racers' paths as lines, their places as markers.

    Signals
    -------
    read : float or None
        The loss under the mouse; None where it is not known.
    """

    read = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("surface")
        self._surface: Surface | None = None
        self._view: RaceView | None = None
        self._known: dict[tuple[int, int], Floats] = {}  # (plane, step): where the racers were
        self._hidden: frozenset[str] = frozenset()
        self._racers: list[Racer] = []
        self._map = pg.ImageItem(axisOrder="row-major")
        self._contours = pg.PlotCurveItem(connect="pairs", skipFiniteCheck=True)
        for item in (self._map, self._contours):
            item.setCacheMode(STILL)
            self.addItem(item, ignoreBounds=True)
        self._levels: list[pg.TextItem] = []
        self._taken: Floats = np.empty((0, 2))  # where no level is written
        self._halos: list[pg.PlotCurveItem] = []
        self._paths: list[pg.PlotCurveItem] = []
        self._starts = pg.ScatterPlotItem(size=START, pxMode=True)
        self._heads = pg.ScatterPlotItem(size=HEAD, pxMode=True)
        for dots in (self._starts, self._heads):
            self.addItem(dots, ignoreBounds=True)
            dots.setZValue(10)
        self._hint = pg.TextItem(anchor=(0.5, 0.5))
        self.addItem(self._hint, ignoreBounds=True)
        self.setRange(xRange=(-1, 1), yRange=(-1, 1), padding=0)
        self.getPlotItem().showGrid(x=False, y=False)
        for side in ("left", "bottom"):  # distances in parameter space say nothing by themselves
            self.getPlotItem().getAxis(side).setStyle(showValues=False)
        self.hovered.connect(self._on_hovered)

    # What the tab tells -----------------------------------------------------------------------

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self.getPlotItem().showGrid(x=False, y=False)
        self._hint.setColor(theme.muted)
        self._starts.setPen(pg.mkPen(theme.text, width=1.5))
        self._starts.setBrush(pg.mkBrush(theme.surface))
        self._draw_surface()
        self._make_lines()

    def clear_run(self, names: Sequence[str]) -> None:
        """Forget the paths and the surface; other racers stand at the start."""
        self._racers = racers(names)
        self._surface = self._view = None
        self._known = {}
        self._draw_surface()
        self._make_lines()
        self.set_axis_names("", "")

    def show_hint(self, text: str) -> None:
        """Say in the middle what will appear and how to start."""
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        self._hint.setHtml(f"<div style='text-align: center'>{text}</div>" if text else "")
        self._hint.setTextWidth(max(min(self.pixels()[0] - 24, 320), 120))
        self._hint.setPos((left + right) / 2, (bottom + top) / 2)
        self._hint.setVisible(bool(text))

    def hide_racers(self, names: frozenset[str]) -> None:
        """Leave the paths of some racers out."""
        self._hidden = names
        self._draw_paths()

    def show_surface(self, surface: Surface) -> None:
        """Show a map, or a finer one; the paths are drawn on its plane from now on."""
        other = self._surface is None or surface.plane is not self._surface.plane
        self._surface = surface
        self.show_hint("")
        if other:
            self._known = {}
            self._name_axes(surface.plane)
            self.setRange(
                xRange=(surface.a[0], surface.a[-1]),
                yRange=(surface.b[0], surface.b[-1]),
                padding=0,
            )
        self._draw_surface()
        if other:
            self._draw_paths()

    def draw_race(self, view: RaceView) -> None:
        """Let the paths grow to where the racers are now."""
        self._view = view
        self._draw_paths()

    # The map ------------------------------------------------------------------------------------

    def _name_axes(self, plane: Plane) -> None:
        first, second = (f"{share:.0%}" for share in plane.share)
        self.set_axis_names(
            self.tr("1st direction: {share} of the movement").format(share=first),
            self.tr("2nd direction: {share}").format(share=second),
        )
        self.getPlotItem().getAxis("left").setWidth(LABEL)
        self.getPlotItem().getAxis("bottom").setHeight(LABEL)

    def _draw_surface(self) -> None:
        for text in self._levels:
            self.removeItem(text)
        self._levels = []
        surface = self._surface
        if surface is None:
            self._map.clear()
            self._contours.setData([], [])
            return
        height = heights(surface)
        self._map.setImage(
            _coloured(_finer(height, PICTURE), GROUND[self.theme.is_dark]),
            levels=None,
            autoLevels=False,
        )
        width, up = surface.a[-1] - surface.a[0], surface.b[-1] - surface.b[0]
        self._map.setRect(surface.a[0], surface.b[0], width, up)
        self._draw_contours(surface, height)

    def _draw_contours(self, surface: Surface, height: Floats) -> None:
        low, high = 10.0 ** height.min(), 10.0 ** height.max()
        lines = []
        self._taken = np.empty((0, 2))
        if self._view is not None:
            self._taken = self._projected(self._view, surface.plane).reshape(-1, 2)[::7]
        for level in round_levels(low, high):
            pieces = contour(surface.a, surface.b, height, math.log10(level))
            if len(pieces):
                lines.append(pieces.reshape(-1, 2))
                self._label(level, pieces)
        ends = np.concatenate(lines) if lines else np.empty((0, 2))
        colour = pg.mkColor(self.theme.text)
        colour.setAlpha(70)
        self._contours.setPen(self.pen(colour, 1))
        self._contours.setData(ends[:, 0], ends[:, 1])

    def _label(self, level: float, pieces: Floats) -> None:
        """Write a level on its line, where it is farthest from paths and other levels."""
        middles = pieces.mean(1)
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        corner, size = np.array([left, bottom]), np.array([right - left, top - bottom])
        share = (middles - corner) / size
        inside = ((share > 0.06) & (share < 0.94)).all(1)
        if not inside.any():
            return
        apart = np.full(len(share), np.inf)
        for x, y in (self._taken - corner) / size:
            np.minimum(apart, np.hypot(share[:, 0] - x, share[:, 1] - y), out=apart)
        best = int(np.where(inside, np.minimum(apart, 0.2), -1).argmax())
        x, y = middles[best]
        self._taken = np.vstack((self._taken, [x, y]))
        ground = pg.mkColor(GROUND[self.theme.is_dark][1])
        ground.setAlpha(110)
        text = pg.TextItem(tick_text(level), self.theme.text, anchor=(0.5, 0.5), fill=ground)
        font = QFont()
        font.setPixelSize(10)
        text.setFont(font)
        text.setPos(x, y)
        text.setZValue(5)
        self.addItem(text, ignoreBounds=True)
        self._levels.append(text)

    @Slot(object)
    def _on_hovered(self, place: QPointF | None) -> None:
        surface = self._surface
        if surface is None or place is None:
            self.read.emit(None)
            return
        j = int(np.abs(surface.a - place.x()).argmin())
        i = int(np.abs(surface.b - place.y()).argmin())
        self.read.emit(float(surface.loss[i, j]))

    # The paths ----------------------------------------------------------------------------------

    def _make_lines(self) -> None:
        """Have a line, and a halo that sets it off the map, for each racer."""
        for item in (*self._halos, *self._paths):
            self.removeItem(item)
        self._halos = [pg.PlotCurveItem(antialias=True) for _ in self._racers]
        self._paths = [pg.PlotCurveItem(antialias=True) for _ in self._racers]
        for halo, path, racer in zip(self._halos, self._paths, self._racers, strict=True):
            halo.setPen(self.pen(self.theme.surface, HALO))
            path.setPen(racer.pen(PATH * self._thickness))
            halo.setZValue(7)
            path.setZValue(8)
            for item in (halo, path):
                self.addItem(item, ignoreBounds=True)
        self._draw_paths()

    def _draw_paths(self) -> None:
        view, surface = self._view, self._surface
        ready = view is not None and surface is not None and len(view.names) == len(self._racers)
        for item in (*self._halos, *self._paths, self._starts, self._heads):
            item.setVisible(ready)
        if not ready or view is None or surface is None:
            return
        places = self._projected(view, surface.plane)  # (steps, racers, 2)
        heads = []
        for i, racer in enumerate(self._racers):
            shown = racer.name not in self._hidden
            for line in (self._halos[i], self._paths[i]):
                line.setVisible(shown)
                if shown:
                    line.setData(places[:, i, 0], places[:, i, 1])
            if shown:
                heads.append((places[-1, i], racer))
        self._heads.setData(
            size=[HEAD * (1.35 if racer.marker == "star" else 1) for _, racer in heads],
            x=[place[0] for place, _ in heads],
            y=[place[1] for place, _ in heads],
            symbol=[racer.marker for _, racer in heads],
            brush=[pg.mkBrush(racer.colour) for _, racer in heads],
            pen=pg.mkPen(self.theme.surface, width=1.5),
        )
        starts = np.unique(places[0].round(9), axis=0)
        self._starts.setData(starts[:, 0], starts[:, 1])

    def _projected(self, view: RaceView, plane: Plane) -> Floats:
        """Return the racers' places on the map; only what is new is worked out."""
        known, found = self._known, {}
        for place in view.places:
            key = (id(plane), place.step)
            at = known.get(key)
            found[key] = plane.project(place.vectors) if at is None else at
        self._known = found
        return np.stack(list(found.values()))


def heights(surface: Surface) -> Floats:
    """Return log10 of a surface's losses, finite, shape as `loss`."""
    known = np.isfinite(surface.loss) & (surface.loss > 0)
    if not known.any():
        return np.zeros_like(surface.loss)
    smallest = surface.loss[known].min()
    largest = surface.loss[known].max()
    filled = np.where(np.isfinite(surface.loss), surface.loss, largest)
    result: Floats = np.log10(np.clip(filled, smallest, largest))
    return result


def _finer(height: Floats, size: int) -> Floats:
    """Return the same on a grid of so many places across and up, straight in between."""
    old, new = np.linspace(0, 1, len(height)), np.linspace(0, 1, size)
    rows = np.stack([np.interp(new, old, row) for row in height])
    result: Floats = np.stack([np.interp(new, old, column) for column in rows.T], axis=1)
    return result


def _coloured(height: Floats, colours: tuple[str, ...]) -> Floats:
    """Return a picture, shape (n, n, 4), uint8: the lowest in the last colour."""
    low, high = float(height.min()), float(height.max())
    depth = 1 - (height - low) / max(min(high - low, SPAN), 1e-9)
    depth = np.clip(depth, 0, 1)
    known = np.array([pg.mkColor(colour).getRgb() for colour in colours], float)
    at = np.linspace(0, 1, len(colours))
    channels = [np.interp(depth, at, known[:, channel]) for channel in range(4)]
    result: Floats = np.stack(channels, axis=-1).astype(np.uint8)
    return result
