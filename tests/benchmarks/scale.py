"""What large data cost: an epoch over a million rows, the memory, and the rate as work grows.

    python tests/benchmarks/scale.py [--rounds 5] [--json] [--rows 1000000]

An epoch is held against the bare loop: the same batches, cut by the same order, through the same
network and optimizer, and nothing else. Memory is what a process of its own grew by, at its peak,
while it made the data, prepared them and trained a pass (Linux tells), against the data's size. The
rates are steps per second of the plain engine as networks, points and variants grow.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn
from typing_extensions import override

from nngui.core.data.data import Data
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.tasks import all_tasks
from nngui.tasks.regression.settings import RegressionSpec

if TYPE_CHECKING:
    from nngui.core.spec import OptimizerSpec, Spec
    from nngui.core.task import Task

COLUMNS = 20
NETWORKS = ([10], [20], [20, 20], [64, 64], [64] * 6)
POINTS = (100, 1_000, 10_000, 100_000, 1_000_000)
VARIANTS = (1, 2, 5, 10, 20)
TASKS = {task.name: task for task in all_tasks()}


class Several(RegressionSpec):
    """The regression, with as many variants as one likes, all alike."""

    count: int = 1

    @override
    def optimizers(self) -> dict[str, OptimizerSpec]:
        return {f"v{number}": self.optimizer for number in range(self.count)}


def wide_task(rows: int) -> Task:
    """Return the regression task with a table of `rows` by 20 in place of its curve."""

    def make_data(_: Spec) -> Data:
        x = torch.randn(rows, COLUMNS)
        y = x.sum(1, keepdim=True).tanh()
        return Data(x, y, features=tuple(f"x{i}" for i in range(COLUMNS)))

    return replace(TASKS["regression"], make_data=make_data)


def our_epoch(task: Task, batch: int) -> float:
    """Return the seconds of a pass, of the program's own loop."""
    spec = task.spec.changed("schedule", batch_size=batch, epochs=1)
    trainer = Trainer(task, spec)
    began = time.perf_counter()
    trainer.advance(1e9)
    return time.perf_counter() - began


def bare_epoch(task: Task, batch: int) -> float:
    """Return the seconds of a pass, of a loop that does no more than it must."""
    torch.set_num_threads(1)
    torch.manual_seed(1)
    data, lr = task.make_data(task.spec), task.spec.optimizer.lr
    net = nn.Sequential(nn.Linear(COLUMNS, 10), nn.ReLU(), nn.Linear(10, 1))
    optimizer, loss_func = torch.optim.SGD(net.parameters(), lr=lr), nn.MSELoss()
    began = time.perf_counter()
    order = torch.randperm(len(data.x))
    for first in range(0, len(order), batch):
        chosen = order[first : first + batch]
        loss = loss_func(net(data.x[chosen]), data.y[chosen])
        loss.item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return time.perf_counter() - began


def epochs(rows: int, rounds: int) -> dict[str, object]:
    """Return for some batch sizes how many times the bare loop's seconds a pass takes."""
    task, result = wide_task(rows), {}
    for batch in (256, 1000, 10_000):
        ratios = [our_epoch(task, batch) / bare_epoch(task, batch) for _ in range(rounds)]
        result[f"epoch, batches of {batch}"] = spread(ratios)
    return result


def grown(rows: int) -> float:
    """Return by how many MB this process grew at its peak, in making data and training a pass."""
    small = Trainer(wide_task(1000), wide_task(1000).spec)  # what torch itself needs, first
    small.advance(0.2)
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew, at what there is now
    before = peak()
    task = wide_task(rows)
    trainer = Trainer(task, task.spec.changed("schedule", batch_size=10_000, epochs=1))
    trainer.advance(1e9)
    return peak() - before


def peak() -> float:
    """Return the largest size that this process has had in memory, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def memory(rows: int) -> dict[str, object]:
    """Return what `grown` gives in a process of its own, beside the data's own size."""
    command = [sys.executable, __file__, "--grown", "--rows", str(rows)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    data = rows * (COLUMNS + 1) * 4 / 2**20
    return {
        "data, MB": round(data),
        "grown, MB": round(float(out)),
        "limit, MB": round(2 * data) + 100,
    }


def rates(rounds: int) -> dict[str, object]:
    """Return steps per second as networks, points and variants grow."""
    result: dict[str, object] = {}
    regression = TASKS["regression"]
    for hidden in NETWORKS:
        name = "–".join(map(str, [1, *hidden, 1]))
        result[name] = rate(regression, {"network.hidden": hidden}, rounds)
    for points in POINTS:
        result[f"{points:,} points"] = rate(regression, {"data.points": points}, rounds)
    for count in VARIANTS:
        several = replace(regression, spec=Several(network=regression.spec.network, count=count))
        result[f"{count} variants"] = rate(several, {}, rounds)
    return result


def rate(task: Task, settings: dict[str, object], rounds: int) -> dict[str, object]:
    """Return the steps per second of a task with other settings, after a warm-up."""
    spec = with_settings(task.spec, settings | {"schedule.steps": 10**8, "schedule.epochs": 0})
    trainer = Trainer(task, spec)
    trainer.advance(0.1)
    found = []
    for _ in range(rounds):
        before, began = trainer.step_count, time.perf_counter()
        trainer.advance(0.3)
        found.append((trainer.step_count - before) / (time.perf_counter() - began))
    return spread(found)


def spread(values: list[float]) -> dict[str, object]:
    """Return the median, the smallest and the largest, to three digits."""
    return {
        "median": float(f"{statistics.median(values):.3g}"),
        "spread": [float(f"{min(values):.3g}"), float(f"{max(values):.3g}")],
    }


def main() -> None:
    """Measure, and print a line for each figure, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true", help="JSON in place of lines")
    parser.add_argument("--grown", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.grown:
        print(grown(options.rows))
        return
    result = {
        "epoch": epochs(options.rows, options.rounds),
        "memory": memory(options.rows),
        "rate": rates(options.rounds),
    }
    if options.json:
        print(json.dumps(result))
        return
    for section, rows in result.items():
        for name, value in rows.items():
            print(f"{section:>8}  {name:<28} {value}")


if __name__ == "__main__":
    main()
