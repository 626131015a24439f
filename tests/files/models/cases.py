"""What a hostile file is: its name, its bytes, and how reading it may end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.files.models import errors

if TYPE_CHECKING:
    from collections.abc import Callable

NOT = errors.NotAModelFileError
BAD = errors.CorruptedModelError
CODE = errors.UnsupportedModelError
BIG = errors.ModelTooLargeError
ODD = errors.InconsistentModelError
SHUT = errors.UnreadableModelError
OPENS = None
"""It may open: what opens is then looked at for anything that the reader should not have taken."""


@dataclass(frozen=True)
class Case:
    """A hostile file.

    Attributes
    ----------
    content : bytes or callable
        What stands in the file; the largest are only made when they are wanted.
    ends : tuple
        The errors that reading it may end with, and `OPENS`.
    executes : bool
        Whether plain `torch.load` here would run the code in it, which makes the canary.
    """

    name: str
    content: bytes | Callable[[], bytes]
    ends: tuple[type[errors.ModelFileError] | None, ...]
    executes: bool = False

    def data(self):
        return self.content if isinstance(self.content, bytes) else self.content()
