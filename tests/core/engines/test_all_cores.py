"""Turbo for images: the plain loop's losses to rounding, on as many cores as are fastest."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nngui.core.engines.all_cores import MAX_RETRY_S, RETRY_S, AllCores, Fastest
from nngui.core.training.plain_loop import PlainLoop
from tests.core.helpers import FOREVER, trainer_of

SMALL = {"data.images": 200, "schedule.epochs": 2, "network.dropout": 0.2, "data.shift": 1}


def trained(trainer, steps=None):
    parts, wanted = [], steps or trainer.state.total_steps
    while trainer.ending is None and trainer.step_count < wanted:
        parts.append(trainer.advance(FOREVER, wanted - trainer.step_count))
    return np.concatenate(parts)


def test_that_images_give_the_losses_of_the_plain_loop_to_rounding():
    plain, turbo = trainer_of("cnn", SMALL), trainer_of("cnn", SMALL)
    turbo.set_engine("turbo")
    assert turbo.engine == "turbo"
    expected, found = trained(plain), trained(turbo)
    assert np.allclose(found, expected, rtol=1e-3, atol=1e-4, equal_nan=True)
    assert torch.get_num_threads() == 1


def test_that_the_plain_loop_goes_on_from_where_turbo_was():
    turbo, other = trainer_of("cnn", SMALL), trainer_of("cnn", SMALL)
    turbo.set_engine("turbo")
    trained(turbo, 3)
    other.restore(turbo.capture())
    turbo.set_engine("torch")
    assert np.array_equal(trained(turbo), trained(other), equal_nan=True)


def test_that_other_data_in_mid_run_are_trained_on_by_turbo_too():
    plain, turbo = trainer_of("cnn", SMALL), trainer_of("cnn", SMALL)
    turbo.set_engine("turbo")
    for trainer in (plain, turbo):
        trained(trainer, 2)
        trainer.change(trainer.spec.changed("optimizer", lr=0.01))
    assert turbo.engine == "turbo"
    assert np.allclose(trained(turbo), trained(plain), rtol=1e-2, atol=1e-3, equal_nan=True)


def test_that_the_training_takes_the_number_of_threads_that_is_fastest(monkeypatch):
    used = []
    trainer = trainer_of("cnn", SMALL | {"schedule.epochs": 50})
    plainly = PlainLoop.advance

    def advance(loop, budget, max_steps):
        used.append(torch.get_num_threads())
        return plainly(loop, budget, max_steps)

    monkeypatch.setattr(PlainLoop, "advance", advance)
    engine = AllCores(trainer.state, (1, 2))
    for _ in range(6):
        engine.advance(0.001, 1)
    assert used[:4] == [1, 1, 2, 2]
    assert used[4] == used[5]


def use(choice, seconds, total):
    """Use it for so long; each way's seconds a step are given. Return what was used, in order."""
    used, spent = [], 0.0
    while spent < total:
        used.append(choice.now)
        spent += seconds[choice.now]
        choice.note(seconds[choice.now], 1)
    return used


def test_that_the_fastest_is_used_until_it_is_time_to_compare_again():
    choice = Fastest((1, 8))
    used = use(choice, {1: 0.1, 8: 0.02}, RETRY_S)
    assert used[:5] == [1, 1, 8, 8, 8]
    assert set(used[4:]) == {8}
    later = use(choice, {1: 0.1, 8: 0.02}, 200)
    assert used.count(1) + later.count(1) < 14  # ever more seldom


@pytest.mark.parametrize("ways", [(1,), (4,)])
def test_that_a_single_way_is_never_compared(ways):
    choice = Fastest(ways)
    assert not choice.tries
    assert set(use(choice, {1: 1.0, 4: 1.0}, 2 * MAX_RETRY_S)) == set(ways)


def test_that_a_way_that_became_slow_is_left_soon():
    choice = Fastest((1, 8))
    use(choice, {1: 0.1, 8: 0.02}, 1.5)
    used = use(choice, {1: 0.1, 8: 1.0}, 5)  # other programs took the cores
    assert used[0] == 8
    assert used[-1] == 1
    assert used.count(8) <= 5


def test_that_a_single_slow_step_changes_nothing():
    choice = Fastest((1, 8))
    use(choice, {1: 0.1, 8: 0.02}, 1.5)
    choice.note(0.1, 1)
    assert choice.now == 8
    assert not choice.tries
