"""Threads that nobody waits for any more, and the end of the process, which comes without them.

Some work cannot be cancelled: a library's reader, torch's import. A window that closes leaves it
behind. Python and Qt both end a process badly under such a thread: Python unwinds the stack of one
that comes back from C++ after the interpreter has gone, which torch does not let it; Qt aborts when
a thread object of its own is destroyed while it runs, and PySide destroys all of them as the
interpreter ends; LLVM is waited for until it has compiled. So they are kept here, and when one of
them still runs at the end, the process is ended by the system's own means, before any of that.
"""

from __future__ import annotations

import atexit
import logging
import math
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CLOSE_TIMEOUT_S = 2.5  # seconds for what is being written when a window closes, all of it together
END_TIMEOUT_S = 3.5  # seconds from a window's closing to the end of the process
EXIT_TIMEOUT_S = 0.5  # seconds that abandoned threads have when the program ends
LOG_TIMEOUT_S = 0.2  # seconds for a last word in the log, whose disk may be what hangs
log = logging.getLogger(__name__)


class Joinable(Protocol):
    """A thread, Python's or another one."""

    def is_alive(self) -> bool:
        """Return whether it runs."""
        ...

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended, at most so many seconds."""
        ...


_threads: list[Joinable] = []
_exit_code = [0]
_end_by = [math.inf]


def abandon(threads: Iterable[Joinable]) -> None:
    """Keep those that still run until they end, or the process does."""
    _threads[:] = still_running([*_threads, *threads])
    if _threads:
        # Anew: what was registered last is done first, and Qt, torch and LLVM have registered what
        # must not be done under a thread that runs.
        atexit.unregister(_leave)
        atexit.register(_leave)


def wait_for_abandoned(timeout_s: float) -> bool:
    """Wait for all that were abandoned, so long in all; return whether they have ended."""
    wait_for(_threads, timeout_s)
    abandon(())
    return not _threads


def still_running(threads: Iterable[Joinable]) -> list[Joinable]:
    """Return those that have not ended."""
    return [thread for thread in threads if thread.is_alive()]


def wait_for(threads: Sequence[Joinable], timeout_s: float) -> None:
    """Wait until all of them have ended, at most so long in all."""
    until = time.monotonic() + timeout_s
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


# The end of the process ---------------------------------------------------------------------------


def note_exit_code(code: int) -> None:
    """Have the process end with this code, also where it has to be ended from here."""
    _exit_code[0] = code


def end_within(timeout_s: float) -> None:
    """Note that the process is to end: abandoned threads are waited for until then at most."""
    _end_by[0] = time.monotonic() + timeout_s


def end_by_force(timeout_s: float, code: int) -> threading.Event:
    """End the process after so many seconds, whatever its main thread waits for by then.

    A disk that does not answer, or a library that does not return, would keep a process that has no
    window any more.

    Returns
    -------
    threading.Event
        Set: the process ends by itself.
    """
    ends = threading.Event()

    def watch() -> None:
        if not ends.wait(timeout_s):
            said = threading.Thread(
                target=log.error, args=("The end took too long, and was forced",), daemon=True
            )
            said.start()
            said.join(LOG_TIMEOUT_S)
            os._exit(code)

    threading.Thread(target=watch, name="end", daemon=True).start()
    return ends


def leave(code: int) -> None:
    """End the process at once, when all that it has printed and logged is out.

    Nothing is torn down: with torch and a window that takes seconds on a busy machine.
    """
    end_by_force(EXIT_TIMEOUT_S, code)  # a disk or a pipe may not take any more
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # a program without a console has none
            try:
                stream.flush()
            except OSError:  # whoever read it has gone
                continue
    os._exit(code)


def _leave() -> None:
    """End the process at once if abandoned threads still run.

    Most were told to stop, and are done within a step. Python does not say which code it is about
    to end with: it is the one that the command line has noted, and 0 for a program of others that
    only uses nngui's modules.
    """
    if not wait_for_abandoned(min(EXIT_TIMEOUT_S, max(0.0, _end_by[0] - time.monotonic()))):
        leave(_exit_code[0])
