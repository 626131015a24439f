"""What is remembered of a run is what it came to."""

from __future__ import annotations

import pytest

from nngui.core.evaluation.recorded import record_of
from nngui.core.records.history import History
from tests.core.helpers import FOREVER, spec_of, trainer_of

EARLY = {
    "schedule.validation": 0.2,
    "schedule.epochs": 40,
    "schedule.patience": 2,
    "schedule.keep": "best",
    "optimizer.lr": 0.3,
}


def remembered(trainer, steps=None):
    history = History(trainer.columns)
    history.append(trainer.advance(FOREVER, steps))
    return record_of(trainer, history, "one", {"test_mae": 1.0})


def test_that_a_run_that_has_ended_says_how_and_one_under_way_does_not():
    trainer = trainer_of("regression", {"schedule.steps": 30})
    under_way = remembered(trainer, 10)
    assert (under_way.steps, under_way.ending, under_way.live_changes) == (10, "", ())
    trainer.change(spec_of("regression", {"schedule.steps": 30, "optimizer.lr": 0.1}))
    record = remembered(trainer)
    assert (record.steps, record.ending, record.task) == (30, "steps", "regression")
    assert record.live_changes == ("optimizer.lr",)
    assert record.journal == trainer.journal
    assert record.scores == {"test_mae": 1.0}


def test_that_a_run_that_was_given_its_best_weights_back_says_of_which_step():
    trainer = trainer_of("regression", EARLY)
    record = remembered(trainer)
    (best,) = (variant.best for variant in trainer.variants)
    assert record.ending == "patience"
    assert record.figures["val_loss"] == pytest.approx(best.loss)
    assert best.step < record.steps


def test_that_a_run_that_stands_at_its_best_goes_on_from_a_weight_set_there():
    trainer = trainer_of("regression", EARLY)
    trainer.advance(FOREVER)
    (variant,) = trainer.variants
    name, weight = next(iter(variant.net.state_dict().items()))
    place = (0,) * weight.ndim
    trainer.set_weight(0, name, place, 5.0)
    trainer.change(spec_of("regression", EARLY | {"schedule.patience": 0, "optimizer.lr": 1e-6}))
    trainer.advance(FOREVER, 1)
    assert trainer.variants[0].net.state_dict()[name][place].item() == pytest.approx(5.0, abs=1e-3)
