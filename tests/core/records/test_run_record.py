"""What is remembered of a run."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pytest

from nngui.core.records.history import EXACT, History
from nngui.core.records.run_record import (
    POINTS,
    RunRecord,
    best_runs,
    curves_of,
    differing_keys,
    figures_of,
)
from nngui.core.spec.toml import with_settings
from nngui.tasks import all_tasks

TASK = next(task for task in all_tasks() if task.name == "regression")


def spec_of(**settings):
    return with_settings(TASK.spec, {key.replace("__", "."): v for key, v in settings.items()})


def a_run(name, spec=TASK.spec, **figures):
    when = datetime(2026, 1, 1, tzinfo=UTC)
    return RunRecord(name, "regression", spec, 1, "", when, 100, "steps", figures)


def history_of(columns, rows):
    history = History(columns)
    history.append(np.asarray(rows, dtype=np.float64))
    return history


def test_that_losses_of_batches_count_by_their_mean_over_the_last_epoch():
    rows = [[float(step), math.nan] for step in range(1, 10)] + [[10.0, 0.5]]
    found = figures_of(history_of(("loss", "val_loss"), rows), epoch=4)
    assert found == {"loss": 8.5, "val_loss": 0.5}


def test_that_a_validation_loss_of_the_epoch_before_counts_within_an_epoch():
    rows = [[1.0, math.nan], [1.0, 0.25], [1.0, math.nan]]
    assert figures_of(history_of(("loss", "val_loss"), rows), epoch=2)["val_loss"] == 0.25


def test_that_the_validation_loss_is_that_of_the_weights_that_the_run_ended_with():
    rows = [[1.0, 0.5], [0.5, 0.25], [0.25, 0.75]]
    found = figures_of(history_of(("loss", "val_loss"), rows), epoch=1, kept=2)
    assert found == {"loss": 0.25, "val_loss": 0.25}


def test_that_of_several_networks_the_best_one_counts():
    columns = ("sgd", "adam", "sgd_val_loss", "adam_val_loss")
    history = history_of(columns, [[1.0, 0.5, 3.0, 2.0], [0.9, 0.25, 3.0, 4.0]])
    assert figures_of(history, epoch=1) == {"loss": 0.25, "val_loss": 4.0}
    steps, losses = curves_of(history, 1)["loss"]
    assert steps.tolist() == [1, 2]
    assert losses.tolist() == [0.5, 0.25]


def test_that_a_network_that_dropped_out_is_not_the_best():
    history = history_of(("sgd", "adam"), [[math.nan, 0.5]])
    assert figures_of(history, epoch=1) == {"loss": 0.5}


def test_that_nothing_is_said_of_a_run_without_steps():
    history = History(("loss",))
    assert figures_of(history, 1) == {}
    assert curves_of(history, 1) == {}


@pytest.mark.parametrize("steps", [POINTS, POINTS + 1, 10 * POINTS + 3])
def test_that_long_curves_keep_their_mean(steps):
    losses = np.random.default_rng(1).random((steps, 1)).astype(np.float32)
    places, values = curves_of(history_of(("loss",), losses), 1)["loss"]
    assert len(places) == min(steps, POINTS)
    assert (np.diff(places) > 0).all()
    assert places[0] >= 1
    assert places[-1] <= steps
    assert values.mean() == pytest.approx(losses.mean(), rel=1e-2)


def test_that_curves_of_more_steps_than_are_kept_exactly_reach_from_end_to_end():
    history = History(("loss",))
    steps = EXACT + 200_000
    history.append(np.linspace(1, 0, steps)[:, None])
    places, values = curves_of(history, 1)["loss"]
    assert places[0] < steps / 500
    assert places[-1] > steps * 0.99
    assert values[0] == pytest.approx(1, abs=0.01)
    assert values[-1] == pytest.approx(0, abs=0.01)


def test_that_few_validation_losses_among_very_many_steps_are_found():
    history = History(("loss", "val_loss"))
    steps = EXACT + 200_000
    rows = np.full((steps, 2), math.nan)
    rows[:, 0] = 1.0
    rows[99_999::100_000, 1] = np.linspace(2.0, 1.0, steps // 100_000)
    history.append(rows)
    places, values = curves_of(history, 100_000)["val_loss"]
    assert len(values) == steps // 100_000
    assert np.isfinite(values).all()
    assert (np.diff(places) > 0).all()
    assert np.allclose(values, np.linspace(2.0, 1.0, steps // 100_000))


def test_that_differing_settings_are_those_that_matter():
    adam = spec_of(optimizer__name="adam", optimizer__lr=0.01)
    assert differing_keys([TASK.spec, adam]) == ["optimizer.name", "optimizer.lr"]
    assert differing_keys([TASK.spec]) == []
    assert differing_keys([]) == []


def test_that_the_best_run_has_the_smallest_validation_loss_where_all_have_one():
    spec = spec_of(schedule__validation=0.2)
    runs = [a_run("a", spec, loss=0.1, val_loss=0.4), a_run("b", spec, loss=0.2, val_loss=0.3)]
    assert best_runs(runs) == {"b"}
    assert best_runs([*runs, a_run("c", spec, loss=0.05)]) == {"c"}


def test_that_losses_on_other_data_are_not_compared():
    noisy = spec_of(data__noise=0.5)
    quiet = [a_run("a", loss=0.2), a_run("b", loss=0.1)]
    loud = [a_run("c", noisy, loss=3.0), a_run("d", noisy, loss=4.0)]
    assert best_runs([*quiet, *loud]) == {"b", "c"}
    assert best_runs([quiet[0], loud[0]]) == set()  # alone, each of them


def test_that_another_seed_has_other_data():
    runs = [a_run("a", loss=0.2), a_run("b", spec_of(seed=2), loss=0.1)]
    assert best_runs(runs) == set()
