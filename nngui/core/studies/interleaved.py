"""Several runs of a task, in slices by turns: batch sizes beside each other, or several seeds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from torch import Tensor

    from nngui.core.arrays import Floats
    from nngui.core.spec import Spec
    from nngui.core.task import Task

SLICE = 0.05  # seconds that a run trains before it is the next one's turn
MAX_CURVE_POINTS = 1000  # points a curve holds; beyond, neighbours are averaged


@dataclass
class SweepCurve:
    """A loss curve of bounded length: when it is full, each two neighbours become one.

    Attributes
    ----------
    losses : int
        How many losses a step has.
    every : int
        How many steps a point stands for.
    """

    losses: int = 1
    every: int = 1
    _rows: list[list[float]] = field(default_factory=list)
    _open: list[list[float]] = field(default_factory=list)

    def add(self, step: float, epoch: float, seconds: float, losses: Sequence[float]) -> None:
        """Note a step."""
        self._open.append([step, epoch, seconds, *losses])
        if len(self._open) < self.every:
            return
        self._rows.append(_together(self._open))
        self._open = []
        if len(self._rows) >= MAX_CURVE_POINTS:
            pairs = zip(self._rows[::2], self._rows[1::2], strict=True)
            self._rows = [_together([one, other]) for one, other in pairs]
            self.every *= 2

    def values(self) -> Floats:
        """Return the points: shape (n, 3 + losses), float64: step, epoch, seconds, losses.

        The first three are those of a point's last step; a loss is the mean of its steps.
        """
        rows = [*self._rows, _together(self._open)] if self._open else self._rows
        return np.array(rows, dtype=np.float64).reshape(len(rows), 3 + self.losses)


def _together(rows: list[list[float]]) -> list[float]:
    losses = zip(*(row[3:] for row in rows), strict=True)
    return [*rows[-1][:3], *(sum(loss) / len(rows) for loss in losses)]


@dataclass(frozen=True, slots=True, eq=False)
class SweepState:
    """How the runs of a sweep stand.

    Attributes
    ----------
    curves : mapping of str to ndarray
        By name, a row per point, see `SweepCurve.values`.
    done : float
        The share of all steps that are done, from 0 to 1.
    """

    curves: Mapping[str, Floats]
    done: float


class Sweep:
    """Trains several Specs of a task; each gives the losses it would give alone.

    A run's seconds are those of its own training: the others' turns do not count.

    Parameters
    ----------
    task : Task
    specs : mapping of str to Spec
        The runs, by name.
    columns : sequence of str
        The columns that are noted, of those that the task's Trainer has.
    weights : mapping of str to Tensor, optional
        What the networks start from in place of random numbers.

    Raises
    ------
    NnguiError
        When one of the runs cannot be built.
    """

    def __init__(
        self,
        task: Task,
        specs: Mapping[str, Spec],
        columns: Sequence[str],
        weights: Mapping[str, Tensor] | None = None,
    ) -> None:
        self._trainers = {name: Trainer(task, s, weights=weights) for name, s in specs.items()}
        self._curves = {name: SweepCurve(len(columns)) for name in specs}
        self._seconds = dict.fromkeys(specs, 0.0)
        self._columns = tuple(columns)

    def __iter__(self) -> Iterator[SweepState]:
        """Train by turns until all have ended; after each round, say how they stand."""
        while not all(self._is_over(name) for name in self._trainers):
            for name, trainer in self._trainers.items():
                if not self._is_over(name):
                    self._advance(name, trainer)
            yield self.state()

    def state(self) -> SweepState:
        """Return how the runs stand."""
        trainers = self._trainers.values()
        total = sum(t.state.total_steps for t in trainers)
        left = sum(t.state.total_steps - t.step_count for t in trainers if t.ending is None)
        curves = {name: curve.values() for name, curve in self._curves.items()}
        return SweepState(curves, 1 - left / max(total, 1))

    def _is_over(self, name: str) -> bool:
        """Return whether a run has come to its end."""
        return self._trainers[name].ending is not None

    def _advance(self, name: str, trainer: Trainer) -> None:
        first, began = trainer.step_count, time.perf_counter()
        places = [trainer.columns.index(column) for column in self._columns]
        losses = trainer.advance(SLICE)[:, places]
        took = time.perf_counter() - began
        per_pass, before = trainer.batches.steps_per_epoch, self._seconds[name]
        for i, row in enumerate(losses.tolist(), start=1):
            seconds = before + took * i / len(losses)
            self._curves[name].add(first + i, (first + i) / per_pass, seconds, row)
        self._seconds[name] += took
