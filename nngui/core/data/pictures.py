"""How images were made of files: what is to be done to a new picture, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WHITE = 255  # of the bytes that a picture is read as


@dataclass(frozen=True, slots=True)
class PictureFit:
    """How images were made of files.

    Attributes
    ----------
    how : str
        What was done to those of another shape: ``squash``, ``pad`` or ``crop``.
    deep_white : int
        The value of a white pixel in files that have more than 8 bits for it.
    """

    how: Literal["squash", "pad", "crop"] = "squash"
    deep_white: int = WHITE
