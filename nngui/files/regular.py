"""Opening a file that somebody named: a regular one, not too large; never waiting for a pipe.

Every file that is not the program's own is opened here. A device has no end and a pipe may have
nobody who writes, so what something is, and how long, is known before a byte is read.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from nngui.core.text import mark

if TYPE_CHECKING:
    import io
    from pathlib import Path

# Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def open_regular(path: Path, max_bytes: int | None = None) -> io.BufferedReader:
    """Open a regular file to be read.

    Parameters
    ----------
    max_bytes : int, optional
        How long it may be; None where the caller bounds what it reads.

    Raises
    ------
    OSError
        When it cannot be opened, is a folder, a pipe, a socket or a device, or is too long
        (``EFBIG``). Its `strerror` is for a sentence: the caller says what it is about.
    """
    _check(stat_of(path), max_bytes)  # first: opening some devices does something by itself
    file = os.fdopen(os.open(path, _FLAGS), "rb")
    try:
        _check(os.fstat(file.fileno()), max_bytes)  # it may be another one by now
    except OSError:
        file.close()
        raise
    return file


def open_to_append(path: Path, max_bytes: int) -> int:
    """Open a regular file to be read and added to, made where it is not there; return its handle.

    Raises
    ------
    OSError
        See `open_regular`.
    """
    with suppress(FileNotFoundError):  # it is made below, unless somebody else has done so
        _check(stat_of(path), max_bytes)
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o666)
    try:
        _check(os.fstat(handle), max_bytes)
    except OSError:
        os.close(handle)
        raise
    return handle


def stat_of(path: Path) -> os.stat_result:
    """Return what the system knows of a file.

    Raises
    ------
    OSError
        When it is not there, or its name cannot be one.
    """
    try:
        return path.stat()
    except ValueError as error:  # a NUL in it
        raise OSError(errno.EINVAL, mark("core", "its name is none")) from error


def size_of(file: io.BufferedReader) -> int:
    """Return how many bytes an open file has."""
    return os.fstat(file.fileno()).st_size


def _check(about: os.stat_result, max_bytes: int | None) -> None:
    if stat.S_ISDIR(about.st_mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(about.st_mode):
        raise OSError(errno.EINVAL, mark("core", "it is not a file"))
    if max_bytes is not None and about.st_size > max_bytes:
        raise OSError(errno.EFBIG, mark("core", "it is too large"))
