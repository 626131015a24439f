"""The confusion matrix: what was taken for what, in numbers and colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QPainter
from PySide6.QtWidgets import QToolTip
from typing_extensions import override

from nngui.gui.plots.pixels import (
    ARROWS,
    LESS,
    MORE,
    SMALL_PX,
    Picture,
    draw_focus,
    draw_hint,
    ink_on,
    small_font,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

MOST_NAME = 84.0  # pixels for the classes' names beside the rows


class ConfusionMatrix(Picture):
    """Rows are the true classes, columns the predicted ones; a cell can be chosen.

    Right ones are on the diagonal in blue, mistakes in orange; the number always stands in it.

    Signals
    -------
    chosen : int, int
        The true and the predicted class of the cell that the person chose.
    """

    chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counts: NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self.classes: tuple[str, ...] = ()
        self.current: tuple[int, int] | None = None
        self._widest = 0  # pixels of the longest name

    def show_counts(self, counts: NDArray[np.int64], classes: tuple[str, ...]) -> None:
        """Show how often each class was taken for each, shape (classes, classes)."""
        if classes != self.classes:
            self.current = None
        self.counts, self.classes = counts, classes
        metrics = self.fontMetrics()
        self._widest = max((metrics.horizontalAdvance(name) for name in classes), default=0)
        self.update()

    def choose(self, cell: tuple[int, int] | None) -> None:
        """Mark a cell as chosen, without saying so."""
        self.current = cell
        self.update()

    # Where what is -------------------------------------------------------------------------------

    def _frame(self) -> QRectF:
        """Return the room of the cells: the names left and above, the axes' titles around them."""
        line = self.fontMetrics().height()
        left = line + 4 + min(self._widest + 6.0, MOST_NAME, self.width() * 0.28)
        top = 2.0 * line + 4
        return QRectF(left, top, self.width() - left - 3, self.height() - top - 3)

    def cell(self, true: int, predicted: int) -> QRectF:
        """Return where a cell is drawn."""
        frame, count = self._frame(), max(len(self.classes), 1)
        side = min(frame.width() / count, frame.height() / count, 46.0)
        wide = min(frame.width() / count, max(side, 40.0))
        high = min(frame.height() / count, max(side, 30.0))
        return QRectF(frame.left() + predicted * wide, frame.top() + true * high, wide, high)

    def at(self, place: QPointF) -> tuple[int, int] | None:
        """Return the cell at a place."""
        for true in range(len(self.counts)):
            for predicted in range(len(self.counts)):
                if self.cell(true, predicted).contains(place):
                    return true, predicted
        return None

    @override
    def sizeHint(self) -> QSize:
        return QSize(380, 340)

    # Painting ------------------------------------------------------------------------------------

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.counts.size:
            draw_hint(self, painter, self.hint, self.theme)
            return
        self._draw_names(painter)
        totals = self.counts.sum(1)
        for true in range(len(self.counts)):
            for predicted in range(len(self.counts)):
                self._draw_cell(painter, true, predicted, int(totals[true]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.current is not None:
            draw_focus(painter, self.cell(*self.current), self.theme)

    def _draw_cell(self, painter: QPainter, true: int, predicted: int, total: int) -> None:
        place = self.cell(true, predicted).adjusted(0.5, 0.5, -0.5, -0.5)
        count = int(self.counts[true, predicted])
        share = count / total if total else 0.0
        right, wrong = MORE if self.theme.is_dark else LESS
        ground = QColor(self.theme.raised)
        if count:  # mistakes are few: the square root lets them be seen
            strength = 0.25 + 0.75 * (share if true == predicted else share**0.5)
            ground = _mixed(ground, QColor(right if true == predicted else wrong), strength)
        painter.fillRect(place, ground)
        if count:
            size = SMALL_PX if place.height() >= 14 and place.width() >= 22 else SMALL_PX - 2
            painter.setFont(small_font(self, bold=true == predicted, size=size))
            painter.setPen(ink_on(ground))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"{count}")

    def _draw_names(self, painter: QPainter) -> None:
        line, count = self.fontMetrics().height(), len(self.classes)
        first, last = self.cell(0, 0), self.cell(count - 1, count - 1)
        painter.setFont(small_font(self, bold=True))
        painter.setPen(QColor(self.theme.muted))
        middle = Qt.AlignmentFlag.AlignCenter
        across = QRectF(first.left(), 0, last.right() - first.left(), line)
        painter.drawText(across, middle, self.tr("predicted"))
        painter.save()
        painter.translate(0, last.bottom())
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, last.bottom() - first.top(), line), middle, self.tr("true"))
        painter.restore()
        painter.setFont(small_font(self))
        painter.setPen(QColor(self.theme.text))
        metrics, right = painter.fontMetrics(), Qt.TextElideMode.ElideRight
        for number, name in enumerate(self.classes):
            row, column = self.cell(number, 0), self.cell(0, number)
            place = QRectF(line + 4, row.top(), first.left() - line - 10, row.height())
            text = metrics.elidedText(name, right, int(place.width()))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, side, text)
            place = QRectF(column.left(), first.top() - line - 2, column.width(), line)
            painter.drawText(place, middle, metrics.elidedText(name, right, int(place.width())))

    # By mouse and keys ---------------------------------------------------------------------------

    def _take(self, cell: tuple[int, int]) -> None:
        self.choose(cell)
        self.setAccessibleDescription(self.words(*cell))
        self.chosen.emit(*cell)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.at(event.position())
        if cell is not None and event.button() is Qt.MouseButton.LeftButton:
            self._take(cell)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = ARROWS.get(Qt.Key(event.key()))
        if move is None or not self.counts.size:
            super().keyPressEvent(event)
            return
        if self.current is None:
            self._take((0, 0))
            return
        true, predicted = (
            min(max(place + step, 0), len(self.counts) - 1)
            for place, step in zip(self.current, move, strict=True)
        )
        self._take((true, predicted))

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.words(*cell) if cell else "", self)
            return True
        return bool(super().event(event))

    def words(self, true: int, predicted: int) -> str:
        """Return a cell as a sentence."""
        count, total = int(self.counts[true, predicted]), int(self.counts[true].sum())
        return self.tr("{count} of {total} images of {true} were taken for {predicted}.").format(
            count=f"{count:,}",
            total=f"{total:,}",
            true=self.classes[true],
            predicted=self.classes[predicted],
        )


def _mixed(ground: QColor, colour: QColor, share: float) -> QColor:
    pairs = (
        (ground.red(), colour.red()),
        (ground.green(), colour.green()),
        (ground.blue(), colour.blue()),
    )
    return QColor(*(round(below + (above - below) * share) for below, above in pairs))
