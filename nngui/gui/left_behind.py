"""The folders of all windows: each saves its runs into one, which it holds locked as it lives.

A folder whose lock can be taken belongs to nobody any more: the program that made it was killed, or
its window was closed before what it offered had an answer. Nothing of a run is deleted here unless
somebody says so.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile

from nngui.core.errors import FileError
from nngui.files.temporary import sweep_folder

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from nngui.files.runs.recovery import Summary

LOCK = "lock"
RUN_SUFFIX = ".safetensors"
ASIDE = "unreadable"  # here lies what could not be restored
CLOSED = "closed-"  # in the name of the folder of a window that ended well
MAX_CLAIMS = 3  # of folders that are made and not locked yet: others may look at that moment
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Saved:
    """A run that was saved by a window that is not there any more: where, and what it is."""

    path: Path
    about: Summary

    @property
    def task(self) -> str:
        """Its task's name."""
        return task_of(self.path)

    @property
    def was_closed(self) -> bool:
        """Whether its window was closed, and the list of runs did not take all of it."""
        return self.path.parent.name.startswith(CLOSED)


def task_of(path: Path) -> str:
    """Return the task that a file in a window's folder is a run of."""
    return path.name.partition(".")[0]


class WindowFolders:
    """The folder of this window, and those that no window has.

    Parameters
    ----------
    root : Path
        The folder of all windows' folders.
    tasks : collection of str
        The tasks' names: other files are not ours to read or to delete.
    """

    def __init__(self, root: Path, tasks: Collection[str]) -> None:
        self._root, self._tasks = root, tasks
        self.own = root / uuid.uuid4().hex[:12]
        self._own_lock: QLockFile | None = None
        self._locks: dict[Path, QLockFile] = {}  # of folders that no window has

    @property
    def is_claimed(self) -> bool:
        """Whether this window has a folder of its own."""
        return self._own_lock is not None

    def claim(self) -> None:
        """Make a folder and lock it; another window may take a new one for a leftover.

        Raises
        ------
        OSError
            When it cannot be made.
        """
        for _ in range(MAX_CLAIMS):
            self.own = self._root / uuid.uuid4().hex[:12]
            self.own.mkdir(parents=True, exist_ok=True)
            self._own_lock = _take(self.own)
            if self._own_lock is not None:
                return

    def find(self) -> tuple[list[Saved], list[tuple[Path, FileError]]]:
        """Return what is newly found in folders that no window has, and what cannot be read.

        Each folder is ours from then on. One in which nothing was saved is removed.

        Raises
        ------
        OSError
            When the folders cannot be listed.
        """
        found: list[Saved] = []
        damaged: list[tuple[Path, FileError]] = []
        for folder in self._root.iterdir():
            if folder in (self.own, self._root / ASIDE, *self._locks) or not folder.is_dir():
                continue
            if (lock := _take(folder)) is None:
                continue
            self._locks[folder] = lock
            for path in self._runs_in(folder):
                try:
                    found.append(_read(path))
                except FileError as error:
                    damaged.append((path, error))
            self._let_go_if_empty(folder)
        return found, damaged

    def drop(self, path: Path) -> None:
        """Delete a run that was answered for, and its folder when nothing is left in it."""
        self._unlink(path)
        self._let_go_if_empty(path.parent)

    def set_aside(self, path: Path) -> Path | None:
        """Put a file that cannot be read out of the way; return where, None where it stays."""
        folder = self._root / ASIDE
        target = folder / f"{path.parent.name}-{path.name}"
        try:
            folder.mkdir(exist_ok=True)
            for file, other in zip(_both(path), _both(target), strict=True):
                if file.exists():
                    file.replace(other)
        except OSError as error:  # it is gone, or the folder is read-only
            log.warning("%s could not be set aside: %s", path, error.strerror)
            return None
        self._let_go_if_empty(path.parent)
        return target

    def close(self, spared: Collection[str]) -> None:
        """Let all folders go: what was not answered for is offered again at the next start.

        Parameters
        ----------
        spared : collection of str
            The tasks whose runs are not kept elsewhere: what this window saved of them stays, too.
        """
        from nngui.files.runs.recovery import is_aside  # imports numpy

        for folder in list(self._locks):
            self._let_go(folder)
        if self._own_lock is None:
            return
        for path in self._runs_in(self.own):
            if task_of(path) not in spared and not is_aside(path):
                self._unlink(path)
        self._locks[self.own], self._own_lock = self._own_lock, None
        self._let_go_if_empty(self.own)
        self._let_go(self.own)
        if self.own.exists():
            try:
                self.own.rename(self.own.with_name(f"{CLOSED}{self.own.name}"))
            except OSError as error:  # it is offered all the same
                log.warning("%s could not be renamed: %s", self.own, error.strerror)

    def _runs_in(self, folder: Path) -> list[Path]:
        """Return the runs in a folder, also those of which only the state before is left."""
        files = {file for file in folder.glob(f"*{RUN_SUFFIX}*") if task_of(file) in self._tasks}
        names = {file.name.removesuffix(".before") for file in files}
        return [folder / name for name in sorted(names) if name.endswith(RUN_SUFFIX)]

    def _unlink(self, path: Path) -> None:
        for file in _both(path):
            try:
                file.unlink(missing_ok=True)
            except OSError as error:  # another window just looked into it; it is offered again
                log.warning("%s could not be removed: %s", file, error.strerror)

    def _let_go_if_empty(self, folder: Path) -> None:
        """Remove a folder in which nothing is left but its lock, and what was half written."""
        if folder not in self._locks:
            return
        try:
            sweep_folder(folder)
            if all(file.name == LOCK for file in folder.iterdir()):
                self._let_go(folder)
                folder.rmdir()
        except OSError as error:  # another window just looked into it; the next start tries again
            log.warning("%s could not be removed: %s", folder, error.strerror)

    def _let_go(self, folder: Path) -> None:
        if (lock := self._locks.pop(folder, None)) is not None:
            lock.unlock()


def _both(path: Path) -> tuple[Path, Path]:
    from nngui.files.runs.recovery import before_of  # imports numpy

    return path, before_of(path)


def _read(path: Path) -> Saved:
    from nngui.files.runs.recovery import read_last_summary  # imports numpy

    return Saved(path, read_last_summary(path))


def _take(folder: Path) -> QLockFile | None:
    """Lock a folder; None while a living program holds it.

    The lock names its holder's process. After a crash another program may have that number by now,
    so the system's own lock on the file has the last word: it ends with its holder.
    """
    lock = QLockFile(str(folder / LOCK))
    lock.setStaleLockTime(0)  # a window may live for days
    if lock.tryLock(0) or (lock.removeStaleLockFile() and lock.tryLock(0)):
        return lock
    return None
