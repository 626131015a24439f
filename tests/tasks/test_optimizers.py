"""The optimizer race is the tutorial's, bit for bit: its script stands here as it writes it."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import torch

from nngui.cli import main
from nngui.core.errors import SettingError
from nngui.core.script import script
from nngui.core.spec.toml import to_toml, with_settings
from nngui.core.spec.toml_text import read_toml
from tests.core.helpers import FOREVER, TASKS, rows_of, run_scripts, spec_of, trainer_of

TUTORIAL = """\
import torch
torch.manual_seed(1)
import torch.utils.data as Data
import torch.nn.functional as F

LR = 0.01
BATCH_SIZE = 32
EPOCH = 12

x = torch.unsqueeze(torch.linspace(-1, 1, 1000), dim=1)
y = x.pow(2) + 0.1*torch.normal(torch.zeros(*x.size()))

torch_dataset = Data.TensorDataset(x, y)
loader = Data.DataLoader(dataset=torch_dataset, batch_size=BATCH_SIZE, shuffle=True)


class Net(torch.nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.hidden = torch.nn.Linear(1, 20)
        self.predict = torch.nn.Linear(20, 1)

    def forward(self, x):
        x = F.relu(self.hidden(x))
        x = self.predict(x)
        return x


net_SGD = Net()
net_Momentum = Net()
net_RMSprop = Net()
net_Adam = Net()
nets = [net_SGD, net_Momentum, net_RMSprop, net_Adam]

opt_SGD = torch.optim.SGD(net_SGD.parameters(), lr=LR)
opt_Momentum = torch.optim.SGD(net_Momentum.parameters(), lr=LR, momentum=0.8)
opt_RMSprop = torch.optim.RMSprop(net_RMSprop.parameters(), lr=LR, alpha=0.9)
opt_Adam = torch.optim.Adam(net_Adam.parameters(), lr=LR, betas=(0.9, 0.99))
optimizers = [opt_SGD, opt_Momentum, opt_RMSprop, opt_Adam]

loss_func = torch.nn.MSELoss()
losses_his = [[], [], [], []]

for epoch in range(EPOCH):
    for step, (b_x, b_y) in enumerate(loader):
        for net, opt, l_his in zip(nets, optimizers, losses_his):
            output = net(b_x)
            loss = loss_func(output, b_y)
            opt.zero_grad()
            loss.backward()
            opt.step()
            l_his.append(loss.data.numpy())

for values in zip(*losses_his):
    print(*(repr(value.item()) for value in values))
"""
AS_TUTORIAL = {
    "race.fair_start": False,
    "race.optimizers": ["sgd", "momentum", "rmsprop", "adam"],
}
ALL = list(TASKS["optimizers"].spec.racers.__class__.model_fields)
SHORT = {"schedule.epochs": 0, "schedule.steps": 40}
SETTINGS = {
    "all": {"race.optimizers": ALL, **SHORT},
    "all, each from its own weights": {
        "race.optimizers": ALL,
        "race.fair_start": False,
        "data.kind": "x_sin_x",
        "network.hidden": [8, 6],
        "schedule.validation": 0.2,
        **SHORT,
    },
    "rates": {"racers.sgd.lr": 0.3, "racers.adam.beta2": 0.9, "racers.adam.weight_decay": 0.1},
    "one": {"race.optimizers": ["adam"], **SHORT},
    "penalties and limits of their own": {
        "race.optimizers": ["sgd", "momentum", "adam"],
        "racers.sgd.l1": 0.01,
        "racers.momentum.clip": "norm",
        "racers.momentum.clip_at": 0.05,
        "racers.adam.clip": "value",
        **SHORT,
    },
    "the same penalty and limit": {
        "race.optimizers": ["sgd", "adam"],
        **{f"racers.{name}.l1": 0.01 for name in ("sgd", "adam")},
        **{f"racers.{name}.clip": "value" for name in ("sgd", "adam")},
        **SHORT,
    },
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What the tutorial's script prints, and the exported ones: floats, a row per step."""
    exported = [script(TASKS["optimizers"], spec_of("optimizers", s)) for s in SETTINGS.values()]
    texts = run_scripts([TUTORIAL, *exported], tmp_path_factory.mktemp("race"))
    rows = [[[float(word) for word in line.split()] for line in t.splitlines()] for t in texts]
    return dict(zip(("tutorial", *SETTINGS), rows, strict=True))


def test_that_the_history_holds_the_numbers_of_the_tutorial(printed, tmp_path, capsys):
    file = tmp_path / "h.csv"
    settings = ["race.fair_start=false", "race.optimizers=[sgd,momentum,rmsprop,adam]"]
    sets = [word for setting in settings for word in ("--set", setting)]
    assert main(["train", "optimizers", "--seed", "1", *sets, "--history", str(file)]) == 0
    with file.open(newline="", encoding="utf-8") as lines:
        header, *rows = csv.reader(lines)
    assert header == ["step", "sgd", "momentum", "rmsprop", "adam"]
    assert [int(row[0]) for row in rows] == list(range(1, 385))  # 12 epochs of 32 batches
    assert [[float(cell) for cell in row[1:]] for row in rows] == printed["tutorial"]
    summary = json.loads(capsys.readouterr().out)
    assert [summary[name] for name in header[1:]] == printed["tutorial"][-1]
    assert summary["best"] == min(header[1:], key=summary.get)


@pytest.mark.parametrize("name", SETTINGS)
def test_that_the_exported_script_prints_the_same_losses(name, printed):
    trainer = trainer_of("optimizers", SETTINGS[name])
    rows = trainer.advance(FOREVER)
    assert rows[:, : len(trainer.variants)].tolist() == printed[name]


def test_that_a_fair_start_is_the_first_networks_and_batches_stay_the_same():
    fair, own = (
        trainer_of("optimizers", {"race.fair_start": fair, **SHORT}) for fair in (True, False)
    )
    for trainer, alike in ((fair, True), (own, False)):
        first, *others = [variant.net.hidden.weight for variant in trainer.variants]
        assert all(torch.equal(first, other) is alike for other in others)
    assert torch.equal(fair.variants[0].net.hidden.weight, own.variants[0].net.hidden.weight)
    assert fair.advance(FOREVER)[:, 0].tolist() == own.advance(FOREVER)[:, 0].tolist()


def test_that_a_racer_runs_the_same_race_whoever_runs_beside_it():
    rows = [
        rows_of("optimizers", {"race.optimizers": ["adam", *others], **SHORT})
        for others in (["sgd", "radam"], ["momentum", "adamax"])
    ]
    assert np.array_equal(rows[0][:, 0], rows[1][:, 0])


def test_that_a_racer_that_diverges_drops_out_and_the_others_go_on():
    trainer = trainer_of("optimizers", {"racers.momentum.lr": 1000})
    rows = trainer.advance(FOREVER)
    columns = dict(zip(trainer.columns, rows.T, strict=True))
    assert np.isnan(columns["momentum"][-1])
    assert np.isfinite(columns["adam"]).all()
    assert str(trainer.ending) == "All 12 epochs done."


def test_that_the_best_networks_file_is_saved(tmp_path, capsys):
    file = tmp_path / "net.pkl"
    sets = ["--set", "schedule.epochs=2", "--set", "race.optimizers=[sgd,adam]"]
    assert main(["train", "optimizers", *sets, "--save-params", str(file)]) == 0
    summary = json.loads(capsys.readouterr().out)
    trainer = trainer_of("optimizers", {"schedule.epochs": 2, "race.optimizers": ["sgd", "adam"]})
    trainer.advance(FOREVER)
    best = trainer.variants[trainer.columns.index(summary["best"])].net.state_dict()
    saved = torch.load(file, weights_only=True)
    assert all(torch.equal(saved[name], tensor) for name, tensor in best.items())


def test_that_a_race_pauses_and_resumes_with_the_same_losses():
    settings = {"race.optimizers": ALL, **SHORT}
    whole = rows_of("optimizers", settings)
    first, second = trainer_of("optimizers", settings), trainer_of("optimizers", settings)
    first.advance(FOREVER, 17)
    second.restore(first.capture())
    assert np.array_equal(second.advance(FOREVER), whole[17:])


def test_that_the_settings_survive_toml():
    spec = spec_of("optimizers", {**AS_TUTORIAL, "racers.adam.beta1": 0.5})
    read = read_toml(to_toml("optimizers", spec))
    assert read.pop("task") == "optimizers"
    assert with_settings(TASKS["optimizers"].spec, read) == spec


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("race.optimizers", [], "race.optimizers is empty: a race needs a racer."),
        ("race.optimizers", ["sgd", "sgd"], "race.optimizers names sgd more than once."),
        ("race.optimizers", ["sgd", "sdg"], "race.optimizers[1] is sdg, but must be one of: sgd,"),
        ("race.optimizers", "sgd", "race.optimizers is sgd, but must be a list, such as [sgd, mo"),
        ("race.fair_start", 3, "race.fair_start is 3, but must be true or false."),
        ("racers.sgd.lr", 0, "racers.sgd.lr is 0, but must be a number above 0, at most 1000."),
        ("racers.sgd.name", "adam", "racers.sgd.name is adam, but a racer's rule cannot be ch"),
        ("racers.sdg.lr", 1, "There is no setting racers.sdg.lr. Did you mean racers.sgd.lr?"),
        ("optimizer.lr", 0.5, "optimizer.* has no meaning in a race: each racer has its own"),
    ],
)
def test_that_settings_without_sense_are_refused_in_words(key, value, sentence):
    with pytest.raises(SettingError) as caught:
        spec_of("optimizers", {key: value})
    assert str(caught.value).startswith(sentence)
