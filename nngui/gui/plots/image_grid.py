"""Many small images in rows: feature maps, filters, samples of the data, mistakes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget
from typing_extensions import override

from nngui.gui.plots.kit.pixels import Scale, Texture, draw_focus, draw_hint, small_font, snapped
from nngui.gui.style.labels import show_tip
from nngui.gui.style.theme import LIGHT, Colours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from nngui.core.arrays import Floats

GAP = 6
MARGIN = 3  # pixels around all, for the frame of a chosen one


class ImageGrid(QAbstractScrollArea):
    """Images with captions, as large as fits; one of them can be chosen.

    Parameters
    ----------
    least, most : int
        An image's shortest and longest side on the screen; of images that do not fit at the
        shortest one scrolls.

    Signals
    -------
    chosen : int
        The image that the user chose, by mouse or keys.
    """

    chosen = Signal(int)

    def __init__(self, least: int = 24, most: int = 96, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.least, self.most = least, most
        self.theme = LIGHT
        self.hint = ""
        self.current = -1
        self.texture = Texture()
        self.captions: tuple[str, ...] = ()
        self._marked: frozenset[int] = frozenset()
        self._tile = (1.0, 1.0)  # a drawn image's width and height
        self._columns = 1
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.theme = theme
        self.texture.set_theme(theme)
        self.viewport().update()

    def show_hint(self, text: str) -> None:
        """Say what will appear here, as long as there are no images."""
        self.hint = text
        self.viewport().update()

    def show_images(
        self,
        images: Floats,
        captions: Sequence[str] = (),
        *,
        scale: Scale = "grey",
        levels: tuple[float, float] | None = None,
        marked: frozenset[int] = frozenset(),
    ) -> None:
        """Show other images, or the same ones changed.

        Parameters
        ----------
        images : ndarray
            Shape (n, h, w), or (n, h, w, 3) in colour.
        captions : sequence of str
            Words below each, in one line or more; none at all, or n.
        levels : (low, high), optional
            See `Texture.show`.
        marked : frozenset of int
            The captions to set in the colour of an error.
        """
        before = self.texture.images.shape, self._caption_height
        self.texture.show(images, scale, levels)
        self.captions, self._marked = tuple(captions), marked
        if before != (images.shape, self._caption_height):
            self.current = min(self.current, len(images) - 1)
            self._lay_out()
        self.viewport().update()

    def choose(self, index: int) -> None:
        """Mark an image as chosen, without saying so; -1 for none."""
        self.current = index if 0 <= index < len(self.texture) else -1
        self.setAccessibleDescription(self.caption(self.current))
        self._reveal()
        self.viewport().update()

    def caption(self, index: int) -> str:
        """Return what stands below an image; nothing where there is none."""
        return self.captions[index] if 0 <= index < len(self.captions) else ""

    # Where what is -------------------------------------------------------------------------------

    @property
    def _caption_height(self) -> int:
        lines = 1 + max((caption.count("\n") for caption in self.captions), default=-1)
        return lines * self.fontMetrics().height()

    def _lay_out(self) -> None:
        count = len(self.texture)
        if not count:
            self.verticalScrollBar().setRange(0, 0)
            return
        height, width = self.texture.size
        room = self.viewport().width() - 2 * MARGIN, self.viewport().height() - 2 * MARGIN
        best = max((self._side(columns, room), -columns) for columns in range(1, count + 1))
        side, self._columns = best[0], -best[1]
        if side < self.least:
            side = self.least
            self._columns = max(
                1, int((room[0] + GAP) // (side * width / max(height, width) + GAP))
            )
        longest = max(height, width)
        side = snapped(min(side, self.most), longest, self.devicePixelRatioF())
        self._tile = side * width / longest, side * height / longest
        bar = self.verticalScrollBar()
        rows = math.ceil(count / self._columns)
        whole = rows * (self._tile[1] + self._caption_height + GAP) - GAP + 2 * MARGIN
        bar.setRange(0, max(0, math.ceil(whole - self.viewport().height())))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(int(self._tile[1]) + self._caption_height + GAP)

    def _side(self, columns: int, room: tuple[int, int]) -> float:
        """Return an image's longest side when so many stand beside each other."""
        height, width = self.texture.size
        longest = max(height, width)
        rows = math.ceil(len(self.texture) / columns)
        across = (room[0] - (columns - 1) * GAP) / columns * longest / width
        down = (room[1] - (rows - 1) * GAP) / rows - self._caption_height
        return min(across, down * longest / height)

    def tile(self, index: int) -> QRectF:
        """Return where an image is drawn, in the viewport."""
        row, column = divmod(index, self._columns)
        width, height = self._tile
        top = MARGIN + row * (height + self._caption_height + GAP)
        left = MARGIN + column * (width + GAP)
        return QRectF(left, top - self.verticalScrollBar().value(), width, height)

    def at(self, place: QPoint) -> int:
        """Return the image at a place of the viewport; -1 for none."""
        for index in range(len(self.texture)):
            if self.tile(index).adjusted(0, 0, 0, self._caption_height).contains(place):
                return index
        return -1

    def _reveal(self) -> None:
        if self.current < 0:
            return
        tile, bar = self.tile(self.current), self.verticalScrollBar()
        below = tile.bottom() + self._caption_height + MARGIN - self.viewport().height()
        if tile.top() < MARGIN:
            bar.setValue(int(bar.value() + tile.top() - MARGIN))
        elif below > 0:
            bar.setValue(math.ceil(bar.value() + below))

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, 120)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    # Painting ------------------------------------------------------------------------------------

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        if not len(self.texture):
            draw_hint(self.viewport(), painter, self.hint, self.theme)
            return
        painter.setFont(small_font(self))
        for index in range(len(self.texture)):
            tile = self.tile(index)
            if tile.bottom() + self._caption_height < 0 or tile.top() > self.viewport().height():
                continue
            self.texture.draw(painter, index, tile)
            painter.setPen(QPen(QColor(self.theme.line), 1))
            painter.drawRect(tile)
            if self.captions:
                self._draw_caption(painter, index, tile)
        if 0 <= self.current < len(self.texture):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_focus(painter, self.tile(self.current), self.theme)

    def _draw_caption(self, painter: QPainter, index: int, tile: QRectF) -> None:
        place = QRectF(tile.left() - GAP / 2, tile.bottom(), tile.width() + GAP, 0)
        place.setHeight(self._caption_height)
        colour = self.theme.error if index in self._marked else self.theme.muted
        painter.setPen(QColor(colour))
        metrics, room = painter.fontMetrics(), int(place.width())
        right = Qt.TextElideMode.ElideRight
        lines = (metrics.elidedText(line, right, room) for line in self.captions[index].split("\n"))
        middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(place, middle, "\n".join(lines))

    # By mouse and keys ---------------------------------------------------------------------------

    def _take(self, index: int) -> None:
        if 0 <= index < len(self.texture):
            self.choose(index)
            self.chosen.emit(index)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._take(self.at(event.position().toPoint()))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
            Qt.Key.Key_Home: -max(self.current, 0),
            Qt.Key.Key_End: len(self.texture) - 1 - self.current,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._take(self.current + step if self.current >= 0 else 0)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            show_tip(event.globalPos(), self.tip(event.pos()), self)
            return True
        return bool(super().viewportEvent(event))

    def tip(self, place: QPoint) -> str:
        """Return what is told of the pixel at a place of the viewport."""
        index = self.at(place)
        if index < 0:
            return ""
        tile, (height, width) = self.tile(index), self.texture.size
        row = min(int((place.y() - tile.top()) / tile.height() * height), height - 1)
        column = min(int((place.x() - tile.left()) / tile.width() * width), width - 1)
        value = float(np.asarray(self.texture.images)[index, row, column])
        pixel = self.tr("row {row}, column {column}: {value}").format(
            row=row + 1, column=column + 1, value=f"{value:.4g}"
        )
        return "\n".join(part for part in (self.caption(index), pixel) if part)
