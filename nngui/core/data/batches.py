"""The batches of a run, in the DataLoader's own order."""

from __future__ import annotations

import torch
from torch import Tensor


class Batches:
    """The batches that ``DataLoader(TensorDataset(x, y), batch_size, ...)`` would give.

    Bit for bit, but without fetching each point by itself: a permutation a pass, then slices.
    A batch size of 0 means all points at once, in their order, without a loader or a draw.

    Parameters
    ----------
    shuffle : bool
        Whether each pass has an order of its own, or the points come as they are.
    drop_last : bool
        Whether a last batch that is smaller than the others is left out.

    Attributes
    ----------
    order : Tensor or None
        The pass's permutation, shape (n,), int64; None before the first and without a loader.
    position : int
        How many points of the pass have been used.
    epoch : int
        Passes begun (with all at once, passes done).
    """

    def __init__(
        self,
        x: Tensor,
        y: Tensor,
        batch_size: int,
        *,
        shuffle: bool = True,
        drop_last: bool = False,
    ) -> None:
        self.x, self.y = x, y
        self.batch_size = batch_size
        self.shuffle, self.drop_last = shuffle, drop_last
        self.order: Tensor | None = None
        self.position = 0
        self.epoch = 0

    @property
    def steps_per_epoch(self) -> int:
        """How many batches a pass has; the last may be smaller."""
        return self._batches_of(len(self.x)) if self.batch_size else 1

    @property
    def left(self) -> int:
        """How many batches of the present pass are still to come; 0 without a loader."""
        if not self.batch_size or self.order is None:
            return 0
        return self._batches_of(max(len(self.x) - self.position, 0))

    def _batches_of(self, points: int) -> int:
        return points // self.batch_size if self.drop_last else -(-points // self.batch_size)

    @property
    def next_uses_random(self) -> bool:
        """Whether the next batch begins a pass, and so draws from the default generator."""
        return bool(self.batch_size) and not self.left

    @property
    def place(self) -> tuple[int, int]:
        """The pass and the batch in it that came last, from 0."""
        last = -(-self.position // self.batch_size) - 1 if self.batch_size else 0
        return self.epoch - 1, last

    @property
    def last(self) -> tuple[Tensor, Tensor]:
        """The batch that came last, once again."""
        if self.order is None or not self.batch_size:
            return self.x, self.y
        first = (self.position - 1) // self.batch_size * self.batch_size
        chosen = self.order[first : first + self.batch_size]
        return self.x[chosen], self.y[chosen]

    def next(self) -> tuple[Tensor, Tensor]:
        """Return the next batch; begins a new pass where the last one ended."""
        if not self.batch_size:
            self.epoch += 1
            return self.x, self.y
        if self.order is None or not self.left:
            self.begin()
        assert self.order is not None
        chosen = self.order[self.position : self.position + self.batch_size]
        self.position += self.batch_size
        return self.x[chosen], self.y[chosen]

    def begin(self, generator: torch.Generator | None = None) -> None:
        """Draw a new pass's order, from torch's default generator or another one."""
        order = loader_order(len(self.x), shuffle=self.shuffle, generator=generator)
        self.order = order.to(self.x.device)
        self.position = 0
        self.epoch += 1

    def left_with(self, points: int, batch_size: int) -> int:
        """Return how many points the present pass would go on with; 0: a new one would begin."""
        goes_on = points == len(self.x) and bool(batch_size) == bool(self.batch_size)
        return max(points - self.position, 0) if goes_on and self.order is not None else 0

    def change(self, x: Tensor, y: Tensor, batch_size: int) -> None:
        """Go on with other points or another batch size; other points begin a new pass."""
        if len(x) != len(self.x) or bool(batch_size) != bool(self.batch_size):
            self.order, self.position = None, 0
        self.x, self.y, self.batch_size = x, y, batch_size


def loader_order(
    n: int, *, shuffle: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    """Draw a pass's order of `n` points as a DataLoader does, by default from torch's generator.

    Source: torch.utils.data: the iterator first draws its workers' base seed, then RandomSampler
    a seed for a generator of its own; SequentialSampler draws nothing.
    """
    torch.empty((), dtype=torch.int64).random_(generator=generator)
    if not shuffle:
        return torch.arange(n)
    seed = int(torch.empty((), dtype=torch.int64).random_(generator=generator).item())
    return torch.randperm(n, generator=torch.Generator().manual_seed(seed))
