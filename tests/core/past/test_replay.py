"""Any step of a run, once more, to the last bit: by both engines, with all kinds of edits."""

from __future__ import annotations

import random
from contextlib import suppress

import numpy as np
import pytest
import torch

from nngui.core.errors import NnguiError
from nngui.core.journal.edit import SettingsEdit
from nngui.core.journal.journal import Journal
from nngui.core.past.keyframes import SafeTraining
from nngui.core.past.replay import GivenUpError, Replay, rows_of
from nngui.core.past.store import Keyframe, Keyframes
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from tests.core.failing import differences
from tests.core.helpers import (
    CURVE,
    FOREVER,
    TASKS,
    parameters_of,
    same_parameters,
    some,
    trainer_of,
)

SMALL = {"schedule.steps": 60, "schedule.batch_size": 20, "schedule.validation": 0.2}
RUNS = {
    "regression": SMALL | {"network.dropout": 0.2},
    "classification": SMALL | {"schedule.rate": "plateau", "schedule.patience": 50},
    "quick_build": SMALL,
    "save_restore": SMALL | {"optimizer.name": "adam"},
    "optimizers": {"schedule.steps": 60, "data.points": 100},
    "cnn": {"schedule.epochs": 0, "schedule.steps": 12},
}
RATES = {name: "racers.adam.lr" if name == "optimizers" else "optimizer.lr" for name in RUNS}


def edited(name, edits, settings=()):
    """A run of which each edit, a step and what is done behind it, happened; and its rows."""
    trainer = trainer_of(name, RUNS[name] | dict(settings))
    safe = SafeTraining(trainer)
    parts, states = [], {}
    for step, edit in [*edits, (None, None)]:
        while trainer.ending is None and (step is None or trainer.step_count < step):
            parts.append(safe.advance(0.0, 1))
            states[trainer.step_count] = parameters_of(trainer)
        if edit is not None:
            edit(trainer)
    return trainer, np.concatenate(parts), states, safe.keyframes


def to(settings):
    return lambda trainer: trainer.change(with_settings(trainer.spec, settings))


def engine(name):
    """Go on with an engine, where it covers the run."""

    def edit(trainer):
        with suppress(NnguiError):
            trainer.set_engine(name)

    return edit


def weight(value):
    def edit(trainer):
        name = next(iter(trainer.variants[0].net.state_dict()))
        index = tuple(0 for _ in trainer.variants[0].net.state_dict()[name].shape)
        trainer.set_weight(0, name, index, value)

    return edit


def edits_of(name, seed):
    draw = random.Random(seed)
    last = RUNS[name]["schedule.steps"]
    kinds = [
        to({RATES[name]: draw.choice([0.01, 0.05])}),
        to({"schedule.steps": last + draw.randint(1, 9)}),
        weight(draw.uniform(-1, 1)),
    ]
    if name != "cnn":
        kinds += [
            engine("turbo"),
            engine("torch"),
            to({"schedule.batch_size": draw.randint(5, 40)}),
        ]
    if name == "regression":
        kinds += [to({"data.kind": "hand", "data.placed": list(CURVE) * 8})]
    steps = sorted(draw.randint(0, last) for _ in range(4))
    return [(step, draw.choice(kinds)) for step in steps]


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("seed", some(range(12), 2))
def test_that_any_step_comes_back_to_the_last_bit(name, seed):
    trainer, rows, states, keyframes = edited(name, edits_of(name, seed))
    draw = random.Random(seed)
    wanted = [draw.randint(1, len(rows)) for _ in range(5)]
    for frames in (None, keyframes):
        replay = Replay(TASKS[name], trainer.journal, frames)
        for step in wanted:  # forwards and backwards
            found = replay.go_to(step)
            assert found.step_count == step
            before_edits = not trainer.journal.edits_at(step)
            if before_edits or found.ending is None:
                assert same_parameters(parameters_of(found), states[step])
    again = rows_of(Replay(TASKS[name], trainer.journal), len(rows))
    assert np.array_equal(again, rows, equal_nan=True)


def test_that_the_very_end_has_the_edits_that_were_made_there():
    trainer, rows, _, keyframes = edited("regression", [(60, weight(0.5))])
    for frames in (None, keyframes):
        replay = Replay(TASKS["regression"], trainer.journal, frames)
        assert same_parameters(parameters_of(replay.go_to(None, last=60)), parameters_of(trainer))
        assert not same_parameters(parameters_of(replay.go_to(60)), parameters_of(trainer))
    assert len(rows) == 60


def test_that_a_step_that_was_never_taken_is_refused():
    trainer, *_ = edited("regression", [])
    with pytest.raises(NnguiError, match="no step 61"):
        Replay(TASKS["regression"], trainer.journal).go_to(61)


def test_that_a_past_that_is_not_known_is_refused():
    journal = Journal("regression", TASKS["regression"].spec, known_from=10)
    with pytest.raises(NnguiError, match="before step 10"):
        Replay(TASKS["regression"], journal).go_to(20)


def test_that_a_replay_that_nobody_waits_for_is_given_up_and_can_go_on():
    trainer, _, states, _ = edited("regression", [])
    asked = iter([False, True])
    replay = Replay(
        TASKS["regression"], trainer.journal, cancelled=lambda: next(asked, False), weights=None
    )
    replay.go_to(3)
    with pytest.raises(GivenUpError):
        replay.go_to(40)
    assert same_parameters(parameters_of(replay.go_to(40)), states[40])


def test_that_a_run_stands_where_another_was_captured():
    trainer, _, states, keyframes = edited("classification", [(30, to({"optimizer.lr": 0.3}))])
    frame = keyframes.nearest(39, 1)
    assert frame is not None
    other = Trainer(TASKS["classification"], trainer.journal.spec)
    other.advance(FOREVER, 7)
    other.resume(trainer.journal.first(frame.edits), frame.state)
    assert other.journal == trainer.journal.first(frame.edits)
    other.advance(FOREVER, 40 - frame.step)
    assert same_parameters(parameters_of(other), states[40])


# The store ----------------------------------------------------------------------------------------


def frame(step, size=1000, edits=0):
    return Keyframe.of((step, edits), {"x": torch.zeros(size, dtype=torch.uint8)}, (0.0,))


def test_that_keyframes_are_thinned_within_their_budget():
    store = Keyframes(max_bytes=10_000)
    for step in range(100):
        store.add(frame(step))
        assert store.nbytes <= 10_000
    steps = [step for step, _ in store.places]
    assert steps[0] == 0
    assert steps[-1] == 99
    assert len(steps) >= 5
    assert store.nearest(99, 0).step == 99
    assert store.nearest(98, 0).step < 99


def test_that_what_lies_behind_a_branch_is_let_go():
    store = Keyframes()
    for step in range(10):
        store.add(frame(step))
    other = store.copy()
    store.forget_after(5, 0)
    assert store.places == [(step, 0) for step in range(6)]
    assert len(other.places) == 10


@pytest.mark.parametrize(
    ("spec", "edits"),
    [
        ({}, [SettingsEdit(10, {"optimizer.lr": 0.01})]),
        ({"optimizer.lr": 0.3}, [SettingsEdit(10, {"optimizer.lr": 0.05})]),
        ({}, []),
    ],
)
def test_that_a_journal_that_went_another_way_is_gone_through_anew(spec, edits):
    task = TASKS["regression"]
    first = Journal("regression", task.spec, edits=(SettingsEdit(10, {"optimizer.lr": 0.05}),))
    other = Journal("regression", with_settings(task.spec, spec), edits=tuple(edits))
    replay = Replay(task, first, Keyframes(0))  # those of a way are whoever's that leaves it
    replay.go_to(20)
    replay.journal = other
    assert differences(replay.go_to(20).capture(), Replay(task, other).go_to(20).capture()) == []
