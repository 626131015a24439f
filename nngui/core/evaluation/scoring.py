"""What a run's network is worth on some rows, and a baseline that was fitted to the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.evaluation.baselines import (
    Baseline,
    classification_baselines,
    regression_baselines,
)
from nngui.core.evaluation.metrics import classification_scores, regression_scores
from nngui.core.evaluation.parts import own_units

if TYPE_CHECKING:
    from torch import Tensor

    from nngui.core.trainer import Trainer


def baselines_of(trainer: Trainer) -> list[Baseline]:
    """Return what one gets without the network, fitted to the rows that it is trained on."""
    x, y = (part.cpu() for part in trainer.state.train_data)
    classes = len(trainer.data.classes)
    return classification_baselines(x, y, classes) if classes else regression_baselines(x, y)


def scores_of(trainer: Trainer, y: Tensor, out: Tensor) -> dict[str, float]:
    """Return the scores of what was said of some rows; numbers are scored in their own units.

    Parameters
    ----------
    y : Tensor
        Targets as the network sees them: shape (n, 1), or class numbers, shape (n,).
    out : Tensor
        See `parts.outputs_of`.
    """
    if trainer.data.classes:
        return classification_scores(y, out)
    return regression_scores(own_units(trainer, y[:, 0]), own_units(trainer, out))
