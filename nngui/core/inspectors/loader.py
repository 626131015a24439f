"""What a DataLoader did in each pass, for the views. It imports no torch by itself."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from nngui.core.inspectors.loader_history import LastBatch, LoaderHistory

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.core.trainer import Trainer

KEPT = 100  # passes whose orders are handed to the view
CAUGHT_UP = 1000  # passes that are gone through again for their orders; beyond, the past is left


class LoaderInspector:
    """Asks a run for its passes; also those between two pictures, by going through them again."""

    def __init__(self) -> None:
        self._of: Trainer | None = None
        self._again: Trainer | None = None
        self._orders: deque[NDArray[np.int64]] = deque(maxlen=KEPT)

    def __call__(self, trainer: Trainer) -> LoaderHistory | LastBatch | None:
        """Return what has been brought; None without a loader.

        Where networks are trained, that is the newest batch alone.
        """
        batches = trainer.batches
        if not batches.batch_size or (trainer.variants and batches.order is None):
            return None
        if trainer.variants:
            x, y = (part.cpu().numpy().ravel() for part in batches.last)
            return LastBatch(x, y)
        if trainer is not self._of:
            self._of, self._again = trainer, None
            self._orders.clear()
        self._replay(trainer)
        x, y = (part.cpu().numpy().ravel() for part in trainer.state.train_data)
        return LoaderHistory(
            x,
            y,
            tuple(self._orders),
            batches.epoch - len(self._orders),
            batches.batch_size,
            batches.steps_per_epoch,
            trainer.step_count,
        )

    def _replay(self, trainer: Trainer) -> None:
        from nngui.core.trainer import Trainer
        from nngui.core.training.plain_loop import PlainLoop

        batches = trainer.batches
        if batches.order is None:
            return
        if self._again is None:
            self._again = Trainer(trainer.state.task, trainer.spec)
        again = self._again
        if batches.epoch < again.batches.epoch or batches.epoch > again.batches.epoch + CAUGHT_UP:
            self._orders.clear()
            self._orders.append(batches.order.cpu().numpy())
            return
        while again.batches.epoch < batches.epoch:
            PlainLoop(again.state).step()
            if again.batches.order is not None and again.batches.place[1] == 0:
                self._orders.append(again.batches.order.cpu().numpy())


def replay_batches(
    task: Task, spec: Spec, first: int, stop: int
) -> Iterator[tuple[int, tuple[int, int], list[float], list[float]]]:
    """Go through the batches again; yield the steps `first` to `stop`, from 1, with their numbers.

    Yields
    ------
    step : int
    place : (int, int)
        The pass, and the batch in it, from 0.
    x, y : list of float
    """
    from nngui.core.trainer import Trainer
    from nngui.core.training.plain_loop import PlainLoop

    again = Trainer(task, spec)
    loop = PlainLoop(again.state)  # it takes steps beyond the end, too
    while again.step_count < stop:
        loop.step()
        if again.step_count >= first:
            x, y = again.batches.last
            yield again.step_count, again.batches.place, x.flatten().tolist(), y.flatten().tolist()
