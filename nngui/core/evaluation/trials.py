"""Tries settings out: what they lead to in a run of their own, beside the one that asks.

Advice that was tried is a promise that can be kept; a rule of thumb is a guess.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError
from nngui.core.forward import evaluating, forward_in_batches
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.core.training.memory_estimate import WORK_PER_S, estimate_of
from nngui.core.turbo.support import unsupported_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from torch import Tensor

    from nngui.core.spec import Spec
    from nngui.core.task import Task

STEP_S = 5e-4  # seconds of a step in which next to nothing is multiplied
CHUNK_STEPS = 50  # between two looks whether somebody wants it to end


def never() -> bool:
    """Return that nobody cancels."""
    return False


def try_settings(
    task: Task,
    spec: Spec,
    candidates: Sequence[Mapping[str, Any]],
    max_steps: int,
    *,
    weights: Mapping[str, Tensor] | None = None,
    turbo: bool = False,
    cancelled: Callable[[], bool] = never,
) -> list[float] | None:
    """Train with each of some settings from the very beginning, and return what they come to.

    Parameters
    ----------
    spec : Spec
        Of a task with one network; a run of it goes on as if nothing was.
    candidates : sequence of mappings
        What differs from `spec` in each trial, by key.
    max_steps : int
        A trial takes as many steps as the run would, but at most so many.
    weights : mapping of str to Tensor, optional
        What the networks start from.
    turbo : bool
        Whether turbo trains what it covers.

    Returns
    -------
    list of float or None
        The score of each (see `score`); infinite where it diverged, or cannot be trained. None
        where it was cancelled.
    """
    scores = []
    for settings in candidates:
        try:
            trainer = Trainer(task, with_settings(spec, settings), "cpu", weights)
        except NnguiError:  # such a network, or such data, cannot be
            scores.append(math.inf)
            continue
        if turbo and unsupported_reason(trainer.state) is None:
            trainer.set_engine("turbo")
        left = max_steps
        while trainer.ending is None and left > 0:
            if cancelled():
                return None
            left -= len(trainer.advance(1e9, min(left, CHUNK_STEPS)))
        trainer.end_now()  # where it ends before all its steps, with the weights it keeps
        scores.append(score(trainer))
    return scores


def affordable_steps(trainer: Trainer, seconds: float) -> int:
    """Return how many steps like a run's take about so long: worked out, and so always as many."""
    state = trainer.state
    work = estimate_of(state.task, state.spec, state.data, state.prepared).step_work
    return int(seconds / (STEP_S + work / WORK_PER_S))


def score(trainer: Trainer) -> float:
    """Return how well a run of one network fits: the smaller, the better.

    It is the loss on the points kept out of training, where there are any; else on all that are
    trained on, without dropout. Infinite where it diverged.
    """
    if trainer.ending is not None and trainer.ending.kind == "diverged":
        return math.inf
    variant, state = trainer.variants[0], trainer.state
    x, y = state.held_out or state.train_data
    with evaluating(variant.net):
        found = float(state.loss_func(forward_in_batches(variant.net, x), y))
    return found if math.isfinite(found) else math.inf
