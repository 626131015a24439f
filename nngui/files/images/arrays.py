"""Images in a NumPy archive (.npz), as Keras, MedMNIST and many a notebook save them.

Which array is what is found out from names and shapes: ``x_train`` and ``y_train``,
``train_images`` and ``train_labels``, ``images`` and ``labels``, or ``arr_0`` and ``arr_1``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nngui.core.data.pictures import WHITE
from nngui.core.errors import FileError
from nngui.core.text import mark
from nngui.files.images.archive import Archive
from nngui.files.images.limits import LABEL_BYTES, MAX_CLASSES, max_values, too_many
from nngui.files.images.notes import ImageNote, listed
from nngui.files.memory import Budget

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Shape = tuple[int, ...]
    Array = NDArray[Any]

TRAINING = frozenset({"train", "training", "tr"})
TEST = frozenset({"test", "testing", "t10k", "te"})
VALIDATION = frozenset({"val", "valid", "validation", "dev"})
IMAGES = frozenset({"x", "image", "images", "img", "imgs", "data", "pixels"})
LABELS = frozenset({"y", "label", "labels", "target", "targets", "class"})
NAMES = frozenset({"classes", "names", "categories"})  # of the classes
DEEP_WHITE = "deep_white"
CHANNELS = (1, 3, 4)
EVERY = 5  # without a test set, of each class every fifth image becomes one
MAX_PARTS = 100
MIN_SIDE = 4  # pixels of an image in a row
MIN_FLAT = 64  # bytes in a row that are taken for an image, where they may be a table's


@dataclass(frozen=True, slots=True)
class ArrayPair:
    """The names of the arrays of images and of their labels."""

    images: str
    labels: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Which arrays of a file are what; the test set's and the classes' names may be missing."""

    train: ArrayPair
    test: ArrayPair | None
    names: str | None


def holds_images(path: Path) -> bool:
    """Return whether an archive's arrays are images, and not a table, by their headers alone."""
    try:
        with Archive(path) as archive:
            arrays = [archive.header(name) for name in archive.names[:MAX_PARTS]]
        return any(
            _is_images(shape)
            or (
                len(shape) == 2
                and shape[1] >= MIN_FLAT
                and kind == np.uint8
                and _flat_shape(shape[1])
            )
            for shape, _by_columns, kind in arrays
        )
    except (FileError, OSError):
        return False  # whoever opens it as a table will say so


def find_arrays(path: Path) -> Layout:
    """Find out which arrays are the images, their labels, and the test set.

    Raises
    ------
    FileError
        When there are no images with labels, or more than one set of them.
    """
    shapes = _shapes(path)
    parts: dict[str, dict[str, Shape]] = {"train": {}, "test": {}, "validation": {}, "": {}}
    for name, shape in shapes.items():
        parts[_part(name)][name] = shape
    train = _pair(path, parts["train"] or parts[""])
    if train is None:
        text = mark(
            "core",
            "{path} holds no images with labels: save an array of images (n × height × width, or "
            "n × height × width × 3) as x_train, and their classes as y_train.",
        )
        raise FileError(text, path=path)
    test = _pair(path, parts["test"]) or _pair(path, parts["validation"])
    names = [
        name for name, shape in shapes.items() if len(shape) == 1 and NAMES & set(_words(name))
    ]
    return Layout(train, test, names[0] if names else None)


def read_arrays(path: Path, pair: ArrayPair, most: int) -> tuple[Array, Array]:
    """Return images and labels, as they stand in the file.

    Parameters
    ----------
    most : int
        How many images are wanted, from the beginning; 0: all. The labels are always all.

    Returns
    -------
    images : ndarray
        Shape (n, channels, height, width), any kind of numbers.
    labels : ndarray
        Shape (n,): numbers or words.

    Raises
    ------
    FileError
        When they are damaged, too large or of different lengths.
    """
    budget = Budget(path)
    with Archive(path) as archive:
        shape = archive.header(pair.labels)[0]
        budget.take(math.prod(shape) * LABEL_BYTES)
        y = _labels(path, archive.array(pair.labels, budget.take, None))
        (n, *rest), _by_columns, _kind = archive.header(pair.images)
        if n != len(y):
            text = mark("core", "{path} holds {n} images, but there are {labels} labels for them.")
            raise FileError(text, path=path, n=f"{n:,}", labels=f"{len(y):,}")
        wanted = min(most or n, n)
        if wanted * math.prod(rest) > max_values(path):
            raise too_many(path, math.prod(rest), wanted)
        x = archive.array(pair.images, budget.take, wanted)
    if x.dtype.kind not in "biuf":
        raise FileError(mark("core", "{path} holds images that are no numbers."), path=path)
    if x.ndim == 2:
        x = x.reshape(n, *_flat_shape(x.shape[1]))
    elif x.ndim == 3:
        x = x[:, None]
    elif x.shape[-1] in CHANNELS:
        x = x.transpose(0, 3, 1, 2)
    return x, y


def read_names(path: Path, name: str | None) -> tuple[str, ...]:
    """Return the classes' names, if the file has some."""
    if name is None:
        return ()
    with Archive(path) as archive:
        found = archive.array(name, Budget(path).take, MAX_CLASSES + 1)
    return tuple(map(str, found)) if found.dtype.kind == "U" else ()


def read_deep_white(path: Path) -> int:
    """Return which value was white in files of more than 8 bits, where the archive says so."""
    with Archive(path) as archive:
        if DEEP_WHITE not in archive.names or archive.header(DEEP_WHITE)[0] != (1,):
            return WHITE
        (found,) = archive.array(DEEP_WHITE, Budget(path).take, 1)
    return int(found) if found.dtype.kind in "iu" and found > 0 else WHITE


def reads_back(arrays: dict[str, Array]) -> bool:
    """Return whether `x`, `y`, `x_test` and `y_test` in an archive would be read as they are.

    A class without any image is none there; without images to test on, some are split off; and
    pixels in rows of three or four are taken for colours.
    """
    labels = np.concatenate([arrays["y"], arrays["y_test"]])
    counts = np.bincount(labels, minlength=len(arrays["classes"]))
    may_split = not len(arrays["y_test"]) and counts.max(initial=0) >= EVERY
    return bool(counts.all()) and not may_split and arrays["x"].shape[-1] not in CHANNELS


def as_bytes(path: Path, parts: list[Array]) -> list[NDArray[np.uint8]]:
    """Return images as bytes, 0 black and 255 white, all parts in the same measure.

    Bytes stay as they are, numbers from 0 to 1 are multiplied by 255, numbers from 0 to 255 are
    rounded; all else is stretched from the smallest to the largest.

    Raises
    ------
    FileError
        When a number is missing or infinite.
    """
    if all(part.dtype == np.uint8 for part in parts):
        return parts
    with np.errstate(over="ignore", invalid="ignore"):  # what is too large becomes infinite
        numbers = [part.astype(np.float32) for part in parts]
    if not all(np.isfinite(part).all() for part in numbers):
        text = mark("core", "{path} holds pixels that are missing or infinite: replace them.")
        raise FileError(text, path=path)
    low = min((float(part.min()) for part in numbers if part.size), default=0.0)
    high = max((float(part.max()) for part in numbers if part.size), default=1.0)
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    black, scale = np.float32(low), np.float32(255 / (high - low))
    return [np.rint((part - black) * scale).clip(0, 255).astype(np.uint8) for part in numbers]


def number_labels(
    path: Path, parts: list[Array], names: tuple[str, ...]
) -> tuple[list[NDArray[np.int64]], tuple[str, ...]]:
    """Return the classes' numbers from 0, and their names.

    Raises
    ------
    FileError
        When there are fewer than two classes, or too many.
    """
    together = np.concatenate(parts)
    known, numbers = np.unique(together, return_inverse=True)
    if not 2 <= len(known) <= MAX_CLASSES:
        text = mark("core", "{path} has {n} classes: 2 to {most} can be learned.")
        raise FileError(text, path=path, n=f"{len(known):,}", most=f"{MAX_CLASSES:,}")
    classes = tuple(map(str, known))
    if known.dtype.kind in "iu" and names:
        first = int(known[0] == 1 and known[-1] == len(names))  # they are counted from 0 or 1
        if known[0] >= first and known[-1] < len(names) + first:
            classes = tuple(names[number - first] for number in known.tolist())
    places = np.cumsum([len(part) for part in parts])[:-1]
    return np.split(numbers.astype(np.int64), places), classes


def _shapes(path: Path) -> dict[str, Shape]:
    with Archive(path) as archive:
        return {name: archive.header(name)[0] for name in archive.names[:MAX_PARTS]}


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z]+[0-9]*k?", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower())


def _part(name: str) -> str:
    words = set(_words(name))
    for part, known in (("train", TRAINING), ("test", TEST), ("validation", VALIDATION)):
        if words & known:
            return part
    return ""


def _flat_shape(width: int) -> Shape:
    """Return the shape of an image whose pixels lie in one row; of none, an empty one.

    It is a square: grey, or red, green and blue one after the other, as CIFAR has them.
    """
    for channels in CHANNELS[:2]:
        side = math.isqrt(width // channels)
        if side >= MIN_SIDE and width == channels * side * side:
            return channels, side, side
    return ()


def array_notes(
    path: Path, pair: ArrayPair, names: tuple[str, ...], classes: tuple[str, ...]
) -> tuple[ImageNote, ...]:
    """Return what is to be said of arrays of images, and of the classes' names beside them."""
    seen = set(classes)
    unused = [name for name in names if name not in seen]
    if not unused or not seen <= set(names):
        return _flat_note(path, pair)
    text = mark("core", "No image is of these classes, which are left out: {names}.")
    return (*_flat_note(path, pair), ImageNote(text, names=listed(unused)))


def _flat_note(path: Path, pair: ArrayPair) -> tuple[ImageNote, ...]:
    shape = _shapes(path)[pair.images]
    if len(shape) != 2:
        return ()
    channels, height, width = _flat_shape(shape[1])
    text = mark("core", "Each row of {n} numbers is taken for an image of {size} pixels.")
    size = f"{width} × {height}" + (f" × {channels}" if channels > 1 else "")
    return (ImageNote(text, n=f"{shape[1]:,}", size=size),)


def _is_images(shape: Shape) -> bool:
    if len(shape) == 4:
        return min(shape) > 0 and (shape[-1] in CHANNELS or shape[1] in CHANNELS[:2])
    return len(shape) == 3 and min(shape) > 1


def _pair(path: Path, shapes: dict[str, Shape]) -> ArrayPair | None:
    """Return the images and the labels of a part of the file, if it has both."""
    images = _likely([name for name, shape in shapes.items() if _is_images(shape)], IMAGES)
    if not images:  # in rows, then
        rows = [name for name, shape in shapes.items() if len(shape) == 2 and _flat_shape(shape[1])]
        images = _likely(rows, IMAGES)
    if not images:
        return None
    if len(images) > 1:
        text = mark("core", "{path} holds several arrays of images ({names}): keep one of them.")
        raise FileError(text, path=path, names=", ".join(images[:3]))
    flat = [name for name, shape in shapes.items() if 1 <= len(shape) <= 2 and name != images[0]]
    flat = [name for name in flat if not NAMES & set(_words(name))]
    labels = _likely(flat, LABELS)
    return ArrayPair(images[0], labels[0]) if len(labels) == 1 else None


def _likely(names: list[str], words: frozenset[str]) -> list[str]:
    """Return those that are called so, or all where none is."""
    return [name for name in names if words & set(_words(name))] or names


def _labels(path: Path, array: Array) -> Array:
    """Return labels as one number or word for each image."""
    if array.ndim == 2 and array.shape[1] > 1:  # one-hot: a 1 in the column of the class
        is_one_hot = array.dtype.kind in "biuf" and ((array != 0).sum(axis=1) == 1).all()
        if not is_one_hot:
            raise _no_classes(path)
        return np.asarray(array.argmax(axis=1))
    flat = array.reshape(-1)
    if flat.dtype.kind == "S":
        return np.asarray(np.char.decode(flat, "utf-8", "replace"))
    if flat.dtype.kind == "f":
        if not np.isfinite(flat).all() or (flat != np.rint(flat)).any():
            raise _no_classes(path)
        return flat.astype(np.int64)
    if flat.dtype.kind not in "biuU":
        raise _no_classes(path)
    return flat.astype(np.int64) if flat.dtype.kind in "biu" else flat


def _no_classes(path: Path) -> FileError:
    text = mark("core", "{path} holds labels that are no classes: save whole numbers or names.")
    return FileError(text, path=path)
