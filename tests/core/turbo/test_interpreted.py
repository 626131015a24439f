"""Turbo's own text beside PyTorch, step by step, without numba (see `interpreted`)."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from nngui.core.spec.toml import with_settings
from nngui.core.training.trajectory import Trajectory
from nngui.core.turbo import codes, losses, rules
from nngui.core.turbo.engine import Turbo
from tests.core.helpers import CORNERS, CURVE, FOREVER, trainer_of
from tests.core.turbo.interpreted import interpreted

SMALL = {
    "data.kind": "hand",
    "data.placed": CURVE,
    "network.hidden": [3],
    "network.activation": "tanh",
    "schedule.steps": 12,
}
CLASSES = {**SMALL, "data.placed": [(x, y, c) for x, y, c in CORNERS for _ in range(3)]}


@pytest.fixture(autouse=True)
def _by_python():
    with interpreted():
        yield


def trained(trainer, engine, most=None):
    trainer.set_engine(engine)
    return trainer.advance(FOREVER, most)


def both(name, options):
    """The same run by PyTorch and by turbo, and the rows of both."""
    one, other = trainer_of(name, options), trainer_of(name, options)
    return one, other, trained(one, "torch"), trained(other, "turbo")


def same(one, other, rel=2e-5):
    """The weights of two runs, and what their optimizers remember."""
    for mine, theirs in zip(one.variants, other.variants, strict=True):
        for a, b in zip(mine.net.parameters(), theirs.net.parameters(), strict=True):
            assert b.detach().numpy() == pytest.approx(a.detach().numpy(), rel=rel, abs=1e-6)
        for a, b in zip(mine.last_finite, theirs.last_finite, strict=True):
            assert b.numpy() == pytest.approx(a.numpy(), rel=rel, abs=1e-6)
        kept, found = (v.optimizer.state_dict()["state"] for v in (mine, theirs))
        assert found.keys() == kept.keys()
        for index in kept:
            for what, value in kept[index].items():
                if value is not None:
                    there = pytest.approx(np.asarray(value), rel=1e-3, abs=1e-6)
                    assert np.asarray(found[index][what]) == there


@pytest.mark.parametrize("decay", [0.0, 1.0])
@pytest.mark.parametrize(
    "optimizer", ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"]
)
def test_that_each_optimizer_steps_as_torch_does_at_large_rates_and_decays(optimizer, decay):
    options = {"optimizer.name": optimizer, "optimizer.weight_decay": decay, "optimizer.lr": 0.5}
    if optimizer in ("sgd", "momentum", "nesterov"):
        options["optimizer.lr"] = 0.05
    one, other, expected, found = both("regression", SMALL | options)
    assert found == pytest.approx(expected, rel=1e-3)
    same(one, other, rel=1e-3)


@pytest.mark.parametrize("first", [0.3, 0.9])
def test_that_the_mean_of_adam_goes_from_its_nearer_end(first):
    """With a small beta, too, as `torch.lerp` does."""
    generator = torch.Generator().manual_seed(3)
    weight = torch.randn(5, generator=generator).requires_grad_()
    theirs = torch.optim.AdamW([weight], lr=0.5, betas=(first, 0.9), weight_decay=1.0, eps=0.1)
    options = np.zeros(codes.HYPERPARAMS)
    options[codes.LR], options[codes.DECAY], options[codes.EPS] = 0.5, 1.0, 0.1
    options[codes.FIRST], options[codes.SECOND] = first, 0.9
    memory = np.zeros((codes.MEMORIES, 5), np.float32)
    memory[codes.WEIGHTS] = weight.detach().numpy()
    for step in range(1, 8):
        weight.grad = torch.randn(5, generator=generator)
        memory[codes.GRADIENT] = weight.grad.numpy()
        theirs.step()
        rules.update(codes.ADAMW, options, float(step), memory)
        assert memory[codes.WEIGHTS] == pytest.approx(weight.detach().numpy(), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "tanh", "sigmoid", "identity"])
@pytest.mark.parametrize("loss", ["mse", "l1", "huber"])
def test_that_each_activation_and_loss_has_torchs_values_and_slopes(activation, loss):
    options = {"network.activation": activation, "loss": loss, "network.hidden": [6, 5]}
    options |= {"optimizer.lr": 0.02}
    one, other, expected, found = both("regression", SMALL | options)
    assert found == pytest.approx(expected, rel=1e-4)
    same(one, other, rel=1e-3)


@pytest.mark.parametrize("batch", [0, 4])
def test_that_classes_are_told_and_validated_as_by_torch(batch):
    options = {"schedule.batch_size": batch, "schedule.validation": 0.25, "optimizer.lr": 0.3}
    one, other, expected, found = both("classification", CLASSES | options)
    assert found == pytest.approx(expected, rel=1e-4, nan_ok=True)
    assert other.batches.place == one.batches.place
    same(one, other, rel=1e-3)
    places = np.array([[0.0, 0.0], [3.0, 2.0], [0.5, 3.0]])
    assert other.predict(places)[0] == pytest.approx(one.predict(places)[0], abs=1e-5)
    assert other.predict(places)[0].sum(axis=1) == pytest.approx(1)


def test_that_sure_mistakes_and_many_points_have_the_loss_of_torch():
    generator = torch.Generator().manual_seed(1)
    for n in (1, 31, 32, 33, 70):
        out = 30 * torch.randn(4, n, generator=generator)
        labels = torch.randint(4, (n,), generator=generator)
        wanted = torch.nn.functional.cross_entropy(out.T, labels, reduction="sum")
        slopes = np.zeros((4, n), np.float32)
        room = np.zeros(n, np.float32), np.zeros(n, np.float32)
        values = out.numpy().copy()
        found = losses.classify(values, 0, labels.numpy(), slopes, *room, np.float32(1), n)
        assert found == pytest.approx(float(wanted), rel=1e-5)
        own = out.T.clone().requires_grad_()
        torch.nn.functional.cross_entropy(own, labels, reduction="sum").backward()
        assert pytest.approx(own.grad.numpy(), abs=1e-6) == slopes.T


def test_that_the_sums_of_many_points_do_not_overflow():
    values, labels = np.zeros((10, 400), np.float32), np.zeros(400, np.int64)
    room = np.zeros(400, np.float32), np.zeros(400, np.float32)
    found = losses.classify(values, 0, labels, np.zeros_like(values), *room, np.float32(1), 400)
    assert found == pytest.approx(400 * math.log(10))


def test_that_the_first_of_equally_good_epochs_is_the_best():
    standing, memory = np.zeros(codes.STATE), np.zeros((codes.MEMORIES, 2), np.float32)
    standing[codes.BEST_LOSS] = math.inf
    for epoch, loss in ((1, 0.5), (2, 0.5), (3, 0.25), (4, 0.25), (5, math.nan)):
        memory[codes.WEIGHTS] = epoch
        rules.note_best(standing, memory, loss, epoch, 10 * epoch, 1)
    assert [standing[i] for i in (codes.BEST_LOSS, codes.BEST_EPOCH, codes.BEST_STEP)] == [
        0.25, 3, 30,
    ]  # fmt: skip
    assert memory[codes.BEST].tolist() == [3, 3]


def test_that_the_first_of_the_largest_outputs_is_said_and_nan_before_all():
    nan = math.nan
    values = np.array([[1, 2, nan, 0, 1], [1, 3, 5, nan, 0], [0, 3, 9, nan, 2]], np.float32)
    said = torch.from_numpy(values).argmax(0)
    for number in range(3):
        labels = np.full(5, number)
        assert losses.hits(values, 0, labels, 5) == int((said == number).sum())


PACES = [
    ("step", {"schedule.rate_every": 3}),
    ("cosine", {}),
    ("one_cycle", {"schedule.rate_warm_up": 4}),
    ("warm_up", {"schedule.rate_warm_up": 4}),
    ("exponential", {}),
    ("plateau", {"schedule.rate_patience": 0}),
    ("plateau", {"schedule.rate_patience": 1, "schedule.validation": 0.3}),
]
SHAPED = [
    {"optimizer.clip": "norm", "optimizer.clip_at": 0.05},
    {"optimizer.clip": "value", "optimizer.clip_at": 0.02},
    {"optimizer.l1": 0.1},
    {"optimizer.clip": "norm", "optimizer.clip_at": 1e6},
]


@pytest.mark.parametrize(("number", "pace"), [*enumerate(PACES)])
def test_that_rates_and_gradients_are_those_of_pytorch(number, pace):
    name, more = pace
    options = {"schedule.rate": name, "schedule.rate_factor": 0.5, "schedule.batch_size": 3}
    options |= {"optimizer.lr": 0.5 if name == "plateau" else 0.1, "schedule.steps": 40}
    options |= more | ({} if name == "plateau" else SHAPED[number % len(SHAPED)])
    one, other, expected, found = both("regression", SMALL | options)
    assert found == pytest.approx(expected, rel=1e-3, nan_ok=True)
    assert len({f"{rate:.6g}" for rate in found[:, -1]}) > 1, "the rate changed"
    assert other.variants[0].rate == pytest.approx(one.variants[0].rate)


def test_that_a_run_ends_with_the_very_step_that_meets_its_target_exactly():
    wanted = trained(trainer_of("regression", SMALL), "turbo")[:, 0]
    assert (np.diff(wanted) < 0).all()
    for step in (1, 5, 11):
        exactly = float(wanted[step - 1])
        options = SMALL | {"schedule.target_loss": exactly}
        trainer = trainer_of("regression", options)
        found = trained(trainer, "turbo")
        assert trainer.ending.kind == "target"
        assert len(found) == trainer.step_count == step
        just_below = SMALL | {"schedule.target_loss": float(np.nextafter(exactly, 0))}
        assert len(trained(trainer_of("regression", just_below), "turbo")) == step + 1


def test_that_a_dead_network_takes_two_looks():
    """At steps 25 and 50: a single look may meet an unlucky batch."""
    for engine in ("torch", "turbo"):
        trainer = trainer_of("regression", SMALL | {"network.activation": "relu"})
        trainer.change(with_settings(trainer.spec, {"schedule.steps": 80}))
        with torch.no_grad():
            trainer.variants[0].net.hidden.bias.fill_(-100)
        told = []
        trainer.set_engine(engine)
        for _ in range(4):
            trainer.advance(FOREVER, 20 if told else 30)
            told.append(trainer.state.hint is not None)
        assert told == [False, True, True, True][: len(told)], engine


def test_that_a_network_that_wakes_between_two_looks_is_not_dead():
    for engine in ("torch", "turbo"):
        options = {"network.activation": "relu", "schedule.steps": 100}
        trainer = trainer_of("regression", SMALL | options)
        bias = trainer.variants[0].net.hidden.bias
        kept = bias.detach().clone()
        trainer.set_engine(engine)
        for wakes in (False, True, False):
            with torch.no_grad():
                trainer.variants[0].net.hidden.bias.copy_(kept if wakes else kept - 100)
            trainer.advance(FOREVER, 25)
            assert trainer.state.hint is None, engine


DIVERGING = {"optimizer.lr": 0.3, "network.activation": "identity", "schedule.steps": 60}


def test_that_after_a_divergence_the_last_good_weights_come_back():
    """Those before the loss was a hundred times the first, not the last finite ones."""
    one, other, expected, found = both("regression", SMALL | DIVERGING)
    assert one.ending.kind == other.ending.kind == "diverged"
    assert len(found) == len(expected) > 4
    first, losses = found[0, 0], found[:, 0]
    assert np.nanmax(losses) > 1e6 * first, "it went on far beyond what is good"
    x, y = other.state.train_data
    with torch.no_grad():
        loss = float(other.state.loss_func(other.variants[0].net(x), y))
    good = losses[losses <= 100 * first]
    assert loss == pytest.approx(good[-1], rel=1e-4)
    same(one, other, rel=1e-3)


RACE = {
    "data.points": 40,
    "network.hidden": [3],
    "race.optimizers": ["sgd", "adam"],
    "schedule.batch_size": 0,
    "schedule.validation": 0.25,
    "schedule.epochs": 0,
    "schedule.steps": 14,
    "racers.sgd.lr": 40.0,
    "network.activation": "identity",
}


def test_that_a_racer_who_drops_out_is_validated_where_it_stays():
    one, other, expected, found = both("optimizers", RACE)
    assert [v.diverged for v in other.variants] == [v.diverged for v in one.variants]
    assert other.variants[0].diverged
    assert not other.variants[1].diverged
    assert found == pytest.approx(expected, rel=1e-3, nan_ok=True)
    column = other.columns.index("sgd_val_loss")
    out = int(np.flatnonzero(~np.isfinite(found[:, 0]) | (found[:, 0] > 1e12))[0])
    x, y = other.state.held_out
    with torch.no_grad():
        kept = float(other.state.loss_func(other.variants[0].net(x), y))
    assert found[out, column] == pytest.approx(kept, rel=1e-4)
    assert math.isfinite(kept)


def test_that_patience_and_the_best_weights_are_those_of_pytorch():
    options = {"schedule.validation": 0.3, "schedule.patience": 3, "schedule.keep": "best"}
    options |= {"optimizer.lr": 1.2, "schedule.steps": 60}
    for seed in range(4):
        one, other, expected, found = both("regression", SMALL | options | {"seed": seed})
        assert other.ending == one.ending
        assert len(found) == len(expected)
        mine, theirs = one.variants[0].best, other.variants[0].best
        assert (mine.epoch, mine.step) == (theirs.epoch, theirs.step)
        assert theirs.loss == pytest.approx(mine.loss, rel=1e-4)
        same(one, other, rel=1e-2)


def test_that_pieces_and_places_on_the_way_are_those_of_pytorch():
    options = {"schedule.batch_size": 3, "schedule.steps": 20}
    one, other = (trainer_of("regression", SMALL | options) for _ in range(2))
    for trainer, engine in ((one, "torch"), (other, "turbo")):
        trainer.set_engine(engine)
        trainer.state.trajectory = Trajectory(trainer.point())
        for _ in range(4):
            trainer.advance(FOREVER, 5)
    mine, theirs = (trainer.state.trajectory.points for trainer in (one, other))
    assert [p.step for p in theirs] == [p.step for p in mine]
    assert [p.epoch for p in theirs] == [p.epoch for p in mine]
    for a, b in zip(mine, theirs, strict=True):
        assert b.vectors == pytest.approx(a.vectors, abs=1e-5)


def test_that_losses_of_a_sample_and_predictions_are_those_of_pytorch():
    options = {"data.standardise": True}
    for name, more in (("regression", {}), ("regression", options), ("optimizers", RACE)):
        base = SMALL if name == "regression" else {}
        one, other = (trainer_of(name, base | more) for _ in range(2))
        trained(one, "torch", 3)
        trained(other, "turbo", 3)
        x = np.linspace(-2, 3, 11).reshape(-1, 1)
        for mine, theirs in zip(one.predict(x), other.predict(x), strict=True):
            assert theirs == pytest.approx(mine, rel=1e-3, abs=1e-5)
        other.capture()  # what turbo trained is in torch's objects now
        points, y = one.state.train_data
        for every in (1, 3):
            with torch.no_grad():
                wanted = [
                    float(one.state.loss_func(v.net(points[::every]), y[::every]))
                    for v in one.variants
                ]
            assert Turbo(other.state).losses(every) == pytest.approx(wanted, rel=1e-4)
