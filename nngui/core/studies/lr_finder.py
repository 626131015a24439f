"""The learning-rate range test, and a look at what the rates that it proposes come to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.evaluation.trials import affordable_steps, never, try_settings
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.core.training.plain_loop import PlainLoop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
STARTS = 3  # seeds: the run's own, and the next ones
TRIALS_S = 6.0  # seconds of work for all trials
APART = 1.4  # times as large as another rate, to be tried beside it
CLEARLY = 0.95  # times the present rate's score: what is suggested in its place comes so far
CLEARLY_EARLY = 0.5  # the same, where a trial ends before the run would: then haste pays most
NEARLY = 1.1  # times the best score: a smaller rate that is nearly as good is the safer one
RANGE_SHARE = 0.1  # of the progress


@dataclass(frozen=True, slots=True)
class TriedRate:
    """A rate that was tried.

    Attributes
    ----------
    rate : float
    scores : tuple of float
        What it came to, a start each (see `trials.score`); infinite where it diverged.
    """

    rate: float
    scores: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median of all starts."""
        return float(np.median(self.scores))


@dataclass(frozen=True, slots=True, eq=False)
class LrRange:
    """What the test found.

    Attributes
    ----------
    rates, losses : ndarray
        The rate of each step, and the mean loss by then, shape (n,).
    suggestion : float or None
        The rate that did best when tried; None where none can be told.
    tried : tuple of TriedRate
        All that were tried, the smallest first; the present one is among them.
    steps : int
        How many steps each was tried for.
    """

    rates: Floats
    losses: Floats
    suggestion: float | None
    tried: tuple[TriedRate, ...] = ()
    steps: int = 0


def find_learning_rate(
    task: Task,
    spec: Spec,
    weights: Mapping[str, Tensor] | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] = never,
    *,
    turbo: bool = False,
) -> LrRange:
    """Look for rates with networks of its own, try the likely ones, and suggest the best.

    A network trains from the beginning at a rate that grows tenfold every 20 steps. That proposes
    rates; each of them, and the present one, then trains as the run would, or as far as a few
    seconds reach, from a few starts. Suggested is the one that does best, if at no start it is
    worse than the present one.

    Parameters
    ----------
    spec : Spec
        Of a task with one network; a run of it goes on as if nothing was.
    weights : mapping of str to Tensor, optional
        What the network starts from.
    turbo : bool
        Whether turbo takes the steps of trials, where it covers them.

    Raises
    ------
    NnguiError
        When there are no data, or no network for them.

    Notes
    -----
    L. Smith: "Cyclical learning rates for training neural networks", WACV 2017. What fastai reads
    off its curve is what is tried here: the steepest descent, and a tenth of the rate with the
    lowest loss (fastai.callback.schedule: ``steep``, ``minimum``). Taken unseen, the first was
    0.015, 0.021 and 0.49 for three seeds of the same run, whose own 0.2 did better.
    """
    told = progress or (lambda share: None)
    specs = [with_settings(spec, {"seed": (spec.seed + i) % 2**32}) for i in range(STARTS)]
    losses = np.array(_range_test(task, spec, weights, cancelled))
    rates = np.geomspace(LOW, HIGH, STEPS)[: len(losses)]
    if cancelled() or not len(losses):
        return LrRange(rates, losses, None)
    told(RANGE_SHARE)
    proposed = _proposed(rates, losses, spec.optimizer.lr)
    first = Trainer(task, spec, "cpu", weights)
    total = first.state.total_steps
    steps = max(min(total, affordable_steps(first, TRIALS_S / (STARTS * len(proposed)))), 1)
    scores = _try_rates(task, specs, proposed, steps, weights, told, cancelled, turbo)
    if scores is None:
        return LrRange(rates, losses, None)
    tried = [TriedRate(r, tuple(row)) for r, row in zip(proposed, scores.T.tolist(), strict=True)]
    cut_short = steps < total
    best = _best(tried, spec.optimizer.lr, CLEARLY_EARLY if cut_short else CLEARLY)
    return LrRange(rates, losses, best, tuple(sorted(tried, key=lambda one: one.rate)), steps)


def _range_test(
    task: Task, spec: Spec, weights: Mapping[str, Tensor] | None, cancelled: Callable[[], bool]
) -> list[float]:
    """Return the mean losses while the rate grows, up to where they explode."""
    trainer = Trainer(task, spec.changed("schedule", rate="constant"), "cpu", weights)
    loop, variant = PlainLoop(trainer.state), trainer.variants[0]
    losses: list[float] = []
    mean = 0.0
    for number, rate in enumerate(np.geomspace(LOW, HIGH, STEPS)):
        if cancelled():
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
    return losses


def _proposed(rates: Floats, losses: Floats, present: float) -> list[float]:
    """Return the rates to try, the present one first, no two of them nearly alike."""
    lowest = float(rates[losses.argmin()])
    wanted = [lowest / 10, lowest / 3, float(rates[-1]) / 3, lowest]
    if len(losses) > FIRST + WIDTH:
        falls = losses[FIRST + WIDTH :] - losses[FIRST:-WIDTH]
        wanted.insert(0, float(rates[FIRST + int(falls.argmin()) + WIDTH // 2]))
    result = [present]
    for rate in wanted:
        written = float(f"{rate:.2g}")
        if all(max(rate / other, other / rate) >= APART for other in result):
            result.append(written)
    return result


def _try_rates(
    task: Task,
    specs: Sequence[Spec],
    rates: Sequence[float],
    steps: int,
    weights: Mapping[str, Tensor] | None,
    told: Callable[[float], None],
    cancelled: Callable[[], bool],
    turbo: bool,
) -> Floats | None:
    """Return the scores, shape (starts, rates); None where it was cancelled."""
    rows = []
    for i, spec in enumerate(specs):
        settings = [{"optimizer.lr": rate} for rate in rates]
        found = try_settings(
            task, spec, settings, steps, weights=weights, turbo=turbo, cancelled=cancelled
        )
        if found is None:
            return None
        rows.append(found)
        told(RANGE_SHARE + (1 - RANGE_SHARE) * (i + 1) / len(specs))
    return np.array(rows)


def _best(tried: Sequence[TriedRate], present: float, clearly: float) -> float | None:
    """Return the best rate of those that are at no start worse than the present one.

    Of rates that are nearly as good it is the smallest; and the present one stays where none is
    clearly better.
    """
    (now,) = (one for one in tried if one.rate == present)
    able = [
        one
        for one in tried
        if all(a <= b and a < math.inf for a, b in zip(one.scores, now.scores, strict=True))
    ]
    if not able:
        return None
    best = min(_mean_log(one) for one in able)
    if math.isfinite(_mean_log(now)) and best > _mean_log(now) + math.log(clearly):
        return present
    return min(one.rate for one in able if _mean_log(one) <= best + math.log(NEARLY))


def _mean_log(one: TriedRate) -> float:
    return sum(math.log(max(score, 1e-12)) for score in one.scores) / len(one.scores)
