"""The confusion matrix: what was taken for what, in numbers and colours."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from typing_extensions import override

from nngui.gui.plots.kit.pixels import (
    ARROWS,
    LESS,
    MORE,
    SMALL_PX,
    PaintedWidget,
    draw_focus,
    draw_hint,
    ink_on,
    small_font,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

MAX_NAME = 84.0  # pixels for the classes' names beside the rows; more where there is much room
ELIDE = Qt.TextElideMode.ElideMiddle
LOWEST = 9.0  # pixels of a cell in which a number can be read
LARGEST = 64.0  # pixels of a cell's side


class ConfusionMatrix(PaintedWidget):
    """Rows are the true classes, columns the predicted ones; a cell can be chosen.

    Right ones are on the diagonal in blue, mistakes in orange; the number always stands in it.

    Signals
    -------
    chosen : int, int
        The true and the predicted class of the cell that the user chose.
    """

    chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None, *, of_rows: bool = False) -> None:
        super().__init__(parent)
        self.of_rows = of_rows  # of a table; else images are counted
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

    @override
    def tabled(self) -> list[tuple[object, ...]]:
        """Return predicted class, true class and how often."""
        return [
            (self.classes[predicted], self.classes[true], int(count))
            for true, row in enumerate(self.counts)
            for predicted, count in enumerate(row)
        ]

    def choose(self, cell: tuple[int, int] | None) -> None:
        """Mark a cell as chosen, without saying so."""
        self.current = cell
        self.update()

    # Where what is -------------------------------------------------------------------------------

    def _frame(self) -> QRectF:
        """Return the room of the cells: the names left and above, the axes' titles around them."""
        line = self.fontMetrics().height()
        most = max(MAX_NAME, self.width() * 0.2)
        left = line + 4 + min(self._widest + 6.0, most, self.width() * 0.28)
        top = line + self._names_height(self.width() - left - 3) + 4.0
        return QRectF(left, top, self.width() - left - 3, self.height() - top - 3)

    def _names_height(self, width: float) -> float:
        """Return the room of the names above the columns: upright where they are too narrow."""
        line = float(self.fontMetrics().height())
        if min(self._widest, MAX_NAME) + 6 <= width / max(len(self.classes), 1):
            return line
        most = max(MAX_NAME, self.height() * 0.2)
        return min(max(self._widest + 6.0, line), most, self.height() * 0.28)

    @property
    def upright(self) -> bool:
        """Whether the names above the columns are written upwards."""
        frame = self._frame()
        return self._names_height(frame.width()) > self.fontMetrics().height()

    def _sides(self) -> tuple[QRectF, float, float]:
        """Return the room of the cells, and how wide and high each of them is."""
        frame, count = self._frame(), max(len(self.classes), 1)
        wide, high = frame.width() / count, frame.height() / count
        side = min(wide, high, LARGEST)
        named = max(side, 40.0, min(self._widest, MAX_NAME) + 6)  # the names stand above
        return frame, min(wide, named), min(high, max(side, 30.0))

    def cell(self, true: int, predicted: int) -> QRectF:
        """Return where a cell is drawn."""
        frame, wide, high = self._sides()
        return QRectF(frame.left() + predicted * wide, frame.top() + true * high, wide, high)

    def at(self, place: QPointF) -> tuple[int, int] | None:
        """Return the cell at a place."""
        frame, wide, high = self._sides()
        true, predicted = (
            math.floor((place.y() - frame.top()) / max(high, 1e-9)),
            math.floor((place.x() - frame.left()) / max(wide, 1e-9)),
        )
        count = len(self.counts)
        return (true, predicted) if 0 <= true < count and 0 <= predicted < count else None

    @override
    def tip_at(self, place: QPointF) -> str:
        """Return what the tooltip says at a place: a cell in words, or a whole name."""
        cell = self.at(place)
        if cell is not None:
            return self.words(*cell)
        frame, wide, high = self._sides()
        beside = place.x() < frame.left()
        number = (place.y() - frame.top()) / max(high, 1e-9)
        if not beside:
            number = (place.x() - frame.left()) / max(wide, 1e-9)
        outside = beside == (place.y() < frame.top())  # the corner, or below the cells
        if outside or not 0 <= number < len(self.classes):
            return ""
        return self.classes[int(number)]

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
        frame, wide, high = self._sides()
        for true in range(len(self.counts)):
            for predicted in range(len(self.counts)):
                place = QRectF(
                    frame.left() + predicted * wide, frame.top() + true * high, wide, high
                )
                self._draw_cell(painter, place, (true, predicted), int(totals[true]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.current is not None:
            draw_focus(painter, self.cell(*self.current), self.theme)

    def _draw_cell(
        self, painter: QPainter, place: QRectF, cell: tuple[int, int], total: int
    ) -> None:
        place, (true, predicted) = place.adjusted(0.5, 0.5, -0.5, -0.5), cell
        count = int(self.counts[cell])
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
            text, metrics = f"{count}", painter.fontMetrics()
            # A number that is cut off would be another number: the tooltip has it.
            if metrics.horizontalAdvance(text) <= place.width() and place.height() >= LOWEST:
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

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
        high, wide = max(first.height(), 0.1), max(first.width(), 0.1)
        least = 0.8 * painter.fontMetrics().height()  # nearer to each other they can't be read
        for number in range(0, count, math.ceil(least / high)):
            self._draw_row_name(painter, self.cell(number, 0), self.classes[number])
        for number in range(0, count, math.ceil(least / wide) if self.upright else 1):
            self._draw_column_name(painter, self.cell(0, number), self.classes[number])

    def _draw_row_name(self, painter: QPainter, row: QRectF, name: str) -> None:
        metrics, line = painter.fontMetrics(), self.fontMetrics().height()
        high = max(row.height(), float(metrics.height()))
        place = QRectF(line + 4, row.center().y() - high / 2, row.left() - line - 10, high)
        text = metrics.elidedText(name, ELIDE, int(place.width()))
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_column_name(self, painter: QPainter, column: QRectF, name: str) -> None:
        metrics, line = painter.fontMetrics(), self.fontMetrics().height()
        if not self.upright:
            place = QRectF(column.left(), column.top() - line - 2, column.width(), line)
            text = metrics.elidedText(name, ELIDE, int(place.width()))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
            return
        high = max(column.width(), float(metrics.height()))
        painter.save()
        painter.translate(column.center().x() - high / 2, column.top() - 3)
        painter.rotate(-90)
        place = QRectF(0, 0, column.top() - line - 5, high)
        text = metrics.elidedText(name, ELIDE, int(place.width()))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

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

    def words(self, true: int, predicted: int) -> str:
        """Return a cell as a sentence."""
        count, total = int(self.counts[true, predicted]), int(self.counts[true].sum())
        text = self.tr("{count} of {total} images of {true} were taken for {predicted}.")
        if self.of_rows:
            text = self.tr("{count} of {total} rows of {true} were taken for {predicted}.")
        return text.format(
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
