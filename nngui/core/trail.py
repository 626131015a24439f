"""The way several networks take through parameter space, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from nngui.core.race_view import Place

if TYPE_CHECKING:
    from nngui.core.trainer import Trainer

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

    def note(self, trainer: Trainer) -> None:
        """Take down where the networks are, if it is time."""
        if self.steps_left(trainer.step_count):
            return
        self.places.append(place_of(trainer))
        if len(self.places) > self._most:
            self._every *= 2
            self.places = self.places[::2]


@torch.no_grad()
def place_of(trainer: Trainer) -> Place:
    """Return where the networks of a run are now; nothing in it changes any more."""
    batches = trainer.batches
    epoch = float(batches.epoch)
    if batches.batch_size and batches.order is not None:
        epoch += min(batches.position / len(batches.x), 1.0) - 1.0
    vectors = [
        torch.nn.utils.parameters_to_vector(variant.net.parameters()).cpu().numpy()
        for variant in trainer.variants
    ]
    seconds = np.array([variant.seconds for variant in trainer.variants])
    return Place(trainer.step_count, epoch, seconds, np.stack(vectors))
