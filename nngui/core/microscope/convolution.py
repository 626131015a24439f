"""Convolution and pooling, one window at a time: what a view shows of them. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from nngui.core.errors import SettingError
from nngui.core.text import mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nngui.core.arrays import Floats

Operation = Literal["convolution", "max", "average"]

# Kernels of image processing: Gonzalez and Woods, "Digital Image Processing", 3.4 to 3.6; the
# edge detectors are Sobel's (1968), the outline is Laplace's, the soft blur Gauss's.
CLASSICS: dict[str, tuple[str, tuple[tuple[float, ...], ...]]] = {
    "vertical": (mark("core", "Vertical edges"), ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))),
    "horizontal": (mark("core", "Horizontal edges"), ((-1, -2, -1), (0, 0, 0), (1, 2, 1))),
    "outline": (mark("core", "Outline"), ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1))),
    "blur": (mark("core", "Blur"), ((1 / 9,) * 3,) * 3),
    "gauss": (
        mark("core", "Soft blur"),
        ((1 / 16, 1 / 8, 1 / 16), (1 / 8, 1 / 4, 1 / 8), (1 / 16, 1 / 8, 1 / 16)),
    ),
    "sharpen": (mark("core", "Sharpen"), ((0, -1, 0), (-1, 5, -1), (0, -1, 0))),
    "identity": (mark("core", "Identity"), ((0, 0, 0), (0, 1, 0), (0, 0, 0))),
}


def classic(name: str) -> NDArray[np.float32]:
    """Return one of the `CLASSICS`, shape (1, 3, 3)."""
    return np.array([CLASSICS[name][1]], np.float32)


@dataclass(frozen=True, slots=True)
class Sliding:
    """An operation whose window slides over an image, as `torch.nn.functional` defines it.

    Attributes
    ----------
    operation : str
        ``convolution`` (torch's: without turning the kernel), ``max`` or ``average`` pooling.
    size : tuple of int
        The window's height and width.
    stride, padding : int
        How far it goes each time, and how many pixels are put around the image: zeros, for max
        pooling ones that are less than everything. Averages count the zeros.
    """

    operation: Operation
    size: tuple[int, int]
    stride: int = 1
    padding: int = 0

    def output(self, height: int, width: int) -> tuple[int, int]:
        """Return the result's height and width.

        Raises
        ------
        SettingError
            When the window finds no place in the image, or most of it would be padding.
        """
        if self.operation != "convolution" and 2 * self.padding > min(self.size):
            raise SettingError(
                mark(
                    "core",
                    "A padding of {padding} is more than half the window: "
                    "make the window larger or the padding smaller.",
                ),
                padding=self.padding,
            )
        if any(
            size > room + 2 * self.padding
            for size, room in zip(self.size, (height, width), strict=True)
        ):
            raise SettingError(
                mark(
                    "core",
                    "A window of {window} pixels finds no place in an image of {image}: "
                    "make it smaller, or add padding.",
                ),
                window=f"{self.size[1]}×{self.size[0]}",
                image=f"{width}×{height}",
            )
        rows, columns = (
            (room + 2 * self.padding - size) // self.stride + 1
            for size, room in zip(self.size, (height, width), strict=True)
        )
        return rows, columns

    def padded(self, image: Floats) -> Floats:
        """Return an image, shape (c, h, w), with the padding around it."""
        around = ((0, 0), (self.padding, self.padding), (self.padding, self.padding))
        return np.pad(image, around, constant_values=-np.inf if self.operation == "max" else 0.0)

    def windows(self, image: Floats) -> Floats:
        """Return every window of an image, shape (c, rows, columns, window height, width)."""
        self.output(*image.shape[1:])
        views = np.lib.stride_tricks.sliding_window_view(self.padded(image), self.size, (1, 2))
        return views[:, :: self.stride, :: self.stride]

    def place(self, row: int, column: int) -> tuple[int, int]:
        """Return the upper left pixel of a result's window, in the image without padding."""
        return row * self.stride - self.padding, column * self.stride - self.padding


def convolve(image: Floats, kernel: Floats, bias: float, sliding: Sliding) -> Floats:
    """Return what one filter makes of an image.

    Parameters
    ----------
    image : ndarray
        Shape (c, h, w).
    kernel : ndarray
        Shape (c, window height, window width).

    Returns
    -------
    ndarray
        Shape (rows, columns), as `torch.nn.functional.conv2d` gives it.
    """
    result: Floats = np.einsum("cijkl,ckl->ij", sliding.windows(image), kernel) + bias
    return result


def pool(image: Floats, sliding: Sliding) -> Floats:
    """Return a pooled image: shape (c, h, w) to (c, rows, columns)."""
    windows = sliding.windows(image)
    pooled: Floats = windows.max((3, 4)) if sliding.operation == "max" else windows.mean((3, 4))
    return pooled


def result_of(image: Floats, kernel: Floats, bias: float, sliding: Sliding, channel: int) -> Floats:
    """Return what is made of an image, shape (rows, columns).

    A convolution takes all channels together, pooling one by one: `channel` says which.
    """
    if sliding.operation == "convolution":
        return convolve(image, kernel, bias, sliding)
    pooled: Floats = pool(image[channel : channel + 1], sliding)[0]
    return pooled
