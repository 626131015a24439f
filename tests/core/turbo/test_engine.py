"""Turbo trains as PyTorch does, from and to wherever PyTorch is."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.utils import parameters_to_vector

from nngui.core.data.batches import loader_order
from nngui.core.errors import NnguiError
from nngui.core.inspectors.race import RaceInspector
from nngui.core.spec.toml import with_settings
from nngui.core.surface.loss_surface import Landscape
from nngui.core.training.trajectory import Trajectory
from nngui.core.turbo.shuffle import draw_order, unpacked, write_back
from tests.core.helpers import BUSY, CURVE, FOREVER, trainer_of

SHORT = {"optimizer.lr": 0.02, "schedule.steps": 60}
PLAIN = ("sgd", "momentum", "nesterov", "adagrad")


def trained(trainer, engine="turbo"):
    """Train to the end; return the rows."""
    trainer.set_engine(engine)
    parts = []
    while trainer.ending is None:
        parts.append(trainer.advance(FOREVER))
    return np.concatenate(parts)


def both(name, options=()):
    """Train the same run by either engine; return both trainers, and the rows of both."""
    eager, turbo = trainer_of(name, options), trainer_of(name, options)
    return eager, turbo, trained(eager, "torch"), trained(turbo)


def nudged(name, options):
    """The losses by PyTorch, when each parameter starts from the float32 next to its own."""
    trainer = trainer_of(name, options)
    with torch.no_grad():
        for variant in trainer.variants:
            for parameter in variant.net.parameters():
                parameter.copy_(torch.nextafter(parameter, parameter + 1))
    return trained(trainer, "torch")


def same_tree(one, other):
    """Whether two states hold the same, to the last bit."""
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_tree(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same_tree, one, other))
    return one == other or (one != one and other != other)


def shapes(state):
    """What a state is made of: names, shapes and dtypes, without its numbers."""
    if isinstance(state, torch.Tensor):
        return state.shape, state.dtype
    if isinstance(state, dict):
        return {key: shapes(value) for key, value in state.items()}
    if isinstance(state, list | tuple):
        return [shapes(value) for value in state]
    return type(state)


# --- The same losses ------------------------------------------------------------------------------


@st.composite
def runs(draw):
    """A task and settings: any network, loss, optimizer and batches that turbo covers."""
    name = draw(st.sampled_from(["regression", "classification", "quick_build"]))
    optimizer = draw(st.sampled_from([*PLAIN, "rmsprop", "adam", "adamw"]))
    options = {
        "optimizer.name": optimizer,
        "optimizer.lr": 0.02 if optimizer in PLAIN else 0.002,
        "optimizer.weight_decay": draw(st.sampled_from([0.0, 0.05])),
        "schedule.batch_size": draw(st.sampled_from([0, 1, 7, 16, 32])),
        "schedule.validation": draw(st.sampled_from([0.0, 0.25])),
        "schedule.steps": 40,
        "seed": draw(st.integers(0, 1000)),
    }
    kinds = ["relu", "tanh", "sigmoid", "leaky_relu", "identity"]
    if name == "quick_build":
        layer = st.fixed_dictionaries(
            {"width": st.integers(1, 9), "activation": st.sampled_from(kinds)}
        )
        options["network.layers"] = draw(st.lists(layer, min_size=1, max_size=3))
    else:
        options["network.hidden"] = draw(st.lists(st.integers(1, 19), max_size=3))
        options["network.activation"] = draw(st.sampled_from(kinds))
    if name == "regression":
        options["loss"] = draw(st.sampled_from(["mse", "l1", "huber"]))
    if name == "classification":
        options["data.kind"] = draw(st.sampled_from(["blobs", "circles", "iris"]))
    return name, options


@settings(max_examples=8)
@given(runs())
def test_that_any_run_is_as_near_to_pytorch_as_pytorch_is_to_itself(run):
    """Rounding differs, and training amplifies it: a nudge by the last bit shows how far."""
    eager, turbo, expected, found = both(*run)
    assert found.shape == expected.shape
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    swing = np.fmax.accumulate(np.abs(nudged(*run) - expected))
    losses = [i for i, name in enumerate(turbo.columns) if "accuracy" not in name]
    allowed = 1e-6 * np.abs(expected) + 2e-7 + 30 * swing
    missed = np.abs(found - expected)[:, losses]
    assert not (missed > allowed[:, losses]).any(), np.nanmax(missed, axis=0)
    accuracies = [i for i, name in enumerate(turbo.columns) if "accuracy" in name]
    assert np.nanmean(np.append(found[:, accuracies] != expected[:, accuracies], 0.0)) < 0.8
    assert turbo.ending == eager.ending
    assert shapes(turbo.capture()) == shapes(eager.capture())


@settings(max_examples=25)
@given(runs(), st.sampled_from([1, 3, 300, 700]))
def test_that_predictions_are_those_of_the_networks(run, places):
    trainer = trainer_of(*run)
    trainer.set_engine("turbo")
    trainer.advance(FOREVER, 5)
    low, high = trainer.view().x.min(0), trainer.view().x.max(0)
    shares = np.random.default_rng(0).uniform(-0.5, 1.5, (places, len(low)))
    asked = low + shares * (high - low)
    found = trainer.predict(asked)
    expected = [trainer.predict_with(variant.net, asked) for variant in trainer.variants]
    assert [said.shape for said in found] == [said.shape for said in expected]
    for said, truth in zip(found, expected, strict=True):
        assert np.allclose(said, truth, rtol=2e-5, atol=2e-5 * max(np.abs(truth).max(), 1))


@settings(max_examples=25)
@given(runs(), st.sampled_from([1, 3, 40]))
def test_that_losses_and_parameters_are_those_of_the_networks(run, every):
    trainer = trainer_of(*run)
    trainer.set_engine("turbo")
    trainer.advance(FOREVER, 5)
    landscape = Landscape(
        trainer.variants[0].net, trainer.state.loss_func, *trainer.state.train_data
    )
    landscape.every = every
    landscape.x, landscape.y = (part[::every] for part in trainer.state.train_data)
    trainer.advance(FOREVER, 5)
    losses, vectors = trainer.losses_on(landscape), trainer.point().vectors
    assert losses == pytest.approx([landscape.loss(v.net) for v in trainer.variants], rel=2e-5)
    for vector, variant in zip(vectors, trainer.variants, strict=True):
        assert np.array_equal(vector, parameters_to_vector(variant.net.parameters()).detach())


def test_that_a_race_that_is_watched_is_the_same_race():
    options = {"data.points": 300, "schedule.epochs": 4}
    watched, alone = trainer_of("optimizers", options), trainer_of("optimizers", options)
    look, seen = RaceInspector(), []
    for trainer in (watched, alone):
        trainer.set_engine("turbo")
    while watched.ending is None:
        seen.append(look(watched))
        watched.advance(FOREVER, 3)
    alone.advance(FOREVER)
    for one, other in zip(watched.variants, alone.variants, strict=True):
        for parameter, same in zip(one.net.parameters(), other.net.parameters(), strict=True):
            assert torch.equal(parameter, same)
    assert [view.places[-1].step for view in seen] == list(range(0, watched.step_count, 3))
    assert len({view.places[-1].vectors.tobytes() for view in seen}) == len(seen)


def test_that_predictions_follow_what_somebody_changed():
    trainer = trainer_of("regression")
    trainer.set_engine("turbo")
    trainer.advance(FOREVER, 5)
    net = trainer.variants[0].net
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.zero_()
    (said,) = trainer.predict(np.linspace(-1, 1, 9)[:, None])
    assert np.ptp(said) == 0


@pytest.mark.parametrize("name", ["regression", "optimizers", "cnn"])
def test_that_a_run_goes_as_soon_as_nobody_holds_it(name):
    """Else its data would stay until Python looks for cycles, which may be a long time."""
    trainer = trainer_of(name)
    trainer.set_engine("turbo")
    trainer.advance(FOREVER, 3)
    whether = weakref.ref(trainer), weakref.ref(trainer.variants[0].net)
    gc.disable()
    try:
        del trainer
        assert [there() for there in whether] == [None, None]
    finally:
        gc.enable()


def test_that_a_dead_network_says_no_numbers_in_turbo_either():
    trainer = trainer_of("classification")
    trainer.set_engine("turbo")
    with torch.no_grad():
        list(trainer.variants[0].net.parameters())[-1].fill_(torch.nan)
    (said,) = trainer.predict(np.zeros((3, 2)))
    assert np.isnan(said).all()


def test_that_losses_over_1000_steps_agree():
    options = {"schedule.epochs": 0, "schedule.steps": 1000}
    options["race.optimizers"] = ["momentum", "rmsprop", "adam"]  # the others: see above
    _, _, expected, found = both("optimizers", options)
    assert len(found) == 1000
    swing = np.max(np.abs(nudged("optimizers", options) / expected - 1), axis=0)
    missed = np.max(np.abs(found / expected - 1), axis=0)
    assert (missed <= 1e-6 + 4 * swing).all(), (missed, swing)
    assert missed.max() < 1e-3


SHAPED = (
    {},
    {"optimizer.clip": "norm", "optimizer.clip_at": 0.05, "optimizer.l1": 0.001},
    {"optimizer.clip": "value", "optimizer.clip_at": 0.01},
)
SCHEDULES = ("step", "exponential", "cosine", "one_cycle", "warm_up", "plateau")


@pytest.mark.parametrize(("number", "rate"), [*enumerate(SCHEDULES)])
def test_that_schedules_clipping_and_l1_agree_over_1000_steps(number, rate):
    options = {
        **SHAPED[number % 3],
        "schedule.rate": rate,
        "schedule.rate_every": 20,
        "schedule.rate_factor": 0.5,
        "schedule.rate_warm_up": 300,
        "schedule.rate_patience": 2,
        "schedule.epochs": 100,
        "schedule.batch_size": 10,
        "schedule.validation": 0.2 * (number % 2),
        "optimizer.name": ("momentum", "sgd", "adam")[number % 3],
        "optimizer.lr": (0.02, 0.02, 0.002)[number % 3],
        "network.activation": "tanh",
    }
    eager, turbo, expected, found = both("regression", options)
    assert len(found) >= 800
    np.testing.assert_allclose(found, expected, rtol=1e-3)
    assert len(set(found[:, -1])) > 1, "the rate changed"
    assert eager.variants[0].rate == turbo.variants[0].rate


@pytest.mark.parametrize("rate", SCHEDULES)
def test_that_a_schedule_in_pieces_is_the_schedule_in_one_go(rate):
    options = {"schedule.rate": rate, "schedule.rate_patience": 0, "schedule.batch_size": 200}
    options |= {"schedule.epochs": 0, "schedule.steps": 40}
    whole, pieces = (trainer_of("optimizers", options) for _ in range(2))
    expected = trained(whole)
    pieces.set_engine("turbo")
    found = []
    while pieces.ending is None:
        found.append(pieces.advance(FOREVER, 3))
    assert np.array_equal(np.concatenate(found), expected, equal_nan=True)


def test_that_a_run_in_pieces_is_the_run_in_one_go_to_the_last_bit():
    options = {**SHORT, "schedule.batch_size": 30, "optimizer.name": "adam"}
    whole = trainer_of("classification", options)
    expected = trained(whole)
    pieces = trainer_of("classification", options)
    pieces.set_engine("turbo")
    rows = []
    while pieces.ending is None:
        rows.append(pieces.advance(FOREVER, 7))
        other = trainer_of("classification", options)  # as if the program had been closed
        other.restore(pieces.capture())
        other.set_engine("turbo")
        pieces = other
    assert np.array_equal(np.concatenate(rows), expected)
    assert same_tree(pieces.capture(), whole.capture())


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adagrad", "rmsprop", "adamw"])
def test_that_the_engine_changes_in_mid_run(optimizer):
    options = {**SHORT, "optimizer.name": optimizer, "optimizer.lr": 0.005}
    options |= {"schedule.batch_size": 16, "network.activation": "tanh"}
    expected = trained(trainer_of("regression", options), "torch")
    trainer = trainer_of("regression", options)
    rows = []
    for engine in ("torch", "turbo", "torch", "turbo"):
        trainer.set_engine(engine)
        assert trainer.engine == engine
        rows.append(trainer.advance(FOREVER, 15))
    assert np.concatenate(rows) == pytest.approx(expected, rel=2e-5)


def test_that_the_points_come_in_the_order_of_the_loader():
    options = {**SHORT, "schedule.batch_size": 30, "schedule.steps": 50}
    eager, turbo, _, _ = both("classification", options)
    assert torch.equal(turbo.batches.order, eager.batches.order)
    assert turbo.batches.place == eager.batches.place
    assert same_tree(turbo.state.random.states, eager.state.random.states)


@pytest.mark.parametrize("name", ["regression", "optimizers"])
def test_that_it_is_the_same_however_often_somebody_looks(name):
    seldom, often = trainer_of(name), trainer_of(name)
    for trainer in (seldom, often):
        trainer.set_engine("turbo")
    for _ in range(12):
        seldom.advance(FOREVER, 5)
        before = [v.net.state_dict()["predict.bias"].clone() for v in often.variants]
        often.advance(FOREVER, 5)
        after = [v.net.state_dict()["predict.bias"] for v in often.variants]
        assert not any(map(torch.equal, before, after))  # what is seen is what was trained
        often.capture()
    assert same_tree(seldom.capture(), often.capture())


def test_that_what_is_put_back_while_turbo_trains_is_trained_on():
    trainer = trainer_of("optimizers")
    trainer.set_engine("turbo")
    trainer.advance(FOREVER, 20)
    there = trainer.capture()
    first = trainer.advance(FOREVER, 40)
    trainer.restore(there)
    assert np.array_equal(trainer.advance(FOREVER, 40), first)


def test_that_all_variants_pass_where_pytorch_comes_by():
    eager, turbo = trainer_of("optimizers"), trainer_of("optimizers")
    for trainer, engine in ((eager, "torch"), (turbo, "turbo")):
        trainer.set_engine(engine)
        trainer.state.trajectory = Trajectory(trainer.point())
        for _ in range(5):
            trainer.advance(FOREVER, 91)  # further than the kernel takes places down in one go
    assert [p.step for p in turbo.state.trajectory.points] == [
        p.step for p in eager.state.trajectory.points
    ]
    assert [p.epoch for p in turbo.state.trajectory.points] == [
        p.epoch for p in eager.state.trajectory.points
    ]
    seconds = np.array([p.seconds for p in turbo.state.trajectory.points])
    assert (np.diff(seconds, axis=0) >= 0).all()
    for step in (1, 7, 50, -1):
        one, other = (t.state.trajectory.points[step].vectors for t in (eager, turbo))
        assert other == pytest.approx(one, abs=1e-5)
    assert all(variant.seconds > 0 for variant in turbo.variants)


# --- The same endings -----------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["relu", "tanh", "leaky_relu", "identity"])
def test_that_a_run_that_diverges_does_so_at_the_same_step(activation):
    options = {"optimizer.lr": 30.0, "network.activation": activation, "seed": 3}
    if activation == "tanh":
        options["optimizer.name"], options["optimizer.momentum"] = "momentum", 1.0
    eager, turbo, expected, found = both("regression", options)
    assert turbo.ending == eager.ending
    assert len(found) == len(expected)
    if activation != "tanh":
        assert turbo.ending.kind == "diverged"
        assert found[:5] == pytest.approx(expected[:5], rel=1e-4)
    variant = turbo.variants[0]
    for one, other in zip(variant.last_finite, variant.net.parameters(), strict=True):
        assert turbo.ending.kind != "diverged" or torch.equal(one, other)
    assert variant.first_loss == pytest.approx(eager.variants[0].first_loss, rel=1e-6)


def test_that_nan_in_the_weights_ends_the_run_at_once():
    for activation in ("relu", "leaky_relu", "tanh", "sigmoid", "identity"):
        trainer = trainer_of("regression", {"network.activation": activation})
        with torch.no_grad():
            trainer.variants[0].net.hidden.weight[3] = torch.nan
        rows = trained(trainer)
        assert np.isnan(rows).all()
        assert len(rows) == 1
        assert trainer.ending.kind == "diverged"


def test_that_of_several_the_others_go_on_when_one_diverges():
    options = {"race.optimizers": ["sgd", "adam"], "racers.sgd.lr": 50.0, "schedule.epochs": 2}
    eager, turbo, expected, found = both("optimizers", options)
    assert [v.diverged for v in turbo.variants] == [True, False]
    assert [v.diverged for v in eager.variants] == [True, False]
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    assert turbo.ending == eager.ending


def test_that_the_target_loss_ends_the_run_at_its_step():
    options = {**SHORT, "schedule.target_loss": 0.1, "schedule.steps": 2000}
    eager, turbo, expected, found = both("regression", options)
    assert turbo.ending.kind == "target"
    assert turbo.ending == eager.ending
    assert len(found) == len(expected)


def test_that_epochs_end_exactly():
    options = {"schedule.epochs": 3, "schedule.batch_size": 33}
    eager, turbo, expected, found = both("regression", options)
    assert len(found) == len(expected) == 12
    assert turbo.ending == eager.ending
    assert turbo.batches.epoch == eager.batches.epoch == 3


def test_that_a_dead_network_is_noticed():
    options = {"optimizer.lr": 0.001, "schedule.steps": 60}
    for engine in ("torch", "turbo"):
        trainer = trainer_of("regression", options)
        with torch.no_grad():
            trainer.variants[0].net.hidden.bias.fill_(-100)
        trained(trainer, engine)
        assert trainer.state.hint.kind == "dead"


# --- In mid-run -----------------------------------------------------------------------------------


def test_that_settings_change_in_mid_run():
    found = {}
    for engine in ("torch", "turbo"):
        trainer = trainer_of("regression", {**SHORT, "data.kind": "hand", "data.placed": CURVE})
        trainer.set_engine(engine)
        rows = [trainer.advance(FOREVER, 10)]
        for change in (
            {"optimizer.lr": 0.005},
            {"schedule.batch_size": 3},
            {"data.placed": [*CURVE, (3.0, 9.0), (-2.0, 4.0)]},
            {"schedule.batch_size": 0, "schedule.steps": 45},
        ):
            trainer.change(with_settings(trainer.spec, change))
            rows.append(trainer.advance(FOREVER, 10))
        found[engine] = np.concatenate(rows)
        assert trainer.engine == engine
    assert len(found["turbo"]) == 45
    assert found["turbo"] == pytest.approx(found["torch"], rel=1e-5)


def test_that_pytorch_goes_on_when_batches_become_too_large_for_turbo():
    options = {"network.hidden": [200, 200], "data.points": 300, "schedule.batch_size": 8}
    trainer = trainer_of("regression", options)
    trainer.set_engine("turbo")
    trainer.advance(FOREVER, 3)
    trainer.change(with_settings(trainer.spec, {"schedule.batch_size": 0}))
    assert trainer.engine == "torch"
    trainer.advance(FOREVER, 3)
    assert trainer.step_count == 6


# --- What it does not cover -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("classification", BUSY, "does not know Dropout: it trains Linear layers with ReLU"),
        ("regression", {"network.activation": "gelu"}, "does not know GELU"),
        ("regression", {"optimizer.name": "nadam"}, "does not know the optimizer NAdam"),
        ("regression", {"network.hidden": [256, 256], "data.points": 300}, "PyTorch is the faster"),
        ("batch_training", {"data.kind": "numbers"}, "nothing is trained"),
    ],
)
def test_that_turbo_says_what_it_does_not_cover(name, options, sentence):
    trainer = trainer_of(name, options)
    with pytest.raises(NnguiError, match=sentence):
        trainer.set_engine("turbo")
    assert trainer.engine == "torch"
    trainer.advance(FOREVER, 2)
    assert trainer.step_count == 2


# --- Random numbers -------------------------------------------------------------------------------


def test_that_orders_are_drawn_as_torch_draws_them():
    generator = torch.Generator().manual_seed(2**40 + 3)
    state = generator.get_state()
    words, places, kept = unpacked(state)
    for n in (1, 2, 33, 250, 1500):  # across the 624 words of the generator's state
        for shuffle in (True, False):
            order = np.empty(n, np.int64)
            draw_order.py_func(words, places, shuffle, order)
            expected = loader_order(n, shuffle=shuffle, generator=generator)
            assert order.tolist() == expected.tolist()
    assert not torch.equal(state, generator.get_state())
    write_back.py_func(words, places, kept)
    assert torch.equal(state, generator.get_state())


def test_that_a_loader_without_shuffling_or_small_batches_is_followed():
    options = {
        "data.kind": "points",
        "data.points": 60,
        "schedule.batch_size": 8,
        "schedule.epochs": 3,
    }
    for extra in ({"schedule.shuffle": False}, {"schedule.drop_last": True}):
        eager, turbo, expected, found = both("batch_training", options | extra)
        assert found == pytest.approx(expected, rel=1e-5)
        assert turbo.batches.epoch == eager.batches.epoch
