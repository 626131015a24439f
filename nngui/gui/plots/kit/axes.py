"""Axes and ranges that stay calm: nothing jumps with every frame."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QMouseEvent, QPen
from PySide6.QtWidgets import QGraphicsItem
from typing_extensions import override

from nngui.gui.style.labels import escaped
from nngui.gui.style.theme import BASE_PX, LIGHT, Colours, type_px

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget


HALF_LABEL = 7  # pixels above the plot: the uppermost label is centred on the plot's edge
LEFT_WIDTH = 56  # pixels, fixed: the plot does not move with its labels


def round_up(value: float) -> float:
    """Return the next of 1, 2, 5, 10, 20, 50, ... that is not less than a positive value."""
    decade = 10.0 ** math.floor(math.log10(value))
    return next(step * decade for step in (1, 2, 5, 10) if step * decade >= value * (1 - 1e-9))


def round_down(value: float) -> float:
    """Return the last of ..., 0.1, 0.2, 0.5, 1, ... that is not more than a positive value."""
    decade = 10.0 ** math.floor(math.log10(value))
    return next(step * decade for step in (5, 2, 1) if step * decade <= value * (1 + 1e-9))


def padded(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """Return a range with some room at both ends; never an empty one."""
    room = (high - low) * share or max(abs(low), 1.0) * share
    return low - room, high + room


def tick_text(value: float) -> str:
    """Return a short label: 0.01, 1, 1,000, 2e6."""
    if 1e-4 <= abs(value) < 1e6 or value == 0:
        return f"{value:,.10g}"
    digits, _, exponent = f"{value:.0e}".partition("e")
    return f"{digits}e{int(exponent)}"


class LogAxis(pg.AxisItem):  # type: ignore[misc]
    """Labels log10 values by decades, with 2 and 5 where they fit."""

    @override
    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        decades = range(math.floor(low), math.ceil(high) + 1)
        room = size / max(high - low, 1e-9)  # pixels a decade
        wide = 22 if self.orientation in ("left", "right") else 56  # pixels that a label takes
        every = max(1, math.ceil(wide / room))
        parts = (1, 2, 5) if room >= (2.3 if wide == 22 else 3.4) * wide else (1,)
        values = [d + math.log10(part) for d in decades if d % every == 0 for part in parts]
        return [(1.0, [value for value in values if low - 1e-9 <= value <= high + 1e-9])]

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [tick_text(float(f"{10**value:.1g}")) for value in values]


class TidyAxis(pg.AxisItem):  # type: ignore[misc]
    """Labels in few characters, none over its neighbour: 0.25, 1,500, 1.5e6."""

    @override
    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        levels: list[tuple[float, list[float]]] = super().tickValues(low, high, size)
        if self.orientation in ("left", "right"):
            return levels
        metrics = QFontMetricsF(self.style["tickFont"] or QFont())
        kept: list[tuple[float, list[float]]] = []
        for spacing, values in levels:
            texts = self.tickStrings(list(values), 1.0, spacing)
            widest = max(map(metrics.horizontalAdvance, texts), default=0.0)
            room = size * spacing / max(high - low, 1e-300)
            if room < widest + 8:
                every = math.ceil((widest + 8) / max(room, 1e-9))
                wide = [value for value in values if round(value / spacing) % every == 0]
                return kept or [(spacing * every, wide)]
            kept.append((spacing, values))
        return kept

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [self._text(value * scale, spacing * scale) for value in values]

    def _text(self, value: float, spacing: float) -> str:
        if abs(value) < spacing * 1e-6:
            return "0"
        size, finest = math.floor(math.log10(abs(value))), math.floor(math.log10(spacing))
        if -4 <= size < 6 and finest >= -5:
            return tick_text(round(value, 6))
        digits, _, exponent = f"{value:.{min(max(size - finest, 0), 6)}e}".partition("e")
        return f"{digits}e{int(exponent)}"


class CalmPlot(pg.PlotWidget):  # type: ignore[misc]
    """A plot without box, menu, panning or zooming: its range is set by its data alone.

    Signals
    -------
    hovered : QPointF or None
        Where the mouse is, in the plot's coordinates.
    resized
        There is another size to lay the parts out in. Qt resizes a plot while it is made and when
        it goes: then there is nothing to lay out, and nobody is told.
    """

    hovered = Signal(object)
    resized = Signal()
    label_room: ClassVar[dict[str, int]] = {}
    """By axis, by how many pixels a label at its very end may reach out of it."""

    def __init__(self, parent: QWidget | None = None, **options: object) -> None:
        super().__init__(parent, background=None, **options)
        self.theme = LIGHT
        self._thickness = 1.0
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.layout.setContentsMargins(1, HALF_LABEL, 1, 1)
        self.setMouseEnabled(x=False, y=False)
        self.setMouseTracking(True)
        self.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        self.getViewBox().setDefaultPadding(0)
        self._style_axis("bottom")
        self._style_axis("left")

    def _style_axis(self, name: str) -> None:
        font = QFont()
        font.setPixelSize(type_px(BASE_PX - 1))
        axis = self.getPlotItem().getAxis(name)
        axis.setStyle(tickFont=font, tickLength=0, tickTextOffset=6)
        axis.enableAutoSIPrefix(False)
        axis.setCacheMode(STILL)
        if name in self.label_room:
            axis.setStyle(hideOverlappingLabels=self.label_room[name])
        if name == "left":
            axis.setWidth(type_px(LEFT_WIDTH))
        self.getPlotItem().showGrid(x=True, y=True, alpha=0.12)

    def set_left_axis(self, axis: pg.AxisItem) -> None:
        """Count the vertical another way."""
        self.getPlotItem().setAxisItems({"left": axis})
        self._style_axis("left")

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.theme = theme
        self.setBackground(theme.surface)
        for name in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(name)
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.muted))

    def set_axis_names(self, bottom: str, left: str) -> None:
        """Name the axes; empty names take no room."""
        for place, name in (("bottom", bottom), ("left", left)):
            axis = self.getPlotItem().getAxis(place)
            axis.showLabel(bool(name))
            if name:
                axis.setLabel(escaped(name))  # pyqtgraph takes it for markup
            if place == "left":
                axis.setWidth(type_px(LEFT_WIDTH + (20 if name else 0)))

    def set_thickness(self, factor: float) -> None:
        """Draw lines so many times as thick: pens count device pixels, also of a large picture."""
        self._thickness = factor
        self.set_theme(self.theme)

    @property
    def thickness(self) -> float:
        """How many times as thick as usual lines are drawn."""
        return self._thickness

    def take_type(self) -> None:
        """Take the size that the program's type has now."""
        for name in ("bottom", "left"):
            axis = self.getPlotItem().getAxis(name)
            font = QFont()
            font.setPixelSize(type_px(BASE_PX - 1))
            axis.setStyle(tickFont=font)
            axis.label.setFont(font)
        left = self.getPlotItem().getAxis("left")
        left.setWidth(type_px(LEFT_WIDTH + (20 if left.label.isVisible() else 0)))

    def pen(self, colour: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        """Return a pen of this plot's thickness; `width` is in pixels."""
        return QPen(pg.mkPen(colour, width=width * self._thickness, style=style))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.getPlotItem() is not None:  # a closed plot has none
            self.resized.emit()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        inside = self.getViewBox().sceneBoundingRect().contains(event.position())
        self.hovered.emit(self.in_plot(event.position()) if inside else None)

    @override
    def leaveEvent(self, event: object) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    def in_plot(self, position: QPointF) -> QPointF:
        """Return a widget position in the plot's coordinates."""
        return QPointF(self.getViewBox().mapSceneToView(position))

    def pixels(self) -> tuple[float, float]:
        """Return how wide and high the plot's area is, in pixels."""
        box = self.getViewBox()
        return max(float(box.width()), 1.0), max(float(box.height()), 1.0)


SOLID, DASH = Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine
STYLES = (SOLID, DASH, Qt.PenStyle.DashDotLine, Qt.PenStyle.DotLine)  # by turns, one a line
# What seldom changes is painted once and then copied. Axes and grid alone cost 4 ms a frame else,
# a third of the time that the training would have (tests/benchmarks/live.py shows the difference).
STILL = QGraphicsItem.CacheMode.DeviceCoordinateCache
