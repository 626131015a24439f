"""The training data, and the batches in the DataLoader's own order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from nngui.core.errors import DataError
from nngui.core.records.snapshot import TableView
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.data.table import Columns


@dataclass(frozen=True)
class Data:
    """Points to learn from.

    Attributes
    ----------
    x : Tensor
        Inputs, float32, shape (n, features); images: (n, channels, height, width).
    y : Tensor
        Targets: shape (n, 1), float32, to regress on; or shape (n,), int64, class numbers.
    features : tuple of str
        What the inputs are called, one name a column.
    target : str
        What the target is called.
    classes : tuple of str
        The classes' names; empty for regression.
    standardise : bool
        Whether the network sees the inputs (and regression targets) with mean 0 and standard
        deviation 1, while plots stay in the data's own units.
    held_out : tuple of Tensor, optional
        Inputs and targets of a test set that comes with the data; they are never trained on.
    columns : Columns, optional
        What the inputs are in a table of a person's own; a gap in `x` is NaN then.
    test : float
        The share of a table's rows that are kept for the test.
    rows : Tensor, optional
        Which row of the table each sample is, from 0, shape (n,), int64.
    """

    x: Tensor
    y: Tensor
    features: tuple[str, ...] = ("x",)
    target: str = "y"
    classes: tuple[str, ...] = ()
    standardise: bool = False
    held_out: tuple[Tensor, Tensor] | None = None
    columns: Columns | None = None
    test: float = 0.0
    rows: Tensor | None = None


@dataclass(frozen=True)
class Prepared:
    """Data as the network sees them.

    Attributes
    ----------
    train, held_out : tuple of Tensor
        Inputs and targets to train on, and those kept out of training (None without validation).
    x_mean, x_std, y_mean, y_std : Tensor
        What was subtracted and divided by; of a sample's shape, or one number for all pixels of
        images; and (1,).
    test : tuple of Tensor, optional
        A table's rows for the test, as the network would see them: nothing is chosen by them.
    fill : Tensor, optional
        What stands for a gap in a table, shape (features,), in the data's own units.
    parts : Tensor, optional
        To which part each row of a table belongs, shape (n,), int8 (see `tabular.TRAIN`).
    """

    train: tuple[Tensor, Tensor]
    held_out: tuple[Tensor, Tensor] | None
    x_mean: Tensor
    x_std: Tensor
    y_mean: Tensor
    y_std: Tensor
    test: tuple[Tensor, Tensor] | None = None
    fill: Tensor | None = None
    parts: Tensor | None = None

    def seen_inputs(self, x: Tensor) -> Tensor:
        """Return inputs in their own units as the network sees them."""
        return (self.filled(x) - self.x_mean) / self.x_std

    def filled(self, x: Tensor) -> Tensor:
        """Return inputs in their own units without gaps; the same tensor where there are none."""
        if self.fill is None or not bool(x.isnan().any()):
            return x
        return torch.where(x.isnan(), self.fill, x)

    def seen(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return inputs and targets in their own units as the network sees them."""
        return self.seen_inputs(x), (y - self.y_mean) / self.y_std if y.is_floating_point() else y


def check(data: Data) -> None:
    """Refuse data that nothing can be learned from.

    Raises
    ------
    DataError
        For no points, values that are not finite, a constant column or a single class.
    """
    if len(data.x) == 0:
        raise DataError(
            mark("core", "There are no points to learn from: click into the plot to place some.")
        )
    x = data.x if data.columns is None else torch.empty(0)  # in a table there may be gaps
    if not (torch.isfinite(x).all() and torch.isfinite(data.y.float()).all()):
        raise DataError(
            mark("core", "The data hold values that are not finite numbers: remove those rows.")
        )
    if data.x.ndim > 2 and bool((data.x == data.x[:1, :1, :1, :1]).all()):
        raise DataError(mark("core", "All images are of one even colour: there is nothing to see."))
    for column, name in enumerate(data.features):
        values = data.x[:, column]
        if data.x.ndim > 2 or data.columns is not None:
            break  # a pixel at the edge may well be the same in all images, a column in some rows
        if len(values) < 2 or bool((values == values[0]).all()):
            text = mark(
                "core", "All {n} points have the same {name}: place points at different places."
            )
            raise DataError(text, n=len(values), name=name)
    if data.classes and int(data.y.max()) >= len(data.classes):
        text = mark(
            "core", "A point is of class {name}, but the classes end at {last}: set more classes."
        )
        raise DataError(text, name=int(data.y.max()), last=len(data.classes) - 1)
    if data.classes and bool((data.y == data.y[0]).all()):
        text = mark(
            "core", "All points are of one class, {name}: two classes are needed to tell apart."
        )
        raise DataError(text, name=data.classes[int(data.y[0])])
    if data.standardise and not data.classes and bool((data.y == data.y[0]).all()):
        text = mark(
            "core", "All {n} points have the same {name}: place points at different places."
        )
        raise DataError(text, n=len(data.y), name=data.target)


def check_width(before: Data, data: Data) -> None:
    """Refuse data that a network, made for those before, cannot take.

    Raises
    ------
    DataError
        When they have other columns, outputs or classes.
    """
    widths = [(one.x.shape[1:], one.y.shape[1:], len(one.classes)) for one in (before, data)]
    if widths[0] != widths[1]:
        raise DataError(
            mark(
                "core",
                "These data do not fit the network: they have other columns or classes than "
                "those that it was made for. Press Reset to begin anew with them.",
            )
        )


def check_batch_size(batch_size: int, points: int, *, optional: bool = True) -> None:
    """Refuse batches larger than all there is to train on.

    Parameters
    ----------
    optional : bool
        Whether it can be done without batches too: then that is offered.

    Raises
    ------
    DataError
        Naming the batch size and the number of points.
    """
    if batch_size > points and not optional:
        text = mark(
            "core", "The batch size is {size}, but there are only {n} points: make it {n} or less."
        )
        raise DataError(text, size=batch_size, n=points)
    if batch_size > points:
        text = mark(
            "core",
            "The batch size is {size}, but there are only {n} points to train on: make it {n} or "
            "less, or 0 for all at once.",
        )
        raise DataError(text, size=batch_size, n=points)


def prepare(data: Data, validation: float) -> Prepared:
    """Split and standardise, in the order of the exported script.

    The split draws one permutation from torch's default generator, and only when it is on.
    Mean and standard deviation are those of the training part.

    Raises
    ------
    DataError
        When the split would leave too few points on either side.
    """
    if data.columns is not None:
        from nngui.core.data.table import prepare_table  # imports pandas

        return prepare_table(data, validation)
    x, y = data.x, data.y
    held_out = data.held_out
    if validation:
        held = int(len(x) * validation)
        if held < 1 or len(x) - held < 2:
            text = mark(
                "core",
                "{n} points are too few to keep {share} of them out: use more or turn it off.",
            )
            raise DataError(text, n=len(x), share=f"{validation:.0%}")
        order = torch.randperm(len(x))
        held_out = (x[order[:held]], y[order[:held]])
        x, y = x[order[held:]], y[order[held:]]
        check(replace(data, x=x, y=y))
    if not data.standardise:
        zeros, ones = torch.zeros(x.shape[1:]), torch.ones(x.shape[1:])
        return Prepared((x, y), held_out, zeros, ones, torch.zeros(1), torch.ones(1))
    x_mean, x_std = (x.mean(), x.std()) if x.ndim > 2 else (x.mean(0), x.std(0))
    y_mean, y_std = (torch.zeros(1), torch.ones(1)) if data.classes else (y.mean(0), y.std(0))

    raw = Prepared((x, y), held_out, x_mean, x_std, y_mean, y_std)
    return replace(raw, train=raw.seen(x, y), held_out=raw.seen(*held_out) if held_out else None)


def table_view(data: Data, prepared: Prepared) -> TableView | None:
    """Return what views know of the rows of a table; None of other data."""
    if data.columns is None:
        return None
    assert prepared.parts is not None
    assert prepared.fill is not None
    assert data.rows is not None
    x = prepared.filled(data.x)[prepared.parts == 0]
    return TableView(
        parts=prepared.parts.numpy(),
        rows=data.rows.numpy(),
        numbers=len(data.columns.numbers),
        mean=x.mean(0).numpy(),
        std=x.std(0).numpy(),
        fill=prepared.fill.numpy(),
    )


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
