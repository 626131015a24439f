"""What own images start with, by how many there are."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nngui.cli import main
from nngui.core.inspectors.cnn import TestInspector
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.files.images.start import fitting_settings
from tests.core.helpers import TASKS

CNN = TASKS["cnn"]
SMALL = {"network.conv": [{"channels": 2, "kernel": 3}], "network.hidden": [4]}


@given(wanted=st.integers(0, 4096), images=st.integers(2, 1_000_000))
def test_that_any_number_of_images_has_a_schedule_that_they_can_fill(wanted, images):
    found = fitting_settings(wanted, images)
    schedule = with_settings(CNN.spec, found).schedule
    training = images - int(images * schedule.validation)
    assert schedule.batch_size <= training
    assert bool(wanted) == bool(schedule.batch_size)
    assert 5 <= schedule.epochs <= 80
    if schedule.validation:
        assert schedule.keeps_best
        assert 0 < schedule.patience_in_use < schedule.epochs
        assert int(images * schedule.validation) >= 10
    else:
        assert not schedule.patience


def write_halves(path, n):
    """Write n images to train on and 20 to test on: which half is bright is the class."""
    draw = np.random.default_rng(0)
    y = draw.integers(0, 2, n + 20)
    x = draw.random((n + 20, 8, 8))
    x[y == 0, :4] += 1
    x[y == 1, 4:] += 1
    x = (x * 127).astype("uint8")
    np.savez(path, x_train=x[:n], y_train=y[:n], x_test=x[n:], y_test=y[n:])
    return path


def test_that_images_of_the_test_stay_those_of_the_test_beside_a_validation_part(tmp_path):
    path = write_halves(tmp_path / "halves.npz", 100)
    settings = {"data.kind": "file", "data.path": str(path), "schedule.validation": 0.2}
    settings |= SMALL | {"schedule.batch_size": 20, "schedule.epochs": 1}
    trainer = Trainer(CNN, with_settings(CNN.spec, settings))
    held_out, test = trainer.state.held_out, trainer.state.prepared.test
    assert [len(held_out[1]), len(test[1])] == [20, 20]
    with np.load(path) as file:
        assert np.array_equal(test[1].numpy(), file["y_test"])
        raw = file["x_test"][:, None] / 255
    p = trainer.state.prepared
    assert np.allclose(test[0].numpy(), (raw - float(p.x_mean)) / float(p.x_std), atol=1e-5)
    result = TestInspector()(trainer)
    assert np.array_equal(result.labels, test[1].numpy())
    assert np.allclose(result.images, raw, atol=1e-5)


def test_that_own_images_stop_by_themselves_and_are_scored_on_the_test(tmp_path, capsys):
    path = write_halves(tmp_path / "halves.npz", 100)
    options = ["train", "cnn", "--data", str(path), "--set", "network.hidden=[4]"]
    options += ["--set", "network.conv=[{channels=2,kernel=3}]"]
    assert main([*options, "--set", "optimizer.lr=0.05"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["images"] == {"training": 80, "test": 20, "classes": 2, "validation": 20}
    assert found["epochs"] < 80
    assert f"best was {found['best_epoch']}" in found["reason"]
    assert found["test"]["Network"]["Accuracy"] >= 0.9
    assert main([*options, "--set", "schedule.validation=0"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert "validation" not in found["images"]
    assert found["epochs"] <= 20
