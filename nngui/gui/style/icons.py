"""Icons from the Material Design font that QtAwesome carries.

QtAwesome itself is not imported: it has qtpy create every class of Qt there is, and loads a dozen
fonts, which together take as long as the rest of the window.
"""

from __future__ import annotations

import functools
import json
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
)
from typing_extensions import override

PREFIX = "mdi6."
FONT = "materialdesignicons6-webfont*.ttf"
NAMES = "materialdesignicons6-webfont-charmap*.json"
SHARE = 0.875  # of the icon's height: 14 of 16 pixels, as the glyphs were designed


def icon(name: str, colour: str, active: str = "") -> QIcon:
    """Return a Material Design icon in a colour of the theme.

    Parameters
    ----------
    name : str
        As QtAwesome has it: ``mdi6.play``.
    active : str
        Its colour under the mouse, if that is another one.
    """
    glyph = chr(int(_glyphs()[name.removeprefix(PREFIX)], 16))
    return QIcon(_Engine(glyph, QColor(colour), QColor(active or colour)))


class _Engine(QIconEngine):
    """Draws one glyph, at whatever size is asked for."""

    def __init__(self, glyph: str, colour: QColor, active: QColor) -> None:
        super().__init__()
        self._parts = glyph, colour, active
        self._kept: dict[tuple[int, int, QIcon.Mode], QPixmap] = {}

    @override
    def clone(self) -> QIconEngine:
        return _Engine(*self._parts)

    @override
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        glyph, colour, active = self._parts
        pen = active if mode is QIcon.Mode.Active else colour
        if mode is QIcon.Mode.Disabled:
            pen = QGuiApplication.palette().color(
                QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text
            )
        font = QFont(_family())
        font.setPixelSize(max(round(SHARE * rect.height()), 1))
        painter.save()
        painter.setFont(font)
        painter.setPen(pen)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, glyph)
        painter.restore()

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        key = (size.width(), size.height(), mode)
        if key in self._kept:
            return self._kept[key]
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        self._kept[key] = pixmap
        return pixmap


@functools.cache
def _folder() -> Path:
    spec = find_spec("qtawesome")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "fonts"


@functools.cache
def _glyphs() -> dict[str, str]:
    """Return the font's characters by their names, in hexadecimal."""
    (file,) = _folder().glob(NAMES)
    names: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return names


@functools.cache
def _family() -> str:
    """Return the family of the font, once it is loaded."""
    (file,) = _folder().glob(FONT)
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(file)))[0]
