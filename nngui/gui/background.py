"""Work that would keep the window waiting: one piece at a time, in a thread of its own."""

from __future__ import annotations

import logging
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from nngui.core.errors import NnguiError
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Callable

UNEXPECTED = mark("core", "This failed unexpectedly. Help, Open log has the details.")
NICE = 19  # a sixtieth of the others' share, where there are too few cores for all
FINISH = 30.0  # seconds for work that is under way when the window closes
log = logging.getLogger(__name__)


class Background(QObject):
    """Does work beside the window, and hands its result back in the window's thread.

    Signals
    -------
    failed : NnguiError
        The work could not be done.
    """

    failed = Signal(object)
    _done = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._threads: list[threading.Thread] = []
        self._writers: list[threading.Thread] = []
        self._closed = False
        self._done.connect(self._on_done)

    def start(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], None],
        *,
        low_priority: bool = False,
        writes: bool = False,
    ) -> None:
        """Do `work`; call `then` with what it returned, later, unless the window has closed.

        An error is told by `failed` instead. Pieces of work run side by side.

        Parameters
        ----------
        low_priority : bool
            Nobody waits for it: the window and the training have the processor first, where the
            system gives threads a priority of their own (Linux).
        writes : bool
            It writes a file: `close` waits for it.
        """
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=self._run, args=(work, then, low_priority), daemon=True)
        self._threads.append(thread)
        if writes:
            self._writers.append(thread)
        thread.start()

    def close(self) -> None:
        """Wait for a file that is being written; give up all else, and forget what comes of it."""
        self._closed = True
        for thread in self._writers:
            thread.join(FINISH)

    def _run(
        self, work: Callable[[], Any], then: Callable[[Any], None], low_priority: bool
    ) -> None:
        if low_priority and sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        try:
            result = work()
        except NnguiError as error:
            self._hand_over(self._fail, error)
        except Exception:
            log.exception("Work in the background failed")
            self._hand_over(self._fail, NnguiError(UNEXPECTED))
        else:
            self._hand_over(then, result)

    def _hand_over(self, then: Callable[[Any], None], result: Any) -> None:
        if not self._closed:  # Qt's part of this object may be gone, where `close` gave up waiting
            self._done.emit(then, result)

    def _fail(self, error: NnguiError) -> None:
        self.failed.emit(error)

    @Slot(object, object)
    def _on_done(self, then: Callable[[Any], None], result: Any) -> None:
        if not self._closed:
            then(result)
