"""Work beside the window of which only the newest piece counts: what came before is given up."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from nngui.core.errors import NnguiError
from nngui.files.progress import CancelledError, Progress, cancellable

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.gui.background import Background


class Newest(QObject):
    """Gives up what it does as soon as something else is to be done.

    Signals
    -------
    progressed : float
        The share that is done.
    failed : NnguiError
        It could not be done.
    """

    progressed = Signal(float)
    failed = Signal(object)
    _told = Signal(int, float)

    def __init__(self, background: Background) -> None:
        super().__init__(background)
        self._background = background
        self._number = 0
        self._cancelled = threading.Event()
        self._told.connect(self._on_told)

    def start(self, work: Callable[[Progress], Any], then: Callable[[Any], None]) -> None:
        """Do `work`, and call `then` with what it returned, unless something newer was started."""
        self.stop()
        number, cancelled = self._number, threading.Event()
        self._cancelled = cancelled
        progress = Progress(lambda share: self._told.emit(number, share), cancelled.is_set)

        def run() -> Any:
            try:
                with cancellable(cancelled.is_set):
                    return work(progress)
            except CancelledError:
                return None
            except NnguiError as error:
                return error

        def show(found: Any) -> None:
            if number != self._number or found is None:
                return
            if isinstance(found, NnguiError):
                self.failed.emit(found)
            else:
                then(found)

        self._background.start(run, show)

    def stop(self) -> None:
        """Give up what is being done; nothing of it is told any more."""
        self._cancelled.set()
        self._number += 1

    def _on_told(self, number: int, share: float) -> None:
        if number == self._number:
            self.progressed.emit(share)
