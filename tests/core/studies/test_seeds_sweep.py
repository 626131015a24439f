"""Several seeds: each run gives what it gives alone, and what is told of them is right."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nngui.core.errors import DataError
from nngui.core.studies import seeds_sweep
from nngui.core.studies.seeds import (
    Result,
    differs,
    leaders,
    quantile_band,
    results,
    seeds_from,
    smoothed,
    ties,
)
from nngui.core.studies.seeds_sweep import SeedsSweep
from tests.core.helpers import TASKS, rows_of, spec_of, trainer_of

NAME = "optimizers"
SHORT = {"schedule.epochs": 2, "data.points": 100, "race.optimizers": ["sgd", "adam"]}  # 8 steps


def sweep_of(settings, seeds):
    return SeedsSweep(TASKS[NAME], spec_of(NAME, settings), seeds)


def result_of(name, losses):
    losses = tuple(losses)
    return Result(name, float(np.median(losses)), min(losses), max(losses), 0, 0, losses)


@pytest.mark.parametrize("settings", [{}, {"race.fair_start": False}, {"network.dropout": 0.2}])
def test_that_each_seed_gives_the_losses_of_a_run_alone(monkeypatch, settings):
    monkeypatch.setattr(seeds_sweep, "SLICE_S", 0.0)  # a step each turn
    sweep = sweep_of(SHORT | settings, (3, 4, 5))
    for _ in sweep:
        pass
    state = sweep.state()
    assert state.done == 1
    assert state.steps.tolist() == list(range(1, 9))
    for place, seed in enumerate((3, 4, 5)):
        alone = trainer_of(NAME, SHORT | settings | {"seed": seed})
        assert state.losses[place].tolist() == alone.advance(1e9).tolist()
        x, y = alone.state.train_data
        nets = [variant.net.eval() for variant in alone.variants]
        assert state.ends[place].tolist() == [alone.state.loss_func(n(x), y).item() for n in nets]


def test_that_all_seeds_are_equally_far_whenever_they_are_compared():
    sweep, seen = sweep_of(SHORT, (1, 2)), []
    for _ in sweep:
        if sweep.is_level:
            state = sweep.state()
            assert np.isfinite(state.losses).all()
            seen.append(state.steps[-1])
    assert seen[-1] == 8
    assert seen == sorted(set(seen))


def test_that_a_point_is_the_mean_of_its_steps_in_a_long_run(monkeypatch):
    monkeypatch.setattr(seeds_sweep, "MAX_CURVE_POINTS", 3)
    sweep = sweep_of(SHORT, (1,))
    for _ in sweep:
        pass
    state, rows = sweep.state(), rows_of(NAME, SHORT)
    assert state.steps.tolist() == [3, 6, 8]
    means = [rows[0:3].mean(axis=0), rows[3:6].mean(axis=0), rows[6:8].mean(axis=0)]
    assert state.losses[0] == pytest.approx(np.array(means))


def test_that_who_diverges_counts_as_worst():
    sweep = sweep_of(SHORT | {"racers.sgd.lr": 900.0}, (1, 2))
    for _ in sweep:
        pass
    state = sweep.state()
    assert np.isinf(state.losses[:, -1, 0]).all()
    assert np.isfinite(state.losses[:, -1, 1]).all()
    adam, sgd = results(state)
    assert (adam.name, adam.wins, adam.diverged) == ("adam", 2, 0)
    assert (sgd.name, sgd.wins, sgd.diverged) == ("sgd", 0, 2)
    assert math.isinf(sgd.median)


def test_that_seeds_with_which_all_diverge_end_and_count():
    sweep = sweep_of(SHORT | {"race.optimizers": ["sgd"], "racers.sgd.lr": 900.0}, (1, 2))
    for _ in sweep:
        pass
    state = sweep.state()
    assert state.done == 1
    assert np.isinf(state.losses[:, -1]).all()
    assert np.isinf(state.ends).all()


def test_that_a_race_that_cannot_be_built_is_refused():
    with pytest.raises(DataError):
        next(iter(sweep_of(SHORT | {"schedule.batch_size": 101}, (1, 2))))


def test_that_the_band_holds_all_seeds_and_the_line_is_their_median():
    inf, nan = math.inf, math.nan
    losses = np.array([[3.0, 1, 1, inf], [1.0, inf, nan, inf], [2.0, 2, 3, 1], [9.0, 8, 2, 2]])
    median, low, high = quantile_band(losses)
    assert median.tolist() == [2.5, 5, 2, inf]
    assert low.tolist() == [1, 1, 1, 1]
    assert high.tolist() == [9, inf, 3, inf]


def test_that_smoothing_takes_the_mean_of_the_last_losses_of_each_seed():
    inf, nan = math.inf, math.nan
    found = smoothed(np.array([[4.0, 2, 6, 8], [1.0, 3, inf, inf], [5.0, 1, nan, nan]]), 2)
    assert found[0].tolist() == [4, 3, 4, 7]
    assert found[1].tolist() == [1, 2, inf, inf]
    assert found[2, :2].tolist() == [5, 3]
    assert np.isnan(found[2, 2:]).all()


@pytest.mark.parametrize(
    ("ahead", "n", "apart"), [(5, 5, True), (4, 5, False), (4, 4, False), (15, 20, True)]
)
def test_that_racers_are_told_apart_by_the_sign_test(ahead, n, apart):
    one = result_of("adam", [1.0] * n)
    other = result_of("sgd", [2.0] * ahead + [0.5] * (n - ahead))
    assert differs(one, other) is differs(other, one) is apart
    assert not differs(one, one)


def test_that_leaders_and_neighbours_that_are_level_are_found():
    a = result_of("adam", [1, 1, 1, 1, 1])
    b = result_of("rmsprop", [2, 2, 2, 0.9, 2])
    c = result_of("sgd", [5, 6, 7, 8, 9])
    d = result_of("adagrad", [6, 5, 8, 9, 10])
    assert leaders([a, b, c, d]) == [a, b]
    assert ties([a, b, c, d]) == [(c, d)]


def test_that_seeds_stay_in_their_range():
    assert seeds_from(7, 3) == (7, 8, 9)
    assert seeds_from(2**32 - 1, 2) == (2**32 - 2, 2**32 - 1)
