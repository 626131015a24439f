"""The race on the loss surface: a map of the loss, and the racers' paths across it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Signal, Slot
from PySide6.QtGui import QFont
from typing_extensions import override

from nngui.core.surface.surface_image import SHADES
from nngui.gui.plots.kit.axes import STILL, CalmPlot, tick_text
from nngui.gui.plots.kit.growing_curve import GrowingCurve
from nngui.gui.plots.kit.items import Spots
from nngui.gui.plots.kit.racers import Racer, brush, racers
from nngui.gui.style.labels import escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.core.records.race import RaceView, TrajectoryPoint
    from nngui.core.surface.surface import SurfacePlane
    from nngui.core.surface.surface_image import SurfaceImage
    from nngui.gui.style.theme import Colours

# From high losses to low ones: pale land and deep water; at night the water glows.
GROUND = {False: ("#f4f6f9", "#c3d5e8", "#6f98c4"), True: ("#1b1f25", "#22384e", "#3a6a96")}
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
        self._surface_image: SurfaceImage | None = None
        self._view: RaceView | None = None
        self._known: tuple[Floats, Floats] = (np.empty(0), np.empty(0))  # steps, places on...
        self._known_on: SurfacePlane | None = None
        self._hidden: frozenset[str] = frozenset()
        self._racers: list[Racer] = []
        self._map = pg.ImageItem(axisOrder="row-major")
        self._contours = pg.PlotCurveItem(connect="pairs", skipFiniteCheck=True)
        for item in (self._map, self._contours):
            item.setCacheMode(STILL)
            self.addItem(item, ignoreBounds=True)
        self._levels: list[pg.TextItem] = []
        self._paths: list[GrowingCurve] = []
        self._drawn_to: TrajectoryPoint | None = None  # up to which they are drawn on this map
        self._rim = pg.mkPen(self.theme.surface, width=1.5)  # around the heads
        self._starts = Spots(size=START, pxMode=True)
        self._heads = Spots(size=HEAD, pxMode=True)
        for dots in (self._starts, self._heads):
            self.addItem(dots, ignoreBounds=True)
            dots.setZValue(10)
        self._hint = pg.TextItem(anchor=(0.5, 0.5))
        self.addItem(self._hint, ignoreBounds=True)
        self.setRange(xRange=(-1, 1), yRange=(-1, 1), padding=0)
        self.getPlotItem().showGrid(x=False, y=False)
        for side in ("left", "bottom"):  # distances in parameter space say nothing by themselves
            axis = self.getPlotItem().getAxis(side)
            axis.setStyle(showValues=False)
            axis.setTicks([])  # else they are worked out all the same
        self.hovered.connect(self._on_hovered)

    # What the tab tells -----------------------------------------------------------------------

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self.getPlotItem().showGrid(x=False, y=False)
        self._hint.setColor(theme.muted)
        self._rim = pg.mkPen(theme.surface, width=1.5)
        self._starts.setPen(pg.mkPen(theme.text, width=1.5))
        self._starts.setBrush(pg.mkBrush(theme.surface))
        self._draw_surface()
        self._make_lines()

    def clear_run(self, names: Sequence[str]) -> None:
        """Forget the paths and the surface; other racers stand at the start."""
        self._reveal()
        self._racers = racers(names)
        self._surface_image = self._view = None
        self._known_on = None
        self._draw_surface()
        self._make_lines()
        self.set_axis_names("", "")

    @property
    def surface_image(self) -> SurfaceImage | None:
        """The map that is shown."""
        return self._surface_image

    @property
    def has_map(self) -> bool:
        """Whether a map is shown, and no hint."""
        return self._surface_image is not None

    def show_hint(self, text: str) -> None:
        """Say in the middle what will appear and how to start."""
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        self._hint.setHtml(f"<div style='text-align: center'>{escaped(text)}</div>" if text else "")
        self._hint.setTextWidth(max(min(self.pixels()[0] - 24, 320), 120))
        self._hint.setPos((left + right) / 2, (bottom + top) / 2)
        self._hint.setVisible(bool(text))

    def hide_racers(self, names: frozenset[str]) -> None:
        """Leave the paths of some racers out."""
        self._hidden = names
        self._draw_paths()

    def show_surface(self, surface_image: SurfaceImage) -> None:
        """Show a map, or a finer one; the paths are drawn on its plane from now on."""
        for stage in self.stages(surface_image):
            stage()

    def stages(self, surface_image: SurfaceImage) -> list[Callable[[], None]]:
        """Return what shows a map, in pieces for a frame each; the old one is seen until then."""
        pairs = [self._paths[i : i + 2] for i in range(0, len(self._paths), 2)]
        return [
            functools.partial(self._take_surface, surface_image),
            *(functools.partial(self._prepare, pair) for pair in pairs),
            self._reveal,
        ]

    def _prepare(self, paths: Sequence[GrowingCurve]) -> None:
        for path in paths:
            if path.isVisible():
                path.prepare(self)

    def _reveal(self) -> None:
        self.setUpdatesEnabled(True)

    def _take_surface(self, surface_image: SurfaceImage) -> None:
        self.setUpdatesEnabled(False)
        surface = surface_image.surface
        other = (
            self._surface_image is None or surface.plane is not self._surface_image.surface.plane
        )
        self._surface_image = surface_image
        self.show_hint("")
        if other:
            self._drawn_to = None
            self._name_axes(surface.plane)
            self.setRange(
                xRange=(surface.a[0], surface.a[-1]),
                yRange=(surface.b[0], surface.b[-1]),
                padding=0,
            )
        self._draw_surface()
        if other:
            self._draw_paths()
        self.getViewBox().updateMatrix()  # else not before it is painted

    def draw_race(self, view: RaceView) -> None:
        """Let the paths grow to where the racers are now."""
        self._view = view
        self._draw_paths()

    # The map ------------------------------------------------------------------------------------

    def _name_axes(self, plane: SurfacePlane) -> None:
        first, second = (f"{share:.0%}" for share in plane.share)
        self.set_axis_names(
            self.tr("1st direction: {share} of the movement").format(share=first),
            self.tr("2nd direction: {share}").format(share=second),
        )
        self.getPlotItem().getAxis("left").setWidth(LABEL)
        self.getPlotItem().getAxis("bottom").setHeight(LABEL)

    def _draw_surface(self) -> None:
        surface_image = self._surface_image
        if surface_image is None:
            self._map.clear()
            self._contours.setData([], [])
            self._write_levels([])
            return
        colours = _colours(GROUND[self.theme.is_dark])
        self._map.setImage(colours[surface_image.depth], levels=None, autoLevels=False)
        a, b = surface_image.surface.a, surface_image.surface.b
        self._map.setRect(a[0], b[0], a[-1] - a[0], b[-1] - b[0])
        lines = [pieces.reshape(-1, 2) for _, pieces in surface_image.lines]
        ends = np.concatenate(lines) if lines else np.empty((0, 2))
        colour = pg.mkColor(self.theme.text)
        colour.setAlpha(70)
        self._contours.setPen(self.pen(colour, 1))
        self._contours.setData(ends[:, 0], ends[:, 1])
        self._write_levels(surface_image.levels)

    def _write_levels(self, levels: Sequence[tuple[float, Floats]]) -> None:
        """Write numbers on the map; the items of earlier ones are used again."""
        while len(self._levels) < len(levels):
            text = pg.TextItem(anchor=(0.5, 0.5))
            font = QFont()
            font.setPixelSize(10)
            text.setFont(font)
            text.setZValue(5)
            text.setCacheMode(STILL)
            self.addItem(text, ignoreBounds=True)
            self._levels.append(text)
        ground = pg.mkColor(GROUND[self.theme.is_dark][1])
        ground.setAlpha(110)
        for text, (level, (x, y)) in zip(self._levels, levels, strict=False):
            text.fill = pg.mkBrush(ground)
            text.setText(tick_text(level), self.theme.text)
            text.setPos(x, y)
            text.show()
        for text in self._levels[len(levels) :]:
            text.hide()

    @Slot(object)
    def _on_hovered(self, place: QPointF | None) -> None:
        if self._surface_image is None or place is None:
            self.read.emit(None)
            return
        surface = self._surface_image.surface
        j = int(np.abs(surface.a - place.x()).argmin())
        i = int(np.abs(surface.b - place.y()).argmin())
        self.read.emit(float(surface.loss[i, j]))

    # The paths ----------------------------------------------------------------------------------

    def _make_lines(self) -> None:
        """Have a line, and a halo that sets it off the map, for each racer."""
        for path in self._paths:
            self.removeItem(path)
        self._paths = [GrowingCurve() for _ in self._racers]
        for path, racer in zip(self._paths, self._racers, strict=True):
            path.setShadowPen(self.pen(self.theme.surface, HALO))
            path.setPen(racer.pen(PATH * self._thickness))
            path.setZValue(8)
            self.addItem(path, ignoreBounds=True)
        self._drawn_to = None
        self._draw_paths()

    def _draw_paths(self) -> None:
        view, surface_image = self._view, self._surface_image
        ready = (
            view is not None and surface_image is not None and len(view.names) == len(self._racers)
        )
        lines: list[pg.PlotCurveItem] = [*self._paths]
        for item in (*lines, self._starts, self._heads):
            item.setVisible(ready)
        if not ready or view is None or surface_image is None:
            return
        drawn_to = self._drawn_to
        if drawn_to is None or not _goes_on(view, drawn_to):
            self._known_on = drawn_to = None
        places = self._projected(view, surface_image.surface.plane)  # (steps, racers, 2)
        fresh = sum(drawn_to is not None and place.step > drawn_to.step for place in view.places)
        heads = []
        for i, racer in enumerate(self._racers):
            path, shown = self._paths[i], racer.name not in self._hidden
            path.setVisible(shown)
            if drawn_to is None:
                path.setData(places[:, i, 0], places[:, i, 1])
            else:
                path.grow(places[:, i, 0], places[:, i, 1], fresh)
            if shown:
                heads.append((places[-1, i], racer))
        self._heads.setData(
            size=[HEAD * (1.35 if racer.marker == "star" else 1) for _, racer in heads],
            x=[place[0] for place, _ in heads],
            y=[place[1] for place, _ in heads],
            symbol=[racer.marker for _, racer in heads],
            brush=[brush(racer.colour) for _, racer in heads],
            pen=self._rim,
        )
        if drawn_to is None:
            starts = np.unique(places[0].round(9), axis=0)
            self._starts.setData(starts[:, 0], starts[:, 1])
        self._drawn_to = view.places[-1]

    def _projected(self, view: RaceView, plane: SurfacePlane) -> Floats:
        """Return the racers' places on the map; only what is new is worked out."""
        steps = np.array([place.step for place in view.places])
        parts, last = [], -1
        if self._known_on is plane:
            known_steps, known = self._known
            kept = np.isin(known_steps, steps)  # every second place may have been dropped
            parts, last = [known[kept]], known_steps[-1]
        parts += [plane.project(place.vectors)[None] for place in view.places if place.step > last]
        self._known, self._known_on = (steps, np.concatenate(parts)), plane
        return self._known[1]


def _goes_on(view: RaceView, last: TrajectoryPoint) -> bool:
    """Return whether the paths up to some place are still the same: nobody went back."""
    if view.places[-1].step < last.step:
        return False
    there = next((place for place in view.places[::-1] if place.step == last.step), last)
    return there is last or np.array_equal(there.vectors, last.vectors, equal_nan=True)


@functools.cache
def _colours(ground: tuple[str, ...]) -> NDArray[np.uint8]:
    """Return the colours of all depths, shape (SHADES, 4): the lowest is the last of these."""
    known = np.array([pg.mkColor(colour).getRgb() for colour in ground], float)
    at, shades = np.linspace(0, 1, len(ground)), np.linspace(0, 1, SHADES)
    table = np.stack([np.interp(shades, at, known[:, channel]) for channel in range(4)], axis=1)
    return table.astype(np.uint8)
