"""Train a few steps, and print what that was told to take and what it took: MB.

python tests/core/memory_of_settings.py TASK SETTINGS.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.core.training.memory_estimate import estimate_of
from nngui.tasks import all_tasks


def main(name: str, settings: str) -> None:
    task = next(task for task in all_tasks() if task.name == name)
    Trainer(task, task.spec).advance(1e9, 2)  # torch, all of it
    before = psutil.Process().memory_info().rss / 1e6
    trainer = Trainer(task, with_settings(task.spec, json.loads(settings)))
    found = estimate_of(task, trainer.spec, trainer.data, trainer.state.prepared)
    while trainer.ending is None:
        trainer.advance(1.0)
    print(f"{found.total / 1e6:.0f} {peak() - before:.0f}")


def peak() -> float:
    """Return the most that this process ever had (VmHWM of Linux)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1e3
    raise RuntimeError("there is no VmHWM")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
