"""A drawing made like the images of a data set: cut out, scaled, and put in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nngui.core.arrays import Floats

BITMAP = 32  # pixels: the digits' bitmaps, counted in blocks
BLOCK_IMAGE = 8
MIN_INK = 0.02  # of full: what counts as drawn


def fit_drawing(canvas: Floats, shape: tuple[int, int, int]) -> NDArray[np.float32]:
    """Return a drawing as an image of the data's size, 0 (ground) to 1 (ink).

    Images of 8x8 are made as those of the digits' collection: NIST's programs give a bitmap of
    32x32 that the digit fills; each pixel is the share of ink in a block of 4x4 (E. Alpaydin,
    C. Kaynak, "Optical Recognition of Handwritten Digits", UCI 1998). Other sizes are made as
    MNIST's: fitted into a box of 20/28 of the side with its shape kept, and the ink's centre of
    mass put into the middle (Y. LeCun, C. Cortes, C. Burges, "The MNIST database", 1998).

    Parameters
    ----------
    canvas : ndarray
        Shape (h, w), 0 to 1.
    shape : tuple of int
        The data's (channels, height, width); each channel gets the same.

    Returns
    -------
    ndarray
        Of that shape; all zeros when nothing was drawn.
    """
    channels, height, width = shape
    ink = np.clip(np.nan_to_num(np.asarray(canvas, np.float64)), 0, 1)
    drawn = np.argwhere(ink > MIN_INK)
    if not len(drawn):
        return np.zeros(shape, np.float32)
    (top, left), (bottom, right) = drawn.min(0), drawn.max(0) + 1
    cut = ink[top:bottom, left:right]
    image = _counted(cut) if height == width == BLOCK_IMAGE else _centred(cut, height, width)
    return np.repeat(image[None].astype(np.float32), channels, axis=0)


def _counted(cut: Floats) -> Floats:
    rows, columns = _inside(cut.shape, BITMAP, BITMAP)
    bitmap = np.zeros((BITMAP, BITMAP))
    top, left = (BITMAP - rows) // 2, (BITMAP - columns) // 2
    bitmap[top : top + rows, left : left + columns] = scaled(cut, rows, columns) >= 0.5
    blocks = BITMAP // BLOCK_IMAGE
    counted: Floats = bitmap.reshape(BLOCK_IMAGE, blocks, BLOCK_IMAGE, blocks).mean((1, 3))
    return counted


def _centred(cut: Floats, height: int, width: int) -> Floats:
    rows, columns = _inside(cut.shape, max(height * 20 // 28, 1), max(width * 20 // 28, 1))
    small = scaled(cut, rows, columns)
    ink = max(small.sum(), 1e-12)
    down, right = (small.sum(1) @ np.arange(rows)) / ink, (small.sum(0) @ np.arange(columns)) / ink
    top = round(min(max((height - 1) / 2 - down, 0), height - rows))
    left = round(min(max((width - 1) / 2 - right, 0), width - columns))
    image = np.zeros((height, width))
    image[top : top + rows, left : left + columns] = small / max(small.max(), 1e-12)
    return image


def _inside(shape: tuple[int, ...], height: int, width: int) -> tuple[int, int]:
    """Return the largest size of the same proportions that fits into a box."""
    factor = min(height / shape[0], width / shape[1])
    return max(round(shape[0] * factor), 1), max(round(shape[1] * factor), 1)


def scaled(image: Floats, height: int, width: int) -> Floats:
    """Return an image of another size: each pixel is the mean of the area it covers."""
    result: Floats = _overlaps(image.shape[0], height) @ image @ _overlaps(image.shape[1], width).T
    return result


def _overlaps(before: int, after: int) -> Floats:
    """Return how much of each old pixel is in each new one; rows add up to 1."""
    edges = np.linspace(0, before, after + 1)
    low, high = edges[:-1, None], edges[1:, None]
    pixels = np.arange(before)
    shares = np.clip(np.minimum(high, pixels + 1) - np.maximum(low, pixels), 0, None)
    normed: Floats = shares / shares.sum(1, keepdims=True)
    return normed
