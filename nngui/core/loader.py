"""What a DataLoader did in each pass, for the views. It imports no torch by itself."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from nngui.core.passes import Passes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nngui.core.trainer import Trainer

KEPT = 100  # passes whose orders are handed to the view
CAUGHT_UP = 1000  # passes that are gone through again for their orders; beyond, the past is left


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
