"""Looking back: how long any step takes, how a cursor is dragged, and what the keyframes cost.

    python tests/benchmarks/seeking.py [--steps 50000] [--seeks 100] [--only regression] [--json]

Each case trains a run as the window does, in chunks and with keyframes, by turns with the same run
without any: the ratio is that of slices of CPU time next to each other. Then steps are gone to at
random, each to the last bit, with the picture that a view would ask for; and a cursor is dragged
over the whole run and back, where the nearest keyframe is shown.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from nngui.core.past.keyframes import SafeTraining
from nngui.core.past.replay import Replay
from nngui.core.past.store import Keyframes
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.tasks import all_tasks

TASKS = {task.name: task for task in all_tasks()}
LONG = {"schedule.steps": 100_000_000, "schedule.epochs": 0, "schedule.patience": 0}
CNN = {"data.kind": "digits"} | LONG
CASES = {
    "regression, torch": ("regression", "torch", LONG, 1.0),
    "regression, turbo": ("regression", "turbo", LONG, 1.0),
    "classification, torch": ("classification", "torch", LONG, 1.0),
    "classification, turbo": ("classification", "turbo", LONG, 1.0),
    "race, torch": ("optimizers", "torch", LONG, 0.2),
    "race, turbo": ("optimizers", "turbo", LONG, 1.0),
    "CNN on digits, torch": ("cnn", "torch", CNN, 0.02),
    "CNN on digits, turbo": ("cnn", "turbo", CNN, 0.02),
}
CHUNK_S = {"torch": 0.008, "turbo": 0.03}  # as in the window
SLICE_S = 0.1  # of training, with and without keyframes by turns
MOVES = 400  # of a cursor that is dragged there and back


def trained(name: str, engine: str, settings: dict[str, object], steps: int) -> tuple:
    """Train a run with keyframes, and one without by turns; return the first one, and the ratio."""
    task = TASKS[name]
    spec = with_settings(task.spec, settings)
    keyframes = Keyframes()
    sides = [Trainer(task, spec), Trainer(task, spec)]
    for trainer in sides:
        trainer.set_engine(engine)
    kept = SafeTraining(sides[0], keyframes=keyframes)
    chunk, ratios = CHUNK_S[engine], []
    while sides[0].step_count < steps:
        rates = []
        for trainer, advance in zip(sides, (kept.advance, sides[1].advance), strict=True):
            first, began = trainer.step_count, time.thread_time()
            while time.thread_time() < began + SLICE_S and trainer.step_count < steps:
                advance(chunk, steps - trainer.step_count)
            seconds = time.thread_time() - began
            rates.append((trainer.step_count - first) / seconds if seconds > SLICE_S / 2 else 0.0)
        if all(rates):
            ratios.append(rates[0] / rates[1])
    return sides[0], keyframes, ratios


def seek(replay: Replay, trainer: Trainer, steps: int, seeks: int) -> tuple[list[float], ...]:
    """Go to steps at random, with a picture of each; return milliseconds by clock and by CPU."""
    draw, x = random.Random(1), trainer.data.x[:200].numpy()
    by_clock, by_cpu = list[float](), list[float]()
    for _ in range(seeks):
        step = draw.randint(1, steps)
        began, cpu_began = time.perf_counter(), time.thread_time()
        replay.go_to(step).predict(x)
        by_clock.append(1000 * (time.perf_counter() - began))
        by_cpu.append(1000 * (time.thread_time() - cpu_began))
    return by_clock, by_cpu


def drag(replay: Replay, trainer: Trainer, steps: int) -> float:
    """Drag a cursor there and back; return the pictures a second."""
    x, way = trainer.data.x[:200].numpy(), np.linspace(1, steps, MOVES // 2).astype(int).tolist()
    began = time.perf_counter()
    for step in [*way, *reversed(way)]:
        replay.go_near(step).predict(x)
    return MOVES / (time.perf_counter() - began)


def measured(case: str, steps: int, seeks: int) -> dict[str, object]:
    """Return the figures of a case."""
    name, engine, settings, share = CASES[case]
    steps = max(int(steps * share), 1)
    trainer, keyframes, ratios = trained(name, engine, settings, steps)
    places, size = len(keyframes.places), keyframes.nbytes
    replay = Replay(TASKS[name], trainer.journal, keyframes.copy())
    by_clock, by_cpu = seek(replay, trainer, steps, seeks)
    rate = drag(Replay(TASKS[name], trainer.journal, keyframes.copy()), trainer, steps)
    found: dict[str, object] = {
        "steps": steps,
        "seek, median ms": statistics.median(by_clock),
        "seek, p99 ms": float(np.percentile(by_clock, 99)),
        "seek, median ms of CPU": statistics.median(by_cpu),
        "seek, p99 ms of CPU": float(np.percentile(by_cpu, 99)),
        "dragging, pictures/s": rate,
        "keyframes": places,
        "keyframes, MB": size / 2**20,
    }
    if ratios:
        low, high = np.percentile(ratios, [5, 95])
        found["rate with keyframes, of that without"] = {
            "median": statistics.median(ratios),
            "spread": [float(low), float(high)],
        }
    return found


def main() -> None:
    """Measure, and print a line for each figure, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=50_000)
    parser.add_argument("--seeks", type=int, default=100)
    parser.add_argument("--only", default="", help="cases whose names begin so")
    parser.add_argument("--json", action="store_true", help="JSON in place of lines")
    options = parser.parse_args()
    found = {}
    for case in CASES:
        if case.startswith(options.only):
            found[case] = measured(case, options.steps, options.seeks)
            if not options.json:
                print(case, json.dumps(found[case]), flush=True)
    if options.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
