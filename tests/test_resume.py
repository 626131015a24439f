"""Runs that are saved on the way, and taken up again: with the numbers of one that never ended."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from nngui.cli import main
from nngui.core.folders import data_folder
from nngui.core.trainer import Trainer
from nngui.files.models.reader import read_model
from nngui.files.runs.recovery import read_recovery, read_summary
from nngui.files.runs.store import RunStore
from tests.core.helpers import ALL, TASKS, run_python, same_parameters

FAMILY = {
    "all at once": ("regression", ["schedule.steps=90"]),
    "in batches, with dropout": (
        "regression",
        ["schedule.steps=90", "schedule.batch_size=16", "network.dropout=0.2"],
    ),
    "early stopping": (
        "classification",
        [
            "schedule.epochs=12",
            "schedule.batch_size=20",
            "schedule.validation=0.2",
            "schedule.patience=4",
            "schedule.keep=best",
        ],
    ),
    "a plateau": (
        "classification",
        ["schedule.epochs=9", "schedule.batch_size=20", "schedule.rate=plateau"],
    ),
    "a race, of which one diverges": (
        "optimizers",
        ["schedule.epochs=2", "schedule.rate=cosine", "racers.momentum.lr=1000"],
    ),
    "images": ("cnn", ["schedule.epochs=1", "data.shift=1", "network.dropout=0.1"]),
    "two networks": ("quick_build", ["schedule.steps=60", "schedule.batch_size=16"]),
}
SAMPLE = ("in batches, with dropout", "early stopping", "a race, of which one diverges")
CASES = {
    (name, seed): (task, ["--seed", str(seed), *(word for s in sets for word in ("--set", s))])
    for name, (task, sets) in FAMILY.items()
    if ALL or name in SAMPLE
    for seed in (range(5) if ALL else (1,))
}


@pytest.fixture
def run(capsys):
    """Run the command line; return the exit code, its line of JSON, and stderr."""

    def run(*words):
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return run


class _KilledError(BaseException):
    """As the process would end by kill -9: nothing is caught, nothing is written any more."""


@pytest.fixture
def killed(run, monkeypatch):
    """Run the command line until a step, and then no further, as after kill -9."""

    def killed(step, *words):
        real = Trainer.advance

        def advance(trainer, budget, max_steps=None):
            if trainer.step_count >= step:
                raise _KilledError
            return real(trainer, budget, min(7, max_steps or 7))

        with monkeypatch.context() as patch:
            patch.setattr(Trainer, "advance", advance)
            with pytest.raises(_KilledError):
                run(*words)

    return killed


def without_time(found):
    """Return a run's summary without what depends on the clock, or on where it is."""
    timed = ("seconds", "steps_per_s", "resumed_at", "run", "run_number")
    return {key: value for key, value in found.items() if key not in timed}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_that_a_resumed_run_has_the_numbers_of_one_that_was_never_interrupted(
    tmp_path, run, killed, case
):
    task, words = CASES[case]
    whole, part = tmp_path / "whole.csv", tmp_path / "part.csv"
    code, expected, _ = run(
        "train", task, *words, "--history", whole, "--save-params", tmp_path / "whole.safetensors"
    )
    assert code == 0
    place = ("--run", tmp_path / "job.run", "--autosave", "0.1")
    at = expected["steps"] // 2
    killed(at, "train", task, *words, *place, "--history", part)
    saved = read_summary(tmp_path / "job.run").step
    assert saved <= at + 7
    files = ("--history", part, "--save-params", tmp_path / "part.safetensors")
    code, found, err = run("train", task, "--resume", tmp_path / "job.run", *files)
    assert (code, found["resumed_at"]) == (0, saved), err
    assert without_time(found) == without_time(expected)
    assert part.read_bytes() == whole.read_bytes()
    nets = [read_model(tmp_path / f"{name}.safetensors").parameters for name in ("whole", "part")]
    assert same_parameters(*nets)
    assert found["run"] == str(tmp_path / "job.run")


@pytest.mark.parametrize("at", [30, 60] if ALL else [60])
def test_that_the_command_that_goes_on_has_the_edits_that_are_made_and_those_to_come(
    tmp_path, run, killed, at
):
    edits = ("40: optimizer.lr=0.05", "40: weight.0.hidden.bias[1]=0.5", "80: optimizer.lr=0.01")
    words = ("train", "regression", *(word for edit in edits for word in ("--edit", edit)))
    whole, part, job = (tmp_path / name for name in ("whole.csv", "part.csv", "job.run"))
    code, expected, _ = run(*words, "--history", whole)
    assert (code, expected["edits"]) == (0, 3)
    killed(at, *words, "--run", job, "--autosave", "0.1", "--history", part)
    file = tmp_path / "r.nnrun"
    words += ("--resume", job, "--history", part, "--save-run", file)
    code, found, err = run(*words)
    assert code == 0, err
    assert (found["steps"], found["loss"]) == (100, expected["loss"])
    assert part.read_bytes() == whole.read_bytes()
    assert run("replay", file)[1]["same_losses"] is True


def test_that_a_run_in_the_list_goes_on_under_its_number_by_number_name_and_file(run, killed):
    words = ("train", "regression", "--set", "schedule.steps=60")
    killed(20, *words, "--autosave", "60")
    store = RunStore(data_folder() / "runs", list(TASKS.values()))
    (first,) = store.runs()
    assert (first.number, first.steps) == (1, 0)
    store.rename(first, "mine")
    for name in ("1", "mine", None):
        file = store.path_of(store.runs(anew=True)[0])
        code, found, err = run("train", "regression", "--resume", name or file)
        assert (code, found["steps"], found["run_number"]) == (0, 60, 1)
        (kept,) = store.runs(anew=True)
        assert (kept.name, kept.steps, kept.ending) == ("mine", 60, "steps")
        assert found["run"] == str(store.path_of(kept))
    assert "the run has ended already, at step 60" in err


def test_that_what_goes_on_is_said_at_the_start(run, tmp_path):
    words = ("train", "regression", "--set", "schedule.steps=20")
    assert run(*words, "--autosave", "60")[2] == (
        "nngui: saved every 60 s; go on by: nngui train regression --resume 1\n"
    )
    file, history = tmp_path / "a job.run", tmp_path / "h.csv"
    _, _, err = run(*words, "--autosave", "5", "--run", file, "--history", history)
    assert err == (
        f"nngui: saved every 5 s; go on by: nngui train regression --resume '{file}' "
        f"--history {history}\n"
    )
    code, found, err = run(*words, "--run", file)
    assert (code, found["run"], err) == (0, str(file), "")


def test_that_live_settings_can_change_on_the_way_and_others_are_refused_by_name(run, tmp_path):
    file = tmp_path / "job.run"
    run("train", "regression", "--run", file)
    code, _, err = run("train", "regression", "--resume", file, "--set", "network.hidden=[3]")
    assert (code, err.count("\n")) == (2, 1)
    assert "network.hidden cannot change in mid-run" in err
    assert "seed cannot change" in run("train", "regression", "--resume", file, "--seed", 2)[2]
    changes = ("--set", "schedule.steps=130", "--set", "optimizer.lr=0.01")
    code, found, err = run("train", "regression", "--resume", file, *changes)
    assert (code, found["resumed_at"], found["steps"]) == (0, 100, 130)
    saved = read_recovery(file, TASKS["regression"])
    (edit,) = saved.journal.edits
    assert (edit.step, dict(edit.values)) == (100, {"optimizer.lr": 0.01, "schedule.steps": 130})
    assert saved.spec.optimizer.lr == 0.01


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--resume", "7"), "There is no run 7 of regression"),
        (("--resume", "gone.run"), "There is no run gone.run of regression"),
        (("--resume", "x", "--data", "example:iris"), "--data does not go with --resume"),
        (("--resume", "x", "--target", "y"), "--target does not go with --resume"),
    ],
)
def test_that_what_cannot_go_on_is_refused_in_a_sentence(run, words, sentence):
    code, _, err = run("train", "regression", *words)
    assert (code, err.count("\n")) == (2, 1)
    assert sentence in err


def test_that_a_damaged_file_is_replaced_by_the_state_before_it_and_it_is_said(run, tmp_path):
    file = tmp_path / "job.run"
    run("train", "regression", "--run", file)
    saved = read_summary(file).step
    file.write_bytes(file.read_bytes()[:-20])
    code, found, err = run("train", "regression", "--resume", file)
    assert (code, found["steps"], saved) == (0, 100, 100)
    assert "is damaged, or no saved run of this program. The state before it is taken" in err
    assert found["resumed_at"] == 0
    assert "holds a run of regression, not of cnn" in run("train", "cnn", "--resume", file)[2]


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_that_a_run_that_was_really_killed_goes_on_as_if_it_had_not_been(tmp_path):
    script = Path(__file__).with_name("kill_runs.py")
    result = run_python(script, "--kills", 100 if ALL else 1, folder=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "as if there were none" in result.stdout
