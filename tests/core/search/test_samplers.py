"""Which settings a trial has."""

import dataclasses
import math
import statistics

import pytest

from nngui.core.errors import SettingError
from nngui.core.search import samplers
from nngui.core.search.plan import make_plan
from nngui.core.search.pruning import is_behind, next_rung
from nngui.core.search.samplers import Sampler
from nngui.core.search.trials import DONE, FAILED, PRUNED, RUNNING, Result, Trial, best_of
from nngui.tasks.regression import TASK

OVER = ["optimizer.lr=0.0001..1:log", "network.hidden=[4],[8],[16]"]


def plan_for(sampler, over=OVER, **choices):
    return make_plan(TASK, TASK.spec, over, sampler=sampler, **choices)[0]


def toll(values):
    """A made-up score: best at a rate of 0.03 and a width of 8."""
    lr = math.log10(values["optimizer.lr"] / 0.03) ** 2
    return lr + (values["network.hidden"] != (8,))


def searched(plan, count):
    sampler, trials = Sampler(plan), [Trial(0, {}, DONE, result=Result(DONE, 9.0))]
    for number in range(1, count + 1):
        values = sampler.values(number, trials)
        trials.append(Trial(number, values, DONE, result=Result(DONE, toll(values))))
    return trials


@pytest.mark.parametrize("sampler", ["random", "grid", "tpe"])
def test_that_the_same_search_tries_the_same_and_never_twice(sampler):
    first, second = (searched(plan_for(sampler), 12) for _ in range(2))
    assert [t.values for t in first] == [t.values for t in second]
    assert len({repr(t.values) for t in first}) == 13


def test_that_another_seed_tries_others():
    other = TASK.spec.replaced(seed=2)
    plan, _ = make_plan(TASK, other, OVER)
    assert Sampler(plan).values(1, []) != Sampler(plan_for("random")).values(1, [])


@pytest.mark.parametrize("sampler", ["random", "grid", "tpe"])
def test_that_a_search_ends_when_all_settings_have_been_tried(sampler):
    plan = plan_for(sampler, ["network.hidden=[4],[8]", "network.activation=relu,tanh"])
    drawn, trials = Sampler(plan), []
    for number in range(1, 6):
        values = drawn.values(number, trials)
        trials.append(Trial(number, values or {}, DONE, result=Result(DONE, float(number))))
    assert [t.values for t in trials].count({}) == 1
    assert trials[-1].values == {}


def test_that_a_part_of_a_grid_is_said_to_be_one():
    plan, notes = make_plan(TASK, TASK.spec, OVER, sampler="grid", trials=4)
    assert plan.trials == 4
    assert any("15 settings: 4 of them" in str(note) for note in notes)
    assert plan_for("grid").trials == 15


def test_that_tpe_comes_closer_than_chance():
    def best(plan):
        return min(t.score for t in searched(plan, 40) if t.number)

    def of(sampler):
        specs = [TASK.spec.replaced(seed=seed) for seed in range(1, 6)]
        plans = [make_plan(TASK, spec, OVER, sampler=sampler)[0] for spec in specs]
        return statistics.median(best(plan) for plan in plans)

    assert of("tpe") < 0.5 * of("random")


def test_that_tpe_goes_the_other_way_for_a_score():
    plan = plan_for("tpe", by="r2")
    sampler, trials = Sampler(plan), []
    for number in range(1, 31):
        values = sampler.values(number, trials)
        trials.append(Trial(number, values, DONE, result=Result(DONE, -toll(values))))
    late = [toll(t.values) for t in trials[15:]]
    assert statistics.median(late) < statistics.median([toll(t.values) for t in trials[:10]])


def test_that_tpe_is_told_of_trials_that_failed_or_still_run():
    plan = plan_for("tpe")
    trials = [t for t in searched(plan_for("random"), 12) if t.number]
    trials[3] = dataclasses.replace(trials[3], state=FAILED, result=Result(FAILED))
    trials[4] = dataclasses.replace(trials[4], state=PRUNED, rungs={8: 3.0}, result=Result(PRUNED))
    trials[5] = dataclasses.replace(trials[5], state=RUNNING, result=None)
    found = Sampler(plan).values(13, trials)
    assert set(found) == {"optimizer.lr", "network.hidden"}


def test_that_without_optuna_tpe_is_refused_with_the_way_to_get_it(monkeypatch):
    monkeypatch.setattr(samplers.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SettingError, match=r"pip install \"nngui\[search\]\""):
        Sampler(plan_for("tpe"))
    assert Sampler(plan_for("random")).values(1, [])
    assert Sampler(plan_for("grid")).values(1, [])


def test_that_rungs_double():
    assert [next_rung(epoch) for epoch in (0, 7, 8, 16, 100)] == [8, 8, 16, 32, 128]


def test_that_a_trial_is_given_up_below_the_median_of_those_that_ended():
    others = [Trial(n, {}, DONE, rungs={8: float(n), 16: n / 2}) for n in range(1, 6)]
    assert is_behind(8, 3.5, others)
    assert not is_behind(8, 3.0, others)
    assert is_behind(16, 1.6, others)
    assert is_behind(64, 1.6, others), "one that ended before counts by its last loss"
    assert not is_behind(8, 99.0, others[:4]), "too few to tell"
    running = [dataclasses.replace(one, state=PRUNED) for one in others]
    assert not is_behind(8, 99.0, running)


def test_that_the_best_trial_is_the_first_of_those_that_came_to_their_end():
    plan, higher = plan_for("random"), plan_for("random", by="r2")
    trials = [
        Trial(n, {}, state, result=Result(state, score))
        for n, (state, score) in enumerate(
            [(DONE, 0.5), (PRUNED, math.nan), (DONE, 0.3), (DONE, 0.3), (FAILED, math.nan)]
        )
    ]
    assert best_of(trials, plan).number == 2
    assert best_of(trials, higher).number == 0
    assert best_of(trials[1:2], plan) is None
