"""What networks are worth on the points kept out of training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.forward import evaluating, forward_in_batches
from nngui.core.training.losses import accuracy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor, nn

    from nngui.core.training.variant import Variant


def validate(
    variants: Sequence[Variant], x: Tensor, y: Tensor, loss_func: nn.Module, *, classes: bool
) -> tuple[list[float], list[float]]:
    """Return the loss of each variant, and for classes its accuracy.

    Parameters
    ----------
    x, y : Tensor
        Inputs and targets, as the networks see them.
    """
    losses, accuracies = [], []
    for variant in variants:
        with evaluating(variant.net):
            prediction = forward_in_batches(variant.net, x)
            losses.append(loss_func(prediction, y).item())
        if classes:
            accuracies.append(accuracy(prediction, y))
    return losses, accuracies


def note_best(
    variants: Sequence[Variant], losses: Sequence[float], epoch: int, step: int, *, keeps: bool
) -> None:
    """Note the validation losses of an epoch; those that have diverged gain no more.

    Parameters
    ----------
    keeps : bool
        Whether the best weights are kept too.
    """
    for variant, loss in zip(variants, losses, strict=True):
        if not variant.diverged:
            variant.best.note(loss, epoch, step, variant.net if keeps else None)


def last_gain(variants: Sequence[Variant]) -> int:
    """Return the epoch in which a validation loss was smallest, the last of several's."""
    return max((v.best.epoch for v in variants if not v.diverged), default=0)
