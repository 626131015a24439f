"""What predictions are worth; what is not defined is NaN.

The curves are torchmetrics'. Scores are taken here: it takes two seconds and 70 MB to import, and
at the end of every run they are wanted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from nngui.core.text import mark

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from nngui.core.arrays import Floats

BINS = 10  # of the calibration
MAX_PLACES = 500  # of a ROC curve that is drawn
THRESHOLDS = 1000  # steps from 0 to 1 in which a threshold can be chosen

R2, MAE, RMSE = mark("core", "R²"), mark("core", "MAE"), mark("core", "RMSE")
ACCURACY, MACRO_F1 = mark("core", "Accuracy"), mark("core", "Macro F1")
BALANCED, LOG_LOSS = mark("core", "Balanced accuracy"), mark("core", "Log loss")
AUC = mark("core", "AUC")
HIGHER = frozenset({R2, ACCURACY, BALANCED, MACRO_F1, AUC})
"""The scores of which more is better."""


@dataclass(frozen=True, slots=True, eq=False)
class ClassScores:
    """How each class is told, and how sure.

    Attributes
    ----------
    confusion : ndarray
        Shape (classes, classes), int64: how many rows of each true class (row) were said to be of
        each class (column).
    precision, recall, f1 : ndarray
        Shape (classes,); NaN where a class is never said, or never there.
    roc : ndarray or None
        Of two classes, shape (places, 3): the share of the first class taken for the second, the
        share of the second that is found, and the threshold; from (0, 0) to (1, 1).
    calibration : ndarray or None
        Of two classes, shape (bins, 3): the mean probability said of the second class, the share
        that is of it, and how many rows there are; only bins with rows.
    """

    confusion: NDArray[np.int64]
    precision: Floats
    recall: Floats
    f1: Floats
    roc: Floats | None = None
    calibration: Floats | None = None
    above: NDArray[np.int64] | None = None

    def at(self, threshold: float) -> NDArray[np.int64]:
        """Return the confusion of two classes, where the second is said above a threshold.

        At 0.5 it is `confusion`: of two that are as likely the first is said.
        """
        assert self.above is not None
        said = self.above[round(threshold * THRESHOLDS)]
        found = self.confusion.copy()
        found[:, 1] = said
        found[:, 0] = self.confusion.sum(1) - said
        return found


def precision_and_recall(confusion: NDArray[np.int64]) -> tuple[float, float]:
    """Return how many that were said of the second class are, and how many that are were said.

    NaN where none was said, or there is none.
    """
    right, said, there = confusion[1, 1], confusion[:, 1].sum(), confusion[1].sum()
    return (
        float(right / said) if said else math.nan,
        float(right / there) if there else math.nan,
    )


def regression_scores(true: Tensor, predicted: Tensor) -> dict[str, float]:
    """Return R², the mean absolute error and the root mean squared error.

    Parameters
    ----------
    true, predicted : Tensor
        Shape (n,), in the target's own units.
    """
    true, predicted = true.double(), predicted.double()
    if not len(true) or not bool(predicted.isfinite().all()):
        return dict.fromkeys((R2, MAE, RMSE), math.nan)
    missed = predicted - true
    return {
        R2: r_squared(true, predicted),
        MAE: float(missed.abs().mean()),
        RMSE: float(missed.square().mean().sqrt()),
    }


def r_squared(true: Tensor, predicted: Tensor) -> float:
    """Return the coefficient of determination; NaN where the target is the same everywhere.

    Parameters
    ----------
    true, predicted : Tensor
        Shape (n,), float64; all finite.

    Notes
    -----
    torchmetrics takes small sums of squares for none: of a target of 1e-11 it is 1, whatever is
    predicted. So all is divided by the target's own width first, and the sums taken here.
    """
    width = float(true.max() - true.min()) if len(true) else 0.0
    if not width:  # else rounding alone would make a score
        return math.nan
    missed = ((true - predicted) / width).square().sum()
    spread = ((true - true.mean()) / width).square().sum()
    return float(1 - missed / spread)


def classification_scores(true: Tensor, chances: Tensor) -> dict[str, float]:
    """Return accuracy, balanced accuracy, mean F1, log loss, and of two classes the AUC.

    The balanced accuracy is the mean recall of the classes that are there: of one that is found by
    nobody it tells where the accuracy does not. The mean F1 is that of the classes that are there
    or are said.

    Parameters
    ----------
    true : Tensor
        Class numbers, shape (n,).
    chances : Tensor
        Probabilities, shape (n, classes).
    """
    classes = chances.shape[1]
    names = (ACCURACY, BALANCED, MACRO_F1, LOG_LOSS, AUC)[: 5 if classes == 2 else 4]
    if not len(true) or not bool(chances.isfinite().all()):
        return dict.fromkeys(names, math.nan)
    said = chances.argmax(1)
    rows, told = (values.bincount(minlength=classes).double() for values in (true, said))
    right = true[said == true].bincount(minlength=classes).double()
    least = torch.finfo(chances.dtype).eps  # what a probability of 0 counts as, as in scikit-learn
    own = chances.double().gather(1, true.unsqueeze(1)).clamp(least, 1 - least)
    found = {
        ACCURACY: float(right.sum() / len(true)),
        BALANCED: float((right / rows)[rows > 0].mean()),
        MACRO_F1: float((2 * right / (rows + told))[rows + told > 0].mean()),
        LOG_LOSS: float(-own.log().mean()),
    }
    if classes == 2:
        found[AUC] = area_under_roc(true, chances[:, 1])
    return found


def area_under_roc(true: Tensor, chances: Tensor) -> float:
    """Return how often a row of the second class is given more than one of the first, of all pairs.

    Of equal ones half counts. NaN where only one of the classes is there.

    Parameters
    ----------
    true, chances : Tensor
        Class numbers, 0 or 1, and what is said of the second class, shapes (n,).

    Notes
    -----
    By the sum of ranks: H. B. Mann, D. R. Whitney, Annals of Mathematical Statistics 18 (1947).
    """
    second = int(true.sum())
    first = len(true) - second
    if not first or not second:
        return math.nan
    _, place, counts = torch.unique(chances, return_inverse=True, return_counts=True)
    ranks = counts.cumsum(0).double() - (counts - 1) / 2  # equal ones share theirs
    own = ranks[place[true == 1]].sum() - second * (second + 1) / 2
    return float(own / first / second)


def class_scores(true: Tensor, chances: Tensor) -> ClassScores | None:
    """Return how each class is told; None where nothing can be said of it.

    Parameters
    ----------
    true, chances : Tensor
        See `classification_scores`.
    """
    from torchmetrics.functional import classification as metrics

    classes = chances.shape[1]
    if not len(true) or not bool(chances.isfinite().all()):
        return None
    said = chances.argmax(1)
    counts = metrics.multiclass_confusion_matrix(said, true, classes)
    right = counts.diagonal().double()
    # torchmetrics says 0 where nothing was said, or there was nothing to find: that is no score.
    precision, recall = right / counts.sum(0), right / counts.sum(1)
    f1 = 2 * right / (counts.sum(0) + counts.sum(1))
    arrays = (counts.numpy(), precision.numpy(), recall.numpy(), f1.numpy())
    above = _above(true, chances[:, 1]) if classes == 2 else None
    if classes != 2 or not 0 < int(true.sum()) < len(true):
        return ClassScores(*arrays, above=above)
    wrong, found, at = metrics.binary_roc(chances[:, 1], true)
    roc = torch.stack((wrong, found, at), 1)
    if len(roc) > MAX_PLACES:
        roc = roc[torch.linspace(0, len(roc) - 1, MAX_PLACES).long()]
    calibration = _calibration(true, chances[:, 1]).numpy()
    return ClassScores(*arrays, roc.numpy(), calibration, above)


def _calibration(true: Tensor, chances: Tensor) -> Tensor:
    """Return mean probability, share and count of each bin."""
    place = (chances * BINS).long().clamp(max=BINS - 1)
    count = place.bincount(minlength=BINS).double()
    said = place.bincount(chances.double(), minlength=BINS) / count
    share = place.bincount(true.double(), minlength=BINS) / count
    return torch.stack((said, share, count), 1)


def _above(true: Tensor, chances: Tensor) -> NDArray[np.int64]:
    """Return how many of each class have a probability above each threshold."""
    places = torch.arange(THRESHOLDS + 1, dtype=torch.float64) / THRESHOLDS
    each = []
    for number in range(2):
        values = chances[true == number].double().sort().values
        each.append(len(values) - torch.searchsorted(values, places, right=True))
    found: NDArray[np.int64] = torch.stack(each, 1).numpy()
    return found
