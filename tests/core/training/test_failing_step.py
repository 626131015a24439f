"""A step that fails: what was trained before it is handed out, and nothing of it is taken."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from nngui.core.training.trajectory import Trajectory
from tests.core.helpers import rows_of, trainer_of

IN_BATCHES = {"schedule.batch_size": 32, "schedule.steps": 100}


def failing_at(trainer, call):
    """Have the network fail from the so-many-th call on."""
    net, calls = trainer.variants[0].net, []

    def fail(_module, _inputs):
        calls.append(1)
        if len(calls) >= call:
            raise RuntimeError("eels")

    return net.register_forward_pre_hook(fail)


@pytest.fixture
def trainer():
    return trainer_of("regression", IN_BATCHES)


def test_that_the_steps_before_one_that_fails_are_handed_out(trainer):
    failing_at(trainer, 8)
    rows = trainer.advance(60.0)
    assert np.array_equal(rows, rows_of("regression", IN_BATCHES)[:7])
    assert trainer.step_count == 7
    with pytest.raises(RuntimeError, match="eels"):
        trainer.advance(60.0)


@pytest.mark.parametrize("dropout", [0.0, 0.5])
@pytest.mark.parametrize("call", [1, 3, 5, 9], ids=lambda call: f"in step {call}")
def test_that_a_step_that_failed_is_taken_again_with_the_same_batch_and_numbers(call, dropout):
    settings = IN_BATCHES | {"network.dropout": dropout, "network.hidden": [8, 8]}
    trainer = trainer_of("regression", settings)
    hook = failing_at(trainer, call)  # 4 steps a pass: the fifth and the ninth begin one
    rows = [trainer.advance(60.0)] if call > 1 else []
    with pytest.raises(RuntimeError, match="eels"):
        trainer.advance(60.0)
    hook.remove()
    rows = np.concatenate([*rows, trainer.advance(60.0)])
    assert np.array_equal(rows, rows_of("regression", settings))


def test_that_a_step_that_failed_by_chance_is_taken_and_told_to_the_log(trainer, caplog):
    hook = failing_at(trainer, 8)
    with caplog.at_level(logging.ERROR):
        rows = [trainer.advance(60.0)]
    hook.remove()
    rows.append(trainer.advance(60.0))
    assert np.array_equal(np.concatenate(rows), rows_of("regression", IN_BATCHES))
    assert "Step 8 failed" in caplog.text


@pytest.mark.parametrize("engine", ["torch", "turbo"])
def test_that_a_trajectory_that_fails_is_left_out_and_the_run_goes_on(
    trainer, caplog, monkeypatch, engine
):
    def boom(*_):
        raise RuntimeError("eels")

    trainer.set_engine(engine)
    trainer.state.trajectory = Trajectory(trainer.point())
    monkeypatch.setattr(Trajectory, "record", boom)
    with caplog.at_level(logging.ERROR):
        rows = trainer.advance(60.0)
    assert len(rows) == 100
    assert trainer.state.trajectory is None
    assert "eels" in caplog.text
