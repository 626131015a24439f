"""Several runs by turns: each gives what it would give alone, and no round is half done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from nngui.core.errors import DataError
from nngui.core.studies.interleaved import Study
from tests.core.helpers import TASKS, losses_of, spec_of

NAME = "batch_training"
POINTS = {"data.kind": "points", "data.points": 60, "schedule.epochs": 4}


def settings(size):
    return POINTS | {"schedule.batch_size": size}


@dataclass(frozen=True)
class Steps:
    losses: list[list[float]]
    done: float


class OneStepEach(Study[Steps]):
    """A turn is a step; all losses are kept."""

    def prepare(self):
        self.losses = [[] for _ in self.trainers]

    def take_turn(self, run):
        if not self.is_over(run):
            self.losses[run] += self.trainers[run].advance(0.0)[:, 0].tolist()
            yield

    def state(self):
        total = sum(trainer.state.total_steps for trainer in self.trainers)
        return Steps([list(part) for part in self.losses], sum(map(len, self.losses)) / total)


def test_that_runs_by_turns_give_the_losses_of_runs_alone():
    sizes = (0, 7, 30)
    study = OneStepEach(TASKS[NAME], [spec_of(NAME, settings(size)) for size in sizes])
    states = [study.state() for _ in study if study.is_level]
    assert [state.done for state in states] == sorted(state.done for state in states)
    assert states[-1].done == 1
    for size, losses in zip(sizes, states[-1].losses, strict=True):
        assert losses == losses_of(NAME, settings(size))


def test_that_it_pauses_after_each_turn_and_is_level_once_a_round():
    study = OneStepEach(TASKS[NAME], [spec_of(NAME, settings(size)) for size in (0, 30)])
    pauses = [study.is_level for _ in study]
    assert pauses[:2] == [False, False], "both are built"
    assert pauses[2:8] == [False, False, True] * 2
    assert pauses[-1]
    assert np.sum(pauses) == 8, "the longer run has 4 passes of 2 batches"


def test_that_a_run_that_cannot_be_built_is_refused():
    with pytest.raises(DataError):
        list(OneStepEach(TASKS[NAME], [spec_of(NAME, settings(61))]))
