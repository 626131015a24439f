"""Train and judge a wide network on many rows, and print how much memory that took: MB.

python tests/core/memory_of_a_run.py ROWS HIDDEN
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import psutil
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nngui.core.data.data import Data
from nngui.core.evaluation.evaluation import EvaluationInspector
from nngui.core.evaluation.hints import find_hints
from nngui.core.records.history import History
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.tasks import all_tasks


def main(rows: int, hidden: int) -> None:
    x = torch.randn(rows, 10, generator=torch.Generator().manual_seed(1))
    names = tuple(f"x{i}" for i in range(10))
    data = Data(x, x.sum(1, keepdim=True), names, standardise=True)
    task = next(task for task in all_tasks() if task.name == "regression")
    task = dataclasses.replace(task, make_data=lambda _spec: data)
    settings = {"network.hidden": [hidden], "optimizer.lr": 0.001, "schedule.validation": 0.5}
    spec = with_settings(task.spec, settings | {"schedule.epochs": 1, "schedule.batch_size": 500})
    Trainer(task, with_settings(spec, {"network.hidden": [2]})).advance(1e9, 2)  # torch, all of it
    before = memory()
    trainer = Trainer(task, spec)
    history = History(trainer.columns)
    while trainer.ending is None:
        history.append(trainer.advance(1.0))
    trainer.predict(x.numpy())
    EvaluationInspector()(trainer)
    find_hints(trainer, history)
    print(f"{peak() - before:.0f}")


def memory() -> float:
    return psutil.Process().memory_info().rss / 1e6


def peak() -> float:
    """Return the most that this process ever had (VmHWM of Linux)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1e3
    raise RuntimeError("there is no VmHWM")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
