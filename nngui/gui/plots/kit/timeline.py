"""A plot whose horizontal is time: a cursor to drag, keys, flags and marks along it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPen
from typing_extensions import override

from nngui.gui.plots.kit.axes import HALF_LABEL, CalmPlot
from nngui.gui.plots.kit.marks import (
    GRIP,
    TOLD,
    Cursor,
    Flag,
    FlagGroup,
    Mark,
    MarkLayer,
    grouped,
)
from nngui.gui.style.labels import show_tip

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.gui.style.theme import Colours

RIGHT_ROOM = 12  # pixels: for half of the cursor's handle, and of the last label
LOWER_EDGE = 12.0  # pixels above the axis from which on a press takes the cursor there
LEFT_BUTTON = Qt.MouseButton.LeftButton
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
WALKS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
LEAPS = {Qt.Key.Key_PageDown: -1, Qt.Key.Key_PageUp: 1}
OURS = {*WALKS, *LEAPS, Qt.Key.Key_Home, Qt.Key.Key_End}
OURS_LOOKING_BACK = {Qt.Key.Key_Space, Qt.Key.Key_Escape}


class MarkedPlot(CalmPlot):
    """A plot with a cursor, flags and marks along its horizontal.

    Signals
    -------
    cursor_moved
        `cursor_step` is another one.
    """

    cursor_moved = Signal()
    label_room: ClassVar[dict[str, int]] = {"bottom": RIGHT_ROOM}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cursor: int | None = None
        self._flags: tuple[Flag, ...] = ()
        self._axis_marks: tuple[Mark, ...] = ()
        self.getPlotItem().layout.setContentsMargins(1, HALF_LABEL, RIGHT_ROOM, 1)
        self._cursor_item, self._mark_layer = Cursor(), MarkLayer()
        for item in (self._cursor_item, self._mark_layer):
            self.scene().addItem(item)
        self.getViewBox().sigRangeChanged.connect(self.place_marks)
        self.resized.connect(self.place_marks)

    # What a plot fills in ------------------------------------------------------------------------

    @property
    def newest(self) -> int:
        """How many steps are drawn."""
        raise NotImplementedError

    def lead_places(self, steps: Floats) -> Floats:
        """Return where steps (from 0) stand on the horizontal axis."""
        raise NotImplementedError

    def step_at(self, place: float) -> int:
        """Return the step at a place of the axis; it may be beyond all that is there."""
        raise NotImplementedError

    def dots_at(self, step: int) -> list[tuple[float, QColor]]:
        """Return where the curves stand at a step, on the vertical axis, and their colours."""
        raise NotImplementedError

    def hold_curves(self, on: bool) -> None:
        """Keep the curves as pixels while the cursor moves over them."""
        raise NotImplementedError

    # What it shows -------------------------------------------------------------------------------

    @property
    def cursor_step(self) -> int | None:
        """The step at which the cursor stands; None: at the newest one, as it stands now."""
        return self._cursor

    def set_cursor(self, step: int | None) -> None:
        """Have the cursor at a step; None: at the newest one, as it stands now."""
        if step != self._cursor:
            self._move_cursor(step)

    def show_flags(self, flags: tuple[Flag, ...]) -> None:
        """Show where something was edited."""
        self._flags = tuple(sorted(flags, key=lambda flag: flag.step))
        self.place_marks()

    def show_marks(self, marks: tuple[Mark, ...]) -> None:
        """Show other places on the step axis."""
        if marks != self._axis_marks:
            self._axis_marks = marks
            self.place_marks()

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self._cursor_item.set_theme(theme, self.thickness)
        self._mark_layer.set_theme(theme)

    # Where it is drawn ---------------------------------------------------------------------------

    @property
    def _area(self) -> QRectF:
        return QRectF(self.getViewBox().sceneBoundingRect())

    def _pixels_of(self, steps: list[int]) -> list[float]:
        """Return how far right steps are, in pixels of the view."""
        area, ((left, right), _) = self._area, self.getViewBox().viewRange()
        share = (self.lead_places(np.array(steps, float)) - left) / max(right - left, 1e-300)
        found: list[float] = (area.left() + share * area.width()).tolist()
        return found

    @Slot()
    def place_marks(self) -> None:
        """Put cursor, flags and marks in their places."""
        area = self._area
        flags = [flag for flag in self._flags if flag.step <= max(self.newest, 1)]
        groups = grouped(flags, self._pixels_of([flag.step for flag in flags])) if flags else []
        marks = [mark for mark in self._axis_marks if mark.step <= self.newest]
        places = self._pixels_of([mark.step for mark in marks]) if marks else []
        self._mark_layer.arrange(area, groups, list(zip(places, marks, strict=True)))
        self._place_cursor()

    def _place_cursor(self) -> None:
        newest, area = self.newest, self._area
        if not newest or area.width() < 2:
            self._cursor_item.hide()
            return
        live = self._cursor is None
        step = newest if self._cursor is None else min(self._cursor, newest)
        (x,) = self._pixels_of([step])
        _, (low, high) = self.getViewBox().viewRange()
        scale = area.height() / max(high - low, 1e-300)
        dots = [] if live else [((high - y) * scale, colour) for y, colour in self.dots_at(step)]
        inside = [(y, colour) for y, colour in dots if -2 <= y <= area.height() + 2]
        self._cursor_item.stand(QPointF(x, area.top()), area.height(), inside, live=live)

    def _move_cursor(self, step: int | None) -> None:
        self._cursor = step
        self.hold_curves(step is not None)
        self._place_cursor()
        self.cursor_moved.emit()


class TimelinePlot(MarkedPlot):
    """A plot along which the user looks back, by the mouse and by keys.

    The cursor stands where the user put it at once; whoever hears `sought` shows that step, and
    calls `set_cursor` when another one is shown.

    Signals
    -------
    sought : int
        The user wants to see how it stood after so many steps.
    live_requested
        The user wants to see it as it stands now.
    play_requested : int
        The steps are to go by, forwards (1) or backwards (-1).
    let_go
        The hand that dragged the cursor has let go of it.
    """

    sought = Signal(int)
    live_requested = Signal()
    play_requested = Signal(int)
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first = 0
        self._dragging = False
        self._tip = ""  # that is shown

    @override
    def set_cursor(self, step: int | None) -> None:
        if not self._dragging:  # else it stands where the hand is
            super().set_cursor(step)

    def set_first(self, step: int) -> None:
        """Let nobody look back further than this step."""
        self._first = step

    # The mouse -----------------------------------------------------------------------------------

    def seek(self, step: int) -> None:
        """Look at a step, as if the user had put the cursor there; at the newest one: live."""
        newest = self.newest
        if not newest:
            return
        wanted = None if step >= newest else max(step, self._first)
        if wanted == self._cursor:
            return
        self._move_cursor(wanted)
        if wanted is None:
            self.live_requested.emit()
        else:
            self.sought.emit(wanted)

    def go_live(self) -> None:
        """Look at the run as it stands now, as if the user had let go of the cursor."""
        self.seek(self.newest)

    def _seek_place(self, position: QPointF) -> None:
        area = self._area
        x = min(max(position.x(), area.left()), area.right())
        self.seek(max(self.step_at(self.in_plot(QPointF(x, position.y())).x()), 0))

    def _takes_hold(self, position: QPointF) -> bool:
        """Return whether a press there moves the cursor: on it, or on the plot's lower edge."""
        area = self._area
        if not self.newest or not area.left() - GRIP <= position.x() <= area.right() + GRIP:
            return False
        if position.y() >= area.bottom() - LOWER_EDGE:
            return True
        near = abs(position.x() - self._cursor_item.x()) <= GRIP
        return near and (self._cursor is not None or position.y() <= area.top() + GRIP)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # nothing in the plot itself is to be clicked
        position = event.position()
        if event.button() is not LEFT_BUTTON:
            return
        group = self._mark_layer.group_at(position)
        on_cursor = abs(position.x() - self._cursor_item.x()) <= GRIP and self._cursor is not None
        if group is not None and not on_cursor:
            self.seek(group.flags[-1].step)
        elif self._takes_hold(position):
            self._dragging = True
            if position.y() >= self._area.bottom() - LOWER_EDGE:
                self._seek_place(position)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self._dragging:
            self._seek_place(position)
        else:
            self._show_what_is_there(event)
        super().mouseMoveEvent(event)  # it reads out, too

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if self._dragging and event.button() is LEFT_BUTTON:
            self._dragging = False
            self.let_go.emit()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() is LEFT_BUTTON and self._area.contains(event.position()):
            self._seek_place(event.position())

    def _show_what_is_there(self, event: QMouseEvent) -> None:
        """Have the mouse look as what it would do, and a tip tell what is under it."""
        position = event.position()
        group = self._mark_layer.group_at(position)
        shape = Qt.CursorShape.ArrowCursor
        if group is not None:
            shape = Qt.CursorShape.PointingHandCursor
        elif self._takes_hold(position):
            shape = Qt.CursorShape.SizeHorCursor
        if self.viewport().cursor().shape() is not shape:
            self.viewport().setCursor(shape)
        mark = self._mark_layer.mark_at(position)
        tip = self._told(group) if group is not None else mark.text if mark is not None else ""
        if tip or self._tip:
            show_tip(event.globalPosition().toPoint(), tip, self)
        self._tip = tip

    def _told(self, group: FlagGroup) -> str:
        text = self.tr("Step {step}: {what}")
        lines = [text.format(step=f"{flag.step:,}", what=flag.text) for flag in group.flags[-TOLD:]]
        more = len(group.flags) - len(lines)
        before = [self.tr("{n} more before").format(n=more)] if more else []
        return "\n".join([*before, *lines, self.tr("Click to go there.")])

    # Keys ----------------------------------------------------------------------------------------

    @override
    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._takes_key(event)
        ):
            event.accept()  # the window's shortcut of that key has to wait
            return True
        return bool(super().event(event))

    def _takes_key(self, event: QKeyEvent) -> bool:
        """Return whether a key moves the cursor now. Space trains, as long as it is shown live."""
        if event.modifiers() & ~(SHIFT | CTRL | Qt.KeyboardModifier.KeypadModifier):
            return False
        key, backwards = Qt.Key(event.key()), bool(event.modifiers() & SHIFT)
        if key is Qt.Key.Key_Space and backwards:
            return self.newest > 0
        looking_back = self._cursor is not None and key in OURS_LOOKING_BACK
        return self.newest > 0 and (key in OURS or looking_back)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._takes_key(event):
            event.ignore()  # pyqtgraph would take it
            return
        key, keys = Qt.Key(event.key()), event.modifiers()
        newest = self.newest
        now = newest if self._cursor is None else self._cursor
        if key is Qt.Key.Key_Space:
            self.play_requested.emit(-1 if keys & SHIFT else 1)
        elif key is Qt.Key.Key_Escape:
            self.go_live()
        elif key in WALKS and keys & CTRL:
            self.seek(self._next_flag(now, WALKS[key]))
        elif key in WALKS:
            self.seek(max(now + WALKS[key] * (10 if keys & SHIFT else 1), 0))
        elif key in LEAPS:
            self.seek(max(now + LEAPS[key] * max(round(newest / 10), 1), 0))
        else:
            self.seek(0 if key is Qt.Key.Key_Home else newest)

    def _next_flag(self, now: int, direction: int) -> int:
        """Return the step of the next flag in a direction, or that end of the run."""
        steps = [flag.step for flag in self._flags]
        if direction < 0:
            return max((step for step in steps if step < now), default=0)
        return min((step for step in steps if step > now), default=self.newest)

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
