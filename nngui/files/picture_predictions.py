"""A saved model applied to pictures: one, or all in a folder and in those within it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.errors import DataError, FileError
from nngui.core.text import mark
from nngui.files.images.decode import as_array, decoded, preview_of, small_size
from nngui.files.images.layout import OTHER_SUFFIXES, natural, with_inner
from nngui.files.images.look import REPORT_EVERY, name_from
from nngui.files.images.notes import UNKNOWN_KIND, BadImageError, ImageNote
from nngui.files.images.picture import pixels_of
from nngui.files.progress import NO_PROGRESS, Progress

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from torch import nn

    from nngui.core.arrays import Floats
    from nngui.core.data.image_preparation import ImagePreparation
    from nngui.core.errors import NnguiError
    from nngui.files.models.reader import ModelFile

MAX_DEPTH = 20  # folders one within the other
PREVIEW = 320  # pixels of the longer side of a picture that is shown


@dataclass(frozen=True, slots=True)
class Answers:
    """What a network says of pictures, a row for each, in the order of their names.

    Attributes
    ----------
    classes : tuple of str
    files : tuple of str
        Where each lies in the folder.
    shares : ndarray
        The classes' probabilities, shape (n, classes); NaN where a picture could not be read.
    problems : tuple of str
        Why a picture could not be read; empty where it could.
    others : tuple of str
        Files of the folder that are no pictures.
    """

    classes: tuple[str, ...]
    files: tuple[str, ...]
    shares: Floats
    problems: tuple[str, ...]
    others: tuple[str, ...] = ()

    def best(self, row: int) -> str:
        """Return the class of a row that is the most probable; empty where it was not read."""
        return "" if self.problems[row] else self.classes[int(self.shares[row].argmax())]

    def frame(self) -> pd.DataFrame:
        """Return it as a table: file, class, probabilities, and what was wrong with a picture."""
        import pandas as pd

        columns = ["file", "predicted class", *(f"P({name})" for name in self.classes), "problem"]
        rows = [
            (name, self.best(row), *self.shares[row], self.problems[row])
            for row, name in enumerate(self.files)
        ]
        return pd.DataFrame(rows, columns=columns)

    def notes(self) -> tuple[NnguiError, ...]:
        """Return what is to be said of them, a sentence each."""
        found = []
        bad = [row for row, problem in enumerate(self.problems) if problem]
        if bad:
            text = mark(
                "core",
                "{n} of {all} pictures could not be read, such as {name}: {why}. Their rows say "
                "so.",
            )
            values = {"name": self.files[bad[0]], "why": self.problems[bad[0]]}
            n, every = f"{len(bad):,}", f"{len(self.files):,}"
            found.append(ImageNote(text, n=n, all=every, **values))
        if self.others:
            text = mark("core", "Files that are no pictures have no row: {n}, such as {name}.")
            found.append(ImageNote(text, n=f"{len(self.others):,}", name=self.others[0]))
        return tuple(found)


def predict_pictures(model: ModelFile, path: Path, progress: Progress = NO_PROGRESS) -> Answers:
    """Return what a saved model says of a picture, or of all pictures in a folder.

    Parameters
    ----------
    model : ModelFile
        As `predictions.predictor` returns it, of a network for images.

    Raises
    ------
    FileError
        When it is neither a picture nor a folder with some.
    """
    assert model.net is not None
    assert model.images is not None
    return ask_about(model.net, model.images, path, progress)


def ask_about(
    net: nn.Module, images: ImagePreparation, path: Path, progress: Progress = NO_PROGRESS
) -> Answers:
    """Return what a network says of a picture, or of all pictures in a folder.

    Raises
    ------
    BadImageError
        When the only picture cannot be read.
    FileError
        When there is none.
    CancelledError
    """
    if not path.is_dir():
        shares = images.predict(net, picture_of(images, path))
        return Answers(images.classes, (path.name,), shares[None], ("",))
    try:
        place = with_inner(path, MAX_DEPTH)
    except OSError as error:
        text = mark("core", "{path} could not be read: {why}.")
        raise FileError(text, path=path, why=error.strerror or str(error)) from error
    paths = sorted(
        [*(image[0] for image in place.images), *place.unread],
        key=lambda one: ([natural(part) for part in Path(one).relative_to(path).parts], one),
    )
    if not paths:
        raise DataError(mark("core", "{path} holds no pictures."), path=path)
    found = np.full((len(paths), images.outputs), np.nan, np.float32)
    problems = []
    for row, name in enumerate(paths):
        if row % REPORT_EVERY == 0:
            progress.at(row / len(paths))
        try:
            found[row] = images.predict(net, picture_of(images, Path(name)))
            problems.append("")
        except BadImageError as error:
            is_other = Path(name).suffix.lower() in OTHER_SUFFIXES
            problems.append(UNKNOWN_KIND if is_other else error.why)
    names, others = (tuple(name_from(path, one) for one in part) for part in (paths, place.others))
    return Answers(images.classes, names, found, tuple(problems), others)


def picture_of(images: ImagePreparation, path: Path) -> NDArray[np.uint8]:
    """Return a picture as a network takes it: shape (channels, height, width), uint8.

    Raises
    ------
    BadImageError
        When it cannot be read.
    """
    size = images.width, images.height, images.channels
    return decoded(path, *size, images.fit, images.deep_white)


@dataclass(frozen=True, slots=True, eq=False)
class PictureAnswer:
    """What a network says of one picture.

    Attributes
    ----------
    preview : ndarray
        The picture itself, smaller, shape (3, height, width), uint8.
    pixels : ndarray
        As the network is given it, shape (channels, height, width), uint8.
    shares : ndarray
        The classes' probabilities, shape (classes,).
    """

    preview: NDArray[np.uint8]
    pixels: NDArray[np.uint8]
    shares: Floats


def ask_about_file(net: nn.Module, images: ImagePreparation, path: Path) -> PictureAnswer:
    """Return what a network says of a picture in a file.

    Raises
    ------
    BadImageError
        When it cannot be read.
    """
    pixels = picture_of(images, path)
    preview = preview_of(path, PREVIEW, images.deep_white)
    return PictureAnswer(preview, pixels, images.predict(net, pixels))


def ask_about_pixels(
    net: nn.Module, images: ImagePreparation, rgba: NDArray[np.uint8]
) -> PictureAnswer:
    """Return what a network says of a picture that came from no file.

    Parameters
    ----------
    rgba : ndarray
        Shape (height, width, 4), uint8.
    """
    from PIL import Image

    picture = Image.fromarray(rgba)
    size = images.width, images.height, images.channels
    pixels = as_array(pixels_of(picture, *size, images.fit, images.deep_white))
    width, height = small_size(picture.size, PREVIEW)
    preview = as_array(pixels_of(picture, width, height, 3, "squash", images.deep_white))
    return PictureAnswer(preview, pixels, images.predict(net, pixels))
