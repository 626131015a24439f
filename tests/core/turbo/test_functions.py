"""Turbo's small functions one by one, as Python runs them, beside numpy and torch."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from nngui.core.turbo import codes, kernel, layers, rules, stepping
from tests.core.turbo.interpreted import interpreted


@pytest.fixture(autouse=True)
def _by_python():
    with interpreted():
        yield


def test_that_tanh_and_exp_are_as_near_as_they_say_and_keep_nan():
    for x in np.concatenate((np.linspace(-40, 40, 333), [1e-8, -1e-8, 9.19, 9.21, -9.21, 1e30])):
        assert layers.tanh(float(x)) == pytest.approx(math.tanh(x), rel=3e-8)
    for x in np.linspace(-103, 88, 401):
        assert layers.exp(float(x)) == pytest.approx(math.exp(x), rel=4e-9)
    for x in (89.5, 200.0, 1e300, math.inf):
        assert layers.exp(x) == pytest.approx(math.exp(89), rel=1e-8)
    for x in (-105.0, -1e300):
        assert layers.exp(x) == pytest.approx(math.exp(-104), rel=1e-8)
    assert math.isnan(layers.tanh(math.nan))
    assert math.isnan(layers.exp(math.nan))


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "tanh", "sigmoid", "identity"])
def test_that_activations_and_their_slopes_are_those_of_torch(name):
    module = {
        "relu": torch.nn.ReLU(), "leaky_relu": torch.nn.LeakyReLU(), "tanh": torch.nn.Tanh(),
        "sigmoid": torch.nn.Sigmoid(), "identity": torch.nn.Identity(),
    }[name]  # fmt: skip
    kind = codes.ACTIVATION_CODES[type(module).__name__]
    x = torch.tensor([-200.0, -12.0, -1.5, -1e-3, 0.0, 1e-3, 0.7, 3.0, 30.0, math.nan])
    x.requires_grad_()
    y = module(x)
    y.sum().backward()
    values = np.stack([np.full(10, 7, np.float32), x.detach().numpy().copy()])
    layers.activate(kind, values, 1, 9)
    assert values[1, :9] == pytest.approx(y.detach().numpy()[:9], rel=1e-6, abs=1e-7)
    assert (values[0] == 7).all()
    layers.activate(kind, values, 1, 10)
    slopes = np.full((2, 10), 2, np.float32)
    layers.through_activation(kind, slopes, values, 1, 9)
    again = np.stack([values[0], y.detach().numpy()])
    slopes = np.full((2, 10), 2, np.float32)
    layers.through_activation(kind, slopes, again, 1, 9)
    assert slopes[1, :9] == pytest.approx(2 * x.grad.numpy()[:9], rel=1e-5, abs=1e-6)
    values = np.array([[math.nan]], np.float32)
    layers.activate(kind, values, 0, 1)
    assert math.isnan(values[0, 0])


@pytest.mark.parametrize("count", range(10))
def test_that_weighted_sums_are_products_of_matrices_for_any_count(count):
    rng = np.random.default_rng(count)
    values = rng.normal(size=(count + 3, 6)).astype(np.float32)
    weights = rng.normal(size=40).astype(np.float32)
    kept = values.copy()
    layers.weighted_sum(values, count + 2, np.float32(0.5), 1, count, weights, 2, 3, 5)
    wanted = 0.5 + weights[2 : 2 + 3 * count : 3] @ kept[1 : 1 + count, :5]
    assert values[count + 2, :5] == pytest.approx(wanted, rel=1e-5, abs=1e-5)
    assert values[count + 2, 5] == kept[count + 2, 5]
    assert np.array_equal(values[: count + 2], kept[: count + 2])
    gradient, slopes = np.ones(40, np.float32), rng.normal(size=(2, 6)).astype(np.float32)
    layers.add_gradient(gradient, 4, slopes, 1, values, 1, count, 5)
    wanted = np.ones(40)
    wanted[4 : 4 + count] += values[1 : 1 + count, :5] @ slopes[1, :5]
    assert gradient == pytest.approx(wanted, rel=1e-5, abs=1e-5)
    assert layers.sum_of(slopes, 1, 5) == pytest.approx(slopes[1, :5].sum(), rel=1e-5)


def test_that_places_are_written_down_from_the_first_one_on_in_their_rhythm():
    weights, cursors = np.full((3, 2, 4), -1, np.float32), np.full((3, 2), -1, np.int64)
    memory = np.zeros((2, codes.MEMORIES, 4), np.float32)
    for steps in range(1, 20):
        memory[:, codes.WEIGHTS] = [[steps], [steps + 0.5]]
        cursor = np.zeros(codes.CURSOR, np.int64)
        cursor[codes.POSITION], cursor[codes.EPOCH] = 10 * steps, 100 * steps
        kernel.record_point((weights, cursors, np.array((2, 5))), steps, memory, cursor)
    assert weights[:, 0, 0].tolist() == [2, 7, 12]
    assert weights[:, 1, 3].tolist() == [2.5, 7.5, 12.5]
    assert cursors.tolist() == [[20, 200], [70, 700], [120, 1200]]


@pytest.mark.parametrize(
    ("position", "batch", "drop_last", "left"),
    [(0, 0, 0, 0), (0, 4, 0, 3), (0, 4, 1, 2), (8, 4, 0, 1), (8, 4, 1, 0), (9, 4, 0, 1),
     (10, 4, 0, 0), (12, 4, 0, 0), (0, 10, 1, 1), (0, 5, 0, 2)],
)  # fmt: skip
def test_that_batches_are_counted_as_a_loader_does(position, batch, drop_last, left):
    cursor = np.zeros(codes.CURSOR, np.int64)
    cursor[codes.POSITION], cursor[codes.BATCH] = position, batch
    cursor[codes.DROP_LAST] = drop_last
    assert kernel.batches_left(cursor, 10) == left


def test_that_a_loss_is_accepted_up_to_a_million_millions_of_the_first():
    standing = np.zeros(codes.STATE)
    assert not rules.accepts(standing, math.inf)
    assert standing[codes.FIRST_LOSS] == 0
    assert rules.accepts(standing, 0.5)
    assert rules.accepts(standing, 4.0)
    assert (standing[codes.FIRST_LOSS], standing[codes.LAST_LOSS]) == (0.5, 4.0)
    assert rules.accepts(standing, 0.99e12)
    assert not rules.accepts(standing, 1e12)
    assert not rules.accepts(standing, math.nan)
    standing[codes.FIRST_LOSS] = 30.0
    assert rules.accepts(standing, 29e12)
    assert not rules.accepts(standing, 30e12)


@pytest.mark.parametrize(
    ("out", "epoch", "patience", "over"),
    [(0, 12, 5, False), (0, 13, 5, True), (0, 99, 0, False), (1, 9, 3, False), (1, 10, 3, True)],
)
def test_that_patience_counts_from_the_last_gain_of_those_in_training(out, epoch, patience, over):
    status = np.zeros((2, codes.STATE))
    status[:, codes.OUT] = codes.IN_TRAINING
    status[:, codes.BEST_EPOCH] = 4, 8
    if out:
        status[1, codes.OUT] = codes.DROPPED_OUT
    stopping = np.zeros(3, np.int64)
    stopping[codes.PATIENCE], stopping[codes.PATIENT_FROM] = patience, 7
    assert rules.is_out_of_patience(status, stopping, epoch) == over


def test_that_gradients_are_clipped_and_pulled_as_by_torch():
    rng = np.random.default_rng(1)
    for clip, at, l1 in ((1, 0.5, 0.0), (1, 50.0, 0.1), (2, 0.3, 0.2), (0, 0.1, 0.3)):
        weight = torch.nn.Parameter(torch.from_numpy(rng.normal(size=6)).float())
        weight.grad = torch.from_numpy(rng.normal(size=6)).float()
        memory = np.zeros((codes.MEMORIES, 6), np.float32)
        memory[codes.WEIGHTS], memory[codes.GRADIENT] = weight.detach(), weight.grad
        options = np.zeros(codes.HYPERPARAMS)
        options[codes.CLIP], options[codes.CLIP_AT], options[codes.L1_PENALTY] = clip, at, l1
        weight.grad += l1 * weight.detach().sign()
        if clip == 1:
            torch.nn.utils.clip_grad_norm_([weight], at)
        elif clip == 2:
            torch.nn.utils.clip_grad_value_([weight], at)
        stepping.shape_gradient(options, memory)
        assert memory[codes.GRADIENT] == pytest.approx(weight.grad.numpy(), rel=1e-5)
        shapes = stepping.shapes_gradients(np.stack((np.zeros(codes.HYPERPARAMS), options)))
        assert shapes
    assert not stepping.shapes_gradients(np.zeros((2, codes.HYPERPARAMS)))
