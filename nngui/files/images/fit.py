"""Images brought to one size, and to grey or colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nngui.files.images.limits import max_values, too_many
from nngui.files.images.picture import fitted, plain
from nngui.files.progress import NO_PROGRESS, Progress

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

MODES = {1: "L", 3: "RGB"}
REPORT_EVERY = 256  # images


def fit(
    path: Path,
    x: Bytes,
    side: int,
    channels: int,
    how: str = "squash",
    progress: Progress = NO_PROGRESS,
) -> Bytes:
    """Scale images, and make them grey or coloured, as Pillow does with single ones.

    Parameters
    ----------
    path : Path
        Where they come from, for the sentences.
    x : ndarray
        Shape (n, 1, 3 or 4 channels, height, width), uint8. With a fourth channel they are
        transparent, and lie on white.
    side : int
        Each becomes a square of so many pixels; 0: as they are.
    channels : int
        1 for grey, 3 for red, green and blue.
    how : str
        See `picture.fitted`.

    Returns
    -------
    ndarray
        Shape (n, channels, height, width), uint8.

    Raises
    ------
    FileError
        When they would fill the memory.
    """
    from PIL import Image

    n, present, height, width = x.shape
    size = (side, side) if side else (height, width)
    if present == channels and size == (height, width):
        return x
    if n * channels * size[0] * size[1] > max_values(path):
        raise too_many(path, channels * size[0] * size[1], n)
    result = np.empty((n, channels, *size), np.uint8)
    for i in range(n):
        pixels = x[i, 0] if present == 1 else np.ascontiguousarray(x[i].transpose(1, 2, 0))
        image = plain(Image.fromarray(pixels), MODES[channels])
        if side:
            image = fitted(image, side, side, how)
        bytes_ = np.asarray(image)
        result[i] = bytes_[None] if channels == 1 else bytes_.transpose(2, 0, 1)
        if i % REPORT_EVERY == 0:
            progress.at(i / n)
    return result
