"""What is what in a plot: a swatch and a name for each, in as many lines as they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyqtgraph as pg
from pyqtgraph.graphicsItems.ScatterPlotItem import drawSymbol
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from typing_extensions import override

from nngui.gui.style.labels import set_tip
from nngui.gui.style.theme import BASE_PX, LIGHT, Colours, type_px

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QGraphicsSceneHoverEvent, QStyleOptionGraphicsItem, QWidget

LINE = 17.0  # pixels from one line to the next
SWATCH, GAP, BETWEEN = 20.0, 5.0, 14.0  # pixels: of a line's swatch, before a name, after it
MAX_NAME = 150.0  # pixels; a longer name is elided in its middle


@dataclass(frozen=True)
class LegendEntry:
    """A name in the legend, and how the thing is drawn: as a marker, a line, or neither."""

    name: str
    colour: str = ""
    marker: str = ""
    style: Qt.PenStyle = Qt.PenStyle.NoPen
    width: float = 1.5

    @property
    def swatch(self) -> float:
        """How many pixels its swatch takes, with the gap after it."""
        if self.marker:
            return 8.0 + GAP
        return SWATCH + GAP if self.style is not Qt.PenStyle.NoPen else 0.0


class Legend(pg.GraphicsWidget):  # type: ignore[misc]
    """A line above the plot, or some: names that have no room are left to their tooltip.

    Attributes
    ----------
    shown : list of (QRectF, LegendEntry, str)
        What is painted: where, what, and the text that there is room for.
    """

    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[LegendEntry, ...] = ()
        self.shown: list[tuple[QRectF, LegendEntry, str]] = []
        self._theme = LIGHT
        self._font = QFont()
        self._font.setPixelSize(type_px(BASE_PX - 1))
        self.setAcceptHoverEvents(True)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def arrange(
        self, entries: Sequence[LegendEntry], indent: float, width: float, most_lines: int
    ) -> float:
        """Lay the entries out in a width; return the height they take.

        They begin at the plot's left edge if they all find room there, else further left. Where
        they don't fit into so many lines, the last one says how many more there are.
        """
        self.entries = tuple(entries)
        lines = self._lay_out(indent, width, most_lines)
        if [entry for _, entry, _ in self.shown] != list(entries):
            lines = self._lay_out(2.0, width, most_lines)
        self.update()
        return lines * LINE + 3 if entries else 0.0

    def _lay_out(self, indent: float, width: float, most_lines: int) -> int:
        self.shown = []
        metrics = QFontMetricsF(self._font)
        left, line = indent, 0
        for number, entry in enumerate(self.entries):
            more = f"+{len(self.entries) - number}"
            last = line == most_lines - 1 and number < len(self.entries) - 1
            spare = metrics.horizontalAdvance(more) + BETWEEN if last else 0.0
            room = width - indent - entry.swatch
            room = min(MAX_NAME, room) if entry.swatch else room
            text = metrics.elidedText(entry.name, Qt.TextElideMode.ElideMiddle, max(room, 0.0))
            size = entry.swatch + metrics.horizontalAdvance(text)
            if left > indent and left + size + spare > width:
                if line == most_lines - 1:
                    place = QRectF(left, line * LINE, metrics.horizontalAdvance(more), LINE)
                    rest = "\n".join(entry.name for entry in self.entries[number:])
                    self.shown.append((place, LegendEntry(rest), more))
                    break
                left, line = indent, line + 1
            self.shown.append((QRectF(left, line * LINE, size, LINE), entry, text))
            left += size + BETWEEN
        return line + 1

    @property
    def texts(self) -> list[str]:
        """What can be read."""
        return [text for _, _, text in self.shown]

    def at(self, place: QPointF) -> str:
        """Return the whole name of what is at a place; "" where there is nothing."""
        return next((entry.name for where, entry, _ in self.shown if where.contains(place)), "")

    @override
    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        set_tip(self, self.at(event.pos()))

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.setFont(self._font)
        for place, entry, text in self.shown:
            self._draw_swatch(painter, place, entry)
            painter.setPen(QColor(self._theme.text if entry.swatch else self._theme.muted))
            words = place.adjusted(entry.swatch, 0, BETWEEN, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_swatch(self, painter: QPainter, place: QRectF, entry: LegendEntry) -> None:
        painter.save()
        middle = place.center().y()
        if entry.marker:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(place.left() + 4, middle)
            colour = QColor(entry.colour)
            drawSymbol(painter, entry.marker, 8, QPen(Qt.PenStyle.NoPen), pg.mkBrush(colour))
        elif entry.style is not Qt.PenStyle.NoPen:
            painter.setPen(QPen(QColor(entry.colour), entry.width, entry.style))
            start = QPointF(place.left(), middle)
            painter.drawLine(start, start + QPointF(SWATCH, 0))
        painter.restore()
