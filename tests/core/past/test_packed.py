"""A state in few pieces is the same state, and shares nothing with what it was made of."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nngui.core.past.packed import pack, unpack
from tests.core.helpers import TASKS, trainer_of

DTYPES = (torch.float32, torch.float64, torch.int64, torch.uint8, torch.bool)
tensors = st.builds(
    lambda dtype, shape: torch.arange(torch.Size(shape).numel()).reshape(shape).to(dtype),
    st.sampled_from(DTYPES),
    st.lists(st.integers(0, 3), max_size=3),
)
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
states = st.recursive(
    plain | tensors,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=2) | st.integers(0, 3), inner, max_size=3)
    ),
    max_leaves=12,
)


def alike(one, other):
    if isinstance(one, torch.Tensor):
        same = isinstance(other, torch.Tensor) and one.dtype == other.dtype
        return same and one.shape == other.shape and torch.equal(one, other)
    if isinstance(one, dict):  # an ordered one comes back as one that is so anyway
        return (
            isinstance(other, dict)
            and list(one) == list(other)
            and all(alike(one[key], other[key]) for key in one)
        )
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    return one == other or (isinstance(one, float) and math.isnan(one) and math.isnan(other))


@given(states, states)
def test_that_what_is_packed_comes_back_whatever_it_was_packed_like(state, other):
    for packed in (pack(state), pack(state, pack(other)), pack(state, pack(state))):
        assert alike(unpack(packed), state)


@pytest.mark.parametrize("name", TASKS)
def test_that_a_run_that_goes_on_changes_nothing_that_was_packed(name):
    trainer = trainer_of(name)
    trainer.advance(0.0, 1)
    copied, packed = trainer.capture(), pack(trainer.capture(copied=False))
    trainer.advance(0.0, 2)
    assert alike(copied, unpack(packed))
    form = pack(trainer.capture(copied=False), packed).form
    assert name in ("batch_training", "optimizers") or form is packed.form
    trainer.restore(unpack(packed))
    unpack(packed)["networks"][:1] = []
    trainer.advance(0.0, 2)
    assert alike(copied, unpack(packed))
