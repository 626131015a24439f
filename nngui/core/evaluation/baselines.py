"""What one gets without a network: fitted on the training rows alone, and without a random draw.

A network that is no better than these has learned nothing that is worth its trouble.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

MEAN = mark("core", "Mean")
MOST_FREQUENT = mark("core", "Most frequent class")
LINEAR = mark("core", "Linear model")
MAX_ROWS = 50_000  # that a linear classifier is fitted to; of more, an even sample
ROUNDS = 100  # of LBFGS at most


@dataclass(frozen=True)
class Baseline:
    """Something simple to compare with.

    Attributes
    ----------
    name : str
        Marked for translation.
    predict : callable of Tensor
        Given inputs as the network sees them, shape (n, inputs), returns values of shape (n,) as
        the network gives them; or probabilities, shape (n, classes).
    """

    name: str
    predict: Callable[[Tensor], Tensor]


def regression_baselines(x: Tensor, y: Tensor) -> list[Baseline]:
    """Return the mean, and the linear model with the least squares.

    Parameters
    ----------
    x, y : Tensor
        The training rows as the network sees them, shapes (n, inputs) and (n, 1).
    """
    mean = float(y.double().mean())
    x_mean, x_std = _scale(x)
    inputs = (x.double() - x_mean) / x_std
    # By the normal equations, so that a million rows take no memory; of columns that follow from
    # others the smallest weights.
    gram, target = inputs.T @ inputs, inputs.T @ (y.double() - mean)
    weights = torch.linalg.lstsq(gram, target, driver="gelsd").solution[:, 0]
    return [
        Baseline(MEAN, lambda x: torch.full((len(x),), mean, dtype=torch.float64)),
        Baseline(LINEAR, lambda x: (x.double() - x_mean) / x_std @ weights + mean),
    ]


def classification_baselines(x: Tensor, y: Tensor, classes: int) -> list[Baseline]:
    """Return the classes' shares, and the logistic regression.

    Parameters
    ----------
    x, y : Tensor
        The training rows as the network sees them, shapes (n, inputs) and (n,).

    Notes
    -----
    The penalty is that of scikit-learn's default: half the squared weights, beside the sum of the
    losses; none on the constants. Of two classes it has one vector of weights, where there are two
    here, each of half its length and against the other: so their squares count twice.
    """
    shares = y.bincount(minlength=classes).double() / len(y)
    weights = _logistic(x, y, classes)
    return [
        Baseline(MOST_FREQUENT, lambda x: shares.expand(len(x), classes)),
        Baseline(LINEAR, lambda x: (_with_one(x) @ weights).softmax(1)),
    ]


def _logistic(x: Tensor, y: Tensor, classes: int) -> Tensor:
    if len(x) > MAX_ROWS:
        chosen = torch.linspace(0, len(x) - 1, MAX_ROWS).long()
        x, y = x[chosen], y[chosen]
    mean, std = _scale(x)
    inputs = torch.cat(((x.double() - mean) / std, torch.ones(len(x), 1, dtype=torch.float64)), 1)
    weights = torch.zeros(inputs.shape[1], classes, dtype=torch.float64, requires_grad=True)
    penalty = 1.0 if classes == 2 else 0.5
    rule = torch.optim.LBFGS(
        [weights], max_iter=ROUNDS, tolerance_grad=1e-6, line_search_fn="strong_wolfe"
    )

    def loss() -> Tensor:
        rule.zero_grad()
        misses = torch.nn.functional.cross_entropy(inputs @ weights, y, reduction="sum")
        value = (misses + penalty * weights[:-1].square().sum()) / len(x)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    with torch.enable_grad():
        rule.step(loss)  # type: ignore[no-untyped-call]
    found = weights.detach().clone()
    found[:-1] /= std.unsqueeze(1)  # for the inputs as they come
    found[-1] -= mean @ found[:-1]
    return found


def _scale(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and deviation of each column, 1 for one that is the same everywhere."""
    mean, std = x.double().mean(0), x.double().std(0, correction=0)
    std[~(std > 0)] = 1
    return mean, std


def _with_one(x: Tensor) -> Tensor:
    return torch.cat((x.double(), torch.ones(len(x), 1, dtype=torch.float64)), 1)
