"""A race with several seeds, by turns: all of them are always about equally far."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.studies.seeds import Seeds
from nngui.core.surface.loss_surface import Landscape
from nngui.core.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from torch import Tensor

    from nngui.core.arrays import Floats
    from nngui.core.spec import Spec
    from nngui.core.task import Task

SLICE = 0.02  # seconds that a run trains at most before somebody may stop it
ROUND = 0.25  # seconds, about, until it is a run's turn again
MAX_CURVE_POINTS = 2000  # points of a curve; where there are more steps, each stands for several


class SeedsSweep:
    """Trains the same settings with several seeds; each run gives the losses it gives alone.

    Parameters
    ----------
    task : Task
    spec : Spec
        Its own seed does not count.
    seeds : sequence of int
    weights : mapping of str to Tensor, optional
        What the networks start from in place of random numbers.

    Attributes
    ----------
    is_level : bool
        Whether all runs have done the same number of steps, so that they can be compared.
    """

    def __init__(
        self,
        task: Task,
        spec: Spec,
        seeds: Sequence[int],
        weights: Mapping[str, Tensor] | None = None,
    ) -> None:
        self._task, self._spec, self._weights = task, spec, weights
        self._seeds, self._names = tuple(seeds), tuple(spec.optimizers())
        self._trainers: list[Trainer] = []
        self._landscapes: list[Landscape] = []
        self._every = self._total = 1
        self._sums = self._counts = np.zeros(())
        self.is_level = False

    def __iter__(self) -> Iterator[None]:
        """Build, then train by turns until all have ended, with a pause every few milliseconds.

        Raises
        ------
        NnguiError
            When the runs cannot be built.
        """
        for seed in self._seeds:
            self._build(seed)
            yield
        self._make_room()
        goal, stride = 0, 1
        while any(trainer.ending is None for trainer in self._trainers):
            began, goal = time.perf_counter(), goal + stride
            self.is_level = False
            for place, trainer in enumerate(self._trainers):
                while trainer.ending is None and trainer.step_count < goal:
                    self._advance(place, trainer, goal)
                    yield
            self.is_level = True
            yield
            pace = ROUND / max(time.perf_counter() - began, 1e-6)
            stride = max(1, min(round(stride * pace), 2 * stride))

    def _build(self, seed: int) -> None:
        spec = self._spec.replaced(seed=seed)
        trainer = Trainer(self._task, spec, weights=self._weights)
        self._trainers.append(trainer)
        net, data = trainer.variants[0].net, trainer.state.train_data
        self._landscapes.append(Landscape(net, trainer.state.loss_func, *data))

    def _make_room(self) -> None:
        self._total = self._trainers[0].state.total_steps
        self._every = -(-self._total // MAX_CURVE_POINTS)
        points = -(-self._total // self._every)
        self._sums = np.zeros((len(self._seeds), points, len(self._names)))
        self._counts = np.zeros((len(self._seeds), points, 1))

    def _advance(self, place: int, trainer: Trainer, goal: int) -> None:
        first = trainer.step_count
        rows = trainer.advance(SLICE, goal - first)[:, : len(self._names)]
        points = np.arange(first, first + len(rows)) // self._every
        # Whoever is out has no loss any more (NaN), and had an impossible one in the step before.
        np.add.at(self._sums[place], points, np.where(np.isfinite(rows), rows, np.inf))
        np.add.at(self._counts[place], points, 1)
        if trainer.ending is not None and trainer.ending.kind == "diverged":
            self._sums[place, points[-1] :] = np.inf
            self._counts[place, points[-1] :] = 1

    def state(self) -> Seeds:
        """Return how the runs stand."""
        furthest = max(trainer.step_count for trainer in self._trainers)
        if any(trainer.ending is None for trainer in self._trainers):
            going = [t.step_count for t in self._trainers if t.ending is None]
            furthest = min(going)  # beyond, only some of the seeds would count
        n = -(-furthest // self._every)
        counts = np.where(self._counts[:, :n] > 0, self._counts[:, :n], np.nan)
        ended = sum(self._total if t.ending else t.step_count for t in self._trainers)
        return Seeds(
            names=self._names,
            seeds=self._seeds,
            steps=np.minimum(np.arange(1, n + 1) * self._every, furthest).astype(float),
            losses=self._sums[:, :n] / counts,
            ends=np.array([self._ends(place) for place in range(len(self._trainers))]),
            seconds=self._seconds(),
            steps_per_epoch=self._trainers[0].batches.steps_per_epoch,
            total=self._total,
            done=ended / max(self._total * len(self._trainers), 1),
        )

    def _ends(self, place: int) -> list[float]:
        landscape, found = self._landscapes[place], []
        for variant in self._trainers[place].variants:
            loss = math.inf if variant.diverged else landscape.loss(variant.net)
            found.append(loss if math.isfinite(loss) else math.inf)
        return found

    def _seconds(self) -> Floats:
        """Return what a step takes each racer, in the mean of those that it has taken."""
        spent = np.array([[v.seconds for v in t.variants] for t in self._trainers]).sum(axis=0)
        taken = (self._counts * np.isfinite(self._sums)).sum(axis=(0, 1))
        result: Floats = spent / np.maximum(taken, 1)
        return result
