"""Somebody who waits while something large is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.core.errors import NnguiError
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Callable


class CancelledError(NnguiError):
    """The user did not want to wait."""


def _nobody(_share: float) -> None:
    pass


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Progress:
    """Is told how far the reading is, and may stop it.

    Attributes
    ----------
    progress : callable of float
        Is told the share that has been read, from 0 to 1.
    cancelled : callable
        Returns whether to give up.
    """

    progress: Callable[[float], None] = _nobody
    cancelled: Callable[[], bool] = _never

    def at(self, share: float) -> None:
        """Tell the share that has been read.

        Raises
        ------
        CancelledError
            When it is enough.
        """
        if self.cancelled():
            raise CancelledError(mark("core", "The reading was cancelled."))
        self.progress(min(share, 1.0))


NO_PROGRESS = Progress()
