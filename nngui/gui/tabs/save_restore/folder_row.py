"""Where the files lie, and how to let them lie elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from nngui.gui.panels.card import ElidedLabel
from nngui.gui.style.icons import icon
from nngui.gui.style.labels import FileDialog, set_tip

if TYPE_CHECKING:
    from nngui.gui.style.theme import Colours


class FolderRow(QWidget):
    """The folder's name, a button that opens it, and one that chooses another.

    Signals
    -------
    chosen : Path
        The user wants the files there.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = Path()
        self.place = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self._choose, self._open = QToolButton(), QToolButton()
        for button, tip in (
            (self._choose, self.tr("Put the files into another folder…")),
            (self._open, self.tr("Open the folder")),
        ):
            button.setProperty("small", True)
            set_tip(button, tip)
            button.setAccessibleName(tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.place, 1)
        row.addWidget(self._choose)
        row.addWidget(self._open)
        self._choose.clicked.connect(self._ask)
        self._open.clicked.connect(self._show_in_desktop)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._choose.setIcon(icon("mdi6.folder-edit-outline", theme.muted, theme.text))
        self._open.setIcon(icon("mdi6.folder-open-outline", theme.muted, theme.text))

    def show_folder(self, folder: Path, *, temporary: bool) -> None:
        """Say where the files are."""
        self._folder = folder
        self.place.setText(self.tr("Temporary files") if temporary else str(folder))
        kept = self.tr("Kept until the window closes.")
        set_tip(self.place, kept if temporary else str(folder))

    @Slot()
    def _ask(self) -> None:
        dialog = FileDialog(self, self.tr("Folder for the files"), str(Path.home()))
        dialog.setFileMode(FileDialog.FileMode.Directory)
        dialog.setOption(FileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_selected)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_selected(self, folder: str) -> None:
        self.chosen.emit(Path(folder))

    @Slot()
    def _show_in_desktop(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
