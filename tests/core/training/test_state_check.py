"""Each part of a saved state, replaced by what it cannot be, is refused; and the run stays."""

from __future__ import annotations

import copy
import math

import pytest
import torch

from nngui.core.errors import FileError
from nngui.core.training.state_check import LARGEST, load_checked
from tests.core.helpers import trainer_of

SETTINGS = {
    "network.hidden": [2],
    "optimizer.name": "adam",
    "schedule.batch_size": 10,
    "schedule.validation": 0.2,
    "schedule.keep": "best",
    "schedule.rate": "plateau",
    "schedule.steps": 60,
}
WRONG = (None, "x", -1, (), [], {}, {"a": 1}, math.nan, torch.zeros(7), True, 2.5, LARGEST)
FREE = {  # what may well be there in the place of something else
    ("order",): (None,),  # refused by its position
    ("ending",): (None,),
    ("best", 0, "weights"): (None,),
    ("best", 0, "latest"): (None,),
}


def run(steps=25):
    trainer = trainer_of("regression", SETTINGS)
    trainer.advance(1e9, steps)
    return trainer


STATE = run().capture()


def places(node, path=()):
    """The way to each part of a state."""
    if path:
        yield path
    items = node.items() if isinstance(node, dict) else ()
    if isinstance(node, list | tuple):
        items = enumerate(node)
    for key, value in items:
        yield from places(value, (*path, key))


def replaced(path, value):
    state = copy.deepcopy(STATE)
    node = state
    for key in path[:-1]:
        if isinstance(node[key], tuple):
            node[key] = list(node[key])
        node = node[key]
    node[path[-1]] = value
    return state


def alike(one, other):
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    return one == other or one != one


def is_fitting(path, old, value):
    """Whether a value is as good as the one that is there."""
    if value is None:
        return path in FREE
    if type(old) is float and type(value) is float:
        return True
    return type(old) is bool and type(value) is bool


CASES = [
    (path, value)
    for path in places(STATE)
    if path[0] != "ending" and path[:3] != ("optimizers", 0, "param_groups")
    for value in WRONG
]


def part(path):
    node = STATE
    for key in path:
        node = node[key]
    return node


def test_that_what_a_part_cannot_be_is_refused_and_the_run_stays_as_it_was():
    target = run(7)
    before = target.capture()
    accepted = []
    for path, value in CASES:
        if is_fitting(path, part(path), value):
            continue
        try:
            load_checked(target.state, replaced(path, value))
        except FileError:
            continue
        accepted.append((path, value))
        target.restore(before)
    assert accepted == []
    assert alike(target.capture(), before)


@pytest.mark.parametrize("path", [path for path in places(STATE) if len(path) == 1])
def test_that_a_part_that_is_missing_or_too_much_is_refused(path):
    state = copy.deepcopy(STATE)
    del state[path[0]]
    target = run(7)
    if path[0] in ("best", "patient_from"):  # an earlier version had none
        load_checked(target.state, state)
        return
    with pytest.raises(FileError):
        load_checked(target.state, state)
    with pytest.raises(FileError):
        load_checked(target.state, STATE | {"more": 1})


def test_that_a_state_that_fits_is_taken_and_trained_on():
    target, wanted = run(7), run(25)
    load_checked(target.state, copy.deepcopy(STATE))
    assert alike(target.capture(), STATE)
    assert alike(target.advance(1e9).tolist(), wanted.advance(1e9).tolist())


@pytest.mark.parametrize("position", [0, 10, 159, 160, 2**40])
def test_that_a_place_is_one_within_the_pass_and_a_batch_beyond(position):
    """80 points: the last batch may reach over their end, and none begins twice as far."""
    state = replaced(("position",), position)
    target = run(7)
    if position < 160:
        load_checked(target.state, state)
    else:
        with pytest.raises(FileError):
            load_checked(target.state, state)
    with pytest.raises(FileError):
        load_checked(target.state, replaced(("order",), torch.zeros(80, dtype=torch.int64)))


def test_that_a_run_without_batches_or_memory_takes_none():
    plain = trainer_of("regression", {"schedule.batch_size": 0})
    own = plain.capture()
    load_checked(plain.state, copy.deepcopy(own))
    for more in ({"order": torch.arange(100)}, {"position": 1}):
        with pytest.raises(FileError):
            load_checked(plain.state, own | more)
