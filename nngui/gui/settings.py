"""What the window remembers from one start to the next."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow, QSplitter


MOST_RECENT = 10


def data_folder() -> Path:
    """Return where the log lies (``NNGUI_DATA_DIR`` puts it elsewhere)."""
    own = os.environ.get("NNGUI_DATA_DIR")
    place = QStandardPaths.StandardLocation.AppLocalDataLocation
    return Path(own or QStandardPaths.writableLocation(place))


class WindowSettings:
    """Sizes, splitters, theme and language, in an INI file of the user's.

    ``NNGUI_CONFIG_DIR`` puts the file elsewhere.

    Parameters
    ----------
    remember : bool
        Whether sizes and splitters come from the last start, and are kept for the next one.
    """

    def __init__(self, *, remember: bool = True) -> None:
        self._remember = remember
        place = QStandardPaths.StandardLocation.AppConfigLocation
        folder = os.environ.get("NNGUI_CONFIG_DIR") or QStandardPaths.writableLocation(place)
        self._store = QSettings(str(Path(folder) / "nngui.ini"), QSettings.Format.IniFormat)

    @property
    def theme(self) -> str:
        """Return ``light``, ``dark`` or ``system``."""
        value = str(self._store.value("theme", "system"))
        return value if value in ("light", "dark", "system") else "system"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    @property
    def language(self) -> str:
        """Return ``en``, ``zh_CN``, or nothing for the system's."""
        value = str(self._store.value("language", os.environ.get("NNGUI_LANG", "")))
        return value if value in ("en", "zh_CN") else ""

    @language.setter
    def language(self, name: str) -> None:
        self._store.setValue("language", name)

    @property
    def recent_files(self) -> list[Path]:
        """Return the files that were opened or saved last, the newest first."""
        names = self._store.value("recent", [])
        names = [names] if isinstance(names, str) else names if isinstance(names, list) else []
        return [Path(str(name)) for name in names][:MOST_RECENT]

    def add_recent(self, path: Path) -> None:
        """Put a file at the top of the list."""
        path = path.absolute()
        others = [other for other in self.recent_files if other != path]
        self._store.setValue("recent", [str(p) for p in (path, *others)][:MOST_RECENT])

    def clear_recent(self) -> None:
        """Forget which files were opened."""
        self._store.remove("recent")

    def save_window(self, window: QMainWindow, tab: str) -> None:
        """Remember the window's place and size and the open tab."""
        if self._remember:
            self._store.setValue("geometry", window.saveGeometry())
            self._store.setValue("tab", tab)

    def restore_window(self, window: QMainWindow) -> str:
        """Put the window where it was; return the tab that was open."""
        if not self._remember:
            return ""
        geometry = self._store.value("geometry")
        if isinstance(geometry, QByteArray):
            window.restoreGeometry(geometry)
        return str(self._store.value("tab", ""))

    def save_splitter(self, name: str, splitter: QSplitter) -> None:
        """Remember how a splitter is divided."""
        if self._remember:
            self._store.setValue(f"splitters/{name}", splitter.saveState())

    def restore_splitter(self, name: str, splitter: QSplitter) -> None:
        """Divide a splitter as it was."""
        state = self._store.value(f"splitters/{name}")
        if self._remember and isinstance(state, QByteArray):
            splitter.restoreState(state)
