"""The learning rate under the losses: a thin line, dashed where it is planned, to be dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from nngui.core.records.history import rates, training_losses
from nngui.gui.plots.kit.axes import DASH, LEFT_WIDTH, round_up, tick_text
from nngui.gui.style.labels import set_tip, show_tip
from nngui.gui.style.theme import BASE_PX, LIGHT, type_px

if TYPE_CHECKING:
    from nngui.core.arrays import Floats
    from nngui.core.records.history import History
    from nngui.core.records.snapshot import RatePlan
    from nngui.gui.plots.loss_plot import LossPlot
    from nngui.gui.style.theme import Colours

HEIGHT = 46  # pixels
GROWTH = 1.25  # times, by a key
NOTHING = np.empty(0), np.empty(0)


class RateStrip(QWidget):
    """The rate of each network by step, at the places of the loss plot above.

    A line is dragged up and down by the mouse, or moved by the arrow keys: all of it is scaled, as
    it is the schedule's base rate that changes. It is there only while rates change on the way.

    Signals
    -------
    dragged : str, float
        The loss column of a network, and how many times its rate is to be what it was when the
        drag began.
    drag_began
        What is dragged from now on is measured from the rate of now.
    """

    dragged = Signal(str, float)
    drag_began = Signal()

    def __init__(self, plot: LossPlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot = plot
        self._theme = LIGHT
        self._history: History | None = None
        self._names: list[str] = []  # the networks' loss columns, and their rates' ones
        self._columns: list[str] = []
        self._past: dict[str, tuple[Floats, Floats]] = {}
        self._plan: RatePlan | None = None
        self._top = 0.0
        self._drag: tuple[str, float] | None = None  # whose line, and where it was taken hold of
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.setAccessibleName(self.tr("Learning rate"))
        set_tip(self, self.tr("The learning rate, dashed as it is planned. Drag it up or down."))
        self.hide()
        plot.getViewBox().sigRangeChanged.connect(self._on_moved)
        plot.resized.connect(self._on_moved)
        plot.cursor_moved.connect(self._on_moved)

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, HEIGHT)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    # What it shows -------------------------------------------------------------------------------

    def show_run(self, history: History) -> None:
        """Show another run from now on; nothing where its rates do not change."""
        self._history, self._plan, self._past, self._top = history, None, {}, 0.0
        self._names, self._columns = training_losses(history.columns), rates(history.columns)
        self._drag = None
        self.setVisible(bool(self._columns))

    def draw_rates(self, plan: RatePlan | None) -> None:
        """Draw the rates up to now, and those to come."""
        if not self._columns or self._history is None:
            return
        self._plan = plan
        width = max(self.width() // 2, 1)
        for name, column in zip(self._names, self._columns, strict=True):
            steps, low, high = self._history.bins(width, column)
            known = np.isfinite(high)
            middle = (low[known] + high[known]) / 2
            self._past[name] = steps[known] + 1.0, middle
        if self._drag is None:
            self._top = round_up(max(self._highest(), 1e-300))
        self.update()

    def _highest(self) -> float:
        found = [values.max(initial=0.0) for _, values in self._past.values()]
        if self._plan is not None:
            found.append(np.nan_to_num(self._plan.rates).max(initial=0.0))
        return float(max(found, default=0.0))

    def rate_of(self, name: str) -> float:
        """Return the rate of a network's next step; 0 where none is known."""
        if self._plan is not None and self._plan.rates.shape[1]:
            return float(self._plan.rates[self._names.index(name), 0])
        _, values = self._past.get(name, NOTHING)
        return float(values[-1]) if len(values) else 0.0

    # Where it is drawn ---------------------------------------------------------------------------

    @property
    def _room(self) -> QRectF:
        """Where the lines are: below the loss plot's own room."""
        area = self._plot.getViewBox().sceneBoundingRect()
        return QRectF(area.left(), 5, max(area.width(), 1), HEIGHT - 10)

    def _points(self, name: str, steps: Floats, values: Floats) -> QPolygonF:
        room, ((left, right), _) = self._room, self._plot.getViewBox().viewRange()
        across = self._plot.across(name, np.asarray(steps, float))
        x = room.left() + (across - left) / max(right - left, 1e-300) * room.width()
        y = room.bottom() - np.asarray(values) / self._top * room.height()
        return QPolygonF([QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)])

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._top:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_scale(painter)
        painter.setClipRect(self._room.adjusted(0, -2, 0, 2))
        for i, name in enumerate(self._names):
            pen = QPen(self._colour(name), 1.5)
            steps, values = self._past.get(name, NOTHING)
            painter.setPen(pen)
            if len(steps):
                painter.drawPolyline(self._points(name, steps, values))
            if self._plan is not None:
                pen.setStyle(DASH)
                painter.setPen(pen)
                painter.drawPolyline(self._points(name, self._plan.steps, self._plan.rates[i]))
        painter.setClipping(False)
        self._paint_cursor(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_cursor(self, painter: QPainter) -> None:
        """Go on with the line of the plot's own cursor."""
        step = self._plot.cursor_step
        if step is None:
            return
        painter.setPen(QPen(QColor(self._theme.curve), 1.5 * self._plot.thickness))
        line = self._points(self._names[0], np.array([step, step]), np.array([0.0, self._top]))
        painter.drawLine(QPointF(line.at(0).x(), 0), QPointF(line.at(0).x(), HEIGHT))

    def _paint_scale(self, painter: QPainter) -> None:
        room, font = self._room, QFont()
        font.setPixelSize(type_px(BASE_PX - 1))
        painter.setFont(font)
        painter.setPen(QPen(QColor(self._theme.line), 1))
        for y in (room.top(), room.bottom()):
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        painter.setPen(QColor(self._theme.muted))
        right = Qt.AlignmentFlag.AlignRight
        label = QRectF(0, 0, LEFT_WIDTH - 6, HEIGHT)
        painter.drawText(label, right | Qt.AlignmentFlag.AlignTop, tick_text(self._top))
        painter.drawText(label, right | Qt.AlignmentFlag.AlignBottom, self.tr("rate"))

    def _colour(self, name: str) -> QColor:
        return self._plot.colour_of(name)

    @Slot()
    def _on_moved(self) -> None:
        self.update()

    # Dragging ------------------------------------------------------------------------------------

    def _nearest(self, y: float) -> str:
        """Return whose line is nearest to a height, by the rates of now."""
        room = self._room
        share = room.height() / self._top
        heights = {name: room.bottom() - self.rate_of(name) * share for name in self._names}
        return min(self._names, key=lambda name: abs(heights[name] - y))

    def _height(self, place: QPointF) -> float:
        """Return how high above zero a place is, in pixels; at least one."""
        return max(self._room.bottom() - place.y(), 1.0)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or not self._top:
            return
        self._drag = self._nearest(event.position().y()), self._height(event.position())
        self.drag_began.emit()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            self._tell(event)
            return
        name, before = self._drag
        self.dragged.emit(name, self._height(event.position()) / before)
        self._tell(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        self._top = round_up(max(self._highest(), 1e-300))
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        factor = {Qt.Key.Key_Up: GROWTH, Qt.Key.Key_Down: 1 / GROWTH}.get(Qt.Key(event.key()))
        if factor is None or not self._names:
            super().keyPressEvent(event)
            return
        self.drag_began.emit()
        self.dragged.emit(self._names[0], factor)

    def _tell(self, event: QMouseEvent) -> None:
        """Show the rate under the mouse: the one that was, or is to come."""
        if not self._top:
            return
        room, ((left, right), _) = self._room, self._plot.getViewBox().viewRange()
        share = (event.position().x() - room.left()) / room.width()
        name = self._drag[0] if self._drag else self._nearest(event.position().y())
        step = max(self._plot.step_at(left + share * (right - left)), 1)
        rate, planned = self._rate_at(name, step)
        if rate is None:
            return
        text = self.tr("Step {step}: {rate}")
        if planned:
            text = self.tr("Planned for step {step}: {rate}")
        values = text.format(step=f"{step:,}", rate=f"{rate:.4g}")
        tip = "\n".join([values, self.tr("Drag it up or down: the schedule goes on from there.")])
        show_tip(event.globalPosition().toPoint(), tip, self)

    def _rate_at(self, name: str, step: int) -> tuple[float | None, bool]:
        """Return the rate of a step, and whether it is to come."""
        plan, (steps, values) = self._plan, self._past.get(name, NOTHING)
        if plan is not None and len(plan.steps) and step >= plan.steps[0]:
            place = min(int(np.searchsorted(plan.steps, step)), len(plan.steps) - 1)
            return float(plan.rates[self._names.index(name), place]), True
        if not len(steps):
            return None, False
        place = int(np.searchsorted(steps, step, side="right")) - 1
        return float(values[max(place, 0)]), False
