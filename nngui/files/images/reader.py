"""Images with classes: the data sets that come with the program, and a user's own."""

from __future__ import annotations

import functools
import threading
import zipfile
import zlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from nngui.core.errors import FileError
from nngui.core.text import mark
from nngui.files.images.arrays import as_bytes, find_arrays, number_labels, read_arrays, read_names
from nngui.files.images.fit import fit
from nngui.files.images.folder import SAMPLE_IMAGES, Listing, channels, decode, list_folder
from nngui.files.images.idx import IdxPair, find_pairs, read_idx
from nngui.files.progress import NO_PROGRESS, Progress
from nngui.files.regular import stat_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Labels = NDArray[np.int64]
    Entry = tuple[int, str, int, int]

Colours: TypeAlias = Literal["auto", "grey", "colour"]

SHIPPED = ("digits", "fashion_mnist")
EVERY = 5  # without a test set, of each class every fifth image becomes one


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


class ImageCache:
    """The data sets that were read last: a run is often built again from the same one.

    Unlike `functools.lru_cache` it keeps nothing of who waited for them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: dict[Hashable, Images] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, read: Callable[[], Images]) -> Images:
        """Return what was read for a key, or read it."""
        with self._lock:
            found = self._found.pop(key, None)
        found = read() if found is None else found
        with self._lock:
            self._found[key] = found
            while len(self._found) > self._most:
                del self._found[next(iter(self._found))]
        return found


IMAGE_CACHE = ImageCache(3)
_shapes: dict[Hashable, tuple[tuple[int, int, int], int]] = {}  # of those ever read


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
    first, second = places_of(y)
    return Images(x[first], y[first], x[second], y[second], classes, white)


def read_images(
    path: Path,
    most: int = 0,
    side: int = 0,
    colours: Colours = "auto",
    progress: Progress = NO_PROGRESS,
) -> Images:
    """Read a user's own images.

    Parameters
    ----------
    path : Path
        One of MNIST's four files, or others named like them, compressed or not; an ``.npz`` file
        with arrays of images and labels; or a folder with MNIST's files, or with a folder of PNG or
        JPEG images for each class.
    most : int
        At most so many to learn from, and to test on; 0: all.
    side : int
        They are scaled to squares of so many pixels; 0: as they are.
    colours : {"auto", "grey", "colour"}
        What they are made, or as most of them are.
    progress : Progress, optional
        Who waits for it.

    Raises
    ------
    ImageSizesError
        When images of a folder have different sizes and `side` is 0.
    FileError
        When there are no such images, or a file is damaged.
    CancelledError
    """
    version = _version(path)
    found = _read(path, _Wanted(most, side, colours), progress)
    _shapes[path, version, side, colours] = _shape(found)
    return found


def _read(path: Path, as_wanted: _Wanted, progress: Progress) -> Images:
    try:
        kind = kind_of(path)
        if kind == "arrays":
            key = path, _signatures(path), as_wanted
            return IMAGE_CACHE.get(key, lambda: _read_arrays(path, as_wanted, progress))
        if kind == "idx":
            train, test = find_idx(path)
            places = [
                place for pair in (train, test) if pair for place in (pair.images, pair.labels)
            ]
            pairs_key = train, test, _signatures(*places), as_wanted
            return IMAGE_CACHE.get(pairs_key, lambda: _read_pairs(train, test, as_wanted, progress))
        return _read_folder(*list_folder(path), as_wanted, progress)
    except OSError as error:
        why = error.strerror or str(error)
        raise FileError(
            mark("core", "{path} could not be read: {why}."), path=path, why=why
        ) from error


def image_shape(
    path: Path, side: int = 0, colours: Colours = "auto"
) -> tuple[tuple[int, int, int], int]:
    """Return the shape of a user's own images, and the number of classes, without reading all.

    Raises
    ------
    FileError
        When there are no such images.
    """
    return _shape(read_images(path, SAMPLE_IMAGES, side, colours))


def known_image_shape(
    path: Path, side: int = 0, colours: Colours = "auto"
) -> tuple[tuple[int, int, int], int] | None:
    """Return what `image_shape` does, as the images were when they were read last.

    It reads none: None where they never were, or where files came to the folder or went since.
    """
    return _shapes.get((path, _version(path), side, colours))


def _shape(found: Images) -> tuple[tuple[int, int, int], int]:
    shape: tuple[int, int, int] = found.x.shape[1:]
    return shape, len(found.classes)


def _version(path: Path) -> int:
    try:
        return stat_of(path).st_mtime_ns
    except OSError:  # whoever reads it says so
        return 0


def kind_of(path: Path) -> Literal["arrays", "idx", "folder"]:
    """Return which kind of images something holds, by its name alone."""
    if not path.is_dir():
        return "arrays" if path.suffix.lower() == ".npz" else "idx"
    return "idx" if _idx_files(path) else "folder"


def find_idx(path: Path) -> tuple[IdxPair, IdxPair | None]:
    """Return the IDX files of the training set and of the test set; `path` may be their folder.

    Raises
    ------
    FileError
        See `find_pairs`.
    """
    return find_pairs(_idx_files(path)[-1] if path.is_dir() else path)  # train comes behind t10k


def _idx_files(folder: Path) -> list[Path]:
    return sorted(place for place in folder.glob("*images*idx3*") if place.is_file())


def _signatures(*paths: Path) -> tuple[int, ...]:
    """Return what tells whether files are still the same."""
    return tuple(n for a in map(stat_of, paths) for n in (a.st_size, a.st_mtime_ns))


def channels_of(colours: Colours, found: int) -> int:
    """Return how many channels images are given that came with so many."""
    return {"auto": 1 if found == 1 else 3, "grey": 1, "colour": 3}[colours]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What `read_images` is asked for."""

    most: int
    side: int
    colours: Colours

    def fitted(self, path: Path, found: Images, progress: Progress) -> Images:
        """Return images of the wanted size and colours."""
        channels = channels_of(self.colours, found.x.shape[1])
        x = fit(path, found.x, self.side, channels, progress)
        x_test = fit(path, found.x_test, self.side, channels, progress)
        return Images(x, found.y, x_test, found.y_test, found.classes)


def _read_pairs(
    train: IdxPair, test: IdxPair | None, wanted: _Wanted, progress: Progress
) -> Images:
    y, most = read_idx(train.labels, 1).astype(np.int64), wanted.most
    if test is None:
        # Both sets come from one file: what lies behind the last image of them is not read.
        first, second = (places[: most or None] for places in places_of(y))
        x = read_idx(train.images, 3, int(max((*first[-1:], *second[-1:]))) + 1, len(y))
        found = _numbered(y, x[first], y[first], x[second], y[second])
        return wanted.fitted(train.images, found, progress)
    y_test = read_idx(test.labels, 1).astype(np.int64)
    x = read_idx(train.images, 3, most or None, len(y))
    x_test = read_idx(test.images, 3, most or None, len(y_test))
    if x.shape[1:] != x_test.shape[1:]:
        text = mark("core", "{path} and {other} hold images of different sizes.")
        raise FileError(text, path=train.images, other=test.images)
    found = _numbered(np.append(y, y_test), x, y[: len(x)], x_test, y_test[: len(x_test)])
    return wanted.fitted(train.images, found, progress)


def _numbered(all_labels: Labels, x: Bytes, y: Labels, x_test: Bytes, y_test: Labels) -> Images:
    """Return images whose classes are called by their numbers, also those that are left out."""
    names = tuple(str(number) for number in range(int(all_labels.max()) + 1))
    return Images(x[:, None], y, x_test[:, None], y_test, names)


def _read_arrays(path: Path, wanted: _Wanted, progress: Progress) -> Images:
    layout, most = find_arrays(path), wanted.most
    names = read_names(path, layout.names)
    if layout.test is None:
        x, y = read_arrays(path, layout.train, 0)
        (labels,), classes = number_labels(path, [y], names)
        (x,) = as_bytes(path, [x])
        first, second = (places[: most or None] for places in places_of(labels))
        found = Images(x[first], labels[first], x[second], labels[second], classes)
        return wanted.fitted(path, found, progress)
    (x, y), (x_test, y_test) = (
        read_arrays(path, pair, most) for pair in (layout.train, layout.test)
    )
    if x.shape[1:] != x_test.shape[1:]:
        text = mark("core", "{path} holds training and test images of different sizes.")
        raise FileError(text, path=path)
    (y, y_test), classes = number_labels(path, [y, y_test], names)
    x, x_test = as_bytes(path, [x, x_test])
    found = Images(x, y[: len(x)], x_test, y_test[: len(x_test)], classes)
    return wanted.fitted(path, found, progress)


def _read_folder(
    train: Listing, test: Listing | None, wanted: _Wanted, progress: Progress
) -> Images:
    parts = split_listing(train, test)
    first, second = (tuple(part[: wanted.most or None]) for part in parts)
    found = channels(train) if wanted.colours == "auto" else 1
    many = channels_of(wanted.colours, found)
    key = train.path, train.classes, first, second, wanted.side, many

    def read() -> Images:
        x = decode(Path(train.path), first + second, wanted.side, many, progress)
        y = np.array([entry[0] for entry in first + second], np.int64)
        n = len(first)
        return Images(x[:n], y[:n], x[n:], y[n:], train.classes)

    return IMAGE_CACHE.get(key, read)


def split_listing(train: Listing, test: Listing | None) -> tuple[list[Entry], list[Entry]]:
    """Return the files to learn from and to test on."""
    if test is not None:
        return list(train.files), list(test.files)
    first, second = places_of(np.array([entry[0] for entry in train.files]))
    return [train.files[i] for i in first], [train.files[i] for i in second]


def places_of(labels: Labels) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places to learn from and to test on: of each class, every fifth to test on."""
    order = np.argsort(labels, kind="stable")
    sorted_labels = labels[order]
    rank = np.empty(len(labels), np.intp)
    rank[order] = np.arange(len(labels)) - np.searchsorted(sorted_labels, sorted_labels)
    test = rank % EVERY == EVERY - 1
    return np.flatnonzero(~test), np.flatnonzero(test)
