"""Several runs by turns: each gives what it would give alone, in curves of bounded length."""

from __future__ import annotations

import numpy as np
import pytest

from nngui.core.errors import DataError
from nngui.core.studies import interleaved as sweep
from nngui.core.studies.interleaved import Sweep, SweepCurve
from tests.core.helpers import TASKS, losses_of, spec_of

NAME = "batch_training"
POINTS = {"data.kind": "points", "data.points": 60, "schedule.epochs": 4}


def settings(size):
    return POINTS | {"schedule.batch_size": size}


def test_that_runs_by_turns_give_the_losses_of_runs_alone(monkeypatch):
    monkeypatch.setattr(sweep, "SLICE", 0.0)  # a step each turn
    sizes = (0, 7, 30)
    runs = Sweep(
        TASKS[NAME], {str(size): spec_of(NAME, settings(size)) for size in sizes}, ["loss"]
    )
    states = list(runs)
    assert [state.done for state in states] == sorted(state.done for state in states)
    assert states[-1].done == 1
    for size in sizes:
        rows = states[-1].curves[str(size)]
        assert rows[:, 3].tolist() == losses_of(NAME, settings(size))
        assert rows[:, 0].tolist() == list(range(1, len(rows) + 1))
        assert rows[-1, 1] == 4
        assert (np.diff(rows[:, 2]) > 0).all()


def test_that_a_long_curve_stays_short_and_keeps_its_mean():
    curve = SweepCurve()
    for step in range(1, 5001):
        curve.add(step, step / 10, step / 100, [float(step)])
    rows = curve.values()
    assert len(rows) < sweep.MAX_CURVE_POINTS
    assert rows[-1, 0] == 5000
    assert rows[0, 3] == pytest.approx((1 + curve.every) / 2)


def test_that_a_run_that_cannot_be_built_is_refused():
    with pytest.raises(DataError):
        Sweep(TASKS[NAME], {"1": spec_of(NAME, settings(61))}, ["loss"])
