"""The two files that are saved and restored, as they lie on the disk now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from nngui.core.errors import FileError, NnguiError
from nngui.core.text import mark
from nngui.gui.background import Background
from nngui.gui.temporary import place_of, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QDeadlineTimer
    from torch import nn

    from nngui.files.models.file_tree import SavedFile

WHOLE, PARAMETERS = "net.pkl", "net_params.pkl"  # as the tutorial calls them
SETTLE_MS = 150  # ms: a program that writes a file says so several times


@dataclass(frozen=True)
class Item:
    """A file of the shelf.

    Attributes
    ----------
    saved : SavedFile or None
        What is in it; None where there is no file, or none that can be read.
    step : int or None
        How far the network was when this window saved it; None where something else wrote it.
    problem : NnguiError or None
        Why what was there is there no more.
    """

    saved: SavedFile | None = None
    step: int | None = None
    problem: NnguiError | None = None


class SavedFiles(QObject):
    """Writes and reads the files beside the window, and notices what others do to them.

    Signals
    -------
    changed
        An item is another one.
    restored : str, nn.Module
        A network was made from a file.
    failed : NnguiError
        A file could not be written or read.
    """

    changed = Signal()
    restored = Signal(str, object)
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.items = {WHOLE: Item(), PARAMETERS: Item()}
        self._own = temporary_folder()  # goes with this object
        self._place = place_of(self._own)
        self._chosen: Path | None = None
        self._stamps: dict[str, tuple[int, int]] = {}  # of the files as this window wrote them
        self._background = Background(self)
        self._background.failed.connect(self.failed)
        self._watcher = QFileSystemWatcher(self)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self._look_again)
        self._watcher.directoryChanged.connect(self._on_touched)
        self._watcher.fileChanged.connect(self._on_touched)

    # Where -----------------------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        """Where the files lie."""
        return self._chosen or self._place

    @property
    def is_temporary(self) -> bool:
        """Whether the files go when the window does."""
        return self._chosen is None

    def set_folder(self, folder: Path) -> None:
        """Put the next files there; what lies there already is shown."""
        self._chosen = folder
        self._stamps = {}
        self.items = dict.fromkeys(self.items, Item())
        self._look_again()

    def is_foreign(self, name: str) -> bool:
        """Return whether a file lies there that this window did not write as it is now."""
        stamp = _stamp(self.folder / name)
        return stamp is not None and stamp != self._stamps.get(name)

    # What is done ------------------------------------------------------------------------------

    def save(self, name: str, net: nn.Module, step: int) -> None:
        """Write the whole network, or its parameters, and read it back."""
        path = self.folder / name

        def write() -> SavedFile:
            from nngui.files.models.file_tree import look_into
            from nngui.files.models.writer import save_model, save_parameters

            (save_model if name == WHOLE else save_parameters)(net, path)
            return look_into(path)

        def note(saved: SavedFile) -> None:
            stamp = _stamp(path)
            if stamp is not None:
                self._stamps[name] = stamp
            self._put(name, Item(saved, step))

        self._background.start(write, note, writes=True)

    def restore(self, name: str, make: Callable[[SavedFile], nn.Module]) -> None:
        """Read a file anew, and make a network from it."""
        path = self.folder / name

        def read() -> tuple[SavedFile, nn.Module]:
            from nngui.files.models.file_tree import look_into

            saved = look_into(path)
            return saved, make(saved)

        def hand_out(found: tuple[SavedFile, nn.Module]) -> None:
            saved, net = found
            self._put(name, replace(self.items[name], saved=saved, problem=None))
            self.restored.emit(name, net)

        self._background.start(read, hand_out)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Wait for a file that is being written."""
        return self._background.close(deadline)

    # What others do ----------------------------------------------------------------------------

    @Slot(str)
    def _on_touched(self, _path: str) -> None:
        self._settling.start()

    @Slot()
    def _look_again(self) -> None:
        """Read those files again that are not as this window left them."""
        self._watch()
        for name, item in self.items.items():
            path = self.folder / name
            if _stamp(path) is None:
                if item.saved is not None:
                    text = mark("core", "{name} is no longer there: save it again.")
                    self._put(name, Item(problem=FileError(text, name=name)))
            elif self.is_foreign(name):
                self._inspect(name)

    def _inspect(self, name: str) -> None:
        path = self.folder / name

        def read() -> Item:
            from nngui.files.models.file_tree import look_into

            try:
                return Item(look_into(path))
            except NnguiError as error:
                return Item(problem=error)

        self._background.start(read, lambda item: self._put(name, item))

    def _put(self, name: str, item: Item) -> None:
        self.items[name] = item
        self._watch()
        self.changed.emit()

    def _watch(self) -> None:
        """Watch the folder, and the files themselves: a folder does not tell of their content."""
        places = [self.folder, *(self.folder / name for name in self.items)]
        watched = {*self._watcher.files(), *self._watcher.directories()}
        wanted = {str(place) for place in places if place.exists()}
        if watched - wanted:
            self._watcher.removePaths(sorted(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(sorted(wanted - watched))


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return what changes when a file is written; None where there is none."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size
