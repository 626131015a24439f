"""Asking a network about a picture: opened, dropped or pasted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QMimeData, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QIcon,
    QImage,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
)
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.gui.panels.card import ElidedLabel, label
from nngui.gui.plots.bars import ProbabilityBars, percent
from nngui.gui.plots.image_grid import ImageGrid
from nngui.gui.plots.kit.pixels import PaintedWidget, draw_hint, in_colour
from nngui.gui.style.labels import Label, set_tip

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nngui.core.data.image_preparation import ImagePreparation
    from nngui.files.picture_predictions import PictureAnswer
    from nngui.gui.style.theme import Colours

TOP = 3  # classes that are told


class PictureView(PaintedWidget):
    """The picture as it is, as large as there is room for it."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(220, 200)

    def show_pixels(self, pixels: NDArray[np.uint8]) -> None:
        """Show a picture, shape (3, height, width); of no pixels, the hint."""
        whole = np.ascontiguousarray(pixels.transpose(1, 2, 0))
        height, width = whole.shape[:2]
        own = QImage(whole.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self._image = own.copy()
        self.update()

    @property
    def is_empty(self) -> bool:
        """Whether there is no picture yet."""
        return self._image.isNull()

    @override
    def sizeHint(self) -> QSize:
        return QSize(300, 280)

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._image.isNull():
            painter.setPen(QPen(QColor(self.theme.muted), 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 6, 6)
            draw_hint(self, painter, self.hint, self.theme)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = self.rect()
        place.setSize(size)
        place.moveCenter(self.rect().center())
        painter.drawImage(place, self._image)


class PictureDialog(QDialog):
    """A picture, what the network sees of it, and the classes that it takes it for.

    Signals
    -------
    picture_requested
        The user wants to choose a file.
    folder_requested
        The user wants predictions for a folder.
    path_given : Path
        A file is to be asked about.
    pixels_given : ndarray
        A picture from no file is to be asked about: shape (height, width, 4), uint8.
    """

    picture_requested = Signal()
    folder_requested = Signal()
    path_given = Signal(object)
    pixels_given = Signal(object)

    def __init__(
        self, name: str, images: ImagePreparation, theme: Colours, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Predict"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.resize(700, 460)
        self._images = images
        self.view, self.bars = PictureView(), ProbabilityBars()
        self.seen = ImageGrid(least=8, most=140)
        self.answer, self.details = label("", "figure"), Label()
        self._name = ElidedLabel()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        title = ElidedLabel()
        title.setProperty("role", "plot-title")
        title.setText(name)
        column.addWidget(title)
        column.addLayout(self._make_middle(), 1)
        column.addLayout(self._make_end())
        for part in (self.view, self.bars, self.seen):
            part.set_theme(theme)
        self.view.show_hint(self.tr("Drop a picture here, paste one (Ctrl+V), or open one."))
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.activated.connect(self.paste)
        self._show_nothing()

    # What it is made of --------------------------------------------------------------------------

    def _make_middle(self) -> QGridLayout:
        self.view.setAccessibleName(self.tr("The picture"))
        self.seen.setAccessibleName(self.tr("What the network sees"))
        self.seen.setFixedSize(150, 150)
        self.seen.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.bars.setAccessibleName(self.tr("Probabilities"))
        self.bars.setFixedHeight(26 * TOP + 8)
        self.answer.setAccessibleName(self.tr("Prediction"))
        self.details.setWordWrap(True)
        self.details.setProperty("role", "muted")
        told = QVBoxLayout()
        told.setSpacing(6)
        told.addWidget(label(self.tr("The network sees"), "muted"))
        told.addWidget(self.seen)
        told.addSpacing(8)
        told.addWidget(self.answer)
        told.addWidget(self.bars)
        told.addWidget(self.details)
        told.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.addWidget(self.view, 0, 0)
        grid.addWidget(self._name, 1, 0)
        grid.addLayout(told, 0, 1, 2, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnMinimumWidth(1, 260)
        grid.setRowStretch(0, 1)
        return grid

    def _make_end(self) -> QHBoxLayout:
        line = QHBoxLayout()
        self.open_button = QPushButton(self.tr("Open picture…"))
        self.paste_button = QPushButton(self.tr("Paste"))
        self.folder_button = QPushButton(self.tr("Predict a folder…"))
        set_tip(self.paste_button, self.tr("Take the picture that was copied (Ctrl+V)."))
        set_tip(self.folder_button, self.tr("A table with a row for each picture in a folder."))
        self.open_button.clicked.connect(self.picture_requested)
        self.paste_button.clicked.connect(self.paste)
        self.folder_button.clicked.connect(self.folder_requested)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.buttons()[0].setIcon(QIcon())
        buttons.rejected.connect(self.reject)
        for button in (self.open_button, self.paste_button, self.folder_button):
            line.addWidget(button)
        line.addStretch(1)
        line.addWidget(buttons)
        return line

    # What is shown -------------------------------------------------------------------------------

    def show_reading(self, name: str) -> None:
        """Say which picture is being read."""
        self._name.setText(name)
        self.details.setText(self.tr("Reading the picture …"))

    def show_answer(self, found: PictureAnswer) -> None:
        """Show a picture, and what the network says of it."""
        self.view.show_pixels(found.preview)
        pixels = found.pixels.astype(np.float32)[None] / 255
        self.seen.show_images(in_colour(pixels), levels=(0.0, 1.0))
        order = np.argsort(-found.shares, kind="stable")[:TOP]
        names = tuple(self._images.classes[number] for number in order)
        self.bars.show_names(names)
        self.bars.show_values(found.shares[order])
        self.answer.setText(names[0])
        set_tip(self.answer, names[0])
        self.details.setText(self._about(float(found.shares[order[0]])))

    def show_problem(self, text: str) -> None:
        """Say why there is no answer."""
        self._show_nothing()
        self.answer.setText("–")
        self.details.setText(text)

    def _show_nothing(self) -> None:
        self.view.show_pixels(np.zeros((3, 0, 0), np.uint8))
        self.seen.show_images(np.zeros((0, 1, 1), np.float32))
        self.bars.show_names(())
        self.bars.show_values(np.zeros(0, np.float32))
        self.answer.setText("")
        self.details.setText(self._about(None))

    def _about(self, share: float | None) -> str:
        images = self._images
        colours = self.tr("in colour") if images.channels == 3 else self.tr("in grey")
        text = self.tr("It knows {n} classes, and sees {width}×{height} pixels {colours}.")
        about = text.format(
            n=f"{len(images.classes):,}", width=images.width, height=images.height, colours=colours
        )
        if share is None:
            return about
        return self.tr("{share} sure.").format(share=percent(share)) + " " + about

    # What the user gives -------------------------------------------------------------------------

    @Slot()
    def paste(self) -> None:
        """Take what was copied: a picture, or a file."""
        if not self._take(QApplication.clipboard().mimeData()):
            self.details.setText(self.tr("What was copied is no picture."))

    def _take(self, data: QMimeData) -> bool:
        """Ask about what is dropped or pasted; tell whether it is a picture."""
        path = picture_in(data)
        if path is not None:
            self.path_given.emit(path)
            return True
        image = data.imageData() if data.hasImage() else None
        if not isinstance(image, QImage) or image.isNull():
            return False
        self._name.setText(self.tr("from the clipboard"))
        self.pixels_given.emit(_as_rgba(image))
        return True

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if picture_in(event.mimeData()) is not None or event.mimeData().hasImage():
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        if self._take(event.mimeData()):
            event.acceptProposedAction()


def picture_in(data: QMimeData) -> Path | None:
    """Return the file that is dropped or pasted, when it is a single one."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return None if path.is_dir() else path


def _as_rgba(image: QImage) -> NDArray[np.uint8]:
    own = image.convertToFormat(QImage.Format.Format_RGBA8888)
    height, width, line = own.height(), own.width(), own.bytesPerLine()
    rows = np.frombuffer(own.constBits(), np.uint8).reshape(height, line)
    return rows[:, : 4 * width].reshape(height, width, 4).copy()
