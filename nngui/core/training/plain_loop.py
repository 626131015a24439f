"""The training loop of the tutorial, in plain sight.

`PlainLoop.step` is the loop's body: predict, loss, zero_grad, backward, step. It is the tutorial's,
with a clock, the measured values, and an eye on losses that are no numbers any more.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from nngui.core.training.engine import Engine, Unreturned
from nngui.core.training.gradients import clip, with_penalty
from nngui.core.training.losses import accuracy

if TYPE_CHECKING:
    from nngui.core.arrays import Floats
    from nngui.core.training.run_state import RunState


class PlainLoop(Engine):
    """Takes the steps of a run by PyTorch itself, one after the other."""

    def __init__(self, state: RunState) -> None:
        self._state = state
        self._has_moved = False  # the step has changed networks, or what is known of them
        self._unreturned: Unreturned | None = None

    def step(self) -> list[float]:
        """Take one optimizer step with every network, on the same batch.

        Returns
        -------
        list of float
            A value for each of `RunState.columns`; NaN for a network that has diverged.
        """
        state = self._state
        # The next batch: as the DataLoader would bring it, or all points at once.
        x, y = state.next_batch()
        losses = [math.nan] * len(state.variants)
        accuracies = list(losses)
        for i, variant in enumerate(state.variants):  # one, or several that are compared
            if variant.diverged:
                continue
            began = time.perf_counter()

            # What does the network say, and how far is that from the truth?
            prediction = variant.net(x)
            loss = state.loss_func(prediction, y)

            # What the plots show. A loss that is no number, or beyond all bounds, ends it here:
            # the last good parameters come back.
            losses[i] = loss.item()
            if state.data.classes:
                accuracies[i] = accuracy(prediction, y)
            if not variant.accepts(losses[i]):
                self._has_moved = True
                state.drop_out(variant)
                continue

            # Forget the last gradient, work out this one, and go a step along it.
            variant.optimizer.zero_grad()
            with_penalty(loss, variant.net, variant.settings).backward()  # type: ignore[no-untyped-call]
            clip(variant.net, variant.settings)
            self._has_moved = True
            variant.keep()
            variant.optimizer.step()
            variant.seconds += time.perf_counter() - began
        self._has_moved = True
        return state.finish_step(losses, accuracies)

    @property
    @override
    def unreturned(self) -> Unreturned | None:
        """What the last `advance` had done when it failed (see `Engine.unreturned`)."""
        return self._unreturned

    @override
    def advance(self, budget: float, max_steps: int | None = None) -> Floats:
        """Take steps for about `budget` seconds (see `Engine.advance`)."""
        state, until = self._state, time.perf_counter() + budget
        rows: list[list[float]] = []
        self._unreturned = None
        try:
            with state.drawing():
                while state.ending is None and (max_steps is None or len(rows) < max_steps):
                    rows.append(self._taken())
                    if time.perf_counter() >= until:
                        break
        except BaseException:
            self._unreturned = Unreturned(self._as_array(rows), intact=not self._has_moved)
            raise
        return self._as_array(rows)

    def _as_array(self, rows: list[list[float]]) -> Floats:
        return np.asarray(rows, dtype=np.float64).reshape(len(rows), len(self._state.columns))

    def _taken(self) -> list[float]:
        """Take a step and return its row; one that fails leaves no trace, as far as it can.

        It has taken no batch and no random numbers, unless a network has moved by then: after a
        part of the optimizer's work only an earlier state helps (see `keyframes`).
        """
        state, batches = self._state, self._state.batches
        self._has_moved = False
        place = batches.epoch, batches.position, batches.order, state.random.now
        known = [variant.known() for variant in state.variants]
        try:
            return self.step()
        except BaseException:
            if not self._has_moved:
                self._has_moved = True  # until all of it is undone
                batches.epoch, batches.position, batches.order, state.random.now = place
                for variant, before in zip(state.variants, known, strict=True):
                    variant.put_back(before)
                self._has_moved = False
            raise
