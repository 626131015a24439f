"""The parts of a table's rows, and what a run's network says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.forward import evaluating, forward_in_batches
from nngui.core.text import mark

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from nngui.core.trainer import Trainer

TRAINING = mark("core", "Training")
VALIDATION = mark("core", "Validation")
TEST = mark("core", "Test")
PARTS = (TRAINING, VALIDATION, TEST)  # as `Prepared.parts` counts them


def parts_of(trainer: Trainer) -> dict[str, tuple[Tensor, Tensor]]:
    """Return inputs and targets of each part that there is, as the network sees them."""
    prepared = trainer.state.prepared
    found = (prepared.train, prepared.held_out, prepared.test)
    return {name: part for name, part in zip(PARTS, found, strict=True) if part is not None}


def outputs_of(trainer: Trainer, x: Tensor) -> Tensor:
    """Return values of shape (n,) as the network gives them, or probabilities."""
    net = trainer.variants[0].net
    with evaluating(net):
        out = forward_in_batches(net, x.to(trainer.state.device)).cpu()
    return out.softmax(1) if trainer.data.classes else out[:, 0]


def own_units(trainer: Trainer, values: Tensor) -> Tensor:
    """Return targets, or predictions of them, in the target's own units, float64."""
    p = trainer.state.prepared
    return values.double() * p.y_std.double() + p.y_mean.double()


def table_rows(trainer: Trainer, part: str) -> NDArray[np.int64]:
    """Return which rows of the table a part has, in its order."""
    prepared, rows = trainer.state.prepared, trainer.data.rows
    assert prepared.parts is not None
    assert rows is not None
    result: NDArray[np.int64] = rows[prepared.parts == PARTS.index(part)].numpy()
    return result
