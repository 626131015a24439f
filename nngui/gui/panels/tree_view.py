"""The lines of a run, drawn as a small tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nngui.gui.style.labels import show_tip
from nngui.gui.style.theme import BASE_PX, LIGHT, type_px

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from nngui.gui.style.theme import Colours

ROW = 15  # pixels
WIDTH = 142  # pixels
BRANCHES, GAP = 84.0, 6.0  # pixels: of the tree itself, and up to the figures
MAX_ROWS = 6  # lines that are drawn; a menu has them all


@dataclass(frozen=True)
class TreeLine:
    """A line of a run.

    Attributes
    ----------
    id : int
    parent : int or None
        The line that it left; None where it began at step 0.
    since, steps : int
        The steps that both have in common, and all of its own.
    label : str
        What is different in it.
    figure : str
        The loss that it came to, in few digits; empty where it has none.
    is_now : bool
        Whether it is the one that goes on.
    """

    id: int
    parent: int | None
    since: int
    steps: int
    label: str
    figure: str
    is_now: bool


def in_order(lines: Sequence[TreeLine]) -> list[TreeLine]:
    """Return lines as a tree is read: each below the one that it left, the older ones first."""
    known = {line.id for line in lines}
    found: list[TreeLine] = []

    def add(parent: int | None) -> None:
        for line in sorted(lines, key=lambda one: one.id):
            above = line.parent if line.parent in known else None
            if above == parent and line not in found:
                found.append(line)
                add(line.id)

    add(None)
    return found


def stem_of(line: TreeLine, lines: Sequence[TreeLine]) -> int | None:
    """Return the id of the line on which a line's first step lies; None for one from step 0.

    The line that it left may have begun later itself: then it is the one that this one left.
    """
    known = {one.id: one for one in lines}
    above = None if line.parent is None else known.get(line.parent)
    while above is not None and above.parent in known and above.since >= line.since:
        above = known[above.parent]
    return None if above is None else above.id


class TreeView(QWidget):
    """Draws the tree: steps to the right, a row for each line, what it came to behind it.

    Signals
    -------
    chosen : int
        The user wants to go on with this line.
    menu_requested : int, QPoint
        The user wants to see what can be done with it, at this place of the screen.
    """

    chosen = Signal(int)
    menu_requested = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[TreeLine] = []
        self._hidden = 0
        self._marked = 0  # the row that the keyboard is at
        self._compared: int | None = None
        self._theme = LIGHT
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Branches of this run"))

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_lines(self, lines: Sequence[TreeLine], compared: int | None) -> None:
        """Draw these lines; of many, those around the one that goes on."""
        rows = in_order(lines)
        now = next((place for place, line in enumerate(rows) if line.is_now), 0)
        first = min(max(now - MAX_ROWS // 2, 0), max(len(rows) - MAX_ROWS, 0))
        self.rows = rows[first : first + MAX_ROWS]
        self._hidden = len(rows) - len(self.rows)
        self._marked, self._compared = now - first, compared
        self.setFixedHeight(ROW * len(self.rows) + (ROW if self._hidden else 0))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(WIDTH, self.height())

    # How it is drawn -----------------------------------------------------------------------------

    def _across(self, step: int) -> float:
        longest = max((line.steps for line in self.rows), default=1)
        return 5 + (BRANCHES - 10) * step / max(longest, 1)

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont()
        font.setPixelSize(type_px(BASE_PX - 2))
        painter.setFont(font)
        places: dict[int | None, int] = {line.id: at for at, line in enumerate(self.rows)}
        for place, line in enumerate(self.rows):
            self._draw(painter, line, place, places.get(stem_of(line, self.rows)))
        if self._hidden:
            room = QRectF(0, ROW * len(self.rows), self.width(), ROW)
            painter.setPen(QColor(self._theme.muted))
            text = self.tr("{n} more …").format(n=self._hidden)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        if self.hasFocus() and self.rows:
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            frame = QRectF(0.5, self._marked * ROW + 0.5, self.width() - 1, ROW - 1)
            painter.drawRoundedRect(frame, 3, 3)

    def _draw(self, painter: QPainter, line: TreeLine, place: int, above: int | None) -> None:
        colour = QColor(self._theme.accent if line.is_now else self._theme.muted)
        y = place * ROW + ROW / 2
        left, right = self._across(line.since), self._across(line.steps)
        painter.setPen(QPen(colour, 2.0 if line.is_now else 1.25))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if above is not None and above < place:
            painter.drawLine(QPointF(left, above * ROW + ROW / 2), QPointF(left, y))
        painter.drawLine(QPointF(left, y), QPointF(max(right, left + 3), y))
        painter.setBrush(colour if line.is_now else QColor(self._theme.surface))
        painter.drawEllipse(QPointF(max(right, left + 3), y), 3.5, 3.5)
        painter.setPen(QColor(self._theme.text if line.is_now else self._theme.muted))
        room = QRectF(BRANCHES + GAP, place * ROW, self.width() - BRANCHES - GAP - 2, ROW)
        mark = "╌ " if line.id == self._compared else ""
        words = QFontMetricsF(painter.font()).elidedText(
            mark + line.figure, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)

    # What the user does --------------------------------------------------------------------------

    def _line_at(self, place: QPointF | QPoint) -> TreeLine | None:
        row = int(place.y() // ROW)
        return self.rows[row] if 0 <= row < len(self.rows) else None

    def told(self, line: TreeLine) -> str:
        """Return what a tip says of a line."""
        since = self.tr("Branch from step {step}").format(step=f"{line.since:,}")
        parts = [self.tr("From the beginning") if line.parent is None else since]
        parts += [line.label] if line.label else []
        parts.append(self.tr("{n} steps").format(n=f"{line.steps:,}"))
        parts += [self.tr("loss {value}").format(value=line.figure)] if line.figure else []
        head = " · ".join(parts)
        if line.is_now:
            return "\n".join([head, self.tr("This line goes on.")])
        return "\n".join([head, self.tr("Click to go on with it; its menu compares.")])

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            line = self._line_at(event.pos())
            show_tip(event.globalPos(), self.told(line) if line else "", self)
            return True
        return bool(super().event(event))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        line = self._line_at(event.position())
        if line is None:
            self.menu_requested.emit(-1, event.globalPosition().toPoint())
        elif not line.is_now:
            self.chosen.emit(line.id)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        line = self._line_at(event.position())
        shape = Qt.CursorShape.PointingHandCursor
        self.setCursor(shape if line is None or not line.is_now else Qt.CursorShape.ArrowCursor)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        line = self._line_at(event.pos()) if by_mouse else self.rows[self._marked]
        self.menu_requested.emit(line.id if line else -1, event.globalPos())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            walk = -1 if key is Qt.Key.Key_Up else 1
            self._marked = min(max(self._marked + walk, 0), len(self.rows) - 1)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.rows:
            if not self.rows[self._marked].is_now:
                self.chosen.emit(self.rows[self._marked].id)
        else:
            super().keyPressEvent(event)
