"""What a DataLoader brought, as the views want it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nngui.core.arrays import Floats


@dataclass(frozen=True, slots=True, eq=False)
class LoaderHistory:
    """What the loader has brought so far.

    Attributes
    ----------
    x, y : ndarray
        The numbers there are, shape (n,), float32, in their own order.
    orders : tuple of ndarray
        The orders of the last passes, each of shape (n,), int64.
    first : int
        The pass that the first of them belongs to, from 0.
    batch_size : int
        Numbers in a batch.
    per_pass : int
        Batches in a pass.
    steps : int
        Batches brought in all.
    """

    x: Floats
    y: Floats
    orders: tuple[NDArray[np.int64], ...]
    first: int
    batch_size: int
    per_pass: int
    steps: int

    def place(self, step: int) -> tuple[int, int]:
        """Return the pass and the batch in it of a step; all three count from 0."""
        return divmod(step, self.per_pass)

    def chosen(self, step: int) -> NDArray[np.int64] | None:
        """Return which numbers a step brought, shape (size,); None where that is not known."""
        epoch, batch = self.place(step)
        if not self.first <= epoch < self.first + len(self.orders):
            return None
        start = batch * self.batch_size
        return self.orders[epoch - self.first][start : start + self.batch_size]


@dataclass(frozen=True, slots=True, eq=False)
class LastBatch:
    """The points that the newest step was taken from.

    Attributes
    ----------
    x, y : ndarray
        Shape (batch size,), float32; the last batch of a pass may be smaller.
    """

    x: Floats
    y: Floats
