"""Programs that train without a window: started, sent signals, killed, taken up again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager


def usual():
    """What signals do in a terminal's foreground."""
    handlers = {"SIGINT": signal.default_int_handler}
    handlers |= {"SIGTERM": signal.SIG_DFL, "SIGHUP": signal.SIG_DFL}
    there = {name: handler for name, handler in handlers.items() if hasattr(signal, name)}
    return {getattr(signal, name): handler for name, handler in there.items()}


@contextmanager
def program(*words, data=None, stdout_to=subprocess.PIPE, stderr_to=subprocess.PIPE, **options):
    """Start the program; signals do to it what they do in a terminal's foreground."""
    command = [sys.executable, "-m", "nngui", *map(str, words)]
    environment = {**os.environ, **({"NNGUI_DATA_DIR": str(data)} if data else {})}
    # What is ignored here would be ignored there.
    before = {number: signal.signal(number, handler) for number, handler in usual().items()}
    try:
        started = subprocess.Popen(
            command, stdout=stdout_to, stderr=stderr_to, text=True, env=environment, **options
        )
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    with started:
        try:
            yield started
        finally:
            started.kill()


def line_of(started, words):
    """Read stderr up to a line that holds these words; return it."""
    for line in started.stderr:
        if words in line:
            return line.strip()
    raise AssertionError(f"no line with {words!r}")
