"""How much the network needs each feature, as bars with whiskers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from typing_extensions import override

from nngui.gui.plots.kit.chart import STEPS, drawable
from nngui.gui.plots.kit.pixels import PaintedWidget, draw_focus, draw_hint, small_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats

MAX_SHOWN = 20  # features that are shown; of the others their number
LOWEST, HIGHEST = 14.0, 30.0  # pixels of a row
NAMES = 0.42  # of the width, at most, for the names
GAP = 8.0  # pixels


class ImportancePlot(PaintedWidget):
    """The features, the most important one first; arrow keys go through them.

    Attributes
    ----------
    names, mean, std
        As they are shown, sorted.
    current : int or None
        The feature that was chosen, a place in `names`.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: tuple[str, ...] = ()
        self.mean: Floats = np.empty(0)
        self.std: Floats = np.empty(0)
        self.current: int | None = None
        self.setAccessibleName(self.tr("Feature importance"))

    def set_importances(self, names: Sequence[str], mean: Floats, std: Floats) -> None:
        """Show other features.

        Parameters
        ----------
        names
            The features' names, n of them.
        mean, std : ndarray
            Shape (n,) each: how much the loss rises without the feature, over the repeats. What
            is not a number comes last, and has no bar.
        """
        order = np.argsort(-np.where(drawable(mean), mean, -np.inf), kind="stable")
        self.names = tuple(names[place] for place in order.tolist())
        self.mean = np.where(drawable(mean), mean, np.nan)[order]
        self.std = np.where(drawable(std), std, 0.0)[order]
        self.current = None
        self.update()

    @override
    def tabled(self) -> list[tuple[object, ...]]:
        """Return each feature, how much the loss rises without it, and the deviation."""
        return list(zip(self.names, self.mean.tolist(), self.std.tolist(), strict=True))

    # Where what is -------------------------------------------------------------------------------

    @property
    def shown(self) -> int:
        """How many features there is room for."""
        count = min(len(self.names), MAX_SHOWN)
        room = int(self.height() / LOWEST)
        return count if count == len(self.names) <= room else max(min(count, room - 1), 1)

    @property
    def rest(self) -> str:
        """What stands below the bars where there are more features."""
        count = len(self.names) - self.shown
        text: str = self.tr("and {count} more").format(count=f"{count:,}") if count > 0 else ""
        return text

    def row(self, place: int) -> QRectF:
        """Return where a feature is drawn."""
        lines = self.shown + bool(self.rest)
        height = min(self.height() / max(lines, 1), HIGHEST)
        top = (self.height() - lines * height) / 2
        return QRectF(0, top + place * height, self.width(), height)

    def name_shown(self, place: int) -> str:
        """Return a feature's name as far as there is room for it."""
        metrics = self._metrics()
        room = int(self._left() - GAP)
        return metrics.elidedText(self.names[place], Qt.TextElideMode.ElideMiddle, room)

    def bar(self, place: int) -> QRectF:
        """Return a feature's bar, from zero to its mean."""
        row, zero, end = self.row(place), self._across(0.0), self._across(self.mean[place])
        high = min(max(row.height() - 5, 3.0), 16.0)
        left, wide = min(zero, end), max(abs(end - zero), 1.0)
        return QRectF(left, row.center().y() - high / 2, wide, high)

    def whisker(self, place: int) -> tuple[float, float]:
        """Return from where to where a feature's whisker goes: one deviation to each side."""
        mean, std = float(self.mean[place]), float(self.std[place])
        return self._across(mean - std), self._across(mean + std)

    def at(self, place: QPointF) -> int | None:
        """Return the feature at a place."""
        rows = range(self.shown if self.names else 0)
        return next((number for number in rows if self.row(number).contains(place)), None)

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(small_font(self))

    def _left(self) -> float:
        """Return where the bars begin: the names have what they need, but not all."""
        metrics = self._metrics()
        names = self.names[: self.shown]
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0.0)
        return float(min(widest + 2, NAMES * self.width()) + GAP)

    def _across(self, value: float) -> float:
        mean, std = self.mean[: self.shown], self.std[: self.shown]
        known = np.isfinite(mean)
        low = min(float((mean - std)[known].min(initial=0.0)), 0.0)
        high = max(float((mean + std)[known].max(initial=0.0)), 0.0)
        high = high if high > low else low + 1.0
        figure = self._metrics().horizontalAdvance("−0.000") + GAP
        left, right = self._left(), max(self.width() - figure, self._left() + 4)
        return left + (value - low) / (high - low) * (right - left)

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, int(20 * (min(max(len(self.names), 6), MAX_SHOWN) + 1)))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, 60)

    # Painting ------------------------------------------------------------------------------------

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.names:
            draw_hint(self, painter, self.hint, self.theme)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self))
        for place in range(self.shown):
            self._draw_row(painter, place)
        if self.rest:
            painter.setPen(QColor(self.theme.muted))
            where = self.row(self.shown)
            where.setLeft(self._left())
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, self.rest)
        zero = self._across(0.0)
        painter.setPen(QPen(QColor(self.theme.muted), 1))
        last = self.row(self.shown - 1).bottom()
        painter.drawLine(QPointF(zero, self.row(0).top()), QPointF(zero, last))
        if self.current is not None and self.hasFocus():
            draw_focus(painter, self.row(self.current).adjusted(2, 2, -2, -2), self.theme)

    def _draw_row(self, painter: QPainter, place: int) -> None:
        row, middle = self.row(place), Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(self.theme.text))
        words = QRectF(0, row.top(), self._left() - GAP, row.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | middle, self.name_shown(place))
        if not np.isfinite(self.mean[place]):
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | middle, "–")
            return
        painter.setPen(Qt.PenStyle.NoPen)
        needed = self.mean[place] > 0
        painter.setBrush(QColor(self.theme.accent if needed else self.theme.points))
        painter.drawRoundedRect(self.bar(place), 2, 2)
        y, tick = row.center().y(), min(row.height() / 5, 4.0)
        left, right = self.whisker(place)
        painter.setPen(QPen(QColor(self.theme.text), 1.2))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        for end in (left, right):
            painter.drawLine(QPointF(end, y - tick), QPointF(end, y + tick))
        painter.setPen(QColor(self.theme.muted))
        mean = self.mean[place]
        figure = f"{mean:z.3f}" if abs(mean) < 100 else f"{mean:.1e}".replace("e+", "e")
        figure = figure.replace("-", "−")
        painter.drawText(row, Qt.AlignmentFlag.AlignRight | middle, figure)

    # By mouse and keys ---------------------------------------------------------------------------

    def words(self, place: int) -> str:
        """Return a feature in words, with its whole name."""
        if not np.isfinite(self.mean[place]):
            return f"{self.names[place]}: –"
        text: str = self.tr("{name}: {mean} ± {std}").format(
            name=self.names[place], mean=f"{self.mean[place]:.4g}", std=f"{self.std[place]:.2g}"
        )
        return text

    def choose(self, place: int) -> None:
        """Mark a feature, and say it."""
        self.current = place
        self.setAccessibleDescription(self.words(place))
        self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.at(event.position())
        if place is not None and event.button() is Qt.MouseButton.LeftButton:
            self.choose(place)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = STEPS.get(Qt.Key(event.key()))
        if step is None or not self.names:
            super().keyPressEvent(event)
            return
        if Qt.Key(event.key()) in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = -step  # the next one is below
        before = self.current if self.current is not None else -1 if step > 0 else 0
        self.choose(min(max(before + step, 0), self.shown - 1))

    @override
    def tip_at(self, place: QPointF) -> str:
        """Return what the tooltip says at a place: of those without room their names."""
        number = self.at(place)
        if number is not None:
            return self.words(number)
        if self.rest and self.row(self.shown).contains(place):
            return "\n".join(self.names[self.shown : self.shown + MAX_SHOWN])
        return ""
