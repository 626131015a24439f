"""Pale curves of other runs behind a run's own: branches, and the runs before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen, QPolygonF
from typing_extensions import override

from nngui.core.records.history import History
from nngui.gui.plots.kit.axes import STYLES
from nngui.gui.plots.kit.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

    from nngui.core.arrays import Floats

MAX_GHOSTS = 8  # that are drawn; more pale lines hide each other
GHOST_WIDTH = 1.25  # pixels
PALE = 130  # of 255


@dataclass(frozen=True, eq=False)
class Ghost:
    """The curve of another run.

    Attributes
    ----------
    curve : History or mapping of str to (ndarray, ndarray)
        All of its losses, or by column the steps, from 1, and the losses, shape (n,) each.
    label : str
        What it is called.
    since : int
        The step from which on it differs from the run's own; what was before is not drawn.
    """

    curve: History | Mapping[str, tuple[NDArray[Any], Floats]]
    label: str
    since: int = 0

    def has(self, column: str) -> bool:
        """Return whether it has a loss of that name."""
        return column in (self.curve.columns if isinstance(self.curve, History) else self.curve)

    def line(self, column: str, width: int, last: int) -> tuple[Floats, Floats]:
        """Return steps and losses of a column up to a step, about `width` of them; or none."""
        if not self.has(column):
            return np.empty(0), np.empty(0)
        if isinstance(self.curve, History):
            first = max(self.since - 1, 0)  # from where it left the run's own
            places, low, high = self.curve.bins(width, column, first, last)
            steps, losses = places + 1.0, (low.astype(float) + high) / 2
        else:
            steps, losses = (np.asarray(values, float) for values in self.curve[column])
            there = (steps >= self.since) & (steps <= last)
            every = max(int(there.sum()) // (2 * max(width, 1)), 1)
            steps, losses = steps[there][::every], losses[there][::every]
        known = np.isfinite(losses)
        return steps[known], losses[known]

    def loss_at(self, column: str, step: int) -> float | None:
        """Return its loss of a step; None where it has none."""
        if isinstance(self.curve, History):
            if not self.has(column) or not 0 < step <= len(self.curve):
                return None
            _, low, high = self.curve.bins(1, column, step - 1, step)
            found = (float(low[0]) + float(high[0])) / 2 if len(low) else np.nan
        else:
            steps, losses = self.curve.get(column, (np.empty(0), np.empty(0)))
            place = int(np.searchsorted(steps, step, "right")) - 1
            if place < 0 or step > steps[-1]:
                return None
            found = float(losses[place])
        return found if np.isfinite(found) else None


def pale(pen: QPen, number: int) -> QPen:
    """Return a pen of that colour for a ghost, whose dash tells it from the other ones."""
    result, colour = QPen(pen), pen.color()
    colour.setAlpha(PALE)
    result.setColor(colour)
    result.setWidthF(min(pen.widthF(), GHOST_WIDTH))
    result.setStyle(STYLES[number % len(STYLES)])
    return result


class GhostLayer(pg.GraphicsObject):  # type: ignore[misc]
    """Draws pale lines somewhere in the plot, once."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[Floats, Floats, QPen]] = []
        self._sheet = Sheet()
        self.hide()

    def show_lines(self, lines: Sequence[tuple[Floats, Floats, QPen]]) -> None:
        """Draw other lines: places across and up, shape (n,) each, and a pen."""
        self.lines = list(lines)
        self.setVisible(bool(lines))
        self._sheet.forget()
        self.update()

    @override
    def boundingRect(self) -> QRectF:
        box = self.getViewBox()
        return QRectF(box.viewRect()) if box is not None else QRectF()

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        if self.lines:
            self._sheet.paint(painter, self.boundingRect(), self._draw)

    def _draw(self, painter: QPainter) -> None:
        for across, up, pen in self.lines:
            painter.setPen(pen)
            pairs = zip(across.tolist(), up.tolist(), strict=True)
            painter.drawPolyline(QPolygonF([QPointF(*pair) for pair in pairs]))
