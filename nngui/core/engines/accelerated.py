"""The plain loop on an accelerator: it never waits for a number while there is work to hand out.

Every loss that is read makes the processor wait for the accelerator. So a stretch of steps is
handed out first, its losses stay on the device, and all of them are read at its end. If one shows
that something had to happen in between (a loss that is not good, the target), the stretch is taken
again by the plain loop, from the state it began with, so that it happens at its very step.

Where the device can record a step (CUDA), handing it out is a single call.
"""

from __future__ import annotations

import logging
import time
import weakref
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from nngui.core.engines import cuda_graph
from nngui.core.engines.recorded_step import RecordedStep
from nngui.core.training.engine import Engine
from nngui.core.training.health import GOOD_LOSS_FACTOR, LOOK_EVERY

if TYPE_CHECKING:
    from nngui.core.engines.recorded_step import Recorder
    from nngui.core.records.snapshot import Floats
    from nngui.core.trainer import Trainer

MAX_CHUNK_STEPS = 256  # steps in a stretch
log = logging.getLogger(__name__)


class Accelerated(Engine):
    """Takes the plain loop's steps; the losses are read stretch by stretch.

    Parameters
    ----------
    recorder : Recorder, optional
        What records steps; by default what the device has for that.
    """

    def __init__(self, trainer: Trainer, recorder: Recorder | None = None) -> None:
        self._trainer: Trainer = weakref.proxy(trainer)  # whose part this is
        if recorder is None and trainer.device.type == "cuda":
            recorder = cuda_graph
        # A network that draws numbers takes them from the run's own generator, not a recording's.
        self._recorded = RecordedStep(
            trainer, None if trainer.spec.network.uses_random else recorder
        )
        self._steps = 1  # in a stretch, at the pace of the last one

    def advance(self, budget: float, max_steps: int | None) -> Floats:
        """Take steps for about `budget` seconds (see `Trainer.advance`)."""
        trainer, until = self._trainer, time.perf_counter() + budget
        parts: list[Floats] = []
        taken = 0
        while trainer.ending is None and (max_steps is None or taken < max_steps):
            began = time.perf_counter()
            rows = self._stretch(self._length(None if max_steps is None else max_steps - taken))
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
        return np.concatenate(parts) if parts else np.empty((0, len(trainer.columns)))

    def _share(self, seconds: float) -> None:
        """Note the time; what each variant took by itself cannot be told apart on a device."""
        active = [variant for variant in self._trainer.variants if not variant.out]
        for variant in active:
            variant.seconds += seconds / len(active)

    def _length(self, most: int | None) -> int:
        """Return how many steps can be taken without a look at what they gave."""
        trainer = self._trainer
        length = min(self._steps, trainer.total_steps - trainer.step_count, most or MAX_CHUNK_STEPS)
        if trainer.held_out is not None:
            length = min(length, trainer.batches.left or 1)
        if trainer.trajectory is not None:
            length = min(length, trainer.trajectory.steps_left(trainer.step_count))
        return max(length, 1)

    def _stretch(self, steps: int) -> Floats:
        trainer = self._trainer
        unknown = any(not variant.first_loss and not variant.out for variant in trainer.variants)
        before = trainer.state()
        try:
            if steps == 1 or unknown or not trainer.variants:
                return trainer.advance_eager(0.0, 1)
            self._recorded.look()
            return self._handed_out(steps, before)
        except torch.OutOfMemoryError:
            log.exception("Out of memory on %s", trainer.device)
            if self._recorded.give_up():  # which held all that a step needs once more
                trainer.load_state(before)
                return self._stretch(steps)
            trainer.fall_back_to_cpu(before)
            return trainer.advance_eager(0.0, 1)

    def _handed_out(self, steps: int, before: dict[str, object]) -> Floats:
        """Take the steps, then look whether that was all right."""
        trainer = self._trainer
        with trainer.random.in_place():
            taken = [self._step(last=number == steps - 1) for number in range(steps)]
        rows = torch.stack([numbers for numbers, _ in taken]).cpu().double().numpy()
        count = len(trainer.variants)
        rows[:, count:] /= np.array([size for _, size in taken])[:, None]
        if not self._all_good(rows[:, :count]):
            trainer.load_state(before)
            return trainer.advance_eager(1e9, steps)
        losses = [float(loss) for loss in rows[-1, :count]]
        for variant, loss in zip(trainer.variants, losses, strict=True):
            if not variant.out:
                variant.last_loss = loss
        return trainer.finish_chunk(rows)

    def _all_good(self, losses: Floats) -> bool:
        """Whether the plain loop would have done nothing but go on."""
        target = self._trainer.spec.schedule.target_loss
        for index, variant in enumerate(self._trainer.variants):
            if variant.out:
                continue
            of_one = losses[:, index]
            if not (
                of_one <= GOOD_LOSS_FACTOR * variant.first_loss
            ).all():  # NaN is not smaller either
                return False
            if target and (of_one <= target).any():
                return False
        return True

    def _step(self, *, last: bool) -> tuple[Tensor, int]:
        """Take one step; return losses and, for classes, hits, on the device; and the batch's size.

        Parameters
        ----------
        last : bool
            It ends a stretch: its parameters are kept, as the last that are known to be good.
        """
        trainer = self._trainer
        x, y = trainer.next_batch()
        numbers = None if last else self._recorded.take(x, y, self._work)
        if numbers is None:
            numbers = self._work(x, y, keep=last)
        trainer.step_count += 1
        if len(trainer.variants) == 1 and trainer.step_count % LOOK_EVERY == 0:
            trainer.health.look(trainer.variants[0], trainer.step_count)
        return numbers, len(y)

    def _work(self, x: Tensor, y: Tensor, *, keep: bool = False) -> Tensor:
        """Do on the device what `Trainer.step` does, but read nothing; return what it gave."""
        trainer = self._trainer
        missing = torch.full((), torch.nan, device=trainer.device)
        losses, hits = [], []
        for variant in trainer.variants:
            if variant.out:
                losses.append(missing)
                hits += [missing] if trainer.data.classes else []
                continue
            prediction = variant.net(x)
            loss = trainer.loss_func(prediction, y)
            losses.append(loss.detach())
            if trainer.data.classes:
                hits.append((prediction.argmax(1) == y).sum().to(loss.dtype))
            variant.optimizer.zero_grad()
            loss.backward()
            if keep:
                variant.keep()
            variant.optimizer.step()
        return torch.stack([*losses, *hits])
