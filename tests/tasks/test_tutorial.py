"""The two tasks are the tutorial's, bit for bit: its scripts stand here as it writes them."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from nngui.cli import main
from tests.core.helpers import FOREVER, TASKS, run_scripts, trainer_of

REGRESSION = """\
import torch
torch.manual_seed(1)
import torch.nn.functional as F

x = torch.unsqueeze(torch.linspace(-1, 1, 100), dim=1)
y = x.pow(2) + 0.2*torch.rand(x.size())


class Net(torch.nn.Module):
    def __init__(self, n_feature, n_hidden, n_output):
        super(Net, self).__init__()
        self.hidden = torch.nn.Linear(n_feature, n_hidden)
        self.predict = torch.nn.Linear(n_hidden, n_output)

    def forward(self, x):
        x = F.relu(self.hidden(x))
        x = self.predict(x)
        return x


net = Net(n_feature=1, n_hidden=10, n_output=1)
optimizer = torch.optim.SGD(net.parameters(), lr=0.2)
loss_func = torch.nn.MSELoss()

for t in range(100):
    prediction = net(x)
    loss = loss_func(prediction, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(t + 1, repr(loss.item()))
"""

CLASSIFICATION = """\
import torch
torch.manual_seed(1)
import torch.nn.functional as F

n_data = torch.ones(100, 2)
x0 = torch.normal(2*n_data, 1)
y0 = torch.zeros(100)
x1 = torch.normal(-2*n_data, 1)
y1 = torch.ones(100)
x = torch.cat((x0, x1), 0).type(torch.FloatTensor)
y = torch.cat((y0, y1), ).type(torch.LongTensor)


class Net(torch.nn.Module):
    def __init__(self, n_feature, n_hidden, n_output):
        super(Net, self).__init__()
        self.hidden = torch.nn.Linear(n_feature, n_hidden)
        self.out = torch.nn.Linear(n_hidden, n_output)

    def forward(self, x):
        x = F.relu(self.hidden(x))
        x = self.out(x)
        return x


net = Net(n_feature=2, n_hidden=10, n_output=2)
optimizer = torch.optim.SGD(net.parameters(), lr=0.02)
loss_func = torch.nn.CrossEntropyLoss()

for t in range(100):
    out = net(x)
    loss = loss_func(out, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    prediction = torch.max(out, 1)[1]
    pred_y = prediction.data.numpy()
    target_y = y.data.numpy()
    accuracy = float((pred_y == target_y).astype(int).sum()) / float(target_y.size)
    print(t + 1, repr(loss.item()), repr(accuracy))
"""


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory):
    """The rows that the tutorial's own scripts print: step, loss, and for classes accuracy."""
    texts = run_scripts([REGRESSION, CLASSIFICATION], tmp_path_factory.mktemp("tutorial"))
    rows = [[[float(word) for word in line.split()] for line in t.splitlines()] for t in texts]
    return dict(zip(("regression", "classification"), rows, strict=True))


@pytest.mark.parametrize(
    ("name", "header"),
    [("regression", ["step", "loss"]), ("classification", ["step", "loss", "accuracy"])],
)
def test_that_the_history_holds_the_numbers_of_the_tutorial(
    name, header, tutorial, tmp_path, capsys
):
    file = tmp_path / "h.csv"
    assert main(["train", name, "--seed", "1", "--history", str(file)]) == 0
    with file.open(newline="", encoding="utf-8") as lines:
        first, *rows = csv.reader(lines)
    assert first == header
    assert len(rows) == 100
    assert [[float(cell) for cell in row] for row in rows] == tutorial[name]
    summary = json.loads(capsys.readouterr().out)
    assert [summary["steps"], *(summary[column] for column in header[1:])] == tutorial[name][-1]


@pytest.mark.parametrize("name", ["regression", "classification"])
def test_that_the_default_seed_is_the_one_of_the_promise(name, tutorial):
    rows = trainer_of(name).advance(FOREVER)
    assert rows.tolist() == [row[1:] for row in tutorial[name]]


# --- The network is the tutorial's ----------------------------------------------------------------


class RegressionNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = torch.nn.Linear(1, 10)
        self.predict = torch.nn.Linear(10, 1)

    def forward(self, x):
        return self.predict(F.relu(self.hidden(x)))


class ClassificationNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = torch.nn.Linear(2, 10)
        self.out = torch.nn.Linear(10, 2)

    def forward(self, x):
        return self.out(F.relu(self.hidden(x)))


@pytest.mark.parametrize(
    ("name", "net"), [("regression", RegressionNet()), ("classification", ClassificationNet())]
)
def test_that_the_trained_parameters_fit_the_net_of_the_tutorial(name, net):
    trainer = trainer_of(name)
    trainer.advance(FOREVER)
    trained = trainer.variants[0].net
    assert str(net.load_state_dict(trained.state_dict())) == "<All keys matched successfully>"
    x = trainer.state.train_data[0]
    with torch.no_grad():
        assert torch.equal(net(x), trained(x))


def test_that_the_tasks_stand_in_the_order_of_the_tutorial():
    assert list(TASKS)[:2] == ["regression", "classification"]
    assert [task.order for task in TASKS.values()] == sorted(t.order for t in TASKS.values())
    assert (TASKS["regression"].redraw_every, TASKS["classification"].redraw_every) == (5, 2)


# --- The other data -------------------------------------------------------------------------------

CURVES = {
    "square": lambda x: x**2,
    "sine": lambda x: np.sin(np.pi * x),
    "cubic": lambda x: x**3,
    "step": lambda x: (x > 0).astype(float),
    "abs": np.abs,
    "x_sin_x": lambda x: x * np.sin(5 * x),
}


@pytest.mark.parametrize("kind", CURVES)
def test_that_points_lie_on_their_curve_and_stray_as_far_as_the_noise(kind):
    settings = {"data.kind": kind, "data.points": 4001, "data.low": -2, "data.high": 1.5}
    exact = trainer_of("regression", {**settings, "data.noise": 0}).view()
    x, y = exact.x[:, 0].astype(float), exact.y.astype(float)
    assert (x[0], x[-1]) == (-2, 1.5)
    assert np.ptp(np.diff(x)) < 1e-5
    assert y == pytest.approx(CURVES[kind](x), abs=1e-5)

    uniform = trainer_of("regression", {**settings, "data.noise": 0.3}).view().y - exact.y
    assert 0 <= uniform.min() < 0.001
    assert 0.299 < uniform.max() <= 0.3001
    normal = {**settings, "data.noise": 0.3, "data.noise_kind": "normal"}
    strays = trainer_of("regression", normal).view().y - exact.y
    assert strays.mean() == pytest.approx(0, abs=0.02)
    assert strays.std() == pytest.approx(0.3, rel=0.05)


def test_that_the_parabola_has_the_steepness_and_height_asked_for():
    view = trainer_of("regression", {"data.a": -2, "data.b": 3, "data.noise": 0}).view()
    assert view.y == pytest.approx(3 - 2 * view.x[:, 0] ** 2, abs=1e-6)


@pytest.mark.parametrize("kind", ["clouds", "blobs", "moons", "circles", "spirals", "xor"])
@pytest.mark.parametrize("points", [20, 500])
def test_that_each_class_has_its_points_within_sight(kind, points):
    classes = 5 if kind == "blobs" else 2
    settings = {"data.kind": kind, "data.points": points, "data.classes": 5}
    view = trainer_of("classification", settings).view()
    assert view.x.shape == (points * classes, 2)
    assert np.abs(view.x).max() < 10
    counts = np.bincount(view.y)
    if kind == "xor":  # a class is where a point falls
        assert counts.min() > points * 0.5
    else:
        assert counts.tolist() == [points] * classes
    assert view.classes == tuple(str(i) for i in range(classes))


@pytest.mark.parametrize("kind", ["blobs", "moons", "circles", "spirals"])
def test_that_without_noise_every_point_is_where_its_shape_is(kind):
    settings = {"data.kind": kind, "data.noise": 0, "data.points": 200}
    view = trainer_of("classification", settings).view()
    radius = np.hypot(*view.x.T)
    if kind == "blobs":
        assert len(np.unique(view.x.round(4), axis=0)) == 3
        assert radius == pytest.approx(np.full(600, 4.0), abs=1e-4)
    elif kind == "circles":
        assert radius[view.y == 0] == pytest.approx(np.full(200, 4.0), abs=1e-4)
        assert radius[view.y == 1] == pytest.approx(np.full(200, 1.8), abs=1e-4)
    elif kind == "spirals":
        assert radius.max() <= 4.5
        turned = (np.arctan2(*view.x.T[::-1]) - 3 * np.pi * radius / 4.5) / np.pi - view.y
        assert np.cos(np.pi * turned) == pytest.approx(np.ones(400), abs=1e-3)
    else:
        centres = np.where(view.y[:, None] == 0, [[-1.5, -0.75]], [[1.5, 0.75]])
        assert np.hypot(*(view.x - centres).T) == pytest.approx(np.full(400, 3.0), abs=1e-4)
        assert ((view.x - centres)[:, 1] >= -1e-6).tolist() == (view.y == 0).tolist()


def test_that_any_two_columns_of_the_wines_can_be_looked_at():
    settings = {"data.kind": "wine", "data.horizontal": "hue", "data.vertical": "proline"}
    view = trainer_of("classification", settings).view()
    assert view.features == ("hue", "proline")
    assert view.x.shape == (178, 2)
    assert view.x[0].tolist() == pytest.approx([1.04, 1065])
    assert np.bincount(view.y).tolist() == [59, 71, 48]
    assert len(view.classes) == 3


def test_that_iris_is_seen_by_its_petals():
    view = trainer_of("classification", {"data.kind": "iris"}).view()
    assert view.features == ("petal length (cm)", "petal width (cm)")
    assert view.x[0].tolist() == pytest.approx([1.4, 0.2])
    assert view.classes == ("setosa", "versicolor", "virginica")
    assert np.bincount(view.y).tolist() == [50, 50, 50]


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("regression", {"data.kind": "diabetes"}),
        ("classification", {"data.kind": "iris"}),
        ("classification", {"data.kind": "wine"}),
    ],
)
def test_that_the_network_sees_real_data_standardised(name, settings):
    trainer = trainer_of(name, settings)
    x, y = trainer.state.train_data
    for column in (*x.T, *([y[:, 0]] if name == "regression" else [])):
        assert column.mean().item() == pytest.approx(0, abs=1e-5)
        assert column.std().item() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("seed", [0, 2, 12345])
@pytest.mark.parametrize("name", ["regression", "classification"])
def test_that_another_seed_is_another_run_and_the_same_seed_the_same(name, seed):
    losses = trainer_of(name, {"seed": seed, "schedule.steps": 5}).advance(FOREVER)
    again = trainer_of(name, {"seed": seed, "schedule.steps": 5}).advance(FOREVER)
    assert np.array_equal(losses, again)
    assert not np.array_equal(losses, trainer_of(name, {"schedule.steps": 5}).advance(FOREVER))
