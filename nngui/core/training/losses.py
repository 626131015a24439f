"""The loss that a run makes smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import nn

from nngui.core.spec.torch_names import LOSSES

if TYPE_CHECKING:
    from torch import Tensor

    from nngui.core.spec import Spec


def make_loss(spec: Spec, y: Tensor, classes: int) -> nn.Module:
    """Return the loss of a run, on its targets' device.

    Parameters
    ----------
    y : Tensor
        The targets to train on (see `Data.y`).
    classes : int
        How many classes there are; 0 for regression.
    """
    loss: type[nn.Module] = getattr(nn, LOSSES[spec.loss])
    options: dict[str, Any] = {}
    if spec.balances_classes:
        options["weight"] = balanced_weights(y, classes)
    if spec.smoothing:
        options["label_smoothing"] = spec.smoothing
    return loss(**options)


def accuracy(prediction: Tensor, y: Tensor) -> float:
    """Return the share of samples whose class has the largest output.

    Parameters
    ----------
    prediction, y : Tensor
        Shape (n, classes), and the class numbers, (n,).
    """
    return float((prediction.argmax(1) == y).sum()) / len(y)


def balanced_weights(y: Tensor, classes: int) -> Tensor:
    """Return what a point of each class counts, so that all classes count alike.

    The mean over all points is 1. Source: G. King, L. Zeng: "Logistic Regression in Rare Events
    Data", Political Analysis 9 (2001), as scikit-learn's ``class_weight="balanced"`` has it.

    Parameters
    ----------
    y : Tensor
        Class numbers, shape (n,), int64.

    Returns
    -------
    Tensor
        Shape (classes,), float32. The exported script has the same line.
    """
    counts = y.bincount(minlength=classes)
    return len(y) / (classes * counts.clamp(min=1))
