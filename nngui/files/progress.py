"""Somebody who waits while something large is read."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.core.errors import NnguiError
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class CancelledError(NnguiError):
    """The user did not want to wait."""


def _nobody(_share: float) -> None:
    pass


def _never() -> bool:
    return False


_given_up: ContextVar[Callable[[], bool]] = ContextVar("given_up", default=_never)


@contextmanager
def cancellable(cancelled: Callable[[], bool]) -> Iterator[None]:
    """Have all that this thread reads meanwhile end when it is enough.

    For reading that is asked for far away: a task makes its data without knowing who waits.

    Parameters
    ----------
    cancelled : callable
        Returns whether to give up.
    """
    token = _given_up.set(cancelled)
    try:
        yield
    finally:
        _given_up.reset(token)


def check_cancelled() -> None:
    """Go on, unless what this thread reads is to end (see `cancellable`).

    Raises
    ------
    CancelledError
        When it is enough.
    """
    if _given_up.get()():
        raise _cancelled_error()


def _cancelled_error() -> CancelledError:
    return CancelledError(mark("core", "The reading was cancelled."))


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
        check_cancelled()
        if self.cancelled():
            raise _cancelled_error()
        self.progress(min(share, 1.0))


NO_PROGRESS = Progress()
