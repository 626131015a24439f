"""What the plots of an evaluation share: legend, hint, read-out, keys, ranges that jump."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPen
from typing_extensions import override

from nngui.gui.plots.kit.axes import HALF_LABEL, CalmPlot, TidyAxis
from nngui.gui.plots.kit.legend import Legend

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.gui.plots.kit.legend import LegendEntry
    from nngui.gui.style.theme import Colours

ROOMY = (330, 210)  # pixels from which on the axes have names
PATIENCE = 60  # draws that would do with a smaller range before it is taken: about a second
STEPS = {  # how far an arrow key goes among what can be read off
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10,
    Qt.Key.Key_PageUp: 10,
    Qt.Key.Key_Home: -(10**9),
    Qt.Key.Key_End: 10**9,
}
LARGEST = 1e100  # beyond it the screen's arithmetic overflows
NARROWEST = 1e-30  # of a range: pyqtgraph divides by it, and Qt crashes
TAKE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


def drawable(values: Floats) -> NDArray[np.bool_]:
    """Return which values are numbers that can be drawn."""
    with np.errstate(invalid="ignore"):
        known: NDArray[np.bool_] = np.abs(values) < LARGEST  # NaN is not
    return known


class StickyRange:
    """A range that grows at once, and shrinks only when it was too large for a while.

    Parameters
    ----------
    rounded : callable
        Returns a range for the values from `low` to `high`; in steps, so that it seldom changes.
    """

    def __init__(self, rounded: Callable[[float, float], tuple[float, float]]) -> None:
        self._rounded = rounded
        self.now: tuple[float, float] | None = None
        self._too_large = 0

    def take(self, low: float, high: float) -> tuple[float, float]:
        """Return the range for the values that are drawn now."""
        low, high = self._rounded(low, high)
        self._too_large += 1
        if self.now is None or self._too_large > PATIENCE:
            self.now = (low, high)
        wanted = (min(low, self.now[0]), max(high, self.now[1]))
        if wanted != self.now or self.now == (low, high):
            self._too_large = 0
        self.now = wanted
        return wanted


class Chart(CalmPlot):
    """A plot with a legend above it, a tip beside what is read off, and a hint while empty.

    A class of it says what can be read off: `read_at` by the mouse, `walk` by the arrow keys, and
    `show_tip` tells it; `take` is Enter, `click_at` a click.
    """

    # By half; the margins have room for it.
    label_room: ClassVar[dict[str, int]] = {"left": HALF_LABEL + 2, "bottom": 2 * HALF_LABEL + 2}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, axisItems={"left": TidyAxis("left"), "bottom": TidyAxis("bottom")})
        self._names = ("", "")
        self._entries: tuple[LegendEntry, ...] = ()
        self.legend = Legend()
        layout = self.getPlotItem().layout
        layout.setContentsMargins(1, HALF_LABEL, HALF_LABEL, 1)
        layout.removeItem(self.getPlotItem().titleLabel)
        layout.addItem(self.legend, 0, 0, 1, 2)
        self.hint = pg.TextItem(anchor=(0.5, 0.5))
        self.tip = pg.TextItem(anchor=(0, 1))
        self.tip.setZValue(20)
        self.tip.hide()
        for item in (self.hint, self.tip):
            self.addItem(item, ignoreBounds=True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hovered.connect(self._on_hovered)
        self.resized.connect(self._make_room)

    # What a chart fills in -----------------------------------------------------------------------

    def read_at(self, place: QPointF | None) -> None:
        """Tell what is at a place of the plot; None: the mouse has left."""

    def walk(self, steps: int) -> None:
        """Go on by so many of what can be read off, and tell it."""

    def take(self) -> None:
        """Choose what is told."""

    def click_at(self, place: QPointF) -> None:
        """Choose what is at a place of the plot."""

    # Colours, names, legend ----------------------------------------------------------------------

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self.legend.set_theme(theme)
        self.hint.setColor(theme.muted)
        self.hint.fill = pg.mkBrush(theme.surface)
        self.tip.setColor(theme.text)
        self.tip.fill = pg.mkBrush(theme.raised)
        self.tip.border = pg.mkPen(theme.line)

    def name_axes(self, bottom: str, left: str) -> None:
        """Name the axes, where there is room for it."""
        self._names = (bottom, left)
        self._make_room()

    def set_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Say what is what; nothing takes no room."""
        self._entries = tuple(entries)
        self._make_room()

    @Slot()
    def _make_room(self) -> None:
        roomy = self.width() >= ROOMY[0] and self.height() >= ROOMY[1]
        metrics, sizes = self.fontMetrics(), (self.width() - 100, self.height() - 80)
        self.set_axis_names(
            *(
                metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, size) if roomy else ""
                for name, size in zip(self._names, sizes, strict=True)
            )
        )
        left = self.getPlotItem().getAxis("left").width()
        lines = max(min(int(self.height() / 70), 4), 1)
        height = self.legend.arrange(self._entries, left, self.width() - 6.0, lines)
        layout = self.getPlotItem().layout
        layout.setRowFixedHeight(0, height)
        layout.activate()
        self._place_hint()

    # The hint and the tip ------------------------------------------------------------------------

    def show_hint(self, text: str) -> None:
        """Say in the middle of the empty plot what will appear and how to start."""
        self.hint.setText(text)
        self.hint.setVisible(bool(text))
        self._place_hint()

    def _place_hint(self) -> None:
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        self.hint.setTextWidth(max(self.pixels()[0] - 20, 60))
        option = self.hint.textItem.document().defaultTextOption()
        option.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.hint.textItem.document().setDefaultTextOption(option)
        self.hint.setPos((left + right) / 2, (bottom + top) / 2)

    def show_tip(self, text: str, x: float, y: float) -> None:
        """Tell something beside a place of the plot, on the side where there is room."""
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        x, y = min(max(x, left), right), min(max(y, bottom), top)
        across, up = (x - left) / (right - left), (y - bottom) / (top - bottom)
        if text != self.tip.toPlainText():
            self.tip.setText(text)
            self.tip.setTextWidth(-1)
            if self.tip.textItem.boundingRect().width() > self.pixels()[0]:
                self.tip.setTextWidth(self.pixels()[0])
            self.setAccessibleDescription(text)
        wide, high = self.pixels()
        size = self.tip.textItem.boundingRect()
        # In pixels: 12 beside the place, but never out of the plot.
        dx = -size.width() - 12 if across > 0.5 else 12.0
        dx = min(max(dx, -across * wide), (1 - across) * wide - size.width())
        dy = -size.height() - 6 if up < 0.5 else 6.0
        dy = min(max(dy, -(1 - up) * high), up * high - size.height())
        self.tip.setAnchor((-dx / max(size.width(), 1), -dy / max(size.height(), 1)))
        self.tip.setPos(x, y)
        self.tip.setVisible(True)  # pyqtgraph's own: after show() its scale would be an old one

    def hide_tip(self) -> None:
        """Tell nothing."""
        self.tip.hide()

    # Mouse, keys, focus --------------------------------------------------------------------------

    @Slot(object)
    def _on_hovered(self, place: QPointF | None) -> None:
        self.read_at(place)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        event.accept()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        event.accept()
        inside = self.getViewBox().sceneBoundingRect().contains(event.position())
        if inside and event.button() is Qt.MouseButton.LeftButton:
            self.click_at(self.in_plot(event.position()))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in STEPS:
            self.walk(STEPS[key])
        elif key in TAKE:
            self.take()
        else:
            super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    @override
    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        if self.hasFocus():
            painter.resetTransform()
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))

    def set_ranges(self, across: tuple[float, float], up: tuple[float, float]) -> None:
        """Set both ranges, if they differ: making an axis' labels is dear."""
        across, up = _wide_enough(*across), _wide_enough(*up)
        if self.getViewBox().viewRange() != [list(across), list(up)]:
            self.setRange(xRange=across, yRange=up, padding=0)
            self._place_hint()


def _wide_enough(low: float, high: float) -> tuple[float, float]:
    least = max(NARROWEST, 1e-9 * max(abs(low), abs(high)))
    return (low, high) if high - low >= least else (low - least / 2, high + least / 2)
