"""What a run's network is worth on some rows, and a baseline that was fitted to the same rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nngui.core.evaluation.baselines import (
    Baseline,
    classification_baselines,
    regression_baselines,
)
from nngui.core.evaluation.metrics import (
    ACCURACY,
    AUC,
    BALANCED,
    MAE,
    R2,
    RMSE,
    classification_scores,
    regression_scores,
)
from nngui.core.evaluation.parts import TEST, VALIDATION, outputs_of, own_units, parts_of

if TYPE_CHECKING:
    from torch import Tensor

    from nngui.core.trainer import Trainer

PART_KEYS = {VALIDATION: "val", TEST: "test"}
SCORE_KEYS = {
    R2: "r2",
    RMSE: "rmse",
    MAE: "mae",
    ACCURACY: "accuracy",
    BALANCED: "balanced_accuracy",
    AUC: "auc",
}
"""What the scores are called in a `RunRecord`."""


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


def recorded_scores(trainer: Trainer) -> dict[str, float]:
    """Return what is remembered of a run: its scores on rows that it was not trained on.

    Returns
    -------
    dict of str to float
        By the names in `run_record.SCORES`; none for images, several networks or no rows kept back.
    """
    if len(trainer.variants) != 1 or trainer.data.x.ndim > 2:
        return {}
    found: dict[str, float] = {}
    for part, (x, y) in parts_of(trainer).items():
        if part in PART_KEYS:
            scores = scores_of(trainer, y, outputs_of(trainer, x))
            names = [score for score in SCORE_KEYS if score in scores]
            found |= {f"{PART_KEYS[part]}_{SCORE_KEYS[name]}": scores[name] for name in names}
    return {name: value for name, value in found.items() if math.isfinite(value)}
