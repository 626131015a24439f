"""Several networks in lockstep, and a run without any."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from nngui.core.script import script
from nngui.core.spec import OptimizerSpec
from nngui.core.trainer import Trainer
from nngui.core.training.state_check import load_checked
from nngui.tasks.classification.settings import ClassificationSpec
from nngui.tasks.regression.settings import RegressionSpec
from tests.core.helpers import FOREVER, TASKS, run_scripts, spec_of

LR = {"sgd": 0.01, "momentum": 0.01, "adam": 0.01}


class Race(RegressionSpec):
    fair: bool = True
    lr: dict[str, float] = LR

    def optimizers(self):
        return {name: OptimizerSpec(name=name, lr=lr) for name, lr in self.lr.items()}

    @property
    def same_start(self):
        return self.fair


class Pair(ClassificationSpec):
    def optimizers(self):
        return {"one": self.optimizer, "two": self.optimizer}


def race(**settings):
    spec = Race(**settings)
    spec = spec.changed("schedule", steps=40, batch_size=30).changed("data", points=100)
    return Trainer(replace(TASKS["regression"], spec=spec), spec)


def parameters(trainer):
    return [list(variant.net.parameters()) for variant in trainer.variants]


def test_that_each_network_has_a_column_and_learns():
    trainer = race()
    rows = trainer.advance(FOREVER)
    assert trainer.columns == ["sgd", "momentum", "adam"]
    assert rows.shape == (40, 3)
    assert (rows[-1] < rows[0]).all()
    assert len(set(rows[-1])) == 3


@pytest.mark.parametrize("fair", [True, False])
def test_that_a_fair_start_is_one_start_for_all(fair):
    first, *others = parameters(race(fair=fair))
    for other in others:
        assert all(torch.equal(a, b) for a, b in zip(first, other, strict=True)) == fair


def test_that_a_single_network_is_drawn_as_the_first_of_several():
    alone = race(lr={"momentum": 0.01})
    together = race(fair=False, lr={"momentum": 0.01, "adam": 0.01})
    for mine, theirs in zip(parameters(alone)[0], parameters(together)[0], strict=True):
        assert torch.equal(mine, theirs)


def test_that_the_exported_scripts_print_the_same_losses(tmp_path):
    batches, passes = {"batch_size": 30, "steps": 40}, {"epochs": 9}
    specs = [Race(fair=fair).changed("schedule", **batches) for fair in (True, False)]
    specs.append(Race(fair=False).changed("schedule", **passes))
    specs.append(Race().changed("schedule", **batches, target_loss=0.1))
    texts = run_scripts([script(TASKS["regression"], spec) for spec in specs], tmp_path)
    for spec, text in zip(specs, texts, strict=True):
        rows = Trainer(TASKS["regression"], spec).advance(FOREVER)
        assert [[float(x) for x in line.split()] for line in text.splitlines()] == rows.tolist()


def test_that_one_that_diverges_drops_out_and_the_others_go_on():
    trainer = race(lr={"sgd": 1000.0, "adam": 0.01})
    rows = trainer.advance(FOREVER)
    assert len(rows) == 40
    assert trainer.ending.kind == "steps"
    gone = np.flatnonzero(np.isnan(rows[:, 0]))
    assert 2 < gone[0] < 20
    assert len(gone) == 40 - gone[0]
    assert np.isfinite(rows[:, 1]).all()
    assert all(torch.isfinite(p).all() for p in trainer.variants[0].net.parameters())
    alone = race(lr={"adam": 0.01})
    assert rows[-1, 1] < rows[0, 1]
    assert trainer.best.name == "adam"
    assert len(alone.advance(FOREVER)) == 40


def test_that_the_run_ends_when_the_last_one_has_dropped_out():
    trainer = race(lr={"sgd": 1000.0, "momentum": 900.0})
    trainer.advance(FOREVER)
    assert trainer.ending.kind == "diverged"
    assert trainer.step_count < 40


def test_that_one_that_dropped_out_takes_part_again_with_other_settings():
    trainer = race(lr={"sgd": 1000.0, "adam": 0.01})
    trainer.advance(FOREVER, 30)
    assert trainer.variants[0].diverged
    trainer.change(trainer.spec.model_copy(update={"lr": {"sgd": 0.01, "adam": 0.01}}))
    assert np.isfinite(trainer.advance(FOREVER)).all()


def test_that_classes_have_an_accuracy_each_and_so_have_the_points_kept_out():
    spec = Pair().changed("schedule", validation=0.2, steps=5, batch_size=0)
    trainer = Trainer(TASKS["classification"], spec)
    rows = trainer.advance(FOREVER)
    assert trainer.columns == [
        *("one", "two", "one_accuracy", "two_accuracy"),
        *("one_val_loss", "two_val_loss", "one_val_accuracy", "two_val_accuracy"),
    ]
    assert np.isfinite(rows).all()
    assert np.array_equal(rows[:, 0::2], rows[:, 1::2])  # twins in all


def test_that_the_whole_state_of_several_can_be_put_back():
    first = race(lr={"sgd": 1000.0, "adam": 0.01})
    first.advance(FOREVER, 20)
    second = race(lr={"sgd": 1000.0, "adam": 0.01})
    load_checked(second.state, first.capture())
    assert second.variants[0].diverged
    assert np.array_equal(first.advance(FOREVER), second.advance(FOREVER), equal_nan=True)


def test_that_without_networks_the_batches_are_gone_through():
    trainer = race(lr={})
    assert trainer.columns == ["epoch", "batch"]
    rows = trainer.advance(FOREVER)
    assert rows[:5].tolist() == [[0, 0], [0, 1], [0, 2], [0, 3], [1, 0]]
    assert trainer.ending.kind == "steps"
    assert trainer.best is None
    assert trainer.predict(np.zeros((3, 1), np.float32)) == ()


def test_that_the_best_is_the_one_with_the_smallest_last_loss():
    trainer = race()
    rows = trainer.advance(FOREVER)
    assert trainer.best.name == trainer.columns[int(rows[-1].argmin())]
    trainer.variants[0].last_loss = math.nan
    assert trainer.best.name != "sgd"


def test_that_a_test_set_that_comes_with_the_data_is_measured_and_not_trained_on():
    task = TASKS["regression"]
    own = (torch.tensor([[0.5]]), torch.tensor([[7.0]]))
    given = replace(task, make_data=lambda spec: replace(task.make_data(spec), held_out=own))
    trainer = Trainer(given, spec_of("regression", {"schedule.steps": 3}))
    rows = trainer.advance(FOREVER)
    assert trainer.columns == ["loss", "val_loss"]
    assert len(trainer.state.train_data[0]) == 100
    assert rows[-1, 1] == pytest.approx((trainer.predict(own[0].numpy())[0].item() - 7) ** 2)
