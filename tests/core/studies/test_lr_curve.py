"""What the range test reads off a curve: of curves that are made, and of one taken by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import torch

from nngui.core.studies import lr_finder
from nngui.core.studies.lr_finder import (
    APART,
    FIRST,
    HIGH,
    LOW,
    MEMORY,
    STEPS,
    STOP_FACTOR,
    WIDTH,
    find_learning_rate,
)
from nngui.core.trainer import Trainer
from nngui.core.training.plain_loop import PlainLoop
from tests.core.helpers import TASKS, spec_of, trainer_of

RATES = np.geomspace(LOW, HIGH, STEPS)
PRESENT = 0.2


def made(monkeypatch, raw, scores=None, settings=()):
    """What is found of a curve of single losses, and of the trials' scores; and what was tried.

    `scores` is a function of a rate and of the start's number; without one all do alike.
    """
    losses = iter(raw)
    monkeypatch.setattr(PlainLoop, "step", lambda _loop: [next(losses)])
    asked = []

    def tried(task, spec, candidates, steps, **_more):
        rates = [one["optimizer.lr"] for one in candidates]
        asked.append((spec.seed, rates, steps))
        start = len(asked) - 1
        return [scores(rate, start) if scores else 1.0 for rate in rates]

    monkeypatch.setattr(lr_finder, "try_settings", tried)
    found = find_learning_rate(TASKS["regression"], spec_of("regression", settings))
    return found, asked


def falling(steepest, lowest, height=3.0):
    """Single losses whose mean falls by far the most around one step, and is least at another."""
    steps = np.arange(STEPS, dtype=float)
    mean = height - 1.0 / (1 + np.exp(-(steps - steepest) / 2)) - 0.002 * np.minimum(steps, lowest)
    mean = np.where(steps > lowest, mean + 0.02 * (steps - lowest), mean)
    return single(mean), mean


def single(mean):
    """The losses whose mean, as it is taken, goes so."""
    weights = 1 - MEMORY ** (np.arange(len(mean)) + 1.0)
    sums = mean * weights / (1 - MEMORY)  # of which the single ones are the differences
    return sums - MEMORY * np.concatenate(([0.0], sums[:-1]))


@pytest.mark.parametrize(("steepest", "lowest"), [(60, 100), (90, 120), (40, 70)])
def test_that_it_proposes_the_steepest_place_and_a_tenth_of_the_lowest(
    monkeypatch, steepest, lowest
):
    raw, mean = falling(steepest, lowest)
    found, asked = made(monkeypatch, raw)
    assert found.losses == pytest.approx(mean[: len(found.losses)], rel=1e-9)
    tried = sorted(one.rate for one in found.tried)
    assert tried == sorted(asked[0][1])

    def near(rate):
        return min(abs(math.log(rate / one)) for one in tried)

    one_step = math.log(RATES[1] / RATES[0])
    assert near(RATES[steepest]) <= 1.01 * one_step
    for wanted in (RATES[lowest] / 10, RATES[lowest] / 3, RATES[lowest]):
        assert near(wanted) < math.log(APART) + 0.02
    assert PRESENT in tried
    ratios = np.diff(np.log(tried))
    assert (ratios >= math.log(APART) - 1e-9).all()


def test_that_a_fall_counts_by_what_it_comes_to_in_nine_steps(monkeypatch):
    """All at once it is 1.0; slowly, 0.94 in nine steps and 1.04 in ten."""
    steps = np.arange(STEPS, dtype=float)
    mean = 3.0 - (steps >= 50) - 0.104 * np.clip(steps - 90, 0, 10)
    found, _ = made(monkeypatch, single(mean))
    one_step = math.log(RATES[1] / RATES[0])
    away = min(abs(math.log(one.rate / RATES[50])) for one in found.tried)
    assert away < (WIDTH // 2 + 2) * one_step


def test_that_the_first_steps_tell_no_slope(monkeypatch):
    """There the mean is that of the first batches: however it falls, nothing is proposed there."""
    raw, _ = falling(FIRST - 9, 120)
    found, _ = made(monkeypatch, raw)
    assert min(one.rate for one in found.tried) >= RATES[FIRST + WIDTH // 2] * 0.98


def test_that_a_curve_too_short_for_a_slope_proposes_by_its_lowest_loss(monkeypatch):
    raw = [3.0, 2.0, 1.0, 1.0, 50.0, math.nan]
    found, asked = made(monkeypatch, raw)
    assert len(found.losses) == 5
    lowest = float(RATES[found.losses.argmin()])
    written = [float(f"{rate:.2g}") for rate in (lowest / 10, lowest / 3, RATES[4] / 3, lowest)]
    assert asked[0][1][0] == PRESENT
    assert set(asked[0][1][1:]) <= set(written)
    assert written[0] in asked[0][1]


@pytest.mark.parametrize("last", [math.nan, math.inf])
def test_that_it_ends_before_a_loss_that_is_no_number(monkeypatch, last):
    found, _ = made(monkeypatch, [3.0] * 30 + [last])
    assert len(found.losses) == len(found.rates) == 30


def test_that_it_ends_with_the_first_mean_beyond_four_times_the_smallest(monkeypatch):
    raw, _ = falling(60, 100, 2.0)
    raw[110:] += 40 * np.arange(30)
    found, _ = made(monkeypatch, raw)
    assert 110 < len(found.losses) < STEPS
    assert found.losses[-1] > STOP_FACTOR * found.losses.min()
    assert (found.losses[:-1] <= STOP_FACTOR * np.minimum.accumulate(found.losses[:-1])).all()


def test_that_the_curve_is_the_mean_of_losses_without_bias_as_pandas_takes_it(monkeypatch):
    """Of the plain loop, written out: a rate for each step, and an unbiased running mean."""
    monkeypatch.setattr(lr_finder, "try_settings", lambda *_a, **_k: None)  # nothing is tried
    options = {"schedule.batch_size": 20, "optimizer.name": "adam"}
    found = find_learning_rate(TASKS["regression"], spec_of("regression", options))
    trainer = trainer_of("regression", options)
    net, optimizer = trainer.variants[0].net, trainer.variants[0].optimizer
    raw = []
    for rate in RATES[: len(found.losses)]:
        optimizer.param_groups[0]["lr"] = rate
        x, y = trainer.state.next_batch()
        loss = torch.nn.functional.mse_loss(net(x), y)
        raw.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    wanted = pd.Series(raw).ewm(alpha=1 - MEMORY, adjust=True).mean()
    assert found.losses == pytest.approx(wanted.to_numpy(), rel=1e-6)
    assert found.losses[0] == pytest.approx(raw[0])
    assert found.rates == pytest.approx(RATES[: len(raw)])


# --- What is suggested ----------------------------------------------------------------------------


def at_best(best, width=1.0, height=1.0):
    """Scores by how far a rate is from the best one."""
    return lambda rate, _start: height * math.exp(abs(math.log(rate / best)) / width)


def test_that_the_rate_that_did_best_is_suggested_for_each_of_three_seeds(monkeypatch):
    raw, _ = falling(60, 110)
    found, asked = made(monkeypatch, raw, at_best(float(RATES[60])), {"seed": 2**32 - 2})
    assert [seed for seed, _, _ in asked] == [2**32 - 2, 2**32 - 1, 0]
    best = min(found.tried, key=lambda one: one.median)
    assert found.suggestion == best.rate
    assert [len(one.scores) for one in found.tried] == [3] * len(found.tried)
    assert [one.rate for one in found.tried] == sorted(one.rate for one in found.tried)


def test_that_a_rate_that_is_worse_at_one_start_is_not_suggested(monkeypatch):
    raw, _ = falling(60, 110)
    good = float(f"{RATES[60]:.2g}")

    def scores(rate, start):
        if rate == PRESENT:
            return 1.0
        return (1.0 + 1e-9 if start == 1 else 0.1) if rate != good else 0.5

    found, _ = made(monkeypatch, raw, scores)
    close = min(found.tried, key=lambda one: abs(math.log(one.rate / good)))
    assert found.suggestion == (good if close.rate == good else PRESENT)


@pytest.mark.parametrize(("share", "changes"), [(0.94, True), (0.96, False)])
def test_that_the_present_rate_stays_unless_another_is_clearly_better(monkeypatch, share, changes):
    raw, _ = falling(60, 110)
    found, asked = made(monkeypatch, raw, lambda rate, _: 1.0 if rate == PRESENT else share)
    assert (found.suggestion != PRESENT) == changes
    assert asked[0][2] == found.steps == trainer_of("regression").state.total_steps
    if changes:  # of those that are as good the smallest
        assert found.suggestion == min(one.rate for one in found.tried)


@pytest.mark.parametrize(("share", "changes"), [(0.49, True), (0.51, False)])
def test_that_trials_cut_short_have_to_be_twice_as_good(monkeypatch, share, changes):
    raw, _ = falling(60, 110)
    monkeypatch.setattr(lr_finder, "affordable_steps", lambda _trainer, _seconds: 30)
    found, asked = made(monkeypatch, raw, lambda rate, _: 1.0 if rate == PRESENT else share)
    assert asked[0][2] == found.steps == 30
    assert (found.suggestion != PRESENT) == changes


def test_that_a_smaller_rate_that_is_nearly_as_good_is_the_safer_one(monkeypatch):
    raw, _ = falling(60, 110)
    for factor, safer in ((1.09, True), (1.11, False)):
        rates = sorted(made(monkeypatch, raw)[1][0][1])
        small, large = rates[0], rates[1]
        known = {PRESENT: 1.0, large: 0.1, small: 0.1 * factor}
        found, _ = made(monkeypatch, raw, lambda rate, _, known=known: known.get(rate, 0.9))
        assert found.suggestion == (small if safer else large)


def test_that_nothing_is_suggested_where_all_diverge(monkeypatch):
    raw, _ = falling(60, 110)
    found, _ = made(monkeypatch, raw, lambda _rate, _start: math.inf)
    assert found.suggestion is None
    found, _ = made(monkeypatch, raw, lambda rate, _: math.inf if rate == PRESENT else 2.0)
    assert found.suggestion == min(one.rate for one in found.tried if one.rate != PRESENT)


def test_that_each_trial_has_its_share_of_the_time(monkeypatch):
    raw, _ = falling(60, 110)
    seconds = []

    def affordable(trainer, share):
        seconds.append(share)
        assert isinstance(trainer, Trainer)
        return 7

    monkeypatch.setattr(lr_finder, "affordable_steps", affordable)
    _, asked = made(monkeypatch, raw)
    assert seconds == [lr_finder.TRIALS_S / (3 * len(asked[0][1]))]
