"""Everything that writes a file of the user's: how it saves one of two versions, and reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import torch
from torch import nn

from nngui.core.journal.journal import Journal
from nngui.core.records.history import History
from nngui.core.trainer import Trainer
from nngui.files.atomic import write_text
from nngui.files.models.export import export_pt2
from nngui.files.models.reader import read_model
from nngui.files.models.writer import save_model, save_parameters
from nngui.files.preferences import Preferences
from nngui.files.runs.recovery import Recovery, read_recovery, write_recovery
from nngui.tasks import all_tasks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WIDTH = 400  # neurons: files of some 200 kB, so that writing them takes a moment
SETTINGS = 10_000  # letters: TOML is read and written by Python, for a text of 100,000 in 50 ms
WHEN = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass(frozen=True)
class Saver:
    """Saves version 0 or 1 of something, and tells which version a file is, or raises."""

    file: str
    save: Callable[[Path, int], None]
    read: Callable[[Path], int]


def net_of(version):
    net = nn.Sequential(nn.Linear(100, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 1))
    for parameter in net.parameters():
        nn.init.constant_(parameter, float(version))
    return net


NETS = [net_of(version) for version in (0, 1)]


def version_of(path):
    values = torch.cat([tensor.flatten() for tensor in read_model(path).parameters.values()])
    assert len(values) == sum(p.numel() for p in NETS[0].parameters())
    assert bool((values == values[0]).all())
    return int(values[0])


def save_settings(path, version):
    Preferences(path).put(theme=f"{version}" * SETTINGS)


def version_of_settings(path):
    preferences = Preferences(path)
    text = preferences.text("theme")
    assert preferences.problem is None
    assert len(text) == SETTINGS
    assert len(set(text)) == 1
    return int(text[0])


TASK = next(task for task in all_tasks() if task.name == "regression")
TRAINER = Trainer(TASK, TASK.spec)
HISTORY = History(TRAINER.columns)
HISTORY.append(TRAINER.advance(1e9))


def save_run(path, version):
    journal = Journal("regression", TASK.spec.changed("data", points=10 + version))
    run = Recovery(journal, TRAINER.capture(), HISTORY, WHEN)
    write_recovery(path, run)


def version_of_run(path):
    return read_recovery(path, TASK).spec.data.points - 10


def save_bare(path, version):
    """Save straight onto the file, as a plain script does."""
    with path.open("wb") as file:
        torch.save(NETS[version], file)


def version_of_text(path):
    text = path.read_text(encoding="utf-8")
    assert len(text) == 200_000
    return int(text[0])


SAVERS = {
    "text": Saver("t.csv", lambda path, v: write_text(path, f"{v}" * 200_000), version_of_text),
    "model": Saver("net.pkl", lambda path, v: save_model(NETS[v], path), version_of),
    "parameters": Saver("p.pkl", lambda path, v: save_parameters(NETS[v], path), version_of),
    "safetensors": Saver(
        "p.safetensors", lambda path, v: save_parameters(NETS[v], path), version_of
    ),
    "settings": Saver("nngui.toml", save_settings, version_of_settings),
    "recovery": Saver("run.safetensors", save_run, version_of_run),
}
BARE = Saver("bare.pkl", save_bare, version_of)


def save_pt2(path, version):
    """Not in the table: an export takes a second."""
    export_pt2(NETS[version], (100,), path)
