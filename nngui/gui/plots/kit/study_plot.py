"""What the plots of several runs that are compared share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Signal, Slot
from typing_extensions import override

from nngui.gui.plots.kit.axes import DASH, CalmPlot, LogAxis

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nngui.gui.style.theme import Colours


class StudyPlot(CalmPlot):
    """Losses against one of `losses.AXES`: a hint while it is empty, a read-out under the mouse.

    Signals
    -------
    read : float or None
        The place on the horizontal axis under the mouse, in its own unit.
    """

    read = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = "step"
        self._marker = pg.InfiniteLine(angle=90, movable=False)
        self._marker.hide()
        self.addItem(self._marker)
        self._hint = pg.TextItem(anchor=(0.5, 0.5))
        self.addItem(self._hint, ignoreBounds=True)
        self.set_left_axis(LogAxis("left"))
        self.hovered.connect(self._on_hovered)

    # What a class of it fills in -----------------------------------------------------------------

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read off."""
        raise NotImplementedError

    def losses_at(self, place: float) -> dict[str, float]:
        """Return the losses at a place of the horizontal axis, by name, where there are any."""
        raise NotImplementedError

    def unit_at(self, x: float) -> float:
        """Return the steps, epochs or seconds at a coordinate of the plot."""
        return x

    def draw_next(self) -> bool:
        """Draw what is due next; return whether there was anything.

        A plot of which all is drawn at once has nothing to do here.
        """
        return False

    # What they share -----------------------------------------------------------------------------

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self._hint.setColor(theme.muted)
        self._marker.setPen(self.pen(theme.muted, 1, DASH))

    def show_hint(self, text: str) -> None:
        """Say in the middle of the empty plot what will appear and how to start."""
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        self._hint.setText(text)
        self._hint.setPos((left + right) / 2, (bottom + top) / 2)
        self._hint.setVisible(bool(text))

    @Slot(str)
    def set_axis(self, axis: str) -> None:
        """Count the horizontal by one of `losses.AXES`."""
        self.axis = axis
        self._marker.hide()

    @Slot(object)
    def _on_hovered(self, place: QPointF | None) -> None:
        if place is None or self.is_empty:
            self._marker.hide()
            self.read.emit(None)
            return
        self._marker.setValue(place.x())
        self._marker.show()
        self.read.emit(self.unit_at(place.x()))
