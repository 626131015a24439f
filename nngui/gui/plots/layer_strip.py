"""A convolutional network as a row of its layers, each with what it makes of an image."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from typing_extensions import override

from nngui.gui.plots.bars import draw_bars
from nngui.gui.plots.kit.pixels import (
    PaintedWidget,
    Scale,
    Texture,
    draw_focus,
    draw_hint,
    small_font,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.gui.style.theme import Colours

MAX_MAPS = 64  # drawn for a layer; the others would be too small to see
ROOM = 18.0  # pixels between two layers
GAP = 3.0
LINKS = 8  # drawn at most: each takes as long as ten small images
WEAK = 0.2  # of the strongest link: below it none is drawn


@dataclass(frozen=True, slots=True, eq=False)
class LayerStage:
    """A layer with its output.

    Attributes
    ----------
    name : str
        What the user calls it: ``conv1``.
    shape : str
        The output's: ``16×8×8``.
    maps : ndarray
        Shape (n, h, w); (n, 1, 1) for the neurons of a fully connected layer.
    scale : str
        ``signed`` where zero matters, ``heat`` behind an activation, ``grey`` for the image.
    """

    name: str
    shape: str
    maps: Floats
    scale: Scale


class LayerStrip(PaintedWidget):
    """Image, feature maps, neurons, probabilities, from left to right; a map can be chosen.

    Signals
    -------
    chosen : int, int
        The stage and the map that the user chose.
    """

    chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stages: tuple[LayerStage, ...] = ()
        self.classes: tuple[str, ...] = ()
        self.probabilities: Floats = np.zeros(0, np.float32)
        self.truth = -1
        self.current = (0, 0)
        self._textures: list[Texture] = []
        self._links: Floats | None = None
        self._places: dict[int, list[QRectF]] = {}  # a stage's tiles, as long as they lie there
        self._laid_for: tuple[object, ...] = ()

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        for texture in self._textures:
            texture.set_theme(theme)

    def show_stages(
        self,
        stages: tuple[LayerStage, ...],
        probabilities: Floats,
        classes: tuple[str, ...],
        truth: int = -1,
    ) -> None:
        """Show what the layers make of an image now.

        Parameters
        ----------
        probabilities : ndarray
            Shape (classes,).
        truth : int
            The image's class; -1 where it is not known.
        """
        self.stages, self.probabilities = stages, probabilities
        self.classes, self.truth = classes, truth
        while len(self._textures) < len(stages):
            self._textures.append(Texture())
            self._textures[-1].set_theme(self.theme)
        del self._textures[len(stages) :]
        for stage, texture in zip(stages, self._textures, strict=True):
            levels = (0.0, 1.0) if stage.scale == "grey" else None
            texture.show(stage.maps[:MAX_MAPS], stage.scale, levels)
        number, index = self.current
        if stages and not (number < len(stages) and index < len(self._textures[number])):
            self.current = (0, 0)
        self.update()

    def choose(self, stage: int, index: int) -> None:
        """Mark a map as chosen, without saying so."""
        self.current = (stage, index)
        self.update()

    def show_links(self, weights: Floats | None) -> None:
        """Show how strongly the chosen map takes from each map before it, shape (maps,)."""
        self._links = weights
        self.update()

    # Where what is -------------------------------------------------------------------------------

    def columns(self) -> list[QRectF]:
        """Return the room of each stage, and last that of the probabilities."""
        weights = [_weight(stage) for stage in self.stages]
        if self.classes:
            weights.append(1.5)
        room = self.width() - 4 - ROOM * (len(weights) - 1)
        line = self.fontMetrics().height()
        unit, left, places = room / max(sum(weights), 1e-9), 2.0, []
        for weight in weights:
            places.append(QRectF(left, line + 2, weight * unit, self.height() - 2 * line - 4))
            left += weight * unit + ROOM
        return places

    def tiles(self, stage: int) -> list[QRectF]:
        """Return where a stage's maps are drawn."""
        shapes = tuple((len(texture), texture.size) for texture in self._textures)
        laid_for = self.size(), self.fontMetrics().height(), len(self.classes), shapes
        if laid_for != self._laid_for:
            self._laid_for, self._places = laid_for, {}
        if stage not in self._places:
            self._places[stage] = self._lay_out_tiles(stage)
        return self._places[stage]

    def _lay_out_tiles(self, stage: int) -> list[QRectF]:
        texture, room = self._textures[stage], self.columns()[stage]
        count, (height, width) = len(texture), texture.size
        best, columns = 0.0, 1
        for across in range(1, count + 1):
            down = math.ceil(count / across)
            wide = (room.width() + GAP) / across - GAP
            high = ((room.height() + GAP) / down - GAP) * width / height
            if min(wide, high) > best:
                best, columns = min(wide, high), across
        most = 22.0 if height == width == 1 else 132.0
        wide = max(min(best, most), 2.0)
        high = wide * height / width
        rows = math.ceil(count / columns)
        top = room.center().y() - (rows * (high + GAP) - GAP) / 2
        left = room.center().x() - (min(columns, count) * (wide + GAP) - GAP) / 2
        return [
            QRectF(
                left + (number % columns) * (wide + GAP),
                top + (number // columns) * (high + GAP),
                wide,
                high,
            )
            for number in range(count)
        ]

    def at(self, place: QPointF) -> tuple[int, int] | None:
        """Return the stage and the map at a place."""
        for stage in range(len(self.stages)):
            for index, tile in enumerate(self.tiles(stage)):
                if tile.adjusted(-1, -1, 1, 1).contains(place):
                    return stage, index
        return None

    @override
    def sizeHint(self) -> QSize:
        return QSize(620, 220)

    # Painting ------------------------------------------------------------------------------------

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.stages:
            draw_hint(self, painter, self.hint, self.theme)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_links(painter)
        columns = self.columns()
        for number, stage in enumerate(self.stages):
            self._draw_words(painter, columns[number], stage.name, stage.shape)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            tiles, texture = self.tiles(number), self._textures[number]
            if texture.size == (1, 1):
                texture.draw_dots(painter, tiles)
                tiles = []
            for index, tile in enumerate(tiles):
                texture.draw(painter, index, tile)
                if stage.scale == "signed":  # near zero it is as the ground
                    painter.setPen(QColor(self.theme.line))
                    painter.drawRect(tile)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.classes:
            self._draw_words(painter, columns[-1], self.tr("probability"), "")
            painter.setFont(small_font(self))
            place = columns[-1]
            high = min(place.height(), 24.0 * len(self.classes))
            place = QRectF(place.left(), place.center().y() - high / 2, place.width(), high)
            draw_bars(painter, place, self.classes, self.probabilities, self.theme, self.truth)
        stage_number, index = self.current
        draw_focus(painter, self.tiles(stage_number)[index], self.theme)

    def _draw_words(self, painter: QPainter, column: QRectF, name: str, shape: str) -> None:
        line = self.fontMetrics().height()
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextDontClip)
        wide = column.adjusted(-ROOM / 2, 0, ROOM / 2, 0)
        painter.setFont(small_font(self, bold=True))
        painter.setPen(QColor(self.theme.text))
        painter.drawText(QRectF(wide.left(), 0, wide.width(), line), flags, name)
        painter.setFont(small_font(self))
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(QRectF(wide.left(), column.bottom() + 2, wide.width(), line), flags, shape)

    def _draw_links(self, painter: QPainter) -> None:
        """Draw from every map before the chosen one to it, or a faint arrow between the layers."""
        columns = self.columns()
        painter.setPen(QPen(QColor(self.theme.line), 1.5))
        middle = columns[0].center().y()
        for left, right in itertools.pairwise(columns):
            x, tip = left.right() + 4, right.left() - 4
            painter.drawLine(QPointF(x, middle), QPointF(tip, middle))
            painter.drawLine(QPointF(tip - 4, middle - 4), QPointF(tip, middle))
            painter.drawLine(QPointF(tip - 4, middle + 4), QPointF(tip, middle))
        stage, index = self.current
        if stage == 0:
            return
        before, tile = self.tiles(stage - 1), self.tiles(stage)[index]
        weights = self._links
        if weights is None or len(weights) != len(self.stages[stage - 1].maps):
            one = index if len(before) == len(self.tiles(stage)) else None
            weights = np.zeros(len(before), np.float32)
            if one is not None:
                weights[one] = 1.0  # pooling and activations go map by map
        self._draw_curves(painter, before, tile, weights)

    def _draw_curves(
        self, painter: QPainter, before: list[QRectF], tile: QRectF, weights: Floats
    ) -> None:
        most = float(np.abs(weights).max()) if len(weights) else 0.0
        end = QPointF(tile.left(), tile.center().y())
        signs = Texture()
        signs.set_theme(self.theme)
        signs.show(np.zeros((0, 1, 1), np.float32), "signed", (-1.0, 1.0))
        strongest = np.argsort(-np.abs(weights[: len(before)]), kind="stable")[:LINKS]
        for place, weight in ((before[number], weights[number]) for number in strongest):
            share = abs(float(weight)) / most if most else 0.0
            if share < WEAK:
                continue
            colour = signs.colour(1.0 if weight > 0 else -1.0)
            colour.setAlphaF(0.15 + 0.65 * share)
            start = QPointF(place.right(), place.center().y())
            path = QPainterPath(start)
            half = (start.x() + end.x()) / 2
            path.cubicTo(QPointF(half, start.y()), QPointF(half, end.y()), end)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 0.6 + 1.6 * share))
            painter.drawPath(path)

    # By mouse and keys ---------------------------------------------------------------------------

    def _take(self, stage: int, index: int) -> None:
        self.choose(stage, index)
        self.setAccessibleDescription(self.words(stage, index))
        self.chosen.emit(stage, index)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.at(event.position())
        if found is not None and event.button() is Qt.MouseButton.LeftButton:
            self._take(*found)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        stage, index = self.current
        key = event.key()
        if not self.stages:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            count = len(self._textures[stage])
            self._take(stage, (index + (1 if key == Qt.Key.Key_Down else -1)) % count)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            other = stage + (1 if key == Qt.Key.Key_Right else -1)
            other = min(max(other, 0), len(self.stages) - 1)
            self._take(other, min(index, len(self._textures[other]) - 1))
        else:
            super().keyPressEvent(event)

    @override
    def tip_at(self, place: QPointF) -> str:
        found = self.at(place)
        return self.words(*found) if found else ""

    def words(self, stage: int, index: int) -> str:
        """Return a map in words: its layer, its number, its values."""
        layer = self.stages[stage]
        values = layer.maps[index]
        name = f"{layer.name} [{index}]" if len(layer.maps) > 1 else layer.name
        if values.size == 1:
            return f"{name} = {float(values.flat[0]):.4g}"
        low, high = float(values.min()), float(values.max())
        text = self.tr("{name}: {width}×{height}, from {low} to {high}")
        return text.format(
            name=name,
            width=values.shape[1],
            height=values.shape[0],
            low=f"{low:.3g}",
            high=f"{high:.3g}",
        )


def _weight(stage: LayerStage) -> float:
    """Return how much room a stage wants across."""
    count, height, _width = stage.maps.shape
    if height == 1:
        return 0.5 if count <= 32 else 0.7
    return 1.0 if count == 1 else 1.25
