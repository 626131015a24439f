"""A race with several seeds, by turns: all of them are always about equally far."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from nngui.core.studies.interleaved import Study
from nngui.core.studies.seeds import MAX_CURVE_POINTS, Seeds
from nngui.core.surface.loss_surface import Landscape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from torch import Tensor

    from nngui.core.arrays import Floats
    from nngui.core.spec import Spec
    from nngui.core.task import Task

SLICE_S = 0.02  # seconds that a run trains at most before somebody may stop it
ROUND_S = 0.25  # seconds, about, until it is a run's turn again


class SeedsSweep(Study[Seeds]):
    """Trains the same settings with several seeds, in rounds of so many steps for each of them.

    Parameters
    ----------
    task : Task
    spec : Spec
        Its own seed does not count.
    seeds : sequence of int
    weights : mapping of str to Tensor, optional
        What the networks start from in place of random numbers.
    """

    def __init__(
        self,
        task: Task,
        spec: Spec,
        seeds: Sequence[int],
        weights: Mapping[str, Tensor] | None = None,
    ) -> None:
        specs = [spec.replaced(seed=seed) for seed in seeds]
        super().__init__(task, specs, weights)
        self._seeds, self._names = tuple(seeds), tuple(spec.optimizers())
        self._landscapes: list[Landscape] = []
        self._every = self._total = 1
        self._sums = self._counts = np.zeros(())
        self._goal, self._stride = 0, 1  # the step that this round ends at; how many it has
        self._began = 0.0  # this round, by the clock

    @override
    def prepare(self) -> None:
        for trainer in self.trainers:
            net, data = trainer.variants[0].net, trainer.state.train_data
            self._landscapes.append(Landscape(net, trainer.state.loss_func, *data))
        self._total = self.trainers[0].state.total_steps
        self._every = -(-self._total // MAX_CURVE_POINTS)
        points = -(-self._total // self._every)
        self._sums = np.zeros((len(self._seeds), points, len(self._names)))
        self._counts = np.zeros((len(self._seeds), points, 1))

    @override
    def begin_round(self) -> None:
        """Choose how many steps this round has, by how long the last one took."""
        now = time.perf_counter()
        if self._goal:
            pace = ROUND_S / max(now - self._began, 1e-6)
            self._stride = max(1, min(round(self._stride * pace), 2 * self._stride))
        self._began, self._goal = now, self._goal + self._stride

    @override
    def take_turn(self, run: int) -> Iterator[None]:
        while not self.is_over(run) and self.trainers[run].step_count < self._goal:
            self._advance(run)
            yield

    def _advance(self, run: int) -> None:
        trainer, first = self.trainers[run], self.trainers[run].step_count
        rows = trainer.advance(SLICE_S, self._goal - first)[:, : len(self._names)]
        points = np.arange(first, first + len(rows)) // self._every
        # Whoever is out has no loss any more (NaN), and had an impossible one in the step before.
        np.add.at(self._sums[run], points, np.where(np.isfinite(rows), rows, np.inf))
        np.add.at(self._counts[run], points, 1)
        if trainer.ending is not None and trainer.ending.kind == "diverged":
            self._sums[run, points[-1] :] = np.inf
            self._counts[run, points[-1] :] = 1

    @override
    def state(self) -> Seeds:
        furthest = max(trainer.step_count for trainer in self.trainers)
        if any(trainer.ending is None for trainer in self.trainers):
            going = [t.step_count for t in self.trainers if t.ending is None]
            furthest = min(going)  # beyond, only some of the seeds would count
        n = -(-furthest // self._every)
        counts = np.where(self._counts[:, :n] > 0, self._counts[:, :n], np.nan)
        ended = sum(self._total if t.ending else t.step_count for t in self.trainers)
        return Seeds(
            names=self._names,
            seeds=self._seeds,
            steps=np.minimum(np.arange(1, n + 1) * self._every, furthest).astype(float),
            losses=self._sums[:, :n] / counts,
            ends=np.array([self._ends(run) for run in range(len(self.trainers))]),
            seconds=self._seconds(),
            steps_per_epoch=self.trainers[0].batches.steps_per_epoch,
            total=self._total,
            done=ended / max(self._total * len(self.trainers), 1),
        )

    def _ends(self, run: int) -> list[float]:
        landscape, found = self._landscapes[run], []
        for variant in self.trainers[run].variants:
            loss = math.inf if variant.diverged else landscape.loss(variant.net)
            found.append(loss if math.isfinite(loss) else math.inf)
        return found

    def _seconds(self) -> Floats:
        """Return what a step takes each racer, in the mean of those that it has taken."""
        spent = np.array([[v.seconds for v in t.variants] for t in self.trainers]).sum(axis=0)
        taken = (self._counts * np.isfinite(self._sums)).sum(axis=(0, 1))
        result: Floats = spent / np.maximum(taken, 1)
        return result
