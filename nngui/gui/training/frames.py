"""How often to draw: at the screen's rate, or less often where drawing would slow the training."""

from __future__ import annotations

import math
import time
from typing import NamedTuple

FASTEST = 16  # ms between two frames
RECENT = 0.2  # the weight of the last frame in the mean


class DrawBudget(NamedTuple):
    """What drawing costs a training: how much of the time it may take, and the longest pause."""

    share: float
    slowest: int  # ms between two frames


NOTHING = DrawBudget(math.inf, FASTEST)
PYTHON = DrawBudget(0.12, 100)  # of the lock that both need
ONE_CORE = DrawBudget(
    0.05, 250
)  # of one of the cores that the training uses, and the others wait for it


class FramePacer:
    """Chooses the time between two frames by what the last ones took.

    Training by PyTorch and drawing share Python's lock: what the one uses, the other waits for, and
    a small network's steps are nearly all Python. Turbo needs no lock, so nothing is held back; but
    that of images computes on all cores, and waits for the slowest of them.
    """

    def __init__(self) -> None:
        self._cost = 0.0
        self._before: float | None = None

    def pause(self) -> None:
        """Leave out what is done from now to the next frame."""
        self._before = None

    def next(self, cost: DrawBudget) -> int:
        """Begin a frame, and return the time to the next one, in ms."""
        now = time.thread_time()  # waiting for the lock costs the training nothing
        if self._before is not None:
            self._cost += RECENT * (now - self._before - self._cost)
        self._before = now
        wanted = round(1000 * self._cost / cost.share)
        return min(max(wanted, FASTEST), cost.slowest)
