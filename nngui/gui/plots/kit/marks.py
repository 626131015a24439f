"""What stands along a timeline: its cursor, flags where something was edited, other marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem
from typing_extensions import override

from nngui.gui.style.theme import BASE_PX, LIGHT, OKABE_ITO, Colours, type_px

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

HANDLE = 6.0  # pixels: half the width of the cursor's handle, and its height
GRIP = 7.0  # pixels beside the cursor from which it is taken hold of
PENNANT = QRectF(-13.0, 0.0, 13.0, 10.0)  # of a flag, from where its pole ends
NEAR = 15.0  # pixels between flags, below which they are one
TOLD = 8  # edits of one flag that its tip tells
MARK = 8.0  # pixels that a mark on the axis takes
BEST = OKABE_ITO[3]


@dataclass(frozen=True)
class Flag:
    """Something was edited there.

    Attributes
    ----------
    step : int
        How many steps had been taken then.
    text : str
        What was edited, in words.
    short : str
        The same in very few words, to stand beside the flag where there is room.
    """

    step: int
    text: str
    short: str = ""


@dataclass(frozen=True)
class Mark:
    """A place on the step axis: the best weights, or the ending."""

    step: int
    text: str
    kind: Literal["best", "end"]


@dataclass(frozen=True)
class FlagGroup:
    """Flags that stand so close that they are drawn as one, and where that is, in pixels."""

    place: float
    flags: tuple[Flag, ...]


def grouped(flags: Sequence[Flag], places: Sequence[float]) -> list[FlagGroup]:
    """Return flags, ascending by their places in pixels, with those that are close as one.

    The one that came last among them has the place.
    """
    groups: list[FlagGroup] = []
    for flag, place in zip(flags, places, strict=True):
        if groups and place - groups[-1].place < NEAR:
            groups[-1] = FlagGroup(groups[-1].place, (*groups[-1].flags, flag))
        else:
            groups.append(FlagGroup(place, (flag,)))
    return groups


def _font() -> QFont:
    font = QFont()
    font.setPixelSize(type_px(BASE_PX - 2))
    return font


class MarkLayer(QGraphicsItem):
    """Draws flags and marks, in pixels of the view."""

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[FlagGroup] = []
        self.marks: list[tuple[float, Mark]] = []
        self._area = QRectF()
        self._theme = LIGHT
        self.setZValue(5)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def arrange(
        self, area: QRectF, groups: list[FlagGroup], marks: list[tuple[float, Mark]]
    ) -> None:
        """Draw these: groups and marks at their places, in an area of the view."""
        if area != self._area:
            self.prepareGeometryChange()
            self._area = QRectF(area)
        if groups != self.groups or marks != self.marks:
            self.groups, self.marks = groups, marks
        self.update()

    def group_at(self, place: QPointF) -> FlagGroup | None:
        """Return the flags whose pennant is at a place of the view."""
        for group in self.groups:
            pennant = PENNANT.translated(group.place, self._area.top())
            if pennant.adjusted(-2, -6, 4, 4).contains(place):
                return group
        return None

    def mark_at(self, place: QPointF) -> Mark | None:
        """Return the mark at a place of the view."""
        if not self._area.bottom() - 2 * MARK <= place.y() <= self._area.bottom() + 2:
            return None
        return next((mark for x, mark in self.marks if abs(x - place.x()) <= MARK), None)

    @override
    def boundingRect(self) -> QRectF:
        return self._area.adjusted(-MARK, -2, MARK, 2)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(_font())
        free = self._area.left()  # up to where there are words
        for number, group in enumerate(self.groups):
            ahead = self.groups[number + 1 :]
            end = ahead[0].place + PENNANT.left() if ahead else self._area.right()
            free = self._draw_group(painter, group, free, end)
        for x, mark in self.marks:
            self._draw_mark(painter, x, mark)

    def _draw_group(self, painter: QPainter, group: FlagGroup, free: float, end: float) -> float:
        """Draw flags that stand as one; return up to where there are words."""
        colour = QColor(self._theme.flag)
        x, top = group.place, self._area.top()
        painter.setPen(QPen(colour, 1.5))
        painter.drawLine(QPointF(x, top), QPointF(x, self._area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        pennant = PENNANT.translated(x, top)
        tip = QPointF(pennant.left(), pennant.center().y())
        painter.drawPolygon(QPolygonF([pennant.topRight(), tip, pennant.bottomRight()]))
        # Beside it the edit, or how many they are: at the left as in a margin, else at the right.
        words = group.flags[0].short if len(group.flags) == 1 else f"{len(group.flags)}"
        width = QFontMetricsF(painter.font()).horizontalAdvance(words)
        left = pennant.left() - 4 - width
        if left < free + 4:
            left = x + 5
        if not words or left + width > end:
            return max(free, x)
        painter.setPen(colour)
        room = QRectF(left, pennant.top() - 3, width + 2, pennant.height() + 6)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        return max(x, left + width)

    def _draw_mark(self, painter: QPainter, x: float, mark: Mark) -> None:
        bottom = self._area.bottom()
        painter.setPen(Qt.PenStyle.NoPen)
        if mark.kind == "best":
            painter.setBrush(QColor(BEST))
            low = bottom - 0.5
            corners = [QPointF(x - 5, low), QPointF(x + 5, low), QPointF(x, low - MARK)]
            painter.drawPolygon(QPolygonF(corners))
            return
        painter.setBrush(QColor(self._theme.muted))
        painter.drawRect(QRectF(x - 3.5, bottom - MARK, 7, MARK - 0.5))


class Cursor(QGraphicsItem):
    """The step that is shown: a line with a handle above, and a dot on each curve.

    It moves alone: its own narrow strip is all that is painted then. While the run is shown as it
    stands now there is no line, only a pale handle to take hold of.
    """

    def __init__(self) -> None:
        super().__init__()
        self._height = 0.0
        self._live = True
        self._dots: list[tuple[float, QColor]] = []
        self._theme, self._thickness = LIGHT, 1.0
        self.setZValue(8)
        self.hide()

    def set_theme(self, theme: Colours, thickness: float) -> None:
        """Take the colours of a theme, and how many times as thick as usual lines are."""
        self._theme, self._thickness = theme, thickness
        self.update()

    def stand(
        self, place: QPointF, height: float, dots: list[tuple[float, QColor]], *, live: bool
    ) -> None:
        """Stand there: `place` is its upper end; dots are so far below it, in pixels."""
        if height != self._height:
            self.prepareGeometryChange()
            self._height = height
        if (live, dots) != (self._live, self._dots):
            self._live, self._dots = live, dots
            self.update()
        self.setPos(place)
        self.show()

    @override
    def boundingRect(self) -> QRectF:
        side = HANDLE + 4
        return QRectF(-side, -side, 2 * side, self._height + side)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corners = [QPointF(-HANDLE, -HANDLE), QPointF(HANDLE, -HANDLE), QPointF(0, HANDLE - 1)]
        if self._live:
            painter.setPen(QPen(QColor(self._theme.muted), 1))
            painter.setBrush(QColor(self._theme.surface))
            painter.drawPolygon(QPolygonF(corners))
            return
        colour = QColor(self._theme.curve)
        painter.setPen(QPen(colour, 1.5 * self._thickness))
        painter.drawLine(QPointF(0, 0), QPointF(0, self._height))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF(corners))
        painter.setPen(QPen(QColor(self._theme.surface), 1))
        for y, dot in self._dots:
            painter.setBrush(dot)
            painter.drawEllipse(QPointF(0, y), 4.5, 4.5)
