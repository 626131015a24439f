"""Runs that start from saved parameters: as the exported script, and as if never interrupted."""

from __future__ import annotations

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from nngui.core.networks.matching import MisfitError
from nngui.core.trainer import Trainer
from nngui.files.models.errors import UnreadableModelError
from nngui.files.models.reader import read_model
from nngui.files.models.start_weights import start_weights
from nngui.files.models.writer import save_model, save_parameters
from nngui.files.script_files import write_script
from tests.core.helpers import (
    BUSY,
    FOREVER,
    TASKS,
    parameters_of,
    run_scripts,
    same_parameters,
    spec_of,
    trainer_of,
)
from tests.core.networks.layer_cases import tutorial_cnn

R, C, RACE = "regression", "classification", "optimizers"
BEFORE = {"seed": 5, "schedule.steps": 20}  # the run that made the file


def started(name, settings):
    spec = spec_of(name, settings)
    return Trainer(TASKS[name], spec, weights=start_weights(spec))


def exported(name, settings, path):
    """The source of the script that is written there, with its parameters beside it."""
    written = write_script(TASKS[name], spec_of(name, settings), path)
    assert written == [path, path.with_name(f"{path.stem}_start.pkl")]
    return path.read_text(encoding="utf-8")


def legacy(value, path):
    torch.save(value, path, _use_new_zipfile_serialization=False)


def wrapped(net, path):
    torch.save({"epoch": 3, "state_dict": net.state_dict()}, path)


def renamed(net):
    return nn.Sequential(*net)


def with_softmax(net):
    return nn.Sequential(*net, nn.Softmax(1))


SAVERS = {
    "net.pkl": save_model,
    "p.pkl": save_parameters,
    "p.safetensors": save_parameters,
    "plain net.pt": torch.save,
    "plain 网络 p.pth": lambda net, path: torch.save(net.state_dict(), path),
    "old net.pkl": legacy,
    "old p.pkl": lambda net, path: legacy(net.state_dict(), path),
    "other names.pkl": lambda net, path: torch.save(renamed(net), path),
    "other names p.pkl": lambda net, path: legacy(renamed(net).state_dict(), path),
    "double.pkl": lambda net, path: torch.save(net.double().state_dict(), path),
    "parallel.pkl": lambda net, path: torch.save(nn.DataParallel(net).state_dict(), path),
    "wrapped.tar": wrapped,
    "of others.safetensors": lambda net, path: safetensors.torch.save_file(net.state_dict(), path),
    "other names.safetensors": lambda net, path: safetensors.torch.save_file(
        renamed(net).state_dict(), path
    ),
}
CASES = {
    **{file: (R, {}, file) for file in SAVERS},
    "busy": (R, BUSY, "net.pkl"),
    "classes": (C, {}, "p.pkl"),
    "classes, busy": (C, {**BUSY, "schedule.validation": 0.25}, "net.pkl"),
    "classes, safetensors": (C, {"schedule.batch_size": 32}, "p.safetensors"),
    "measured": (R, {"data.kind": "diabetes", "schedule.validation": 0.5}, "old p.pkl"),
    "batch norm": (R, {"network.norm": "batch", "network.init": "he"}, "p.pkl"),
    "layer norm, other names": (C, {"network.norm": "layer"}, "other names p.pkl"),
    "five racers with a batch norm": (RACE, {"network.norm": "batch"}, "p.pkl"),
    "no hidden layer": (C, {"network.hidden": []}, "net.pkl"),
    "tanh, adam": (C, {"network.activation": "tanh", "optimizer.name": "adam"}, "net.pkl"),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """For each case: what the script printed, the run's losses, and those without a file."""
    folder = tmp_path_factory.mktemp("weights")
    sources, losses = [], []
    for number, (name, settings, file) in enumerate(CASES.values()):
        network = {key: value for key, value in settings.items() if key.startswith("network.")}
        trainer = trainer_of(name, {**BEFORE, **network, "data.kind": settings.get(
            "data.kind", spec_of(name).data.kind)})  # fmt: skip
        trainer.advance(FOREVER)
        path = folder / f"{number} {file}"
        SAVERS[file](trainer.variants[0].net, path)
        settings = {"schedule.steps": 20, **settings}
        plain = trainer_of(name, settings)
        networks = len(plain.variants)
        plain = plain.advance(FOREVER)[:, :networks].flatten().tolist()
        settings["network.weights"] = str(path)
        rows = started(name, settings).advance(FOREVER)[:, :networks].flatten().tolist()
        losses.append((rows, plain))
        sources.append(exported(name, settings, folder / f"script{number}.py"))
    printed = run_scripts(sources, folder)
    return {case: (text, *both) for case, text, both in zip(CASES, printed, losses, strict=True)}


@pytest.mark.parametrize("case", CASES)
def test_that_a_run_from_saved_parameters_is_the_exported_script_bit_for_bit(case, runs):
    printed, losses, plain = runs[case]
    assert len(losses) == len(plain) >= 20
    assert printed.split() == [repr(loss) for loss in losses]
    assert losses[0] != plain[0]  # it did start elsewhere


@pytest.mark.parametrize("file", ["net.pkl", "p.pkl", "p.safetensors", "old p.pkl"])
@pytest.mark.parametrize("name", [R, C])
def test_that_a_run_in_two_halves_is_the_whole_run_bit_for_bit(name, file, tmp_path):
    """Full batches and plain SGD remember nothing but the parameters."""
    whole = trainer_of(name, {"schedule.steps": 100})
    rows = whole.advance(FOREVER)
    first = trainer_of(name, {"schedule.steps": 50})
    first.advance(FOREVER)
    path = tmp_path / file
    SAVERS[file](first.variants[0].net, path)
    second = started(name, {"schedule.steps": 50, "network.weights": str(path)})
    assert second.advance(FOREVER).tolist() == rows[50:].tolist()
    assert same_parameters(parameters_of(second), parameters_of(whole))


def test_that_what_is_drawn_after_the_network_is_drawn_the_same(tmp_path):
    """A run from the parameters it would have drawn itself is that run."""
    settings = {**BUSY, "schedule.validation": 0.2}
    fresh = trainer_of(C, settings)
    save_parameters(fresh.variants[0].net, tmp_path / "p.pkl")
    again = started(C, {**settings, "network.weights": str(tmp_path / "p.pkl")})
    rows, expected = again.advance(FOREVER), fresh.advance(FOREVER)
    assert np.array_equal(rows, expected, equal_nan=True)  # NaN where no epoch ends


def test_that_the_file_s_numbers_are_copied(tmp_path):
    net = trainer_of(R).variants[0].net
    save_model(net, tmp_path / "net.pkl")
    weights = read_model(tmp_path / "net.pkl").parameters
    kept = {name: tensor.clone() for name, tensor in weights.items()}
    Trainer(TASKS[R], spec_of(R), weights=weights).advance(FOREVER)
    assert same_parameters(weights, kept)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"network.hidden": [12]},
            "The saved parameters do not fit the network: hidden.weight should have the shape "
            "12 × 1, but the file has 10 × 1.",
        ),
        (
            {"network.hidden": [10, 10]},
            "The saved parameters do not fit the network: hidden2.weight should have the shape "
            "10 × 10, but the file has 1 × 10.",
        ),
        (
            {"network.hidden": []},
            "The saved parameters do not fit the network: predict.weight should have the shape "
            "1 × 1, but the file has 10 × 1.",
        ),
    ],
)
def test_that_parameters_of_another_network_are_a_sentence(settings, sentence, tmp_path):
    for file in ("net.pkl", "p.safetensors"):
        SAVERS[file](trainer_of(R).variants[0].net, tmp_path / file)
        with pytest.raises(MisfitError) as caught:
            started(R, {**settings, "network.weights": str(tmp_path / file)})
        assert str(caught.value) == sentence


def test_that_parameters_of_another_task_or_of_pictures_are_a_sentence(tmp_path):
    save_model(trainer_of(C).variants[0].net, tmp_path / "c.pkl")
    with pytest.raises(MisfitError, match=r"hidden.weight should have .* 10 × 1, but .* 10 × 2"):
        started(R, {"network.weights": str(tmp_path / "c.pkl")})
    torch.save(tutorial_cnn(), tmp_path / "cnn.pkl")
    with pytest.raises(MisfitError, match="10 × 1, but the file has 16 × 1 × 5 × 5"):
        started(R, {"network.weights": str(tmp_path / "cnn.pkl")})


def test_that_a_run_starts_from_a_whole_file_with_layers_that_the_settings_do_not_name(tmp_path):
    """Only the numbers count: the file's activation may be another, and a softmax its last."""
    settings = {"network.hidden": [6], "schedule.steps": 5}
    net = trainer_of(C, {**settings, "network.activation": "tanh"}).variants[0].net
    paths = [tmp_path / "tanh.pkl", tmp_path / "softmax.pkl"]
    torch.save(net, paths[0])
    torch.save(with_softmax(net), paths[1])
    runs = [{**settings, "network.weights": str(path)} for path in paths]
    starts = [parameters_of(started(C, run)) for run in runs]
    assert same_parameters(starts[0], net.state_dict())
    assert same_parameters(starts[1], dict(zip(starts[0], net.state_dict().values(), strict=True)))


def test_that_no_script_is_written_whose_parameters_are_missing_or_do_not_fit(tmp_path):
    file, path = tmp_path / "net.pkl", tmp_path / "s.py"
    spec = spec_of(R, {"network.weights": str(file), "network.hidden": [3]})
    with pytest.raises(UnreadableModelError, match="could not be read: No such file"):
        write_script(TASKS[R], spec, path)
    save_model(trainer_of(R).variants[0].net, file)
    with pytest.raises(MisfitError, match=r"3 × 1, but the file has 10 × 1\."):
        write_script(TASKS[R], spec, path)
    assert [path.name for path in tmp_path.iterdir()] == ["net.pkl"]


def test_that_the_script_of_a_race_loads_the_weights_into_every_racer(tmp_path):
    """Also where the racers do not start alike: the file's numbers are all that they start from."""
    net = trainer_of(RACE, {"seed": 9}).variants[0].net
    save_parameters(net, tmp_path / "p.pkl")
    settings = {"network.weights": str(tmp_path / "p.pkl"), "schedule.epochs": 1}
    settings |= {"race.optimizers": ["sgd", "adam", "rmsprop"], "data.points": 60}
    sources, expected = [], []
    for fair in (True, False):
        asked = settings | {"race.fair_start": fair}
        trainer = started(RACE, asked)
        for variant in trainer.variants:
            assert same_parameters(variant.net.state_dict(), net.state_dict())
        expected.append(trainer.advance(FOREVER)[:, :3])
        sources.append(exported(RACE, asked, tmp_path / f"race{fair}.py"))
    for text, rows in zip(run_scripts(sources, tmp_path), expected, strict=True):
        assert text.split() == [repr(loss) for loss in rows.flatten().tolist()]
        assert len(set(rows[0])) == 1, "all start with the same loss"
