"""The way several networks take through parameter space, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nngui.core.race_view import TrajectoryPoint

if TYPE_CHECKING:
    from nngui.core.data.batches import Batches
    from nngui.core.trainer import Trainer

KEPT = 200
"""Places that are kept for each network."""
NUMBERS = 16_000_000  # that all places hold at most, together


class Trajectory:
    """Keeps a place every so many steps; twice as many steps apart whenever there are too many.

    Attributes
    ----------
    places : list of Place
        From the first step it was told of, at equal distances.
    every : int
        How many steps they are apart.
    """

    def __init__(self, trainer: Trainer) -> None:
        first = current_point(trainer)
        self.places = [first]
        self.every = 1
        self._most = max(min(KEPT, NUMBERS // max(first.vectors.size, 1)), 8)

    def steps_left(self, step: int) -> int:
        """Return how many steps after this one it is time to take down where the networks are."""
        return max(self.places[-1].step + self.every - step, 0)

    def record(self, trainer: Trainer) -> None:
        """Take down where the networks are, if it is time."""
        if not self.steps_left(trainer.step_count):
            self.add(current_point(trainer))

    def add(self, place: TrajectoryPoint) -> None:
        """Keep a place, if it was time for one."""
        if self.steps_left(place.step):
            return
        self.places.append(place)
        if len(self.places) > self._most:
            self.every *= 2
            self.places = self.places[::2]


def current_point(trainer: Trainer) -> TrajectoryPoint:
    """Return where the networks of a run are now; nothing in it changes any more."""
    epoch = epochs(trainer.batches, trainer.batches.epoch, trainer.batches.position)
    return TrajectoryPoint(trainer.step_count, epoch, np.array(trainer.seconds), trainer.vectors())


def epochs(batches: Batches, epoch: int, position: int) -> float:
    """Return how often the data were gone through at a position of a pass, with parts of one."""
    if batches.batch_size and batches.order is not None:
        return epoch + min(position / len(batches.x), 1.0) - 1.0
    return float(epoch)
