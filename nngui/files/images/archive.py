"""An archive of NumPy's arrays, looked into part by part."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nngui.core.errors import FileError
from nngui.core.text import mark
from nngui.files.npy import read_array, read_header
from nngui.files.regular import open_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

SUFFIX = ".npy"
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    KeyError,
    NotImplementedError,  # zipfile's word for a compression that it does not know
    RuntimeError,  # a password
    TypeError,
    SyntaxError,
    OverflowError,
)
"""What zipfile and numpy raise for damaged files."""


class Archive:
    """A zip archive of arrays, whose errors are sentences."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Archive:
        try:
            self._file = open_regular(self._path)
        except OSError as error:
            text = mark("core", "{path} could not be read: {why}.")
            raise FileError(text, path=self._path, why=error.strerror or str(error)) from error
        try:
            with _as_sentence(self._path):
                self._zip = zipfile.ZipFile(self._file)
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        self._zip.close()
        self._file.close()

    @property
    def names(self) -> list[str]:
        """The arrays in it."""
        return [name.removesuffix(SUFFIX) for name in self._zip.namelist() if name.endswith(SUFFIX)]

    def header(self, name: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
        """Return what `read_header` says of an array."""
        with _as_sentence(self._path), self._zip.open(name + SUFFIX) as file:
            return read_header(self._path, file)

    def array(self, name: str, check: Callable[[int], None], most: int | None) -> NDArray[Any]:
        """Return what `read_array` says of an array."""
        with _as_sentence(self._path), self._zip.open(name + SUFFIX) as file:
            size = self._zip.getinfo(name + SUFFIX).file_size
            return read_array(self._path, file, size, check, most)


@contextmanager
def _as_sentence(path: Path) -> Iterator[None]:
    """Turn what zipfile and numpy raise for damaged files into a sentence."""
    try:
        yield
    except BROKEN as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> FileError:
    return FileError(mark("core", "{path} is damaged, or no file of NumPy's arrays."), path=path)
