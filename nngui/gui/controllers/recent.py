"""The menu of files that were opened or saved last."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from nngui.gui.style.labels import no_shortcut, set_tip

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from nngui.gui.settings import WindowSettings

SETTINGS = ".toml"


class Recent(QObject):
    """Fills the menu when it is looked at.

    Signals
    -------
    file_requested : Path
        The user chose a file.
    """

    file_requested = Signal(object)

    def __init__(self, menu: QMenu, settings: WindowSettings) -> None:
        super().__init__(menu)
        self._menu, self._settings = menu, settings
        menu.aboutToShow.connect(self.fill)
        menu.triggered.connect(self._on_chosen)
        self.fill()

    @Slot(object)
    def add(self, path: Path) -> None:
        """Put a file at the top."""
        self._settings.add_recent(path)
        self.fill()

    @Slot()
    def fill(self) -> None:
        """List the files by name; their folders stand in the status bar and the tooltips."""
        self._menu.clear()
        self._menu.setToolTipsVisible(True)
        files = self._settings.recent_files
        for number, path in enumerate(files, 1):
            key = f"&{number} " if number < 10 else ""
            action = self._menu.addAction(key + no_shortcut(path.name))
            action.setData(str(path))
            set_tip(action, str(path))
            if not _is_there(path):
                action.setEnabled(False)
                set_tip(action, self.tr("{path} is not there any more.").format(path=path))
        if files:
            self._menu.addSeparator()
            self._menu.addAction(self.tr("&Clear the list"))
        self._menu.setEnabled(bool(files))
        self._menu.menuAction().setEnabled(bool(files))

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        name = action.data()
        if name:
            self.file_requested.emit(Path(name))
        else:
            self._settings.clear_recent()
            self.fill()


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # its folder may not be looked into any more, or its name is too long for one
        return False
