"""Work that would keep the window waiting: one piece at a time, in a thread of its own."""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from nngui.core.errors import NnguiError
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

UNEXPECTED = mark("core", "This failed unexpectedly. Help, Open log has the details.")
LOWEST_PRIORITY = 19  # a sixtieth of the others' share, where there are too few cores for all
CLOSE_TIMEOUT_S = 30.0  # seconds for files that are being written when the window closes
EXIT_TIMEOUT_S = 2.0  # seconds for work that nobody waits for, when the program ends
log = logging.getLogger(__name__)
_abandoned: list[threading.Thread] = []


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
        self._writers: list[threading.Thread] = []
        self._others: list[threading.Thread] = []
        self._closed = False
        self._handing_over = threading.Lock()
        self._done.connect(self._on_done)

    def start(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], None],
        *,
        writes: bool = False,
        low_priority: bool = False,
    ) -> None:
        """Do `work`; call `then` with what it returned, later, unless the window has closed.

        An error is told by `failed` instead. Pieces of work run side by side.

        Parameters
        ----------
        writes : bool
            It writes a file, or sends something away: closing the window waits until it is done.
            Work that only reads or computes is abandoned.
        low_priority : bool
            Nobody waits for it: the window and the training have the processor first, where the
            system gives threads a priority of their own (Linux).
        """
        threads = self._writers if writes else self._others
        threads[:] = _still_running(threads)
        # A daemon: Python does not wait for it, as the program would not end while a file is read.
        thread = threading.Thread(target=self._run, args=(work, then, low_priority), daemon=True)
        threads.append(thread)
        thread.start()

    def close(self) -> None:
        """Wait for what is being written, and abandon the rest; nothing is handed over any more."""
        with self._handing_over:
            self._closed = True
        _wait_for(self._writers, CLOSE_TIMEOUT_S)
        _abandoned[:] = _still_running([*_abandoned, *self._writers, *self._others])

    def _run(
        self, work: Callable[[], Any], then: Callable[[Any], None], low_priority: bool
    ) -> None:
        if low_priority and sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST_PRIORITY)
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
        with self._handing_over:
            if not self._closed:  # else Qt's part of this object may be gone
                self._done.emit(then, result)

    def _fail(self, error: NnguiError) -> None:
        self.failed.emit(error)

    @Slot(object, object)
    def _on_done(self, then: Callable[[Any], None], result: Any) -> None:
        if not self._closed:
            then(result)


def _still_running(threads: Iterable[threading.Thread]) -> list[threading.Thread]:
    return [thread for thread in threads if thread.is_alive()]


def _wait_for(threads: Iterable[threading.Thread], timeout_s: float) -> None:
    """Wait until all of them have ended, at most so long in all."""
    until = time.monotonic() + timeout_s
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


def _leave_abandoned() -> None:
    """End the process by the system's own means while abandoned work is still under way.

    Python ends a thread that comes back from C++ after the interpreter has gone by unwinding its
    stack. Torch does not let it: the process would be aborted, and look crashed. Most work was
    told to stop when the window closed, and is done within a step.
    """
    _wait_for(_abandoned, EXIT_TIMEOUT_S)
    if _still_running(_abandoned):
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # a program without a console has none
                stream.flush()
        os._exit(0)


# Here, and so before torch is imported: what torch has registered to be done runs first.
atexit.register(_leave_abandoned)
