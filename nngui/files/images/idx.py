"""IDX files, as MNIST's and Fashion-MNIST's images and labels come: plain, or compressed by gzip.

Source of the format: Y. LeCun, C. Cortes, C. Burges: "The MNIST database of handwritten digits",
section "File formats": two zero bytes, the kind of numbers, how many dimensions, the sizes as
big-endian 32-bit numbers, then the numbers themselves.
"""

from __future__ import annotations

import gzip
import math
import re
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, TypeAlias

import numpy as np

from nngui.core.errors import FileError
from nngui.core.text import mark
from nngui.files.images.limits import LABEL_BYTES, max_values, too_many
from nngui.files.memory import check_memory
from nngui.files.regular import open_regular, size_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

Readable: TypeAlias = IO[bytes] | gzip.GzipFile

BYTES = 0x08  # the kind of numbers that images and labels have
NAME = re.compile(r"(.*)(images|labels)([-._]idx)([13])(-ubyte)(\.gz)?", re.IGNORECASE)
TESTS = ("t10k", "test")  # what stands in the place of "train" in the names of the test set


@dataclass(frozen=True, slots=True)
class IdxPair:
    """A file of images and the file of their labels."""

    images: Path
    labels: Path


def find_pairs(path: Path) -> tuple[IdxPair, IdxPair | None]:
    """Return the files of the training set, and of the test set where one lies beside it.

    Parameters
    ----------
    path : Path
        Any of the files (``train-images-idx3-ubyte``, ``t10k-labels-idx1-ubyte.gz``, ...).

    Raises
    ------
    FileError
        When it is not named so, or a file of the training set is not there.
    OSError
        When it is not there itself, or no file.
    """
    match = NAME.fullmatch(path.name)
    if not match:
        text = mark(
            "core",
            "{path} holds no images that can be opened: choose an IDX file, named as in "
            "train-images-idx3-ubyte.gz, NumPy arrays (.npz), or a folder with a folder of images "
            "for each class.",
        )
        raise FileError(text, path=path)
    stem = match[1]
    for word in TESTS:
        begin = stem.lower().rfind(word)
        train = f"{stem[:begin]}train{stem[begin + len(word) :]}"
        if begin >= 0 and (found := _pair(path, match, train)):
            return found, _pair(path, match, stem)
    found = _pair(path, match, stem)
    if found is None:
        open_regular(path).close()  # where it is no file itself, that is what is to be said
        text = mark(
            "core",
            "{path} needs the file with its {other} beside it, named alike (as in "
            "train-images-idx3-ubyte and train-labels-idx1-ubyte).",
        )
        is_images = match[2].lower() == "images"
        other = mark("core", "labels") if is_images else mark("core", "images")
        raise FileError(text, path=path, other=other)
    begin = stem.lower().rfind("train")
    tests = [f"{stem[:begin]}{word}{stem[begin + 5 :]}" for word in TESTS if begin >= 0]
    return found, next((pair for name in tests if (pair := _pair(path, match, name))), None)


def _pair(path: Path, match: re.Match[str], stem: str) -> IdxPair | None:
    """Return the files whose names begin so, if both are there, compressed or not."""
    found = []
    for what, rank in (("images", "3"), ("labels", "1")):
        name = f"{stem}{what}{match[3]}{rank}{match[5]}"
        suffixes = (match[6] or "", "" if match[6] else ".gz")
        places = [path.with_name(name + suffix) for suffix in suffixes]
        found.append(next((place for place in places if place.is_file()), None))
    images, labels = found
    return IdxPair(images, labels) if images and labels else None


def read_idx(
    path: Path, dimensions: int, most: int | None = None, count: int | None = None
) -> NDArray[np.uint8]:
    """Read an IDX file of bytes.

    Parameters
    ----------
    dimensions : int
        How many its array must have: 3 for images, 1 for labels.
    most : int, optional
        How many images or labels are wanted, from the beginning; by default all.
    count : int, optional
        How many there must be: as many as labels.

    Returns
    -------
    ndarray
        Shape (n, height, width) or (n,), uint8.

    Raises
    ------
    FileError
        When the file cannot be read, is no such file, or its header and its length do not agree;
        nothing is allocated before they were compared.
    """
    try:
        with open_regular(path) as file:
            compressed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if compressed:
                with gzip.GzipFile(fileobj=file) as inner:
                    return _array(inner, path, _header(inner, path, dimensions, count), most, None)
            shape = _header(file, path, dimensions, count)
            return _array(file, path, shape, most, size_of(file))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        text = mark("core", "{path} is damaged: what gzip compressed cannot be unpacked.")
        raise FileError(text, path=path) from error
    except OSError as error:
        why = error.strerror or str(error)
        text = mark("core", "{path} could not be read: {why}.")
        raise FileError(text, path=path, why=why) from error


def _array(
    file: Readable, path: Path, shape: tuple[int, ...], most: int | None, length: int | None
) -> NDArray[np.uint8]:
    """Read the numbers; `length` is the whole file's, None where only its end tells."""
    n = shape[0] if most is None else min(most, shape[0])
    count = n * math.prod(shape[1:])
    if len(shape) == 1:
        check_memory(path, count * LABEL_BYTES)
    elif count > max_values(path):
        raise too_many(path, math.prod(shape[1:]), n)
    start = 4 + 4 * len(shape)
    if length is not None and length != start + math.prod(shape):
        raise _lying(path, shape, length - start)
    data = file.read(count)
    if len(data) < count:
        raise _lying(path, shape, len(data))
    if n == shape[0] and file.read(1):  # at the end, gzip compares its checksum too
        raise _lying(path, shape, count + 1)
    return np.frombuffer(data, np.uint8).reshape(n, *shape[1:])


def _header(file: Readable, path: Path, dimensions: int, count: int | None) -> tuple[int, ...]:
    """Return the shape that a file says it has, if it is one of the wanted kind."""
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise FileError(mark("core", "{path} is no IDX file: it does not begin as one."), path=path)
    if magic[2] != BYTES or magic[3] != dimensions:
        text = mark(
            "core",
            "{path} is an IDX file, but not of {what}: it should hold bytes in {wanted} "
            "dimensions, and says that it holds kind {kind} in {found}.",
        )
        what = mark("core", "images") if dimensions == 3 else mark("core", "labels")
        values = {"what": what, "wanted": dimensions, "kind": magic[2], "found": magic[3]}
        raise FileError(text, path=path, **values)
    sizes = file.read(4 * dimensions)
    shape = tuple(int.from_bytes(sizes[i : i + 4], "big") for i in range(0, len(sizes), 4))
    if len(sizes) < 4 * dimensions or 0 in shape:
        raise FileError(mark("core", "{path} is an IDX file that holds nothing."), path=path)
    if count is not None and count != shape[0]:
        text = mark("core", "{path} holds {n} images, but there are {labels} labels for them.")
        raise FileError(text, path=path, n=f"{shape[0]:,}", labels=f"{count:,}")
    return shape


def _lying(path: Path, shape: tuple[int, ...], found: int) -> FileError:
    text = mark(
        "core",
        "{path} is damaged: its header promises {wanted} bytes ({shape}), but {found} follow.",
    )
    size = " × ".join(f"{side:,}" for side in shape)
    wanted = math.prod(shape)
    follow = f"{found:,}" if found <= wanted else mark("core", "more")
    return FileError(text, path=path, wanted=f"{wanted:,}", shape=size, found=follow)
