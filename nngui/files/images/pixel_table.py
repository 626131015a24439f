"""Tables whose rows are images: a label, and a column for each pixel, as competitions hand out."""

from __future__ import annotations

import math
import re
import zlib
from typing import TYPE_CHECKING

import numpy as np

from nngui.files.atomic import make_folder, replacing_bytes
from nngui.files.progress import check_cancelled

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

MIN_SIDE = 7  # pixels; smaller squares are as likely no images
NUMBERED = re.compile(r"\D*\d+(\D+\d+)?")  # pixel0, 1x1, V1, pixel_0_0


def pixel_side(frame: pd.DataFrame, label: str) -> int:
    """Return how many pixels wide and high the images are that are a table's rows; 0: none are.

    There is a numbered column for each pixel of a square, with whole numbers from 0 to 255.

    Parameters
    ----------
    label : str
        The column that says what is on them.
    """
    names = [name for name in frame.columns if name != label]
    side = math.isqrt(len(names))
    if side < MIN_SIDE or side * side != len(names):
        return 0
    if not all(NUMBERED.fullmatch(str(name)) for name in names) or frame[label].isna().any():
        return 0
    for name in names:
        check_cancelled()
        cells = frame[name]
        if cells.dtype.kind not in "iu" or cells.min() < 0 or cells.max() > 255:
            return 0
    return side


def pixel_file(folder: Path, path: Path) -> Path:
    """Return where the images of a table are kept: each table has a file of its own."""
    return folder / f"{path.stem[:60]}-{zlib.crc32(str(path.absolute()).encode()):08x}.npz"


def write_pixels(target: Path, frame: pd.DataFrame, label: str) -> None:
    """Write the images that are a table's rows as arrays, for `arrays` to read.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    side = pixel_side(frame, label)
    images = np.empty((len(frame), side, side), np.uint8)
    names = [name for name in frame.columns if name != label]
    for place, name in enumerate(names):
        images[:, place // side, place % side] = frame[name].to_numpy()
    labels = frame[label].to_numpy()
    if labels.dtype.kind not in "iuf":
        labels = np.array([str(word) for word in frame[label]])
    make_folder(target.parent)
    with replacing_bytes(target) as file:
        np.savez_compressed(file, images=images, labels=labels)
