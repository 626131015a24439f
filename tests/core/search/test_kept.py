"""A trial in the list of runs."""

from nngui.core.records.run_record import VALIDATION, best_runs
from nngui.core.search.kept import run_of
from nngui.core.search.plan import make_plan
from nngui.core.search.trials import DONE, Result, Trial
from nngui.tasks.regression import TASK


def kept(number, score):
    plan, _ = make_plan(TASK, TASK.spec, ["optimizer.lr=0.01,0.1"])
    scores = {"validation": {"Loss": score, "R²": 0.9}, "test": {"R²": 0.8, "MAE": 2.0}}
    result = Result(DONE, score, 0.0, scores, ((1, 1.0), (10, score)), 10.0, 50)
    return run_of(plan, Trial(number, {"optimizer.lr": 0.1}, DONE, result=result), "Search x")


def test_that_a_trial_is_kept_with_its_settings_scores_and_curve():
    run, curves = kept(1, 0.5)
    assert run.spec.optimizer.lr == 0.1
    assert run.figures == {VALIDATION: 0.5}
    assert run.scores == {"val_r2": 0.9, "test_r2": 0.8, "test_mae": 2.0}
    assert (run.group, run.can_reopen, run.steps) == ("Search x", False, 50)
    assert [part.tolist() for part in curves[VALIDATION]] == [[5, 50], [1.0, 0.5]]


def test_that_the_best_of_a_searchs_trials_is_the_lists_best_too():
    runs = [kept(n, score)[0] for n, score in enumerate((0.5, 0.3, 0.4))]
    assert best_runs(runs) == {runs[1].id}
    assert best_runs(runs[:1]) == set()
