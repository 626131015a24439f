"""What the window remembers from one start to the next."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QStandardPaths

from nngui.files.preferences import Preferences

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow, QSplitter

    from nngui.core.errors import NnguiError

MOST_RECENT = 10
FILE = "nngui.toml"


def data_folder() -> Path:
    """Return where the log lies (``NNGUI_DATA_DIR`` puts it elsewhere)."""
    own = os.environ.get("NNGUI_DATA_DIR")
    place = QStandardPaths.StandardLocation.AppLocalDataLocation
    return Path(own or QStandardPaths.writableLocation(place))


class WindowSettings:
    """Sizes, splitters, theme, language and recent files, in a TOML file of the user's.

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
        self._store = Preferences(Path(folder) / FILE)

    def take_problem(self) -> NnguiError | None:
        """Return what went wrong with the file since the last call, to be told once."""
        return self._store.take_problem()

    @property
    def theme(self) -> str:
        """Return ``light``, ``dark`` or ``system``."""
        value = self._store.text("theme", "system")
        return value if value in ("light", "dark", "system") else "system"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.put(theme=name)

    @property
    def language(self) -> str:
        """Return ``en``, ``zh_CN``, or nothing for the system's."""
        value = self._store.text("language", os.environ.get("NNGUI_LANG", ""))
        return value if value in ("en", "zh_CN") else ""

    @language.setter
    def language(self, name: str) -> None:
        self._store.put(language=name)

    @property
    def recent_files(self) -> list[Path]:
        """Return the files that were opened or saved last, the newest first."""
        return [Path(name) for name in self._store.texts("recent")][:MOST_RECENT]

    def add_recent(self, path: Path) -> None:
        """Put a file at the top of the list."""
        path = path.absolute()
        others = [other for other in self.recent_files if other != path]
        self._store.put(recent=[str(p) for p in (path, *others)][:MOST_RECENT])

    def clear_recent(self) -> None:
        """Forget which files were opened."""
        self._store.put(recent=None)

    def save_window(self, window: QMainWindow, tab: str, splitters: dict[str, QSplitter]) -> None:
        """Remember the window's place and size, the open tab, and how splitters are divided."""
        if not self._remember:
            return
        divided = {_key(name): _text(splitter.saveState()) for name, splitter in splitters.items()}
        self._store.put(geometry=_text(window.saveGeometry()), tab=tab, **divided)

    def restore_window(self, window: QMainWindow) -> str:
        """Put the window where it was; return the tab that was open."""
        if not self._remember:
            return ""
        window.restoreGeometry(_bytes(self._store.text("geometry")))  # what is none changes nothing
        return self._store.text("tab")

    def restore_splitter(self, name: str, splitter: QSplitter) -> None:
        """Divide a splitter as it was."""
        if self._remember:
            splitter.restoreState(_bytes(self._store.text(_key(name))))


def _key(splitter: str) -> str:
    return f"splitter-{splitter}"


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "replace"))
