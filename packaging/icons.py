"""Draw the program's icon from its SVG in the sizes and formats that systems want.

    python packaging/icons.py FOLDER

writes nngui.ico (Windows), nngui.icns (macOS) and hicolor/SIZExSIZE/apps/nngui.png (Linux).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SVG = Path(__file__).resolve().parent.parent / "resources" / "icons" / "nngui.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
LARGEST_ICO = 256


def draw(renderer: QSvgRenderer, size: int) -> QImage:
    """Return the icon as a square of so many pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def write_icons(folder: Path) -> None:
    """Write all of them."""
    from PIL import Image  # puts several sizes into one file, which Qt does not

    renderer = QSvgRenderer(str(SVG))
    pictures = []
    for size in SIZES:
        place = folder / "hicolor" / f"{size}x{size}" / "apps"
        place.mkdir(parents=True, exist_ok=True)
        if not draw(renderer, size).save(str(place / "nngui.png")):
            raise OSError(f"{place} could not be written to")
        pictures.append(Image.open(place / "nngui.png"))
    small = [picture for picture in pictures if picture.width <= LARGEST_ICO]
    small[-1].save(
        folder / "nngui.ico", append_images=small[:-1], sizes=[image.size for image in small]
    )
    pictures[-1].save(folder / "nngui.icns", append_images=pictures[:-1])


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication(sys.argv)
    write_icons(Path(sys.argv[1]))
