"""Numbers as pixels: colour tables, and many small images as one texture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nngui.gui.style.labels import show_tip
from nngui.gui.style.theme import BASE_PX, LIGHT, Colours

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nngui.core.arrays import Floats

Scale = Literal["grey", "heat", "signed"]
SMALL_PX = BASE_PX - 2
LEGIBLE = 23.0  # pixels across a cell in which a number can be read
SHORT = 33.0  # below which it goes without its leading 0

ARROWS = {  # where an arrow key goes, in rows and columns
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
SHADES = 255  # an odd number: zero has the one in the middle

# Dark to light in even steps of lightness, so that it is read right without colour too.
HEAT = ("#0b1020", "#1b2f73", "#2563eb", "#38bdf8", "#fef3c7")
LESS, MORE = ("#0072b2", "#d55e00"), ("#4ea8e6", "#ff8a3d")  # below and above zero: light, dark


def small_font(widget: QWidget, *, bold: bool = False, size: int = SMALL_PX) -> QFont:
    """Return a widget's font in the size of captions."""
    font = QFont(widget.font())
    font.setPixelSize(size)
    font.setBold(bold)
    return font


def colour_table(scale: Scale, theme: Colours) -> NDArray[np.uint32]:
    """Return 255 colours as 0xffRRGGBB, for the lowest to the highest value."""
    if scale == "grey":
        stops: tuple[str, ...] = ("#000000", "#ffffff")
    elif scale == "heat":
        stops = HEAT
    else:
        less, more = MORE if theme.is_dark else LESS
        stops = (less, theme.surface, more)
    parts = [(c.red(), c.green(), c.blue()) for c in map(QColor, stops)]
    colours = np.array(parts, np.float64)
    places = np.linspace(0, len(stops) - 1, SHADES)
    red, green, blue = (
        np.round(np.interp(places, np.arange(len(stops)), colours[:, part])).astype(np.uint32)
        for part in range(3)
    )
    table: NDArray[np.uint32] = (np.uint32(0xFF000000) | red << 16 | green << 8 | blue).astype(
        np.uint32
    )
    return table


class Texture:
    """Small images of one size below each other in one picture, drawn sharp at any size."""

    def __init__(self) -> None:
        self.images: Floats = np.zeros((0, 1, 1), np.float32)
        self.scale: Scale = "grey"
        self.levels = (0.0, 1.0)
        self._pixels: NDArray[np.uint32] = np.zeros((0, 1), np.uint32)
        self._picture = QImage()
        self._tables: dict[Scale, NDArray[np.uint32]] = {}
        self._theme = LIGHT

    def __len__(self) -> int:
        return len(self.images)

    @property
    def size(self) -> tuple[int, int]:
        """An image's height and width."""
        return int(self.images.shape[1]), int(self.images.shape[2])

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._tables = {}
        self.show(self.images, self.scale, self.levels)

    def show(
        self, images: Floats, scale: Scale = "grey", levels: tuple[float, float] | None = None
    ) -> None:
        """Take other images.

        Parameters
        ----------
        images : ndarray
            Shape (n, h, w), or (n, h, w, 3) with red, green and blue, which need no scale.
        levels : (low, high), optional
            The values of the first and the last colour; by default those of the images, for
            ``signed`` with zero in the middle.
        """
        self.images, self.scale = images, scale
        self.levels = levels or spread(images, scale)
        low, high = self.levels
        if scale not in self._tables:
            self._tables[scale] = colour_table(scale, self._theme)
        count, height, width = images.shape[:3]
        if not images.size:
            self._picture = QImage()
            return
        places = (images.reshape(count * height, width, *images.shape[3:]) - low) * (
            (SHADES - 1) / max(high - low, 1e-12)
        )
        places = np.clip(np.nan_to_num(places, nan=0.0) + 0.5, 0, SHADES - 1).astype(np.uint8)
        if places.ndim == 3:
            red, green, blue = places.astype(np.uint32).transpose(2, 0, 1)
            self._pixels = np.uint32(0xFF000000) | red << 16 | green << 8 | blue
        else:
            self._pixels = np.ascontiguousarray(self._tables[scale][places])
        self._picture = QImage(
            self._pixels.data, width, count * height, width * 4, QImage.Format.Format_RGB32
        )

    def draw(self, painter: QPainter, index: int, place: QRectF) -> None:
        """Draw one image; its pixels stay squares."""
        height, width = self.size
        painter.drawImage(place, self._picture, QRectF(0, index * height, width, height))

    def draw_dots(self, painter: QPainter, places: list[QRectF]) -> None:
        """Draw images of one pixel each into places that are laid out in rows, all at once."""
        columns = sum(place.top() == places[0].top() for place in places)
        rows = -(-len(places) // columns)
        ground = QColor(self._theme.surface)
        block = np.full(rows * columns, ground.rgb(), np.uint32)
        block[: len(places)] = self._pixels[: len(places), 0]
        picture = QImage(block.data, columns, rows, columns * 4, QImage.Format.Format_RGB32)
        last = places[columns - 1]
        gap = places[1].left() - places[0].right() if columns > 1 else 0.0
        whole = QRectF(places[0].topLeft(), QPointF(last.right(), places[-1].bottom()))
        painter.drawImage(whole.adjusted(0, 0, gap, gap), picture)
        for number in range(columns):
            left = places[number].right()
            painter.fillRect(QRectF(left, whole.top(), gap, whole.height() + gap), ground)
        for number in range(0, len(places), columns):
            top = places[number].bottom()
            painter.fillRect(QRectF(whole.left(), top, whole.width() + gap, gap), ground)

    def cell(self, place: QRectF, row: int, column: int) -> QRectF:
        """Return where a pixel of an image is that is drawn at `place`."""
        wide, high = place.width() / self.size[1], place.height() / self.size[0]
        return QRectF(place.left() + column * wide, place.top() + row * high, wide, high)

    def colour(self, value: float) -> QColor:
        """Return the colour of a value."""
        low, high = self.levels
        place = int(min(max((value - low) / max(high - low, 1e-12), 0.0), 1.0) * (SHADES - 1) + 0.5)
        if self.scale not in self._tables:
            self._tables[self.scale] = colour_table(self.scale, self._theme)
        return QColor(int(self._tables[self.scale][place]))


def in_colour(images: Floats) -> Floats:
    """Return images as `Texture` shows them, of shape (n, channels, h, w): three are a colour."""
    return images.transpose(0, 2, 3, 1) if images.shape[1] == 3 else images.mean(1)


def spread(images: Floats, scale: Scale) -> tuple[float, float]:
    """Return the levels that use all colours."""
    finite = images[np.isfinite(images)]
    if not finite.size:
        return 0.0, 1.0
    if scale == "signed":
        most = float(np.abs(finite).max()) or 1.0
        return -most, most
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if high > low else (low, low + 1)


def ink_on(ground: QColor) -> QColor:
    """Return black or white, whichever stands out more (WCAG's relative luminance)."""
    parts = [ground.redF(), ground.greenF(), ground.blueF()]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return QColor("#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 else "#ffffff")


def snapped(side: float, pixels: int, ratio: float) -> float:
    """Return the size, at most `side`, at which each of so many pixels is equally large."""
    if pixels <= 0:
        return side
    whole = int(side * ratio / pixels)
    return whole * pixels / ratio if whole else side


def compact_number(value: float, *, short: bool = False) -> str:
    """Return a number in few characters: 0.25, -1.4, 12, 3e5; shorter still: .25."""
    if not np.isfinite(value):
        return "−∞" if value < 0 else "∞" if value > 0 else "NaN"
    size = abs(value)
    if size >= 1e4:
        return f"{value:.0e}".replace("e+0", "e").replace("e+", "e")
    digits = 0 if size >= 100 or value == round(value) else 1 if size >= 10 else 2
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        return "0"
    return (text.replace("0.", ".", 1) if short and size < 1 else text).replace("-", "−")


def draw_numbers(painter: QPainter, place: QRectF, texture: Texture, widget: QWidget) -> None:
    """Write its number into each pixel of the first image, where there is room for it."""
    cell = texture.cell(place, 0, 0)
    if cell.width() < LEGIBLE or cell.height() < SMALL_PX:
        return
    painter.setFont(small_font(widget, size=SMALL_PX - 1))
    numbers, short = texture.images[0], cell.width() < SHORT
    texts = [compact_number(float(value), short=short) for value in numbers.flat]
    metrics = painter.fontMetrics()
    if max(map(metrics.horizontalAdvance, texts)) > cell.width() - 1:
        return
    for ((row, column), value), text in zip(np.ndenumerate(numbers), texts, strict=True):
        painter.setPen(ink_on(texture.colour(float(value))))
        painter.drawText(texture.cell(place, row, column), Qt.AlignmentFlag.AlignCenter, text)


def draw_hint(widget: QWidget, painter: QPainter, text: str, theme: Colours) -> None:
    """Say in the middle of an empty view what will appear and how to start."""
    painter.setPen(QColor(theme.muted))
    painter.setFont(widget.font())
    place = widget.rect().adjusted(16, 8, -16, -8)
    painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap), text)


def draw_focus(painter: QPainter, place: QRect | QRectF, theme: Colours) -> None:
    """Mark what the keyboard works on."""
    painter.setPen(QPen(QColor(theme.accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(place).adjusted(-1.5, -1.5, 1.5, 1.5), 3, 3)


class PaintedWidget(QWidget):
    """A view that is painted: its theme, its hint while it is empty, its tips, its focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self.hint = ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setBackgroundRole(QPalette.ColorRole.NoRole)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.theme = theme
        self.update()

    def tabled(self) -> list[tuple[object, ...]]:
        """Return what is drawn, for a table: x, y and the value there; often nothing."""
        return []

    def tip_at(self, place: QPointF) -> str | None:
        """Return what the tooltip says at a place, as plain text; None: it is the widget's own."""
        return None

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self.tip_at(QPointF(event.pos()))
            if tip is not None:
                show_tip(event.globalPos(), tip, self)
                return True
        return bool(super().event(event))

    def show_hint(self, text: str) -> None:
        """Say what will appear here, as long as it is empty."""
        self.hint = text
        self.update()
