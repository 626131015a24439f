"""How soon the window is there, and how it feels while torch loads behind it.

    python tests/benchmarks/startup.py [--rounds 5] [--json] [--cold]

Each round starts the program anew, as `python -m nngui` does, on the display there is or with
QT_QPA_PLATFORM=offscreen. Train is pressed as soon as the window is painted. Times are in
milliseconds from the start of the process; `stall` is the longest time that a 10 ms timer of the
window was late while torch loaded, `first step` counts from the moment torch was there. The files
are in the system's cache, as at a second start; --cold asks Linux to forget them first (as root).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TICK = 0.010  # seconds
PATIENCE = 60.0


def probe() -> None:  # noqa: C901  # one scene, told in its order
    """Start the program, note when things happen, and print them as JSON."""
    from nngui.cli import main  # what `python -m nngui` imports, before it knows what is wanted

    assert main
    from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
    from PySide6.QtTest import QTest
    from typing_extensions import override

    from nngui.gui.app import start
    from nngui.gui.training.state import State

    born = float(os.environ["NNGUI_BORN"])
    times: dict[str, float] = {}
    cpu: dict[str, float] = {}
    late: list[float] = []

    def note(what: str) -> None:
        times.setdefault(what, 1000 * (time.time() - born))
        cpu.setdefault(what, 1000 * time.process_time())

    class Progress(QObject):
        """Notes when the window without its tab, and when the tab, has its first picture."""

        @override
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                if watched is window.toolbar:
                    note("painted")
                elif watched is window.tab and "usable" not in times:
                    QTimer.singleShot(0, usable)
            return False

        @Slot(object)
        def on_built(self, tab: QObject) -> None:
            tab.installEventFilter(self)

    def usable() -> None:
        if "usable" in times:
            return
        note("usable")
        QTest.mouseClick(window.toolbar.train, Qt.MouseButton.LeftButton)
        last[0] = time.perf_counter()
        tick.start(round(1000 * TICK))

    def on_tick() -> None:
        now = time.perf_counter()
        late.append(now - last[0] - TICK)
        last[0] = now
        run = window.tab.run
        if run.state not in (State.ASLEEP, State.PREPARING):
            note("torch there")
        if run.steps_done:
            note("stepped")
        if run.steps_done or time.time() - born > PATIENCE:
            window.close()

    started = start("en", "light")
    window, last = started.window, [0.0]
    watch = Progress()
    tick = QTimer(timerType=Qt.TimerType.PreciseTimer)
    tick.timeout.connect(on_tick)
    window.toolbar.installEventFilter(watch)
    window.tab_built.connect(watch.on_built)
    window.show()
    started.app.exec()
    times["cpu, painted"] = cpu["painted"]
    times["cpu, usable"] = cpu["usable"]
    times["stall"] = 1000 * max(late[1:], default=0.0)
    times["first step"] = times["stepped"] - times["torch there"]
    print(json.dumps(times))


def measure(rounds: int, *, cold: bool = False) -> dict[str, dict[str, object]]:
    """Return the median and the spread of each time, in ms."""
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        if cold:
            os.sync()
            Path("/proc/sys/vm/drop_caches").write_text("3")
        with tempfile.TemporaryDirectory() as home:
            own = {"XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home, "PYTHONDONTWRITEBYTECODE": ""}
            own["NNGUI_BORN"] = str(time.time())
            command = [sys.executable, __file__, "--probe"]
            out = subprocess.run(
                command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | own
            ).stdout
        for name, value in json.loads(out).items():
            found.setdefault(name, []).append(value)
    return {
        name: {
            "median": round(statistics.median(values)),
            "spread": [round(min(values)), round(max(values))],
        }
        for name, values in found.items()
    }


def main() -> None:
    """Measure, and print a line for each figure, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="JSON in place of lines")
    parser.add_argument("--cold", action="store_true", help="without the system's file cache")
    parser.add_argument("--probe", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.probe:
        probe()
        return
    result = measure(options.rounds, cold=options.cold)
    if options.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:>12}  {value}")


if __name__ == "__main__":
    main()
