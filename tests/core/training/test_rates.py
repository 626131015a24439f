"""Schedules of the learning rate: held against torch's own schedulers, in runs and alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler as torchs

from nngui.core.errors import FileError
from nngui.core.spec import ScheduleSpec
from nngui.core.spec.toml import with_settings
from nngui.core.studies.lr_finder import find_learning_rate
from nngui.core.training.rates import Plateau, rate_at, shape
from nngui.core.training.state_check import load_checked
from tests.core.helpers import TASKS, spec_of, trainer_of

FOREVER = 1e9
SCHEDULES = ("step", "exponential", "cosine", "one_cycle", "warm_up", "plateau")
QUICK = {
    "schedule.rate_every": 3,
    "schedule.rate_factor": 0.5,
    "schedule.rate_decay": 0.9,
    "schedule.rate_patience": 0,
    "schedule.rate_warm_up": 30,
}
AT_ONCE = {"schedule.steps": 60}
IN_BATCHES = {"schedule.epochs": 12, "schedule.batch_size": 15, "schedule.validation": 0.25}


def run_of(rate, options=(), **more):
    return trainer_of("regression", {**QUICK, **AT_ONCE, **dict(options), **more} | rates(rate))


def rates(rate):
    return {"schedule.rate": rate, "optimizer.name": "adam", "optimizer.lr": 0.02}


def torchs_rates(schedule, base, total, places):
    """What torch's scheduler gives, step by step."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base)
    scheduler = {
        "step": lambda: torchs.StepLR(optimizer, schedule.rate_every, schedule.rate_factor),
        "exponential": lambda: torchs.ExponentialLR(optimizer, schedule.rate_decay),
        "cosine": lambda: torchs.CosineAnnealingLR(optimizer, total),
        "one_cycle": lambda: torchs.OneCycleLR(
            optimizer, base, total_steps=total, cycle_momentum=False
        ),
        "warm_up": lambda: torchs.LinearLR(optimizer, 0.1, total_iters=schedule.rate_warm_up),
    }[schedule.rate]()
    found = []
    for _ in range(places):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


@pytest.mark.parametrize("total", [1, 2, 3, 7, 100, 1000])
@pytest.mark.parametrize("kind", SCHEDULES[:-1])
def test_that_each_rate_is_torchs_to_the_last_bit(kind, total):
    for seed in range(3):
        draw = np.random.default_rng(seed)
        schedule = ScheduleSpec(
            rate=kind,
            rate_every=int(draw.integers(1, 20)),
            rate_factor=float(draw.uniform(0, 0.999)),
            rate_decay=float(draw.uniform(0.5, 1)),
            rate_warm_up=int(draw.integers(1, 50)),
        )
        base = float(10 ** draw.uniform(-5, 1))
        expected = torchs_rates(schedule, base, total, total)
        places = [*range(total), *draw.integers(0, total, 5).tolist()]  # also back and forth
        assert [rate_at(schedule, base, n, total) for n in places] == [expected[n] for n in places]
        near = base * shape(schedule, range(total), total)
        np.testing.assert_allclose(near, expected, rtol=1e-9, atol=1e-15 * base)


@pytest.mark.parametrize("patience", [0, 1, 4])
def test_that_plateaus_are_torchs(patience):
    schedule = ScheduleSpec(rate="plateau", rate_factor=0.3, rate_patience=patience)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    scheduler = torchs.ReduceLROnPlateau(optimizer, factor=0.3, patience=patience)
    ours, draw = Plateau(), np.random.default_rng(patience)
    for epoch in range(200):
        loss = math.nan if epoch == 50 else float(abs(draw.normal()) + 1 / (epoch + 1))
        scheduler.step(loss)
        ours.end_epoch(loss, patience)
        assert rate_at(schedule, 0.1, ours.cuts, 1) == optimizer.param_groups[0]["lr"]
    assert ours.cuts > 5, "it went on as far as torch lets a rate fall"


def test_that_an_epochs_loss_is_the_mean_of_its_steps_however_many_they_are():
    scheduler = torchs.ReduceLROnPlateau(torch.optim.SGD([torch.zeros(1)], lr=0.1), patience=1)
    ours, draw = Plateau(), np.random.default_rng(3)
    for epoch in range(40):
        losses = draw.integers(1, 64, draw.integers(1, 9)) / 64 / (epoch + 1)
        scheduler.step(losses.mean())
        ours.add(losses[:2].tolist())
        ours.add(losses[2:].tolist())
        ours.end_epoch(None, 1)
        assert ours.best == pytest.approx(scheduler.best, rel=1e-12)
        assert ours.bad == scheduler.num_bad_epochs


@pytest.mark.parametrize("options", [AT_ONCE, IN_BATCHES], ids=["at once", "in batches"])
@pytest.mark.parametrize("engine", ["torch", "turbo"])
@pytest.mark.parametrize("rate", SCHEDULES)
def test_that_a_run_goes_on_from_a_saved_state_at_the_same_rates(rate, engine, options):
    trainer, other = run_of(rate, options), run_of(rate, options)
    for each in (trainer, other):
        each.set_engine(engine)
    trainer.advance(FOREVER, 17)
    state = trainer.capture()
    rest = trainer.advance(FOREVER)
    assert len(set(rest[:, -1])) > 1, "the rate changed"
    other.restore(state)
    assert np.array_equal(other.advance(FOREVER), rest, equal_nan=True)
    trainer.restore(state)
    assert np.array_equal(trainer.advance(FOREVER), rest, equal_nan=True)


def test_that_a_saved_plateau_from_a_file_is_checked():
    trainer = run_of("plateau")
    trainer.advance(FOREVER, 20)
    state = trainer.capture()
    fresh = run_of("plateau")
    load_checked(fresh.state, state)
    assert fresh.variants[0].rate == trainer.variants[0].rate
    best, bad, cuts, total, count = state["rates"][0]
    for wrong in (
        None,
        [],
        [(best, bad, cuts, total)],
        [(best, -1, cuts, total, count)],
        [(best, bad, 2.0, total, count)],
        [(best, bad, True, total, count)],
        [("x", bad, cuts, total, count)],
    ):
        with pytest.raises(FileError):
            load_checked(run_of("plateau").state, state | {"rates": wrong})


@pytest.mark.parametrize("rate", SCHEDULES)
def test_that_a_dragged_rate_goes_on_from_its_place_in_the_schedule(rate):
    trainer = run_of(rate)
    trainer.advance(FOREVER, 17)
    before = trainer.variants[0].rate
    trainer.change(with_settings(trainer.spec, {"optimizer.lr": 0.04}))
    assert trainer.variants[0].rate == pytest.approx(2 * before)
    shown = trainer.advance(FOREVER, 1)[0, -1]
    assert shown == pytest.approx(2 * before)


def test_that_more_steps_move_the_end_of_a_cosine():
    trainer = run_of("cosine")
    trainer.advance(FOREVER, 30)
    assert trainer.variants[0].rate == pytest.approx(0.01)
    trainer.change(with_settings(trainer.spec, {"schedule.steps": 90}))
    assert trainer.variants[0].rate == pytest.approx(0.015)
    trainer.advance(FOREVER)
    assert trainer.variants[0].rate == pytest.approx(0, abs=1e-9)


def test_that_each_racer_has_its_own_rate_in_a_column_of_its_own():
    options = {"race.optimizers": ["sgd", "adam"], "racers.sgd.lr": 0.1, "schedule.epochs": 2}
    trainer = trainer_of("optimizers", {**options, "schedule.rate": "cosine"})
    rows = trainer.advance(FOREVER)
    assert trainer.columns == ["sgd", "adam", "sgd_lr", "adam_lr"]
    np.testing.assert_allclose(rows[:, 2], 10 * rows[:, 3], rtol=1e-12)
    assert rows[0, 2] == 0.1
    assert trainer_of("optimizers").columns == ["sgd", "momentum", "adagrad", "rmsprop", "adam"]


def test_that_a_racer_that_diverged_has_no_rate_and_the_others_go_on():
    options = {"race.optimizers": ["sgd", "adam"], "racers.sgd.lr": 100, "schedule.epochs": 2}
    trainer = trainer_of("optimizers", {**options, "schedule.rate": "plateau"})
    rows = trainer.advance(FOREVER)
    assert np.isnan(rows[-1, 2])
    assert np.isfinite(rows[:, 3]).all()


def test_that_the_range_test_has_its_own_rates():
    plain = find_learning_rate(TASKS["regression"], spec_of("regression"))
    paced = find_learning_rate(TASKS["regression"], spec_of("regression", rates("cosine")))
    assert plain.rates[-1] > 0.1
    assert len(paced.rates) > 100
    assert paced.losses[-1] < paced.losses[0]


@pytest.mark.parametrize("rate", ["step", "exponential", "cosine", "one_cycle", "warm_up"])
@pytest.mark.parametrize("steps", [0, 7, 23])
def test_that_the_plan_is_what_comes(rate, steps):
    options = {"schedule.rate": rate, "schedule.rate_every": 2, "schedule.rate_warm_up": 9}
    options |= {"schedule.batch_size": 30, "schedule.epochs": 10}
    trainer = trainer_of("regression", options)
    trainer.advance(1e9, steps)
    plan = trainer.state.rate_plan
    assert plan.steps[0] == steps + 1
    assert plan.steps[-1] == trainer.state.total_steps == 40
    used = trainer.advance(1e9)[:, -1]
    wanted = used[plan.steps.astype(int) - steps - 1]
    assert plan.rates[0] == pytest.approx(wanted, rel=1e-9)


def test_that_a_constant_rate_has_no_plan_and_a_plateau_stays_as_it_is():
    assert trainer_of("regression").state.rate_plan is None
    options = {"schedule.rate": "plateau", "schedule.rate_patience": 0, "optimizer.lr": 0.6}
    trainer = trainer_of("regression", options)
    trainer.advance(1e9, 60)
    assert trainer.variants[0].rate < 0.6
    assert set(trainer.state.rate_plan.rates[0]) == {trainer.variants[0].rate}
