"""Keyframes: evenly spread within their budget, which all runs share."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
import torch

from nngui.core.past import store
from nngui.core.past.replay import Replay
from nngui.core.past.store import Keyframe, Keyframes
from tests.core.helpers import FOREVER, TASKS, trainer_of


def frame(step, edits=0, size=1000):
    return Keyframe.of((step, edits), {"x": torch.zeros(size, dtype=torch.uint8)}, (0.0,))


@pytest.mark.parametrize("order", ["forwards", "as a cursor wanders"])
def test_that_keyframes_are_spread_evenly(order):
    kept, steps = Keyframes(max_bytes=64_000), list(range(0, 30_000, 10))
    if order != "forwards":
        random.Random(1).shuffle(steps)
    for step in steps:
        kept.add(frame(step))
    places = [step for step, _ in kept.places]
    gaps = [b - a for a, b in pairwise(places)]
    assert len(places) >= 20
    assert max(gaps) <= 8 * 30_000 / len(places)
    assert kept.nbytes <= 64_000


def test_that_all_runs_share_what_there_is(monkeypatch):
    monkeypatch.setattr(store, "MAX_ALL_BYTES", 100_000)
    runs = [Keyframes(max_bytes=80_000) for _ in range(4)]
    for step in range(400):
        for run in runs:
            run.add(frame(step))
    assert sum(run.nbytes for run in runs) <= 100_000
    assert all(len(run.places) > 5 for run in runs)


def test_that_little_is_kept_where_memory_is_short(monkeypatch):
    monkeypatch.setattr(store, "free_memory", lambda: 160_000)
    kept = Keyframes()
    for step in range(400):
        kept.add(frame(step))
    assert kept.nbytes <= 2 * 160_000 / store.SHARE_OF_FREE


def test_that_a_state_that_would_take_most_of_the_room_is_not_kept():
    kept = Keyframes(max_bytes=10_000)
    kept.add(frame(0, size=100))
    kept.add(frame(1, size=5_000))
    assert kept.places == [(0, 0)]


def test_that_what_is_at_the_same_place_takes_the_older_ones():
    kept = Keyframes()
    kept.add(frame(3, size=10))
    kept.add(frame(3, size=500))
    assert kept.places == [(3, 0)]
    assert kept.nearest(5, 0).state["x"].numel() == 500
    assert (3, 0) in kept
    assert (3, 1) not in kept


def test_that_a_line_that_was_left_keeps_a_few():
    kept = Keyframes()
    for step in range(100):
        kept.add(frame(step))
    kept.shrink(20_000)
    assert kept.nbytes <= 20_000
    assert kept.places[0] == (0, 0)
    assert kept.places[-1] == (99, 0)


def test_that_steps_that_come_to_other_losses_are_not_called_exact():
    trainer = trainer_of("regression")
    rows = trainer.advance(FOREVER, 40)
    found = []

    def known(step, again):
        found.append(step)
        return (again == rows[step : step + len(again)]).all()

    replay = Replay(TASKS["regression"], trainer.journal, known=known)
    replay.go_to(20)
    assert found[0] == 0
    assert replay.is_exact
    rows[25] += 1
    replay.go_to(30)
    assert not replay.is_exact
    replay.go_to(10)
    assert replay.is_exact


def test_that_threads_that_add_up_as_they_come_are_not_called_exact():
    settings = {"data.kind": "digits", "schedule.epochs": 0, "schedule.steps": 4}
    trainer = trainer_of("cnn", settings)
    trainer.set_engine("turbo")
    trainer.advance(FOREVER, 4)
    replay = Replay(TASKS["cnn"], trainer.journal)
    found = replay.go_to(2)
    assert not replay.is_exact
    place = (2, len(trainer.journal.edits))
    replay.keyframes.add(Keyframe.of(place, found.capture(), found.state.seconds))
    assert replay.is_exact
