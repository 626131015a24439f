"""The way several networks take through parameter space, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import torch
from torch.nn.utils import parameters_to_vector

from nngui.core.race_view import Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nngui.core.trainer import Trainer

    Vectors: TypeAlias = NDArray[np.float32]

KEPT = 200
"""Places that are kept for each network."""
NUMBERS = 16_000_000  # that all places hold at most, together


class Trail:
    """Keeps a place every so many steps; twice as many steps apart whenever there are too many.

    Attributes
    ----------
    places : list of Place
        From the first step it was told of, at equal distances.
    """

    def __init__(self, trainer: Trainer) -> None:
        first = place_of(trainer)
        self.places = [first]
        self._every = 1
        self._most = max(min(KEPT, NUMBERS // max(first.vectors.size, 1)), 8)

    def steps_left(self, step: int) -> int:
        """Return how many steps after this one it is time to take down where the networks are."""
        return max(self.places[-1].step + self._every - step, 0)

    def note(self, trainer: Trainer, vectors: Vectors | None = None) -> None:
        """Take down where the networks are, if it is time (see `place_of`)."""
        if self.steps_left(trainer.step_count):
            return
        self.places.append(place_of(trainer, vectors))
        if len(self.places) > self._most:
            self._every *= 2
            self.places = self.places[::2]


@torch.no_grad()
def place_of(trainer: Trainer, vectors: Vectors | None = None) -> Place:
    """Return where the networks of a run are now; nothing in it changes any more.

    Parameters
    ----------
    vectors : ndarray, optional
        Shape (variants, parameters), float32: the parameters, where they are at hand.
    """
    batches = trainer.batches
    epoch = float(batches.epoch)
    if batches.batch_size and batches.order is not None:
        epoch += min(batches.position / len(batches.x), 1.0) - 1.0
    if vectors is None:
        nets = [variant.net.parameters() for variant in trainer.variants]
        vectors = np.stack([parameters_to_vector(net).cpu().numpy() for net in nets])
    return Place(trainer.step_count, epoch, np.array(trainer.seconds), vectors)
