"""What a model is worth: held against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LinearRegression, LogisticRegression

from nngui.core.evaluation import metrics as scores
from nngui.core.evaluation.baselines import (
    LINEAR,
    MEAN,
    classification_baselines,
    regression_baselines,
)
from nngui.core.evaluation.evaluation import (
    NETWORK,
    EvaluationInspector,
    RowPredictions,
)
from nngui.core.evaluation.parts import TEST, TRAINING, VALIDATION
from nngui.core.evaluation.scoring import SCORE_KEYS, recorded_scores
from nngui.core.records.run_record import SCORES
from nngui.core.trainer import Trainer
from nngui.files.tables.training_data import settings_for_table
from tests.core.helpers import TASKS


def drawn(classes, n=300, seed=1):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n, 4, generator=generator)
    logits = x @ torch.randn(4, classes, generator=generator)
    noise = torch.randn(n, classes, generator=generator)
    return x, (logits + noise).argmax(1), (logits * 0.7).softmax(1)


def test_that_regression_scores_are_those_of_scikit_learn():
    x, _, _ = drawn(2)
    true, predicted = x[:, 0] * 100 + 50, x[:, 0] * 90 + x[:, 1] * 20
    found = scores.regression_scores(true, predicted)
    t, p = true.numpy(), predicted.numpy()
    assert found[scores.R2] == pytest.approx(metrics.r2_score(t, p))
    assert found[scores.MAE] == pytest.approx(metrics.mean_absolute_error(t, p))
    assert found[scores.RMSE] == pytest.approx(metrics.root_mean_squared_error(t, p))


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_that_classification_scores_are_those_of_scikit_learn(classes):
    _, true, chances = drawn(classes)
    found = scores.classification_scores(true, chances)
    t, p, said = true.numpy(), chances.numpy(), chances.argmax(1).numpy()
    assert found[scores.ACCURACY] == pytest.approx(metrics.accuracy_score(t, said))
    assert found[scores.MACRO_F1] == pytest.approx(metrics.f1_score(t, said, average="macro"))
    assert found[scores.LOG_LOSS] == pytest.approx(metrics.log_loss(t, p), rel=1e-5)
    assert (scores.AUC in found) == (classes == 2)
    each = scores.class_scores(true, chances)
    assert np.array_equal(each.confusion, metrics.confusion_matrix(t, said))
    wanted = metrics.precision_recall_fscore_support(t, said)
    for mine, theirs in zip((each.precision, each.recall, each.f1), wanted, strict=False):
        assert mine == pytest.approx(theirs)
    if classes == 2:
        assert np.array_equal(each.at(0.5), each.confusion)
        for threshold in (0.0, 0.237, 0.8, 1.0):
            there = (p[:, 1] > threshold).astype(int)
            assert np.array_equal(each.at(threshold), metrics.confusion_matrix(t, there))
            precision, recall = scores.precision_and_recall(each.at(threshold))
            if there.any():
                assert precision == pytest.approx(metrics.precision_score(t, there))
            else:
                assert math.isnan(precision)
            assert recall == pytest.approx(metrics.recall_score(t, there))
        assert found[scores.AUC] == pytest.approx(metrics.roc_auc_score(t, p[:, 1]))
        assert metrics.auc(each.roc[:, 0], each.roc[:, 1]) == pytest.approx(found[scores.AUC])
        share, mean = calibration_curve(t, p[:, 1], n_bins=scores.BINS)
        filled = each.calibration[each.calibration[:, 2] > 0]
        assert filled[:, 0] == pytest.approx(mean, rel=1e-5)
        assert filled[:, 1] == pytest.approx(share)
        assert each.calibration[:, 2].sum() == len(t)


def test_that_a_class_that_is_never_said_or_never_there_has_no_score():
    true = torch.tensor([0, 0, 1])
    chances = torch.tensor([[0.9, 0.1, 0.0], [0.8, 0.2, 0.0], [0.7, 0.3, 0.0]])
    each = scores.class_scores(true, chances)
    assert np.isnan(each.precision).tolist() == [False, True, True]
    assert np.isnan(each.recall).tolist() == [False, False, True]
    assert scores.classification_scores(true, chances)[scores.MACRO_F1] == pytest.approx(0.4)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_that_a_network_that_has_diverged_has_no_score(bad):
    found = scores.regression_scores(torch.ones(3), torch.tensor([1.0, bad, 1.0]))
    assert all(math.isnan(value) for value in found.values())
    chances = torch.full((3, 2), bad)
    found = scores.classification_scores(torch.tensor([0, 1, 0]), chances)
    assert all(math.isnan(value) for value in found.values())
    assert scores.class_scores(torch.tensor([0, 1, 0]), chances) is None


def test_that_what_is_not_defined_is_no_number():
    assert math.isnan(scores.regression_scores(torch.ones(3), torch.zeros(3))[scores.R2])
    assert math.isnan(scores.regression_scores(torch.ones(1), torch.ones(1))[scores.R2])
    for value in (0.1, 152.13, 1000000.1):  # whose mean is rounded
        true = torch.full((89,), value)
        assert math.isnan(scores.regression_scores(true, true + 1)[scores.R2])
    one_class = scores.classification_scores(torch.ones(3).long(), torch.full((3, 2), 0.5))
    assert math.isnan(one_class[scores.AUC])
    assert all(math.isnan(v) for v in scores.regression_scores(*torch.zeros(2, 0)).values())


def test_that_the_rows_behind_a_cell_come_surest_first():
    told = RowPredictions(
        rows=np.array([7, 8, 9, 10]),
        true=np.array([0, 0, 1, 1]),
        said=np.array([1, 1, 1, 0]),
        sure=np.array([0.6, 0.9, 0.8, 0.7]),
    )
    assert told.rows[told.mistakes(5)].tolist() == [8, 10, 7]
    assert told.rows[told.mistakes(1)].tolist() == [8]
    assert told.rows[told.behind(0, 1, 5)].tolist() == [8, 7]
    assert told.rows[told.behind(1, 1, 5)].tolist() == [9]


def test_that_a_threshold_moves_what_is_said_of_rows():
    told = RowPredictions(
        rows=np.array([7, 8, 9]),
        true=np.array([0, 1, 1]),
        said=np.array([0, 1, 0]),
        sure=np.array([0.6, 0.9, 0.8]),  # 0.4, 0.9 and 0.2 for the second class
    )
    low = told.at(0.3)
    assert low.said.tolist() == [1, 1, 0]
    assert low.sure.tolist() == pytest.approx([0.4, 0.9, 0.8])
    assert told.at(0.5).said.tolist() == told.said.tolist()
    assert low.rows[low.mistakes(5)].tolist() == [9, 7]


def test_that_the_linear_models_are_those_of_scikit_learn():
    x, y, _ = drawn(3)
    target = (x @ torch.tensor([1.0, 2.0, 0.0, -1.0]) + x[:, 0] ** 2).unsqueeze(1)
    mean, linear = regression_baselines(x, target)
    theirs = LinearRegression().fit(x.numpy(), target.numpy())
    assert (mean.name, linear.name) == (MEAN, LINEAR)
    assert linear.predict(x).numpy() == pytest.approx(theirs.predict(x.numpy())[:, 0], abs=1e-3)
    assert mean.predict(x).numpy() == pytest.approx(float(target.mean()))
    frequent, logistic = classification_baselines(x, y, 3)
    deviations = ((x - x.mean(0)) / x.std(0, correction=0)).numpy()
    theirs = LogisticRegression(tol=1e-8).fit(deviations, y.numpy())
    wanted = theirs.predict_proba(deviations)
    assert logistic.predict(x).numpy() == pytest.approx(wanted, abs=2e-3)
    assert frequent.predict(x)[0].argmax() == y.bincount().argmax()


@pytest.mark.parametrize(("mean", "std"), [(0, 1), (0, 1e-6), (1e6, 1.0), (1.7e9, 1e5)])
def test_that_the_linear_model_needs_no_scaled_inputs(mean, std):
    x = torch.randn(300, 1, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    seen = x * std + mean
    _, linear = regression_baselines(seen, 3 * x)
    assert linear.predict(seen).numpy() == pytest.approx((3 * x[:, 0]).numpy(), abs=1e-4)


def test_that_a_single_row_has_baselines():
    _, linear = regression_baselines(torch.ones(1, 3), torch.full((1, 1), 5.0))
    assert linear.predict(torch.ones(1, 3)).tolist() == [5]
    _, logistic = classification_baselines(torch.ones(1, 3), torch.tensor([1]), 2)
    assert logistic.predict(torch.ones(1, 3)).argmax() == 1


def test_that_columns_that_follow_from_others_do_no_harm():
    x, y, _ = drawn(2)
    x = torch.cat((x, x[:, :1], torch.ones(len(x), 1)), 1)
    _, linear = regression_baselines(x, x[:, :1] * 3)
    assert linear.predict(x).numpy() == pytest.approx((x[:, 0] * 3).numpy(), abs=1e-3)
    _, logistic = classification_baselines(x, y, 2)
    assert bool(logistic.predict(x).isfinite().all())


@pytest.mark.parametrize(
    ("task", "example"), [("regression", "diabetes"), ("classification", "breast_cancer")]
)
def test_that_a_run_is_evaluated_beside_its_baselines_and_goes_on_as_if_it_were_not(task, example):
    spec = settings_for_table(TASKS[task].spec, f"example:{example}")
    trainer, alone = Trainer(TASKS[task], spec), Trainer(TASKS[task], spec)
    look = EvaluationInspector()
    first = look(trainer)
    assert look(trainer) is first
    rows = trainer.advance(1e9)
    assert np.array_equal(rows, alone.advance(1e9), equal_nan=True)
    found = look(trainer)
    assert found.step == trainer.step_count > first.step
    assert list(found.rows) == ["Training", "Validation", "Test"]
    score = {"regression": scores.R2, "classification": scores.ACCURACY}[task]
    names = list(found.scores)
    assert names[0] == NETWORK
    assert names[2] == LINEAR
    network, simple = (found.scores[name][TEST][score] for name in names[:2])
    assert network > simple + 0.2
    assert found.scores[LINEAR][TRAINING][score] > simple
    if task == "classification":
        confusion = found.classes[TEST].confusion
        assert confusion.sum() == found.rows[TEST]
        wrong = confusion.sum() - np.trace(confusion)
        told = found.predicted[TEST]
        assert len(told.mistakes(1000)) == wrong
        classes = [trainer.data.classes.index(c) for c in ("benign", "malignant")]
        assert np.bincount(told.true).tolist() == confusion[classes].sum(1).tolist()
    else:
        assert found.residuals[TEST].true.min() >= 25
        misses = found.misses[TEST]
        missed = np.abs(misses.true - misses.predicted)
        assert (np.diff(missed) <= 0).all()
        everything = found.residuals[TEST]
        assert missed[0] == np.abs(everything.true - everything.predicted).max()


def test_that_other_data_than_a_table_are_not_evaluated():
    trainer = Trainer(TASKS["regression"], TASKS["regression"].spec)
    assert EvaluationInspector()(trainer) is None


@pytest.mark.parametrize(
    ("task", "example"), [("regression", "diabetes"), ("classification", "breast_cancer")]
)
def test_that_what_is_remembered_are_the_scores_of_rows_not_trained_on(task, example):
    trainer = Trainer(TASKS[task], settings_for_table(TASKS[task].spec, f"example:{example}"))
    trainer.advance(1e9)
    found = recorded_scores(trainer)
    assert set(found) <= set(SCORES)
    whole = EvaluationInspector()(trainer).scores[NETWORK]
    for part, key in ((VALIDATION, "val"), (TEST, "test")):
        for score, name in SCORE_KEYS.items():
            assert found.get(f"{key}_{name}") == whole[part].get(score)
    assert len(found) == 6


def test_that_nothing_is_remembered_without_rows_kept_back_or_of_several_networks():
    for task in ("regression", "optimizers", "batch_training"):
        assert recorded_scores(Trainer(TASKS[task], TASKS[task].spec)) == {}
