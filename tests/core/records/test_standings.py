"""The ranking's figures, against looking at all losses at once."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nngui.core.records import standings
from nngui.core.records.history import History
from nngui.core.records.standings import Standings

NAMES = ("sgd", "adam")


def filled(rows):
    history = History(NAMES)
    history.append(np.asarray(rows, float))
    return history


@pytest.mark.parametrize("until", [1, 9, 33, 60])
def test_that_the_figures_up_to_a_step_are_those_of_a_race_that_ended_there(until, monkeypatch):
    monkeypatch.setattr(standings, "AT_ONCE", 10)
    losses = np.random.default_rng(3).random((60, 2))
    wanted, found = Standings(NAMES, 5, 0.4), Standings(NAMES, 5, 0.4)
    wanted.update(filled(losses[:until]))
    found.update(filled(losses), until)
    assert found.seen == until
    assert (found.last, found.best, found.reached) == (wanted.last, wanted.best, wanted.reached)


@pytest.mark.parametrize("pieces", [[60], [1, 2, 3, 54], [7] * 8 + [4]])
@pytest.mark.parametrize("window", [1, 5, 100])
def test_that_the_figures_are_those_of_all_losses_however_they_come(pieces, window, monkeypatch):
    monkeypatch.setattr(standings, "AT_ONCE", 10)
    losses = np.linspace(1, 0.1, 60)[:, None] * [1.0, 0.5] + np.sin(np.arange(60))[:, None] * 0.05
    losses = losses.astype(np.float32).astype(float)
    history, found, start = History(NAMES), Standings(NAMES, window, 0.3), 0
    for piece in pieces:
        history.append(losses[start : start + piece])
        found.update(history)
        start += piece
    for i, name in enumerate(NAMES):
        assert found.last[name] == losses[-1, i]
        assert found.best[name] == losses[:, i].min()
        means = [losses[k - window : k, i].mean() for k in range(window, 61)]
        steps = [window + k for k, mean in enumerate(means) if mean <= 0.3]
        assert found.reached.get(name) == (steps[0] if steps else None)


def test_that_a_lucky_batch_is_no_arrival():
    found = Standings(NAMES, 4, 0.21)
    found.update(filled([[1, 1], [0.1, 0.2], [1, 0.2], [1, 0.2], [1, 0.2]]))
    assert found.reached == {"adam": 5}
    assert found.best["sgd"] == np.float32(0.1)


def test_that_who_drops_out_keeps_the_best_and_has_no_last():
    found = Standings(NAMES, 1, 0.15)
    history = filled([[1, 1], [0.5, 0.9]])
    found.update(history)
    history.append(np.array([[math.nan, 0.8], [math.nan, 0.1]]))
    found.update(history)
    assert math.isnan(found.last["sgd"])
    assert found.best["sgd"] == 0.5
    assert found.reached == {"adam": 4}


def test_that_there_are_no_figures_before_the_first_step():
    found = Standings(NAMES, 3, 1.0)
    found.update(History(NAMES))
    assert math.isnan(found.last["sgd"])
    assert math.isnan(found.best["adam"])
    assert found.reached == {}
