"""What a DataLoader did in each pass, for the views. It imports no torch by itself."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nngui.core.snapshot import Floats
    from nngui.core.trainer import Trainer

KEPT = 100  # passes whose orders are handed to the view
CAUGHT_UP = 1000  # passes that are gone through again for their orders; beyond, the past is left


@dataclass(frozen=True, slots=True, eq=False)
class Passes:
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


class PassesLook:
    """Asks a run for its passes; also those between two pictures, by going through them again."""

    def __init__(self) -> None:
        self._of: Trainer | None = None
        self._again: Trainer | None = None
        self._orders: deque[NDArray[np.int64]] = deque(maxlen=KEPT)

    def __call__(self, trainer: Trainer) -> Passes | None:
        """Return what has been brought; None without a loader."""
        batches = trainer.batches
        if not batches.batch_size or trainer.variants:
            return None
        if trainer is not self._of:
            self._of, self._again = trainer, None
            self._orders.clear()
        self._catch_up(trainer)
        x, y = (part.cpu().numpy().ravel() for part in trainer.train_data)
        return Passes(
            x,
            y,
            tuple(self._orders),
            batches.epoch - len(self._orders),
            batches.batch_size,
            batches.steps_per_epoch,
            trainer.step_count,
        )

    def _catch_up(self, trainer: Trainer) -> None:
        from nngui.core.trainer import Trainer

        batches = trainer.batches
        if batches.order is None:
            return
        if self._again is None:
            self._again = Trainer(trainer.task, trainer.spec)
        again = self._again
        if batches.epoch < again.batches.epoch or batches.epoch > again.batches.epoch + CAUGHT_UP:
            self._orders.clear()
            self._orders.append(batches.order.cpu().numpy())
            return
        while again.batches.epoch < batches.epoch:
            again.step()
            if again.batches.order is not None and again.batches.place[1] == 0:
                self._orders.append(again.batches.order.cpu().numpy())
