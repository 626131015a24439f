"""The training data: as they are, as the network sees them, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from nngui.core.errors import DataError
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.data.columns import Columns
    from nngui.core.data.pictures import PictureFit
    from nngui.core.data.report import DataReport, LeftOut
    from nngui.core.errors import NnguiError


@dataclass(frozen=True)
class Data:
    """Points to learn from.

    Attributes
    ----------
    x : Tensor
        Inputs, float32, shape (n, features); images: (n, channels, height, width). Those of a
        table are float64: they become float32 when they are standardised.
    y : Tensor
        Targets: shape (n, 1), float32 (of a table float64), to regress on; or shape (n,), int64,
        class numbers.
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
        What the inputs are in a table of a user's own; a gap in `x` is NaN then.
    test : float
        The share of a table's rows that are kept for the test.
    rows : Tensor, optional
        Which row of the table each sample is, from 0, shape (n,), int64.
    report : DataReport, optional
        What was left out, filled and noticed, of data that come from a file.
    pictures : PictureFit, optional
        How the images were made of files.
    notes : tuple of NnguiError
        What is to be said of how the data were read, a sentence each.
    left_out : tuple of LeftOut
        The files of images that could not be used.
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
    report: DataReport | None = None
    pictures: PictureFit | None = None
    notes: tuple[NnguiError, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


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
        To which part each row belongs, shape (n,), int8 (see `columns.TRAIN`); None: all that
        are in the data are to train on.
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

    @property
    def is_float64(self) -> bool:
        """Whether the data are prepared in float64, as a table's are."""
        return self.x_mean.dtype == torch.float64

    def seen_inputs(self, x: Tensor) -> Tensor:
        """Return inputs in their own units as the network sees them, float32."""
        return ((self.filled(x) - self.x_mean) / self.x_std).float()

    def filled(self, x: Tensor) -> Tensor:
        """Return inputs in their own units without gaps; the same tensor where there are none."""
        if self.fill is None or not bool(x.isnan().any()):
            return x
        return torch.where(x.isnan(), self.fill, x)

    def seen(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return inputs and targets in their own units as the network sees them."""
        if y.is_floating_point():
            y = ((y - self.y_mean) / self.y_std).float()
        return self.seen_inputs(x), y


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
