"""The batch sizes that are compared: read from a line, trained by turns, measured alike."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nngui.core.errors import SettingError
from nngui.core.studies import sizes_sweep
from nngui.core.studies.batch_sizes import read_sizes
from nngui.core.studies.sizes_sweep import SizesSweep, loss_of_all
from nngui.core.trainer import Trainer
from tests.core.helpers import FOREVER, TASKS, spec_of, trainer_of

NAME = "batch_training"
POINTS = {"data.kind": "points", "data.points": 60}


def settings(size, **more):
    return POINTS | {"schedule.batch_size": size, "schedule.epochs": 4} | more


def swept(chosen, seconds=0.0):
    sweep = SizesSweep(TASKS[NAME], {n: spec_of(NAME, s) for n, s in chosen.items()}, seconds)
    return [sweep.state() for _ in sweep if sweep.is_level]


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("1, 8, 32, all", [1, 8, 32, 0]),
        ("all 32 1", [1, 32, 0]),
        ("1，8；全部", [1, 8, 0]),
        ("60", [60]),
        (" 007 ", [7]),
    ],
)
def test_that_a_line_of_sizes_is_read(text, sizes):
    assert read_sizes(text, 60, "全部") == sizes


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write the batch sizes to compare"),
        (" , ", "Write the batch sizes to compare"),
        ("0", "A batch of 0 points is none"),
        ("8, -3", "A batch of -3 points is none"),
        ("8, many", "many is no batch size"),
        ("1.5", "1.5 is no batch size"),
        ("9" * 5000, "99999999999999999999… is no batch size"),
        ("61", "A batch of 61 does not fit: there are 60 points"),
        ("8, 8", "The batch size 8 stands there twice"),
        ("60 all", "The batch size all stands there twice"),
        ("1 2 3 4 5 6 7 8", "These are 8 batch sizes"),
    ],
)
def test_that_an_impossible_line_of_sizes_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(SettingError) as caught:
        read_sizes(text, 60)
    assert sentence in str(caught.value)


def test_that_each_size_reaches_the_loss_that_it_reaches_alone():
    sizes = (1, 7, 0)
    states = swept({str(size): settings(size) for size in sizes})
    assert states[-1].done == 1
    starts = set()
    for size in sizes:
        rows = states[-1].curves[str(size)]
        alone = trainer_of(NAME, settings(size))
        starts.add(rows[0, 3])
        assert rows[0].tolist() == [0, 0, 0, loss_of_all(alone)]
        alone.advance(FOREVER)
        assert rows[-1, 3] == loss_of_all(alone)
        assert rows[-1, :2].tolist() == [alone.step_count, 4]
        assert (np.diff(rows[:, :3], axis=0) > 0).all()
    assert len(starts) == 1, "they start from the same weights"


def test_that_a_long_run_is_measured_seldom_and_at_its_end(monkeypatch):
    monkeypatch.setattr(sizes_sweep, "FURTHER", 1.5)
    rows = swept({"1": settings(1)})[-1].curves["1"]
    steps = rows[:, 0].tolist()
    assert steps[:4] == [0, 1, 2, 4]
    assert steps[-1] == 240
    assert len(steps) < 20


def test_that_each_size_trains_for_its_own_seconds():
    endless = {"schedule.epochs": 0, "schedule.steps": 100_000_000}
    states = swept({"1": settings(1, **endless), "60": settings(60, **endless)}, 0.1)
    assert [s.done for s in states] == sorted(s.done for s in states)
    assert states[-1].done == 1
    for rows in states[-1].curves.values():
        assert 0.1 <= rows[-1, 2] < 0.2


def test_that_a_size_that_diverges_ends_and_the_others_go_on():
    runs = {"1": settings(1, **{"optimizer.lr": 500.0}), "60": settings(60)}
    curves = swept(runs)[-1].curves
    assert math.isnan(curves["1"][-1, 3])
    assert np.isfinite(curves["1"][:-1, 3]).all()
    assert curves["60"][-1, 0] == 4


class Clock:
    """A clock that goes on by what is done: a second for each step, a hundred for each look."""

    def __init__(self, monkeypatch):
        self.now = 0.0
        monkeypatch.setattr(sizes_sweep.time, "perf_counter", lambda: self.now)
        advance = Trainer.advance

        def trained(trainer, budget, max_steps=None):
            rows = advance(trainer, FOREVER, max_steps)
            self.now += len(rows)
            return rows

        def looked(trainer):
            self.now += 100.0
            return loss_of_all(trainer)

        monkeypatch.setattr(Trainer, "advance", trained)
        monkeypatch.setattr(sizes_sweep, "loss_of_all", looked)


def test_that_the_seconds_are_those_of_a_run_s_own_training(monkeypatch):
    """Neither the others' turns count, nor what it takes to measure."""
    Clock(monkeypatch)
    monkeypatch.setattr(sizes_sweep, "HEAD_START_S", 1e9)
    (*_, last) = swept({"10": settings(10), "all": settings(0)})
    for name, steps in (("10", 24), ("all", 4)):
        curve = last.curves[name]
        assert curve[:, 2].tolist() == curve[:, 0].tolist() == list(range(steps + 1))


def test_that_what_the_first_steps_load_counts_for_no_size(monkeypatch):
    """Else the first one would seem slow: another run takes steps before any is measured."""
    asked, look = [], sizes_sweep.loss_of_all
    advance = Trainer.advance

    def trained(trainer, budget, steps=None):
        asked.append((trainer, budget))
        return advance(trainer, budget, steps)

    def looked(trainer):
        asked.append((trainer, 0.0))
        return look(trainer)

    monkeypatch.setattr(Trainer, "advance", trained)
    monkeypatch.setattr(sizes_sweep, "loss_of_all", looked)
    swept({"all": settings(0)})
    (warm, budget), *others = asked
    assert budget == sizes_sweep.WARM_UP_S
    assert len(others) > 2
    assert all(trainer is not warm for trainer, _ in others)


def test_that_measuring_waits_until_the_run_has_trained_as_long(monkeypatch):
    Clock(monkeypatch)
    monkeypatch.setattr(sizes_sweep, "HEAD_START_S", 0.0)
    (*_, last) = swept({"1": settings(1)})
    assert last.curves["1"][:, 0].tolist() == [0, 100, 200, 240]


def test_that_a_run_ends_when_its_seconds_are_spent(monkeypatch):
    Clock(monkeypatch)
    monkeypatch.setattr(sizes_sweep, "HEAD_START_S", 1e9)
    states = swept({"10": settings(10), "all": settings(0)}, seconds=3.0)
    for curve in states[-1].curves.values():
        assert curve[-1, 2] == 3.0
    assert states[-1].done == 1
    assert all(0 < state.done <= 1 for state in states)
