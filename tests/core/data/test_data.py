"""The batches are the DataLoader's, bit for bit; data that teach nothing are refused."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nngui.core.data.batches import Batches
from nngui.core.data.data import Data, check
from nngui.core.data.prepare import prepare
from nngui.core.errors import DataError
from tests.core.helpers import loader_batches


def points(n):
    return torch.arange(2.0 * n).reshape(n, 2), torch.arange(n)


@given(st.integers(1, 40), st.integers(1, 50), st.integers(0, 2**32 - 1), st.integers(1, 4))
@settings(max_examples=60)
def test_that_batches_are_those_of_the_real_data_loader(n, size, seed, epochs):
    x, y = points(n)
    torch.manual_seed(seed)
    expected = [batch for _ in range(epochs) for batch in loader_batches(x, y, size)]
    left = torch.get_rng_state()

    torch.manual_seed(seed)
    batches = Batches(x, y, size)
    for expected_x, expected_y in expected:
        batch_x, batch_y = batches.next()
        assert torch.equal(batch_x, expected_x)
        assert torch.equal(batch_y, expected_y)
    assert batches.epoch == epochs
    assert batches.next_uses_random
    assert torch.equal(torch.get_rng_state(), left)


@pytest.mark.parametrize(
    ("n", "size", "steps"), [(100, 30, 4), (100, 1, 100), (100, 100, 1), (100, 999, 1), (7, 2, 4)]
)
def test_that_an_epoch_has_as_many_steps_as_the_loader_gives_batches(n, size, steps):
    x, y = points(n)
    assert len(loader_batches(x, y, size)) == steps
    assert Batches(x, y, size).steps_per_epoch == steps


def test_that_stopping_in_mid_epoch_leaves_the_generator_where_the_loader_does():
    x, y = points(10)
    torch.manual_seed(5)
    for number, _ in enumerate(loader_batches(x, y, 3)):
        if number == 1:
            break
    left = torch.get_rng_state()
    torch.manual_seed(5)
    batches = Batches(x, y, 3)
    batches.next()
    batches.next()
    assert torch.equal(torch.get_rng_state(), left)


def test_that_all_at_once_is_in_order_and_draws_nothing():
    x, y = points(10)
    before = torch.get_rng_state()
    batches = Batches(x, y, 0)
    for epoch in (1, 2, 3):
        batch_x, batch_y = batches.next()
        assert torch.equal(batch_x, x)
        assert torch.equal(batch_y, y)
        assert batches.epoch == epoch
    assert torch.equal(torch.get_rng_state(), before)


# --- What is refused -----------------------------------------------------------------------------


def curve(x, y, **options):
    return Data(torch.tensor(x).reshape(-1, 1), torch.tensor(y).reshape(-1, 1), **options)


def classes(x, y, names=("red", "blue")):
    return Data(torch.tensor(x), torch.tensor(y), ("height", "width"), "class", names)


SQUARE = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
TEACH_NOTHING = {
    "no points": (curve([], []), "no points to learn from"),
    "one point": (curve([1.0], [2.0]), "All 1 points have the same x"),
    "the same x": (curve([1.0, 1.0], [2.0, 3.0]), "All 2 points have the same x"),
    "a constant column": (
        classes([[5.0, y] for y in (1.0, 2.0, 3.0)], [0, 1, 0]),
        "All 3 points have the same height",
    ),
    "a constant target to standardise": (
        curve([1.0, 2.0], [3.0, 3.0], standardise=True),
        "All 2 points have the same y",
    ),
    "NaN": (curve([1.0, float("nan")], [1.0, 2.0]), "not finite"),
    "infinite": (curve([1.0, 2.0], [float("inf"), 2.0]), "not finite"),
    "one class": (classes(SQUARE, [1, 1, 1, 1]), "one class, blue"),
    "a class that is not there": (classes(SQUARE, [0, 1, 2, 0]), "class 2, but the classes end"),
}


@pytest.mark.parametrize("what", TEACH_NOTHING)
def test_that_data_that_teach_nothing_are_refused_in_a_sentence(what):
    data, sentence = TEACH_NOTHING[what]
    with pytest.raises(DataError, match=sentence) as caught:
        check(data)
    assert str(caught.value).endswith(".")
    assert "{" not in str(caught.value)


def test_that_a_flat_target_is_learned_when_it_is_not_standardised():
    check(curve([1.0, 2.0], [3.0, 3.0]))


# --- The split, and what the network sees ---------------------------------------------------------


@given(st.integers(2, 60), st.floats(0.01, 0.9))
@settings(max_examples=60)
def test_that_a_split_loses_no_point_and_uses_none_twice(n, share):
    x, y = torch.arange(float(n)).reshape(n, 1), torch.arange(float(n)).reshape(n, 1)
    held = int(n * share)
    if held < 1 or n - held < 2:
        with pytest.raises(DataError, match=f"{n} points are too few"):
            prepare(Data(x, y), share)
        return
    prepared = prepare(Data(x, y), share)
    assert len(prepared.held_out[0]) == held
    both = torch.cat((prepared.train[0], prepared.held_out[0]))
    assert torch.equal(both.sort(0).values, x)
    for part_x, part_y in (prepared.train, prepared.held_out):
        assert torch.equal(part_x, part_y)


def test_that_a_split_that_leaves_one_class_to_train_on_is_refused():
    torch.manual_seed(0)
    x = torch.arange(40.0).reshape(20, 2)
    y = torch.tensor([0] * 19 + [1])
    data = Data(x, y, ("a", "b"), "class", ("0", "1"))
    outcomes = set()
    for _ in range(30):
        try:
            outcomes.add(len(prepare(data, 0.5).train[1].unique()))
        except DataError as error:
            outcomes.add(str(error)[:27])
    assert outcomes == {2, "All points are of one class"}


def test_that_without_a_split_nothing_is_drawn():
    before = torch.get_rng_state()
    prepared = prepare(curve([1.0, 2.0], [3.0, 4.0]), 0.0)
    assert prepared.held_out is None
    assert torch.equal(torch.get_rng_state(), before)


def test_that_the_mean_and_deviation_are_those_of_the_points_trained_on():
    x = torch.rand(50, 1) * 9
    data = Data(x, x.pow(2) + 3, standardise=True)
    torch.manual_seed(3)
    order = torch.randperm(50)
    torch.manual_seed(3)
    prepared = prepare(data, 0.3)
    kept, held = x[order[15:]], x[order[:15]]
    assert torch.equal(prepared.train[0], (kept - kept.mean(0)) / kept.std(0))
    assert torch.equal(prepared.held_out[0], (held - kept.mean(0)) / kept.std(0))
    for part in prepared.train:
        assert part.mean().item() == pytest.approx(0, abs=1e-6)
        assert part.std().item() == pytest.approx(1, abs=1e-6)


def test_that_class_numbers_are_not_standardised():
    data = Data(
        torch.rand(6, 2), torch.tensor([0, 1, 2, 0, 1, 2]), ("a", "b"), "c", ("0", "1", "2")
    )
    prepared = prepare(Data(**{**vars(data), "standardise": True}), 0.0)
    assert torch.equal(prepared.train[1], data.y)
