"""Dots that move with every frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from typing_extensions import override

if TYPE_CHECKING:
    from nngui.core.arrays import Floats


class MovingDots(pg.ScatterPlotItem):  # type: ignore[misc]
    """Dots of one look; moving 3,000 of them takes 2 ms a frame, not 7 as with `setData`.

    Their number and look are set by `setData` once. A place that is not a number is not drawn.
    """

    def move_to(self, x: Floats, y: Floats) -> None:
        """Move each dot, shapes (n,) with n as in the last `setData`."""
        self.data["x"], self.data["y"] = x, y
        self.update()

    @override
    def boundingRect(self) -> QRectF:
        """Return the whole plot: finding the dots' own bounds is dear, and fails without any."""
        box = self.getViewBox()
        return super().boundingRect() if box is None else QRectF(box.viewRect())

    @override
    def mouseClickEvent(self, event: object) -> None:
        """Leave clicks to the plot."""
        event.ignore()  # type: ignore[attr-defined]
