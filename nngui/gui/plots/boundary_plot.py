"""Points of several classes, and the regions the network gives to each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QTransform
from typing_extensions import override

from nngui.gui.plots.kit.axes import STILL
from nngui.gui.plots.kit.editable import Dots
from nngui.gui.plots.task_view import TaskView
from nngui.gui.style.theme import LIGHT, MARKERS, OKABE_ITO, Colours

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.core.records.snapshot import DataView, Snapshot

SHOWN = 3000
"""How many points are drawn at most; of more, an even sample."""
GRID = 80  # cells of the regions' picture, across and up
LEVELS = 256  # of opacity
HOLLOW_PX = 2.2  # pixels: the edge of a point that is kept out of training


class BoundaryPlot(TaskView):
    """Dots coloured by predicted class, wrong ones ringed; regions as strong as the probability.

    The marker's shape is the true class, so that nothing hangs on colour alone. Points that are
    kept out of training are hollow. Rings are for those points alone of which the accuracy is that
    heads the tab.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._regions = pg.ImageItem(axisOrder="row-major")
        self._dots = Dots(size=9)
        self._rings = Dots(size=17, brush=None)
        for item in (self._dots, self._rings):
            item.setCacheMode(STILL)
        for item in (self._regions, self._rings, self._dots):
            self.addItem(item)
        self._predicted: NDArray[np.int64] = np.empty(0, np.int64)
        self._shades = _shades()
        self._brushes = [pg.mkBrush(colour) for colour in OKABE_ITO]
        self._parts: NDArray[np.int8] = np.empty(0, np.int8)  # of the sample
        self._placed = False
        self._borders: list[pg.IsocurveItem] = []
        self._border_pen = self.pen(LIGHT.text, 2, Qt.PenStyle.DashLine)

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self._dress_dots()
        self._rings.setPen(pg.mkPen(theme.text, width=1.5))
        self._hint.setColor(theme.muted)
        self._border_pen = self.pen(theme.text, 2, Qt.PenStyle.DashLine)
        for line in self._borders:
            line.setPen(self._border_pen)

    @property
    def wrong(self) -> int:
        """How many of the drawn points are given to another class than theirs."""
        return int((self._predicted != self.rows[self.sample, 2]).sum())

    @property
    def counted(self) -> int:
        """The part that the accuracy is of: of a table validation, else test; else training."""
        parts = self.data.parts
        if parts is None or self.data.table is None:
            return 0
        return next(part for part in (1, 2, 0) if part == 0 or bool((parts == part).any()))

    @override
    def points_of(self, data: DataView) -> Floats:
        return np.column_stack((data.x.astype(np.float64), data.y.astype(np.float64)))

    @override
    def draw_points(self) -> None:
        count = len(self.rows)
        self.sample = np.arange(count)
        if count > SHOWN:
            self.sample = np.linspace(0, count - 1, SHOWN).astype(np.int64)
        rows, self._parts = self.rows[self.sample], self.parts[self.sample]
        self._predicted = rows[:, 2].astype(np.int64)  # until the network has spoken
        symbols = [MARKERS[int(c) % len(MARKERS)] for c in rows[:, 2]]
        self._dots.setData(x=rows[:, 0], y=rows[:, 1], symbol=symbols)
        self._dress_dots()
        self._rings.setData([], [])

    def _dress_dots(self) -> None:
        """Give dots the colour of their predicted class; hollow are those kept out of training."""
        colours = [self._brushes[c % len(self._brushes)] for c in self._predicted]
        edge = pg.mkPen(self.theme.surface, width=1)
        if not self._parts.any():
            self._dots.setPen(edge)
            self._dots.setBrush(colours)
            return
        hollow = pg.mkBrush(self.theme.surface)
        pens = [pg.mkPen(brush.color(), width=HOLLOW_PX) for brush in self._brushes]
        each = [pens[c % len(pens)] for c in self._predicted]
        held = self._parts.tolist()
        self._dots.setPen([pen if out else edge for pen, out in zip(each, held, strict=True)])
        self._dots.setBrush([hollow if o else b for b, o in zip(colours, held, strict=True)])

    @override
    def ask(self) -> None:
        (left, right), (bottom, top) = self.box.viewRange()
        # The middle of each cell, so that the picture's cells show what is under them.
        x = left + (np.arange(GRID) + 0.5) * (right - left) / GRID
        y = bottom + (np.arange(GRID) + 0.5) * (top - bottom) / GRID
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        self._placed = False
        probe = np.concatenate((grid, self.rows[self.sample, :2]))
        self.probe_requested.emit(probe.astype(np.float32))

    @override
    def draw_snapshot(self, snapshot: Snapshot) -> None:
        probabilities = snapshot.predictions[0]
        if not np.isfinite(probabilities).all():
            return
        cells = GRID * GRID
        self._draw_regions(probabilities[:cells])
        predicted = probabilities[cells:].argmax(1)
        if len(predicted) == len(self.sample):
            self._draw_predicted(predicted)

    def _draw_regions(self, probabilities: Floats) -> None:
        count = probabilities.shape[1]
        columns = np.ascontiguousarray(probabilities.T)
        top, shade = columns[0].copy(), np.zeros(len(probabilities), np.int16)
        for place in range(1, count):  # a class at a time: along so short an axis argmax is slow
            ahead = columns[place] > top
            np.maximum(shade, ahead * np.int16(place * LEVELS), out=shade)
            np.maximum(top, columns[place], out=top)
        top -= 1 / count
        top *= 90 / (1 - 1 / count)  # 0: no idea, 90: certain
        shade += (20 + top).astype(np.int16)
        picture = self._shades.take(shade, mode="wrap").view(np.uint8).reshape(GRID, GRID, 4)
        self._regions.setImage(picture, levels=None, autoLevels=False)
        if not self._placed:  # only an image that is there can be given its place
            (left, right), (bottom, top) = self.box.viewRange()
            self._regions.setRect(left, bottom, right - left, top - bottom)
            self._placed = True

    def _draw_predicted(self, predicted: NDArray[np.int64]) -> None:
        """Recolour the dots, but only when one of them changed its class."""
        if np.array_equal(predicted, self._predicted):
            return
        self._predicted = predicted
        self._dress_dots()
        rows = self.rows[self.sample]
        wrong = rows[(predicted != rows[:, 2]) & (self._parts == self.counted)]
        self._rings.setData(wrong[:, 0], wrong[:, 1])

    @override
    def draw_reference(self, predictions: Floats | None) -> None:
        """Draw where the second network's regions meet, as dashed lines."""
        for line in self._borders:
            self.removeItem(line)
        self._borders = []
        if predictions is None or not np.isfinite(predictions).all():
            return
        (left, right), (bottom, top) = self.box.viewRange()
        place = QTransform.fromTranslate(left, bottom)
        place.scale((right - left) / GRID, (top - bottom) / GRID)
        fields = predictions[: GRID * GRID].reshape(GRID, GRID, -1)
        for number in range(fields.shape[2] - (fields.shape[2] == 2)):  # two share one border
            others = np.delete(fields, number, axis=2).max(axis=2)
            lead = (fields[..., number] - others).T  # IsocurveItem: the first axis is x
            line = pg.IsocurveItem(lead, 0.0, pen=self._border_pen)
            line.setTransform(place)
            line.setCacheMode(STILL)
            self.addItem(line, ignoreBounds=True)
            self._borders.append(line)

    def clear_curve(self) -> None:
        """Take the regions away: there is no network for these data yet."""
        self._regions.clear()
        self._placed = False
        self._rings.setData([], [])


def _shades() -> NDArray[np.uint32]:
    """Return each class's colour at each opacity, red to alpha in the bytes of a number."""
    shades = np.empty((len(OKABE_ITO), LEVELS, 4), np.uint8)
    shades[..., :3] = np.array([pg.mkColor(c).getRgb()[:3] for c in OKABE_ITO])[:, None]
    shades[..., 3] = np.arange(LEVELS)
    return shades.view(np.uint32).ravel()
