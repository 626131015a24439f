"""Cross-validation: held against scikit-learn, and against a training by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import StratifiedKFold

from nngui.core.errors import NnguiError
from nngui.core.evaluation import metrics as scores
from nngui.core.evaluation.baselines import LINEAR, MEAN, MOST_FREQUENT
from nngui.core.evaluation.evaluation import NETWORK
from nngui.core.spec.toml import with_settings
from nngui.core.studies import folds as folds_module
from nngui.core.studies.folds import FoldsStudy, check_folds, deal, summary
from nngui.core.trainer import Trainer
from nngui.files.tables.training_data import settings_for_table
from tests.core.helpers import FOREVER, TASKS, spec_of

REGRESSION, CLASSIFICATION = TASKS["regression"], TASKS["classification"]
SHORT = {"schedule.epochs": 2}


def table(tmp_path, n=60, classes=0, gaps=True, seed=0):
    """A table of a number with gaps, a number and words; its target is a number, or a class."""
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(n, 2)) * (3, 100) + (7, -40)
    y = 2 * x[:, 0] - 0.05 * x[:, 1] + draw.normal(size=n)
    frame = pd.DataFrame({"a": x[:, 0].round(3), "b": x[:, 1].round(3)})
    frame["word"] = draw.choice(["red", "green", "blue"], n)
    if gaps:
        frame.loc[draw.random(n) < 0.2, "a"] = np.nan
    frame["y"] = pd.qcut(y, classes, labels=list("ABCDE"[:classes])) if classes else y.round(4)
    path = tmp_path / f"table{seed}.csv"
    frame.to_csv(path, index=False)
    return path


def on(task, path, **changes):
    return with_settings(settings_for_table(task.spec, str(path), target="y"), SHORT | changes)


def finished(task, spec, count=5, **options):
    study = FoldsStudy(task, spec, count, turbo=False, **options)
    for _ in study:
        pass
    return study.state()


# How rows are dealt ------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=5),
    count=st.integers(2, 12),
    seed=st.integers(0, 2**32 - 1),
)
def test_that_folds_are_a_partition_and_each_class_is_spread_within_one(sizes, count, seed):
    y = torch.cat([torch.full((n,), place) for place, n in enumerate(sizes)])
    y = y[torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))]
    before = torch.get_rng_state()
    folds = deal(y, count, len(sizes), seed)
    assert torch.equal(torch.get_rng_state(), before)
    assert folds.shape == y.shape
    assert set(folds.tolist()) <= set(range(count))
    for rows in (slice(None), *(y == place for place in range(len(sizes)))):
        spread = folds[rows].bincount(minlength=count)
        assert int(spread.max() - spread.min()) <= 1
    assert torch.equal(folds, deal(y, count, len(sizes), seed))


def test_that_classes_are_dealt_as_scikit_learn_deals_them():
    y = torch.tensor([0] * 31 + [1] * 12 + [2] * 7)
    mine = deal(y, 5, 3, 1)
    theirs = StratifiedKFold(5, shuffle=True, random_state=1).split(np.zeros(len(y)), y.numpy())
    wanted = sorted(tuple(np.bincount(y[test].numpy(), minlength=3)) for _, test in theirs)
    found = sorted(tuple(y[mine == fold].bincount(minlength=3).tolist()) for fold in range(5))
    assert [sum(sizes) for sizes in found] == [sum(sizes) for sizes in wanted]
    assert {sizes[0] for sizes in found} == {sizes[0] for sizes in wanted}


def test_that_another_seed_deals_other_folds():
    y = torch.arange(50.0)
    assert not torch.equal(deal(y, 5, 0, 1), deal(y, 5, 0, 2))


# What is scored ----------------------------------------------------------------------------------


def test_that_the_linear_models_scores_are_those_of_scikit_learn_by_the_same_folds(tmp_path):
    spec = on(REGRESSION, table(tmp_path, gaps=False), **{"schedule.validation": 0.0})
    data = REGRESSION.make_data(spec)
    folds, found = deal(data.y, 5, 0, spec.seed), finished(REGRESSION, spec)
    wanted = []
    for fold, mine in enumerate(found.each):
        train, test = (folds != fold).numpy(), (folds == fold).numpy()
        x, y = data.x.numpy(), data.y[:, 0].numpy()
        said = LinearRegression().fit(x[train], y[train]).predict(x[test])
        own = (
            metrics.r2_score(y[test], said),
            metrics.mean_absolute_error(y[test], said),
            metrics.root_mean_squared_error(y[test], said),
        )
        wanted.append(own)
        linear = mine.scores[LINEAR]
        values = [linear[name] for name in (scores.R2, scores.MAE, scores.RMSE)]
        assert values == pytest.approx(own, rel=1e-4)
        mean = metrics.mean_absolute_error(y[test], np.full(test.sum(), y[train].mean()))
        assert mine.scores[MEAN][scores.MAE] == pytest.approx(mean, rel=1e-5)
    columns = np.array(wanted).T
    for name, values in zip((scores.R2, scores.MAE, scores.RMSE), columns, strict=True):
        assert found.mean(LINEAR)[name] == pytest.approx(values.mean(), rel=1e-4)
        assert found.deviation(LINEAR)[name] == pytest.approx(values.std(ddof=1), rel=1e-3)


def test_that_a_fold_is_a_run_of_the_same_settings_on_the_other_rows(tmp_path):
    spec = on(CLASSIFICATION, table(tmp_path, 90, classes=3))
    data = CLASSIFICATION.make_data(spec)
    folds, found = deal(data.y, 3, 3, spec.seed), finished(CLASSIFICATION, spec, 3)
    assert sum(fold.scored for fold in found.each) == len(data.y)
    for number, mine in enumerate(found.each):
        here = folds != number
        some = replace(data, x=data.x[here], y=data.y[here], rows=data.rows[here], test=0.0)
        alone = Trainer(replace(CLASSIFICATION, make_data=lambda _, some=some: some), spec)
        alone.advance(FOREVER)
        assert mine.steps == alone.step_count
        assert mine.training + mine.validation + mine.scored == len(data.y)
        assert mine.validation > 0
        said = alone.predict(data.x[~here].numpy())[0].argmax(1)
        true = data.y[~here].numpy()
        right = metrics.accuracy_score(true, said)
        assert mine.scores[NETWORK][scores.ACCURACY] == pytest.approx(right)
        balanced = metrics.balanced_accuracy_score(true, said)
        assert mine.scores[NETWORK][scores.BALANCED] == pytest.approx(balanced)
        assert mine.scores[MOST_FREQUENT][scores.BALANCED] == pytest.approx(1 / 3)


@pytest.mark.parametrize("task", [REGRESSION, CLASSIFICATION])
def test_that_nothing_of_a_folds_rows_leaks_into_its_training(tmp_path, monkeypatch, task):
    """Whatever is written into the rows that are scored, the network comes out the same."""
    classes = 2 if task is CLASSIFICATION else 0
    spec = on(task, table(tmp_path, classes=classes))
    trainers = []

    def remembered(*given):
        trainers.append(Trainer(*given))
        return trainers[-1]

    def first_fold(spoil):
        def make_data(spec):
            data = task.make_data(spec)
            scored = deal(data.y, 4, classes, spec.seed) == 0
            if spoil:
                data.x[scored, 0] = torch.nan
                data.x[scored, 1:] = 1e6
            return data

        study = FoldsStudy(replace(task, make_data=make_data), spec, 4, turbo=False)
        for _ in study:
            if study.state().each:
                break
        return trainers[-1], study.state().each[0]

    monkeypatch.setattr(folds_module, "Trainer", remembered)
    (clean, its), (spoiled, others) = first_fold(False), first_fold(True)
    for name in ("fill", "x_mean", "x_std", "y_mean", "y_std", "parts"):
        mine, other = (getattr(one.state.prepared, name) for one in (clean, spoiled))
        assert torch.equal(mine, other)
    assert clean.state.prepared.test is None
    nets = (one.variants[0].net.parameters() for one in (clean, spoiled))
    assert all(torch.equal(*both) for both in zip(*nets, strict=True))
    assert its.steps == others.steps
    assert its.scores[NETWORK] != others.scores[NETWORK]  # the rows were spoiled indeed


def test_that_points_drawn_anew_are_cross_validated_too():
    found = finished(REGRESSION, spec_of("regression", {"schedule.steps": 300}), 4)
    assert [fold.scored for fold in found.each] == [25] * 4
    assert found.mean(NETWORK)[scores.R2] > found.mean(LINEAR)[scores.R2] + 0.3
    found = finished(CLASSIFICATION, CLASSIFICATION.spec, 4)
    assert found.mean(NETWORK)[scores.ACCURACY] > 0.95


def test_that_turbo_gives_the_same_scores_where_it_covers_the_run(tmp_path):
    spec = on(REGRESSION, table(tmp_path))
    plain = finished(REGRESSION, spec, 3)
    study = FoldsStudy(REGRESSION, spec, 3)
    assert sum(1 for _ in study) > 3
    fast = study.state()
    assert {fold.engine for fold in plain.each} == {"torch"}
    assert {fold.engine for fold in fast.each} == {"turbo"}
    assert fast.mean(NETWORK) == pytest.approx(plain.mean(NETWORK), rel=1e-3)
    uncovered = with_settings(spec, {"network.dropout": 0.2})
    study = FoldsStudy(REGRESSION, uncovered, 2)
    assert sum(1 for _ in study) > 2
    assert {fold.engine for fold in study.state().each} == {"torch"}


def test_that_it_can_be_stopped_and_says_how_far_it_is(tmp_path):
    study = FoldsStudy(REGRESSION, on(REGRESSION, table(tmp_path)), 3, turbo=False)
    shares = [study.state().done]
    for _ in study:
        shares.append(study.state().done)
        if len(study.state().each) == 2:
            break
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == pytest.approx(2 / 3)
    found = summary(study.state())
    assert (found["k"], found["done"], len(found["each"])) == (3, 2, 2)


def test_that_folds_that_diverged_are_counted(tmp_path):
    spec = on(REGRESSION, table(tmp_path), **{"optimizer.name": "sgd", "optimizer.lr": 1e3})
    found = finished(REGRESSION, spec, 2)
    assert found.diverged == 2
    assert all(fold.ending.kind == "diverged" for fold in found.each)


def test_that_the_summary_has_a_mean_and_a_deviation_of_every_score(tmp_path):
    state = finished(CLASSIFICATION, on(CLASSIFICATION, table(tmp_path, classes=2)), 3)
    found = summary(state)
    names = {scores.ACCURACY, scores.BALANCED, scores.MACRO_F1, scores.LOG_LOSS, scores.AUC}
    assert found["mean"].keys() == found["deviation"].keys() == names
    assert set(found["baselines"]) == {MOST_FREQUENT, LINEAR}
    assert "done" not in found
    for name in names:
        values = [fold[name] for fold in found["each"]]
        assert found["mean"][name] == pytest.approx(np.mean(values))
        assert found["deviation"][name] == pytest.approx(np.std(values, ddof=1))


# What cannot be ----------------------------------------------------------------------------------


def refusal(task, spec, count):
    with pytest.raises(NnguiError) as refused:
        FoldsStudy(task, spec, count, turbo=False).begin()
    return str(refused.value)


@pytest.mark.parametrize("count", [-1, 0, 1, 51, 10**12])
def test_that_a_number_of_folds_has_bounds(tmp_path, count):
    text = refusal(REGRESSION, on(REGRESSION, table(tmp_path)), count)
    assert text == f"{count} folds cannot be: choose from 2 to 50."


def test_that_too_few_rows_are_refused_with_their_number(tmp_path):
    text = refusal(REGRESSION, on(REGRESSION, table(tmp_path, 19, gaps=False)), 10)
    assert text == "10 folds need 20 rows, and there are 19: use more rows, or fewer folds."


def test_that_a_class_of_too_few_rows_is_named(tmp_path):
    frame = pd.DataFrame({"a": range(40), "y": ["yes"] * 37 + ["no"] * 3})
    frame.to_csv(tmp_path / "few.csv", index=False)
    text = refusal(CLASSIFICATION, on(CLASSIFICATION, tmp_path / "few.csv"), 5)
    assert "5 folds need 5 rows of each class, and of no there are 3" in text


@pytest.mark.parametrize(
    ("name", "words"),
    [("optimizers", "trains 5"), ("quick_build", "trains 2"), ("cnn", "images")],
)
def test_that_tasks_without_such_scores_are_refused(name, words):
    task = TASKS[name]
    with pytest.raises(NnguiError, match=words):
        check_folds(task.spec, task.make_data(task.spec), 5)


def test_that_a_mean_of_what_is_not_defined_is_none(tmp_path):
    state = finished(REGRESSION, on(REGRESSION, table(tmp_path)), 2)
    gap = replace(state.each[0], scores={NETWORK: {scores.R2: math.nan}})
    known = replace(state.each[1], scores={NETWORK: {scores.R2: 0.5}})
    found = summary(replace(state, each=(gap, known)))
    assert found["mean"] == found["deviation"] == {scores.R2: None}
