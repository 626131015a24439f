"""Work that would keep the window waiting: one piece at a time, in a thread of its own."""

from __future__ import annotations

import logging
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from nngui.core.abandoned import CLOSE_TIMEOUT_S, abandon, still_running, wait_for
from nngui.core.errors import NnguiError
from nngui.core.memory import as_no_memory
from nngui.core.text import mark
from nngui.files.progress import cancellable

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QDeadlineTimer

UNEXPECTED = mark("core", "This failed unexpectedly. Help, Open log has the details.")
LOWEST_PRIORITY = 19  # a sixtieth of the others' share, where there are too few cores for all
THREAD = "background"  # what its threads are called
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
            It writes a file, or sends something away: closing the window waits until it is done,
            if that is soon. Work that only reads or computes is abandoned; our own readers end soon
            by themselves.
        low_priority : bool
            Nobody waits for it: the window and the training have the processor first, where the
            system gives threads a priority of their own (Linux).
        """
        if self._closed:
            log.info("Work that was asked for after the window had closed was left out")
            return
        threads = self._writers if writes else self._others
        threads[:] = [thread for thread in threads if thread.is_alive()]
        run = work if writes else self._until_closed(work)
        # A daemon: Python does not wait for it, as the program would not end while a file is read.
        thread = threading.Thread(
            target=self._run, args=(run, then, low_priority), name=THREAD, daemon=True
        )
        threads.append(thread)
        thread.start()

    def close(self, deadline: QDeadlineTimer | None = None) -> bool:
        """Wait for what is being written, and abandon the rest; nothing is handed over any more.

        Parameters
        ----------
        deadline : QDeadlineTimer, optional
            Until then, at the latest: it is the same for all that the window waits for. Else for
            `CLOSE_TIMEOUT_S`.

        Returns
        -------
        bool
            Whether all is written. What is not was given up, whole: our own writers put a file in
            the old one's place when it is complete.
        """
        with self._handing_over:
            self._closed = True
        wait_for(self._writers, seconds_left(deadline))
        unwritten = still_running(self._writers)
        if unwritten:
            log.warning("Given up as the window closed: %s that wrote files", len(unwritten))
        abandon([*self._writers, *self._others])
        return not unwritten

    def _until_closed(self, work: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            with cancellable(lambda: self._closed):
                return work()

        return run

    def _run(
        self, work: Callable[[], Any], then: Callable[[Any], None], low_priority: bool
    ) -> None:
        if low_priority and sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST_PRIORITY)
        try:
            result = work()
        except NnguiError as error:
            self._hand_over(self._fail, error)
        except Exception as error:  # whatever the work raises: it is told, and the window goes on
            log.exception("Work in the background failed")
            self._hand_over(self._fail, as_no_memory(error) or NnguiError(UNEXPECTED))
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


def seconds_left(deadline: QDeadlineTimer | None) -> float:
    """Return how long one may still wait when the window closes."""
    return CLOSE_TIMEOUT_S if deadline is None else max(deadline.remainingTime(), 0) / 1000
