"""What a training without a window writes: each file on its own, so that none costs another."""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from nngui.cli import main
from nngui.core.past import keyframes
from nngui.core.trainer import Trainer
from nngui.files.runs.recovery import read_summary
from tests.core.helpers import ALL, losses_of
from tests.headless_runs import program

OUTPUTS = {  # the option, the file, and what writes it
    "history": ("--history", "h.csv", ("headless_outputs.", "files.runs.history_csv.")),
    "model": ("--save-model", "m.pkl", ("headless_outputs.save_model",)),
    "parameters": ("--save-params", "p.pkl", ("headless_outputs.save_parameters",)),
    "project": ("--project", "projects", ("headless_outputs.write_project",)),
    "tensorboard": ("--tensorboard", "logs", ("headless_outputs.TensorBoardLog.add_rows",)),
    "run": ("--run", "job.run", ("headless_saving.RunSaver.save_last",)),
}
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def words_for(folder, kinds=tuple(OUTPUTS)):
    pairs = [(OUTPUTS[kind][0], str(folder / OUTPUTS[kind][1])) for kind in kinds]
    return [word for pair in pairs for word in pair]


def complaints(err):
    told = ("the project is in", "see it by")
    return [line for line in err.splitlines() if not any(words in line for words in told)]


@pytest.mark.parametrize("error", [FULL, ZeroDivisionError()], ids=["full", "unforeseen"])
@pytest.mark.parametrize("kind", OUTPUTS)
def test_that_a_file_that_cannot_be_written_costs_no_other_one(
    tmp_path, monkeypatch, capsys, kind, error
):
    def fails(*_, **__):
        raise error

    for place in OUTPUTS[kind][2]:
        name = f"nngui.{place}"
        monkeypatch.setattr(f"{name}write_rows" if name.endswith(".") else name, fails)
    words = ("train", "regression", "--set", "schedule.steps=30", *words_for(tmp_path))
    assert main(words) == 1
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert (found["steps"], set(found["not_written"])) == (30, {kind})
    others = set(OUTPUTS) - {kind}
    assert set(found["written"]) == others
    assert all((tmp_path / OUTPUTS[other][1]).exists() for other in others)
    assert len(complaints(err)) == 1
    assert str(found["not_written"][kind]) in err


def test_that_a_disk_that_is_full_for_a_while_costs_no_history(tmp_path, monkeypatch, capsys):
    def fails(*_, **__):
        raise FULL

    monkeypatch.setattr("nngui.headless_outputs.write_rows", fails)  # the streaming alone
    assert main(["train", "regression", *words_for(tmp_path, ("history",))]) == 0
    told = complaints(capsys.readouterr().err)
    assert "No space left on device" in told[0]
    assert "The training goes on" in told[0]
    assert "could be written in the end" in told[1]
    lines = (tmp_path / "h.csv").read_text().splitlines()[1:]
    assert [float(line.split(",")[1]) for line in lines] == losses_of("regression")


@pytest.mark.skipif(not ALL or sys.platform != "linux", reason="needs /dev/full, and seconds")
def test_that_stdout_and_stderr_that_take_nothing_cost_no_file(tmp_path):
    words = ("train", "regression", "--history", "/dev/full")
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        options = {"data": tmp_path / "data", "stdout_to": full, "stderr_to": full}
        with program(*words, *words_for(tmp_path, ("model",)), **options) as started:
            assert started.wait(60) == 1
    assert (tmp_path / "m.pkl").exists()


@pytest.mark.parametrize("error", [ZeroDivisionError("boom"), MemoryError()])
def test_that_an_error_in_a_step_leaves_what_there_was_by_then(
    tmp_path, monkeypatch, capsys, error
):
    real = Trainer.advance

    def fails(trainer, budget, max_steps=None):
        if trainer.step_count >= 20:
            raise error
        return real(trainer, 1e9, 10)

    monkeypatch.setattr(Trainer, "advance", fails)
    assert main(["train", "regression", *words_for(tmp_path)]) == 1
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert (found["steps"], found["reason"]) == (20, "Stopped before the end.")
    assert found["error"] in err
    assert all((tmp_path / name).exists() for _, name, _ in OUTPUTS.values())
    assert len((tmp_path / "h.csv").read_text().splitlines()) == 21
    assert read_summary(tmp_path / "job.run").step == 20
    assert np.isfinite(found["loss"])


@pytest.mark.parametrize("kind", ["half", "lost"])
def test_that_a_run_whose_step_failed_within_goes_on_where_it_stood(
    tmp_path, monkeypatch, capsys, kind
):
    take, calls = torch.optim.SGD.step, []

    def fails(optimizer):
        calls.append(1)
        if len(calls) != 18:
            return take(optimizer)
        with torch.no_grad():
            optimizer.param_groups[0]["params"][0].add_(1.0)  # and no more of the step
        raise RuntimeError("eels")

    if kind == "lost":
        monkeypatch.setattr(keyframes, "MAX_KEYFRAME_BYTES", 10)
    monkeypatch.setattr(torch.optim.SGD, "step", fails)
    run, history = str(tmp_path / "job.run"), str(tmp_path / "h.csv")
    words = ["train", "regression", "--set", "schedule.steps=30"]
    assert main([*words, "--run", run, "--history", history]) == 1
    out, err = capsys.readouterr()
    assert "stopped at step 18 by an unforeseen error: RuntimeError: eels." in err
    assert "eels" in json.loads(out)["error"]
    if kind == "half":
        assert len(Path(history).read_text().splitlines()) == 18
    assert read_summary(Path(run)).step == (17 if kind == "half" else 0)
    assert main(["train", "regression", "--resume", run, "--history", history]) == 0
    found = Path(history).read_text()
    assert main([*words, "--history", history]) == 0
    assert Path(history).read_text() == found
