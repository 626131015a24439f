"""What the window remembers from one start to the next."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication

from nngui.core.errors import SettingError
from nngui.core.folders import config_folder
from nngui.files.memory import parse_bytes
from nngui.files.preferences import Preferences
from nngui.terminal import warn

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow, QSplitter

    from nngui.core.errors import NnguiError

MAX_RECENT = 10
SIZES = (100, 125, 150, 175, 200)  # percent
FILE = "nngui.toml"
MAX_PIXELS = 100_000  # from one end of all screens to the other
log = logging.getLogger(__name__)


class WindowSettings:
    """Sizes, splitters, theme, language and recent files, in a TOML file of the user's.

    ``NNGUI_CONFIG_DIR`` puts the file elsewhere.

    Parameters
    ----------
    remember : bool
        Whether sizes and splitters come from the last start, and changes are kept for the next
        one; if not, the file is not touched.
    """

    def __init__(self, *, remember: bool = True) -> None:
        self._remember = remember
        self._store = Preferences(config_folder() / FILE, keep=remember)
        self._problem: NnguiError | None = None
        self._window: dict[str, str | list[int]] = {}

    def take_problem(self) -> NnguiError | None:
        """Return what went wrong with the file since the last call, to be told once."""
        problem, self._problem = self._problem, None
        return problem or self._store.take_problem()

    @property
    def memory_limit(self) -> int | None:
        """Return what reading one file may take, in bytes; None where nothing is set."""
        text = self.memory_limit_text
        try:
            return parse_bytes(text) if text else None
        except SettingError as error:
            self._problem = error
            return None

    @property
    def memory_limit_text(self) -> str:
        """Return the same as it is written, such as ``4GB``; empty where nothing is set."""
        return self._store.text("memory_limit")

    @memory_limit_text.setter
    def memory_limit_text(self, text: str) -> None:
        self._store.put(memory_limit=text or None)

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
        for value in (self._store.text("language"), os.environ.get("NNGUI_LANG")):
            if value in ("en", "zh_CN"):
                return value
        return ""

    @language.setter
    def language(self, name: str) -> None:
        self._store.put(language=name)

    @property
    def is_toured(self) -> bool:
        """Return whether the tour was shown."""
        return self._store.text("tour") == "seen"

    def remember_tour(self) -> None:
        """Have the next start show no tour."""
        self._store.put(tour="seen")

    @property
    def size(self) -> int:
        """Return how large everything is, in percent."""
        value = self._store.text("size", "100")
        return int(value) if value in [str(size) for size in SIZES] else 100

    @size.setter
    def size(self, percent: int) -> None:
        self._store.put(size=str(percent))

    @property
    def turbo(self) -> bool:
        """Return whether runs are to be trained by turbo."""
        return self._store.text("engine") == "turbo"

    @turbo.setter
    def turbo(self, on: bool) -> None:
        self._store.put(engine="turbo" if on else None)

    @property
    def recent_files(self) -> list[Path]:
        """Return the files that were opened or saved last, in any window, the newest first."""
        self._store.reload()
        paths = (Path(name) for name in dict.fromkeys(self._store.texts("recent")))
        return [path for path in paths if path.is_absolute()][:MAX_RECENT]

    def add_recent(self, path: Path) -> None:
        """Put a file at the top of the list."""
        path = path.absolute()
        if _is_text(str(path)):
            others = [other for other in self.recent_files if other != path]
            names = [str(recent) for recent in (path, *others)]
            self._store.put(recent=names[:MAX_RECENT])

    def clear_recent(self) -> None:
        """Forget which files were opened."""
        self._store.put(recent=None)

    def note_window(self, window: QMainWindow, tab: str, splitters: dict[str, QSplitter]) -> None:
        """Note the place and size of a window that can be seen, the open tab, and the splitters."""
        sizes = {_key(name): splitter.sizes() for name, splitter in splitters.items()}
        divided = {key: parts for key, parts in sizes.items() if 0 not in parts}  # 0: it is hidden
        state = "maximized" if window.isMaximized() else "normal"
        self._window = {"window": _place_of(window), "state": state, "tab": tab, **divided}

    def save_window(self) -> None:
        """Remember what was noted of the window."""
        if not self._remember:
            return
        self._store.put(**self._window)
        problem = self.take_problem()
        if problem is not None:  # the window goes: the terminal is left to tell
            log.warning("%s", problem)
            warn(f"nngui: {problem}")

    def restore_window(self, window: QMainWindow) -> str:
        """Put the window where it was; return the tab that was open."""
        if not self._remember:
            return ""
        place = self._store.numbers("window")
        if len(place) == 4:
            _put(window, *(min(max(number, -MAX_PIXELS), MAX_PIXELS) for number in place))
        if self._store.text("state") == "maximized":
            window.setWindowState(Qt.WindowState.WindowMaximized)
        return self._store.text("tab")

    def restore_splitter(self, name: str, splitter: QSplitter) -> None:
        """Divide a splitter as it was."""
        sizes = self._store.numbers(_key(name))
        fit = len(sizes) == splitter.count() and all(0 < size <= MAX_PIXELS for size in sizes)
        if self._remember and fit:
            splitter.setSizes(sizes)


def _key(splitter: str) -> str:
    return f"splitter-{splitter}"


def _place_of(window: QMainWindow) -> list[int]:
    """Return where the window's frame is and how large its inside; of a maximized one, was."""
    inside = window.normalGeometry()
    frame = window.geometry().topLeft() - window.frameGeometry().topLeft()
    corner = inside.topLeft() - frame
    return [corner.x(), corner.y(), inside.width(), inside.height()]


def _put(window: QMainWindow, x: int, y: int, width: int, height: int) -> None:
    """Place a window, all of it where it can be seen: the screen may not be there any more."""
    middle = QPoint(x + width // 2, y + height // 2)
    screen = QGuiApplication.screenAt(middle) or QGuiApplication.primaryScreen()
    room = screen.availableGeometry()
    window.resize(QSize(width, height).boundedTo(room.size()).expandedTo(window.minimumSize()))
    right, bottom = room.right() + 1 - window.width(), room.bottom() + 1 - window.height()
    window.move(max(min(x, right), room.left()), max(min(y, bottom), room.top()))


def _is_text(name: str) -> bool:
    """Return whether a file can hold that name: on Linux, one may be of bytes that are no text."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
