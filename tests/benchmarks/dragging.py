"""How many pictures a second the window shows while the timeline's cursor is dragged.

    python tests/benchmarks/dragging.py [--steps 5000] [--seconds 5] [--turbo] [TASK...]

Run it on a screen, or with QT_QPA_PLATFORM=offscreen. Each task is trained for so many steps; then
the cursor goes to and fro along all of the run, to another step 60 times a second. Each picture of
the past that its tab has drawn is counted, with how old it was: how long ago the cursor stood
within a hundredth of the run of its step. The work is that of all threads, by the processor's time:
on a busy machine it tells more than the rate.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time

from PySide6.QtCore import QEventLoop

from nngui.core.spec.toml import with_settings
from nngui.gui.app import start
from nngui.gui.training.pace import paces
from nngui.gui.training.state import State

PERIOD_S = 4.0  # to and fro
TASKS = ("regression", "classification", "optimizers")


def drag(
    window: object, task: str, steps: int, seconds: float, *, turbo: bool
) -> tuple[float, ...]:
    """Return the pictures a second, their median and largest age, and a picture's work, in ms."""
    tab = window.open_task(task)  # type: ignore[attr-defined]
    window.wake()  # type: ignore[attr-defined]
    run = tab.run
    wait_until(lambda: run.state is State.READY)
    run.set_turbo(turbo)
    run.apply(with_settings(run.spec, {"schedule.epochs": 0, "schedule.steps": steps}))
    run.set_pace(len(paces(run.task.redraw_every)) - 1)
    run.train()
    wait_until(lambda: run.state is State.ENDED, 300)
    shown: list[float] = []
    plot, asked, seen = tab.loss_plot, [], None
    began, worked = time.perf_counter(), time.process_time()
    while time.perf_counter() - began < seconds:
        tick = time.perf_counter()
        phase = (tick - began) / PERIOD_S
        step = round((run.steps_done - 1) * (0.5 - 0.5 * math.cos(2 * math.pi * phase)))
        plot.seek(step)
        asked.append((tick, step))
        while time.perf_counter() - tick < 1 / 60:
            process_events()
            time.sleep(0.001)  # else the waiting would count as work
        snapshot = tab.snapshot
        if snapshot is not None and snapshot.is_past and snapshot is not seen:
            seen, near = snapshot, max(run.steps_done / 100, 1)
            ages = [now for now, at in asked if abs(at - snapshot.step) <= near]
            if ages:
                shown.append(1000 * (time.perf_counter() - ages[-1]))
    worked = 1000 * (time.process_time() - worked) / max(len(shown), 1)
    run.go_live()
    ages = shown or [math.nan]
    return len(shown) / seconds, statistics.median(ages), max(ages), worked


def process_events() -> None:
    """Let the window work for a moment."""
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)


def wait_until(holds: object, seconds: float = 120) -> None:
    """Let the window work until something holds."""
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        process_events()
        if time.monotonic() > end:
            raise TimeoutError


def main() -> None:
    """Measure, and print a line for each task."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", default=TASKS)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--turbo", action="store_true")
    options = parser.parse_args()
    window = start("en", "light", remember=False).window
    window.show()
    for task in options.tasks:
        found = drag(window, task, options.steps, options.seconds, turbo=options.turbo)
        rate, age, worst, work = found
        told = f"{age:.0f} ms old ({worst:.0f} at most), {work:.0f} ms of work for each"
        print(f"{task:>16}  {rate:5.1f} pictures/s, {told}")
    window.close()


if __name__ == "__main__":
    main()
