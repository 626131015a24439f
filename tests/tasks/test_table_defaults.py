"""What a table gets from the settings it starts with: on rows that no training has seen."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets

from nngui.cli import main
from nngui.core.evaluation.baselines import LINEAR
from nngui.core.evaluation.evaluation import NETWORK, EvaluationInspector
from nngui.core.evaluation.metrics import ACCURACY, R2
from nngui.core.spec.table import table_settings
from nngui.core.spec.table_defaults import REASONS, fitting_settings, start_sentence
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.files.tables.training_data import settings_for_table
from tests.core.helpers import TASKS


def frame(x, y):
    return pd.DataFrame(x, columns=[f"x{i}" for i in range(x.shape[1])]).assign(y=y)


def friedman(seed):
    return frame(*datasets.make_friedman1(1000, noise=1, random_state=seed))


def bumps(seed):
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(10_000, 8))
    y = x[:, 1] * np.sin(2 * x[:, 0]) + np.abs(x[:, 2]) + x[:, 3] ** 2 / 2
    return frame(x, y + 0.2 * draw.normal(size=len(x)))


def moons(seed):
    x, y = datasets.make_moons(400, noise=0.2, random_state=seed)
    return frame(x, np.where(y, "up", "down"))


def digits(_seed):
    x, y = datasets.load_digits(return_X_y=True)
    return frame(x, [f"c{value}" for value in y])


def trained(task, path, seed):
    spec = settings_for_table(TASKS[task].spec, str(path), target="" if ":" in str(path) else "y")
    trainer = Trainer(TASKS[task], with_settings(spec, {"seed": seed}))
    trainer.set_engine("turbo")
    while trainer.ending is None:
        trainer.advance(1.0)
    return trainer


def scores_of(task, path, seed, name):
    found = EvaluationInspector()(trained(task, path, seed))
    assert found.last == "Test"
    return [found.scores[who][found.last][name] for who in (NETWORK, LINEAR)]


@pytest.mark.parametrize(
    ("task", "make", "draws", "seeds", "least"),
    [
        ("regression", friedman, (0, 1), (1, 2, 3), 0.92),
        ("regression", bumps, (0,), (1,), 0.93),
        ("classification", moons, (0, 1, 2), (1, 2), 0.935),
        ("classification", digits, (0,), (1, 2), 0.965),
    ],
)
def test_that_a_table_that_bends_is_learned_with_what_it_starts_with(
    tmp_path, task, make, draws, seeds, least
):
    found = []
    for draw in draws:
        path = tmp_path / f"{draw}.csv"
        make(draw).to_csv(path, index=False)
        name = R2 if task == "regression" else ACCURACY
        found += [scores_of(task, path, seed, name)[0] for seed in seeds]
    assert np.mean(found) >= least


@pytest.mark.parametrize(
    ("task", "example"),
    [
        ("regression", "diabetes"),
        ("classification", "iris"),
        ("classification", "wine"),
        ("classification", "breast_cancer"),
    ],
)
def test_that_where_a_line_is_enough_the_network_is_as_good(task, example):
    name = R2 if task == "regression" else ACCURACY
    both = [scores_of(task, f"example:{example}", seed, name) for seed in range(1, 6)]
    network, linear = np.mean(both, 0)
    assert network >= linear - 0.02


def test_that_training_stops_by_itself_long_before_its_last_epoch(tmp_path):
    path = tmp_path / "friedman.csv"
    friedman(0).to_csv(path, index=False)
    trainer = trained("regression", path, 1)
    assert trainer.ending.kind == "patience"
    assert trainer.batches.epoch < trainer.spec.schedule.epochs / 3


@given(rows=st.integers(2, 10_000_000), inputs=st.integers(1, 10_000))
def test_that_any_table_has_settings_that_end_in_minutes(rows, inputs):
    found = fitting_settings(rows, inputs)
    for task in ("regression", "classification"):
        spec = with_settings(TASKS[task].spec, table_settings(rows, inputs, path="a.csv"))
        assert spec.schedule.keeps_best
        assert 0 < spec.schedule.patience_in_use < spec.schedule.epochs
    train = rows * 0.8 * (1 - found["schedule.validation"])
    size = found["schedule.batch_size"] or train
    assert size <= max(train, 32)
    steps = -(-train // size) * found["schedule.epochs"]
    work = train * inputs * found["network.hidden"][0] * found["schedule.epochs"]
    assert steps <= 30_000 or found["schedule.epochs"] == 30
    assert work <= 4e11 or found["schedule.epochs"] == 30


@given(rows=st.integers(2, 1_000_000), inputs=st.integers(1, 1000))
def test_that_what_a_table_starts_with_is_said(rows, inputs):
    found, said = fitting_settings(rows, inputs), str(start_sentence(rows, inputs))
    assert f"its {rows:,} rows and {inputs:,} inputs" in said
    assert f"layers {', '.join(map(str, found['network.hidden']))}, batches" in said
    assert f"at most {found['schedule.epochs']:,} epochs" in said
    assert f"patience {found['schedule.patience']}," in said
    assert REASONS.keys() <= {*found}


def test_that_a_run_without_validation_is_not_as_long_as_one_that_stops_itself(tmp_path, capsys):
    path = tmp_path / "friedman.csv"
    friedman(0).to_csv(path, index=False)
    options = ["train", "regression", "--data", str(path), "--engine", "turbo"]
    assert main([*options, "--set", "schedule.validation=0"]) == 0
    found = capsys.readouterr()
    assert "By its 1,000 rows and 10 inputs, this table starts with" in found.err
    spec = settings_for_table(TASKS["regression"].spec, str(path))
    epochs = json.loads(found.out)["epochs"]
    assert epochs == spec.schedule.patience
    assert f"nothing ends the run early: it has {epochs} epochs." in found.err
    assert main([*options, "--set", "schedule.validation=0", "--set", "schedule.epochs=3"]) == 0
    found = capsys.readouterr()
    assert json.loads(found.out)["epochs"] == 3
    assert "nothing ends the run early" not in found.err
