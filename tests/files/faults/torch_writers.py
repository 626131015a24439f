"""What writes networks, and what trains them: as `writers`, with torch."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
import torch
from torch import nn

from nngui.core.search.trials import DONE, Result, Trial
from nngui.core.spec.toml import with_settings
from nngui.files.models.export import export_onnx, export_pt2
from nngui.files.models.reader import read_model
from nngui.files.models.writer import save_model, save_parameters, save_state
from nngui.files.project import write_project
from nngui.files.runs.tensorboard import TensorBoardLog
from nngui.files.script_files import write_page_script, write_script
from nngui.headless_search import write_table
from nngui.tasks import all_tasks
from tests.files.faults.writers import (
    PLAN,
    TASK,
    BrokenError,
    Writer,
    rows_in,
    single,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TASKS = {task.name: task for task in all_tasks()}
WRITER = "nngui.files.models.writer"


def net_of(version: int) -> nn.Module:
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
    for parameter in net.parameters():
        nn.init.constant_(parameter, float(version))
    return net


NETS = [net_of(0), net_of(1)]


def version_of_model(path: Path) -> int:
    values = {float(x) for t in read_model(path).parameters.values() for x in t.flatten()}
    if len(values) != 1:
        raise BrokenError(values)
    return int(values.pop())


def whole_export(path: Path) -> int:
    """Return a version by the weights, which stand in the file as they are."""
    data = path.read_bytes()
    zeros, ones = (np.full(32, v, np.float32).tobytes() in data for v in (0.0, 1.0))
    if zeros == ones:
        raise BrokenError(path.name)
    return int(ones)


TRACED: dict[tuple[str, float], object] = {}


@contextmanager
def traced_once() -> Iterator[None]:
    """Have each network be traced once: it takes a second, and writes nothing."""

    def trace(name: str, export: Callable[..., object], net: nn.Module, *arguments, **options):
        key = name, float(next(net.parameters()).flatten()[0])
        if key not in TRACED:
            TRACED[key] = export(net, *arguments, **options)
        return TRACED[key]

    onnx, program = torch.onnx.export, torch.export.export
    with (
        _without_a_monitor(),
        patch.object(torch.onnx, "export", partial(trace, "onnx", onnx)),
        patch.object(torch.export, "export", partial(trace, "pt2", program)),
    ):
        yield


def _without_a_monitor():
    """Have the bars of PyTorch's exporter start no thread that looks after them."""
    try:
        from tqdm import tqdm
    except ImportError:
        return nullcontext()
    return patch.object(tqdm, "monitor_interval", 0)


def exported(name: str, write, covers: str) -> Writer:
    """A network in another program's format."""
    writer = single(
        name, lambda path, version: write(NETS[version], (4,), path), whole_export, covers
    )
    return replace(writer, around=traced_once)


# --- Scripts and projects -------------------------------------------------------------------------

SPEC = with_settings(TASK.spec, {"data.points": 20})
IMAGES = with_settings(TASKS["cnn"].spec, {"data.images": 60})


def script_of(folder: Path, version: int) -> None:
    spec = with_settings(IMAGES, {"seed": 5 + version})
    write_script(TASKS["cnn"], spec, folder / "train.py")


def version_of_script(folder: Path) -> int:
    text = (folder / "train.py").read_text(encoding="utf-8")
    compile(text, "train.py", "exec")
    for name in folder.glob("*.safetensors"):
        read_model(name)
    return [f"manual_seed({5 + version})" in text for version in (0, 1)].index(True)


def page_script_of(path: Path, version: int) -> None:
    write_page_script(TASK, SPEC, lambda _start: f"manual_seed({5 + version})", path)


def project(folder: Path) -> None:
    write_project(TASK, SPEC, NETS[1], None, folder)


def number_of_projects(folder: Path) -> int:
    places = list(folder.glob("nngui-*"))
    for place in places:
        names = {path.name for path in place.iterdir()}
        if not names >= {"train.py", "model.pkl", "parameters.pkl", "README.md", "settings.toml"}:
            raise BrokenError(names)
        if {version_of_model(place / name) for name in ("model.pkl", "parameters.pkl")} != {1}:
            raise BrokenError(place)
    return int(len(places) > 0)


# --- TensorBoard ----------------------------------------------------------------------------------


def log_steps(folder: Path) -> None:
    log = TensorBoardLog(folder / "log", "regression", SPEC)
    log.add_curve("loss/training", range(1, 21), np.linspace(1, 0, 20).tolist())
    log.add_parameters(NETS[1], 20)
    log.close()


def logged(folder: Path) -> int:
    """Return 1 when a log holds all steps; each begins with steps as they were."""
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    found = 0
    for path in (folder / "log").rglob("events*"):
        steps = [
            event.step
            for event in EventFileLoader(str(path)).Load()
            for value in event.summary.value
            if value.tag == "loss/training"
        ]
        if steps != list(range(1, len(steps) + 1)):
            raise BrokenError(steps)
        found |= len(steps) == 20
    return int(found)


def trials_of(count: int) -> list[Trial]:
    result = Result(DONE, 0.5, 0.1)
    return [Trial(n, {"optimizer.lr": 0.1}, DONE, "me", result=result) for n in range(count)]


WRITERS = {
    "model": single(
        "net.pkl",
        lambda path, version: save_model(NETS[version], path),
        version_of_model,
        f"{WRITER}:save_model",
    ),
    "parameters": single(
        "p.pkl",
        lambda path, version: save_parameters(NETS[version], path),
        version_of_model,
        f"{WRITER}:_write",
    ),
    "safetensors": single(
        "p.safetensors",
        lambda path, version: save_state(NETS[version].state_dict(), path),
        version_of_model,
    ),
    "onnx": exported("net.onnx", export_onnx, "nngui.files.models.export:export_onnx"),
    "pt2": exported("net.pt2", export_pt2, "nngui.files.models.export:export_pt2"),
    "script": Writer(
        lambda folder: script_of(folder, 0),
        lambda folder: script_of(folder, 1),
        version_of_script,
        (
            "nngui.files.script_files:write_script",
            "nngui.files.script_files:_is_written",
            "nngui.files.script_files:_copy_table",
        ),
        parts=("train",),
    ),
    "page script": single(
        "train.py",
        page_script_of,
        lambda path: version_of_script(path.parent),
        "nngui.files.script_files:write_page_script",
    ),
    "project": Writer(
        lambda folder: None,
        project,
        number_of_projects,
        ("nngui.files.project:write_project", "nngui.files.project:_folder"),
        parts=("nngui-",),
    ),
    "TensorBoard": Writer(
        lambda folder: None,
        log_steps,
        logged,
        ("nngui.files.runs.tensorboard:__init__",),
        parts=("log",),
    ),
    "table of a search": single(
        "s.csv",
        lambda path, version: write_table(path, PLAN, trials_of(20 + version)),
        rows_in(21, 0),
        "nngui.headless_search:write_table",
    ),
}
