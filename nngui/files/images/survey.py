"""What a user's own images are like: how many of each class, sizes, colours."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.errors import FileError
from nngui.core.text import mark
from nngui.files.images.decode import ImageSizesError, check_sizes
from nngui.files.images.fit import fit
from nngui.files.images.folder import list_folder
from nngui.files.images.limits import TooManyError
from nngui.files.images.look import look_at
from nngui.files.images.reader import (
    Colours,
    Fit,
    Images,
    channels_of,
    kind_of,
    read_images,
    split_listing,
)
from nngui.files.progress import NO_PROGRESS, Progress

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nngui.core.errors import NnguiError
    from nngui.files.images.notes import LeftOut

    Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ImageSurvey:
    """A look at all images.

    Attributes
    ----------
    path : Path
    classes : tuple of str
    training, test : tuple of int
        How many images of each class there are to learn from, and to test on.
    sizes : dict
        How many images have each size, as (width, height), the most frequent first.
    coloured : int
        How many have colours.
    side : int
        What they should be scaled to, where they cannot stay as they are; else 0.
    most : int
        How many can be read at once, to learn from and to test on; 0: all.
    left_out : tuple of LeftOut
        The files that cannot be read, or belong to no class.
    notes : tuple of NnguiError
        What else is to be said before they are read, a sentence each.
    """

    path: Path
    classes: tuple[str, ...]
    training: tuple[int, ...]
    test: tuple[int, ...]
    sizes: dict[Size, int]
    coloured: int
    side: int = 0
    most: int = 0
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[NnguiError, ...] = ()

    @property
    def total(self) -> int:
        """How many images there are."""
        return sum(self.training) + sum(self.test)


def survey_images(path: Path, progress: Progress = NO_PROGRESS) -> ImageSurvey:
    """Look at all images: of a folder at their headers, of a file at the arrays.

    Parameters
    ----------
    progress : Progress, optional
        Who waits for it.

    Raises
    ------
    FileError
        See `read_images`.
    CancelledError
    """
    if kind_of(path) != "folder":
        return _survey_arrays(path, progress)
    try:
        listed = list_folder(path)
        looks = look_at(path, listed.files, progress)
        found = listed.without_bad(looks)
    except OSError as error:
        text = mark("core", "{path} could not be read: {why}.")
        raise FileError(text, path=path, why=error.strerror or str(error)) from error
    files = split_listing(found)
    sizes, side = looks.sizes([*files[0], *files[1]]), 0
    try:
        check_sizes(path, sizes, 3 if looks.coloured else 1, 0)
    except ImageSizesError as error:
        side = error.side
    classes = found.train.classes
    training, tests = (_counts(part, len(classes)) for part in files)
    return ImageSurvey(
        path,
        classes,
        training,
        tests,
        dict(sizes.most_common()),
        looks.coloured,
        side,
        left_out=tuple(found.left_out),
        notes=tuple(found.notes),
    )


def sample_images(
    survey: ImageSurvey, most: int, side: int, colours: Colours, how: Fit = "squash"
) -> Images:
    """Return a few of the images to learn from, of all classes in turn, as they would be read.

    Raises
    ------
    FileError
        See `read_images`.
    """
    if kind_of(survey.path) == "folder":
        return read_images(survey.path, most, side, colours, how=how)
    found = read_images(survey.path, survey.most)
    order = np.argsort(found.y, kind="stable")
    first = np.searchsorted(found.y[order], np.arange(len(found.classes)))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - first[found.y[order]]
    chosen = np.lexsort((found.y, rank))[:most]
    channels = channels_of(colours, found.x.shape[1])
    x = fit(survey.path, found.x[chosen], side, channels, how)
    return Images(x, found.y[chosen], x[:0], found.y[:0], found.classes)


def _survey_arrays(path: Path, progress: Progress) -> ImageSurvey:
    most = 0
    try:
        found = read_images(path, progress=progress)  # kept: mostly they are opened as they are
    except TooManyError as error:
        most = error.fit
        found = read_images(path, most, progress=progress)
    classes = len(found.classes)
    training, test = (
        tuple(int(count) for count in np.bincount(y, minlength=classes))
        for y in (found.y, found.y_test)
    )
    n = len(found.x) + len(found.x_test)
    channels, height, width = found.x.shape[1:]
    coloured = n if channels == 3 else 0
    sizes = {(width, height): n}
    counts = training, test, sizes, coloured
    return ImageSurvey(path, found.classes, *counts, most=most, notes=found.notes)


def _counts(files: Sequence[tuple[int, str, int, int]], classes: int) -> tuple[int, ...]:
    found = Counter(entry[0] for entry in files)
    return tuple(found[number] for number in range(classes))
