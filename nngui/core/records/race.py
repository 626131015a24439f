"""How a race stands, and where its networks have been: records for the views. No torch here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nngui.core.arrays import Floats


@dataclass(frozen=True, slots=True, eq=False)
class TrajectoryPoint:
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
    places : tuple of TrajectoryPoint
        The way so far, at equal distances; the last one is now.
    landscape : Landscape
        The loss as a function of the parameters (`core.surface.loss_surface`; of no use without
        torch); the same object as long as the data are the same.
    """

    names: tuple[str, ...]
    out: tuple[bool, ...]
    losses: tuple[float, ...]
    steps_per_epoch: int
    places: tuple[TrajectoryPoint, ...]
    landscape: object

    @property
    def leader(self) -> int:
        """The index of the racer with the smallest loss."""
        return int(np.argmin([_finite_or_last(loss) for loss in self.losses]))


def _finite_or_last(loss: float) -> float:
    return loss if np.isfinite(loss) else np.inf
