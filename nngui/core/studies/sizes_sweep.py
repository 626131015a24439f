"""Several batch sizes by turns, by the loss of all points, so that they can be compared."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np
import torch
from typing_extensions import override

from nngui.core.forward import forward_in_batches
from nngui.core.studies.interleaved import SLICE, Sweep, SweepState
from nngui.core.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from nngui.core.spec import Spec
    from nngui.core.task import Task

FURTHER = 1.01  # times as many steps as at the last measurement: the next one
HEAD_START = 0.2  # seconds that measuring a run may take before the run itself has taken as long
WARM_UP = 0.02  # seconds of training that nobody sees: the very first steps load parts of torch


class SizesSweep(Sweep):
    """Trains one network per batch size, all from the same weights, and measures them alike.

    The losses of single batches cannot be compared: the smaller a batch, the more its loss strays.
    So the network is asked for the loss of all training points: before the first step, then after
    each, later each time that a hundredth more steps are done; less often where there are so many
    points that measuring would take longer than training. It takes nothing from a run's seconds.

    Parameters
    ----------
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
        super().__init__(task, specs, ("loss",), weights)
        self._limit = seconds
        self._due = dict.fromkeys(specs, 1)  # the step that is to be measured next
        self._rows: dict[str, list[tuple[float, float, float, float]]] = {n: [] for n in specs}
        self._measuring = dict.fromkeys(specs, 0.0)  # seconds
        Trainer(task, next(iter(specs.values()))).advance(WARM_UP)
        for name, trainer in self._trainers.items():
            self._measure(name, trainer)

    @override
    def state(self) -> SweepState:
        """Return how the runs stand; a run that diverged ends with a loss of NaN."""
        curves = {name: np.array(rows, dtype=np.float64) for name, rows in self._rows.items()}
        if not self._limit:
            return SweepState(curves, super().state().done)
        shares = [
            1.0 if self._is_over(name) else self._seconds[name] / self._limit for name in curves
        ]
        return SweepState(curves, sum(shares) / len(shares))

    @override
    def _is_over(self, name: str) -> bool:
        spent = bool(self._limit) and self._seconds[name] >= self._limit
        return spent or super()._is_over(name)

    @override
    def _advance(self, name: str, trainer: Trainer) -> None:
        until = time.perf_counter() + SLICE
        while not self._is_over(name) and time.perf_counter() < until:
            left = self._limit - self._seconds[name] if self._limit else SLICE
            began = time.perf_counter()
            trainer.advance(min(SLICE, left), self._due[name] - trainer.step_count)
            self._seconds[name] += time.perf_counter() - began
            if self._is_over(name):
                self._measure(name, trainer)
            elif trainer.step_count >= self._due[name]:
                self._due[name] = int(trainer.step_count * FURTHER) + 1
                if self._measuring[name] <= self._seconds[name] + HEAD_START:
                    self._measure(name, trainer)

    def _measure(self, name: str, trainer: Trainer) -> None:
        step, began = trainer.step_count, time.perf_counter()
        diverged = trainer.ending is not None and trainer.ending.kind == "diverged"
        loss = math.nan if diverged else loss_of_all(trainer)
        passes = step / trainer.batches.steps_per_epoch
        self._rows[name].append((step, passes, self._seconds[name], loss))
        self._measuring[name] += time.perf_counter() - began


@torch.no_grad()
def loss_of_all(trainer: Trainer) -> float:
    """Return the loss of all points that a run's first network is trained on."""
    x, y = trainer.state.train_data
    net = trainer.variants[0].net.eval()
    prediction = forward_in_batches(net, x)
    net.train()
    return float(trainer.state.loss_func(prediction, y).item())
