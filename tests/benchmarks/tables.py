"""A table of a million rows and twenty columns in the window: how long, how much memory, how late.

    QT_QPA_PLATFORM=offscreen python tests/benchmarks/tables.py [--rows N]

It makes the file, opens it as a user would, takes it as it is, and trains. The lateness is that
of a 10 ms timer in the window's thread: what a user feels as stutter.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pandas as pd
from PySide6.QtCore import QEventLoop, Qt, QTimer

from nngui.gui.app import start
from nngui.gui.dialogs.table_dialog import TableDialog
from nngui.gui.training.state import State

COLUMNS = 20
TICK = 10  # ms
REPEATS = 5
PATIENCE = 120_000  # ms


def wait(condition):
    """Let the window live until it is so."""
    loop, asking = QEventLoop(), QTimer()
    asking.timeout.connect(lambda: condition() and loop.quit())
    asking.start(2)
    QTimer.singleShot(PATIENCE, loop.quit)
    loop.exec()
    assert condition()


def memory():
    """Return how many megabytes the process has."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Lateness:
    """How much later than asked the window's thread comes to its timer, in ms."""

    def __init__(self):
        self.values, self._last = [], time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK)

    def _tick(self):
        now = time.perf_counter()
        self.values.append((now - self._last) * 1000 - TICK)
        self._last = now

    def take(self):
        """Return median, 99th percentile and largest since the last call."""
        found, self.values = np.array(self.values), []
        return f"{np.median(found):.1f}, {np.percentile(found, 99):.1f}, {found.max():.1f} ms"


def make(path, rows):
    """Write a table whose target follows from two of its columns."""
    numbers = np.random.default_rng(0).normal(size=(rows, COLUMNS)).round(6)
    frame = pd.DataFrame(numbers, columns=[f"f{i}" for i in range(COLUMNS - 1)] + ["y"])
    frame["y"] = frame["f0"] * 2 + frame["f1"]
    frame.to_csv(path, index=False)


def once(window, path, rows):
    """Open it; return the seconds to the dialog, to the last row, and from Open to a step."""
    run = window.open_task("regression").run
    run.apply(run.task.spec)
    wait(lambda: run.state is State.READY)
    began = time.perf_counter()
    window.tables.open(path)
    wait(lambda: window.findChildren(TableDialog))
    (dialog,) = window.findChildren(TableDialog)
    shown = time.perf_counter() - began
    wait(lambda: f"{rows:,} rows" in dialog.summary_text)
    whole = time.perf_counter() - began
    began = time.perf_counter()
    dialog.open_button.click()
    wait(lambda: run.spec.data.kind == "table" and run.state is State.READY)
    run.train()
    wait(lambda: run.steps_done > 0)
    first = time.perf_counter() - began
    run.pause()
    path.touch()  # so that the next time it is read anew
    return shown, whole, first


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    window = start("en", "light", remember=False).window
    window.show()
    window.wake()
    wait(lambda: window.tab.run.state is State.READY)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        make(path, rows)
        print(f"{rows:,} x {COLUMNS}, {path.stat().st_size / 1e6:.0f} MB of text")
        before, lateness = memory(), Lateness()
        found = [once(window, path, rows) for _ in range(REPEATS)]
        print(f"lateness, median, p99, largest: {lateness.take()}")
        print(f"memory beyond the empty window: {memory() - before:.0f} MB")
        names = ("dialog shown", "all rows read", "first step after Open")
        for name, values in zip(names, zip(*found, strict=True), strict=True):
            middle, low, high = statistics.median(values), min(values), max(values)
            print(f"{name}: {middle:.2f} s ({low:.2f}-{high:.2f})")
    window.close()


if __name__ == "__main__":
    main()
