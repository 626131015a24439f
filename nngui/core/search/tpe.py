"""Optuna's TPE: settings proposed by what the trials so far came to.

A study of its own is made for each proposal, in memory, and told all trials: what the trials are
stands in the journal alone, which grid and random share. Bergstra et al.: "Algorithms for
hyper-parameter optimization", NeurIPS 2011.
"""

from __future__ import annotations

import hashlib
import logging
import math
from typing import TYPE_CHECKING, Any

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.study import StudyDirection
from optuna.trial import TrialState, create_trial

from nngui.core.search.trials import DEFAULT, DONE, ENDED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from nngui.core.search.plan import Plan
    from nngui.core.search.space import Axis
    from nngui.core.search.trials import Trial

NUMBER = "nngui trial"  # the attribute of Optuna's trial that says which of ours it is

optuna.logging.set_verbosity(logging.WARNING)


def propose(plan: Plan, number: int, trials: Sequence[Trial]) -> dict[str, Any]:
    """Return what TPE would try next; the same for the same trials."""
    seed = hashlib.sha256(f"nngui tpe {plan.spec.seed} {number}".encode()).digest()[:4]
    sampler = optuna.samplers.TPESampler(seed=int.from_bytes(seed, "big"))
    study = optuna.create_study(direction=direction(plan), sampler=sampler)
    study.add_trials(told(plan, trials))
    asked = study.ask({axis.key: _distribution(axis) for axis in plan.axes})
    return {axis.key: _value(axis, asked.params[axis.key]) for axis in plan.axes}


def direction(plan: Plan) -> StudyDirection:
    """Return which way Optuna takes a score to be better."""
    return StudyDirection.MAXIMIZE if plan.higher_is_better else StudyDirection.MINIMIZE


def told(plan: Plan, trials: Sequence[Trial]) -> list[FrozenTrial]:
    """Return our trials as Optuna's; the one with the common settings is none.

    One that failed is told as pruned, without a loss: TPE then takes it for the worst. From those
    that are running it keeps away.
    """
    distributions = {axis.key: _distribution(axis) for axis in plan.axes}
    found = []
    for trial in trials:
        if trial.number == DEFAULT:
            continue
        done = trial.state == DONE and math.isfinite(trial.score)
        ended = TrialState.COMPLETE if done else TrialState.PRUNED
        found.append(
            create_trial(
                state=ended if trial.state in ENDED else TrialState.RUNNING,
                value=trial.score if done else None,
                params={axis.key: _param(axis, trial.values[axis.key]) for axis in plan.axes},
                distributions=distributions,
                intermediate_values=_on_the_way(plan, trial),
                user_attrs={NUMBER: trial.number},
            )
        )
    return found


def _on_the_way(plan: Plan, trial: Trial) -> dict[int, float]:
    """Return the losses on the way; for a score of which more is better they are none."""
    return dict(trial.rungs) if not plan.higher_is_better else {}


def _distribution(axis: Axis) -> BaseDistribution:
    if axis.choices:
        return CategoricalDistribution(list(range(len(axis.choices))))
    if axis.is_whole:
        return IntDistribution(int(axis.low), int(axis.high), log=axis.is_log)
    return FloatDistribution(axis.low, axis.high, log=axis.is_log)


def _value(axis: Axis, param: Any) -> Any:
    return axis.choices[param] if axis.choices else axis.value_of(param)


def _param(axis: Axis, value: Any) -> Any:
    if axis.choices:
        return axis.choices.index(value)
    number = axis.number_of(value)
    return int(number) if axis.is_whole else number
