"""What is told of a part is told of its own rows, in the target's own units."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn import metrics
from sklearn.preprocessing import StandardScaler

from nngui.core.evaluation import evaluation
from nngui.core.evaluation.evaluation import MAX_MISSES, NETWORK, EvaluationInspector
from nngui.core.evaluation.headline import HeadlineInspector
from nngui.core.evaluation.metrics import (
    ACCURACY,
    AUC,
    BALANCED,
    LOG_LOSS,
    MACRO_F1,
    MAE,
    R2,
    RMSE,
)
from nngui.core.evaluation.parts import PARTS, TEST, TRAINING, VALIDATION
from nngui.core.evaluation.scoring import recorded_scores
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.files.tables.training_data import settings_for_table
from tests.core.helpers import FOREVER, TASKS


def made(tmp_path, task):
    """A table whose rows can be told by their target, or their class by a column."""
    rng = np.random.default_rng(5)
    a, b = rng.normal(3, 2, 150).round(3), rng.normal(size=150).round(3)
    table = pd.DataFrame({"a": a, "b": b})
    if task == "regression":
        table["y"] = (4000 + 250 * a + 30 * b**2 + rng.normal(0, 40, 150)).round(4)
        assert table["y"].is_unique
    else:
        table["y"] = np.where(a + rng.normal(0, 1, 150) > 4, "yes", "no")
    table.to_csv(tmp_path / "t.csv", index=False)
    return table


def run_of(tmp_path, task, **more):
    spec = settings_for_table(TASKS[task].spec, str(tmp_path / "t.csv"))
    options = {"schedule.epochs": 8, "schedule.validation": 0.3, "data.table.test": 0.1} | more
    trainer = Trainer(TASKS[task], with_settings(spec, options))
    trainer.advance(FOREVER)
    return trainer


def said_by_hand(trainer, table):
    """What plain torch says of each row, with inputs standardised by scikit-learn."""
    parts = trainer.state.prepared.parts.numpy()
    rows = trainer.data.rows.numpy()
    x = table[["a", "b"]].to_numpy()[rows]
    train = parts == 0
    deviation = np.sqrt(train.sum() / (train.sum() - 1))
    x = StandardScaler().fit(x[train]).transform(x) / deviation
    net = trainer.variants[0].net.eval()
    with torch.no_grad():
        return parts, rows, net(torch.from_numpy(x).float()).double()


def test_that_scores_of_numbers_are_in_the_targets_own_units(tmp_path):
    table = made(tmp_path, "regression")
    trainer = run_of(tmp_path, "regression")
    parts, rows, out = said_by_hand(trainer, table)
    y = table["y"].to_numpy()[rows]
    own = y[parts == 0]
    predicted = out[:, 0].numpy() * own.std(ddof=1) + own.mean()
    found = EvaluationInspector()(trainer)
    recorded = recorded_scores(trainer)
    assert found.rows == dict(zip(PARTS, np.bincount(parts).tolist(), strict=True))
    for number, part in enumerate(PARTS):
        true, said = y[parts == number], predicted[parts == number]
        scores = found.scores[NETWORK][part]
        assert scores[MAE] == pytest.approx(metrics.mean_absolute_error(true, said), rel=1e-4)
        assert scores[RMSE] == pytest.approx(metrics.root_mean_squared_error(true, said), rel=1e-4)
        assert scores[R2] == pytest.approx(metrics.r2_score(true, said), abs=1e-4)
        assert scores[MAE] > 10, "in units of the table, not of the network"
        if part != TRAINING:
            key = {VALIDATION: "val", TEST: "test"}[part]
            assert recorded[f"{key}_mae"] == scores[MAE]
            assert recorded[f"{key}_rmse"] == scores[RMSE]
    (mean,) = (name for name in found.scores if name == "Mean")
    true = y[parts == 2]
    assert found.scores[mean][TEST][MAE] == pytest.approx(np.abs(true - own.mean()).mean())
    headline = HeadlineInspector()(trainer)
    assert headline.part == VALIDATION
    assert headline.value == pytest.approx(metrics.r2_score(y[parts == 1], predicted[parts == 1]))
    wanted = metrics.r2_score(y[parts == 1], np.full((parts == 1).sum(), own.mean()))
    assert headline.baseline == pytest.approx(wanted)


def test_that_each_residual_is_of_its_row_and_of_its_part(tmp_path):
    table = made(tmp_path, "regression")
    trainer = run_of(tmp_path, "regression")
    parts, rows, out = said_by_hand(trainer, table)
    own = table["y"].to_numpy()[rows][parts == 0]
    predicted = dict(zip(rows, out[:, 0].numpy() * own.std(ddof=1) + own.mean(), strict=True))
    part_of = dict(zip(rows, parts, strict=True))
    found = EvaluationInspector()(trainer)
    for number, part in enumerate(PARTS):
        for told in (found.residuals[part], found.misses[part]):
            assert {part_of[row] for row in told.rows} == {number}
            assert told.true == pytest.approx(table["y"].to_numpy()[told.rows])
            wanted = [predicted[row] for row in told.rows]
            assert told.predicted == pytest.approx(wanted, rel=1e-4)
        assert len(found.residuals[part].rows) == (parts == number).sum()
        misses = np.abs(found.misses[part].true - found.misses[part].predicted)
        assert len(misses) == min(MAX_MISSES, (parts == number).sum())
        assert (np.diff(misses) <= 0).all()


def test_that_of_many_residuals_some_are_told_from_the_first_row_to_the_last(tmp_path, monkeypatch):
    made(tmp_path, "regression")
    trainer = run_of(tmp_path, "regression")
    everyone = EvaluationInspector()(trainer).residuals[TRAINING].rows
    monkeypatch.setattr(evaluation, "MAX_SEEN", 7)
    told = EvaluationInspector()(trainer).residuals[TRAINING].rows
    places = [everyone.tolist().index(row) for row in told]
    assert (places[0], places[-1]) == (0, len(everyone) - 1)
    assert np.diff(places) == pytest.approx((len(everyone) - 1) / 6, abs=1)


def test_that_the_rows_behind_a_cell_are_of_their_part(tmp_path):
    table = made(tmp_path, "classification")
    trainer = run_of(tmp_path, "classification")
    parts, rows, out = said_by_hand(trainer, table)
    classes = list(trainer.data.classes)
    true = np.array([classes.index(word) for word in table["y"].to_numpy()[rows]])
    chances = out.softmax(1).numpy()
    said = chances.argmax(1)
    found = EvaluationInspector()(trainer)
    for number, part in enumerate(PARTS):
        mine = parts == number
        told, scores = found.predicted[part], found.scores[NETWORK][part]
        assert told.rows.tolist() == rows[mine].tolist()
        confusion = metrics.confusion_matrix(true[mine], said[mine])
        assert np.array_equal(found.classes[part].confusion, confusion)
        assert told.sure == pytest.approx(chances[mine].max(1), rel=1e-4)
        for one in range(2):
            for other in range(2):
                behind = told.rows[told.behind(one, other, 1000)]
                cell = mine & (true == one) & (said == other)
                assert sorted(behind) == sorted(rows[cell])
        assert scores[ACCURACY] == metrics.accuracy_score(true[mine], said[mine])
        balanced = metrics.balanced_accuracy_score(true[mine], said[mine])
        assert scores[BALANCED] == pytest.approx(balanced)
        f1 = metrics.f1_score(true[mine], said[mine], average="macro")
        assert scores[MACRO_F1] == pytest.approx(f1)
        assert scores[LOG_LOSS] == pytest.approx(metrics.log_loss(true[mine], chances[mine]), 1e-4)
        area = metrics.roc_auc_score(true[mine], chances[mine, 1])
        assert scores[AUC] == pytest.approx(area)
    headline = HeadlineInspector()(trainer)
    often = np.bincount(true[parts == 0]).argmax()
    assert headline.always == classes[often]
    assert headline.baseline == pytest.approx((true[parts == 1] == often).mean())
    assert headline.value == metrics.accuracy_score(true[parts == 1], said[parts == 1])


def test_that_the_headline_takes_the_part_that_says_most(tmp_path):
    made(tmp_path, "classification")
    shares = {(0.3, 0.1): VALIDATION, (0.0, 0.2): TEST, (0.0, 0.0): TRAINING}
    for (validation, test), part in shares.items():
        more = {"schedule.validation": validation, "data.table.test": test, "schedule.epochs": 1}
        assert HeadlineInspector()(run_of(tmp_path, "classification", **more)).part == part
