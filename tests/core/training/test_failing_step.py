"""A step that fails: the run stands as it was before it, to the last bit, and goes on."""

from __future__ import annotations

import gc
import itertools
import logging
import os
import sys
import weakref
from pathlib import Path

import numpy as np
import pytest
import torch

from nngui.core.past import keyframes
from nngui.core.past.keyframes import SafeTraining
from nngui.core.trainer import Trainer
from nngui.core.training.failure import STANDINGS, FailedStepError, sentence_of
from nngui.core.training.run_state import RunState
from nngui.core.training.trajectory import Trajectory
from nngui.core.training.variant import Variant
from tests.core.failing import RUNS, differences, operations_in, try_failure, undisturbed
from tests.core.helpers import FOREVER, rows_of, run_python, spec_of, trainer_of

IN_BATCHES = {"schedule.batch_size": 32, "schedule.steps": 100}
STEP = 7
SAMPLE = 5  # operations of a step that fail in each run; all of them: NNGUI_ALL=1


def boom(*_):
    raise RuntimeError("eels")


def once(error, then):
    """Return what raises an error the first time, and does something from the second on."""
    errors = [error]

    def call(*arguments):
        if errors:
            raise errors.pop()
        return then(*arguments)

    return call


def failing_at(trainer, call):
    """Have the network fail from the so-many-th call on."""
    net, calls = trainer.variants[0].net, []

    def fail(_module, _inputs):
        calls.append(1)
        if len(calls) >= call:
            boom()

    return net.register_forward_pre_hook(fail)


def half_step(trainer, step):
    """Have the optimizer fail at a step when it has changed half of the parameters."""
    optimizer = trainer.variants[-1].optimizer
    take, parameters = optimizer.step, list(trainer.variants[-1].net.parameters())

    def fail():
        if trainer.step_count != step - 1:
            return take()
        with torch.no_grad():
            for parameter in parameters[: len(parameters) // 2]:
                parameter.add_(1.0)
        return boom()

    optimizer.step = fail
    return lambda: optimizer.__dict__.pop("step")


@pytest.fixture
def trainer():
    return trainer_of("regression", IN_BATCHES)


# --- Every operation of a step --------------------------------------------------------------------


@pytest.mark.parametrize("name", RUNS)
def test_that_whichever_operation_of_a_step_fails_the_run_is_as_before_it_and_goes_on(name):
    count, (whole, before) = operations_in(name, STEP), undisturbed(name, STEP)
    every = 1 if os.environ.get("NNGUI_ALL") else max(count // SAMPLE, 1)
    for number in range(1 + len(name) % every, count + 1, every):
        try_failure(name, STEP, number, whole, before)


@pytest.mark.parametrize("task", ["regression", "optimizers", "quick_build"])
@pytest.mark.parametrize("step", [1, 8, 40])
def test_that_half_a_step_is_undone(task, step):
    settings = {"schedule.epochs": 2} if task == "optimizers" else {"schedule.steps": 60}
    other, trainer, rows = trainer_of(task, settings), trainer_of(task, settings), []
    if step > 1:
        other.advance(FOREVER, step - 1)
    mend = half_step(trainer, step)
    safe = SafeTraining(trainer)
    with pytest.raises(FailedStepError, match="RuntimeError: eels") as told:
        safe.advance(FOREVER, None, rows.append)
    assert told.value.failure.standing == "before"
    assert f"at step {step} " in str(told.value)
    assert differences(trainer.capture(), other.capture()) == []
    with pytest.raises(FailedStepError):  # the same step fails again: the same is said again
        safe.advance(FOREVER, None, rows.append)
    assert differences(trainer.capture(), other.capture()) == []
    mend()
    safe.advance(FOREVER, None, rows.append)
    assert np.array_equal(np.concatenate(rows), rows_of(task, settings), equal_nan=True)


def test_that_settings_changed_in_mid_run_are_a_part_of_what_is_put_back(trainer):
    other, safe, rows = trainer_of("regression", IN_BATCHES), SafeTraining(trainer), []
    for rate in (0.1, 0.03):
        spec = spec_of("regression", IN_BATCHES | {"optimizer.lr": rate})
        for one in (trainer, other):
            one.change(spec)
        other.advance(FOREVER, 20)
        safe.advance(FOREVER, 20, rows.append)
    half_step(trainer, 46)
    with pytest.raises(FailedStepError):
        safe.advance(FOREVER, None, rows.append)
    other.advance(FOREVER, 5)
    assert differences(trainer.capture(), other.capture()) == []
    assert len(np.concatenate(rows)) == 45


@pytest.mark.skipif(
    sys.platform != "linux" or not os.environ.get("NNGUI_ALL"), reason="seconds, and a bound"
)
def test_that_a_run_goes_on_after_the_memory_was_used_up():
    ended = run_python("-m", "tests.core.memory_used_up", folder=Path(__file__).parents[3])
    assert ended.returncode == 0, ended.stderr


# --- What cannot be undone ------------------------------------------------------------------------


def test_that_a_run_that_cannot_be_put_back_is_when_there_is_memory_again(trainer, monkeypatch):
    safe, rows = SafeTraining(trainer), []
    safe.advance(FOREVER, 10, rows.append)
    mend = half_step(trainer, 13)
    with monkeypatch.context() as patch:
        patch.setattr(RunState, "restore", boom)
        for _ in range(2):
            with pytest.raises(FailedStepError) as told:
                safe.advance(FOREVER, None, rows.append)
            assert told.value.failure.standing == "lost"
    mend()
    safe.advance(FOREVER, None, rows.append)
    assert np.array_equal(np.concatenate(rows), rows_of("regression", IN_BATCHES))


def test_that_steps_that_cannot_be_taken_again_leave_the_run_at_an_earlier_one(
    trainer, monkeypatch
):
    monkeypatch.setattr(keyframes, "MIN_INTERVAL_S", 1e9)
    safe, rows = SafeTraining(trainer), []
    safe.advance(FOREVER, 10, rows.append)
    half_step(trainer, 13)
    advance = Trainer.advance

    def only_once(one, *arguments):
        monkeypatch.setattr(Trainer, "advance", boom)
        return advance(one, *arguments)

    monkeypatch.setattr(Trainer, "advance", only_once)
    with pytest.raises(FailedStepError) as told:
        safe.advance(FOREVER, None, rows.append)
    monkeypatch.undo()
    assert (told.value.failure.standing, told.value.failure.at) == ("earlier", 0)
    assert differences(trainer.capture(), trainer_of("regression", IN_BATCHES).capture()) == []


def test_that_a_run_too_large_for_a_copy_says_that_it_could_not_be_put_back(trainer, monkeypatch):
    monkeypatch.setattr(keyframes, "MAX_KEYFRAME_BYTES", 10)
    safe = SafeTraining(trainer)
    half_step(trainer, 13)
    with pytest.raises(FailedStepError) as told:
        safe.advance(FOREVER)
    assert told.value.failure.standing == "lost"


def test_that_rows_that_cannot_be_noted_are_taken_again(trainer):
    safe, rows = SafeTraining(trainer), []
    safe.advance(FOREVER, 10, rows.append)
    with pytest.raises(FailedStepError) as told:
        safe.advance(FOREVER, 10, boom)
    assert (told.value.failure.at, trainer.step_count) == (10, 10)
    safe.advance(FOREVER, None, rows.append)
    assert np.array_equal(np.concatenate(rows), rows_of("regression", IN_BATCHES))


def test_that_ctrl_c_in_a_step_leaves_the_run_behind_what_was_handed_out(trainer):
    safe, rows = SafeTraining(trainer), []
    safe.advance(FOREVER, 10, rows.append)
    optimizer = trainer.variants[0].optimizer
    optimizer.step = once(KeyboardInterrupt(), optimizer.step)
    with pytest.raises(KeyboardInterrupt):
        safe.advance(FOREVER, None, rows.append)
    assert trainer.step_count == 10
    safe.advance(FOREVER, None, rows.append)
    assert np.array_equal(np.concatenate(rows), rows_of("regression", IN_BATCHES))


def test_that_the_step_that_failed_holds_no_memory(trainer, monkeypatch):
    held = []
    monkeypatch.setattr(Variant, "accepts", boom)
    trainer.variants[0].net.register_forward_hook(
        lambda _module, _inputs, output: held.append(weakref.ref(output))
    )
    with pytest.raises(FailedStepError) as told:
        SafeTraining(trainer).advance(FOREVER)
    gc.collect()
    assert held[0]() is None
    assert "in boom" in told.value.failure.details


# --- What it costs, and what is said --------------------------------------------------------------


def test_that_keyframes_are_taken_at_the_beginning_after_changes_and_now_and_then(
    trainer, monkeypatch
):
    taken, capture = [], Trainer.capture

    def note(one, **options):
        taken.append(one.step_count)
        return capture(one, **options)

    monkeypatch.setattr(Trainer, "capture", note)
    monkeypatch.setattr(keyframes, "MIN_INTERVAL_S", 1e9)
    safe = SafeTraining(trainer)
    safe.advance(FOREVER, 10)
    safe.advance(FOREVER, 10)
    trainer.change(spec_of("regression", IN_BATCHES | {"optimizer.lr": 0.1}))
    safe.advance(FOREVER, 10)
    assert taken == [0, 20]
    monkeypatch.setattr(keyframes, "MIN_INTERVAL_S", 0.0)
    monkeypatch.setattr(keyframes, "MIN_INTERVAL_IN_COPIES", 0)
    safe.advance(FOREVER, 10)
    assert taken == [0, 20, 30]


def test_that_several_changes_at_once_never_look_like_none(trainer, monkeypatch):
    kept, capture = [], Trainer.capture

    def note(one, **options):
        kept.append(one.step_count)
        return capture(one, **options)

    monkeypatch.setattr(keyframes, "MIN_INTERVAL_S", 1e9)
    safe, state = SafeTraining(trainer), trainer.capture()
    monkeypatch.setattr(Trainer, "capture", note)
    settings = spec_of("regression", IN_BATCHES | {"optimizer.lr": 0.1})
    changes = {
        "change": lambda: trainer.change(settings),
        "set_engine": lambda: trainer.set_engine("turbo"),
        "restore": lambda: trainer.restore(state),
        "back": lambda: trainer.set_engine("torch"),
    }
    for one, other in itertools.permutations(changes, 2):
        changes[one]()
        changes[other]()
        safe.advance(FOREVER, 3)
        assert kept == [trainer.step_count - 3], (one, other)
        kept.clear()
        trainer.set_engine("torch")
        safe.advance(FOREVER, 1)
        kept.clear()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "The memory is used up"),
        (RuntimeError("one\ntwo " + "x" * 200), "RuntimeError: one two xxx"),
        (ValueError(), "ValueError."),
    ],
    ids=["memory", "long", "empty"],
)
def test_that_an_error_is_one_short_sentence(error, said):
    sentence = str(sentence_of(error))
    assert sentence.startswith(said)
    assert "\n" not in sentence
    assert len(sentence) < 150


def test_that_each_way_to_stand_has_a_sentence():
    for sentence in STANDINGS.values():
        assert "{step}" in sentence
        assert "{why}" in sentence


@pytest.mark.parametrize("engine", ["torch", "turbo"])
def test_that_a_trajectory_that_fails_is_left_out_and_told_and_the_run_goes_on(
    trainer, caplog, monkeypatch, engine
):
    trainer.set_engine(engine)
    trainer.state.trajectory = Trajectory(trainer.point())
    monkeypatch.setattr(Trajectory, "record", boom)
    with caplog.at_level(logging.ERROR):
        rows = trainer.advance(60.0)
    assert len(rows) == 100
    assert trainer.state.trajectory is None
    assert "could not be recorded any further" in str(trainer.state.hint)
    assert "eels" in caplog.text


def test_that_a_trajectory_goes_back_with_its_run(trainer):
    trainer.state.trajectory = Trajectory(trainer.point())
    other = trainer_of("regression", IN_BATCHES)
    other.state.trajectory = Trajectory(other.point())
    half_step(trainer, 30)
    with pytest.raises(FailedStepError):
        SafeTraining(trainer).advance(FOREVER)
    other.advance(FOREVER, 29)
    mine, theirs = trainer.state.trajectory.points, other.state.trajectory.points
    assert [point.step for point in mine] == list(range(30))
    for one, another in zip(mine, theirs, strict=True):
        assert np.array_equal(one.vectors, another.vectors)


# --- Other engines --------------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["regression", "optimizers"])
def test_that_turbo_is_put_back_to_what_it_had_handed_out(task, monkeypatch):
    settings = {"schedule.epochs": 8} if task == "optimizers" else {"schedule.steps": 5000}
    trainer, other, rows = trainer_of(task, settings), trainer_of(task, settings), []
    for one in (trainer, other):
        one.set_engine("turbo")
    safe = SafeTraining(trainer)
    safe.advance(FOREVER, 40, rows.append)
    with monkeypatch.context() as patch:  # what the kernel has done is half noted
        patch.setattr(RunState, "check_ending", once(RuntimeError(), RunState.check_ending))
        with pytest.raises(FailedStepError) as told:
            safe.advance(FOREVER, 30, rows.append)
    assert (told.value.failure.standing, told.value.failure.at) == ("before", 40)
    other.advance(FOREVER, 40)
    assert differences(trainer.capture(), other.capture()) == []
    safe.advance(FOREVER, None, rows.append)
    rest = other.advance(FOREVER)
    assert np.array_equal(np.concatenate(rows)[40:], rest, equal_nan=True)


def test_that_images_on_all_cores_are_put_back(monkeypatch):
    trainer, rows = trainer_of("cnn", RUNS["cnn"][1]), []
    trainer.set_engine("turbo")
    safe = SafeTraining(trainer)
    safe.advance(FOREVER, 2, rows.append)
    mend = half_step(trainer, 4)
    with pytest.raises(FailedStepError) as told:  # noqa: PT012 - it is not known in which chunk
        while True:
            safe.advance(FOREVER, 2, rows.append)
    mend()
    failure = told.value.failure
    assert failure.at == trainer.step_count == 3
    assert failure.standing in ("before", "alike")  # threads round as they like
    while trainer.ending is None:
        safe.advance(FOREVER, None, rows.append)
    assert len(np.concatenate(rows)) == trainer.step_count
