"""A file to read at any place: bounded, checked against its size, never a pipe or a folder."""

from __future__ import annotations

import os
import stat
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nngui.core.text import mark
from nngui.files.models.errors import corrupted, too_large, unreadable

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator
    from pathlib import Path

MAX_FILE_BYTES = 1 << 30
PIECE = 1 << 20


class OpenFile:
    """A regular file of at most a gigabyte; all reads are within its bounds."""

    def __init__(self, path: Path, file: io.FileIO, size: int) -> None:
        self.path, self.size = path, size
        self._file = file

    def read(self, start: int, count: int) -> bytearray:
        """Return `count` bytes from `start` on.

        Raises
        ------
        CorruptedModelError
            When the file ends before.
        """
        if start < 0 or count < 0 or start + count > self.size:
            raise corrupted(self.path, mark("core", "its end is missing"))
        piece = bytearray(count)
        self._file.seek(start)
        if self._file.readinto(piece) != count:  # it has become shorter since
            raise corrupted(self.path, mark("core", "its end is missing"))
        return piece

    def crc(self, start: int, count: int) -> int:
        """Return the CRC-32 of a part of the file."""
        result = 0
        for at in range(start, start + count, PIECE):
            result = zlib.crc32(self.read(at, min(PIECE, start + count - at)), result)
        return result


@contextmanager
def opened(path: Path) -> Iterator[OpenFile]:
    """Open a model file to be read.

    Raises
    ------
    ModelFileError
        When it cannot be read, or is larger than a gigabyte.
    """
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
        with os.fdopen(handle, "rb", buffering=0) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise OSError(0, mark("core", "it is not a file"))
            if about.st_size > MAX_FILE_BYTES:
                raise too_large(path, mark("core", "it has more than a gigabyte"))
            yield OpenFile(path, file, about.st_size)
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:
        if "null byte" not in str(error):
            raise
        raise unreadable(path, OSError(0, mark("core", "its name is none"))) from error


_BINARY = getattr(os, "O_BINARY", 0)
