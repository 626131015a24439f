"""The networks of a run as plain values and tensors, and back."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from nngui.core.training import optimizers
from nngui.core.training.best import Best

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from nngui.core.training.variant import Variant


def captured(variants: Sequence[Variant], *, copied: bool = True) -> dict[str, Any]:
    """Return all that is to be known of networks and their optimizers: a list each.

    Parameters
    ----------
    copied : bool
        Nothing of it changes any more; else it does with the next step.
    """
    if not copied:
        return _looked_at(variants)
    return {
        "networks": [copy.deepcopy(v.net.state_dict()) for v in variants],
        "optimizers": [optimizers.state_of(v.optimizer, v.settings.lr) for v in variants],
        "last_finite": [[t.clone() for t in v.last_finite] for v in variants],
        "first_loss": [v.first_loss for v in variants],
        "last_loss": [v.last_loss for v in variants],
        "out": [v.diverged for v in variants],
        "best": [v.best.capture() for v in variants],
    }


def _looked_at(variants: Sequence[Variant]) -> dict[str, Any]:
    """Return what `captured` does, of the very tensors that are trained."""
    return {
        "networks": [v.net.state_dict() for v in variants],
        "optimizers": [optimizers.look_at(v.optimizer, v.settings.lr) for v in variants],
        "last_finite": [list(v.last_finite) for v in variants],
        "first_loss": [v.first_loss for v in variants],
        "last_loss": [v.last_loss for v in variants],
        "out": [v.diverged for v in variants],
        "best": [dict(vars(v.best)) for v in variants],
    }


def put_back(variants: Sequence[Variant], state: dict[str, Any], device: torch.device) -> None:
    """Put back what `captured` returned."""
    for i, variant in enumerate(variants):
        variant.net.load_state_dict(state["networks"][i])
        variant.optimizer.load_state_dict(copy.deepcopy(state["optimizers"][i]))
        good = state["last_finite"][i]
        variant.last_finite = [tensor.to(device, copy=True) for tensor in good]
        variant.first_loss, variant.last_loss = state["first_loss"][i], state["last_loss"][i]
        variant.diverged = state["out"][i]
        variant.best = Best.restored(state["best"][i])
