"""Images with classes: the data sets that come with the program, and a person's own."""

from __future__ import annotations

import functools
import zipfile
import zlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.errors import FileError
from nngui.core.text import mark
from nngui.files.idx import IdxPair, find_pairs, read_idx
from nngui.files.image_folder import LOOKED_AT, Listing, channels, decode, list_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Labels = NDArray[np.int64]
    Files = tuple[tuple[int, str, int, int], ...]

SHIPPED = ("digits", "fashion_mnist")
EVERY = 5  # without a test set, of each class every fifth image becomes one
CACHED = 2  # data sets kept in memory: a run is often built again from the same one


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """Images to learn from and to test on. Their arrays are shared: they cannot be written to.

    Attributes
    ----------
    x, x_test : ndarray
        Shape (n, channels, height, width), uint8.
    y, y_test : ndarray
        Class numbers, shape (n,), int64.
    classes : tuple of str
        The classes' names, by number.
    white : int
        The value of a white pixel: 255, or 16 for the digits.
    """

    x: Bytes
    y: Labels
    x_test: Bytes
    y_test: Labels
    classes: tuple[str, ...]
    white: int = 255

    def __post_init__(self) -> None:
        for array in (self.x, self.y, self.x_test, self.y_test):
            array.setflags(write=False)

    def first(self, most: int) -> Images:
        """Return the first of them: at most so many to learn from, and to test on; 0: all."""
        if not most:
            return self
        train, test = (self.x[:most], self.y[:most]), (self.x_test[:most], self.y_test[:most])
        return Images(*train, *test, self.classes, self.white)


@functools.cache
def shipped_images(name: str) -> Images:
    """Return one of the data sets that come with the program: ``digits`` or ``fashion_mnist``.

    Raises
    ------
    FileError
        When its file is damaged.
    """
    assert name in SHIPPED
    try:
        with (
            files("nngui.resources.datasets").joinpath(f"{name}.npz").open("rb") as file,
            np.load(file, allow_pickle=False) as parts,
        ):
            x, y = parts["images"][:, None], parts["labels"].astype(np.int64)
            classes, white = tuple(map(str, parts["classes"])), int(parts["white"])
            tests = int(parts["tests"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        text = mark("core", "The data set {name} is damaged ({reason}): install the program again.")
        raise FileError(text, name=name, reason=error) from error
    if tests:
        return Images(x[:-tests], y[:-tests], x[-tests:], y[-tests:], classes, white)
    chosen, kept = _places(y)
    return Images(x[chosen], y[chosen], x[kept], y[kept], classes, white)


def read_images(path: Path, most: int = 0, side: int = 0) -> Images:
    """Read a person's own images.

    Parameters
    ----------
    path : Path
        One of MNIST's four files, or others named like them, compressed or not; or a folder with
        these files, or with a folder of PNG or JPEG images for each class.
    most : int
        At most so many to learn from, and to test on; 0: all.
    side : int
        Images of a folder are scaled to squares of so many pixels; 0: as they are.

    Raises
    ------
    ImageSizesError
        When images of a folder have different sizes and `side` is 0.
    FileError
        When there are no such images, or a file is damaged.
    """
    try:
        if not path.is_dir():
            return _read_pairs(*_signed(find_pairs(path)), most)
        named = sorted(place for place in path.glob("*images*idx3*") if place.is_file())
        if named:
            return _read_pairs(*_signed(find_pairs(named[-1])), most)  # train comes behind t10k
        return _read_folder(*list_folder(path), most, side)
    except OSError as error:
        why = error.strerror or str(error)
        raise FileError(
            mark("core", "{path} could not be read: {why}."), path=path, why=why
        ) from error


def image_shape(path: Path, side: int = 0) -> tuple[tuple[int, int, int], int]:
    """Return the shape of a person's own images, and the number of classes, without reading all.

    Raises
    ------
    FileError
        When there are no such images.
    """
    found = read_images(path, LOOKED_AT, side)
    shape: tuple[int, int, int] = found.x.shape[1:]
    return shape, len(found.classes)


def _signed(
    pairs: tuple[IdxPair, IdxPair | None],
) -> tuple[IdxPair, IdxPair | None, tuple[int, ...]]:
    """Add what tells whether a file is still the same."""
    paths = [path for pair in pairs if pair for path in (pair.images, pair.labels)]
    return *pairs, tuple(n for p in paths for n in (p.stat().st_size, p.stat().st_mtime_ns))


@functools.lru_cache(CACHED)
def _read_pairs(train: IdxPair, test: IdxPair | None, _signs: tuple[int, ...], most: int) -> Images:
    y = read_idx(train.labels, 1).astype(np.int64)
    if test is None:
        chosen, kept = (places[: most or None] for places in _places(y))
        x = read_idx(train.images, 3, int(max(chosen[-1], *kept[-1:])) + 1, len(y))
        return _numbered(y, x[chosen], y[chosen], x[kept], y[kept])
    y_test = read_idx(test.labels, 1).astype(np.int64)
    x = read_idx(train.images, 3, most or None, len(y))
    x_test = read_idx(test.images, 3, most or None, len(y_test))
    if x.shape[1:] != x_test.shape[1:]:
        text = mark("core", "{path} and {other} hold images of different sizes.")
        raise FileError(text, path=train.images, other=test.images)
    return _numbered(np.append(y, y_test), x, y[: len(x)], x_test, y_test[: len(x_test)])


def _numbered(all_labels: Labels, x: Bytes, y: Labels, x_test: Bytes, y_test: Labels) -> Images:
    """Return images whose classes are called by their numbers, also those that are left out."""
    names = tuple(str(number) for number in range(int(all_labels.max()) + 1))
    return Images(x[:, None], y, x_test[:, None], y_test, names)


def _read_folder(train: Listing, test: Listing | None, most: int, side: int) -> Images:
    if test is None:
        chosen, kept = _places(np.array([entry[0] for entry in train.files]))
        parts = [[train.files[place] for place in places] for places in (chosen, kept)]
    else:
        parts = [list(train.files), list(test.files)]
    first, second = (tuple(part[: most or None]) for part in parts)
    return _decoded(train.path, train.classes, first, second, side, channels(train))


@functools.lru_cache(CACHED)
def _decoded(
    path: str, classes: tuple[str, ...], train: Files, test: Files, side: int, channels: int
) -> Images:
    x = decode(Path(path), train + test, side, channels)
    y = np.array([entry[0] for entry in train + test], np.int64)
    n = len(train)
    return Images(x[:n], y[:n], x[n:], y[n:], classes)


def _places(labels: Labels) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places to learn from and to test on: of each class, every fifth to test on."""
    order = np.argsort(labels, kind="stable")
    sorted_labels = labels[order]
    rank = np.empty(len(labels), np.intp)
    rank[order] = np.arange(len(labels)) - np.searchsorted(sorted_labels, sorted_labels)
    test = rank % EVERY == EVERY - 1
    return np.flatnonzero(~test), np.flatnonzero(test)
