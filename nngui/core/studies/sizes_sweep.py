"""Several batch sizes by turns, by the loss of all points, so that they can be compared."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from nngui.core.forward import evaluating, mean_loss
from nngui.core.studies.batch_sizes import FURTHER
from nngui.core.studies.interleaved import Study
from nngui.core.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor

    from nngui.core.arrays import Floats
    from nngui.core.spec import Spec
    from nngui.core.task import Task

SLICE_S = 0.05  # seconds that a run trains before it is the next one's turn
HEAD_START_S = 0.2  # seconds that measuring a run may take before the run itself has taken as long
WARM_UP_S = 0.02  # seconds of training that nobody sees: the very first steps load parts of torch


@dataclass(frozen=True, slots=True, eq=False)
class SizesState:
    """How the runs stand.

    Attributes
    ----------
    curves : mapping of str to ndarray
        By name, a row per measurement: step, epoch, seconds of its own training, and the loss;
        a run that diverged ends with a loss of NaN.
    done : float
        The share of all steps, or seconds, that are done, from 0 to 1.
    """

    curves: Mapping[str, Floats]
    done: float


class SizesSweep(Study[SizesState]):
    """Trains one network per batch size, all from the same weights, and measures them alike.

    The losses of single batches cannot be compared: the smaller a batch, the more its loss strays.
    So the network is asked for the loss of all training points: before the first step, then after
    each, later each time that a hundredth more steps are done; less often where there are so many
    points that measuring would take longer than training. It takes nothing from a run's seconds,
    and neither do the others' turns.

    Parameters
    ----------
    task : Task
    specs : mapping of str to Spec
        The runs, by name.
    seconds : float
        How long each of them trains at most; 0: as long as its schedule says.
    weights : mapping of str to Tensor, optional
        What they all start from in place of random numbers.
    """

    def __init__(
        self,
        task: Task,
        specs: Mapping[str, Spec],
        seconds: float = 0.0,
        weights: Mapping[str, Tensor] | None = None,
    ) -> None:
        super().__init__(task, list(specs.values()), weights)
        self._names, self._limit = tuple(specs), seconds
        self._seconds = [0.0 for _ in specs]  # of training
        self._measuring = [0.0 for _ in specs]  # seconds that measuring took
        self._due = [1 for _ in specs]  # the step that is to be measured next
        self._rows: list[list[tuple[float, float, float, float]]] = [[] for _ in specs]

    @override
    def prepare(self) -> None:
        Trainer(self._task, self._specs[0]).advance(WARM_UP_S)
        for run in range(len(self.trainers)):
            self._measure(run)

    @override
    def is_over(self, run: int) -> bool:
        spent = bool(self._limit) and self._seconds[run] >= self._limit
        return spent or super().is_over(run)

    @override
    def take_turn(self, run: int) -> Iterator[None]:
        """Train for a slice, and measure where it is due."""
        trainer, until = self.trainers[run], time.perf_counter() + SLICE_S
        while not self.is_over(run) and time.perf_counter() < until:
            left = self._limit - self._seconds[run] if self._limit else SLICE_S
            began = time.perf_counter()
            trainer.advance(min(SLICE_S, left), self._due[run] - trainer.step_count)
            self._seconds[run] += time.perf_counter() - began
            if self.is_over(run):
                self._measure(run)
            elif trainer.step_count >= self._due[run]:
                self._due[run] = int(trainer.step_count * FURTHER) + 1
                if self._measuring[run] <= self._seconds[run] + HEAD_START_S:
                    self._measure(run)
        yield

    def _measure(self, run: int) -> None:
        trainer, began = self.trainers[run], time.perf_counter()
        diverged = trainer.ending is not None and trainer.ending.kind == "diverged"
        loss = math.nan if diverged else loss_of_all(trainer)
        passes = trainer.step_count / trainer.batches.steps_per_epoch
        self._rows[run].append((trainer.step_count, passes, self._seconds[run], loss))
        self._measuring[run] += time.perf_counter() - began

    @override
    def state(self) -> SizesState:
        curves = {
            name: np.array(rows, dtype=np.float64)
            for name, rows in zip(self._names, self._rows, strict=True)
        }
        return SizesState(curves, self._done_seconds() if self._limit else self._done_steps())

    def _done_seconds(self) -> float:
        shares = [
            1.0 if self.is_over(run) else spent / self._limit
            for run, spent in enumerate(self._seconds)
        ]
        return sum(shares) / len(shares)

    def _done_steps(self) -> float:
        total = sum(t.state.total_steps for t in self.trainers)
        left = sum(t.state.total_steps - t.step_count for t in self.trainers if t.ending is None)
        return 1 - left / max(total, 1)


def loss_of_all(trainer: Trainer) -> float:
    """Return the loss of all points that a run's first network is trained on."""
    net = trainer.variants[0].net
    with evaluating(net):
        return mean_loss(net, trainer.state.loss_func, *trainer.state.train_data)
