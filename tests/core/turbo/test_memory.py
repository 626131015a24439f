"""What turbo's compiled steps need lies there before they begin: no memory can fail them midway."""

from __future__ import annotations

import numpy as np
import pytest
from numba.core.runtime import _nrt_python as runtime
from numba.core.runtime import rtsys

from nngui.core.errors import NoMemoryError
from nngui.core.past.keyframes import SafeTraining
from nngui.core.training.failure import FailedStepError
from nngui.core.turbo import engine
from tests.core.failing import differences
from tests.core.helpers import FOREVER, trainer_of

RUNS = {
    "one batch": ("regression", {"schedule.steps": 300}),
    "batches": ("classification", {"schedule.batch_size": 16, "optimizer.name": "adam"}),
    "early stopping": (
        "regression",
        {
            "schedule.validation": 0.2,
            "schedule.batch_size": 16,
            "schedule.epochs": 40,
            "schedule.patience": 30,
            "schedule.keep": "best",
            "schedule.rate": "plateau",
        },
    ),
    "race": ("optimizers", {"schedule.epochs": 2}),
}


@pytest.fixture
def wrapped(monkeypatch):
    """Have a function do something around the kernel's training: it takes it, and its arguments."""

    def wrap(call):
        kernel = engine.kernel()
        own = kernel._replace(train=lambda *arguments: call(kernel.train, *arguments))
        monkeypatch.setattr(engine, "kernel", lambda: own)

    return wrap


@pytest.mark.parametrize("name", RUNS)
def test_that_however_many_steps_are_taken_none_of_them_takes_memory(name, wrapped):
    seen = set()

    def count(train, *arguments):
        before = rtsys.get_allocation_stats()
        done = train(*arguments)
        taken = [new - old for new, old in zip(rtsys.get_allocation_stats(), before, strict=True)]
        seen.add((done > 1, *taken))
        return done

    wrapped(count)
    trainer = trainer_of(*RUNS[name])
    trainer.set_engine("turbo")
    was_counting = runtime.memsys_stats_enabled()
    runtime.memsys_enable_stats()
    try:
        for steps in (1, 1, 50, 1, 100):
            trainer.advance(FOREVER, steps)
    finally:
        if not was_counting:
            runtime.memsys_disable_stats()
    once, many = sorted(seen)  # a call for each array that is handed over, before the first step
    assert (once[0], many[0]) == (False, True)
    assert once[1:] == many[1:]
    assert once[1] == once[2] == once[3] > 0, "they were counted, and given back"


@pytest.mark.parametrize("name", RUNS)
def test_that_a_chunk_that_ends_by_a_lack_of_memory_leaves_the_run_as_before_it(name, wrapped):
    due = []

    def fail(train, *arguments):
        done = train(*arguments)  # weights, moments, order and generator have gone on
        if due:
            raise due.pop()
        return done

    wrapped(fail)
    trainer, other = trainer_of(*RUNS[name]), trainer_of(*RUNS[name])
    for one in (trainer, other):
        one.set_engine("turbo")
    safe, rows = SafeTraining(trainer), []
    safe.advance(FOREVER, 20, rows.append)
    due.append(MemoryError("Allocation failed (probably too large)."))  # as numba says it
    with pytest.raises(FailedStepError) as told:
        safe.advance(FOREVER, 30, rows.append)
    assert (told.value.failure.standing, told.value.failure.at) == ("before", 20)
    assert isinstance(told.value.failure.why, NoMemoryError)
    expected = [other.advance(FOREVER, 20)]
    assert differences(trainer.capture(), other.capture()) == []
    while other.ending is None:
        expected.append(other.advance(FOREVER))
    while trainer.ending is None:
        safe.advance(FOREVER, None, rows.append)
    assert np.array_equal(np.concatenate(rows), np.concatenate(expected), equal_nan=True)
