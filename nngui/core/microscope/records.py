"""What the step microscope shows: records for the views. They know no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nngui.core.arrays import Floats
    from nngui.core.microscope.update_rules import Line

PARAMETERS: tuple[str, str] = ("w", "b")


@dataclass(frozen=True, slots=True, eq=False)
class Detail:
    """What one optimizer did in a step.

    Attributes
    ----------
    gradient : ndarray
        Shape (2,): of the batch's loss, by w and b.
    lines : tuple of tuple of Line
        The rule with its numbers, for w and for b.
    off : float
        How far the rule's results lie from what torch has, relative to them: rounding, no more.
    """

    gradient: Floats
    lines: tuple[tuple[Line, ...], tuple[Line, ...]]
    off: float


@dataclass(frozen=True, slots=True, eq=False)
class Micro:
    """Where the optimizers are after a step, and how they came there.

    Attributes
    ----------
    step : int
        0 before the first.
    x, y : ndarray
        Shape (n,): all points.
    batch : ndarray
        Shape (k,), int64: which of them the step saw; empty before the first.
    paths : mapping of str to ndarray
        By optimizer, shape (step + 1, 2): w and b, from the start on.
    losses : mapping of str to float
        By optimizer: the loss on all points.
    details : mapping of str to Detail
        By optimizer: its last step; none before the first, and of one that has left for good.
    """

    step: int
    x: Floats
    y: Floats
    batch: NDArray[np.int64]
    paths: Mapping[str, Floats]
    losses: Mapping[str, float]
    details: Mapping[str, Detail]


def loss_at(x: Floats, y: Floats, w: Floats, b: Floats) -> Floats:
    """Return the mean squared error of the line w·x + b on points, for every w and b given.

    Parameters
    ----------
    x, y : ndarray
        Shape (n,): the points.
    w, b : ndarray
        Of shapes that go together; the result has theirs.
    """
    x, y = x.astype(np.float64), y.astype(np.float64)
    xx, yy, xy, mx, my = (x * x).mean(), (y * y).mean(), (x * y).mean(), x.mean(), y.mean()
    result: Floats = np.maximum(w * w * xx + b * b + yy + 2 * (w * b * mx - w * xy - b * my), 0.0)
    return result
