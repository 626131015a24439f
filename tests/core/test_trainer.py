"""A run trains as hand-written torch does, and measures what it says."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nngui.core.errors import DataError, DeviceError
from nngui.core.trainer import Trainer
from tests.core.helpers import (
    CORNERS,
    CURVE,
    FOREVER,
    TASKS,
    loader_batches,
    losses_of,
    rows_of,
    spec_of,
    trainer_of,
)


def mlp(inputs, hidden, outputs):
    return torch.nn.Sequential(
        torch.nn.Linear(inputs, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, outputs)
    )


def accuracy(out, y):
    return float((torch.max(out, 1)[1] == y).sum()) / len(y)


# --- Validation -----------------------------------------------------------------------------------


def test_that_points_held_out_are_not_trained_on_but_measured():
    rows = rows_of("classification", {"schedule.validation": 0.25, "schedule.steps": 30})

    torch.manual_seed(1)
    ones = torch.ones(100, 2)
    x = torch.cat((torch.normal(2 * ones, 1), torch.normal(-2 * ones, 1)))
    y = torch.cat((torch.zeros(100), torch.ones(100))).long()
    order = torch.randperm(200)
    held, kept = order[:50], order[50:]
    net = mlp(2, 10, 2)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.02)
    loss_func = torch.nn.CrossEntropyLoss()
    expected = []
    for _ in range(30):
        out = net(x[kept])
        loss = loss_func(out, y[kept])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            held_out = net(x[held])
            val_loss = loss_func(held_out, y[held]).item()
        expected.append(
            [loss.item(), accuracy(out, y[kept]), val_loss, accuracy(held_out, y[held])]
        )
    assert rows.tolist() == expected


def test_that_validation_sees_the_whole_network_without_dropout_and_takes_no_draw():
    settings = {"network.dropout": 0.5, "schedule.validation": 0.3, "schedule.steps": 20}
    with_measuring = rows_of("regression", settings)

    torch.manual_seed(1)
    x = torch.unsqueeze(torch.linspace(-1, 1, 100), dim=1)
    y = x.pow(2) + 0.2 * torch.rand(x.size())
    order = torch.randperm(100)
    held, kept = order[:30], order[30:]
    net = mlp(1, 10, 1)
    net.insert(2, torch.nn.Dropout(0.5))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.2)
    loss_func = torch.nn.MSELoss()
    for row in with_measuring:
        loss = loss_func(net(x[kept]), y[kept])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        net.eval()
        assert row.tolist() == [loss.item(), loss_func(net(x[held]), y[held]).item()]
        net.train()


def test_that_with_batches_the_points_held_out_are_measured_where_an_epoch_ends():
    trainer = trainer_of(
        "regression",
        {"schedule.validation": 0.2, "schedule.batch_size": 30, "schedule.steps": 10},
    )
    rows = trainer.advance(FOREVER)
    assert trainer.columns == ["loss", "val_loss"]
    measured = np.flatnonzero(~np.isnan(rows[:, 1]))
    assert measured.tolist() == [2, 5, 8]  # 80 points in batches of 30, 30 and 20
    assert np.isfinite(rows[:, 0]).all()


@pytest.mark.parametrize(
    ("name", "validation", "columns"),
    [
        ("regression", 0.0, ["loss"]),
        ("regression", 0.5, ["loss", "val_loss"]),
        ("classification", 0.0, ["loss", "accuracy"]),
        ("classification", 0.5, ["loss", "accuracy", "val_loss", "val_accuracy"]),
    ],
)
def test_that_the_columns_name_what_is_measured(name, validation, columns):
    trainer = trainer_of(name, {"schedule.validation": validation, "schedule.steps": 3})
    assert trainer.columns == columns
    assert trainer.advance(FOREVER).shape == (3, len(columns))


# --- Steps and epochs -----------------------------------------------------------------------------


def test_that_a_budget_of_nothing_is_a_step():
    trainer = trainer_of("regression")
    assert trainer.advance(0.0).shape == (1, 1)
    assert trainer.step_count == 1


def test_that_nothing_happens_after_the_end():
    trainer = trainer_of("regression", {"schedule.steps": 3})
    assert trainer.advance(FOREVER).shape == (3, 1)
    assert trainer.advance(FOREVER).shape == (0, 1)
    assert trainer.step_count == 3


@pytest.mark.parametrize(
    ("batch_size", "epochs", "steps"), [(0, 7, 7), (30, 3, 12), (100, 2, 2), (50, 1, 2)]
)
def test_that_a_run_of_epochs_knows_its_steps_from_the_first_to_the_last(batch_size, epochs, steps):
    trainer = trainer_of(
        "regression", {"schedule.epochs": epochs, "schedule.batch_size": batch_size}
    )
    totals = {trainer.state.total_steps}
    while trainer.ending is None:
        trainer.advance(0.0)
        totals.add(trainer.state.total_steps)
    assert totals == {steps}
    assert trainer.step_count == steps
    assert trainer.batches.epoch == epochs


def test_that_a_batch_as_large_as_the_data_is_all_of_them_shuffled():
    losses = losses_of("regression", {"schedule.batch_size": 100, "schedule.steps": 10})
    torch.manual_seed(1)
    x = torch.unsqueeze(torch.linspace(-1, 1, 100), dim=1)
    y = x.pow(2) + 0.2 * torch.rand(x.size())
    net = mlp(1, 10, 1)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.2)
    for step in range(10):
        [(batch_x, batch_y)] = loader_batches(x, y, 100)
        loss = torch.nn.MSELoss()(net(batch_x), batch_y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        assert losses[step] == loss.item()


# --- What the views see ---------------------------------------------------------------------------


def test_that_predictions_are_in_the_units_of_the_data():
    trainer = trainer_of(
        "regression", {"data.kind": "diabetes", "schedule.steps": 200, "optimizer.lr": 0.05}
    )
    trainer.advance(FOREVER)
    view = trainer.view()
    assert view.features == ("body-mass index",)
    assert view.target == "disease progression"
    [predicted] = trainer.predict(view.x)
    assert predicted.shape == (442, 1)
    spread, missed = np.var(view.y), np.mean((predicted[:, 0] - view.y) ** 2)
    assert 0.5 < missed / spread < 0.75  # a linear fit explains a third of it
    slope = np.polyfit(view.x[:, 0], predicted[:, 0], 1)[0]
    assert slope == pytest.approx(np.polyfit(view.x[:, 0], view.y, 1)[0], rel=0.15)


def test_that_predictions_for_classes_are_probabilities():
    trainer = trainer_of("classification", {"data.kind": "iris", "schedule.steps": 300})
    accuracies = trainer.advance(FOREVER)[:, 1]
    view = trainer.view()
    [predicted] = trainer.predict(view.x)
    assert predicted.shape == (150, 3)
    assert predicted.min() >= 0
    assert predicted.sum(1) == pytest.approx(np.ones(150), abs=1e-6)
    assert np.mean(predicted.argmax(1) == view.y) == pytest.approx(accuracies[-1], abs=0.02)
    assert view.classes == ("setosa", "versicolor", "virginica")


def test_that_points_by_hand_are_seen_as_they_were_placed():
    trainer = trainer_of("regression", {"data.kind": "hand", "data.placed": CURVE})
    view = trainer.view()
    assert np.column_stack((view.x, view.y)) == pytest.approx(np.array(CURVE))
    trainer = trainer_of("classification", {"data.kind": "hand", "data.placed": CORNERS})
    view = trainer.view()
    assert np.column_stack((view.x, view.y)) == pytest.approx(np.array(CORNERS))
    assert view.classes == ("0", "1", "2")


def test_that_a_run_learns_what_it_is_shown():
    assert losses_of("regression")[-1] < 0.02
    assert rows_of("classification")[-1, 1] > 0.95


# --- Devices and data that cannot be had ----------------------------------------------------------


def test_that_a_device_that_is_not_there_is_refused_in_a_sentence():
    missing = "mps" if not torch.backends.mps.is_available() else "cuda"
    with pytest.raises(DeviceError, match=rf"no device {missing} on this machine.*auto, cpu"):
        Trainer(TASKS["regression"], spec_of("regression"), missing)


def test_that_small_work_stays_on_the_processor():
    assert str(Trainer(TASKS["regression"], spec_of("regression"), "auto").state.device) == "cpu"


@pytest.mark.parametrize(
    ("name", "settings", "sentence"),
    [
        ("regression", {"data.kind": "hand"}, "no points"),
        ("classification", {"data.kind": "hand"}, "no points"),
        (
            "classification",
            {"data.kind": "hand", "data.placed": [[1, 1, 0], [2, 2, 0]]},
            "class, 0",
        ),
        ("regression", {"data.kind": "hand", "data.placed": [[1, 1], [1, 2]]}, "the same x"),
        ("regression", {"data.kind": "hand", "data.placed": [[1e300, 1], [1, 2]]}, "not finite"),
        ("regression", {"data.points": 2, "schedule.validation": 0.5}, "2 points are too few"),
        ("regression", {"data.low": 1, "data.high": 1 + 1e-12}, "All 100 points have the same x"),
    ],
)
def test_that_data_that_teach_nothing_are_refused(name, settings, sentence):
    with pytest.raises(DataError, match=sentence):
        trainer_of(name, settings)
