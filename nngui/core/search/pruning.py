"""When a trial is given up: at some epochs it is worse than half of those that went there before.

The median rule of Golovin et al. (Google Vizier, KDD 2017), as Optuna's MedianPruner has it; here
for all samplers, so that they differ in what they try and in nothing else.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from nngui.core.search.trials import DONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nngui.core.search.trials import Trial

FIRST_RUNG = 8  # epochs
MIN_OTHERS = 5  # trials that ended by themselves, before one is given up


def next_rung(epoch: int) -> int:
    """Return the next epoch at which trials are compared: 8, 16, 32, ..."""
    rung = FIRST_RUNG
    while rung <= epoch:
        rung *= 2
    return rung


def is_behind(epoch: int, loss: float, others: Iterable[Trial]) -> bool:
    """Return whether a trial's loss at an epoch is worse than the median of the others'.

    Parameters
    ----------
    others : iterable of Trial
        Those that were trained to their end count, each by its last loss up to that epoch.
    """
    losses = [
        trial.rungs[max(there)]
        for trial in others
        if trial.state == DONE and (there := [rung for rung in trial.rungs if rung <= epoch])
    ]
    return len(losses) >= MIN_OTHERS and loss > statistics.median(losses)
