"""What makes the n-th operation of PyTorch in a step fail, and runs to try it on."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from nngui.core.past.keyframes import SafeTraining
from nngui.core.training.failure import FailedStepError
from nngui.core.training.run_state import RunState
from tests.core.helpers import BUSY, FOREVER, trainer_of

NO_MEMORY = "DefaultCPUAllocator: not enough memory: you tried to allocate 1234567890 bytes."
WAITING = {
    "schedule.batch_size": 30,
    "schedule.epochs": 10,
    "schedule.validation": 0.3,
    "schedule.patience": 3,
    "schedule.keep": "best",
    "schedule.rate": "plateau",
}
RUNS = {
    "plain": ("regression", {"schedule.steps": 30}),
    "batches, dropout, norm": ("regression", BUSY | {"network.norm": "batch"}),
    "adam": ("classification", {"schedule.steps": 20, "optimizer.name": "adam"}),
    "early stopping": ("regression", WAITING),
    "quick build": ("quick_build", {"schedule.steps": 20}),
    "race": ("optimizers", {"schedule.epochs": 1}),
    "batch training": ("batch_training", {}),
    "cnn": ("cnn", {"data.images": 300, "schedule.epochs": 1, "schedule.batch_size": 50}),
}


class FailingOperation(TorchDispatchMode):
    """Has the n-th operation fail, as where the memory is used up; None: counts them."""

    def __init__(self, number=None):
        super().__init__()
        self.number, self.count = number, 0

    def __torch_dispatch__(self, operation, _types, args=(), kwargs=None):
        self.count += 1
        if self.count == self.number:
            raise RuntimeError(NO_MEMORY)
        return operation(*args, **(kwargs or {}))


@contextmanager
def failing_in_step(step, number):
    """Have the n-th operation from the beginning of a step on fail, once."""
    mode, begun = FailingOperation(number), []
    next_batch = RunState.next_batch

    def begin(state):
        if state.step_count == step - 1 and not begun:
            begun.append(mode.__enter__())
        return next_batch(state)

    RunState.next_batch = begin
    try:
        yield mode
    finally:
        RunState.next_batch = next_batch
        if begun:
            mode.__exit__(None, None, None)


def operations_in(name, step):
    """Return how many operations a step takes."""
    trainer = trainer_of(*RUNS[name])
    trainer.advance(FOREVER, step - 1)
    with failing_in_step(step, None) as mode:
        trainer.advance(FOREVER, 1)
    return mode.count


def leaves(value, name=""):
    """Yield all values of a captured state with their places."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, f"{name}/{key}")
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            yield from leaves(part, f"{name}/{place}")
    else:
        yield name, value


def differences(one, other):
    """Return where two captured states are not the same to the last bit."""
    mine, theirs = dict(leaves(one)), dict(leaves(other))
    return [name for name in mine.keys() | theirs.keys() if not _same(mine, theirs, name)]


def _same(mine, theirs, name):
    a, b = mine.get(name, "missing"), theirs.get(name, "missing")
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        return a.dtype == b.dtype and np.array_equal(a.numpy(), b.numpy(), equal_nan=True)
    return a is b or a == b or (a != a and b != b)


def try_failure(name, step, number, whole, before, engine="torch"):
    """Have an operation of a step fail; hold the run against one that nothing happened to.

    Parameters
    ----------
    whole : tuple
        All rows of the undisturbed run, and its last state.
    before : dict
        Its state before the step.
    """
    trainer, rows = trainer_of(*RUNS[name]), []
    trainer.set_engine(engine)
    safe = SafeTraining(trainer)
    for steps in (2, step - 5):  # and two more in the chunk that fails
        safe.advance(FOREVER, steps, rows.append)
    failure = None
    with failing_in_step(step, number) as mode:
        try:
            safe.advance(FOREVER, None, rows.append)
        except FailedStepError as error:
            failure = error.failure
    assert mode.count >= number, "the step has fewer operations"
    assert failure is not None
    assert failure.standing == "before"
    assert (failure.step, failure.at) == (trainer.step_count + 1, trainer.step_count)
    if failure.step == step:  # else the last operations were of the next one
        assert differences(trainer.capture(), before) == []
    safe.advance(FOREVER, None, rows.append)
    assert np.array_equal(np.concatenate(rows), whole[0], equal_nan=True)
    assert differences(trainer.capture(), whole[1]) == []


def undisturbed(name, step, engine="torch"):
    """Return what `try_failure` holds a run against."""
    trainer = trainer_of(*RUNS[name])
    trainer.set_engine(engine)
    rows = [trainer.advance(FOREVER, step - 1)]
    before = trainer.capture()
    rows.append(trainer.advance(FOREVER))
    return (np.concatenate(rows), trainer.capture()), before
