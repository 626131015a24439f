"""A window that slides over an image: its numbers, what is made of them, and the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from typing_extensions import override

from nngui.core.microscope.convolution import Sliding, result_of
from nngui.gui.plots.kit.pixels import (
    ARROWS,
    SMALL_PX,
    PaintedWidget,
    Scale,
    Texture,
    compact_number,
    draw_hint,
    draw_numbers,
    small_font,
    snapped,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.gui.style.theme import Colours

SPACE = 22.0


class ConvolutionView(PaintedWidget):
    """The image on the left, the sum of products in the middle, the result on the right.

    The window follows the mouse over either picture, and the arrow keys.

    Signals
    -------
    moved : int, int
        The row and the column of the result that the user went to.
    """

    moved = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image: Floats = np.zeros((0, 1, 1), np.float32)
        self.kernel: Floats = np.zeros((1, 3, 3), np.float32)
        self.bias = 0.0
        self.channel = 0
        self.sliding = Sliding("convolution", (3, 3))
        self.result: Floats = np.zeros((0, 0), np.float32)
        self.cell = (0, 0)
        self._left, self._right = Texture(), Texture()
        self._grids = [Texture() for _ in range(3)]

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        for texture in (self._left, self._right, *self._grids):
            texture.set_theme(theme)

    def show_operation(
        self,
        image: Floats,
        kernel: Floats,
        bias: float,
        sliding: Sliding,
        channel: int = 0,
        *,
        grey: bool = True,
    ) -> None:
        """Show an image and what slides over it.

        Parameters
        ----------
        image : ndarray
            Shape (c, h, w).
        kernel : ndarray
            Shape (c, window height, window width); without meaning for pooling.
        channel : int
            The one whose numbers are shown.
        grey : bool
            Black is its least value; otherwise zero is in the middle of the colours.

        Raises
        ------
        SettingError
            When the window finds no place; what was shown stays.
        """
        result = result_of(image, kernel, bias, sliding, channel)
        self.image, self.kernel, self.bias = image, kernel, bias
        self.sliding, self.channel, self.result = sliding, channel, result
        around = np.nan_to_num(sliding.padded(image)[channel], neginf=0.0)
        signed = not grey and bool(around.min() < 0)
        low, high = float(around.min()), float(around.max())
        levels = (min(low, 0.0), max(high, 1.0))
        self._left.show(around[None], "signed" if signed else "grey", None if signed else levels)
        scale: Scale = "signed" if sliding.operation == "convolution" or signed else "grey"
        self._right.show(result[None], scale, levels if scale == "grey" else None)
        self.cell = min(self.cell[0], len(result) - 1), min(self.cell[1], result.shape[1] - 1)
        self.update()

    def go_to(self, row: int, column: int) -> None:
        """Move the window to where it makes this cell of the result."""
        rows, columns = self.result.shape
        self.cell = min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
        self.setAccessibleDescription(self.words())
        self.update()

    # What is shown of a place ----------------------------------------------------------------

    @property
    def numbers(self) -> Floats:
        """The numbers under the window, shape (window height, window width)."""
        found: Floats = self.sliding.windows(self.image)[self.channel][self.cell]
        return found

    @property
    def value(self) -> float:
        """What the window gives."""
        return float(self.result[self.cell])

    def words(self) -> str:
        """Return the sum, or what takes its place, as one line."""
        if not self.result.size:
            return ""
        window = self.numbers
        if self.sliding.operation == "max":
            return self.tr("largest of {n} numbers = {value}").format(
                n=window.size, value=compact_number(self.value)
            )
        if self.sliding.operation == "average":
            total = compact_number(float(window.sum()))
            return f"{total} ÷ {window.size} = {compact_number(self.value)}"
        own = float((window * self.kernel[self.channel]).sum())
        parts = [f"Σ = {compact_number(own)}"]
        others = self.value - self.bias - own
        if len(self.image) > 1:
            parts.append(self.tr("other channels {value}").format(value=compact_number(others)))
        if self.bias:
            parts.append(self.tr("bias {value}").format(value=compact_number(self.bias)))
        if len(parts) == 1:
            return parts[0]
        return " + ".join(parts) + f" = {compact_number(self.value)}"

    # Where what is -------------------------------------------------------------------------------

    def _places(self) -> tuple[QRectF, QRectF, QRectF]:
        """Return the room of the image, of the numbers, and of the result."""
        line = self.fontMetrics().height()
        middle = min(max(self.width() * 0.26, 130.0), 230.0)
        room = (self.width() - middle - 2 * SPACE - 4) / 2
        high = self.height() - 2 * line - 6
        left = self._fit(QRectF(2, line + 2, room, high), self._left)
        right = self._fit(QRectF(self.width() - room - 2, line + 2, room, high), self._right)
        return left, QRectF(room + SPACE + 2, 0, middle, self.height()), right

    def _fit(self, room: QRectF, texture: Texture) -> QRectF:
        height, width = texture.size
        unit = min(room.width() / width, room.height() / height)
        unit = snapped(unit, 1, self.devicePixelRatioF())
        place = QRectF(0, 0, unit * width, unit * height)
        place.moveCenter(room.center())
        return place

    def _window_in(self, place: QRectF) -> QRectF:
        """Return the window's frame on the padded image."""
        unit = place.width() / self._left.size[1]
        row, column = (part * self.sliding.stride for part in self.cell)
        height, width = self.sliding.size
        return QRectF(
            place.left() + column * unit, place.top() + row * unit, width * unit, height * unit
        )

    @override
    def sizeHint(self) -> QSize:
        return QSize(640, 300)

    # Painting ------------------------------------------------------------------------------------

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.result.size or not len(self.image):
            draw_hint(self, painter, self.hint, self.theme)
            return
        left, middle, right = self._places()
        self._left.draw(painter, 0, left)
        self._right.draw(painter, 0, right)
        painter.setPen(QColor(self.theme.line))
        painter.drawRect(right)
        draw_numbers(painter, left, self._left, self)
        draw_numbers(painter, right, self._right, self)
        self._draw_padding(painter, left)
        frame, unit = self._window_in(left), right.width() / self.result.shape[1]
        row, column = self.cell
        there = QRectF(right.left() + column * unit, right.top() + row * unit, unit, unit)
        self._draw_rays(painter, frame, middle, there)
        self._draw_middle(painter, middle)
        image, result = self._left.size, self.result.shape
        self._draw_title(painter, left, self.tr("input"), f"{image[1]}×{image[0]}")
        self._draw_title(painter, right, self.tr("result"), f"{result[1]}×{result[0]}")

    def _draw_title(self, painter: QPainter, place: QRectF, name: str, size: str) -> None:
        line = self.fontMetrics().height()
        painter.setFont(small_font(self, bold=True))
        painter.setPen(QColor(self.theme.text))
        wide = place.adjusted(-SPACE, 0, SPACE, 0)
        above = QRectF(wide.left(), place.top() - line - 2, wide.width(), line)
        painter.drawText(above, Qt.AlignmentFlag.AlignCenter, name)
        painter.setFont(small_font(self))
        painter.setPen(QColor(self.theme.muted))
        below = QRectF(wide.left(), place.bottom() + 2, wide.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, size)

    def _draw_padding(self, painter: QPainter, place: QRectF) -> None:
        painter.setPen(QPen(QColor(self.theme.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)
        if self.sliding.padding:
            wide = self.sliding.padding * place.width() / self._left.size[1]
            painter.setPen(QPen(QColor(self.theme.muted), 1, Qt.PenStyle.DashLine))
            painter.drawRect(place.adjusted(wide, wide, -wide, -wide))

    def _draw_rays(self, painter: QPainter, frame: QRectF, middle: QRectF, there: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        soft = QColor(self.theme.curve)
        soft.setAlphaF(0.45)
        painter.setPen(QPen(soft, 1))
        first, last = self._grid_places(middle)[0], self._sum_place(middle)
        painter.drawLine(frame.topRight(), first.topLeft())
        painter.drawLine(frame.bottomRight(), first.bottomLeft())
        start = QPointF(last.right(), last.center().y())
        painter.drawLine(start, QPointF(there.left(), there.center().y()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place in (frame, there):
            painter.setPen(QPen(QColor(self.theme.surface), 4))
            painter.drawRect(place)
            painter.setPen(QPen(QColor(self.theme.curve), 2))
            painter.drawRect(place)

    def _grid_places(self, middle: QRectF) -> list[QRectF]:
        """Return where the window, the kernel and the products stand, from top to bottom."""
        line = self.fontMetrics().height()
        count = 3 if self.sliding.operation == "convolution" else 1
        rows, columns = self.sliding.size
        room = (middle.height() - line * (count + 1) - 12) / count - 2
        high = min(room / rows, 30.0)
        wide = min(middle.width() / columns, 46.0)
        top = middle.top() + (middle.height() - count * (high * rows + line + 2) - line - 8) / 2
        left = middle.center().x() - wide * columns / 2
        return [
            QRectF(
                left, top + number * (high * rows + line + 2) + line, wide * columns, high * rows
            )
            for number in range(count)
        ]

    def _sum_place(self, middle: QRectF) -> QRectF:
        line, last = self.fontMetrics().height(), self._grid_places(middle)[-1]
        return QRectF(middle.left() - 8, last.bottom() + 5, middle.width() + 16, line + 4)

    def _draw_middle(self, painter: QPainter, middle: QRectF) -> None:
        window, places = self.numbers, self._grid_places(middle)
        grids: list[tuple[str, Floats, Scale, tuple[float, float] | None]] = [
            (self.tr("window"), window, self._left.scale, self._left.levels)
        ]
        if self.sliding.operation == "convolution":
            kernel = self.kernel[self.channel]
            products = window * kernel
            grids += [
                (self.tr("× kernel"), kernel, "signed", None),
                (self.tr("= products"), products, "signed", None),
            ]
        line = self.fontMetrics().height()
        for texture, place, (name, numbers, scale, levels) in zip(
            self._grids, places, grids, strict=False
        ):
            texture.show(np.asarray(numbers)[None], scale, levels)
            painter.setFont(small_font(self))
            painter.setPen(QColor(self.theme.muted))
            above = QRectF(middle.left(), place.top() - line, middle.width(), line)
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, name)
            self._draw_grid(painter, place, texture)
        painter.setFont(small_font(self, bold=True, size=SMALL_PX + 1))
        painter.setPen(QColor(self.theme.curve))
        metrics, place = painter.fontMetrics(), self._sum_place(middle)
        text = self.words()
        if metrics.horizontalAdvance(text) > place.width():
            painter.setFont(small_font(self, bold=True, size=SMALL_PX - 1))
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextDontClip)
        painter.drawText(place, flags, text)

    def _draw_grid(self, painter: QPainter, place: QRectF, texture: Texture) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        texture.draw(painter, 0, place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.line), 1))
        painter.drawRect(place)
        draw_numbers(painter, place, texture, self)
        if self.sliding.operation == "max":
            numbers = texture.images[0]
            row, column = divmod(int(numbers.argmax()), numbers.shape[1])
            painter.setPen(QPen(QColor(self.theme.curve), 2))
            painter.drawRect(texture.cell(place, row, column).adjusted(1, 1, -1, -1))

    # By mouse and keys ---------------------------------------------------------------------------

    def _take(self, row: int, column: int) -> None:
        self.go_to(row, column)
        self.moved.emit(*self.cell)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._follow(event.position())

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._follow(event.position())

    def _follow(self, at: QPointF) -> None:
        if not self.result.size:
            return
        left, _middle, right = self._places()
        if right.contains(at):
            unit = right.width() / self.result.shape[1]
            self._take(int((at.y() - right.top()) / unit), int((at.x() - right.left()) / unit))
        elif left.contains(at):
            unit, stride = left.width() / self._left.size[1], self.sliding.stride
            height, width = self.sliding.size
            row = ((at.y() - left.top()) / unit - height / 2) / stride
            column = ((at.x() - left.left()) / unit - width / 2) / stride
            self._take(round(row), round(column))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = ARROWS.get(Qt.Key(event.key()))
        if move is None or not self.result.size:
            super().keyPressEvent(event)
            return
        self._take(self.cell[0] + move[0], self.cell[1] + move[1])
