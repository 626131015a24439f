"""Frozen numpy records that cross from the worker to the views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nngui.core.arrays import Floats
    from nngui.core.errors import NnguiError


@dataclass(frozen=True, slots=True, eq=False)
class TableView:
    """What is known of the rows of a table, beside their values.

    Attributes
    ----------
    rows : ndarray
        Which row of the table each is, from 0, shape (n,), int64.
    numbers : int
        How many of the inputs are numbers; they are the first.
    mean, std, fill : ndarray
        Shape (features,): of the training rows; and what stands for a gap.
    """

    rows: NDArray[np.int64]
    numbers: int
    mean: Floats
    std: Floats
    fill: Floats


@dataclass(frozen=True, slots=True)
class ImagesView:
    """What is known of a run's images, beside themselves.

    Attributes
    ----------
    training, test : tuple of int
        How many there are of each class.
    mean, std : float
        What is subtracted from pixels between 0 and 1, and what they are divided by then.
    left_out : tuple of str
        The names of files that could not be used.
    notes : tuple of NnguiError
        What is to be said of how they were read.
    """

    training: tuple[int, ...]
    test: tuple[int, ...]
    mean: float
    std: float
    left_out: tuple[str, ...] = ()
    notes: tuple[NnguiError, ...] = ()


@dataclass(frozen=True, slots=True)
class DataView:
    """The data of a run, in their own units.

    Attributes
    ----------
    x : ndarray
        Shape (n, features), float32.
    y : ndarray
        Shape (n,): float32 targets, or int64 class numbers.
    features, target, classes
        Names; `classes` is empty for regression.
    table : TableView or None
        Of data from a table; gaps in `x` are filled then.
    images : ImagesView or None
        Of images.
    parts : ndarray or None
        Shape (n,), int8: 0 to train on, 1 for validation, 2 for the test; None: all to train on.
    """

    x: Floats
    y: NDArray[np.generic]
    features: tuple[str, ...]
    target: str
    classes: tuple[str, ...]
    table: TableView | None = None
    images: ImagesView | None = None
    parts: NDArray[np.int8] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """What another network, which does not train, says of the same data.

    Attributes
    ----------
    name : str
        What it is called.
    loss : float
        Its loss on the training data.
    predictions : ndarray
        As those in `Snapshot`, at the places of the same probe.
    """

    name: str
    loss: float
    predictions: Floats


class BestPlace(NamedTuple):
    """Where a network's validation loss was smallest: step and epoch, 0 before the first."""

    step: int
    epoch: int
    loss: float


@dataclass(frozen=True, slots=True, eq=False)
class RatePlan:
    """Which learning rates are to come.

    Attributes
    ----------
    steps : ndarray
        Shape (n,): the steps, from 1; the first of them is the next one.
    rates : ndarray
        Shape (variants, n).
    """

    steps: Floats
    rates: Floats


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How a run stands after a step.

    Attributes
    ----------
    run_id : int
        Whose it is; views drop those of older runs.
    step, total_steps, epoch : int
        Steps done, steps in all, passes begun.
    losses : dict
        The last row, by column name; empty before the first step.
    probe_id : int
        Which probe the predictions answer.
    predictions : tuple of ndarray
        A variant each, shape (m, outputs), at the m places of the probe: values in the data's
        own units, or the classes' probabilities. Empty without a probe.
    best : tuple of BestPlace
        A variant each, where the run stops early or keeps the best weights; else empty.
    plan : RatePlan or None
        The learning rates to come, where they change on the way.
    reference : Reference or None
        A network to compare with; the same object as long as it says the same.
    inspector, inspection : object
        The view's own question to the trainer, and its answer (see `Inspector`); None without one.
    is_past : bool
        It shows the run as it was then, taken again; the run itself may have gone on.
    is_exact : bool
        To the last bit: False where the losses of the steps taken again were others.
    """

    run_id: int
    step: int
    total_steps: int
    epoch: int
    losses: dict[str, float]
    probe_id: int
    predictions: tuple[Floats, ...]
    best: tuple[BestPlace, ...] = ()
    plan: RatePlan | None = None
    reference: Reference | None = None
    inspector: object = None
    inspection: object = None
    is_past: bool = False
    is_exact: bool = True
