"""What can change in mid-run does, without a restart; what cannot says so."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader, TensorDataset

from nngui.core.errors import DataError
from nngui.core.spec.keys import field_info, flat, restart_keys
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.core.training.losses import balanced_weights
from nngui.files.tables.training_data import settings_for_table
from tests.core.helpers import (
    CORNERS,
    CURVE,
    FOREVER,
    TASKS,
    losses_of,
    rows_of,
    spec_of,
    trainer_of,
)

BEFORE = 20
AFTER = 20


def change(trainer, settings):
    trainer.change(with_settings(trainer.spec, settings))


class ByHand:
    """The regression with its defaults, in plain torch."""

    def __init__(self, optimizer, **options):
        torch.manual_seed(1)
        self.x = torch.unsqueeze(torch.linspace(-1, 1, 100), dim=1)
        self.y = self.x.pow(2) + 0.2 * torch.rand(self.x.size())
        self.net = torch.nn.Sequential(
            torch.nn.Linear(1, 10), torch.nn.ReLU(), torch.nn.Linear(10, 1)
        )
        self.optimizer = optimizer(self.net.parameters(), **options)
        self.losses = []

    def step(self, x=None, y=None):
        x, y = (self.x, self.y) if x is None else (x, y)
        loss = torch.nn.MSELoss()(self.net(x), y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.losses.append(loss.item())

    def order(self):
        """The next pass of a DataLoader: in which order it takes the points."""
        loader = DataLoader(TensorDataset(torch.arange(100)), batch_size=100, shuffle=True)
        [[order]] = loader
        return order


# --- The optimizer and the schedule ---------------------------------------------------------------

LIVE_OPTIONS = {
    "lr": ("sgd", torch.optim.SGD, {}, {"optimizer.lr": 0.01}, {"lr": 0.01}),
    "momentum": (
        "momentum",
        torch.optim.SGD,
        {"momentum": 0.8},
        {"optimizer.momentum": 0.1},
        {"momentum": 0.1},
    ),
    "alpha": (
        "rmsprop",
        torch.optim.RMSprop,
        {"alpha": 0.9},
        {"optimizer.alpha": 0.5},
        {"alpha": 0.5},
    ),
    "betas": (
        "adam",
        torch.optim.Adam,
        {"betas": (0.9, 0.99)},
        {"optimizer.beta1": 0.2, "optimizer.beta2": 0.7},
        {"betas": (0.2, 0.7)},
    ),
    "weight decay of SGD": (
        "sgd",
        torch.optim.SGD,
        {},
        {"optimizer.weight_decay": 0.3},
        {"weight_decay": 0.3},
    ),
    "weight decay of AdaGrad": (
        "adagrad",
        torch.optim.Adagrad,
        {},
        {"optimizer.weight_decay": 0.3},
        {"weight_decay": 0.3},
    ),
    "weight decay of AdamW": (
        "adamw",
        torch.optim.AdamW,
        {"betas": (0.9, 0.99), "weight_decay": 0.0},
        {"optimizer.weight_decay": 0.3},
        {"weight_decay": 0.3},
    ),
}


@pytest.mark.parametrize("what", LIVE_OPTIONS)
def test_that_an_option_of_the_optimizer_changes_in_mid_run(what):
    name, optimizer, options, changes, new_options = LIVE_OPTIONS[what]
    hand = ByHand(optimizer, lr=0.05, **options)
    for _ in range(BEFORE):
        hand.step()
    hand.optimizer.param_groups[0].update(new_options)
    for _ in range(AFTER):
        hand.step()

    trainer = trainer_of("regression", {"optimizer.name": name, "optimizer.lr": 0.05})
    losses = trainer.advance(FOREVER, BEFORE)[:, 0].tolist()
    change(trainer, changes)
    losses += trainer.advance(FOREVER, AFTER)[:, 0].tolist()
    assert losses == hand.losses
    unchanged = losses_of("regression", {"optimizer.name": name, "optimizer.lr": 0.05})
    assert losses != unchanged[: BEFORE + AFTER]


def test_that_switching_weight_decay_off_again_leaves_none():
    trainer = trainer_of("regression", {"optimizer.weight_decay": 5})
    change(trainer, {"optimizer.weight_decay": 0})
    assert trainer.advance(FOREVER)[:, 0].tolist() == losses_of("regression")


def test_that_a_new_batch_size_goes_on_in_the_same_epoch():
    hand = ByHand(torch.optim.SGD, lr=0.2)
    order = hand.order()
    parts = [order[:30], order[30:60], order[60:76], order[76:92], order[92:]]
    order = hand.order()
    parts += [order[:16], order[16:32]]
    for part in parts:
        hand.step(hand.x[part], hand.y[part])

    trainer = trainer_of("regression", {"schedule.batch_size": 30})
    losses = trainer.advance(FOREVER, 2)[:, 0].tolist()
    change(trainer, {"schedule.batch_size": 16})
    losses += trainer.advance(FOREVER, 5)[:, 0].tolist()
    assert losses == hand.losses


def test_that_one_can_turn_to_batches_and_back_to_all_at_once():
    hand = ByHand(torch.optim.SGD, lr=0.2)
    hand.step()
    order = hand.order()
    for part in (order[:40], order[40:80]):
        hand.step(hand.x[part], hand.y[part])
    hand.step()
    order = hand.order()
    hand.step(hand.x[order[:40]], hand.y[order[:40]])

    trainer = trainer_of("regression")
    losses = []
    for size, steps in [(0, 1), (40, 2), (0, 1), (40, 1)]:
        change(trainer, {"schedule.batch_size": size})
        losses += trainer.advance(FOREVER, steps)[:, 0].tolist()
    assert losses == hand.losses


def test_that_more_steps_after_the_end_go_on():
    trainer = trainer_of("regression", {"schedule.steps": 40})
    losses = trainer.advance(FOREVER)[:, 0].tolist()
    assert trainer.ending is not None
    change(trainer, {"schedule.steps": 100})
    assert trainer.ending is None
    losses += trainer.advance(FOREVER)[:, 0].tolist()
    assert losses == losses_of("regression")
    assert str(trainer.ending) == "All 100 steps done."


def test_that_fewer_steps_than_done_end_the_run_at_once():
    trainer = trainer_of("regression")
    trainer.advance(FOREVER, 30)
    change(trainer, {"schedule.steps": 10})
    assert trainer.ending.kind == "steps"
    assert len(trainer.advance(FOREVER)) == 0
    assert trainer.step_count == 30


def test_that_more_epochs_after_the_end_go_on():
    settings = {"schedule.batch_size": 30, "schedule.epochs": 2}
    trainer = trainer_of("regression", settings)
    losses = trainer.advance(FOREVER)[:, 0].tolist()
    change(trainer, {"schedule.epochs": 5})
    assert trainer.state.total_steps == 20
    losses += trainer.advance(FOREVER)[:, 0].tolist()
    assert losses == losses_of("regression", {**settings, "schedule.epochs": 5})


def test_that_a_target_set_in_mid_run_ends_it():
    trainer = trainer_of("regression")
    trainer.advance(FOREVER, 10)
    change(trainer, {"schedule.target_loss": 1000})
    trainer.advance(FOREVER)
    assert str(trainer.ending) == "Target loss 1000.0 reached at step 11."


def test_that_the_state_after_changes_fits_a_run_of_the_changed_settings():
    trainer = trainer_of("classification", {"optimizer.name": "adam", "schedule.batch_size": 30})
    trainer.advance(FOREVER, 9)
    change(trainer, {"optimizer.lr": 0.1, "schedule.batch_size": 16, "schedule.steps": 60})
    trainer.advance(FOREVER, 9)
    other = trainer_of("classification", flat(trainer.spec))
    other.restore(trainer.capture())
    assert np.array_equal(other.advance(FOREVER), trainer.advance(FOREVER))


# --- Points placed by hand ------------------------------------------------------------------------


def hand_settings(points=CURVE, **more):
    return {"data.kind": "hand", "data.placed": points, "optimizer.lr": 0.02, **more}


def test_that_points_placed_in_mid_run_join_the_training():
    more = (*CURVE, (-2.0, 4.0))
    torch.manual_seed(1)
    net = torch.nn.Sequential(torch.nn.Linear(1, 10), torch.nn.ReLU(), torch.nn.Linear(10, 1))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.02)
    expected = []
    for points in [CURVE] * 5 + [more] * 5:
        x, y = torch.tensor(points)[:, :1], torch.tensor(points)[:, 1:]
        loss = torch.nn.MSELoss()(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        expected.append(loss.item())

    trainer = trainer_of("regression", hand_settings())
    losses = trainer.advance(FOREVER, 5)[:, 0].tolist()
    change(trainer, {"data.placed": more})
    losses += trainer.advance(FOREVER, 5)[:, 0].tolist()
    assert losses == expected
    assert np.column_stack((trainer.view().x, trainer.view().y)) == pytest.approx(np.array(more))


@pytest.mark.parametrize("batch_size", [0, 3])
@pytest.mark.parametrize(
    ("name", "points", "refused", "sentence"),
    [
        ("regression", CURVE, (), "no points"),
        ("regression", CURVE, ((1.0, 1.0), (1.0, 2.0), (1.0, 3.0)), "the same x"),
        ("regression", CURVE, CURVE[:2], "too few"),
        ("classification", CORNERS, (), "no points"),
        ("classification", CORNERS, CORNERS[:2], "one class"),
        ("classification", CORNERS, (*CORNERS, (1.0, 1.0, 7)), "class 7"),
        ("classification", CORNERS, (*CORNERS, (1e300, 1.0, 1)), "not finite"),
    ],
)
def test_that_points_that_teach_nothing_are_refused_and_the_run_stays_as_it_was(
    name, points, refused, sentence, batch_size
):
    settings = hand_settings(
        points, **{"schedule.validation": 0.2, "schedule.batch_size": batch_size}
    )
    trainer = trainer_of(name, settings)
    rows = trainer.advance(FOREVER, 7).tolist()
    spec, view = trainer.spec, trainer.view()
    with pytest.raises(DataError, match=sentence):
        change(trainer, {"data.placed": refused})
    assert trainer.spec == spec
    assert np.array_equal(trainer.view().x, view.x)
    assert np.array_equal(trainer.view().y, view.y)
    rows += trainer.advance(FOREVER).tolist()
    assert np.array_equal(rows, rows_of(name, settings), equal_nan=True)


@pytest.mark.parametrize("validation", [0.0, 0.4])
def test_that_the_state_after_points_joined_fits_a_run_of_all_the_points(validation):
    settings = hand_settings(
        **{"schedule.validation": validation, "schedule.batch_size": 2, "network.dropout": 0.2}
    )
    trainer = trainer_of("regression", settings)
    trainer.advance(FOREVER, 5)
    change(trainer, {"data.placed": (*CURVE, (-2.0, 4.0), (-1.5, 2.5))})
    trainer.advance(FOREVER, 4)
    other = trainer_of("regression", flat(trainer.spec))
    other.restore(trainer.capture())
    assert np.array_equal(other.advance(FOREVER), trainer.advance(FOREVER), equal_nan=True)


def test_that_a_point_moved_in_mid_epoch_is_learned_from_in_its_turn():
    moved = (*CURVE[:-1], (9.0, 9.0))
    settings = hand_settings(**{"schedule.batch_size": 3, "schedule.steps": 6})
    trainer = trainer_of("regression", settings)
    trainer.advance(FOREVER, 1)
    change(trainer, {"data.placed": moved})
    losses = trainer.advance(FOREVER)[:, 0]
    assert trainer.batches.epoch == 2  # of three batches: the epoch was not begun anew
    assert not np.array_equal(losses, losses_of("regression", settings)[1:])


@pytest.mark.parametrize("points", [CURVE[1:], (*CURVE, (-2.0, 4.0))], ids=["removed", "added"])
def test_that_a_point_that_goes_or_comes_in_mid_epoch_begins_a_new_one(points):
    trainer = trainer_of("regression", hand_settings(**{"schedule.batch_size": 3}))
    trainer.advance(FOREVER, 1)
    change(trainer, {"data.placed": points})
    seen = []
    for _ in range(-(-len(points) // 3)):
        position = trainer.batches.position if seen else 0
        trainer.advance(FOREVER, 1)
        seen += trainer.batches.order[position : trainer.batches.position].tolist()
    assert sorted(seen) == list(range(len(points)))
    assert trainer.batches.epoch == 2


# --- What restarts --------------------------------------------------------------------------------

LIVE = {
    "optimizer.lr",
    "optimizer.momentum",
    "optimizer.alpha",
    "optimizer.beta1",
    "optimizer.beta2",
    "optimizer.weight_decay",
    "optimizer.l1",
    "optimizer.clip",
    "optimizer.clip_at",
    "schedule.rate_every",
    "schedule.rate_decay",
    "schedule.rate_factor",
    "schedule.rate_patience",
    "schedule.rate_warm_up",
    "schedule.steps",
    "schedule.epochs",
    "schedule.batch_size",
    "schedule.patience",
    "schedule.keep",
    "schedule.target_loss",
    "data.placed",
    "data.shift",
    "data.rotate",
}
OTHER = {
    "schedule.keep": "best",
    "schedule.rate": "cosine",
    "data.table.encoding": "latin-1",
    "data.table.missing": "drop",
    "data.kind": {
        "regression": "sine",
        "classification": "moons",
        "optimizers": "sine",
        "batch_training": "points",
        "cnn": "file",
        "quick_build": "moons",
    },
    "data.path": "images",
    "data.rotate": 5.0,
    "network.conv": [{"channels": 4}],
    "network.batch_norm": False,
    "network.layers": [{"width": 4}],
    "network.same_weights": False,
    "data.placed": {"regression": [[1, 2]], "classification": [[1, 2, 0]]},
    "data.noise_kind": "normal",
    "schedule.shuffle": False,
    "schedule.drop_last": True,
    "data.horizontal": "hue",
    "data.vertical": "hue",
    "data.standardise": {
        "regression": True,
        "classification": True,
        "optimizers": True,
        "cnn": False,
        "quick_build": True,
    },
    "network.hidden": [3],
    "network.activation": "gelu",
    "network.norm": "layer",
    "network.init": "he",
    "network.weights": "net.pkl",
    "race.optimizers": ["adam"],
    "race.fair_start": False,
    "loss": {"batch_training": "l1", "regression": "l1", "optimizers": "l1"},
    "class_weights": "balanced",
    "optimizer.name": "adamw",
}


def another(name, key, value):
    """A valid value other than this one, or None where there is none."""
    if key in OTHER:
        other = OTHER[key]
        return other.get(name) if isinstance(other, dict) else other
    if key.endswith(".clip"):
        return "norm"
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1 if isinstance(value, int) else value / 2 + 0.3
    if key.startswith("data.table."):
        offered = get_args(field_info(type(TASKS[name].spec), key).annotation)
        if isinstance(value, tuple):
            return value[:1] or ("a",)
        return offered[-1] if offered else "x"
    return None


def settings_of(task):
    """The keys that have a meaning in a task, and more than one value."""
    keys = [key for key in flat(task.spec) if key.partition(".")[0] in task.spec.parts()]
    return [key for key in keys if not (key.startswith("racers.") and key.endswith(".name"))]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (name, key)
        for name in ("regression", "classification", "optimizers")
        for key in settings_of(TASKS[name])
    ],
)
def test_that_each_setting_says_whether_it_restarts(name, key):
    old = spec_of(name)
    value = another(name, key, flat(old)[key])
    if value is None:
        assert key == "loss"  # classification has only one
        return
    new = spec_of(name, {key: value})
    assert new != old
    if (name, key) == ("batch_training", "schedule.batch_size"):
        assert restart_keys(old, new) == [key]  # what the loader brought is shown from its start
        return
    assert restart_keys(old, new) == ([] if key in LIVE or key.startswith("racers.") else [key])


def test_that_equal_settings_restart_nothing():
    assert restart_keys(spec_of("regression"), spec_of("regression", {"seed": 1})) == []


def test_that_of_several_changes_those_that_restart_are_named():
    new = spec_of("regression", {"optimizer.lr": 0.1, "network.hidden": [4], "data.points": 50})
    assert restart_keys(spec_of("regression"), new) == ["data.points", "network.hidden"]


def test_that_a_batch_larger_than_the_data_is_refused_with_both_numbers():
    with pytest.raises(DataError, match=r"batch size is 101, but there are only 100 points"):
        trainer_of("regression", {"schedule.batch_size": 101})


def test_that_a_batch_grown_beyond_the_data_in_mid_run_leaves_the_run_as_it_was():
    settings = {"schedule.batch_size": 30}
    trainer = trainer_of("regression", settings)
    rows = trainer.advance(FOREVER, BEFORE)
    with pytest.raises(DataError, match="only 100 points"):
        change(trainer, {"schedule.batch_size": 200})
    rows = np.concatenate((rows, trainer.advance(FOREVER, AFTER)))
    assert rows[:, 0].tolist() == losses_of("regression", settings)[: BEFORE + AFTER]


def test_that_a_table_that_got_other_columns_meanwhile_is_refused_and_the_run_goes_on(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b,y\n" + "".join(f"{i % 11},{i * 7 % 13},{i / 9}\n" for i in range(40)))
    spec = settings_for_table(TASKS["regression"].spec, str(path))
    trainer = Trainer(TASKS["regression"], spec)
    expected = Trainer(TASKS["regression"], spec).advance(FOREVER, 6)
    found = [trainer.advance(FOREVER, 3)]
    path.write_text("a,y\n" + "".join(f"{i % 11},{i / 9}\n" for i in range(40)))
    other = spec.changed("data", standardise=not spec.data.standardise)
    with pytest.raises(DataError, match="do not fit the network"):
        trainer.change(other)
    found.append(trainer.advance(FOREVER, 3))
    assert np.array_equal(np.concatenate(found), expected, equal_nan=True)


# --- All that follows from the data ---------------------------------------------------------------

IN_CLASSES = ((0.0, 0.0, 0), (1.0, 0.2, 0), (0.1, 1.0, 0), (2.0, 2.0, 1), (2.2, 1.5, 1))
BALANCED = {"data.kind": "hand", "class_weights": "balanced", "schedule.steps": 40}


def test_that_balanced_classes_are_weighed_anew_when_points_join_in_mid_run():
    trainer = trainer_of("classification", BALANCED | {"data.placed": IN_CLASSES})
    trainer.advance(FOREVER, 5)
    change(trainer, {"data.placed": (*IN_CLASSES, (3.0, 3.0, 1), (3.0, 2.5, 1), (2.5, 3.0, 1))})
    weights = balanced_weights(trainer.state.train_data[1], 3)
    assert torch.equal(trainer.state.loss_func.weight, weights)
    assert weights[0] > weights[1]


@settings(max_examples=30)
@given(data=st.data())
def test_that_a_restored_run_goes_on_as_the_live_one_whatever_was_changed(data):
    size = st.sampled_from([0, 2, 3])
    start = {"schedule.batch_size": data.draw(size), "schedule.validation": 0.0}
    trainer = trainer_of("classification", BALANCED | start | {"data.placed": IN_CLASSES})
    joining = st.lists(
        st.tuples(st.floats(-5, 5, width=32), st.floats(-5, 5, width=32), st.integers(0, 1)),
        max_size=4,
    )
    for _ in range(data.draw(st.integers(1, 3))):
        trainer.advance(FOREVER, data.draw(st.integers(1, 4)))
        points = (*IN_CLASSES, *data.draw(joining))
        change(trainer, {"data.placed": points, "schedule.batch_size": data.draw(size)})
    again = Trainer(trainer.state.task, trainer.spec)
    again.restore(trainer.capture())
    assert np.array_equal(trainer.advance(FOREVER), again.advance(FOREVER))


def test_that_a_change_of_the_rate_leaves_alone_all_that_follows_from_the_data():
    trainer = trainer_of("classification", BALANCED | {"data.placed": IN_CLASSES})
    trainer.advance(FOREVER, 5)
    before = trainer.state.train_data, trainer.state.loss_func
    change(trainer, {"optimizer.lr": 0.5})
    assert trainer.state.train_data is before[0]  # on a device, nothing is copied there again
    assert trainer.state.loss_func is before[1]
