"""Programs that train without a window: started, sent signals, killed, taken up again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

USUAL = {"SIGINT": signal.default_int_handler, "SIGTERM": signal.SIG_DFL, "SIGHUP": signal.SIG_DFL}


@contextmanager
def program(*words, data=None, stdout_to=subprocess.PIPE, stderr_to=subprocess.PIPE, **options):
    """Start the program; signals do to it what they do in a terminal's foreground."""
    command = [sys.executable, "-m", "nngui", *map(str, words)]
    environment = {**os.environ, **({"NNGUI_DATA_DIR": str(data)} if data else {})}
    before = {}
    for name, handler in USUAL.items():  # what is ignored here would be ignored there
        if hasattr(signal, name):
            number = getattr(signal, name)
            before[number] = signal.signal(number, handler)
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
