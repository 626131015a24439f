"""How fast turbo is: beside the plain loop of the tutorial, by turns in one process.

    python tests/benchmarks/turbo.py            the table
    python tests/benchmarks/turbo.py --json     the same figures, with their spread

Both take steps by turns, a slice each, so that whatever else the machine does meets both; a ratio
is that of two slices next to each other. Told are medians, and the smallest and largest.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
import time
from pathlib import Path

import torch
from torch.utils.data import DataLoader, TensorDataset

sys.path.insert(0, str(Path(__file__).parents[2]))

from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.tasks import all_tasks

TASKS = {task.name: task for task in all_tasks()}
FOREVER = {"schedule.steps": 100_000_000, "schedule.epochs": 0}
CIRCLES = {"data.kind": "circles", "data.points": 125, "network.activation": "tanh"}
CASES = {
    "save and restore: 1-10-1 Tanh, 200 points at once": ("save_restore", {}),
    "race: 5 optimizers, 1-20-1 ReLU, batches of 32": ("optimizers", {}),
    "playground: circles, 2-4-2 Tanh, batches of 10": (
        "classification",
        {**CIRCLES, "network.hidden": [4], "schedule.batch_size": 10},
    ),
    "two hidden layers: 1-64-64-1 ReLU, 200 points at once": (
        "regression",
        {"network.hidden": [64, 64], "data.points": 200, "optimizer.lr": 0.01},
    ),
    "six hidden layers of 64, 200 points at once": (
        "regression",
        {"network.hidden": [64] * 6, "data.points": 200, "optimizer.lr": 0.01},
    ),
    "many points: 1-10-1 ReLU, 100,000 points at once": (
        "regression",
        {"data.points": 100_000, "optimizer.lr": 0.01},
    ),
}


class Plain:
    """The loop of the tutorial: `torch` alone, a `DataLoader` where there are batches."""

    def __init__(self, trainer):
        self.trainer = trainer
        self.batches = self._batches()

    def _batches(self):
        x, y = self.trainer.state.train_data
        size = self.trainer.spec.schedule.batch_size
        if not size:
            yield from itertools.repeat((x, y))
        loader = DataLoader(TensorDataset(x, y), batch_size=size, shuffle=True)
        while True:
            yield from loader

    def advance(self, seconds):
        """Train about so long; return the steps taken."""
        loss_func, variants = self.trainer.state.loss_func, self.trainer.variants
        until = time.perf_counter() + seconds
        steps = 0
        while not steps or time.perf_counter() < until:
            x, y = next(self.batches)
            for variant in variants:
                loss = loss_func(variant.net(x), y)
                loss.item()
                variant.optimizer.zero_grad()
                loss.backward()
                variant.optimizer.step()
            steps += 1
        return steps


class Turbo:
    """The Trainer by turbo, in chunks as the window and the command line have them."""

    def __init__(self, trainer):
        trainer.set_engine("turbo")
        self.trainer = trainer

    def advance(self, seconds):
        until, steps = time.perf_counter() + seconds, 0
        while time.perf_counter() < until:
            steps += len(self.trainer.advance(0.008))
        return steps


def rate(engine, seconds):
    began = time.perf_counter()
    steps = engine.advance(seconds)
    return steps / (time.perf_counter() - began)


def side_by_side(name, settings, repeats, seconds):
    """Return the two rates and their ratio, each (median, smallest, largest)."""
    spec = with_settings(TASKS[name].spec, {**settings, **FOREVER})
    plain, turbo = Plain(Trainer(TASKS[name], spec)), Turbo(Trainer(TASKS[name], spec))
    pairs = []
    for number in range(repeats + 1):
        pair = rate(plain, seconds), rate(turbo, seconds)
        if number:  # the first warms both up
            pairs.append(pair)
    return {
        "plain": spread([one for one, _ in pairs]),
        "turbo": spread([other for _, other in pairs]),
        "ratio": spread([other / one for one, other in pairs]),
    }


def spread(values):
    return statistics.median(values), min(values), max(values)


def whole_run(repeats):
    """Return the seconds that the 50,000 steps of the save-and-restore task take by turbo."""
    task, seconds = TASKS["save_restore"], []
    for _ in range(repeats):
        trainer = Trainer(task, task.spec)
        began = time.perf_counter()
        trainer.set_engine("turbo")
        while trainer.ending is None:
            trainer.advance(0.008)
        seconds.append(time.perf_counter() - began)
        assert trainer.step_count == 50_000
    return spread(seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each slice")
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = {
        case: side_by_side(name, settings, options.repeats, options.seconds)
        for case, (name, settings) in CASES.items()
    }
    seconds = whole_run(options.repeats)
    if options.json:
        print(json.dumps({"cases": found, "whole_run_s": seconds}, indent=1))
        return
    print(f"{'':56}{'plain/s':>10}{'turbo/s':>12}{'ratio':>8}   (smallest-largest)")
    for case, figures in found.items():
        ratio, low, high = figures["ratio"]
        rates = f"{figures['plain'][0]:10,.0f}{figures['turbo'][0]:12,.0f}"
        print(f"{case:56}{rates}{ratio:8.1f}   ({low:.1f}-{high:.1f})")
    middle, low, high = seconds
    print(f"50,000 steps of save and restore: {middle:.2f} s ({low:.2f}-{high:.2f})")


if __name__ == "__main__":
    main()
