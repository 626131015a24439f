"""The learning-rate range test: how the loss moves while the rate grows from step to step."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.trainer import Trainer
from nngui.core.training.plain_loop import PlainLoop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

    from nngui.core.arrays import Floats
    from nngui.core.spec import Spec
    from nngui.core.task import Task

LOW, HIGH = 1e-6, 10.0
STEPS = 140  # 20 for each decade
MEMORY = 0.95  # of the losses' running mean
STOP_FACTOR = 4  # times the smallest loss: beyond, there is nothing more to see
FIRST = 20  # steps in which the mean is mostly that of the first batches: they tell no slope
WIDTH = 9  # steps over which a slope is taken


@dataclass(frozen=True, slots=True, eq=False)
class LrRange:
    """What the test found.

    Attributes
    ----------
    rates, losses : ndarray
        The rate of each step, and the mean loss by then, shape (n,).
    suggestion : float or None
        Where the loss falls most steeply; None where it never falls.
    """

    rates: Floats
    losses: Floats
    suggestion: float | None


def find_learning_rate(
    task: Task,
    spec: Spec,
    weights: Mapping[str, Tensor] | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> LrRange:
    """Train a network of its own from the beginning, at a rate that grows tenfold every 20 steps.

    Parameters
    ----------
    spec : Spec
        Of a task with one network; a run of it goes on as if nothing was.
    weights : mapping of str to Tensor, optional
        What the network starts from.

    Raises
    ------
    NnguiError
        When there are no data, or no network for them.

    Notes
    -----
    L. Smith: "Cyclical learning rates for training neural networks", WACV 2017; the rate of the
    steepest descent, by the logarithm of the rate, is fastai's default suggestion.
    """
    trainer = Trainer(task, spec.changed("schedule", rate="constant"), "cpu", weights)
    loop, variant = PlainLoop(trainer.state), trainer.variants[0]
    rates = np.geomspace(LOW, HIGH, STEPS)
    losses: list[float] = []
    mean = 0.0
    for number, rate in enumerate(rates):
        if cancelled is not None and cancelled():
            break
        for group in variant.optimizer.param_groups:
            group["lr"] = float(rate)
        loss = loop.step()[0]
        if not math.isfinite(loss) or variant.diverged:
            break
        mean = MEMORY * mean + (1 - MEMORY) * loss
        losses.append(mean / (1 - MEMORY ** (number + 1)))
        if losses[-1] > STOP_FACTOR * min(losses):
            break
        if progress is not None:
            progress((number + 1) / STEPS)
    found = np.array(losses)
    return LrRange(rates[: len(found)], found, _steepest(rates[: len(found)], found))


def _steepest(rates: Floats, losses: Floats) -> float | None:
    if len(losses) <= FIRST + WIDTH:
        return None
    falls = losses[FIRST + WIDTH :] - losses[FIRST:-WIDTH]
    place = int(falls.argmin())
    middle = rates[FIRST + place + WIDTH // 2]
    return float(f"{middle:.1e}") if falls[place] < 0 else None
