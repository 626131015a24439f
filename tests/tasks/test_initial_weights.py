"""What networks start from: PyTorch's own functions, and experiments that show what it does."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from nngui.core.evaluation.hints import find_hints
from nngui.core.records.history import History
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from tests.core.helpers import FOREVER, TASKS, losses_of, parameters_of, spec_of, trainer_of

SEEDS = range(1, 11)
CURES = ({"network.init": "pytorch"}, {"network.init": "xavier"})


def started(task, name, seed, changes=()):
    """A run of an experiment with this seed, and perhaps with what cures it."""
    spec = TASKS[task].spec_of(TASKS[task].preset(name))
    return Trainer(TASKS[task], with_settings(spec, {"seed": seed, **dict(changes)}))


def last(trainer, column):
    return trainer.advance(FOREVER)[-1, trainer.columns.index(column)]


def cured(task, name, seed, column, cures=CURES):
    """What each of the cures comes to, by turbo: it covers them, and takes a moment."""
    ends = []
    for cure in cures:
        trainer = started(task, name, seed, cure)
        trainer.set_engine("turbo")
        ends.append(last(trainer, column))
    return ends


# What is drawn -----------------------------------------------------------------------------------


def layers_of(trainer):
    net = trainer.variants[0].net
    return [part for part in net.modules() if isinstance(part, nn.Linear | nn.Conv2d)]


@pytest.mark.parametrize("name", ["regression", "quick_build", "cnn", "optimizers"])
def test_that_a_start_is_that_of_torch_s_own_function(name):
    small = {"data.images": 80} if name == "cnn" else {}
    plain = layers_of(trainer_of(name, small))
    zeros = layers_of(trainer_of(name, small | {"network.init": "zeros"}))
    scale = {"network.init": "scaled", "network.init_scale": 0.3}
    scaled = layers_of(trainer_of(name, small | scale))
    for one, zero, third in zip(plain, zeros, scaled, strict=True):
        assert not zero.weight.any()
        assert not zero.bias.any()
        assert torch.equal(third.weight, one.weight * 0.3)
        assert torch.equal(third.bias, one.bias * 0.3)


@pytest.mark.parametrize("init", ["xavier", "he"])
def test_that_the_spread_is_that_of_the_papers_and_biases_are_zero(init):
    settings = {"network.hidden": [300, 200], "network.init": init, "network.norm": "batch"}
    trainer = trainer_of("regression", settings)
    for layer in layers_of(trainer):
        out, into = layer.weight.shape
        bound = math.sqrt(6 / (into + out)) if init == "xavier" else math.sqrt(6 / into)
        assert bound * 0.9 < layer.weight.abs().max() <= bound
        assert not layer.bias.any()
    for norm in trainer.variants[0].net.modules():
        if isinstance(norm, nn.BatchNorm1d):
            assert torch.equal(norm.weight, torch.ones(norm.num_features))


def test_that_the_draws_stand_behind_those_of_the_network():
    torch.manual_seed(1)
    trainer = trainer_of("regression", {"network.init": "xavier"})
    torch.rand(trainer.data.x.shape)
    net = nn.Sequential(nn.Linear(1, 10), nn.ReLU(), nn.Linear(10, 1))
    for layer in (net[0], net[2]):
        nn.init.xavier_uniform_(layer.weight)
    found = parameters_of(trainer)
    assert torch.equal(found["hidden.weight"], net[0].weight)
    assert torch.equal(found["predict.weight"], net[2].weight)


def test_that_five_networks_with_a_fair_start_begin_alike_and_others_do_not():
    for fair in (True, False):
        settings = {"network.init": "he", "race.fair_start": fair}
        nets = [variant.net for variant in trainer_of("optimizers", settings).variants]
        alike = [torch.equal(net.hidden.weight, nets[0].hidden.weight) for net in nets[1:]]
        assert set(alike) == {fair}


def test_that_a_file_s_weights_take_the_place_of_the_start(tmp_path):
    path = tmp_path / "net.pkl"
    torch.save(trainer_of("regression", {"seed": 5}).variants[0].net.state_dict(), path)
    weights = {"network.weights": str(path)}
    state = torch.load(path, weights_only=True)
    losses = []
    for init in ("pytorch", "xavier"):
        spec = spec_of("regression", weights | {"network.init": init})
        assert {"network.init", "network.init_scale"} <= set(spec.idle)
        trainer = Trainer(TASKS["regression"], spec, weights=state)
        losses.append(trainer.advance(FOREVER)[:, 0].tolist())
    assert losses[0] == losses[1]


def test_that_hidden_layers_of_zeros_are_told_and_the_remedy_cures_it():
    settings = {"network.init": "zeros"}
    trainer = trainer_of("regression", settings)
    history = History(trainer.columns)
    history.append(trainer.advance(FOREVER))
    words = "The hidden layers start from zeros, and no gradient reaches them"
    assert words in str(trainer.state.hint)
    (hint,) = (hint for hint in find_hints(trainer, history) if hint.kind == "dead")
    assert words in hint.sentence
    for seed in range(1, 6):
        before, after = (
            losses_of("regression", one | {"seed": seed})[-1] for one in (settings, hint.settings)
        )
        assert after < 0.6 * before


# The experiments, for ten seeds each -------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_that_units_that_start_alike_stay_alike(seed):
    trainer = started("classification", "all-zero", seed)
    assert last(trainer, "accuracy") < 0.75
    weight = trainer.variants[0].net.hidden.weight
    assert weight.all()  # they have moved
    assert torch.allclose(weight, weight[:1].expand_as(weight), rtol=0, atol=0.01)
    assert min(cured("classification", "all-zero", seed, "accuracy")) > 0.85


@pytest.mark.parametrize("seed", SEEDS)
def test_that_large_weights_leave_tanh_at_its_ends(seed):
    trainer = started("classification", "large-weights", seed)
    out, ends = trainer.state.train_data[0], []
    with torch.no_grad():
        for layer in trainer.variants[0].net:
            out = layer(out)
            if isinstance(layer, nn.Tanh):
                ends.append(float((out.abs() > 0.99).float().mean()))
    assert min(ends) > 0.9
    before = trainer.predict(trainer.data.x.numpy())[0].argmax(1)
    assert last(trainer, "accuracy") < 0.93
    assert min(cured("classification", "large-weights", seed, "accuracy")) > 0.97
    normed = started("classification", "large-weights", seed, {"network.norm": "batch"})
    assert normed.advance(FOREVER, 150)[-1, 1] > 0.97  # of 300 steps
    after = trainer.predict(trainer.data.x.numpy())[0].argmax(1)
    assert np.mean(before == after) > 0.5


@pytest.mark.parametrize("seed", SEEDS)
def test_that_a_batch_norm_brings_the_gradient_to_the_first_layer(seed):
    normed = started("classification", "batch-norm", seed)
    plain = started("classification", "batch-norm", seed, {"network.norm": "none"})
    assert last(normed, "loss") < 0.3
    plain.set_engine("turbo")
    first, end = plain.advance(FOREVER)[[0, -1], 0]
    assert end > 0.9 * min(first, math.log(2))


@pytest.mark.parametrize("seed", SEEDS)
def test_that_small_weights_start_flat_and_stay_on_a_plateau(seed):
    trainer = started("regression", "small-weights", seed)
    said = trainer.predict(trainer.data.x.numpy())[0]
    assert said.max() - said.min() < 1e-3
    rows = trainer.advance(FOREVER)[:, 0]
    assert rows[-1] > 0.95 * rows[20]
    assert max(cured("regression", "small-weights", seed, "loss")) < 0.3 * rows[-1]
