"""Whether worker processes can be had here, and how they end. No torch here."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading

from nngui.core.text import mark

NOT_FROZEN = mark(
    "core",
    "Worker processes need Python itself: in this packed program there is none to start. The "
    "exported script has them.",
)


def can_start() -> bool:
    """Return whether this program can start others of its kind that run Python's workers."""
    return not getattr(sys, "frozen", False)


def end_with_input() -> None:
    """End this process and its workers as soon as its input ends: whoever asked is gone.

    A window that is killed cannot tell anybody; its end of the pipe is closed all the same.
    """

    def watch() -> None:
        while os.read(0, 1024):  # not sys.stdin: a process that is forked now inherits its lock
            pass
        for worker in multiprocessing.active_children():
            worker.kill()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
