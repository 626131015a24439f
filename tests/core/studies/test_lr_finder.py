"""The learning-rate range test."""

from __future__ import annotations

import numpy as np
import pytest

from nngui.core.studies.lr_finder import HIGH, LOW, STEPS, find_learning_rate
from nngui.core.trainer import Trainer
from tests.core.helpers import TASKS, spec_of


@pytest.mark.parametrize("name", ["regression", "classification"])
def test_that_the_rate_it_suggests_trains_well(name):
    found = find_learning_rate(TASKS[name], spec_of(name))
    assert found.rates[0] == LOW
    assert found.rates[-1] <= HIGH * 1.001
    assert len(found.rates) == len(found.losses) <= STEPS

    def after(rate):
        trainer = Trainer(TASKS[name], spec_of(name, {"optimizer.lr": rate}))
        return trainer.advance(1e9)[-1, 0]

    assert after(found.suggestion) < 0.5 * after(found.suggestion / 1000)
    assert found.suggestion < found.rates[found.losses.argmin()]


def test_that_a_run_beside_it_goes_on_as_if_nothing_was():
    settings = {"schedule.batch_size": 16, "network.dropout": 0.2}
    alone = Trainer(TASKS["regression"], spec_of("regression", settings)).advance(1e9)
    trainer = Trainer(TASKS["regression"], spec_of("regression", settings))
    first = trainer.advance(1e9, 40)
    find_learning_rate(TASKS["regression"], spec_of("regression", settings))
    assert np.array_equal(np.concatenate((first, trainer.advance(1e9))), alone)


def test_that_it_ends_where_the_loss_explodes_and_is_the_same_again():
    found = find_learning_rate(TASKS["regression"], spec_of("regression"))
    assert len(found.rates) < STEPS
    assert found.losses[-1] > 3 * found.losses.min()
    again = find_learning_rate(TASKS["regression"], spec_of("regression"))
    assert np.array_equal(found.losses, again.losses)


def test_that_it_tells_progress_and_can_be_cancelled():
    told = []
    find_learning_rate(TASKS["regression"], spec_of("regression"), progress=told.append)
    assert told == sorted(told)
    found = find_learning_rate(
        TASKS["regression"], spec_of("regression"), cancelled=lambda: len(told) > 0
    )
    assert found.suggestion is None
    assert len(found.rates) == 0
