"""Runs that are trained again from their files: any step of them, to the last bit."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import struct
import tomllib
from contextlib import redirect_stdout
from pathlib import Path

import pytest
import torch

from nngui.cli import main
from nngui.core.trainer import Trainer
from nngui.core.turbo.cache import kernel
from nngui.files.models.reader import read_model
from tests.core.helpers import (
    ALL,
    FOREVER,
    OPTIMIZERS,
    TASKS,
    run_scripts,
    same_parameters,
    spec_of,
)

TRAINED = ("regression", "classification", "quick_build", "save_restore", "cnn")
SETTINGS = {
    "regression": {"schedule.steps": 60, "network.dropout": 0.2},
    "classification": {"schedule.epochs": 6, "schedule.batch_size": 20},
    "quick_build": {"schedule.steps": 60},
    "save_restore": {"schedule.steps": 60},
    "cnn": {"schedule.epochs": 1, "data.shift": 1},
}
PAIRS = [(task, optimizer) for optimizer in OPTIMIZERS for task in TRAINED]
CASES = PAIRS if ALL else [*zip(TRAINED[:4] * 2, OPTIMIZERS, strict=False)]
EDITED = ("train", "regression", "--edit", "50: optimizer.lr=0.05")


@pytest.fixture
def run(capsys):
    """Run the command line; return the exit code, its line of JSON, and stderr."""

    def run(*words):
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out.startswith("{") else out, err

    return run


@pytest.fixture
def edited(run, tmp_path):
    """The file of a run whose rate was changed."""
    assert run(*EDITED, "--save-run", tmp_path / "r.nnrun")[0] == 0
    return tmp_path / "r.nnrun"


@pytest.mark.parametrize(("task", "optimizer"), CASES)
def test_that_a_replay_up_to_a_step_has_the_parameters_of_a_run_of_so_many_steps(
    run, tmp_path, task, optimizer
):
    settings = {**SETTINGS[task], "optimizer.name": optimizer, "optimizer.lr": 0.01}
    words = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    file = tmp_path / "r.nnrun"
    code, _, err = run("train", task, *words, "--save-run", file)
    assert code == 0, err
    trainer = Trainer(TASKS[task], spec_of(task, settings))
    trainer.advance(FOREVER, 7)
    code, found, err = run("replay", file, "--step", 7, "--save-params", tmp_path / "p.pkl")
    assert (code, found["steps"], found["same_losses"], err) == (0, 7, None, "")
    saved = read_model(tmp_path / "p.pkl").parameters
    assert same_parameters(saved, dict(trainer.best.net.state_dict()))


def test_that_a_whole_replay_has_all_of_the_run_and_says_that_it_is_the_same(run, tmp_path):
    file = tmp_path / "r.nnrun"
    outputs = [
        ("--history", tmp_path / f"{name}.csv", "--save-model", tmp_path / f"{name}.pkl")
        for name in ("one", "two")
    ]
    words = ("--set", "schedule.validation=0.2", "--set", "schedule.keep=best")
    run(*EDITED, *words, "--edit", "100: schedule.steps=120", "--save-run", file, *outputs[0])
    code, found, err = run("replay", file, *outputs[1])
    assert (code, found["steps"], found["same_losses"], err) == (0, 120, True, "")
    assert (tmp_path / "one.csv").read_text() == (tmp_path / "two.csv").read_text()
    models = [read_model(tmp_path / f"{name}.pkl").parameters for name in ("one", "two")]
    assert same_parameters(*models)


def test_that_turbo_is_replayed_by_turbo(run, tmp_path):
    kernel()  # compiled, so that there is nothing to say of that
    file = tmp_path / "r.nnrun"
    run(*EDITED, "--engine", "turbo", "--edit", "70: engine=torch", "--save-run", file)
    code, found, err = run("replay", file)
    assert (code, found["same_losses"], err) == (0, True, "")


def test_that_an_edit_at_the_step_that_is_asked_for_comes_behind_it(run, tmp_path):
    file, weight = tmp_path / "r.nnrun", "weight.0.hidden.bias[3]"
    run("train", "regression", "--edit", f"50: {weight}=5", "--save-run", file)
    biases = []
    for step in (50, 51):
        run("replay", file, "--step", step, "--save-params", tmp_path / "p.pkl")
        biases.append(read_model(tmp_path / "p.pkl").parameters["hidden.bias"][3].item())
    assert abs(biases[0]) < 2
    assert biases[1] == pytest.approx(5, abs=0.5)


def test_that_a_run_is_known_again_by_its_first_settings_and_edits_without_this_program(
    run, edited
):
    written = tomllib.loads(edited.read_text(encoding="utf-8"))
    settings, edits = written["settings"], {e["after"]: e["settings"] for e in written["edits"]}
    data, (width,) = settings["data"], settings["network"]["hidden"]
    torch.manual_seed(settings["seed"])
    x = torch.linspace(data["low"], data["high"], data["points"]).unsqueeze(1)
    y = data["a"] * x.pow(2) + data["b"] + data["noise"] * torch.rand(x.size())
    net = torch.nn.Sequential(torch.nn.Linear(1, width), torch.nn.ReLU(), torch.nn.Linear(width, 1))
    sums = [hashlib.sha256(), hashlib.sha256()]
    for checksum, parts in zip(sums, ((x, y), net.parameters()), strict=True):
        for part in parts:
            numbers = part.flatten().tolist()
            checksum.update(struct.pack(f"<{len(numbers)}f", *numbers))
    optimizer = torch.optim.SGD(net.parameters(), lr=settings["optimizer"]["lr"])
    losses = []
    for step in range(written["steps"]):
        if "optimizer.lr" in edits.get(step, {}):
            optimizer.param_groups[0]["lr"] = edits[step]["optimizer.lr"]
        loss = torch.nn.functional.mse_loss(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    found = [written[f"{name}_sha256"] for name in ("data", "parameters", "losses")]
    own = hashlib.sha256(struct.pack(f"<{len(losses)}d", *losses)).hexdigest()
    assert found == [*(checksum.hexdigest() for checksum in sums), own]


# What is not the run ------------------------------------------------------------------------------


def changed(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_that_other_losses_are_said_and_are_a_failure_only_where_that_is_asked_for(run, edited):
    changed(edited, '"optimizer.lr" = 0.05', '"optimizer.lr" = 0.06')
    code, found, err = run("replay", edited)
    assert (code, found["same_losses"]) == (0, False)
    sentence = "nngui: The losses are not those of the run. The file was changed since, or "
    assert err.startswith(sentence)
    assert err.count("\n") == 1
    assert run("replay", edited, "--strict")[0] == 1
    code, found, _ = run("replay", edited, "--strict", "--step", 20)
    assert (code, found["steps"], found["same_losses"]) == (1, 20, False)


def test_that_another_version_is_named_as_what_may_be_the_reason(run, edited):
    changed(edited, f'torch = "{torch.__version__}"', 'torch = "2.1.0"')
    assert run("replay", edited)[2] == ""  # the losses are the same
    changed(edited, '"optimizer.lr" = 0.05', '"optimizer.lr" = 0.06')
    assert "and PyTorch 2.1.0; here are nngui" in run("replay", edited)[2]


def test_that_losses_that_were_not_kept_are_nothing_to_compare_with(run, edited):
    lines = edited.read_text(encoding="utf-8").splitlines(keepends=True)
    edited.write_text("".join(line for line in lines if "sha256" not in line), encoding="utf-8")
    code, found, err = run("replay", edited)
    assert (code, found["same_losses"], err) == (0, None, "")
    code, found, err = run("replay", edited, "--strict")
    assert (code, found["same_losses"], err.count("\n")) == (1, None, 1)
    assert "nothing to compare with" in err


def test_that_a_run_of_which_the_beginning_is_not_known_is_not_replayed(run, edited):
    changed(edited, "\ndevice =", "\nknown_from = 30\ndevice =")
    code, out, err = run("replay", edited)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "What came before step 30 is not known any more." in err


def test_that_a_part_of_a_run_that_is_the_same_is_no_failure(run, edited):
    code, found, err = run("replay", edited, "--strict", "--step", 20)
    assert (code, found["steps"], found["same_losses"], err) == (0, 20, True, "")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--step", "101"), "The run has 100 steps: there is no step 101."),
        (("--step", "-1"), "The run has 100 steps: there is no step -1."),
        (("--task", "cnn"), "holds a run of regression, not of cnn."),
        (("--task", "cooking"), "There is no task cooking"),
        (("--save-params", "/nowhere/p.pkl"), "could not be written"),
    ],
)
def test_that_what_cannot_be_replayed_so_is_refused_in_a_sentence(run, edited, words, sentence):
    code, out, err = run("replay", edited, *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert sentence in err


def test_that_a_run_that_is_not_there_is_refused_in_a_sentence(run):
    for name in ("gone.nnrun", "7"):
        code, _, err = run("replay", name)
        assert (code, err) == (2, f"nngui: There is no run {name}: give its file, or its number in "
                                  "the list of runs.\n")  # fmt: skip


# Runs that were saved as they stood ---------------------------------------------------------------


@pytest.fixture
def in_list(run):
    """A run in the list of runs, of which its rate was changed; its number."""
    code, found, err = run(*EDITED, "--autosave", "60")
    assert code == 0, err
    return found["run_number"], found["run"]


def test_that_a_saved_run_is_replayed_by_its_number_and_by_its_file(run, tmp_path, in_list):
    run(*EDITED, "--run", tmp_path / "a.run")
    for name in (*in_list, tmp_path / "a.run"):
        code, found, err = run("replay", name, "--step", "60")
        assert (code, found["steps"], found["same_losses"], err) == (0, 60, True, "")
    number = in_list[0]
    assert run("replay", number, "--task", "cnn")[0] == 2
    run("train", "cnn", "--set", "schedule.epochs=1", "--set", "data.images=100", "--autosave", 60)
    code, _, err = run("replay", number)
    assert (code, "Several runs are called 1: give the id of one" in err) == (2, True)
    assert run("replay", number, "--task", "regression")[0] == 0


def test_that_a_damaged_run_in_the_list_is_no_matter_for_another_file(run, edited, in_list):
    Path(in_list[1]).write_bytes(b"damaged")
    assert run("replay", edited)[1]["same_losses"] is True


def test_that_a_run_that_goes_on_keeps_what_was_changed_in_it(run, tmp_path):
    job, file = tmp_path / "job.run", tmp_path / "r.nnrun"
    run(*EDITED, "--run", job)
    more = ("--edit", "100: schedule.steps=130", "--save-run", file)
    assert run("train", "regression", "--resume", job, *more)[0] == 0
    code, found, err = run("replay", file)
    assert (code, found["steps"], found["same_losses"], err) == (0, 130, True, "")
    code, found, err = run("replay", job)
    assert (code, found["steps"], found["same_losses"], err) == (0, 130, True, "")


def test_that_a_journal_is_nothing_to_go_on_with_and_it_is_said(run, edited):
    code, _, err = run("train", "regression", "--resume", edited)
    assert (code, err.count("\n")) == (2, 1)
    assert "nngui replay trains it again" in err


# Its script ---------------------------------------------------------------------------------------


def printed_by(sources, folder):
    """What scripts print; each night in a process of their own, which takes seconds."""
    if ALL:
        return run_scripts(sources, folder)
    printed = []
    for source in sources:
        text = io.StringIO()
        with redirect_stdout(text):
            exec(compile(source, "script.py", "exec"), {"__name__": "__main__"})
        printed.append(text.getvalue())
    return printed


def test_that_the_script_of_a_run_prints_its_losses_to_the_last_bit(run, tmp_path):
    runs = []
    for name, words in {
        "edited": EDITED,
        "several": (
            *("train", "classification", "--set=schedule.epochs=4", "--set=schedule.batch_size=20"),
            *("--edit", "13: schedule.batch_size=30", "--edit", "25: optimizer.lr=0.005"),
            *("--edit", "30: schedule.epochs=6"),
        ),
    }.items():
        file, history = tmp_path / f"{name}.nnrun", tmp_path / f"{name}.csv"
        assert run(*words, "--history", history, "--save-run", file)[0] == 0
        assert run("script", "--run", file, "-o", tmp_path / f"{name}.py")[0] == 0
        runs.append((file, history, (tmp_path / f"{name}.py").read_text()))
    printed = printed_by([source for _, _, source in runs], tmp_path)
    for (file, history, _), text in zip(runs, printed, strict=True):
        with history.open(encoding="utf-8", newline="") as rows:
            assert text.split() == [row["loss"] for row in csv.DictReader(rows)]
        losses = [float(word) for word in text.split()]
        checksum = hashlib.sha256(struct.pack(f"<{len(losses)}d", *losses)).hexdigest()
        assert checksum == tomllib.loads(file.read_text())["losses_sha256"]


def test_that_a_saved_run_has_a_script_too(run, in_list, edited):
    expected = run("script", "--run", edited)[1]
    assert "0.05" in expected
    for name in in_list:
        assert run("script", "--run", name)[1] == expected
    assert run("script", "regression", "--run", edited)[1] == expected


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Name a task, or by --run a run that was trained."),
        (("--run", "r.nnrun", "--seed", "0"), "--seed does not go with --run."),
        (("--run", "r.nnrun", "--set", "a=1"), "--set does not go with --run."),
        (("--run", "r.nnrun", "--target", "y"), "--target does not go with --run."),
        (("cnn", "--run", "r.nnrun"), "There is no run r.nnrun of cnn"),
    ],
)
def test_that_a_script_of_what_is_not_clear_is_refused_in_a_sentence(run, words, sentence):
    code, _, err = run("script", *words)
    assert (code, err.count("\n")) == (2, 1)
    assert sentence in err


# Its data -----------------------------------------------------------------------------------------

TABLE = "x,y\n" + "".join(f"{i / 10},{i * i / 100}\n" for i in range(30))


@pytest.fixture
def on_table(run, tmp_path):
    """The file of a run that learned from a table, and the table."""
    table = tmp_path / "table.csv"
    table.write_text(TABLE)
    words = ("train", "regression", "--data", table, "--set", "schedule.epochs=3")
    assert run(*words, "--save-run", tmp_path / "r.nnrun")[0] == 0
    return tmp_path / "r.nnrun", table


def test_that_a_table_that_has_changed_is_refused(run, on_table):
    file, table = on_table
    assert run("replay", file)[1]["same_losses"] is True
    table.write_text(TABLE.replace("0.01\n", "0.02\n"))
    code, _, err = run("replay", file)
    assert (code, err.count("\n")) == (2, 1)
    assert f"{table} has changed since the run" in err
    table.unlink()
    code, _, err = run("replay", file)
    assert (code, err.count("\n")) == (2, 1)
    assert str(table) in err


def test_that_a_table_is_found_beside_the_file_of_the_run(run, on_table, tmp_path):
    file, table = on_table
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for path in (file, table):
        path.rename(elsewhere / path.name)
    assert run("replay", elsewhere / file.name)[1]["same_losses"] is True


def test_that_weights_to_start_from_that_have_changed_are_refused(run, tmp_path):
    start, file = tmp_path / "start.pkl", tmp_path / "r.nnrun"
    run("train", "regression", "--save-model", start)
    run("train", "regression", "--set", f"network.weights={start}", "--save-run", file)
    assert run("replay", file)[1]["same_losses"] is True
    run("train", "regression", "--seed", 2, "--save-model", start)
    code, _, err = run("replay", file)
    assert (code, err.count("\n")) == (2, 1)
    assert f"{start} has changed since the run" in err
