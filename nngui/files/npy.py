"""The arrays in NumPy's files. Headers are checked first, and Python objects never opened."""

from __future__ import annotations

import math
from tokenize import TokenError
from typing import TYPE_CHECKING, Any

import numpy as np

from nngui.core.errors import FileError
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import IO

    from numpy.typing import NDArray

MAX_HEADER_BYTES = 100_000
LAST_CHARACTER = 0x10FFFF
MIN_ITEM_BYTES = (8, 100)  # of a number, of a text, as Python or pandas holds it
BROKEN_HEADER = (
    ValueError,
    SyntaxError,
    TypeError,
    KeyError,
    TokenError,
    RecursionError,
    MemoryError,
)
"""What numpy raises for the text in a header; its own words are about other programs."""
HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_header(path: Path, file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return an array's shape, whether it lies column by column, and its kind of numbers.

    Raises
    ------
    FileError
        When it holds Python objects, or is of a version that is not known.
    ValueError
        When it is damaged.
    """
    version = np.lib.format.read_magic(file)
    header = HEADERS.get(version)
    if header is None:
        text = mark("core", "{path} is written in a version of NumPy's files that is not known.")
        raise FileError(text, path=path)
    try:
        shape, by_columns, kind = header(file, max_header_size=MAX_HEADER_BYTES)
    except BROKEN_HEADER as error:
        raise ValueError("the header of an array is damaged") from error
    if kind.hasobject:
        text = mark("core", "{path} holds Python objects, which are never opened: save numbers.")
        raise FileError(text, path=path)
    return tuple(map(int, shape)), by_columns, kind


def read_array(
    path: Path,
    file: IO[bytes],
    size: int,
    check: Callable[[int], None],
    most: int | None = None,
) -> NDArray[Any]:
    """Return an array, whose header is compared with how long the file is before it is read.

    Parameters
    ----------
    path : Path
        For the sentences.
    size : int
        Bytes of the file, or of the part of an archive.
    check : callable of int
        Is given the bytes that it takes, and raises when they are too many.
    most : int, optional
        How many rows are wanted, from the beginning; by default all.

    Raises
    ------
    FileError, ValueError
        See `read_header`.
    """
    shape, by_columns, kind = read_header(path, file)
    count = math.prod(shape)
    if min(shape, default=0) < 0 or count * kind.itemsize > size:
        text = mark("core", "{path} is damaged: it is shorter than it says of itself.")
        raise FileError(text, path=path)
    if most is not None and shape and not by_columns and most < shape[0]:
        shape = (most, *shape[1:])
        count = math.prod(shape)
    check(count * max(kind.itemsize, MIN_ITEM_BYTES[kind.kind == "U"]))
    array = np.frombuffer(file.read(count * kind.itemsize), kind, count)
    _check_texts(path, array)
    array = array.reshape(shape, order="F" if by_columns else "C")
    return array[:most] if shape else array


def _check_texts(path: Path, array: NDArray[Any]) -> None:
    """Refuse texts of numbers that stand for no character: nothing further on could write them."""
    parts = [array[name] for name in array.dtype.names] if array.dtype.names else [array]
    for part in parts:
        if part.dtype.kind != "U" or not part.size or not part.dtype.itemsize:
            continue
        codes = np.ascontiguousarray(part, part.dtype.newbyteorder("=")).view(np.uint32)
        if ((codes > LAST_CHARACTER) | ((codes >= 0xD800) & (codes < 0xE000))).any():
            text = mark("core", "{path} is damaged: it holds texts of no characters.")
            raise FileError(text, path=path)
