"""Training a trial: what it comes to is what its seeds come to alone."""

import math
import statistics

import pytest

from nngui.core.search.plan import make_plan
from nngui.core.search.trial_run import LeftError, TrialRun, UnknownScoreError, thinned
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.tasks.classification import TASK as CLASSIFICATION
from nngui.tasks.regression import TASK

SHORT = {"schedule.epochs": 40, "schedule.batch_size": 16, "schedule.validation": 0.3}
SPEC = with_settings(TASK.spec, SHORT)


def plan_for(task=TASK, spec=SPEC, **choices):
    return make_plan(task, spec, ["optimizer.lr=0.01,0.02,50"], **choices)[0]


def trained(plan, values=None, *, turbo=False, report=lambda *_: False, left=lambda: False):
    spec = plan.settings(values or {})
    return TrialRun(plan, spec, turbo=turbo, report=report, left=left).run()


def losses_alone(plan, spec):
    """The validation losses at the end of each seed's run, as the run itself measures them."""
    found = []
    for seed in plan.seed_list:
        trainer = Trainer(plan.task, spec.replaced(seed=seed))
        last = math.nan
        while trainer.ending is None:
            column = trainer.advance(0.1)[:, trainer.columns.index("val_loss")]
            known = column[~(column != column)]
            last = float(known[-1]) if len(known) else last
        found.append(last)
    return found


def test_that_the_score_is_the_mean_of_the_seeds_own_validation_losses():
    plan = plan_for(prune=False)
    alone = losses_alone(plan, SPEC)
    result = trained(plan)
    assert result.score == pytest.approx(statistics.fmean(alone), rel=1e-6)
    assert result.deviation == pytest.approx(statistics.stdev(alone), rel=1e-6)
    assert result.scores["validation"]["Loss"] == result.score
    assert (result.state, result.epochs, result.engine) == ("done", 40, "torch")
    assert result.curve[-1] == (40, pytest.approx(alone[0], rel=1e-6))


def test_that_turbo_comes_to_the_same():
    plan = plan_for()
    one, other = trained(plan), trained(plan, turbo=True)
    assert other.engine == "turbo"
    assert other.score == pytest.approx(one.score, rel=1e-3)


def test_that_classes_are_scored_and_a_score_is_searched_by():
    spec = with_settings(CLASSIFICATION.spec, SHORT)
    result = trained(plan_for(CLASSIFICATION, spec, by="accuracy"))
    assert result.score == result.scores["validation"]["Accuracy"]
    assert 0.5 <= result.score <= 1
    with pytest.raises(UnknownScoreError, match="search by accuracy, macro_f1, log_loss"):
        trained(plan_for(CLASSIFICATION, spec, by="r2"))


def test_that_a_trial_is_given_up_at_a_rung_when_it_is_told_to():
    told = []

    def report(epoch, loss):
        told.append((epoch, loss))
        return epoch == 16

    result = trained(plan_for(), report=report)
    assert [epoch for epoch, _ in told] == [8, 16]
    assert (result.state, result.epochs) == ("pruned", 16)
    assert math.isnan(result.score)


def test_that_a_trial_that_diverges_fails_with_the_reason():
    result = trained(plan_for(), {"optimizer.lr": 50.0})
    assert result.state == "failed"
    assert "The training diverged" in result.why


def test_that_settings_that_do_not_go_with_the_data_fail_and_say_why():
    plan, _ = make_plan(TASK, SPEC, ["schedule.batch_size=16,100000"])
    result = trained(plan, {"schedule.batch_size": 100_000})
    assert (result.state, result.steps) == ("failed", 0)
    assert "100000" in result.why.replace(",", "")


def test_that_a_trial_can_be_left_at_any_time():
    asked = iter([False] * 5 + [True] * 100)
    with pytest.raises(LeftError):
        trained(plan_for(), left=lambda: next(asked))


def test_that_a_run_that_ends_within_its_first_epoch_is_measured_all_the_same():
    changes = {"schedule.epochs": 0, "schedule.steps": 2, "schedule.batch_size": 8}
    result = trained(plan_for(spec=with_settings(SPEC, changes)))
    assert (result.state, result.steps, result.curve) == ("done", 2, ())
    assert math.isfinite(result.score)


def test_that_a_curve_keeps_its_ends():
    curve = [(n, float(n)) for n in range(1, 1001)]
    found = thinned(curve)
    assert len(found) == 64
    assert (found[0], found[-1]) == (curve[0], curve[-1])
