from __future__ import annotations

import pytest
import torch
from torch import nn

from nngui.core import memory
from nngui.core.forward import evaluating, forward_in_batches, mean_loss, widest


class Counting(nn.Module):
    """A network that notes how many samples it was asked about at a time."""

    def __init__(self, net):
        super().__init__()
        self.net, self.asked = net, []

    def forward(self, x):
        self.asked.append(len(x))
        return self.net(x)


def perceptron():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 2))


def convolutional():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 4)
    )


def test_that_a_network_is_as_before_after_an_exception():
    net = perceptron()
    net[2].eval()  # a part of it was switched by hand
    with pytest.raises(RuntimeError), evaluating(net):
        net(torch.zeros(1, 99))
    assert [part.training for part in net] == [True, True, False, True]
    assert net.training


def test_that_dropout_and_gradients_are_off_within():
    net, x = perceptron(), torch.ones(4, 3)
    with evaluating(net):
        first, second = net(x), net(x)
    assert torch.equal(first, second)
    assert not first.requires_grad


def test_that_the_widest_layer_is_found():
    assert widest(perceptron(), torch.zeros(40, 3)) == 64
    assert widest(convolutional(), torch.zeros(40, 1, 8, 8)) == 8 * 8 * 8
    assert widest(nn.Flatten(), torch.zeros(40, 1, 8, 8)) == 64


@pytest.mark.parametrize(
    ("net", "shape", "each"), [(perceptron(), (3,), 64), (convolutional(), (1, 8, 8), 512)]
)
def test_that_no_more_numbers_than_the_bound_are_made_at_once(monkeypatch, net, shape, each):
    monkeypatch.setattr(memory, "MAX_NUMBERS", 50 * each)
    counting, x = Counting(net.eval()), torch.randn(173, *shape)
    found = forward_in_batches(counting, x)
    assert [n for n in counting.asked if n > 1] == [50, 50, 50, 23]
    torch.testing.assert_close(found, net(x))
    assert not found.requires_grad


def test_that_few_samples_go_through_in_one_piece_to_the_last_bit():
    net, x = perceptron().eval(), torch.randn(5000, 3)
    assert torch.equal(forward_in_batches(net, x), net(x))


def test_that_the_mean_loss_is_that_of_all_at_once(monkeypatch):
    net, x, y = perceptron().eval(), torch.randn(1000, 3), torch.randint(2, (1000,))
    loss_func = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 5.0]))
    wanted = loss_func(net(x), y).item()
    monkeypatch.setattr(memory, "MAX_NUMBERS", 64 * 99)
    assert mean_loss(net, loss_func, x, y) == pytest.approx(wanted, rel=1e-6)


def test_that_no_samples_give_no_outputs():
    assert forward_in_batches(perceptron(), torch.zeros(0, 3)).shape == (0, 2)
