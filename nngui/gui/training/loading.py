"""What a run has to load before it stands, and whoever closes the window need not wait for."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from nngui.files.progress import cancellable, check_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Loading:
    """Says to other threads when files are read or torch is imported, and gives it up.

    Attributes
    ----------
    is_under_way : bool
        Whether that is being done. Nothing is there to be kept meanwhile.

    Parameters
    ----------
    closing : callable
        Returns whether the window has closed.
    """

    def __init__(self, closing: Callable[[], bool]) -> None:
        self.is_under_way = False
        self._closing = closing

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Load something, in the thread that trains.

        Raises
        ------
        CancelledError
            When the window has closed: nothing more is to be told or begun.
        """
        with cancellable(self._closing):
            self.is_under_way = True
            try:
                yield
            finally:
                self.is_under_way = False
            check_cancelled()
