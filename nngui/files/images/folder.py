"""PNG and JPEG images in folders, a folder for each class.

Every file's header is looked at before any is decoded: how many there are, how large, in colour or
not; so that what would fill the memory is refused in time.
"""

from __future__ import annotations

import re
import struct
import warnings
import zlib
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.errors import FileError
from nngui.core.text import mark
from nngui.files.images.fit import MODES, REPORT_EVERY, plain
from nngui.files.images.limits import MAX_CLASSES, max_values, too_many
from nngui.files.memory import check_memory
from nngui.files.progress import NO_PROGRESS, Progress
from nngui.files.regular import open_regular, stat_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray
    from PIL import Image

    Entry = tuple[int, str, int, int]
    Size = tuple[int, int]

SUFFIXES = (".png", ".jpg", ".jpeg")
FORMATS = ("PNG", "JPEG")  # what a file is, whatever it is called; nothing else is tried on it
SAMPLE_IMAGES = 20  # images that decide whether all are read in colour
MAX_FILES = 100_000
MAX_IMAGE_BYTES = 1 << 29
MAX_PIXELS_PER_BYTE = 8 * 1100  # zlib packs at most 1032 bytes into one, of 8 pixels each
PIXEL_BYTES = 16  # of a pixel, while transparency is laid on white
MAX_PIXELS = 50_000_000  # of one image: a large camera's
GREY = ("1", "L", "I", "I;16", "I;16B", "I;16L", "I;16N")  # modes without colour or transparency
TURNED = (5, 6, 7, 8)  # orientations in which a camera's picture lies on its side
ORIENTATION = 0x0112
SUGGESTED = (28, 64)  # the smallest and the largest side that is suggested
TRAINING, TEST = ("train", "training"), ("test", "testing", "val", "valid", "validation")
BROKEN = (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, struct.error)
"""What Pillow raises for damaged files, besides zlib's errors."""


class ImageSizesError(FileError):
    """The images have different sizes, or are too large: they can be scaled.

    Attributes
    ----------
    sizes : dict
        How many images have each size, as (width, height), the most frequent first.
    side : int
        What ``data.side`` could be.
    """

    def __init__(self, sentence: str, sizes: Counter[Size], **values: object) -> None:
        self.sizes = dict(sizes.most_common())
        shorter = sorted(min(size) for size in sizes.elements())
        low, high = SUGGESTED
        self.side = min(max(shorter[len(shorter) // 2], low), high)
        super().__init__(sentence, side=self.side, **values)


@dataclass(frozen=True, slots=True)
class Listing:
    """The images of a folder, not opened yet. Equal listings hold equal images.

    Attributes
    ----------
    path : str
    classes : tuple of str
        The names of the folders, in their order.
    files : tuple of (class, path, bytes, time of change)
        In turn of each class, so that every beginning holds all classes alike.
    """

    path: str
    classes: tuple[str, ...]
    files: tuple[Entry, ...]


def list_folder(path: Path) -> tuple[Listing, Listing | None]:
    """Find the images of a folder: of the training set, and of a test set where there is one.

    The folder holds a folder for each class; or it holds two, such as ``train`` and ``test``, which
    hold the same classes each.

    Raises
    ------
    FileError
        When there are no images of two classes, or too many.
    OSError
        When a folder cannot be read.
    """
    folders = _folders(path)
    by_name = {folder.name.lower(): folder for folder in folders}
    train = next((by_name[name] for name in TRAINING if name in by_name), None)
    test = next((by_name[name] for name in TEST if name in by_name), None)
    if train is None or test is None or not (_folders(train) and _folders(test)):
        return _listing(path, folders, None), None
    first = _listing(train, _folders(train), None)
    return first, _listing(test, _folders(test), first.classes)


def _folders(path: Path) -> list[Path]:
    found = [place for place in path.iterdir() if place.is_dir()]
    found = [folder for folder in found if not folder.name.startswith((".", "__"))]
    return sorted(found, key=_natural)


def _natural(path: Path) -> list[tuple[int, str]]:
    """Return what sorts 2 before 10."""
    words = re.findall(r"[0-9]+|[^0-9]+", path.name.lower())
    return [
        (int(word[:18]), "") if word.isascii() and word.isdigit() else (1 << 62, word)
        for word in words
    ]


def _listing(path: Path, folders: list[Path], classes: tuple[str, ...] | None) -> Listing:
    """List the images of each class's folder; a test set's `classes` are the training set's."""
    found = {folder.name: list(_images(folder)) for folder in folders[: MAX_CLASSES + 1]}
    names = tuple(name for name, images in found.items() if images) if classes is None else classes
    other = [name for name, images in found.items() if images and name not in names]
    if other:
        text = mark("core", "{path} has a class {name}, which the training images do not have.")
        raise FileError(text, path=path, name=other[0])
    if len(names) < 2 or not any(found.values()):
        text = mark(
            "core",
            "{path} holds no images to learn from: it needs a folder of PNG or JPEG images for "
            "each of two classes or more.",
        )
        _check_images([path, *folders[:MAX_CLASSES]])
        raise FileError(text, path=path)
    total = sum(map(len, found.values()))
    if len(names) > MAX_CLASSES or total > MAX_FILES:
        text = mark(
            "core",
            "{path} holds {classes} classes and {n} images: at most {most_classes} and {most} can "
            "be opened.",
        )
        most = {"most_classes": f"{MAX_CLASSES:,}", "most": f"{MAX_FILES:,}"}
        raise FileError(text, path=path, classes=len(names), n=f"{total:,}", **most)
    columns = [[(i, *image) for image in found.get(name, [])] for i, name in enumerate(names)]
    in_turn = (entry for row in zip_longest(*columns) for entry in row if entry is not None)
    return Listing(str(path), names, tuple(in_turn))


def _check_images(folders: Iterable[Path]) -> None:
    """Name the first of a few files that is called an image, but is none.

    Raises
    ------
    FileError
    """
    named = (image for folder in folders for image in _images(folder))
    for place, _size, _time in islice(named, SAMPLE_IMAGES):
        _look(Path(place))


def _images(folder: Path) -> Iterator[tuple[str, int, int]]:
    places = [place for place in folder.iterdir() if place.suffix.lower() in SUFFIXES]
    for place in sorted(places[: MAX_FILES + 1], key=_natural):
        if place.is_file() and not place.name.startswith("."):
            about = place.stat()
            yield str(place), about.st_size, about.st_mtime_ns


def channels(listing: Listing) -> int:
    """Return 3 if any of the first images has colours, or 1."""
    modes = [_look(Path(entry[1]))[1] for entry in listing.files[:SAMPLE_IMAGES]]
    return 3 if any(mode not in GREY for mode in modes) else 1


def decode(
    path: Path, files: Sequence[Entry], side: int, channels: int, progress: Progress = NO_PROGRESS
) -> NDArray[np.uint8]:
    """Read images that `list_folder` found.

    Parameters
    ----------
    path : Path
        The folder, for the sentences.
    side : int
        Each is scaled to a square of so many pixels, whatever shape it has; 0: as they are.
    channels : int
        1 for grey, 3 for red, green and blue.

    Returns
    -------
    ndarray
        Shape (n, channels, height, width), uint8.

    Raises
    ------
    ImageSizesError
        When their sizes differ, or they are too large, and `side` is 0.
    FileError
        Naming the first file that is no image.
    """
    paths = [Path(entry[1]) for entry in files]
    sizes = Counter(_look(path)[0] for path in paths)
    check_sizes(path, sizes, channels, side)
    width, height = (side, side) if side else next(iter(sizes))
    result = np.empty((len(paths), channels, height, width), np.uint8)
    for i, (target, place) in enumerate(zip(result, paths, strict=True)):
        if i % REPORT_EVERY == 0:
            progress.at(i / len(paths))
        pixels = _pixels(place, channels, side)
        if pixels.shape != target.shape:  # the file has changed since the first look
            raise _broken(place)
        target[...] = pixels
    return result


def check_sizes(path: Path, sizes: Counter[Size], channels: int, side: int) -> None:
    """Refuse images of different sizes that stay as they are, and what would fill the memory.

    Raises
    ------
    ImageSizesError
        When scaling them would help.
    FileError
        When they are too many for `side`.
    """
    n = sizes.total()
    if side:
        if n * channels * side * side > max_values(path):
            raise too_many(path, channels * side * side, n)
        return
    (width, height), _count = sizes.most_common(1)[0]
    if len(sizes) > 1:
        text = mark(
            "core",
            "The images in {path} have different sizes, such as {one} and {other}: scale them to "
            "one (data.side={side}).",
        )
        one, other = (f"{w} × {h}" for (w, h), _ in sizes.most_common(2))
        raise ImageSizesError(text, sizes, path=path, one=one, other=other)
    if n * channels * width * height > max_values(path):
        text = mark(
            "core",
            "The {n} images in {path} are too large, {size} each: scale them (data.side={side}), "
            "or use fewer (data.images).",
        )
        size = f"{width} × {height}"
        raise ImageSizesError(text, sizes, n=f"{n:,}", path=path, size=size)


def look_at(files: Sequence[Entry], progress: Progress = NO_PROGRESS) -> tuple[Counter[Size], int]:
    """Return how many images have which width and height, and how many have colours.

    Raises
    ------
    FileError
        Naming the first file that is no image.
    """
    sizes: Counter[Size] = Counter()
    coloured = 0
    for i, entry in enumerate(files):
        if i % REPORT_EVERY == 0:
            progress.at(i / len(files))
        size, mode = _look(Path(entry[1]))
        sizes[size] += 1
        coloured += mode not in GREY
    return sizes, coloured


def _look(path: Path) -> tuple[Size, str]:
    """Return an image's width and height as it is looked at, and its mode, from its header."""
    size = stat_of(path).st_size
    with _opened(path) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            text = mark("core", "{path} has {width} × {height} pixels, which is too large.")
            raise FileError(text, path=path, width=f"{width:,}", height=f"{height:,}")
        if width * height > MAX_PIXELS_PER_BYTE * size:
            raise _broken(path)  # before it is allocated
        check_memory(path, width * height * PIXEL_BYTES)
        turned = image.format == "JPEG" and _orientation(path, image) in TURNED
        mode = "transparent" if "transparency" in image.info else image.mode
        return ((height, width) if turned else (width, height)), mode


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # its warning: `_look` refuses sooner, with a sentence
    with ExitStack() as open_files:
        open_files.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # Pillow's, of remarks in a file that are cut off
        try:
            file = open_files.enter_context(open_regular(path, MAX_IMAGE_BYTES))
            image = open_files.enter_context(Image.open(file, formats=FORMATS))
        except (*BROKEN, zlib.error) as error:
            raise _broken(path, error) from error
        yield image


def _orientation(path: Path, image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except (*BROKEN, zlib.error) as error:
        raise _broken(path, error) from error


def _pixels(path: Path, channels: int, side: int) -> NDArray[np.uint8]:
    """Decode an image: shape (channels, height, width), uint8."""
    from PIL import Image, ImageOps

    with _opened(path) as image:
        try:
            if side and image.format == "JPEG":
                image.draft(None, (2 * side, 2 * side))  # decodes a large photograph coarsely
            picture = ImageOps.exif_transpose(image) if image.format == "JPEG" else image
            picture = plain(picture, MODES[channels])
            if side:
                picture = picture.resize((side, side), Image.Resampling.BILINEAR)
            pixels = np.asarray(picture, dtype=np.uint8)
        except MemoryError as error:
            text = mark("core", "{path} does not fit into the memory: make it smaller.")
            raise FileError(text, path=path) from error
        except (*BROKEN, zlib.error) as error:
            raise _broken(path, error) from error
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def _broken(path: Path, error: Exception | None = None) -> FileError:
    if isinstance(error, OSError) and error.errno:  # of the disk, not of Pillow
        text = mark("core", "{path} could not be read: {why}.")
        return FileError(text, path=path, why=error.strerror)
    text = mark("core", "{path} is no PNG or JPEG image, or is damaged: remove or replace it.")
    return FileError(text, path=path)
