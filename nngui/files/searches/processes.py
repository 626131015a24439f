"""Processes that work on a search: this program itself, told to join it."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE_S = 3.0  # seconds that a process has to leave its trial when its input ends
MAX_PROCESSES = 16
NICE = 5  # the window, and whatever else a person does, come first


def worker_command(journal: Path, *, turbo: bool) -> list[str]:
    """Return the command of a process that works on a search until it is over."""
    own = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "nngui"]
    engine = "turbo" if turbo else "torch"
    return [*own, "search", "--worker", "--engine", engine, "--storage", str(journal)]


def cores() -> int:
    """Return how many processes can compute at the same time here."""
    count = os.cpu_count() or 1
    if sys.platform == "linux":  # this process may have been given some of them only
        count = len(os.sched_getaffinity(0))
    return min(count, MAX_PROCESSES)


def stopped_by_input() -> threading.Event:
    """Return an event that is set when this process's input ends: whoever started it is gone.

    The process then has `PATIENCE_S` to leave its trial to others.
    """
    stopped = threading.Event()

    def watch() -> None:
        try:
            while os.read(0, 1024):
                pass
        except OSError:  # there is none: whoever started this one has to end it
            return
        stopped.set()
        if not threading.Event().wait(PATIENCE_S):
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    return stopped


def give_way() -> None:
    """Let other programs have the processor first, where the system knows of that."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.nice(NICE)
