"""How many images are read at most, and what is said of more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.errors import FileError
from nngui.core.text import mark
from nngui.files.memory import MAX_BYTES, Budget

if TYPE_CHECKING:
    from pathlib import Path

MAX_VALUES = 1 << 27
"""Pixels, over all images and channels, that are read; a person can raise it with the memory."""
VALUE_BYTES = 12
"""What a pixel of a channel takes, read as a byte or a number, scaled, and as float32 in a run."""
LABEL_BYTES = 48  # of a label, while labels are sorted into two parts
MAX_CLASSES = 1000


def max_values(path: Path) -> int:
    """Return how many pixels, over all images and channels, can be read.

    Whoever allows twice the memory is allowed twice as many; never more than fit (see `Budget`).
    """
    budget = Budget(path)
    return min(budget.allowed // VALUE_BYTES, MAX_VALUES * budget.limit // MAX_BYTES)


class TooManyError(FileError):
    """There are more images than can be read at once: fewer of them can.

    Attributes
    ----------
    fit : int
        How many can.
    """

    def __init__(self, path: Path, n: int, fit: int) -> None:
        self.fit = fit
        text = mark(
            "core",
            "{path} holds {n} images, which is too much: set data.images to {fit} or less, or "
            "allow more memory (--memory-limit).",
        )
        super().__init__(text, path=path, n=f"{n:,}", fit=fit)


def too_many(path: Path, values: int, n: int) -> FileError:
    """Say that so many images, of so many values each, would fill the memory."""
    fit = max_values(path) // values
    if not fit:
        text = mark("core", "{path} promises images of {values} values each, which is too large.")
        return FileError(text, path=path, values=f"{values:,}")
    return TooManyError(path, n, fit)
