"""How often to draw: at the screen's rate, or less often where drawing would slow the training."""

from __future__ import annotations

import math
import time
from typing import NamedTuple

MIN_INTERVAL_MS = 16  # between two frames
SMOOTHING = 0.2  # the weight of the last frame in the mean


class DrawBudget(NamedTuple):
    """How much of a training's time drawing may take.

    Attributes
    ----------
    share : float
        Of the time.
    max_interval_ms : int
        Between two frames, even where they take more than their share.
    """

    share: float
    max_interval_ms: int


UNLIMITED = DrawBudget(math.inf, MIN_INTERVAL_MS)  # drawing takes nothing from the training
PYTHON_LOCK = DrawBudget(0.12, 100)  # both need Python's lock
ALL_CORES = DrawBudget(0.05, 250)  # drawing takes one of its cores, and the others wait for it


class FramePacer:
    """Chooses the time between two frames by what the last ones took.

    Training by PyTorch and drawing share Python's lock: what the one uses, the other waits for, and
    a small network's steps are nearly all Python. Turbo needs no lock, so nothing is held back; but
    that of images computes on all cores, and waits for the slowest of them.
    """

    def __init__(self) -> None:
        self._frame_took = 0.0
        self._last: float | None = None

    def pause(self) -> None:
        """Leave out what is done from now to the next frame."""
        self._last = None

    def next(self, budget: DrawBudget) -> int:
        """Begin a frame, and return the time to the next one, in ms."""
        now = time.thread_time()  # waiting for the lock costs the training nothing
        if self._last is not None:
            self._frame_took += SMOOTHING * (now - self._last - self._frame_took)
        self._last = now
        wanted = round(1000 * self._frame_took / budget.share)
        return min(max(wanted, MIN_INTERVAL_MS), budget.max_interval_ms)
