"""The plain loop on an accelerator: it never waits for a number while there is work to hand out.

Every loss that is read makes the processor wait for the accelerator. So a chunk of steps is
handed out first, its losses stay on the device, and all of them are read at its end. If one shows
that something had to happen in between (a loss that is not good, the target), the chunk is taken
again by the plain loop, from the state it began with, so that it happens at its very step.

Where the device can record a step (CUDA), handing it out is a single call.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from nngui.core.engines import cuda_graph
from nngui.core.engines.recorded_step import RecordedStep
from nngui.core.training.engine import Engine
from nngui.core.training.gradients import clip, with_penalty
from nngui.core.training.health import GOOD_LOSS_FACTOR, LOOK_EVERY
from nngui.core.training.plain_loop import PlainLoop

if TYPE_CHECKING:
    from nngui.core.arrays import Floats
    from nngui.core.engines.recorded_step import Recorder
    from nngui.core.training.run_state import RunState

MAX_CHUNK_STEPS = 256  # steps in a chunk
log = logging.getLogger(__name__)


class Accelerated(Engine):
    """Takes the plain loop's steps; the losses are read chunk by chunk.

    Parameters
    ----------
    recorder : Recorder, optional
        What records steps; by default what the device has for that.
    """

    def __init__(self, state: RunState, recorder: Recorder | None = None) -> None:
        self._state = state
        self._plain = PlainLoop(state)
        if recorder is None and state.device.type == "cuda":
            recorder = cuda_graph
        # A network that draws numbers takes them from the run's own generator, not a recording's.
        self._recorded = RecordedStep(state, None if state.spec.network.uses_random else recorder)
        self._steps = 1  # in a chunk, at the pace of the last one
        self._has_left = False  # the device, which was too small

    def advance(self, budget: float, max_steps: int | None = None) -> Floats:
        """Take steps for about `budget` seconds (see `Engine.advance`)."""
        state, until = self._state, time.perf_counter() + budget
        if self._has_left:
            return self._plain.advance(budget, max_steps)
        parts: list[Floats] = []
        taken = 0
        while state.ending is None and (max_steps is None or taken < max_steps):
            began = time.perf_counter()
            rows = self._take_chunk(self._length(None if max_steps is None else max_steps - taken))
            seconds = max(time.perf_counter() - began, 1e-6)
            self._share(seconds)
            parts.append(rows)
            taken += len(rows)
            left = until - time.perf_counter()
            if left <= 0:
                break
            self._steps = max(
                1, min(int(len(rows) * left / seconds), 4 * self._steps, MAX_CHUNK_STEPS)
            )
        return np.concatenate(parts) if parts else np.empty((0, len(state.columns)))

    def _share(self, seconds: float) -> None:
        """Note the time; what each variant took by itself cannot be told apart on a device."""
        active = [variant for variant in self._state.variants if not variant.diverged]
        for variant in active:
            variant.seconds += seconds / len(active)

    def _length(self, most: int | None) -> int:
        """Return how many steps can be taken without a look at what they gave."""
        state = self._state
        length = min(self._steps, state.total_steps - state.step_count, most or MAX_CHUNK_STEPS)
        if state.held_out is not None or state.spec.schedule.rate == "plateau":
            length = min(length, state.batches.left or 1)
        if state.trajectory is not None:
            length = min(length, state.trajectory.steps_left(state.step_count))
        return max(length, 1)

    def _take_chunk(self, steps: int) -> Floats:
        state = self._state
        unknown = any(not variant.first_loss and not variant.diverged for variant in state.variants)
        before = state.capture()
        try:
            if steps == 1 or unknown or not state.variants:
                return self._plain.advance(0.0, 1)
            self._recorded.look()
            return self._handed_out(steps, before)
        except torch.OutOfMemoryError:
            log.exception("Out of memory on %s", state.device)
            if self._recorded.stop_recording():  # which held all that a step needs once more
                state.restore(before)
                return self._take_chunk(steps)
            state.fall_back_to_cpu(before)
            self._has_left = True
            return self._plain.advance(0.0, 1)

    def _handed_out(self, steps: int, before: dict[str, object]) -> Floats:
        """Take the steps, then look whether that was all right."""
        state = self._state
        with state.random.in_place():
            taken = [self._step(last=number == steps - 1) for number in range(steps)]
        all_numbers, sizes, used = zip(*taken, strict=True)
        rows = torch.stack(all_numbers).cpu().double().numpy()
        count = len(state.variants)
        rows[:, count:] /= np.array(sizes)[:, None]
        if not self._all_good(rows[:, :count]):
            state.restore(before)
            return self._plain.advance(1e9, steps)
        losses = [float(loss) for loss in rows[-1, :count]]
        for variant, loss in zip(state.variants, losses, strict=True):
            if not variant.diverged:
                variant.last_loss = loss
        return state.finish_chunk(rows, used)

    def _all_good(self, losses: Floats) -> bool:
        """Whether the plain loop would have done nothing but go on."""
        target = self._state.spec.schedule.target_loss
        for index, variant in enumerate(self._state.variants):
            if variant.diverged:
                continue
            of_one = losses[:, index]
            if not (
                of_one <= GOOD_LOSS_FACTOR * variant.first_loss
            ).all():  # NaN is not smaller either
                return False
            if target and (of_one <= target).any():
                return False
        return True

    def _step(self, *, last: bool) -> tuple[Tensor, int, list[float]]:
        """Take one step.

        Returns
        -------
        Tensor, int, list of float
            Losses and, for classes, hits, on the device; the batch's size; and the learning rates.

        Parameters
        ----------
        last : bool
            It ends a chunk: its parameters are kept, as the last that are known to be good.
        """
        state = self._state
        used = state.rates.now
        x, y = state.next_batch()
        numbers = None if last else self._recorded.take(x, y, self._work)
        if numbers is None:
            numbers = self._work(x, y, keep=last)
        state.step_count += 1
        if len(state.variants) == 1 and state.step_count % LOOK_EVERY == 0:
            variant = state.variants[0]
            state.health.look(variant.net, variant.last_loss, state.step_count)
        if state.has_schedule:
            state.apply_rates()
        return numbers, len(y), used

    def _work(self, x: Tensor, y: Tensor, *, keep: bool = False) -> Tensor:
        """Do on the device what `PlainLoop.step` does, but read nothing; return what it gave."""
        state = self._state
        missing = torch.full((), torch.nan, device=state.device)
        losses, hits = [], []
        for variant in state.variants:
            if variant.diverged:
                losses.append(missing)
                hits += [missing] if state.data.classes else []
                continue
            prediction = variant.net(x)
            loss = state.loss_func(prediction, y)
            losses.append(loss.detach())
            if state.data.classes:
                hits.append((prediction.argmax(1) == y).sum().to(loss.dtype))
            variant.optimizer.zero_grad()
            with_penalty(loss, variant.net, variant.settings).backward()  # type: ignore[no-untyped-call]
            clip(variant.net, variant.settings)
            if keep:
                variant.keep()
            variant.optimizer.step()
        return torch.stack([*losses, *hits])
