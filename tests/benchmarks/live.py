"""What the live window costs: training rate and timer lateness, side by side in one process.

    python tests/benchmarks/live.py [--task regression] [--engine torch] [--rounds 5]
                                    [--seconds 3] [--set KEY=VALUE]... [--json]

Run it on a screen, or with QT_QPA_PLATFORM=offscreen. Each round trains the task's network (the
default one, or by other settings) without a window, then with the window at 60 Hz and unlimited
pace. The ratio of the two rates is what the window leaves to the training; lateness is how long
after its time a 16 ms timer of the window fires; a frame is what the window does from one tick of
the tab's own timer to the next: drawing, and painting what was drawn. Shared machines are noisy:
look at the medians and the spread.

Besides, each round trains without a window while another process keeps one more core busy: two
cores of a virtual machine may be one of the processor's. That ratio, which has nothing to do with
this program, is what a window that is always busy would leave at best. With turbo the share of the
time that the compiled steps were at work is told, too: the rest went by between two stretches,
which is what the window costs; slower steps are the machine's.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer

from nngui.core.spec.schedule import MAX_STEPS
from nngui.core.spec.toml import parse_assignment, with_settings
from nngui.gui.app import start
from nngui.gui.training.pace import paces
from nngui.gui.training.session import CHUNK_S, TURBO_CHUNK_S
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.core.turbo.kernel import Kernel
    from nngui.gui.window.main_window import MainWindow

INTERVAL = 0.016
CHUNKS = {"torch": CHUNK_S, "turbo": TURBO_CHUNK_S}  # seconds, as the window's worker takes them
PAINTED = QEvent.Type(QEvent.registerEventType())


def headless_rate(task: Task, spec: Spec, seconds: float, engine: str = "torch") -> float:
    """Return steps per second of the same loop, in this process, without any event loop."""
    from nngui.core.trainer import Trainer

    trainer = Trainer(task, spec)
    trainer.set_engine(engine)
    trainer.advance(0.2)
    before, began = trainer.step_count, time.perf_counter()
    while time.perf_counter() < began + seconds and trainer.ending is None:
        trainer.advance(CHUNKS[engine])
    return (trainer.step_count - before) / (time.perf_counter() - began)


def steps_per_epoch(task: Task, spec: Spec) -> int:
    """Return the steps of a pass over the data."""
    from nngui.core.trainer import Trainer

    return Trainer(task, spec).batches.steps_per_epoch


def rate_beside_work(task: Task, spec: Spec, seconds: float, engine: str) -> float:
    """Return steps per second of the same loop while another process works on."""
    command = [sys.executable, "-c", "while True: sum(range(1000))"]
    with subprocess.Popen(command) as neighbour:
        try:
            return headless_rate(task, spec, seconds, engine)
        finally:
            neighbour.kill()


class FrameClock(QObject):
    """Measures how long the window works for each frame; it is told before each part and after.

    Attributes
    ----------
    frames : list of float
        Seconds, a frame each.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.frames: list[float] = []
        self._window, self._timer = window, frame_timer(window)
        self._began = 0.0
        self._timer.timeout.connect(self._on_drawn)  # after the tab's own slot
        self._timer.installEventFilter(self)
        window.installEventFilter(self)

    def close(self) -> None:
        """Measure no more."""
        self._timer.timeout.disconnect(self._on_drawn)
        self._timer.removeEventFilter(self)
        self._window.removeEventFilter(self)

    def _on_drawn(self) -> None:
        self.frames.append(time.perf_counter() - self._began)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note when drawing or painting begins."""
        if event.type() in (QEvent.Type.Timer, QEvent.Type.UpdateRequest):
            self._began = time.perf_counter()
        if event.type() == QEvent.Type.UpdateRequest:  # the next event comes when it is done
            urgent = Qt.EventPriority.HighEventPriority.value
            QCoreApplication.postEvent(self, QEvent(PAINTED), urgent)
        return False

    def customEvent(self, _event: QEvent) -> None:
        """Count the painting that has just ended to the last frame."""
        if self.frames:
            self.frames[-1] += time.perf_counter() - self._began


class KernelClock:
    """Measures how long turbo's compiled steps are at work, of all runs together.

    Attributes
    ----------
    seconds : float
        So far.
    """

    def __init__(self) -> None:
        from nngui.core.turbo import engine as turbo

        self.seconds = 0.0
        made = turbo.kernel

        def kernel() -> Kernel:
            return made()._replace(train=self._timed(made().train))

        turbo.kernel = kernel

    def _timed(self, train: Callable[..., int]) -> Callable[..., int]:
        def timed(*arguments: object) -> int:
            began = time.perf_counter()
            try:
                return train(*arguments)
            finally:
                self.seconds += time.perf_counter() - began

        return timed


def frame_timer(window: MainWindow) -> QTimer:
    """Return the timer by which the open tab draws its frames."""
    timers = window.tab.findChildren(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return next(timer for timer in timers if timer.isActive() and not timer.isSingleShot())


class Live(NamedTuple):
    """A run with the window live: steps per second, and milliseconds of a tick or a frame each."""

    rate: float
    lateness: list[float]
    frames: list[float]
    at_work: float  # the compiled steps' share of the time; 0 without turbo


def live_rate(
    window: MainWindow, spec: Spec, seconds: float, compiled: KernelClock | None = None
) -> Live:
    """Train with the window live, and measure."""
    tab = window.tab
    tab.run.apply(spec)
    tab.run.reset()
    tab.run.set_pace(len(paces(tab.task.redraw_every)) - 1)
    tab.run.train()
    loop, late, last = QEventLoop(), [], [0.0]

    def tick() -> None:
        now = time.perf_counter()
        if last[0]:
            late.append(1000 * max(0.0, now - last[0] - INTERVAL))
        last[0] = now

    while not (tab.run.state is State.TRAINING and tab.run.steps_done > 500):
        loop.processEvents()
        time.sleep(0.005)
    probe = QTimer(timerType=Qt.TimerType.PreciseTimer)
    probe.setInterval(round(1000 * INTERVAL))
    probe.timeout.connect(tick)
    probe.start()
    clock = FrameClock(window)
    before, began = tab.run.steps_done, time.perf_counter()
    worked = compiled.seconds if compiled else 0.0
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()
    took = time.perf_counter() - began
    rate = (tab.run.steps_done - before) / took
    at_work = (compiled.seconds - worked) / took if compiled else 0.0
    probe.stop()
    clock.close()
    tab.run.pause()
    while tab.run.state is State.TRAINING:
        loop.processEvents()
    return Live(rate, late, [1000 * frame for frame in clock.frames], at_work)


def main() -> None:
    """Measure, and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", default="regression")
    parser.add_argument("--engine", choices=("torch", "turbo"), default="torch")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--json", action="store_true", help="only one line of JSON")
    options = parser.parse_args()
    started = start("en", "light")
    window = started.window
    window.open_task(options.task)
    window.show()
    window.wake()
    task = window.tab.task
    settings = dict(parse_assignment(text) for text in options.set)
    spec = with_settings(task.spec, settings).changed("schedule", steps=MAX_STEPS, epochs=0)
    window.tab.run.set_turbo(options.engine == "turbo")
    ratios, beside, bare, live, late, frames = [], [], [], [], [], []
    compiled, at_work = KernelClock() if options.engine == "turbo" else None, []
    for _ in range(options.rounds):
        window.hide()
        bare.append(headless_rate(task, spec, options.seconds, options.engine))
        beside.append(rate_beside_work(task, spec, options.seconds, options.engine) / bare[-1])
        window.show()
        found = live_rate(window, spec, options.seconds, compiled)
        live.append(found.rate)
        late += found.lateness
        frames += found.frames
        at_work.append(found.at_work)
        ratios.append(found.rate / bare[-1])
    window.close()
    result = {
        "task": task.name,
        "engine": options.engine,
        "bare_steps_per_s": round(statistics.median(bare)),
        "live_steps_per_s": round(statistics.median(live)),
        "live_epochs_per_s": round(statistics.median(live) / steps_per_epoch(task, spec), 1),
        "ratio_median": round(statistics.median(ratios), 3),
        "ratio_spread": [round(min(ratios), 3), round(max(ratios), 3)],
        "beside_work_median": round(statistics.median(beside), 3),
        "beside_work_spread": [round(min(beside), 3), round(max(beside), 3)],
        "at_work_median": round(statistics.median(at_work), 3) if compiled else None,
        "lateness_p50_ms": round(float(np.percentile(late, 50)), 1),
        "lateness_p99_ms": round(float(np.percentile(late, 99)), 1),
        "frame_p50_ms": round(float(np.percentile(frames, 50)), 1),
        "frame_p99_ms": round(float(np.percentile(frames, 99)), 1),
        "frames_per_s": round(len(frames) / (options.seconds * options.rounds), 1),
        "ticks": len(late),
    }
    for name, value in () if options.json else result.items():
        print(f"{name:>18}  {value}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
