"""The training loop of the tutorial, in plain sight.

`PlainLoop.step` is the loop's body: predict, loss, zero_grad, backward, step. It is the tutorial's,
with a clock, the measured values, and an eye on losses that are no numbers any more.
"""

from __future__ import annotations

import logging
import math
import time
from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from nngui.core.training.engine import Engine
from nngui.core.training.gradients import clip, with_penalty
from nngui.core.training.losses import accuracy

if TYPE_CHECKING:
    from nngui.core.arrays import Floats
    from nngui.core.training.run_state import RunState

log = logging.getLogger(__name__)


class PlainLoop(Engine):
    """Takes the steps of a run by PyTorch itself, one after the other."""

    def __init__(self, state: RunState) -> None:
        self._state = state

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
                state.drop_out(variant)
                continue

            # Forget the last gradient, work out this one, and go a step along it.
            variant.optimizer.zero_grad()
            with_penalty(loss, variant.net, variant.settings).backward()  # type: ignore[no-untyped-call]
            clip(variant.net, variant.settings)
            variant.keep()
            variant.optimizer.step()
            variant.seconds += time.perf_counter() - began
        return state.finish_step(losses, accuracies)

    @override
    def advance(self, budget: float, max_steps: int | None = None) -> Floats:
        """Take steps for about `budget` seconds (see `Engine.advance`)."""
        state, until = self._state, time.perf_counter() + budget
        rows: list[list[float]] = []
        with state.drawing():
            while state.ending is None and (max_steps is None or len(rows) < max_steps):
                if not self._try_step(rows) or time.perf_counter() >= until:
                    break
        return np.asarray(rows, dtype=np.float64).reshape(len(rows), len(state.columns))

    def _try_step(self, rows: list[list[float]]) -> bool:
        """Take a step and add its row; return False where it fails and there are rows before it.

        They are handed out first: the next call tries the step again, and raises what that does. A
        step that failed has taken no batch and no random numbers. Of several networks, those before
        the one that failed have taken it, and one that failed within its optimizer may have moved.
        """
        state, batches, step = self._state, self._state.batches, self._state.step_count
        before = batches.epoch, batches.position, batches.order, state.random.now
        buffers = [variant.buffers() for variant in state.variants]
        try:
            rows.append(self.step())
        except Exception:  # whatever it is: raised here, or by the next try
            if state.step_count == step:
                batches.epoch, batches.position, batches.order, state.random.now = before
                for variant, kept in zip(state.variants, buffers, strict=True):
                    variant.put_back(kept)
            if not rows:
                raise
            log.exception("Step %d failed: it is tried once more", step + 1)
            return False
        return True
