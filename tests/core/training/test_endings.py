"""Every run says why it ended, and what to do about it."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from nngui.core.spec.toml import with_settings
from tests.core.helpers import CURVE, FOREVER, losses_of, rows_of, trainer_of

DIVERGING = {
    "an exploding regression": ("regression", {"optimizer.lr": 2}),
    "exploding at once": ("regression", {"optimizer.lr": 1000}),
    "exploding tanh": ("regression", {"optimizer.lr": 3, "network.activation": "tanh"}),
    "exploding without hidden layers": ("regression", {"optimizer.lr": 3, "network.hidden": []}),
    "exploding in batches": ("regression", {"optimizer.lr": 3, "schedule.batch_size": 10}),
    "exploding with momentum": (
        "regression",
        {"optimizer.lr": 2, "optimizer.name": "momentum", "network.dropout": 0.1},
    ),
    "exploding with points held out": (
        "regression",
        {"optimizer.lr": 2, "schedule.validation": 0.3},
    ),
    "exploding Adam": ("regression", {"optimizer.lr": 1000, "optimizer.name": "adam"}),
    "exploding classes": ("classification", {"optimizer.lr": 1000}),
    "not a number": (
        "classification",
        {"optimizer.lr": 1000, "data.noise": 20, "network.hidden": [20, 20, 20]},
    ),
    "infinite from the first step": (
        "regression",
        {"data.kind": "hand", "data.placed": [[-1e30, 3], [0, 0], [1e30, 1e30]]},
    ),
}


def probe(name):
    return np.linspace(-2, 2, 40).reshape(-1, 1 if name == "regression" else 2)


@pytest.mark.parametrize("what", DIVERGING)
def test_that_a_run_that_diverges_stops_and_keeps_finite_weights(what):
    name, settings = DIVERGING[what]
    trainer = trainer_of(name, {"schedule.steps": 400, **settings})
    losses = trainer.advance(FOREVER)[:, 0]
    assert trainer.ending.kind == "diverged"
    assert len(losses) < 400
    assert trainer.step_count == len(losses)
    assert np.isfinite(losses[:-1]).all()
    assert not losses[-1] < 1e12
    [predicted] = trainer.predict(probe(name))
    assert np.isfinite(predicted).all()
    assert len(trainer.advance(FOREVER)) == 0


@pytest.mark.parametrize("lr", [1.2, 2, 5])
def test_that_the_weights_kept_are_those_of_the_last_loss_within_100_times_the_first(lr):
    trainer = trainer_of("regression", {"optimizer.lr": lr})
    losses = trainer.advance(FOREVER)[:, 0]
    assert trainer.ending.kind == "diverged"
    last_good = losses[losses <= 100 * losses[0]][-1]
    view = trainer.view()
    [predicted] = trainer.predict(view.x)
    assert np.mean((predicted[:, 0] - view.y) ** 2) == pytest.approx(last_good, rel=1e-4)


@pytest.mark.parametrize(("lr", "smaller"), [(2, "0.2"), (3.5, "0.35"), (1000, "0.2"), (40, "0.2")])
def test_that_a_run_that_diverges_says_when_and_names_a_smaller_learning_rate(lr, smaller):
    trainer = trainer_of("regression", {"optimizer.lr": lr})
    last = len(trainer.advance(FOREVER))
    sentence = str(trainer.ending)
    assert "diverged" in sentence
    assert f"at step {last} the loss became " in sentence
    assert sentence.endswith(f"Try a smaller learning rate, such as {smaller}.")


def test_that_training_goes_on_after_the_learning_rate_was_lowered():
    settings = {"optimizer.lr": 1000, "optimizer.name": "adam", "schedule.steps": 300}
    trainer = trainer_of("regression", settings)
    diverged = trainer.advance(FOREVER)[:, 0]
    trainer.change(with_settings(trainer.spec, {"optimizer.lr": 0.01}))
    assert trainer.ending is None
    losses = trainer.advance(FOREVER)[:, 0]
    assert losses[0] == diverged[-2]
    assert losses[-1] < 0.02
    assert trainer.step_count == 300
    assert trainer.ending.kind == "steps"


@pytest.mark.parametrize("what", ["an exploding regression", "exploding with points held out"])
def test_that_sgd_comes_down_from_an_explosion_at_a_lower_learning_rate(what):
    name, settings = DIVERGING[what]
    trainer = trainer_of(name, settings)
    exploded = trainer.advance(FOREVER)[-2, 0]
    trainer.change(with_settings(trainer.spec, {"optimizer.lr": 0.05, "schedule.steps": 400}))
    assert trainer.advance(FOREVER)[-1, 0] < 1 < exploded
    assert trainer.ending.kind == "steps"


def test_that_a_state_taken_after_a_divergence_goes_on_alike():
    settings = {"optimizer.lr": 2, "optimizer.name": "momentum"}
    trainer = trainer_of("regression", settings)
    trainer.advance(FOREVER)
    other = trainer_of("regression", settings)
    other.restore(trainer.capture())
    assert other.ending == trainer.ending
    lower = with_settings(trainer.spec, {"optimizer.lr": 0.01})
    for run in (trainer, other):
        run.change(lower)
    assert np.array_equal(trainer.advance(FOREVER), other.advance(FOREVER))


def test_that_a_state_taken_before_a_divergence_diverges_at_the_same_step():
    far = [[x, 1e4 * x] for x in (-1.0, 0.0, 1.0)]
    settings = {"data.kind": "hand", "data.placed": far, "optimizer.lr": 2, "network.hidden": []}
    trainer = trainer_of("regression", settings)
    trainer.advance(FOREVER, 5)
    other = trainer_of("regression", settings)
    other.restore(trainer.capture())
    assert np.array_equal(trainer.advance(FOREVER), other.advance(FOREVER))
    assert other.ending == trainer.ending
    assert other.ending.kind == "diverged"


@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_that_after_a_divergence_the_optimizer_has_forgotten_what_led_there(optimizer):
    settings = {"optimizer.lr": 1000 if optimizer == "adam" else 2, "optimizer.name": optimizer}
    trainer = trainer_of("regression", settings)
    trainer.advance(FOREVER)
    net = copy.deepcopy(trainer.variants[0].net)
    kinds = {
        "momentum": lambda: torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.8),
        "adam": lambda: torch.optim.Adam(net.parameters(), lr=0.01, betas=(0.9, 0.99)),
    }
    by_hand = kinds[optimizer]()
    x, y = trainer.state.train_data
    trainer.change(with_settings(trainer.spec, {"optimizer.lr": 0.01}))
    for loss in trainer.advance(FOREVER, 5)[:, 0]:
        expected = torch.nn.MSELoss()(net(x), y)
        by_hand.zero_grad()
        expected.backward()
        by_hand.step()
        assert loss == expected.item()


def test_that_a_loss_that_is_large_from_the_start_is_no_divergence():
    far = [[x, 1e8 * x] for x in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    settings = {"data.kind": "hand", "data.placed": far, "optimizer.name": "adam"}
    trainer = trainer_of("regression", settings)
    losses = trainer.advance(FOREVER)[:, 0]
    assert losses[0] > 1e15
    assert losses[-1] < losses[0]
    assert trainer.ending.kind == "steps"


def test_that_a_run_recovers_when_the_point_that_was_too_far_is_taken_away():
    points = [[0.0, 0.0], [1.0, 1.0], [-1.0, 1.0]]
    settings = {"data.kind": "hand", "optimizer.lr": 0.01, "schedule.steps": 20}
    trainer = trainer_of("regression", {**settings, "data.placed": [*points, [2.0, 3e38]]})
    assert not np.isfinite(trainer.advance(FOREVER)).any()
    assert trainer.ending.kind == "diverged"
    trainer.change(with_settings(trainer.spec, {"data.placed": points, "optimizer.lr": 1e-3}))
    assert np.isfinite(trainer.advance(FOREVER)).all()
    assert trainer.ending.kind == "steps"
    trainer.change(with_settings(trainer.spec, {"optimizer.lr": 50, "schedule.steps": 100}))
    assert trainer.advance(FOREVER)[-1, 0] < 1e15  # noticed long before float32 ends
    assert trainer.ending.kind == "diverged"


# --- A dead network -------------------------------------------------------------------------------


def test_that_a_network_gone_dead_is_named_as_such():
    trainer = trainer_of("regression", {"optimizer.lr": 0.5, "schedule.steps": 400})
    losses = trainer.advance(FOREVER)[:, 0]
    assert losses[-1] == pytest.approx(0.0932, abs=1e-4)
    assert trainer.ending.kind == "steps"
    assert trainer.state.hint.kind == "dead"
    assert "gone dead" in str(trainer.state.hint)
    assert "smaller learning rate" in str(trainer.state.hint)


def test_that_a_moment_without_gradient_is_not_yet_death():
    trainer = trainer_of("regression", {"optimizer.lr": 0.5})
    trainer.advance(FOREVER, 25)
    assert not trainer.variants[0].net.hidden.weight.grad.any()
    assert trainer.state.hint is None
    trainer.advance(FOREVER, 25)
    assert trainer.state.hint.kind == "dead"


def test_that_a_state_taken_while_a_network_dies_names_it_at_the_same_step():
    settings = {"optimizer.lr": 0.5, "schedule.steps": 60}
    trainer = trainer_of("regression", settings)
    trainer.advance(FOREVER, 40)
    other = trainer_of("regression", settings)
    other.restore(trainer.capture())
    for run in (trainer, other):
        run.advance(FOREVER, 9)
        assert run.state.hint is None
        run.advance(FOREVER, 1)
        assert run.state.hint.kind == "dead"


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("regression", {}),
        ("regression", {"seed": 3, "optimizer.name": "adam", "optimizer.lr": 0.02}),
        ("regression", {"network.activation": "tanh"}),
        ("regression", {"network.hidden": []}),
        ("regression", {"network.dropout": 0.5, "schedule.batch_size": 10, "optimizer.lr": 0.05}),
        ("regression", {"data.noise": 0, "data.kind": "abs"}),
        ("classification", {}),
        ("classification", {"data.kind": "moons", "network.hidden": [10, 10]}),
        ("classification", {"data.kind": "blobs", "data.noise": 0.1, "optimizer.lr": 0.5}),
    ],
)
def test_that_a_healthy_run_has_no_hint(name, settings):
    trainer = trainer_of(name, {"schedule.steps": 400, **settings})
    while trainer.ending is None:
        trainer.advance(FOREVER, 50)
        assert trainer.state.hint is None
    assert trainer.ending.kind == "steps"


# --- Why it ended ---------------------------------------------------------------------------------


def test_that_a_run_ends_at_its_target():
    losses = losses_of("regression")
    target = losses[30]
    assert target < min(losses[:30])
    trainer = trainer_of("regression", {"schedule.target_loss": target})
    assert trainer.advance(FOREVER)[:, 0].tolist() == losses[:31]
    assert trainer.ending.kind == "target"
    assert str(trainer.ending) == f"Target loss {target} reached at step 31."


def test_that_a_target_reached_in_the_last_step_still_counts_as_all_steps():
    losses = losses_of("regression", {"schedule.steps": 20})
    trainer = trainer_of(
        "regression", {"schedule.steps": 20, "schedule.target_loss": losses[-1] * 1.0001}
    )
    assert trainer.advance(FOREVER)[:, 0].tolist() == losses
    assert trainer.ending is not None


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"schedule.steps": 7}, "All 7 steps done."),
        ({"schedule.epochs": 3}, "All 3 epochs done."),
        ({"schedule.epochs": 3, "schedule.batch_size": 30}, "All 3 epochs done."),
        ({"schedule.steps": 7, "schedule.batch_size": 30}, "All 7 steps done."),
    ],
)
def test_that_a_run_says_that_all_is_done(settings, sentence):
    trainer = trainer_of("regression", settings)
    assert trainer.ending is None
    trainer.advance(FOREVER)
    assert str(trainer.ending) == sentence


def test_that_epochs_take_the_place_of_steps():
    assert len(rows_of("regression", {"schedule.steps": 500, "schedule.epochs": 4})) == 4


@pytest.mark.parametrize("lr", [1e-6, 0.02, 0.3, 1.5, 30, 1000])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adagrad", "rmsprop", "adam", "adamw"])
def test_that_a_run_of_any_learning_rate_ends_with_a_reason_and_finite_predictions(optimizer, lr):
    settings = {"data.kind": "hand", "data.placed": CURVE, "optimizer.name": optimizer}
    trainer = trainer_of("regression", {**settings, "optimizer.lr": lr, "schedule.steps": 30})
    trainer.advance(FOREVER)
    assert trainer.ending.kind in {"steps", "diverged"}
    [predicted] = trainer.predict(probe("regression"))
    assert np.isfinite(predicted).all()
