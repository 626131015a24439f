"""The probabilities of the classes as bars with names and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from typing_extensions import override

from nngui.gui.plots.kit.pixels import PaintedWidget, draw_hint, small_font

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.gui.style.theme import Colours


def percent(value: float) -> str:
    """Return a share in words that promise no more than is known: <1%, 37%, >99%."""
    if not np.isfinite(value):
        return "–"
    if 0 < value < 0.01:
        return "<1%"
    return ">99%" if 0.99 < value < 1 else f"{value:.0%}"


def draw_bars(
    painter: QPainter,
    place: QRectF,
    names: tuple[str, ...],
    values: Floats,
    theme: Colours,
    truth: int = -1,
) -> None:
    """Draw a bar for each class into a place; the longest in the accent's colour.

    Parameters
    ----------
    truth : int
        The class it really is: its name is underlined by a tick; -1 where nobody knows.
    """
    metrics = painter.fontMetrics()
    shown = _legible(len(names), values, int(place.height() / (metrics.ascent() + 1)))
    widest = max((metrics.horizontalAdvance(names[number]) for number in shown), default=0)
    left = min(widest, place.width() * 0.45) + 8
    right = metrics.horizontalAdvance(">99%") + 6
    row = place.height() / max(len(shown), 1)
    best = int(np.nanargmax(values)) if len(values) and np.isfinite(values).any() else -1
    for turn, number in enumerate(shown):
        line = QRectF(place.left(), place.top() + turn * row, place.width(), row)
        painter.setPen(QColor(theme.text if number in (best, truth) else theme.muted))
        name = metrics.elidedText(names[number], Qt.TextElideMode.ElideRight, int(left - 8))
        middle = Qt.AlignmentFlag.AlignVCenter
        words = QRectF(line.left(), line.top(), left - 8, row)
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | middle, name)
        thick = min(max(row - 4, 2.0), 18.0)
        room = max(line.width() - left - right, 4.0)
        track = QRectF(line.left() + left, line.center().y() - thick / 2, room, thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(track, 2, 2)
        value = float(values[number]) if number < len(values) else float("nan")
        if np.isfinite(value):
            painter.setBrush(QColor(theme.accent if number == best else theme.points))
            track.setWidth(max(room * value, 1.0))
            painter.drawRoundedRect(track, 2, 2)
        painter.setPen(QColor(theme.text if number == best else theme.muted))
        figure = QRectF(line.right() - right, line.top(), right, row)
        painter.drawText(figure, Qt.AlignmentFlag.AlignRight | middle, percent(value))
        if number == truth:
            painter.setPen(QColor(theme.text))
            base = words.center().y() + metrics.ascent() / 2 + 1
            start = words.right() - metrics.horizontalAdvance(name)
            painter.drawLine(
                QRectF(start, base, words.right() - start, 0).topLeft(),
                QRectF(start, base, words.right() - start, 0).topRight(),
            )


def _legible(count: int, values: Floats, room: int) -> list[int]:
    """Return the classes that are shown: all, or those of the largest values, in their order."""
    if count <= room or not len(values):
        return list(range(count))
    order = np.argsort(-np.nan_to_num(values), kind="stable")
    return sorted(order[: max(room, 1)].tolist())


class ProbabilityBars(PaintedWidget):
    """What the network makes of one image."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: tuple[str, ...] = ()
        self.values: Floats = np.zeros(0, np.float32)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_names(self, names: tuple[str, ...]) -> None:
        """Take the classes' names; no probabilities are known yet."""
        self.names, self.values = names, np.full(len(names), np.nan, np.float32)
        self.update()

    def show_values(self, values: Floats) -> None:
        """Show the probabilities, shape (classes,)."""
        self.values = values
        if len(values) and np.isfinite(values).all():
            best = int(values.argmax())
            self.setAccessibleDescription(f"{self.names[best]}: {percent(float(values[best]))}")
        self.update()

    @override
    def tabled(self) -> list[tuple[object, ...]]:
        """Return each class and its probability."""
        return list(zip(self.names, self.values.tolist(), strict=True))

    @override
    def sizeHint(self) -> QSize:
        return QSize(220, 18 * max(len(self.names), 5))

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.names:
            draw_hint(self, painter, self.hint, self.theme)
            return
        painter.setFont(small_font(self))
        height = min(self.height(), 26 * len(self.names))
        top = (self.height() - height) / 2
        place = QRectF(0, top, self.width(), height)
        draw_bars(painter, place, self.names, self.values, self.theme)
