"""How many images are read at most, and what is said of more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.errors import FileError
from nngui.core.text import mark

if TYPE_CHECKING:
    from pathlib import Path

MAX_VALUES = 1 << 27
"""Pixels, over all images and channels, that are read: as float32 they take 512 MB."""
MAX_CLASSES = 1000


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
            "core", "{path} holds {n} images, which is too much: set data.images to {fit} or less."
        )
        super().__init__(text, path=path, n=f"{n:,}", fit=fit)


def too_many(path: Path, values: int, n: int) -> FileError:
    """Say that so many images, of so many values each, would fill the memory."""
    fit = MAX_VALUES // values
    if not fit:
        text = mark("core", "{path} promises images of {values} values each, which is too large.")
        return FileError(text, path=path, values=f"{values:,}")
    return TooManyError(path, n, fit)
