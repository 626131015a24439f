"""A race with several seeds: what is the method's doing, and what is luck. No torch here."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.arrays import Floats

FEW = 5  # seeds; with fewer not even a racer that is always ahead passes the test below
MAX_CURVE_POINTS = 2000  # points of a curve; where there are more steps, each stands for several
CHANCE = 0.1  # of a lead that tossed coins would give at least: more is taken for luck


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """How a race stands with each of several seeds.

    Attributes
    ----------
    names : tuple of str
        The racers: loss columns.
    seeds : tuple of int
    steps : ndarray
        Shape (n,): the last step of each point; a point's loss is the mean of its steps.
    losses : ndarray
        Shape (seeds, n, racers): on the batches; infinite from where a racer diverged, NaN where a
        run is not yet, or has ended already.
    ends : ndarray
        Shape (seeds, racers): on all training data (of many, on an even sample), by now; infinite
        for who diverged.
    seconds : ndarray
        Shape (racers,): what a step takes, in the mean.
    steps_per_epoch, total : int
        Steps in an epoch, and in a whole run.
    done : float
        The share of all steps that are done, from 0 to 1.
    """

    names: tuple[str, ...]
    seeds: tuple[int, ...]
    steps: Floats
    losses: Floats
    ends: Floats
    seconds: Floats
    steps_per_epoch: int
    total: int
    done: float


@dataclass(frozen=True, slots=True)
class Result:
    """What a racer reached with all seeds.

    Attributes
    ----------
    name : str
    median, best, worst : float
        Of its last losses; infinite where that run diverged.
    wins : int
        With how many seeds no other was better.
    diverged : int
        With how many seeds it diverged.
    losses : tuple of float
        Its last loss with each seed.
    """

    name: str
    median: float
    best: float
    worst: float
    wins: int
    diverged: int
    losses: tuple[float, ...]


def results(seeds: Seeds) -> list[Result]:
    """Return what each racer reached, the smallest median first."""
    ends = seeds.ends
    winning = ends.min(axis=1, keepdims=True)
    won = (ends == winning) & np.isfinite(ends)
    found = []
    for i, name in enumerate(seeds.names):
        median, best, worst = (float(value[0]) for value in quantile_band(ends[:, i : i + 1]))
        out = int(np.isinf(ends[:, i]).sum())
        losses = tuple(ends[:, i].tolist())
        found.append(Result(name, median, best, worst, int(won[:, i].sum()), out, losses))
    return sorted(found, key=lambda result: (result.median, result.best))


def differs(one: Result, other: Result) -> bool:
    """Return whether one was ahead of the other with so many seeds that it is hardly luck.

    The sign test, from both sides: equal losses do not count, and neither do the distances.
    """
    pairs = list(zip(one.losses, other.losses, strict=True))
    ahead = sum(a < b for a, b in pairs)
    behind = sum(a > b for a, b in pairs)
    n, most = ahead + behind, max(ahead, behind)
    chance = sum(math.comb(n, k) for k in range(most, n + 1)) / 2.0**n
    return n > 0 and 2 * chance <= CHANCE


def leaders(found: Sequence[Result]) -> list[Result]:
    """Return the first of `results`, and those that cannot be told apart from it."""
    first = found[0]
    return [first, *(result for result in found[1:] if not differs(first, result))]


def ties(found: Sequence[Result]) -> list[tuple[Result, Result]]:
    """Return the neighbours behind the `leaders` that cannot be told apart."""
    ahead = leaders(found)
    pairs = itertools.pairwise(found)
    return [(a, b) for a, b in pairs if b not in ahead and not differs(a, b)]


def quantile_band(losses: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the median, the smallest and the largest over the seeds, each of shape (n,).

    Who diverged counts as worse than all others, and a seed that is not there (NaN) not at all.

    Parameters
    ----------
    losses : ndarray
        Shape (seeds, n).
    """
    ordered = np.sort(losses, axis=0)  # NaN comes last
    there = np.maximum((~np.isnan(losses)).sum(axis=0), 1)
    columns = np.arange(losses.shape[1])
    lower, upper = ordered[(there - 1) // 2, columns], ordered[there // 2, columns]
    median = np.where(lower == upper, lower, (lower + upper) / 2)
    return median, ordered[0], ordered[there - 1, columns]


def smoothed(losses: Floats, window: int) -> Floats:
    """Return the mean of the last `window` values at each of them; of fewer at the beginning.

    What is infinite or missing stays so.

    Parameters
    ----------
    losses : ndarray
        Shape (seeds, n).
    """
    if window <= 1 or not losses.shape[1]:
        return losses
    known = np.isfinite(losses)
    sums = np.cumsum(np.where(known, losses, 0.0), axis=1)
    sums = np.concatenate((np.zeros((len(losses), 1)), sums), axis=1)
    ends = np.arange(1, losses.shape[1] + 1)
    starts = np.maximum(ends - window, 0)
    means = (sums[:, ends] - sums[:, starts]) / (ends - starts)
    result: Floats = np.where(known, means, losses)
    return result


def seeds_from(first: int, count: int, highest: int = 2**32 - 1) -> tuple[int, ...]:
    """Return so many seeds, one after the other; none of them is beyond the highest."""
    first = min(first, highest - count + 1)
    return tuple(range(first, first + count))
