"""Section 4 is the tutorial's, bit for bit; its parameters fit the tutorial's network."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import torch

from nngui.cli import main
from nngui.core.errors import NnguiError
from nngui.core.inspectors.reference import ReferenceNets
from nngui.files.models.file_tree import look_into
from nngui.files.models.writer import save_model, save_parameters
from tests.core.helpers import run_scripts, spec_of, trainer_of

SCRIPT = """\
import torch
torch.manual_seed(1)

x = torch.unsqueeze(torch.linspace(-2, 2, 200), dim=1)
y = x.pow(2) + 3*x - 2 + 0.5*torch.rand(x.size())

net1 = torch.nn.Sequential(
    torch.nn.Linear(1, 10),
    torch.nn.Tanh(),
    torch.nn.Linear(10, 1)
)
optimizer = torch.optim.SGD(net1.parameters(), lr=0.05)
loss_func = torch.nn.MSELoss()

for t in range(2000):
    prediction = net1(x)
    loss = loss_func(prediction, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(t + 1, repr(loss.item()))
"""


def tutorial_net():
    return torch.nn.Sequential(torch.nn.Linear(1, 10), torch.nn.Tanh(), torch.nn.Linear(10, 1))


def test_that_the_losses_are_those_of_the_tutorials_script(tmp_path, capsys):
    file = tmp_path / "h.csv"
    options = ["--seed", "1", "--set", "schedule.steps=2000", "--history", str(file)]
    assert main(["train", "save_restore", *options]) == 0
    [text] = run_scripts([SCRIPT], tmp_path)
    with file.open(newline="", encoding="utf-8") as lines:
        header, *rows = csv.reader(lines)
    assert header == ["step", "loss"]
    assert [" ".join(row) for row in rows] == text.splitlines()
    assert '"steps": 2000' in capsys.readouterr().out


def test_that_the_defaults_are_the_tutorials():
    spec = spec_of("save_restore")
    assert spec.schedule.steps == 50_000
    assert (spec.optimizer.name, spec.optimizer.lr) == ("sgd", 0.05)
    trainer = trainer_of("save_restore")
    assert repr(trainer.variants[0].net) == repr(tutorial_net())


def test_that_the_saved_parameters_fit_the_tutorials_network(tmp_path):
    trainer = trainer_of("save_restore", {"schedule.steps": 5})
    trainer.advance(1e9)
    save_parameters(trainer.variants[0].net, tmp_path / "net_params.pkl")
    net3 = tutorial_net()
    result = net3.load_state_dict(torch.load(tmp_path / "net_params.pkl"))
    assert str(result) == "<All keys matched successfully>"


@pytest.mark.parametrize("low", [2, 3.5])
def test_that_a_range_that_is_none_is_refused(low):
    with pytest.raises(NnguiError, match=r"data\.low is .* must be less than data\.high"):
        spec_of("save_restore", {"data.low": low})


def test_that_a_network_beside_the_trained_one_is_asked_the_same(tmp_path):
    trainer = trainer_of("save_restore", {"schedule.steps": 20})
    trainer.advance(1e9, 10)
    save_model(trainer.variants[0].net, tmp_path / "net.pkl")
    x = np.linspace(-2, 2.5, 33, dtype=np.float32).reshape(-1, 1)
    look = ReferenceNets(x, {"twin": look_into(tmp_path / "net.pkl").file.net})
    answers = look(trainer)
    assert answers.step == 10
    assert np.array_equal(answers.own, answers.others["twin"])
    assert np.array_equal(answers.own, trainer.predict(x)[0])
    trainer.advance(1e9)
    later = look(trainer)
    assert later.step == 20
    assert np.array_equal(later.others["twin"], answers.own)
    assert not np.array_equal(later.own, answers.own)


class Stamped:
    """What a system tells of a file, with another time."""

    def __init__(self, about, time_s):
        self._about, self.st_mtime = about, time_s

    def __getattr__(self, name):
        return getattr(self._about, name)


@pytest.mark.parametrize("time_s", [1e12, -1e12, 1e18])
def test_that_a_file_of_a_time_that_no_date_reaches_is_looked_into(tmp_path, monkeypatch, time_s):
    path, stat = tmp_path / "net.pkl", Path.stat
    save_model(tutorial_net(), path)
    monkeypatch.setattr(Path, "stat", lambda *a, **o: Stamped(stat(*a, **o), time_s))
    assert look_into(path).modified.year in (1969, 1970)


def test_that_what_is_in_a_file_is_told_as_a_tree(tmp_path):
    net = tutorial_net()
    save_model(net, tmp_path / "net.pkl")
    [network] = look_into(tmp_path / "net.pkl").tree
    assert network.name == "Sequential"
    assert [layer.name for layer in network.below] == ["0", "1", "2"]
    assert network.below[1].text == "Tanh()"
    assert [(p.name, p.text) for p in network.below[0].below] == [
        ("weight", "float32 10 × 1"),
        ("bias", "float32 10"),
    ]
    save_parameters(net, tmp_path / "p.pkl")
    names = [branch.name for branch in look_into(tmp_path / "p.pkl").tree]
    assert names == ["0.weight", "0.bias", "2.weight", "2.bias"]
