"""The figure that heads a table's tab is of rows that are not trained on."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from nngui.core.evaluation.evaluation import NETWORK, EvaluationInspector
from nngui.core.evaluation.headline import HeadlineInspector
from nngui.core.evaluation.metrics import ACCURACY, R2
from nngui.core.evaluation.parts import TEST, TRAINING, VALIDATION
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.files.tables.training_data import settings_for_table
from tests.core.helpers import TASKS


def trained(task, example, steps=40, **settings):
    spec = settings_for_table(TASKS[task].spec, f"example:{example}")
    spec = with_settings(spec, {"schedule.epochs": 0, "schedule.steps": steps} | settings)
    trainer = Trainer(TASKS[task], spec)
    rows = trainer.advance(1e9)
    return trainer, rows


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ({}, VALIDATION),
        ({"schedule.validation": 0.0}, TEST),
        ({"schedule.validation": 0.0, "data.table.test": 0.0}, TRAINING),
    ],
)
@pytest.mark.parametrize(
    ("task", "example", "figure"),
    [("classification", "breast_cancer", ACCURACY), ("regression", "diabetes", R2)],
)
def test_that_it_is_of_the_validation_part_where_there_is_one(
    settings, part, task, example, figure
):
    trainer, _ = trained(task, example, **settings)
    found = HeadlineInspector()(trainer)
    scores = EvaluationInspector()(trainer)
    assert (found.part, found.figure, found.step) == (part, figure, 40)
    assert scores.headline == found
    assert found.value == pytest.approx(scores.scores[NETWORK][part][figure], abs=1e-6)
    baseline = list(scores.scores)[1]
    assert found.baseline == pytest.approx(scores.scores[baseline][part][figure], abs=1e-6)
    assert found.always == ("benign" if trainer.data.classes else "")


def test_that_it_is_the_validation_accuracy_of_the_history():
    trainer, rows = trained("classification", "breast_cancer", steps=trained_epoch())
    column = rows[:, trainer.columns.index("val_accuracy")]
    last = column[~np.isnan(column)][-1]
    assert HeadlineInspector()(trainer).value == pytest.approx(last)


def trained_epoch():
    trainer, _ = trained("classification", "breast_cancer", steps=1)
    return 3 * trainer.batches.steps_per_epoch


def test_that_no_better_than_the_baseline_is_no_better():
    trainer, _ = trained("classification", "breast_cancer", steps=1)
    look = HeadlineInspector()
    with torch.no_grad():  # always the most frequent class
        layer = list(trainer.variants[0].net.parameters())
        layer[-2].zero_()
        layer[-1].copy_(torch.tensor([1.0, 0.0]))
    found = look(trainer)
    assert found.value == found.baseline
    assert not found.is_better
    with torch.no_grad():
        layer[-1].fill_(math.nan)
    found = HeadlineInspector()(trainer)
    assert math.isnan(found.value)
    assert not found.is_better


def test_that_other_data_than_a_table_have_none():
    assert HeadlineInspector()(Trainer(TASKS["regression"], TASKS["regression"].spec)) is None


# The linear model --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "example"), [("classification", "breast_cancer"), ("regression", "diabetes")]
)
def test_that_the_linear_model_is_that_of_scikit_learn(task, example):
    linear_model = pytest.importorskip("sklearn.linear_model")
    trainer, _ = trained(task, example)
    found = HeadlineInspector()(trainer)
    (x, y), (held_x, held_y) = trainer.state.prepared.train, trainer.state.prepared.held_out
    if task == "classification":
        rule = linear_model.LogisticRegression(max_iter=5000)
    else:
        rule = linear_model.LinearRegression()
    rule.fit(x.double().numpy(), y.numpy().ravel())
    worth = rule.score(held_x.double().numpy(), held_y.numpy().ravel())
    assert found.linear == pytest.approx(worth, abs=0.011 if found.always else 1e-5)
    assert found.beats_linear == (found.value > found.linear)


def test_that_it_is_fitted_once_and_only_when_the_training_hardly_notices(monkeypatch):
    from nngui.core.evaluation import linear

    spec = settings_for_table(TASKS["classification"].spec, "example:breast_cancer")
    trainer = Trainer(TASKS["classification"], spec)
    trainer.advance(0.01)
    assert trainer.ending is None
    fits = []
    real = linear.baselines_of
    monkeypatch.setattr(linear, "baselines_of", lambda given: fits.append(1) or real(given))
    shared = linear.LinearModel()
    now = [100.0]
    monkeypatch.setattr(linear.time, "perf_counter", lambda: now[0])
    assert math.isnan(shared.figure(trainer, VALIDATION))
    now[0] += 0.9 * linear.SHARE * linear.fitting_seconds(*trainer.state.train_data[0].shape, 2)
    assert math.isnan(shared.figure(trainer, VALIDATION))
    now[0] *= 10
    first = shared.figure(trainer, VALIDATION)
    assert 0.9 < first <= 1
    assert shared.figure(trainer, VALIDATION) == first
    assert len(shared.baselines(trainer)) == 2
    assert fits == [1]


def test_that_what_takes_long_to_fit_never_keeps_a_run_that_has_ended_waiting():
    from nngui.core.evaluation.linear import MAX_WAIT_S, fitting_seconds

    assert fitting_seconds(400, 30, 2) < 0.1
    assert fitting_seconds(1_000_000, 200, 0) > MAX_WAIT_S
    assert fitting_seconds(10**6, 500, 20) > MAX_WAIT_S


def test_that_the_command_line_says_what_is_no_better(tmp_path, capsys):
    from nngui.cli import main

    words = ["train", "regression", "--data", "example:diabetes", "--seed", "1", "--set"]
    assert main([*words, "schedule.epochs=1"]) == 0
    found = capsys.readouterr()
    assert (
        "nngui: The network is no better than this: Linear model. R² on the test rows: "
        in found.err
    )
