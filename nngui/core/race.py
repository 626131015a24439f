"""What the views of a race are told: where its networks are, and how good they are by now."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nngui.core.data import Data
    from nngui.core.loss_surface import Landscape
    from nngui.core.snapshot import Floats
    from nngui.core.trainer import Trainer


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where the networks of a run were after a step.

    Attributes
    ----------
    step : int
    epoch : float
        Passes over the data by then, with parts of one.
    seconds : ndarray
        Shape (variants,): how long each of them has computed.
    vectors : ndarray
        Shape (variants, P), float32: their parameters.
    """

    step: int
    epoch: float
    seconds: Floats
    vectors: Floats


@dataclass(frozen=True, slots=True, eq=False)
class RaceView:
    """How a race stands.

    Attributes
    ----------
    names : tuple of str
        The racers: loss columns.
    out : tuple of bool
        Who has diverged and waits.
    losses : tuple of float
        Each one's loss on all training data (of many, on an even sample), not on one batch.
    steps_per_epoch : int
    places : tuple of Place
        The way so far, at equal distances; the last one is now.
    landscape : Landscape
        The loss as a function of the parameters; the same object as long as the data are the same.
    """

    names: tuple[str, ...]
    out: tuple[bool, ...]
    losses: tuple[float, ...]
    steps_per_epoch: int
    places: tuple[Place, ...]
    landscape: Landscape

    @property
    def leader(self) -> int:
        """The index of the racer with the smallest loss."""
        return int(np.argmin([_rank(loss) for loss in self.losses]))


class RaceLook:
    """Asks a Trainer how the race stands (see `look.Look`), and has it keep the way it takes."""

    def __init__(self) -> None:
        self._trainer: weakref.ref[Trainer] | None = None
        self._data: Data | None = None
        self._landscape: Landscape | None = None

    def __call__(self, trainer: Trainer) -> RaceView:
        """Return how the race stands now."""
        from nngui.core.loss_surface import Landscape  # torch: not before the window is there
        from nngui.core.trail import Trail, place_of

        known = self._trainer() if self._trainer is not None else None
        if known is not trainer or self._data is not trainer.data:
            self._trainer, self._data = weakref.ref(trainer), trainer.data
            first = trainer.variants[0].net
            self._landscape = Landscape(first, trainer.loss_func, *trainer.train_data)
        if trainer.trail is None:
            trainer.trail = Trail(trainer)
        landscape = self._landscape
        assert landscape is not None
        places = trainer.trail.places
        now = places[-1] if places[-1].step == trainer.step_count else place_of(trainer)
        return RaceView(
            names=tuple(variant.name for variant in trainer.variants),
            out=tuple(variant.out for variant in trainer.variants),
            losses=tuple(landscape.loss(variant.net) for variant in trainer.variants),
            steps_per_epoch=trainer.batches.steps_per_epoch,
            places=tuple(places) if now is places[-1] else (*places, now),
            landscape=landscape,
        )


def _rank(loss: float) -> float:
    return loss if np.isfinite(loss) else np.inf
