"""Points that a user places, moves and removes with the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from typing_extensions import override

if TYPE_CHECKING:
    from nngui.core.arrays import Floats

NEAR = 10.0  # pixels within which a click means a point
MAX_EDITABLE = 5000
"""How many points can be edited by hand."""


class Dots(pg.ScatterPlotItem):  # type: ignore[misc]
    """Dots that leave clicks to the area they lie in; pyqtgraph's own keep them."""

    @override
    def mouseClickEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]


class EditBox(pg.ViewBox):  # type: ignore[misc]
    """A plot's area in which clicks and drags mean points.

    Signals
    -------
    added : float, float
        Click beside all points: one more, at x and y.
    removed : int
        Right click or Ctrl+click on a point: its index.
    moved : int, float, float, bool
        Drag of a point: its index, where to, and whether it was let go.
    """

    added = Signal(float, float)
    removed = Signal(int)
    moved = Signal(int, float, float, bool)

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.points: Floats = np.empty((0, 2))  # shape (n, 2), in the plot's coordinates
        self.editable = True
        self._dragged: int | None = None

    def nearest(self, place: QPointF) -> int | None:
        """Return the index of the point under the mouse."""
        if not len(self.points):
            return None
        width, height = self.viewPixelSize()
        distances = np.hypot(
            (self.points[:, 0] - place.x()) / width, (self.points[:, 1] - place.y()) / height
        )
        index = int(distances.argmin())
        return index if distances[index] <= NEAR else None

    @override
    def mouseClickEvent(self, event: object) -> None:
        if not self.editable:
            return
        place = self.mapToView(event.pos())  # type: ignore[attr-defined]
        button, keys = event.button(), event.modifiers()  # type: ignore[attr-defined]
        index = self.nearest(place)
        remove = button == Qt.MouseButton.RightButton
        if button == Qt.MouseButton.LeftButton:
            remove = bool(keys & Qt.KeyboardModifier.ControlModifier)
            if not remove and index is None:
                self.added.emit(place.x(), place.y())
        if remove and index is not None:
            self.removed.emit(index)
        event.accept()  # type: ignore[attr-defined]

    @override
    def mouseDragEvent(self, event: object, axis: int | None = None) -> None:
        event.accept()  # type: ignore[attr-defined]
        if not self.editable or event.button() != Qt.MouseButton.LeftButton:  # type: ignore[attr-defined]
            return
        if event.isStart():  # type: ignore[attr-defined]
            self._dragged = self.nearest(self.mapToView(event.buttonDownPos()))  # type: ignore[attr-defined]
        if self._dragged is None:
            return
        place = self.mapToView(event.pos())  # type: ignore[attr-defined]
        done = bool(event.isFinish())  # type: ignore[attr-defined]
        index = self._dragged
        if done:
            self._dragged = None
        self.moved.emit(index, place.x(), place.y(), done)
