"""Who is ahead in a race: the last and the best losses, and the steps to a target."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.arrays import Floats
    from nngui.core.records.history import History

AT_ONCE = 65_536  # rows that are looked at together


class Standings:
    """Follows the loss columns of a History, each row of it once.

    Parameters
    ----------
    names : sequence of str
        The columns.
    window : int
        Steps over which a loss is averaged before it counts against the target: an epoch's, so
        that a lucky batch is no arrival.

    Attributes
    ----------
    last, best : dict of str to float
        The newest and the smallest loss on a batch; NaN before the first.
    reached : dict of str to int
        The first step at which the average was at or below the target, by those who got there.
    """

    def __init__(self, names: Sequence[str], window: int, target: float) -> None:
        self.names, self.window, self.target = tuple(names), max(window, 1), target
        self.last = dict.fromkeys(self.names, math.nan)
        self.best = dict.fromkeys(self.names, math.nan)
        self.reached: dict[str, int] = {}
        self._seen = 0
        self._tail: Floats = np.empty(
            (0, len(self.names))
        )  # the rows that the next averages begin with

    @property
    def seen(self) -> int:
        """How many steps it knows of."""
        return self._seen

    def update(self, history: History, until: int | None = None) -> None:
        """Look at the rows that have come since, or at those up to a step."""
        columns = [history.columns.index(name) for name in self.names]
        end = len(history) if until is None else min(until, len(history))
        while self._seen < end:
            first = max(self._seen, history.first_exact)
            rows = history.exact(first, min(first + AT_ONCE, end))[:, columns]
            if not len(rows):  # so far back nothing is kept exactly
                return
            self._look(rows, first)
            self._seen = first + len(rows)

    def _look(self, rows: Floats, first: int) -> None:
        known = np.concatenate((self._tail, rows))
        sums = np.cumsum(np.concatenate((np.zeros((1, known.shape[1])), known)), axis=0)
        averages = (sums[self.window :] - sums[: -self.window]) / self.window
        step = first - len(self._tail) + self.window  # at which the first of them is known
        for i, name in enumerate(self.names):
            self.last[name] = float(rows[-1, i])
            finite = rows[:, i][np.isfinite(rows[:, i])]
            if len(finite):
                self.best[name] = float(np.fmin(self.best[name], finite.min()))
            arrived = np.flatnonzero(averages[:, i] <= self.target)
            if len(arrived) and name not in self.reached:
                self.reached[name] = step + int(arrived[0])
        self._tail = known[len(known) - min(self.window - 1, len(known)) :]
