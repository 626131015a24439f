"""A file to read at any place: bounded, and checked against its size."""

from __future__ import annotations

import errno
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nngui.core.text import mark
from nngui.files.models.errors import corrupted, too_large, unreadable
from nngui.files.regular import open_regular, size_of

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator
    from pathlib import Path

MAX_FILE_BYTES = 1 << 30
PIECE = 1 << 20


class OpenFile:
    """A regular file of at most a gigabyte; all reads are within its bounds."""

    def __init__(self, path: Path, file: io.BufferedReader, size: int) -> None:
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
        with open_regular(path, MAX_FILE_BYTES) as file:
            yield OpenFile(path, file, size_of(file))
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise too_large(path, mark("core", "it has more than a gigabyte")) from error
        raise unreadable(path, error) from error
