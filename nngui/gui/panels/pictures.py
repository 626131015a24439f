"""Pictures of what the window shows, in files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRectF, QSize
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from nngui.core.errors import FileError
from nngui.core.text import mark
from nngui.files.atomic import replacing_bytes, write_text
from nngui.gui.panels.banner import Banner

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

PICTURE_SCALE = 2


def write_picture(widget: QWidget, path: Path) -> None:
    """Write a widget's picture: SVG by that suffix, else PNG at twice its size.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    banners = [banner for banner in widget.findChildren(Banner) if banner.isVisible()]
    for banner in banners:  # what the program says is no part of the plot
        banner.hide()
    try:
        if path.suffix.lower() == ".svg":
            write_text(path, _svg(widget))
        else:
            write_png(picture(widget, PICTURE_SCALE), path)
    finally:
        for banner in banners:
            banner.show()


def _svg(widget: QWidget) -> str:
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(widget.size())
    generator.setViewBox(QRectF(widget.rect()))
    painter = QPainter(generator)
    widget.render(painter, QPoint())
    painter.end()
    return bytes(buffer.data().data()).decode()


def write_png(image: QImage, path: Path) -> None:
    """Write a PNG file, whatever its name ends with.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):  # no memory for it
        text = mark("core", "{path} could not be written: {why}. Choose another place.")
        raise FileError(text, path=path, why=mark("core", "there is not enough memory"))
    with replacing_bytes(path) as file:
        file.write(buffer.data().data())


def picture(widget: QWidget, scale: float) -> QImage:
    """Return a widget's picture, sharp at some multiple of its size."""
    from nngui.gui.plots.kit.axes import CalmPlot  # imports pyqtgraph

    size = QSize(round(widget.width() * scale), round(widget.height() * scale))
    image = QImage(size, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(scale)
    image.fill(widget.palette().window().color())
    plots = widget.findChildren(CalmPlot)
    before = [plot.thickness for plot in plots]
    for plot, thickness in zip(plots, before, strict=True):
        plot.set_thickness(scale * thickness)
    widget.render(image)
    for plot, thickness in zip(plots, before, strict=True):
        plot.set_thickness(thickness)
    return image
