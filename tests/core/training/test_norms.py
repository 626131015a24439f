"""Runs of networks with a norm: their averages are part of the run, and no point stands alone."""

from __future__ import annotations

import itertools
import random
import sys
from contextlib import nullcontext

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from nngui.core.errors import DataError, FileError, SettingError
from nngui.core.script import script
from nngui.core.spec.toml import with_settings
from nngui.core.surface.loss_surface import Landscape
from nngui.core.training.batch_sizes import check_batches, has_single
from nngui.core.training.state_check import load_checked
from nngui.core.turbo.support import unsupported_reason
from nngui.files.models.reader import read_model
from nngui.files.models.writer import save_model, save_parameters
from tests.core.helpers import FOREVER, TASKS, parameters_of, same_parameters, spec_of, trainer_of

BATCH = {"network.norm": "batch"}


def anything(seed):
    """Some settings of a network with a norm, as a user might choose them."""
    rng = random.Random(seed)
    name = rng.choice(("regression", "classification", "save_restore"))
    return name, {
        "seed": seed,
        "network.hidden": [rng.randint(2, 9) for _ in range(rng.randint(1, 3))],
        "network.activation": rng.choice(("relu", "tanh", "silu")),
        "network.norm": rng.choice(("batch", "layer")),
        "network.init": rng.choice(("pytorch", "xavier", "he", "scaled")),
        "network.dropout": rng.choice((0.0, 0.3)),
        "optimizer.name": rng.choice(("sgd", "adam")),
        "optimizer.lr": 0.01,
        "schedule.batch_size": rng.choice((0, 16)),
        "schedule.steps": 30,
    }


# The state ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_that_a_run_in_two_halves_is_the_whole_run(seed):
    whole = trainer_of(*anything(seed))
    expected = whole.advance(FOREVER)
    first, second = trainer_of(*anything(seed)), trainer_of(*anything(seed))
    begun = first.advance(FOREVER, 11)
    state = first.capture()
    first.advance(FOREVER)  # what was taken stays as it was
    second.restore(state)
    assert np.array_equal(np.concatenate((begun, second.advance(FOREVER))), expected)
    assert same_parameters(parameters_of(second), parameters_of(whole))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("save", [save_model, save_parameters])
def test_that_a_saved_network_gives_the_same_outputs_when_it_is_opened(seed, save, tmp_path):
    name, settings = anything(seed)
    trainer = trainer_of(name, settings)
    trainer.advance(FOREVER)
    save(trainer.best.net, tmp_path / "net.pkl")
    file = read_model(tmp_path / "net.pkl")
    network = TASKS[name].network
    if file.layer is None:
        shapes = {key: tuple(value.shape) for key, value in file.parameters.items()}
        told = network.spec_from_shapes(shapes)
    else:
        told = network.spec_from_layers(file.layer)
    spec = with_settings(spec_of(name, settings), told.settings())
    assert spec.network.norm == settings["network.norm"]
    assert spec.network.hidden == tuple(settings["network.hidden"])
    again = trainer_of(name, settings | {"network.weights": str(tmp_path / "net.pkl")})
    again.variants[0].net.load_state_dict(file.parameters)
    x = trainer.data.x.numpy()
    assert np.array_equal(again.predict(x)[0], trainer.predict(x)[0])


def test_that_a_state_from_a_file_has_to_have_the_averages_too():
    trainer = trainer_of("classification", BATCH)
    trainer.advance(FOREVER, 20)
    state = trainer.capture()
    fresh = trainer_of("classification", BATCH)
    load_checked(fresh.state, state)
    assert np.array_equal(fresh.advance(FOREVER), trainer.advance(FOREVER))
    without = [tensors[:4] for tensors in state["last_finite"]]
    with pytest.raises(FileError):
        load_checked(fresh.state, state | {"last_finite": without})


def test_that_a_quick_build_takes_no_parameters_of_a_norm_for_its_own():
    trainer = trainer_of("classification", BATCH)
    shapes = {key: tuple(value.shape) for key, value in parameters_of(trainer).items()}
    assert TASKS["classification"].network.spec_from_shapes(shapes).norm == "batch"
    assert TASKS["quick_build"].network.spec_from_shapes(shapes) is None


def test_that_predictions_go_by_the_averages_and_leave_them():
    trainer = trainer_of("regression", BATCH)
    trainer.advance(FOREVER)
    net, before = trainer.variants[0].net, parameters_of(trainer)
    few, all_of_them = (
        trainer.predict(trainer.data.x.numpy()[:3])[0],
        trainer.predict(trainer.data.x.numpy())[0],
    )
    np.testing.assert_allclose(few, all_of_them[:3], rtol=1e-5)
    assert net.training
    assert same_parameters(parameters_of(trainer), before)


@pytest.mark.parametrize("name", ["regression", "cnn"])
def test_that_after_a_divergence_the_averages_too_are_the_last_good_ones(name):
    trainer = trainer_of(name, {"data.images": 100} if name == "cnn" else BATCH)
    calls = []

    def spoil(module, inputs):
        calls.extend([1] * module.training)
        return (inputs[0] * torch.nan,) if module.training and len(calls) == 6 else None

    hook = trainer.variants[0].net.register_forward_pre_hook(spoil)
    assert len(trainer.advance(FOREVER)) == 6
    hook.remove()
    assert trainer.ending.kind == "diverged"
    found = parameters_of(trainer)
    assert all(bool(tensor.isfinite().all()) for tensor in found.values())
    assert {int(value) for key, value in found.items() if "tracked" in key} == {5}
    assert np.isfinite(trainer.predict(trainer.data.x.numpy()[:5])[0]).all()


@pytest.mark.parametrize("call", [1, 4])
def test_that_a_step_that_failed_moves_no_average(call):
    settings = BATCH | {"schedule.batch_size": 32, "schedule.steps": 8}
    trainer = trainer_of("regression", settings)
    calls = []

    def fail(_module, _inputs, _output):
        calls.append(1)
        if len(calls) == call:
            raise RuntimeError("eels")

    hook = trainer.variants[0].net.register_forward_hook(fail)
    with pytest.raises(RuntimeError, match="eels"):
        trainer.advance(FOREVER)
    assert trainer.step_count == call - 1
    hook.remove()
    rows = [trainer.unreturned.rows, trainer.advance(FOREVER)]
    plain = trainer_of("regression", settings)
    assert np.array_equal(np.concatenate(rows), plain.advance(FOREVER))
    assert same_parameters(parameters_of(trainer), parameters_of(plain))


def test_that_the_loss_surface_of_a_batch_norm_follows_from_the_parameters_alone():
    trainer = trainer_of("optimizers", BATCH | {"schedule.epochs": 1})
    trainer.advance(FOREVER)
    state = trainer.state
    one, other = (variant.net for variant in trainer.variants[:2])
    landscape = Landscape(one, state.loss_func, *state.train_data)
    found = landscape.losses(trainer.point().vectors[:2])
    np.testing.assert_allclose(found, [landscape.loss(one), landscape.loss(other)], rtol=1e-6)
    expected = [state.loss_func(net(landscape.x), landscape.y).item() for net in (one, other)]
    np.testing.assert_allclose(found, expected, rtol=1e-5)  # as in training


# A point alone -----------------------------------------------------------------------------------


@pytest.mark.parametrize("drops_last", [True, False])
def test_that_batches_of_one_point_are_those_of_the_loader(drops_last):
    for points in range(1, 14):
        data = TensorDataset(torch.zeros(points))
        for size in range(1, points + 1):
            loader = DataLoader(data, batch_size=size, drop_last=drops_last)
            alone = any(len(batch) == 1 for (batch,) in loader)
            assert has_single(size, points, drops_last=drops_last) == alone, (size, points)
        assert has_single(0, points, drops_last=drops_last) == (points == 1)


def test_that_a_batch_size_that_leaves_a_point_of_the_pass_alone_is_refused():
    # 20 points, 6 at a time: whatever other size is taken within a pass, the run comes to its end
    for done, size in itertools.product(range(1, 4), range(2, 12)):
        settings = {"network.norm": "batch", "data.points": 20, "schedule.steps": 12}
        trainer = trainer_of("regression", settings | {"schedule.batch_size": 6})
        trainer.advance(FOREVER, done)
        spec = with_settings(trainer.spec, {"schedule.batch_size": size})
        left = 20 - 6 * done
        alone = left % size == 1
        if alone or 20 % size == 1:
            with pytest.raises(DataError, match=f"of {size} "):
                trainer.change(spec)
        else:
            trainer.change(spec)
        trainer.advance(FOREVER)  # as it was, or with the other size: no point is alone in it
        assert trainer.step_count == 12


ALONE = {
    "the last batch": ("regression", {"schedule.batch_size": 33}, "set it to 34"),
    "each batch": ("classification", {"schedule.batch_size": 1}, "set it to 2"),
    "behind validation": (
        "regression",
        {"schedule.batch_size": 10, "schedule.validation": 0.19},
        "set it to 11",
    ),
    "two networks": ("optimizers", {"data.points": 97, "schedule.batch_size": 32}, "set it to 33"),
}


@pytest.mark.parametrize("case", ALONE)
def test_that_a_batch_norm_refuses_a_point_alone_and_says_what_fits(case):
    name, settings, words = ALONE[case]
    with pytest.raises(DataError, match=words) as caught:
        trainer_of(name, BATCH | settings)
    assert "BatchNorm1d compares the points of a batch" in str(caught.value)
    trainer_of(name, {"network.norm": "layer"} | settings).advance(FOREVER, 5)
    trainer_of(name, settings).advance(FOREVER, 5)
    fits = {"schedule.batch_size": caught.value.values["other"], "schedule.epochs": 2}
    trainer_of(name, BATCH | settings | fits).advance(FOREVER)


def test_that_a_single_point_to_train_on_is_told_so():
    trainer = trainer_of("regression", BATCH)
    with pytest.raises(DataError, match="There is a single point to train on"):
        check_batches(trainer.state.task, trainer.spec, trainer.data, 1)
    check_batches(trainer.state.task, trainer.spec, trainer.data, 2)


def test_that_a_last_batch_that_is_left_out_may_be_a_point():
    settings = BATCH | {
        "data.kind": "points",
        "data.points": 33,
        "schedule.batch_size": 8,
        "schedule.epochs": 3,
    }
    with pytest.raises(DataError):
        trainer_of("batch_training", settings)
    rows = trainer_of("batch_training", settings | {"schedule.drop_last": True}).advance(FOREVER)
    assert len(rows) == 12


def test_that_a_change_in_mid_run_that_leaves_a_point_alone_is_refused_and_the_run_goes_on():
    settings = BATCH | {"schedule.batch_size": 32}
    trainer = trainer_of("regression", settings)
    trainer.advance(FOREVER, 5)
    with pytest.raises(DataError, match="set it to 34"):
        trainer.change(spec_of("regression", settings | {"schedule.batch_size": 33}))
    assert trainer.spec.schedule.batch_size == 32
    rows = trainer.advance(FOREVER)
    assert np.array_equal(rows, trainer_of("regression", settings).advance(FOREVER)[5:])


def test_that_images_are_refused_only_where_a_map_is_a_single_number():
    settings = {"data.images": 61, "schedule.batch_size": 20, "schedule.epochs": 1}
    trainer_of("cnn", settings).advance(FOREVER)  # 8 x 8 numbers of each image
    conv = [{"channels": 4, "kernel": 8, "padding": 0, "pooling": "none"}]
    with pytest.raises(DataError, match="BatchNorm2d compares"):
        trainer_of("cnn", settings | {"network.conv": conv})
    trainer_of("cnn", settings | {"network.conv": conv, "network.batch_norm": False})


def test_that_a_layer_norm_of_one_neuron_is_refused():
    with pytest.raises(SettingError, match="has a layer of one"):
        spec_of("regression", {"network.norm": "layer", "network.hidden": [4, 1]})
    alone = nn.LayerNorm(1)(torch.randn(5, 1))
    assert not alone.any()


@pytest.mark.parametrize("batch_size", [0, 8, 9, 11])
def test_that_processes_that_would_get_a_point_alone_are_refused_before_the_training(batch_size):
    """The lines of the script refuse what the parts of the batches would come to."""
    settings = BATCH | {"data.points": 26, "schedule.batch_size": batch_size}
    lines = script(TASKS["regression"], spec_of("regression", settings), shared=True).split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("smallest"))
    refusal = lines[start : start + 3]
    assert "sys.exit" in refusal[-1]
    for world in range(1, 14):
        size = batch_size or 26
        batches = [range(26)[i : i + size] for i in range(0, 26, size)]
        alone = any(len(part[rank::world]) == 1 for part in batches for rank in range(world))
        names = {"x": range(26), "world": world, "sys": sys}
        with pytest.raises(SystemExit) if alone else nullcontext():
            exec("\n".join(refusal), names)
    assert "smallest" not in script(TASKS["regression"], spec_of("regression"), shared=True)


# Engines -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("norm", "name"), [("batch", "BatchNorm1d"), ("layer", "LayerNorm")])
def test_that_turbo_refuses_a_norm_by_name(norm, name):
    state = trainer_of("regression", {"network.norm": norm}).state
    assert f"Turbo does not know {name}" in str(unsupported_reason(state))
    assert any(type(part) is getattr(nn, name) for part in state.variants[0].net.children())
