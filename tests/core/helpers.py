"""What these tests share: runs by name and settings, and plain Python in another process."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import torch
from torch.utils.data import DataLoader, TensorDataset

from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.tasks import all_tasks

TASKS = {task.name: task for task in all_tasks()}
OPTIMIZERS = ("sgd", "momentum", "adagrad", "rmsprop", "adam", "adamw")
FOREVER = 1e9  # seconds
ALL = bool(os.environ.get("NNGUI_ALL"))  # the whole of each family of tests: minutes


def some(values, count):
    """The first of a family of cases; with ``NNGUI_ALL=1``, as each night, all of them."""
    return values if ALL else values[:count]


# Four points a class, and a run that draws all the time: its epochs end in a smaller batch.
CURVE = ((-1.0, 1.0), (0.0, 0.2), (0.5, 0.3), (1.0, 1.0), (1.5, 2.0), (2.0, 3.5), (2.5, 6.0))
CORNERS = ((0.0, 0.0, 0), (0.5, 0.2, 0), (3.0, 3.0, 1), (2.5, 3.5, 1), (0.0, 3.0, 2), (0.3, 2.5, 2))
BUSY = {
    "network.hidden": [8, 6],
    "network.dropout": 0.3,
    "schedule.batch_size": 30,
    "schedule.steps": 40,
    "optimizer.lr": 0.01,
}

RUN_THEM = """\
import contextlib, io, json, runpy, sys
sys.modules["nngui"] = None  # it cannot be imported
printed = []
for path in sys.argv[1:]:
    text = io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.suppress(SystemExit):
        runpy.run_path(path, run_name="__main__")
    printed.append(text.getvalue())
json.dump(printed, sys.stdout)
"""


def spec_of(name, settings=()):
    return with_settings(TASKS[name].spec, dict(settings))


def trainer_of(name, settings=()):
    return Trainer(TASKS[name], spec_of(name, settings))


def rows_of(name, settings=()):
    """Train from beginning to end in one go."""
    return trainer_of(name, settings).advance(FOREVER)


def losses_of(name, settings=()):
    return rows_of(name, settings)[:, 0].tolist()


def parameters_of(trainer):
    return {key: value.clone() for key, value in trainer.variants[0].net.state_dict().items()}


def same_parameters(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


def loader_batches(x, y, size):
    """One pass of the real DataLoader."""
    return list(DataLoader(TensorDataset(x, y), batch_size=size, shuffle=True))


def run_python(*arguments, folder, **options):
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=folder, check=False, timeout=110, **options
    )


def run_scripts(sources, folder):
    """Run scripts by plain Python, one after the other in one process that knows no nngui.

    Returns what each of them printed.
    """
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    runner = folder / "runner.py"
    runner.write_text(RUN_THEM, encoding="utf-8")
    files = [folder / f"script{i}.py" for i in range(len(sources))]
    for file, source in zip(files, sources, strict=True):
        file.write_text(source, encoding="utf-8")
    result = run_python("-I", runner, *files, folder=elsewhere)
    assert result.returncode == 0, result.stderr
    assert not list(elsewhere.iterdir()), "a script left files behind"
    return json.loads(result.stdout)
