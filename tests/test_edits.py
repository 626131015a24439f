"""Edits on the command line: in force exactly when they are to be, and refused before the run."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import torch

from nngui.cli import main
from nngui.core.journal.edit import SettingsEdit
from nngui.core.spec.toml import parse_assignment, with_settings
from nngui.core.trainer import Trainer
from nngui.core.turbo.cache import kernel
from nngui.files.models.reader import read_model
from nngui.files.runs.journal_file import read_journal
from tests.core.helpers import ALL, FOREVER, TASKS, parameters_of, same_parameters

SPECS = {name: task.spec for name, task in TASKS.items()}
POINTS = [[0.0, 0.0], [1.0, 1.0], [2.0, 4.0]]
WEIGHT = "weight.0.hidden.weight[2,0]"
FAMILY = {
    "a rate": ("regression", [], {37: {"optimizer.lr": 0.05}}),
    "several": (
        "regression",
        ["schedule.batch_size=16", "network.dropout=0.2", "optimizer.name=momentum"],
        {
            60: {"optimizer.lr": 0.01, "optimizer.momentum": 0.5},
            20: {"schedule.batch_size": 7},
            0: {"optimizer.weight_decay": 0.01},
        },
    ),
    "points by hand": (
        "regression",
        ["data.kind=hand", f"data.placed={POINTS}"],
        {
            10: {"data.placed": [*POINTS, [-1.0, 2.5]]},
            11: {"data.placed": [*POINTS[:2], [-1.0, 2.5]]},
        },
    ),
    "past the end": (
        "regression",
        [],
        {100: {"schedule.steps": 120}, 120: {"schedule.steps": 150, "optimizer.lr": 0.01}},
    ),
    "fewer steps": ("regression", [], {40: {"schedule.steps": 60}}),
    "a weight by hand": ("regression", [], {30: {WEIGHT: 0.5, "optimizer.lr": 0.1}}),
    "epochs, a rate that falls, and the best weights": (
        "classification",
        [
            *("schedule.epochs=6", "schedule.batch_size=20", "schedule.validation=0.2"),
            *("schedule.keep=best", "schedule.rate=cosine"),
        ],
        {25: {"schedule.epochs": 9}, 13: {"schedule.batch_size": 30}},
    ),
    "a race": ("optimizers", ["schedule.epochs=1"], {30: {"racers.adam.lr": 0.1}}),
    "images": ("cnn", ["schedule.epochs=1"], {3: {"optimizer.lr": 0.1}}),
    "two networks": ("quick_build", [], {30: {"optimizer.lr": 0.01}}),
}
SAMPLE = ("several", "points by hand", "past the end", "a weight by hand")
SAMPLE = (*SAMPLE, "epochs, a rate that falls, and the best weights")
CASES = list(FAMILY) if ALL else SAMPLE


@pytest.fixture
def run(capsys):
    """Run the command line; return the exit code, its line of JSON, and stderr."""

    def run(*words):
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out.startswith("{") else out, err

    return run


def words_of(task, sets, edits):
    """The words that ask for such a run; the edits as they stand, in whatever order."""
    words = ["train", task, *(f"--set={setting}" for setting in sets)]
    for step, values in edits.items():
        asked = ", ".join(f"{key}={json.dumps(value)}" for key, value in values.items())
        words += ["--edit", f"{step}: {asked}"]
    return words


def trained(task, sets, edits):
    """The same by hand: advance up to the step, change, go on; return the trainer and its rows."""
    spec = with_settings(TASKS[task].spec, dict(parse_assignment(setting) for setting in sets))
    trainer, rows = Trainer(TASKS[task], spec), []
    for step in sorted(edits):
        rows += [trainer.advance(FOREVER, step - trainer.step_count)] if step else []
        values = dict(edits[step])
        value = values.pop(WEIGHT, None)
        trainer.change(with_settings(trainer.spec, values))
        if value is not None:
            trainer.set_weight(0, "hidden.weight", (2, 0), value)
    rows.append(trainer.advance(FOREVER))
    return trainer, np.concatenate(rows)


def rows_in(path, columns):
    """Some columns of a history, exactly."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [[row[name] or "nan" for name in columns] for row in csv.DictReader(file)]
    return np.array(rows, float)


@pytest.mark.parametrize("case", CASES)
def test_that_an_edit_is_in_force_exactly_behind_its_step(run, tmp_path, case):
    files = ("--history", tmp_path / "h.csv", "--save-params", tmp_path / "p.safetensors")
    code, found, err = run(*words_of(*FAMILY[case]), *files)
    assert code == 0, err
    trainer, rows = trained(*FAMILY[case])
    assert found["steps"] == len(rows) == trainer.step_count
    assert found["edits"] == sum(1 + (WEIGHT in values) for values in FAMILY[case][2].values())
    assert np.array_equal(rows_in(tmp_path / "h.csv", trainer.columns), rows, equal_nan=True)
    if len(trainer.variants) == 1:
        saved = read_model(tmp_path / "p.safetensors").parameters
        assert same_parameters(saved, parameters_of(trainer))


def test_that_plain_torch_comes_to_the_same_with_an_edit(run, tmp_path):
    _, found, _ = run("train", "regression", "--seed", 3, "--edit", "50: optimizer.lr=0.05")
    torch.manual_seed(3)
    x = torch.linspace(-1, 1, 100).unsqueeze(1)
    y = x.pow(2) + 0.2 * torch.rand(x.size())
    net = torch.nn.Sequential(torch.nn.Linear(1, 10), torch.nn.ReLU(), torch.nn.Linear(10, 1))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.2)
    for step in range(100):
        if step == 50:
            optimizer.param_groups[0]["lr"] = 0.05
        loss = torch.nn.functional.mse_loss(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert found["loss"] == loss.item()


def test_that_turbo_takes_over_on_the_way_and_leaves_again(run, tmp_path):
    kernel()  # compiled, so that there is nothing to say of that
    history = ("--history", tmp_path / "h.csv")
    edits = ("--edit", "20: engine=turbo", "--edit", "70: engine=torch")
    code, found, err = run("train", "regression", *history, *edits)
    assert (code, found["engine"], found["edits"], err) == (0, "torch", 2, "")
    losses = rows_in(tmp_path / "h.csv", ["loss"])[:, 0]
    plain = trained("regression", [], {})[1][:, 0]
    assert losses[:20].tolist() == plain[:20].tolist()
    assert losses == pytest.approx(plain, rel=1e-3)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        ("optimizer.lr=0.1", "is not an edit. Write STEP: KEY=VALUE"),
        ("x: optimizer.lr=0.1", "is not an edit. Write STEP: KEY=VALUE"),
        ("1.5: optimizer.lr=0.1", "is not an edit. Write STEP: KEY=VALUE"),
        ("50:", "is not a setting: write KEY=VALUE"),
        ("50: optimizer.lr", "is not a setting: write KEY=VALUE"),
        ("-3: optimizer.lr=0.1", "There is no step -3."),
        (f"{10**15}: optimizer.lr=0.1", "There is no step 1,000,000,000,000,000."),
        ("101: optimizer.lr=0.1", "At step 101: the run ends before, with step 100."),
        ("50: optimizer.lr=-1", "At step 50: optimizer.lr is -1, but must be a number above 0"),
        ("50: optimizer.rate=1", "At step 50: There is no setting optimizer.rate."),
        ("50: network.hidden=[20]", "At step 50: network.hidden cannot change in mid-run."),
        ("50: seed=2", "At step 50: seed cannot change in mid-run."),
        ("50: optimizer.lr=0.1, optimizer.lr=0.3", "optimizer.lr is asked for twice."),
        ("50: schedule.batch_size=101", "At step 50: The batch size is 101, but there are only"),
        ("50: data.placed=[[1,nan]]", "At step 50: data.placed[0][1] is nan"),
        ("50: engine=cuda", "At step 50: engine is cuda, but must be one of: torch, turbo."),
        ("50: weight.hidden=1", "weight.hidden is no place of a weight."),
        ("50: weight.0.hidden.weight[1]=1", "hidden.weight has no place [1]: its size is [10, 1]."),
        ("50: weight.0.act.weight[1,0]=1", "The network has no parameter act.weight; it has"),
        ("50: weight.1.hidden.weight[1,0]=1", "There is no network 1: there are 1"),
        ("50: weight.0.hidden.weight[1,0]=inf", "is inf, but must be a finite number."),
        (f"50: weight.0.hidden.bias[0]=1{'0' * 400}", "must be a finite number."),
        ("50: \x1b[2J=1", r"There is no setting \x1b[2J."),
    ],
)
def test_that_what_cannot_be_changed_is_refused_in_a_sentence_before_the_run(
    run, tmp_path, edit, sentence
):
    history = tmp_path / "h.csv"
    code, out, err = run("train", "regression", "--edit", edit, "--history", history)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert sentence in err
    assert not history.exists()


def test_that_a_step_counts_from_the_length_that_an_edit_before_gives_the_run(run):
    longer = ("--edit", "30: schedule.epochs=8", "--edit", "60: schedule.batch_size=10")
    base = ("train", "classification", "--set=schedule.epochs=4", "--set=schedule.batch_size=20")
    last = 60 + 2 * 20  # six passes of 10 batches, two of 20
    code, found, err = run(*base, *longer, "--edit", f"{last}: optimizer.lr=0.1")
    assert (code, found["steps"], err) == (0, last, "")
    code, _, err = run(*base, *longer, "--edit", f"{last + 1}: optimizer.lr=0.1")
    assert (code, err.count("\n")) == (2, 1)
    assert f"At step {last + 1}: the run ends before, with step {last}." in err


def test_that_turbo_that_would_not_cover_the_run_is_refused_before_it(run):
    dropout = ("train", "regression", "--set", "network.dropout=0.2")
    code, _, err = run(*dropout, "--edit", "50: engine=turbo")
    assert (code, err.count("\n")) == (2, 1)
    assert "At step 50: Turbo does not know Dropout" in err


def test_that_what_was_not_reached_is_said(run):
    words = ("train", "regression", "--set", "schedule.target_loss=0.03")
    edits = ("--edit", "90: optimizer.lr=0.1", "--edit", "5: optimizer.lr=0.25")
    code, found, err = run(*words, *edits)
    assert (code, found["edits"]) == (0, 1)
    assert f"ended with step {found['steps']}: what was to change at step 90 was not" in err


def test_that_what_changes_nothing_is_said_and_is_no_edit(run):
    code, found, err = run("train", "regression", "--edit", "5: optimizer.lr=0.2")
    assert (code, "edits" in found) == (0, False)
    assert err == "nngui: At step 5: optimizer.lr is so already, and nothing changes.\n"


@pytest.mark.parametrize("edit", ["data.placed=[[0,0],[1,1]]", "optimizer.momentum=0.5"])
def test_that_what_does_nothing_with_the_other_settings_is_said(run, edit):
    key = edit.partition("=")[0]
    code, found, err = run("train", "regression", "--edit", f"5: {edit}")
    assert (code, found["edits"]) == (0, 1)
    assert err == f"nngui: At step 5: {key} does nothing with the other settings as they are.\n"


def test_that_points_by_hand_join_whatever_was_learned_from_before(run, tmp_path):
    file = tmp_path / "r.nnrun"
    points = "data.kind=hand, data.placed=[[0,0],[1,1],[0.5,0.2]]"
    code, found, err = run("train", "regression", "--edit", f"60: {points}", "--save-run", file)
    assert (code, err) == (0, "")
    by_hand = {60: {"data.kind": "hand", "data.placed": [[0, 0], [1, 1], [0.5, 0.2]]}}
    assert found["loss"] == trained("regression", [], by_hand)[1][-1, 0]
    assert run("replay", file)[1]["same_losses"] is True


def test_that_folds_do_not_go_with_edits(run):
    words = ("train", "classification", "--folds", "3", "--edit", "5: optimizer.lr=0.1")
    code, _, err = run(*words)
    assert (code, err.count("\n")) == (2, 1)
    assert "leave out --edit" in err


# Runs that go on ----------------------------------------------------------------------------------


def test_that_a_run_that_goes_on_has_its_edits_from_its_own_steps(run, tmp_path):
    job, words = tmp_path / "job.run", ("train", "regression", "--resume", tmp_path / "job.run")
    run("train", "regression", "--run", job, "--edit", "50: optimizer.lr=0.05")
    code, found, err = run(*words, "--edit", "100: schedule.steps=150", "--edit",
                           "120: optimizer.lr=0.01")  # fmt: skip
    assert (code, found["steps"], found["resumed_at"]) == (0, 150, 100), err
    by_hand = {
        50: {"optimizer.lr": 0.05},
        100: {"schedule.steps": 150},
        120: {"optimizer.lr": 0.01},
    }
    assert found["loss"] == trained("regression", [], by_hand)[1][-1, 0]


def test_that_an_edit_behind_a_run_that_goes_on_is_refused(run, tmp_path):
    job = tmp_path / "job.run"
    run("train", "regression", "--run", job)
    code, _, err = run("train", "regression", "--resume", job, "--edit", "50: optimizer.lr=0.05")
    assert (code, err.count("\n")) == (2, 1)
    assert "At step 50: the run has done 100 steps, and this was not changed there." in err


# What is kept of it -------------------------------------------------------------------------------


def test_that_the_file_of_a_run_holds_its_first_settings_and_its_edits(run, tmp_path):
    path = tmp_path / "r.nnrun"
    run(*words_of(*FAMILY["several"]), "--save-run", path)
    found = read_journal(path, SPECS)
    journal = found.journal
    assert (journal.task, journal.device, found.steps) == ("regression", "cpu", 100)
    assert journal.spec.optimizer.weight_decay == 0.01  # before the first step: it begins with it
    assert journal.edits == (
        SettingsEdit(20, {"schedule.batch_size": 7}),
        SettingsEdit(60, {"optimizer.lr": 0.01, "optimizer.momentum": 0.5}),
    )
    assert found.facts.torch == torch.__version__


def test_that_a_run_without_networks_has_no_file(run, tmp_path):
    code, _, err = run("train", "batch_training", "--save-run", tmp_path / "r.nnrun")
    assert (code, err) == (2, "nngui: Nothing is trained here, so there is no run to save.\n")


def test_that_the_history_says_in_the_first_row_with_it_what_was_edited(run, tmp_path):
    files = ("--history", tmp_path / "h.csv", "--save-run", tmp_path / "r.nnrun")
    edits = ("--edit", "5: optimizer.lr=0.05", "--edit", "5: schedule.steps=12")
    run("train", "regression", "--set", "schedule.steps=9", *edits, *files)
    run("replay", tmp_path / "r.nnrun", "--history", tmp_path / "again.csv")
    text = (tmp_path / "h.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    told = {row["step"]: row["edit"] for row in rows if row["edit"]}
    assert told == {"6": "optimizer.lr=0.05; schedule.steps=12"}
    assert len(rows) == 12
    assert (tmp_path / "again.csv").read_text("utf-8") == text
