"""What saving for the case of a crash costs the training: with and without, in turns.

    python tests/benchmarks/recovery.py [--rounds 5] [--seconds 60] [--every 30]

Run it with QT_QPA_PLATFORM=offscreen, or on a screen. It trains in the program's own worker, at
unlimited pace and without a window: the tutorial's regression, and a large network with Adam, whose
state is some megabytes. The ratio of the two rates is what saving leaves to the training. On a
machine with other work to do the noise is far larger than the effect: then save more often
(--every 1 --seconds 3 --rounds 15), and look at `share_at_30_s`, which is what a save was seen to
take, copying and writing, out of the 30 s between two of them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from nngui.core.spec.schedule import MAX_STEPS
from nngui.core.spec.toml import with_settings
from nngui.gui.app import SWITCH_INTERVAL_S
from nngui.gui.training import autosave
from nngui.gui.training.pace import paces
from nngui.gui.training.run import Run
from nngui.gui.training.state import State
from nngui.tasks import all_tasks

if TYPE_CHECKING:
    from nngui.core.spec import Spec
    from nngui.core.task import Task

LARGE = {"network.hidden": [512, 512], "optimizer.name": "adam", "data.points": 1000}


def wait(app: QCoreApplication, seconds: float) -> None:
    """Let the run's messages through, rarely enough to leave the training alone."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        app.processEvents()
        time.sleep(0.05)


def rate(app: QCoreApplication, run: Run, seconds: float) -> float:
    """Return the steps per second over so many seconds."""
    before, began = run.steps_done, time.perf_counter()
    wait(app, seconds)
    return (run.steps_done - before) / (time.perf_counter() - began)


def measure(
    app: QCoreApplication, task: Task, spec: Spec, rounds: int, seconds: float
) -> dict[str, object]:
    """Train one run, saved and not saved in turns; return the figures."""
    run = Run(task)
    run.spec = spec
    copies: list[float] = []
    saves: list[float] = []
    write, save = autosave.write_recovery, autosave.Autosave.save

    def timed(*parts: object) -> None:
        began = time.perf_counter()
        write(*parts)
        saves.append(time.perf_counter() - began)

    def timed_copy(*parts: object) -> None:
        began = time.perf_counter()
        save(*parts)
        copies.append(time.perf_counter() - began)

    autosave.write_recovery, autosave.Autosave.save = timed, timed_copy
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "run.safetensors"
        run.wake()
        run.set_pace(len(paces(task.redraw_every)) - 1)
        run.train()
        while run.state is not State.TRAINING:
            wait(app, 0.05)
        wait(app, 2)
        bare, saved = [], []
        for number in range(rounds):
            for on in (True, False) if number % 2 else (False, True):
                run.save_to(file if on else None)
                (saved if on else bare).append(rate(app, run, seconds))
        run.close()
        size = file.stat().st_size
    autosave.write_recovery, autosave.Autosave.save = write, save
    ratios = [with_it / without for with_it, without in zip(saved, bare, strict=True)]
    return {
        "network": list(spec.network.hidden),
        "steps_per_s": round(statistics.median(bare)),
        "steps_per_s_saving": round(statistics.median(saved)),
        "ratio_median": round(statistics.median(ratios), 4),
        "ratio_spread": [round(min(ratios), 4), round(max(ratios), 4)],
        "saves": len(saves),
        "copy_ms": round(1000 * statistics.median(copies), 2),
        "save_ms": round(1000 * statistics.median(saves), 1),
        "share_at_30_s": round((statistics.median(copies) + statistics.median(saves)) / 30, 5),
        "file_mb": round(size / 1e6, 2),
    }


def main() -> None:
    """Measure, and print a table and a line of JSON for each run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--every", type=float, default=autosave.MIN_INTERVAL_S)
    options = parser.parse_args()
    autosave.MIN_INTERVAL_S = options.every
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = QCoreApplication(["nngui"])
    task = next(task for task in all_tasks() if task.name == "regression")
    for settings in ({}, LARGE):
        spec = with_settings(task.spec, {**settings, "schedule.steps": MAX_STEPS})
        result = measure(app, task, spec, options.rounds, options.seconds)
        for name, value in result.items():
            print(f"{name:>18}  {value}")
        print(json.dumps(result))


if __name__ == "__main__":
    main()
