"""Which features a network goes by: how much worse it does when one of them is shuffled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from nngui.core.evaluation.metrics import R2, regression_scores
from nngui.core.forward import evaluating, forward_in_batches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor, nn

MAX_ROWS = 5000  # that are asked; of more, an even sample
REPEATS = 5
SEED = 0


@dataclass(frozen=True, slots=True)
class Importance:
    """How much the score falls when a feature is shuffled among the rows.

    Attributes
    ----------
    name : str
    mean, deviation : float
        Over the shuffles; a score is R², or the accuracy.
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
    """
    if len(x) > MAX_ROWS:
        chosen = torch.linspace(0, len(x) - 1, MAX_ROWS).long()
        x, y = x[chosen], y[chosen]
    generator = torch.Generator().manual_seed(SEED)
    with evaluating(net):
        whole = _score(forward_in_batches(net, x), y)
        found: list[Importance] = []
        for number, (name, place) in enumerate(features):
            falls = []
            for _ in range(REPEATS):
                if cancelled is not None and cancelled():
                    return _sorted(found)
                shuffled = x.clone()
                order = torch.randperm(len(x), generator=generator)
                shuffled[:, place] = x[order][:, place]
                falls.append(whole - _score(forward_in_batches(net, shuffled), y))
            values = torch.tensor(falls, dtype=torch.float64)
            found.append(Importance(name, float(values.mean()), float(values.std())))
            if progress is not None:
                progress((number + 1) / len(features))
    return _sorted(found)


def _sorted(found: list[Importance]) -> list[Importance]:
    return sorted(found, key=lambda one: -one.mean)


def _score(out: Tensor, y: Tensor) -> float:
    if y.is_floating_point():
        return regression_scores(y[:, 0], out[:, 0])[R2]
    return float((out.argmax(1) == y).float().mean())
