"""Files and folders in the making: each tells whether whoever makes it is still there.

Who makes one holds it locked, and the lock ends with the process, however that ends. So what a
killed program left is known at once, and by no clock: those of two machines differ, and any may be
set back or forward. Only where there are no locks (some network drives, Windows), and for what an
earlier version left, age decides; it is told by the times that the drive itself has noted.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from nngui.files.lock import try_lock

if TYPE_CHECKING:
    from collections.abc import Iterator

STALE_AFTER_S = 120  # without a write: then a file that nobody can hold is a dead program's
STALE_FOLDER_AFTER_S = 3600  # without a new file in it
PREFIX = 24  # characters of the name that a temporary file shows: names are at most 255 bytes long
ENDING = ".tmp"
HELD = f".held{ENDING}"  # whoever makes it holds it locked
TRIES = 10  # another window may sweep what has just been made, and is not held yet


@contextmanager
def temporary_file(folder: Path, name: str) -> Iterator[tuple[int, Path]]:
    """Make a file in a folder; give its handle, to be written to and closed, and its path.

    At the end it is gone, unless it was moved. What killed programs left of the same name is swept.

    Parameters
    ----------
    name : str
        What it is to become.

    Raises
    ------
    OSError
        When it cannot be made.
    """
    prefix = _prefix(name)
    handle, path, hold = _make_file(folder, prefix)
    try:
        _sweep(path, prefix)
        yield handle, path
    finally:
        with suppress(OSError):  # the folder has gone, or is read-only by now
            path.unlink(missing_ok=True)
        _let_go(hold)


@contextmanager
def temporary_folder(folder: Path, name: str) -> Iterator[Path]:
    """Make a folder in a folder; at the end it is gone, unless it was moved (`temporary_file`).

    Raises
    ------
    OSError
        When it cannot be made.
    """
    prefix = _prefix(name)
    path, hold = _make_folder(folder, prefix)
    try:
        _sweep(path, prefix)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        _let_go(hold)


def sweep_folder(folder: Path) -> None:
    """Delete all temporary files and folders that killed programs left in a folder."""
    with suppress(OSError):
        if any(_is_temporary(path, ".") for path in folder.iterdir()):
            with temporary_file(folder, "sweep") as (handle, own):
                os.close(handle)
                _sweep(own, ".")


def _prefix(name: str) -> str:
    return f".{name[:PREFIX]}."


def _make_file(folder: Path, prefix: str) -> tuple[int, Path, int | None]:
    for _ in range(TRIES):
        handle, name = tempfile.mkstemp(prefix=prefix, suffix=HELD, dir=folder)
        path = Path(name)
        try:
            # A lock belongs to all handles of one opening: this one outlives the other.
            hold = None if sys.platform == "win32" else os.dup(handle)
        except OSError:
            os.close(handle)
            path.unlink()
            raise
        if _is_ours(path, hold):
            return handle, path, hold
        os.close(handle)
        _let_go(hold)
    raise FileNotFoundError(2, os.strerror(2), str(path))


def _make_folder(folder: Path, prefix: str) -> tuple[Path, int | None]:
    for _ in range(TRIES):
        path = Path(tempfile.mkdtemp(prefix=prefix, suffix=HELD, dir=folder))
        hold = None
        with suppress(OSError):  # it is made all the same, and age tells when it was left
            hold = None if sys.platform == "win32" else os.open(path, os.O_RDONLY)
        if _is_ours(path, hold):
            return path, hold
        _let_go(hold)
    raise FileNotFoundError(2, os.strerror(2), str(path))


def _is_ours(path: Path, hold: int | None) -> bool:
    """Hold what was made; return whether nobody took it for a leftover in that moment."""
    if hold is None:
        return True
    try:
        return try_lock(hold) and path.exists()
    except OSError:  # no locks here
        return True


def _let_go(hold: int | None) -> None:
    if hold is not None:
        with suppress(OSError):
            os.close(hold)


def _is_temporary(path: Path, prefix: str) -> bool:
    return path.name.startswith(prefix) and path.name.endswith(ENDING)


def _sweep(own: Path, prefix: str) -> None:
    """Sweep the folder of what has just been made, which tells the drive's own time."""
    with suppress(OSError):  # unlistable
        now = own.lstat().st_mtime
        for path in own.parent.iterdir():
            if _is_temporary(path, prefix) and path != own:
                with suppress(OSError):  # somebody else's, or swept by another window just now
                    _sweep_one(path, now)


def _sweep_one(path: Path, now: float) -> None:
    about = path.lstat()
    is_folder = stat.S_ISDIR(about.st_mode)
    if not is_folder and not stat.S_ISREG(about.st_mode):
        return
    longest = STALE_FOLDER_AFTER_S if is_folder else STALE_AFTER_S
    is_stale = now - about.st_mtime > longest
    if not path.name.endswith(HELD) or sys.platform == "win32":
        if is_stale:
            _delete(path, is_folder=is_folder)
        return
    flags = os.O_RDONLY if is_folder else os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK
    hold = os.open(path, flags)
    try:
        try:
            is_left = try_lock(hold)
        except OSError:  # no locks here
            is_left = is_stale
        if is_left:
            _delete(path, is_folder=is_folder)
    finally:
        os.close(hold)


def _delete(path: Path, *, is_folder: bool) -> None:
    if is_folder:
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()
