"""Images of folders decoded into one array, all of one size, grey or in colour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.errors import FileError
from nngui.core.text import mark
from nngui.files.images.limits import max_values, too_many
from nngui.files.images.look import (
    BROKEN,
    MAX_PIXELS,
    REPORT_EVERY,
    TURNED,
    Looks,
    bad_image,
    name_from,
    opened_picture,
)
from nngui.files.images.notes import TOO_LARGE, BadImageError, LeftOut
from nngui.files.images.picture import pixels_of, turn_of
from nngui.files.progress import NO_PROGRESS, Progress

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PIL import Image

    from nngui.files.images.look import Entry, Size

SUGGESTED = (28, 64)  # the smallest and the largest side that is suggested
COARSE = (8, 4, 2)  # by how much a JPEG can be decoded smaller


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


def decode(
    root: Path,
    files: Sequence[Entry],
    looks: Looks,
    side: int,
    channels: int,
    how: str,
    progress: Progress = NO_PROGRESS,
) -> tuple[NDArray[np.uint8], NDArray[np.int64], list[LeftOut]]:
    """Read images that `list_folder` found.

    Parameters
    ----------
    root : Path
        The folder: names are told from there.
    side : int
        Each is scaled to a square of so many pixels, whatever shape it has; 0: as they are.
    channels : int
        1 for grey, 3 for red, green and blue.
    how : str
        See `picture.fitted`.

    Returns
    -------
    pixels : ndarray
        Shape (n, channels, height, width), uint8, of those that could be read.
    good : ndarray
        The places of these among the files, shape (n,).
    left_out : list of LeftOut
        The others.

    Raises
    ------
    ImageSizesError
        When their sizes differ, or they are too large, and `side` is 0.
    FileError
        When they would fill the memory.
    """
    sizes = looks.sizes(files)
    check_sizes(root, sizes, channels, side)
    width, height = (side, side) if side else next(iter(sizes))
    result = np.empty((len(files), channels, height, width), np.uint8)
    good: list[int] = []
    left_out: list[LeftOut] = []
    for i, entry in enumerate(files):
        if i % REPORT_EVERY == 0:
            progress.at(i / len(files))
        try:
            pixels = decoded(Path(entry[1]), width, height, channels, how, looks.white)
        except BadImageError as error:
            left_out.append(LeftOut(name_from(root, entry[1]), error.why))
            continue
        result[len(good)] = pixels
        good.append(i)
    return result[: len(good)], np.array(good, np.int64), left_out


def decoded(
    path: Path, width: int, height: int, channels: int, how: str, white: int
) -> NDArray[np.uint8]:
    """Read one image: shape (channels, height, width), uint8.

    Raises
    ------
    BadImageError
        When it is none.
    """
    with opened_picture(path) as image:
        size, enough = image.size, 2 * max(width, height)
        coarse = next((n for n in COARSE if n * enough <= min(size)), 1)
        if image.format not in ("JPEG", "MPO"):
            coarse = 1
        if size[0] * size[1] > MAX_PIXELS * coarse**2:
            raise BadImageError(path, TOO_LARGE)
        try:
            pixels = as_array(pixels_of(image, width, height, channels, how, white))
        except (*BROKEN, MemoryError) as error:
            raise bad_image(path, error) from error
    return pixels


def as_array(picture: Image.Image) -> NDArray[np.uint8]:
    """Return a grey or coloured picture's pixels, shape (channels, height, width)."""
    pixels = np.asarray(picture, dtype=np.uint8)
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def preview_of(path: Path, most: int, white: int) -> NDArray[np.uint8]:
    """Read one image in colour, so that its longer side has at most so many pixels.

    Raises
    ------
    BadImageError
        When it is none.
    """
    with opened_picture(path) as image:
        width, height = image.size
        if turn_of(image) in TURNED:
            width, height = height, width
    return decoded(path, *small_size((width, height), most), 3, "squash", white)


def small_size(size: Size, most: int) -> Size:
    """Return a picture's width and height made smaller, of the same shape."""
    scale = min(most / max(size), 1)
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


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
