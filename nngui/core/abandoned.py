"""Threads that nobody waits for any more: the process ends without them.

Some work cannot be cancelled: a library's reader, torch's import. A window that closes leaves it
behind. Python and Qt both end a process badly under such a thread: Python unwinds the stack of one
that comes back from C++ after the interpreter has gone, which torch does not let it; and Qt aborts
when a thread object of its own is destroyed while it runs. So they are kept here, and when one
of them still runs at the end, the process is ended by the system's own means.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EXIT_TIMEOUT_S = 2.0  # seconds that all of them have when the program ends


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


def abandon(threads: Iterable[Joinable]) -> None:
    """Keep those that still run until they end, or the process does."""
    _threads[:] = still_running([*_threads, *threads])


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


def note_exit_code(code: int) -> None:
    """Have the process end with this code, also where it has to be ended from here."""
    _exit_code[0] = code


def _leave() -> None:
    """End the process at once if abandoned threads still run.

    Most were told to stop, and are done within a step. Python does not say which code it is about
    to end with: it is the one that the command line has noted, and 0 for a program of others that
    only uses nngui's modules. What was registered with `atexit` before this module was imported
    is left out; the command line imports it first.
    """
    if wait_for_abandoned(EXIT_TIMEOUT_S):
        return
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # a program without a console has none
            stream.flush()
    os._exit(_exit_code[0])


# Here, and so before torch is imported: what torch has registered to be done runs first.
atexit.register(_leave)
