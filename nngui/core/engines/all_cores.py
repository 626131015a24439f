"""Turbo for images: PyTorch's own steps, on as many cores as help.

Convolutions gain from several threads, and from images whose channels lie together (channels_last);
both round differently from the plain loop, which trains with one thread. Threads that do not get a
core of their own make it slower by far, as the others wait for them: so how many are best is
measured in the training itself, and measured again from time to time.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import torch
from typing_extensions import override

from nngui.core.training.engine import Engine, Unreturned
from nngui.core.training.plain_loop import PlainLoop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.arrays import Floats
    from nngui.core.training.run_state import RunState

TRIAL = 2  # steps at a time while numbers of threads are compared
RETRY_S = 5.0  # until the others get another chance; twice as long after each that is in vain
MAX_RETRY_S = 80.0
WORSE = 2.0  # times slower than it was, over the last steps: then they get it
MIN_USE_S = 1.0  # that the best is used at least: single steps may be slow by chance
SHARE = 0.2  # that the newest step has in what the last steps took


class AllCores(Engine):
    """Trains a run's networks by the plain loop, but on several cores.

    Parameters
    ----------
    counts : sequence of int, optional
        The numbers of threads to choose from; by default 1 and all cores.
    """

    def __init__(self, state: RunState, counts: Sequence[int] = ()) -> None:
        self._state, self._plain = state, PlainLoop(state)
        self._choice = Fastest(counts or sorted({1, os.cpu_count() or 1}))
        batches = state.batches
        batches.x = batches.x.to(memory_format=torch.channels_last)

    def advance(self, budget: float, max_steps: int | None = None) -> Floats:
        """Take steps for about `budget` seconds (see `Engine.advance`)."""
        if self._choice.tries:
            max_steps = min(TRIAL, max_steps or TRIAL)
        torch.set_num_threads(self._choice.now)
        began = time.perf_counter()
        try:
            rows = self._plain.advance(budget, max_steps)
        finally:
            torch.set_num_threads(1)  # what is asked and drawn beside the training needs no more
        self._choice.note(time.perf_counter() - began, len(rows))
        return rows

    @property
    @override
    def unreturned(self) -> Unreturned | None:
        """What the last `advance` had done when it failed (see `Engine.unreturned`)."""
        return self._plain.unreturned

    @override
    def leave(self) -> None:
        """Put the images back in their usual order."""
        self._state.batches.x = self._state.train_data[0]


class Fastest:
    """Finds out by trying which of some ways to do a thing is the fastest, and stays with it.

    Attributes
    ----------
    now : int
        The one to use next.

    Parameters
    ----------
    ways : sequence of int
        At least one.
    """

    def __init__(self, ways: Sequence[int]) -> None:
        self.now = ways[0]
        self._ways = tuple(ways)
        self._best = 0
        self._pause = RETRY_S
        self._seconds: dict[int, float] = {}  # a step's, of those measured
        self._recent = 0.0
        self._begin()

    @property
    def tries(self) -> bool:
        """Whether they are being compared; else the best is in use."""
        return bool(self._waiting)

    def _begin(self) -> None:
        several = len(self._ways) > 1
        self._waiting = [way for way in self._ways for _ in range(2)] if several else []
        self.now = self._ways[0]
        self._used = 0.0

    def note(self, seconds: float, steps: int) -> None:
        """Note how long it took to do so many."""
        if not steps or len(self._ways) == 1:
            return
        each = seconds / steps
        if self.tries:
            self._compare(each)
            return
        self._used += seconds
        self._recent += SHARE * (each - self._recent)
        slow = self._recent > WORSE * self._seconds[self.now] and self._used >= MIN_USE_S
        if slow or self._used >= self._pause:
            self._begin()

    def _compare(self, each: float) -> None:
        self._seconds[self._waiting.pop(0)] = each  # of two in a row the first warmed up
        if self._waiting:
            self.now = self._waiting[0]
            return
        self.now = min(self._ways, key=self._seconds.__getitem__)
        self._recent = self._seconds[self.now]
        self._pause = min(2 * self._pause, MAX_RETRY_S) if self.now == self._best else RETRY_S
        self._best = self.now
