"""Which features a network goes by."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from nngui.core import memory
from nngui.core.evaluation.importance import REPEATS, permutation_importance


@pytest.fixture
def rows():
    generator = torch.Generator().manual_seed(1)
    return torch.randn(400, 4, generator=generator)


def linear(weights):
    net = nn.Linear(4, 1, bias=False)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([weights]))
    return net


def test_that_the_features_that_count_come_first_and_those_that_do_not_are_zero(rows):
    net = linear([3.0, 1.0, 0.0, 0.0])
    y = net(rows).detach()
    found = permutation_importance(
        net, rows, y, [("a", slice(0, 1)), ("b", slice(1, 2)), ("c", slice(2, 4))]
    )
    assert [one.name for one in found] == ["a", "b", "c"]
    # Shuffled, a feature with 9 of 10 parts of the variance leaves twice these parts unexplained.
    assert found[0].mean == pytest.approx(1.8, abs=0.2)
    assert found[1].mean == pytest.approx(0.2, abs=0.06)
    assert found[2].mean == 0
    assert 0 < found[0].deviation < 0.2


def test_that_a_category_is_shuffled_as_a_whole_and_classes_are_counted():
    codes = torch.arange(300) % 3
    x = torch.nn.functional.one_hot(codes).float()
    net = nn.Linear(3, 3)
    with torch.no_grad():
        net.weight.copy_(torch.eye(3))
        net.bias.zero_()
    (found,) = permutation_importance(net, x, codes, [("colour", slice(0, 3))])
    assert found.mean == pytest.approx(2 / 3, abs=0.08)  # a logit too low by 1, of 2 rows in 3


def test_that_a_feature_counts_that_only_makes_the_network_surer():
    """Of 100 rows 90 are of the first class whatever the feature is: the accuracy says 0."""
    x = torch.tensor([0.0, 1.0]).repeat_interleave(50).unsqueeze(1)
    y = torch.zeros(100, dtype=torch.int64)
    y[50:70] = 1
    net = nn.Linear(1, 2)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([[0.0], [4.0]]))
        net.bias.copy_(torch.tensor([4.4, 0.0]))
    (found,) = permutation_importance(net, x, y, [("sure", slice(0, 1))])
    assert bool((net(x).argmax(1) == 0).all())
    assert found.mean > 0.1


def test_that_no_run_is_changed_and_the_answer_is_the_same_again(rows):
    net = linear([1.0, 2.0, 3.0, 4.0])
    y = net(rows).detach() + 0.1
    before = torch.random.get_rng_state()
    features = [(str(i), slice(i, i + 1)) for i in range(4)]
    first = permutation_importance(net, rows, y, features)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert permutation_importance(net, rows, y, features) == first


def test_that_it_tells_progress_and_can_be_cancelled(rows):
    net = linear([1.0, 1.0, 1.0, 1.0])
    features = [(str(i), slice(i, i + 1)) for i in range(4)]
    told = []
    permutation_importance(net, rows, net(rows).detach(), features, progress=told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]
    asked = []
    found = permutation_importance(
        net,
        rows,
        net(rows).detach(),
        features,
        cancelled=lambda: asked.append(1) or len(asked) > REPEATS,
    )
    assert len(found) == 1


def test_that_wide_networks_are_asked_a_few_rows_at_a_time(rows, monkeypatch):
    net, asked = linear([3.0, 1.0, 0.0, 0.0]), []
    y = net(rows).detach()
    features = [("a", slice(0, 1)), ("b", slice(1, 4))]
    expected = permutation_importance(net, rows, y, features)
    monkeypatch.setattr(memory, "MAX_NUMBERS", 50)
    net.register_forward_hook(lambda _net, inputs, _out: asked.append(len(inputs[0])))
    assert permutation_importance(net, rows, y, features) == expected
    assert max(asked) <= 50
