"""A model file that a run starts from brings its network along, or contradicts what was asked."""

from __future__ import annotations

import json
import re

import pytest
import torch
from torch import nn

from nngui import cli
from nngui.core.errors import SettingError
from nngui.core.spec.toml import with_settings
from nngui.files.models.start_weights import start_network
from nngui.files.models.writer import save_model
from tests.core.helpers import TASKS, trainer_of

TRAINED = {"network.hidden": [7, 5], "network.activation": "tanh", "schedule.steps": 400}
FEW = ["--set", "schedule.steps=1", "--set", "optimizer.lr=1e-9"]


@pytest.fixture(scope="module")
def net():
    trainer = trainer_of("regression", TRAINED)
    trainer.advance(1e9)
    return trainer.best.net


@pytest.fixture(params=["net.pkl", "net.safetensors"])
def file(request, net, tmp_path):
    path = tmp_path / request.param
    save_model(net, path) if path.suffix == ".safetensors" else torch.save(net, path)
    return path


def loss_of(capsys, *arguments):
    assert cli.main(["train", "regression", *FEW, *map(str, arguments)]) == 0
    return json.loads(capsys.readouterr().out)["loss"]


def test_that_the_command_line_trains_the_network_that_the_file_holds(file, net, capsys):
    x = trainer_of("regression").state.train_data
    expected = nn.MSELoss()(net(x[0]), x[1]).item()
    assert loss_of(capsys, "--set", f"network.weights={file}") == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("network.activation=relu", "network.activation is relu, but the network in .* has tanh"),
        ("network.hidden=[7]", r"network.hidden is \[7\], but the network in .* has \[7, 5\]"),
        ("network.dropout=0.5", "network.dropout is 0.5, but the network in .* has 0.0"),
    ],
)
def test_that_a_setting_that_contradicts_the_file_is_refused_by_name(file, setting, words, capsys):
    arguments = ["--set", f"network.weights={file}", "--set", setting]
    assert cli.main(["train", "regression", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.search(words, captured.err)


def test_that_a_setting_that_says_what_the_file_holds_is_no_contradiction(file, capsys):
    agreed = [f"network.weights={file}", "network.hidden=[7, 5]", "network.activation=tanh"]
    assert loss_of(capsys, *(word for text in agreed for word in ("--set", text))) > 0


def test_that_parameters_alone_take_the_settings_as_they_are(net, tmp_path):
    path = tmp_path / "parameters.pkl"
    torch.save(net.state_dict(), path)
    spec = with_settings(TASKS["regression"].spec, {"network.weights": str(path)})
    assert start_network(TASKS["regression"], spec, ())[0] == spec


def test_that_a_network_of_another_kind_is_refused_with_a_way_out(tmp_path):
    path = tmp_path / "other.pkl"
    torch.save(nn.Sequential(nn.BatchNorm1d(1), nn.Linear(1, 4), nn.Linear(4, 1)), path)
    spec = with_settings(TASKS["regression"].spec, {"network.weights": str(path)})
    with pytest.raises(SettingError, match=r"cannot train .*Linear layers.* as a state_dict"):
        start_network(TASKS["regression"], spec, ())


def test_that_what_the_window_says_of_a_file_is_said_by_the_command_line(tmp_path, capsys):
    path = tmp_path / "soft.pkl"
    torch.save(nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 2), nn.Softmax(1)), path)
    arguments = ["--set", f"network.weights={path}", "--set", "schedule.steps=1"]
    assert cli.main(["train", "classification", *arguments]) == 0
    assert "Softmax, is left out: the loss applies it here" in capsys.readouterr().err
