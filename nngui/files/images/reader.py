"""Images with classes: the data sets that come with the program, and a user's own."""

from __future__ import annotations

import functools
import zipfile
import zlib
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from nngui.core.errors import FileError
from nngui.core.text import mark
from nngui.files.images.arrays import (
    EVERY,
    array_notes,
    as_bytes,
    find_arrays,
    number_labels,
    read_arrays,
    read_deep_white,
    read_names,
)
from nngui.files.images.cache import LastRead
from nngui.files.images.decode import decode
from nngui.files.images.fit import fit
from nngui.files.images.folder import FolderImages, list_folder
from nngui.files.images.idx import IdxPair, find_pairs, read_idx
from nngui.files.images.look import look_at
from nngui.files.images.notes import LeftOut, left_out_notes
from nngui.files.progress import NO_PROGRESS, Progress
from nngui.files.regular import stat_of

if TYPE_CHECKING:
    from collections.abc import Hashable
    from pathlib import Path

    from numpy.typing import NDArray

    from nngui.core.errors import NnguiError
    from nngui.files.images.look import Entry

    Bytes = NDArray[np.uint8]
    Labels = NDArray[np.int64]

Colours: TypeAlias = Literal["auto", "grey", "colour"]
Fit: TypeAlias = Literal["squash", "pad", "crop"]
SAMPLE_IMAGES = 20  # of a folder, where only their shape is asked for

SHIPPED = ("digits", "fashion_mnist")


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
    deep_white : int
        The value of a white pixel in files that have more than 8 bits for it.
    left_out : tuple of LeftOut
        The files that could not be read, or belong to no class.
    notes : tuple of NnguiError
        What is to be said of how they were read.
    """

    x: Bytes
    y: Labels
    x_test: Bytes
    y_test: Labels
    classes: tuple[str, ...]
    white: int = 255
    deep_white: int = 255
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[NnguiError, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.x, self.y, self.x_test, self.y_test):
            array.setflags(write=False)

    def first(self, most: int) -> Images:
        """Return the first of them: at most so many to learn from, and to test on; 0: all."""
        if not most:
            return self
        train, test = (self.x[:most], self.y[:most]), (self.x_test[:most], self.y_test[:most])
        return replace(self, x=train[0], y=train[1], x_test=test[0], y_test=test[1])


IMAGE_CACHE = LastRead[Images](3)
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
    how: Fit = "squash",
) -> Images:
    """Read a user's own images.

    Parameters
    ----------
    path : Path
        One of MNIST's four files, or others named like them, compressed or not; an ``.npz`` file
        with arrays of images and labels; or a folder with MNIST's files, or with a folder of images
        for each class (see `folder.list_folder`).
    most : int
        At most so many to learn from, and to test on; 0: all.
    side : int
        They are scaled to squares of so many pixels; 0: as they are.
    colours : {"auto", "grey", "colour"}
        What they are made, or as most of them are.
    progress : Progress, optional
        Who waits for it.
    how : {"squash", "pad", "crop"}
        What is done to images of another shape (see `picture.fitted`).

    Raises
    ------
    ImageSizesError
        When images of a folder have different sizes and `side` is 0.
    FileError
        When there are no such images, or a file is damaged.
    CancelledError
    """
    version = _version(path)
    found = _read(path, _Wanted(most, side, colours, how), progress)
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
        return _read_folder(list_folder(path), as_wanted, progress)
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
    how: Fit

    def fitted(self, path: Path, found: Images, progress: Progress) -> Images:
        """Return images of the wanted size and colours."""
        channels = channels_of(self.colours, found.x.shape[1])
        x = fit(path, found.x, self.side, channels, self.how, progress)
        x_test = fit(path, found.x_test, self.side, channels, self.how, progress)
        return replace(found, x=x, x_test=x_test)


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
    known = np.unique(all_labels)  # EMNIST's letters begin at 1: no class is without images
    y, y_test = np.searchsorted(known, y), np.searchsorted(known, y_test)
    return Images(x[:, None], y, x_test[:, None], y_test, tuple(map(str, known)))


def _read_arrays(path: Path, wanted: _Wanted, progress: Progress) -> Images:
    layout, most = find_arrays(path), wanted.most
    names = read_names(path, layout.names)
    if layout.test is None:
        x, y = read_arrays(path, layout.train, 0)
        (labels,), classes = number_labels(path, [y], names)
        (x,) = as_bytes(path, [x])
        first, second = (places[: most or None] for places in places_of(labels))
        said = array_notes(path, layout.train, names, classes)
        parts = x[first], labels[first], x[second], labels[second]
        found = Images(*parts, classes, deep_white=read_deep_white(path), notes=said)
        return wanted.fitted(path, found, progress)
    (x, y), (x_test, y_test) = (
        read_arrays(path, pair, most) for pair in (layout.train, layout.test)
    )
    if x.shape[1:] != x_test.shape[1:]:
        text = mark("core", "{path} holds training and test images of different sizes.")
        raise FileError(text, path=path)
    (y, y_test), classes = number_labels(path, [y, y_test], names)
    x, x_test = as_bytes(path, [x, x_test])
    said = array_notes(path, layout.train, names, classes)
    parts = x, y[: len(x)], x_test, y_test[: len(x_test)]
    found = Images(*parts, classes, deep_white=read_deep_white(path), notes=said)
    return wanted.fitted(path, found, progress)


def _read_folder(listed: FolderImages, wanted: _Wanted, progress: Progress) -> Images:
    looks = look_at(listed.root, listed.files, progress)
    found = listed.without_bad(looks)
    parts = split_listing(found)
    first, second = (tuple(part[: wanted.most or None]) for part in parts)
    many = channels_of(wanted.colours, 3 if looks.coloured else 1)
    key = found.train.path, found.train.classes, first, second, wanted.side, many, wanted.how

    def read() -> Images:
        root, classes = found.root, found.train.classes
        size = wanted.side, many, wanted.how
        x, good, left_out = decode(root, first + second, looks, *size, progress)
        y = np.array([entry[0] for entry in first + second], np.int64)
        check_classes(root, classes, y[: len(first)], y[good[good < len(first)]], left_out)
        n, y = int((good < len(first)).sum()), y[good]
        return Images(x[:n], y[:n], x[n:], y[n:], classes, 255, looks.white, tuple(left_out))

    images = IMAGE_CACHE.get(key, read)
    # What else lies in the folder may be another since.
    out = (*found.left_out, *images.left_out)
    return replace(images, left_out=out, notes=(*found.notes, *left_out_notes(out)))


def check_classes(
    root: Path, classes: tuple[str, ...], wanted: Labels, y: Labels, left_out: list[LeftOut]
) -> None:
    """Refuse images that leave a class without any to learn from.

    Raises
    ------
    FileError
        Naming the class, and the first file that could not be read.
    """
    gone = np.setdiff1d(wanted, y)
    if len(gone):
        text = mark(
            "core",
            "{path} has no images of the class {name} that can be read, such as {file}: {why}.",
        )
        first = left_out[0]
        name = classes[int(gone[0])]
        raise FileError(text, path=root, name=name, file=first.name, why=first.why)


def split_listing(found: FolderImages) -> tuple[list[Entry], list[Entry]]:
    """Return the files to learn from and to test on."""
    files = found.train.files
    if found.test is not None:
        return list(files), list(found.test.files)
    first, second = places_of(np.array([entry[0] for entry in files]))
    return [files[i] for i in first], [files[i] for i in second]


def places_of(labels: Labels) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places to learn from and to test on: of each class, every fifth to test on."""
    order = np.argsort(labels, kind="stable")
    sorted_labels = labels[order]
    rank = np.empty(len(labels), np.intp)
    rank[order] = np.arange(len(labels)) - np.searchsorted(sorted_labels, sorted_labels)
    test = rank % EVERY == EVERY - 1
    return np.flatnonzero(~test), np.flatnonzero(test)
