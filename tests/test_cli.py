"""The command line: what it prints, what it writes, and how it refuses."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from nngui import __version__
from nngui.cli import main
from nngui.core.script import script
from nngui.core.spec.toml import to_toml
from nngui.core.turbo.cache import kernel
from nngui.files.models.reader import read_model
from tests.core.helpers import (
    CORNERS,
    FOREVER,
    TASKS,
    losses_of,
    parameters_of,
    rows_of,
    run_python,
    same_parameters,
    spec_of,
    trainer_of,
)
from tests.core.networks.layer_cases import tutorial_cnn

KEYS = {
    "task",
    "engine",
    "device",
    "seed",
    "steps",
    "epochs",
    "loss",
    "seconds",
    "steps_per_s",
    "reason",
}


@pytest.fixture
def run(capsys):
    """Run the command line; return exit code, stdout and stderr."""

    def run(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as error:
            code = error.code
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


def summary_of(result):
    """The one line on stdout, of a run without complaints."""
    code, out, err = result
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    assert out.endswith("\n")
    return json.loads(out)


def refusal_of(result):
    """The one sentence on stderr, of a request that cannot be met."""
    code, out, err = result
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("nngui")
    return err.strip()


def read_history(file):
    with file.open(newline="", encoding="utf-8") as lines:
        header, *rows = csv.reader(lines)
    return header, [[float(cell) if cell else None for cell in row] for row in rows]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# --- tasks, help ----------------------------------------------------------------------------------


def test_that_tasks_are_listed_by_name_in_the_order_of_the_tutorial(run):
    code, out, err = run("tasks")
    assert (code, err) == (0, "")
    listed = [line.split()[0] for line in out.splitlines()]
    assert listed == list(TASKS)
    assert listed[:2] == ["regression", "classification"]


def test_that_the_version_is_the_package_s(run):
    assert run("--version")[:2] == (0, f"nngui {__version__}\n")


@pytest.mark.parametrize(
    "command",
    [[], ["train"], ["script"], ["tasks"], ["screenshot"], ["inspect"], ["export"]],
    ids=lambda c: " ".join(c),
)
def test_that_every_command_explains_itself(run, command):
    code, out, err = run(*command, "--help")
    assert (code, err) == (0, "")
    assert out.startswith("usage: nngui")


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["trian"], "trian"),
        (["train"], "TASK"),
        (["train", "regression", "--wat"], "--wat"),
        (["train", "regression", "--seed", "now"], "now"),
        (["train", "regression", "--device", "tpu"], "tpu"),
        (["train", "regression", "--engine", "warp"], "warp"),
        (["train", "regression", "--set"], "--set"),
        (["screenshot", "regression", "-o", "x.png", "--size", "big"], "1280x800"),
    ],
)
def test_that_what_is_not_understood_is_refused_in_a_line(run, arguments, what):
    sentence = refusal_of(run(*arguments))
    assert what in sentence
    assert "--help" in sentence


# --- train ----------------------------------------------------------------------------------------


def test_that_training_prints_one_summary_of_the_run(run):
    summary = summary_of(run("train", "regression"))
    assert set(summary) == KEYS
    assert summary["task"] == "regression"
    assert summary["engine"] == "torch"
    assert summary["device"] in {"cpu", "cuda", "mps"}
    assert summary["seed"] == 1
    assert summary["steps"] == summary["epochs"] == 100
    assert summary["loss"] == losses_of("regression")[-1]
    assert summary["seconds"] > 0
    assert summary["steps_per_s"] > 0
    assert summary["reason"] == "All 100 steps done."


def test_that_a_log_for_tensorboard_is_written_on_demand(run, tmp_path):
    code, out, err = run("train", "regression", "--tensorboard", tmp_path / "logs")
    assert code == 0
    assert json.loads(out)["loss"] == losses_of("regression")[-1]
    assert "tensorboard --logdir" in err
    (folder,) = (tmp_path / "logs").iterdir()
    assert folder.name.startswith("regression-")
    found = EventAccumulator(str(folder)).Reload().Scalars("loss/training")
    assert [point.value for point in found] == losses_of("regression")


def test_that_turbo_trains_where_it_is_asked_to(run, tmp_path):
    kernel()  # compiled, so that there is nothing to say of that
    history = tmp_path / "losses.csv"
    options = ["--engine", "turbo", "--history", history, "--set", "schedule.batch_size=30"]
    summary = summary_of(run("train", "classification", *options, "--set=schedule.epochs=5"))
    assert summary["engine"] == "turbo"
    assert (summary["steps"], summary["epochs"]) == (35, 5)
    rows = rows_of("classification", {"schedule.batch_size": 30, "schedule.epochs": 5})
    with history.open(encoding="utf-8", newline="") as file:
        written = [[float(row["loss"]), float(row["accuracy"])] for row in csv.DictReader(file)]
    assert written == [pytest.approx(row, rel=1e-5) for row in rows.tolist()]
    assert [summary["loss"], summary["accuracy"]] == written[-1]


def test_that_what_turbo_does_not_cover_is_trained_by_pytorch_with_a_word(run):
    settings = "--set=network.dropout=0.2"
    code, out, err = run("train", "regression", settings, "--engine", "turbo")
    assert code == 0
    assert json.loads(out)["engine"] == "torch"
    assert json.loads(out)["loss"] == losses_of("regression", {"network.dropout": 0.2})[-1]
    assert "Turbo does not know Dropout" in err


def test_that_the_summary_tells_what_else_was_measured(run):
    settings = {"schedule.validation": 0.2, "schedule.batch_size": 30, "schedule.steps": 13}
    options = [f"--set={key}={value}" for key, value in settings.items()]
    summary = summary_of(run("train", "classification", *options, "--seed", 4))
    assert set(summary) == KEYS | {"accuracy", "val_loss", "val_accuracy"}
    rows = rows_of("classification", {**settings, "seed": 4})
    assert [summary["loss"], summary["accuracy"]] == rows[-1, :2].tolist()
    assert [summary["val_loss"], summary["val_accuracy"]] == rows[11, 2:].tolist()  # the last epoch
    assert summary["seed"] == 4
    assert (summary["steps"], summary["epochs"]) == (13, 3)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("regression", {"schedule.batch_size": 30, "network.dropout": 0.2}),
        ("classification", {"schedule.validation": 0.25, "schedule.steps": 40}),
        ("classification", {"data.kind": "iris", "optimizer.name": "adam"}),
    ],
)
def test_that_the_history_has_every_number_of_every_step_exactly(run, tmp_path, name, settings):
    file = tmp_path / "h.csv"
    options = [f"--set={key}={value}" for key, value in settings.items()]
    summary_of(run("train", name, *options, "--history", file))
    header, rows = read_history(file)
    expected = rows_of(name, settings)
    assert header[:2] == ["step", "loss"]
    assert [row[0] for row in rows] == list(range(1, len(expected) + 1))
    assert [row[1:] for row in rows] == expected.tolist()
    assert names(tmp_path) == ["h.csv"]


def test_that_a_run_that_diverges_says_so_in_valid_json(run, tmp_path):
    file = tmp_path / "h.csv"
    summary = summary_of(
        run("train", "classification", "--set=optimizer.lr=1000", "--set=data.noise=20",
            "--set=network.hidden=[20,20,20]", "--history", file)
    )  # fmt: skip
    assert summary["loss"] is None
    assert summary["steps"] < 100
    assert "diverged" in summary["reason"]
    assert "smaller learning rate" in summary["reason"]
    assert len(read_history(file)[1]) == summary["steps"]


def test_that_a_dead_network_is_named_in_the_summary(run):
    summary = summary_of(
        run("train", "regression", "--set", "optimizer.lr=0.5", "--set", "schedule.steps=400")
    )
    assert summary["reason"].startswith("All 400 steps done. The network has gone dead")


def test_that_the_target_is_the_reason_where_it_is_reached(run):
    summary = summary_of(run("train", "regression", "--set", "schedule.target_loss=0.05"))
    assert summary["loss"] <= 0.05
    assert summary["reason"] == f"Target loss 0.05 reached at step {summary['steps']}."


# --- Settings: --set, --seed, --config ------------------------------------------------------------


def test_that_settings_come_from_the_file_then_the_words_then_the_seed(run, tmp_path):
    file = tmp_path / "my.toml"
    settings = {"seed": 3, "optimizer.lr": 0.1, "network.hidden": [7, 5], "schedule.steps": 9}
    file.write_text(to_toml("regression", spec_of("regression", settings)), encoding="utf-8")
    summary = summary_of(run("train", "regression", "--config", file))
    assert summary["loss"] == losses_of("regression", settings)[-1]

    summary = summary_of(
        run("train", "regression", "--config", file, "--set", "optimizer.lr=0.05",
            "--set", "seed=8", "--seed", 5)
    )  # fmt: skip
    expected = {**settings, "optimizer.lr": 0.05, "seed": 5}
    assert summary["loss"] == losses_of("regression", expected)[-1]
    assert summary["seed"] == 5


def test_that_the_last_of_two_words_for_a_setting_counts(run):
    summary = summary_of(
        run("train", "regression", "--set", "schedule.steps=3", "--set", "schedule.steps=4")
    )
    assert summary["steps"] == 4


def test_that_low_and_high_can_be_set_together_in_any_order(run):
    for low, high in [("data.low=5", "data.high=6"), ("data.high=-5", "data.low=-6")]:
        summary_of(
            run("train", "regression", "--set", low, "--set", high, "--set", "schedule.steps=1")
        )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('task = "classification"', "my.toml holds settings of classification, not of regression."),
        ("[optimizer]\nlr = 0", "optimizer.lr is 0, but must be a number above 0, at most 1000."),
        ("[optimizer]\nlrr = 1", "There is no setting optimizer.lrr. Did you mean optimizer.lr?"),
        ("seed = ", "These settings are not valid TOML: "),
        (None, "my.toml could not be read: No such file or directory. Check the name."),
    ],
)
def test_that_a_file_of_settings_that_does_not_fit_is_refused(run, tmp_path, text, sentence):
    file = tmp_path / "my.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    assert sentence in refusal_of(run("train", "regression", "--config", file))


@pytest.mark.parametrize("command", ["train", "script"])
@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (["optimizer.lr=-1"], "nngui: optimizer.lr is -1, but must be a number above 0, at most"),
        (
            ["optimizer.lrr=1"],
            "nngui: There is no setting optimizer.lrr. Did you mean optimizer.lr?",
        ),
        (["network.hidden=[0]"], "nngui: network.hidden[0] is 0, but must be a whole number"),
        (["seed"], "nngui: seed is not a setting: write KEY=VALUE"),
        (["data.low=2"], "nngui: data.low is 2.0, but must be less than data.high, which is 1.0."),
    ],
)
def test_that_bad_settings_are_refused_in_a_sentence(run, command, settings, sentence):
    options = [f"--set={setting}" for setting in settings]
    assert refusal_of(run(command, "regression", *options)).startswith(sentence)


def test_that_a_seed_out_of_bounds_is_refused(run):
    assert "seed is -1, but must be a whole number from 0" in refusal_of(
        run("train", "regression", "--seed", "-1")
    )


def test_that_a_task_that_is_not_there_is_refused_with_those_that_are(run):
    for command in ("train", "script"):
        sentence = refusal_of(run(command, "regresion"))
        assert sentence.startswith("nngui: There is no task regresion: choose regression or ")


@pytest.mark.parametrize(
    ("name", "settings", "sentence"),
    [
        ("regression", ["data.kind=hand"], "There are no points to learn from"),
        ("classification", ["data.kind=hand"], "There are no points to learn from"),
        (
            "classification",
            ["data.kind=hand", "data.placed=[[0, 0, 1], [1, 1, 1]]"],
            "All points are of one class, 1",
        ),
        (
            "classification",
            ["data.kind=hand", "data.classes=2", f"data.placed={[list(p) for p in CORNERS]}"],
            "A point is of class 2, but the classes end at 1",
        ),
        (
            "regression",
            ["data.kind=hand", "data.placed=[[1, 2], [1, 3]]"],
            "All 2 points have the same x",
        ),
        (
            "regression",
            ["data.kind=hand", "data.placed=[[1, 2], [2, 1e300]]"],
            "The data hold values that are not finite numbers",
        ),
        (
            "regression",
            ["data.points=2", "schedule.validation=0.5"],
            "2 points are too few to keep 50% of them out",
        ),
        (
            "regression",
            ["data.points=50", "schedule.validation=0.5", "schedule.batch_size=26"],
            "The batch size is 26, but there are only 25 points to train on",
        ),
    ],
)
def test_that_data_that_teach_nothing_are_refused(run, tmp_path, name, settings, sentence):
    options = [f"--set={setting}" for setting in settings]
    refused = refusal_of(run("train", name, *options, "--history", tmp_path / "h.csv"))
    assert refused.startswith(f"nngui: {sentence}")
    assert names(tmp_path) == []


# --- Files that cannot be written -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "option"), [("train", "--history"), ("script", "--output")], ids=["train", "script"]
)
@pytest.mark.parametrize("place", ["folder", "missing/file", "file/file"])
def test_that_a_file_that_cannot_be_written_is_a_sentence_at_once(
    run, tmp_path, command, option, place
):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("old", encoding="utf-8")
    sentence = refusal_of(run(command, "regression", option, tmp_path / place))
    assert sentence.startswith(f"nngui: {tmp_path / place} could not be written: ")
    assert sentence.endswith("Choose another place.")
    assert names(tmp_path) == ["file", "folder"]
    assert names(tmp_path / "folder") == []
    assert (tmp_path / "file").read_text(encoding="utf-8") == "old"


def test_that_an_old_history_stays_when_the_new_run_cannot_start(run, tmp_path):
    file = tmp_path / "h.csv"
    file.write_text("old", encoding="utf-8")
    refusal_of(run("train", "regression", "--set", "data.kind=hand", "--history", file))
    assert file.read_text(encoding="utf-8") == "old"
    summary_of(run("train", "regression", "--set", "schedule.steps=2", "--history", file))
    assert file.read_text(encoding="utf-8").startswith("step,loss\n1,")
    assert names(tmp_path) == ["h.csv"]


# --- Models: --save-model, --save-params, network.weights, inspect, export ------------------------


@pytest.fixture
def trained(run, tmp_path):
    """A folder with a short run's network, in three files."""
    folder = tmp_path / "models"
    folder.mkdir()
    steps = ["--set", "schedule.steps=7"]
    net, p = folder / "net.pkl", folder / "p.safetensors"
    summary_of(run("train", "regression", *steps, "--save-model", net, "--save-params", p))
    summary_of(run("train", "regression", *steps, "--save-params", folder / "p.pkl"))
    return folder


def test_that_training_saves_the_network_and_its_parameters(trained):
    trainer = trainer_of("regression", {"schedule.steps": 7})
    trainer.advance(FOREVER)
    for name, kind in {"net.pkl": "model", "p.safetensors": "model", "p.pkl": "parameters"}.items():
        file = read_model(trained / name)
        assert (file.kind, file.notes) == (kind, ())
        assert same_parameters(file.parameters, parameters_of(trainer))
    assert names(trained) == ["net.pkl", "p.pkl", "p.safetensors"]


@pytest.mark.parametrize("option", ["--save-model", "--save-params"])
def test_that_a_model_that_cannot_be_written_is_a_sentence(run, tmp_path, option):
    path = tmp_path / "missing" / "net.pkl"
    code, _out, err = run("train", "regression", "--set", "schedule.steps=1", option, path)
    assert code == 2
    assert err == (
        f"nngui: {path} could not be written: No such file or directory. Choose another place.\n"
    )


@pytest.mark.parametrize("name", ["net.pkl", "p.pkl", "p.safetensors"])
def test_that_a_run_goes_on_from_saved_parameters(run, trained, name):
    options = ["--set", f"network.weights={trained / name}", "--set", "schedule.steps=13"]
    summary = summary_of(run("train", "regression", *options))
    assert summary["steps"] == 13
    assert summary["loss"] == losses_of("regression", {"schedule.steps": 20})[-1]


def test_that_a_run_from_a_file_that_is_missing_or_misfits_is_a_sentence(run, trained, tmp_path):
    history = tmp_path / "h.csv"
    missing, net, parameters = (trained / name for name in ("gone.pkl", "net.pkl", "p.pkl"))
    text = tmp_path / "words.txt"
    text.write_text("words", encoding="utf-8")

    def refusal(file, *more):
        options = ["--set", f"network.weights={file}", "--history", history]
        return refusal_of(run("train", "regression", *options, *more))

    assert refusal(missing) == (
        f"nngui: {missing} could not be read: No such file or directory. Check the name."
    )
    assert refusal(net, "--set", "network.hidden=[12]") == (
        f"nngui: network.hidden is [12], but the network in {net} has [10]: leave the setting out, "
        "or take another file."
    )
    assert refusal(parameters, "--set", "network.hidden=[12]") == (
        "nngui: The saved parameters do not fit the network: hidden.weight should have the shape "
        "12 × 1, but the file has 10 × 1."
    )
    assert refusal(text).startswith(f"nngui: {text} is not a model file: ")
    assert not history.exists()


INSPECTED = """\
{0}: whole model, PyTorch, 31 numbers, {1}
  network: Linear 1→10 · ReLU · Linear 10→1
  a sample: 1 number
    hidden                   Linear(in_features=1, out_features=10, bias=True)
    act                      ReLU()
    predict                  Linear(in_features=10, out_features=1, bias=True)
  parameters:
    hidden.weight            float32 10 × 1
    hidden.bias              float32 10
    predict.weight           float32 1 × 10
    predict.bias             float32 1
"""


def test_that_inspect_tells_what_a_model_file_holds(run, trained):
    file = trained / "net.pkl"
    size = f"{file.stat().st_size / 1000:.3g} kB"
    assert run("inspect", file) == (0, INSPECTED.format(file, size), "")


def test_that_inspect_begins_each_file_with_a_line(run, trained):
    files = [trained / "p.pkl", trained / "p.safetensors"]
    code, out, err = run("inspect", *files)
    assert (code, err) == (0, "")
    heads = [line for line in out.splitlines() if not line.startswith(" ")]
    assert [head.rpartition(",")[0] for head in heads] == [
        f"{files[0]}: parameters, PyTorch, 31 numbers",
        f"{files[1]}: whole model, safetensors, 31 numbers",
    ]


def test_that_inspect_says_what_was_assumed_and_changed(run, tmp_path):
    cnn = tutorial_cnn().half()
    torch.save({"model": cnn}, tmp_path / "cnn.pt", _use_new_zipfile_serialization=False)
    code, out, err = run("inspect", tmp_path / "cnn.pt")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert "whole model, PyTorch before 1.6, 28,938 numbers, " in lines[0]
    assert lines[1] == (
        "  network: Conv2d 1→16 · ReLU · MaxPool2d · Conv2d 16→32 · ReLU · MaxPool2d · Flatten"
        " · Linear 1,568→10"
    )
    assert lines[2] == "  a sample: 1 × 28 × 28 numbers"
    assert lines[5].split(maxsplit=1) == [
        "conv1.2",
        "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)",
    ]
    assert lines[-3:] == [
        "  note: What the file holds under model was opened; the rest was left aside.",
        "  note: Its numbers were float16; they became float32.",
        "  note: The file does not say how large its pictures are: a sample of 1 × 28 × 28 is the "
        "smallest that goes through, sides of up to 31 do too.",
    ]


def test_that_inspect_goes_on_after_files_that_are_no_models(run, trained, tmp_path):
    text, lstm, missing = tmp_path / "h.csv", tmp_path / "lstm.pkl", tmp_path / "gone.pkl"
    text.write_text("step,loss\n", encoding="utf-8")
    torch.save(torch.nn.LSTM(2, 3), lstm)
    code, out, err = run("inspect", text, trained / "net.pkl", lstm, missing, trained / "p.pkl")
    assert code == 2
    heads = [line.partition(":")[0] for line in out.splitlines() if not line.startswith(" ")]
    assert heads == [str(trained / "net.pkl"), str(trained / "p.pkl")]
    assert err.splitlines() == [
        f"{text}: NotAModelFileError: {text} is not a model file: open one that was saved by this "
        "program or by torch.save.",
        f"{lstm}: UnsupportedModelError: {lstm} cannot be opened here: the layer LSTM is not known "
        "here. Ask for a file with the parameters only.",
        f"{missing}: UnreadableModelError: {missing} could not be read: No such file or directory. "
        "Check the name.",
    ]


def test_that_inspect_wants_a_file(run):
    assert "FILE" in refusal_of(run("inspect"))


@pytest.mark.parametrize("suffix", ["safetensors", "pkl"])
def test_that_a_saved_model_is_exported_by_the_new_file_s_suffix(run, trained, suffix):
    old, new = trained / "net.pkl", trained / f"new.{suffix}"  # (for .onnx and .pt2 see files/)
    assert run("export", old, "-o", new) == (0, "", "")
    assert same_parameters(read_model(new).parameters, read_model(old).parameters)
    assert read_model(new).layer == read_model(old).layer
    assert names(trained) == ["net.pkl", f"new.{suffix}", "p.pkl", "p.safetensors"]


def test_that_an_export_that_cannot_be_is_a_sentence(run, trained):
    net, p = trained / "net.pkl", trained / "p.pkl"
    assert refusal_of(run("export", p, "-o", trained / "x.onnx")) == (
        f"nngui: {p} holds parameters only: exporting takes a whole model."
    )
    assert refusal_of(run("export", net, "-o", trained / "x.h5")) == (
        f"nngui: {trained / 'x.h5'} names no known format: let it end with one of "
        ".onnx, .pt2, .safetensors, .pkl."
    )
    gone = trained / "gone.pkl"
    assert refusal_of(run("export", gone, "-o", trained / "x.pkl")) == (
        f"nngui: {gone} could not be read: No such file or directory. Check the name."
    )
    assert "--output" in refusal_of(run("export", net))
    assert names(trained) == ["net.pkl", "p.pkl", "p.safetensors"]


# --- script ---------------------------------------------------------------------------------------


def test_that_the_script_is_the_one_of_these_settings(run, tmp_path):
    expected = script(
        TASKS["classification"], spec_of("classification", {"seed": 7, "network.hidden": [5]})
    )
    options = ["classification", "--seed", 7, "--set", "network.hidden=[5]"]
    assert run("script", *options) == (0, expected, "")
    assert run("script", *options, "-o", tmp_path / "s.py") == (0, "", "")
    assert (tmp_path / "s.py").read_text(encoding="utf-8") == expected
    assert names(tmp_path) == ["s.py"]


def test_that_the_script_of_a_run_from_saved_parameters_comes_with_them(run, trained, tmp_path):
    options = ["regression", "--set", f"network.weights={trained / 'p.safetensors'}"]
    code, out, err = run("script", *options)
    assert code == 0
    assert "'regression_start.pkl'" in out
    assert err == "nngui: the script reads regression_start.pkl, which -o writes beside it.\n"
    folder = tmp_path / "scripts"
    folder.mkdir()
    assert run("script", *options, "-o", folder / "s.py") == (0, "", "")
    assert names(folder) == ["s.py", "s_start.pkl"]
    found = read_model(folder / "s_start.pkl").parameters
    assert same_parameters(found, read_model(trained / "p.pkl").parameters)


def test_that_plain_python_runs_the_written_script_with_the_losses_of_the_history(run, tmp_path):
    history, file = tmp_path / "h.csv", tmp_path / "r.py"
    summary_of(run("train", "regression", "--seed", 1, "--history", history))
    assert run("script", "regression", "--seed", 1, "-o", file)[0] == 0
    (tmp_path / "elsewhere").mkdir()
    result = run_python("-I", file, folder=tmp_path / "elsewhere")
    assert (result.returncode, result.stderr) == (0, "")
    lines = history.read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) == 100
    assert [line.split(",")[1] for line in lines] == result.stdout.splitlines()


# --- As a program ---------------------------------------------------------------------------------


def test_that_the_module_is_the_program(tmp_path):
    result = run_python("-m", "nngui", "tasks", folder=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("regression ")
    result = run_python("-m", "nngui", "train", "regression", "--set", "seed=x", folder=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "nngui: seed is x, but must be a whole number from 0 to 4294967295.\n"


def test_that_ctrl_c_before_the_training_is_no_traceback(run, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("nngui.headless.train", interrupted)
    assert run("train", "regression") == (130, "", "")


@pytest.mark.skipif(os.name != "posix", reason="needs SIGINT")
def test_that_ctrl_c_ends_the_training_and_keeps_what_was_measured(tmp_path):
    file = tmp_path / "h.csv"
    command = [sys.executable, "-m", "nngui", "train", "regression"]
    options = ["--set", "schedule.steps=100000000", "--history", str(file)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": tmp_path}
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    # What runs in a shell's background ignores Ctrl+C, and so do its children: not this one.
    try:
        program = subprocess.Popen(command + options, **pipes)
    finally:
        signal.signal(signal.SIGINT, before)
    with program:
        try:
            while program.poll() is None and not any(
                part.stat().st_size for part in tmp_path.glob(".h.csv.*")
            ):
                time.sleep(0.05)  # until it writes; the test's own timeout ends a vain wait
            program.send_signal(signal.SIGINT)
            out, err = program.communicate(timeout=60)
        finally:
            program.kill()
    assert (program.returncode, err) == (130, "")
    summary = json.loads(out)
    assert set(summary) == KEYS
    assert summary["reason"] == "Stopped before the end."
    assert names(tmp_path) == ["h.csv"]
    header, rows = read_history(file)
    assert header == ["step", "loss"]
    assert [row[0] for row in rows] == list(range(1, summary["steps"] + 1))
    assert rows[-1][1] == summary["loss"]
    assert [row[1] for row in rows[:100]] == losses_of("regression")[: len(rows)]
