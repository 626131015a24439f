"""How each racer looks, everywhere: a colour, a dash and a marker of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pyqtgraph as pg
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPen, QPixmap

from nngui.core.spec.torch_names import OPTIMIZER_NAMES
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

SWATCH = QSize(30, 14)

# Okabe and Ito's colours; the two that they lack are darker and lighter than all of theirs.
_COLOURS = {
    "sgd": "#0072b2",
    "momentum": "#e69f00",
    "adagrad": "#009e73",
    "rmsprop": "#cc79a7",
    "adam": "#d55e00",
    "nesterov": "#56b4e9",
    "adamw": "#7f7f7f",
    "adamax": "#b8a800",
    "nadam": "#7b4fb5",
    "radam": "#8c564b",
}
_DASHES: dict[str, tuple[float, ...]] = {  # in line widths; () is solid
    "sgd": (),
    "momentum": (6, 2.5),
    "adagrad": (1.5, 2),
    "rmsprop": (6, 2, 1.5, 2),
    "adam": (),
    "nesterov": (10, 3),
    "adamw": (3, 2),
    "adamax": (1.5, 3.5),
    "nadam": (10, 2, 1.5, 2, 1.5, 2),
    "radam": (4, 2, 1.5, 2),
}
_MARKERS = {
    "sgd": "o",
    "momentum": "t1",
    "adagrad": "s",
    "rmsprop": "d",
    "adam": "star",
    "nesterov": "t",
    "adamw": "h",
    "adamax": "p",
    "nadam": "t2",
    "radam": "t3",
}


@dataclass(frozen=True)
class Racer:
    """How a racer is drawn.

    Attributes
    ----------
    name, label : str
        Its loss column, and what it is called.
    colour, marker : str
        A colour, and one of pyqtgraph's symbols.
    dash : tuple of float
        Line and gap by turns, in widths of the line; empty for a solid one.
    """

    name: str
    label: str
    colour: str
    marker: str
    dash: tuple[float, ...]

    def pen(self, width: float) -> QPen:
        """Return its pen; `width` is in pixels."""
        pen = QPen(pg.mkPen(self.colour, width=width))
        if self.dash:
            pen.setDashPattern(self.dash)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def swatch(self, scale: float = 1.0, *, shown: bool = True) -> QIcon:
        """Return a piece of its line with its marker; grey where it is not shown."""
        picture = QPixmap(SWATCH * scale)
        picture.setDevicePixelRatio(scale)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not shown:
            painter.setOpacity(0.35)
        middle = QPointF(SWATCH.width() / 2, SWATCH.height() / 2)
        painter.setPen(self.pen(2))
        painter.drawLine(QPointF(0, middle.y()), QPointF(SWATCH.width(), middle.y()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colour))
        painter.translate(middle)
        painter.scale(10, 10)
        painter.drawPath(Symbols[self.marker])
        painter.end()
        return QIcon(picture)


@cache
def brush(colour: str) -> QBrush:
    """Return the brush of a colour, always the same: pyqtgraph draws each marker once for each."""
    return QBrush(pg.mkBrush(colour))


def racers(names: Sequence[str]) -> list[Racer]:
    """Return the looks of some optimizers; a name always has the same."""
    return [
        Racer(name, shown(OPTIMIZER_NAMES[name]), _COLOURS[name], _MARKERS[name], _DASHES[name])
        for name in names
    ]
