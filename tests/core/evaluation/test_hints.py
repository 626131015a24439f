"""What a user is told of a run that has ended."""

from __future__ import annotations

import numpy as np
import pytest

from nngui.core.evaluation.hints import find_hints
from nngui.core.records.history import History
from nngui.core.spec.table import table_settings
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.tasks import all_tasks

TASKS = {task.name: task for task in all_tasks()}


def ended(name, settings=()):
    """A run that has come to its end, and its losses."""
    task = TASKS[name]
    trainer = Trainer(task, with_settings(task.spec, dict(settings)))
    history = History(trainer.columns)
    while trainer.ending is None:
        history.append(trainer.advance(1.0))
    return trainer, history


def told(name, settings=()):
    return {hint.kind: hint for hint in find_hints(*ended(name, settings))}


def table(tmp_path, rows, header, **more):
    path = tmp_path / "table.csv"
    lines = [",".join(header), *(",".join(str(cell) for cell in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return table_settings(len(rows), path=str(path), target=header[-1]) | more


@pytest.mark.parametrize("name", ["regression", "classification", "quick_build"])
def test_that_nothing_is_said_of_the_tutorials_runs(name):
    assert told(name) == {}


def test_that_of_several_networks_nothing_is_said():
    assert told("optimizers", {"schedule.epochs": 1}) == {}


def test_that_a_diverged_run_is_offered_a_tenth_of_its_rate():
    hint = told("regression", {"optimizer.lr": 50.0})["diverged"]
    assert "diverged" in str(hint)
    assert hint.remedy.format(**hint.values) == "Use 5"
    assert hint.settings == {"optimizer.lr": 5.0}
    assert "diverged" not in told("regression", hint.settings | {"optimizer.lr": 0.2})


def test_that_a_loss_that_falls_evenly_to_the_end_wants_a_larger_rate():
    settings = {"optimizer.lr": 0.0002, "schedule.steps": 200}
    hint = told("regression", settings)["slow"]
    assert hint.settings == {"optimizer.lr": 0.002}
    assert "0.0002" in str(hint)
    assert "slow" not in told("regression", settings | {"optimizer.lr": 0.2})


def test_that_a_loss_that_grew_wants_a_smaller_rate():
    settings = {"optimizer.lr": 1.0, "schedule.steps": 30}
    hint = told("regression", settings)["fast"]
    assert hint.settings == {"optimizer.lr": 0.1}
    assert "fast" not in told("regression", settings | hint.settings)


def test_that_the_noise_of_a_good_network_is_not_taken_for_a_high_rate():
    good, _ = ended("regression", {"seed": 2, "optimizer.lr": 0.1, "schedule.steps": 4000})
    settings = {"seed": 2, "schedule.batch_size": 10, "schedule.steps": 200}
    spec = with_settings(good.spec, settings | {"optimizer.lr": 0.2})
    trainer = Trainer(good.state.task, spec, "cpu", good.variants[0].net.state_dict())
    history = History(trainer.columns)
    history.append(trainer.advance(1e9))
    epochs = history.exact_column("loss").reshape(20, 10).mean(axis=1)
    assert epochs[0] < epochs[-1] < 1.2 * epochs[0]
    assert "fast" not in [hint.kind for hint in find_hints(trainer, history)]


OVERFIT = {
    "data.points": 20,
    "data.noise": 1.0,
    "schedule.validation": 0.4,
    "schedule.steps": 2000,
    "network.hidden": [100, 100],
    "optimizer.name": "adam",
    "optimizer.lr": 0.01,
}


def test_that_an_overfitted_run_is_offered_its_best_epoch_and_comes_to_that_loss():
    trainer, history = ended("regression", OVERFIT)
    hint = next(hint for hint in find_hints(trainer, history) if hint.kind == "overfit")
    losses = history.exact(0, len(history))[:, history.columns.index("val_loss")]
    assert hint.settings == {"schedule.steps": int(np.nanargmin(losses)) + 1}
    _, again = ended("regression", OVERFIT | hint.settings)
    assert again.exact(0, len(again))[-1, -1] == np.nanmin(losses)
    assert f"{np.nanmin(losses):.3g}" in str(hint)


def test_that_dead_units_are_counted_over_all_points():
    settings = OVERFIT | {"schedule.validation": 0.0, "seed": 2}
    hint = told("regression", settings)["dead"]
    assert hint.values["units"] == 200
    assert 100 <= hint.values["dead"] <= 200
    assert hint.settings == {"network.activation": "leaky_relu"}
    assert "dead" not in told("regression", settings | hint.settings)


def test_that_inputs_of_different_sizes_want_to_be_standardised():
    settings = table_settings(178, path="example:wine") | {"schedule.epochs": 3}
    hint = told("classification", settings | {"data.standardise": False})["scale"]
    assert hint.settings == {"data.standardise": True}
    assert "scale" not in told("classification", settings)


def test_that_a_feature_that_is_the_target_is_named(tmp_path):
    draw = np.random.default_rng(1)
    rows = [(a, 3 * y + 7, y) for a, y in draw.normal(size=(60, 2)).round(3)]
    settings = table(tmp_path, rows, ("a", "copy", "y"), **{"schedule.epochs": 3})
    hint = told("regression", settings)["leak"]
    assert "copy" in str(hint)
    assert hint.settings == {"data.table.features": ["a"]}
    assert "leak" not in told("regression", settings | hint.settings)


def test_that_a_category_that_is_the_class_is_named(tmp_path):
    draw = np.random.default_rng(1)
    rows = [
        (round(draw.normal(), 3), ["red", "blue", "green"][k], "xyz"[k]) for k in [0, 1, 2] * 20
    ]
    settings = table(tmp_path, rows, ("a", "colour", "y"), **{"schedule.epochs": 3})
    assert "colour" in str(told("classification", settings)["leak"])


def test_that_an_only_feature_that_is_the_target_cannot_be_left_out(tmp_path):
    rows = [(x, 2 * x) for x in range(60)]
    hint = told("regression", table(tmp_path, rows, ("x", "y"), **{"schedule.epochs": 3}))["leak"]
    assert hint.settings == {}


def test_that_a_network_that_says_one_class_of_all_is_told(tmp_path):
    draw = np.random.default_rng(1)
    rows = [(round(draw.normal(), 3), "rare" if k % 20 == 0 else "usual") for k in range(200)]
    settings = table(tmp_path, rows, ("a", "y"), **{"schedule.epochs": 3})
    hint = told("classification", settings)["imbalance"]
    assert "usual" in str(hint)
    assert "95.3%" in str(hint)
    assert hint.settings == {"class_weights": "balanced"}
    assert "imbalance" not in told("classification", settings | hint.settings)


def test_that_looking_for_hints_changes_no_run():
    plain, _ = ended("regression", OVERFIT)
    looked, history = ended("regression", OVERFIT)
    find_hints(looked, history)
    longer = with_settings(looked.spec, {"schedule.steps": 2010})
    rows = []
    for trainer in (plain, looked):
        trainer.change(longer)
        rows.append(trainer.advance(1e9))
    assert np.array_equal(*rows, equal_nan=True)


def test_that_a_look_for_dead_units_that_fails_leaves_the_dropout_on(monkeypatch):
    trainer, history = ended("regression", {"network.dropout": 0.5, "schedule.epochs": 2})
    net = trainer.variants[0].net

    def fails(_layer, _x):
        raise RuntimeError("this layer fails")

    monkeypatch.setattr(type(net[0]), "forward", fails)
    with pytest.raises(RuntimeError, match="this layer fails"):
        find_hints(trainer, history)
    assert all(part.training for part in net.modules())
