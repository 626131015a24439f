"""Which features a network goes by: how much more it misses when one of them is shuffled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from nngui.core.forward import evaluating, forward_in_batches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor, nn

MAX_ROWS = 5000  # that are asked; of more, an even sample
REPEATS = 5
SEED = 0


@dataclass(frozen=True, slots=True)
class Importance:
    """How much the loss rises when a feature is shuffled among the rows.

    Attributes
    ----------
    name : str
    mean, deviation : float
        Over the shuffles; of classes the cross entropy rises, of numbers the mean squared error,
        as a share of the target's variance: by so much R² falls.
    """

    name: str
    mean: float
    deviation: float


def permutation_importance(
    net: nn.Module,
    x: Tensor,
    y: Tensor,
    features: Sequence[tuple[str, slice]],
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[Importance]:
    """Return the importance of each feature, the largest first.

    Parameters
    ----------
    net : nn.Module
        Nobody else's; it is asked in evaluation mode.
    x, y : Tensor
        Rows that it was not trained on, as it sees them.
    features : sequence of (str, slice)
        Each feature, and the inputs that it takes: those of a category are shuffled together.
    cancelled : callable, optional
        Returns whether to give up; then what there is by then is returned.

    Notes
    -----
    L. Breiman: "Random Forests", Machine Learning 45 (2001); the shuffles come from a generator of
    their own, so that no run is changed by it. Of features that tell the same each may look
    unimportant: the network has the other one.

    The loss says more than the accuracy, which does not notice that a network is less sure, and of
    few rows is better here and there by chance when a feature that counts is shuffled.
    """
    if len(x) > MAX_ROWS:
        chosen = torch.linspace(0, len(x) - 1, MAX_ROWS).long()
        x, y = x[chosen], y[chosen]
    generator = torch.Generator().manual_seed(SEED)
    with evaluating(net):
        whole = _loss(forward_in_batches(net, x), y)
        found: list[Importance] = []
        for number, (name, place) in enumerate(features):
            rises = []
            for _ in range(REPEATS):
                if cancelled is not None and cancelled():
                    return _sorted(found)
                shuffled = x.clone()
                order = torch.randperm(len(x), generator=generator)
                shuffled[:, place] = x[order][:, place]
                rises.append(_loss(forward_in_batches(net, shuffled), y) - whole)
            values = torch.tensor(rises, dtype=torch.float64)
            found.append(Importance(name, float(values.mean()), float(values.std())))
            if progress is not None:
                progress((number + 1) / len(features))
    return _sorted(found)


def _sorted(found: list[Importance]) -> list[Importance]:
    return sorted(found, key=lambda one: -one.mean)


def _loss(out: Tensor, y: Tensor) -> float:
    """Return the cross entropy, or the share of the target's variance that is not explained."""
    if not y.is_floating_point():
        return float(torch.nn.functional.cross_entropy(out.double(), y))
    missed = (out[:, 0].double() - y[:, 0].double()).square().mean()
    return float(missed / y[:, 0].double().var(correction=0))
