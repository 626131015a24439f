"""What can be taken away from a card: its picture, its numbers, a film of the training."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, Qt, QTemporaryDir, QUrl, Signal
from PySide6.QtGui import QAction, QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget
from typing_extensions import override

from nngui.gui.style.icons import icon
from nngui.gui.style.labels import set_tip
from nngui.gui.temporary import temporary_folder

if TYPE_CHECKING:
    from nngui.gui.style.theme import Colours

DRAGGED = 160  # pixels: how wide the picture under the mouse is


class CardMenu(QToolButton):
    """A button in a card's header: a click opens the menu, a drag takes the picture out.

    Signals
    -------
    export_requested : str
        ``copy``, ``save``, ``numbers`` or ``record``.
    """

    export_requested = Signal(str)

    def __init__(self, card: QWidget, name: str, *, records: bool = False) -> None:
        super().__init__()
        self._card = card
        self._pressed: QPoint | None = None
        self._folder: QTemporaryDir | None = None
        self.choices = QMenu(self)
        texts = {
            "copy": self.tr("Copy the picture"),
            "save": self.tr("Save the picture (PNG, SVG)…"),
            "numbers": self.tr("Save its numbers (CSV)…"),
        }
        if records:
            texts["record"] = self.tr("Record the training (GIF)…")
        for what, text in texts.items():
            action = QAction(text, self)
            action.triggered.connect(partial(self._request, what))
            self.choices.addAction(action)
        self.setProperty("small", True)
        set_tip(
            self, self.tr("Copy or save this plot; drag from here to take its picture elsewhere")
        )
        self.setAccessibleName(self.tr("Copy or save: {name}").format(name=name))
        self.clicked.connect(self._open)

    def _request(self, what: str, _checked: bool = False) -> None:
        self.export_requested.emit(what)

    def _open(self) -> None:
        self.choices.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.setIcon(icon("mdi6.export-variant", theme.muted, theme.text))

    def dragged(self) -> QMimeData:
        """Return the card's picture as it is dragged out: an image, and a PNG file."""
        from nngui.gui.panels.pictures import PICTURE_SCALE, picture

        image = picture(self._card, PICTURE_SCALE)
        data = QMimeData()
        data.setImageData(image)
        if self._folder is None:
            self._folder = temporary_folder()
        file = self._folder.filePath("nngui.png")
        if image.save(file, "PNG"):  # type: ignore[call-overload]
            data.setUrls([QUrl.fromLocalFile(file)])
        return data

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        way = (event.position().toPoint() - self._pressed).manhattanLength()
        if way < QApplication.startDragDistance():
            return
        self._pressed = None
        self.setDown(False)
        drag = QDrag(self)
        drag.setMimeData(self.dragged())
        drag.setPixmap(self._card.grab().scaledToWidth(DRAGGED))
        drag.exec(Qt.DropAction.CopyAction)
