"""The tutorial's optimizers, built by name and changed in mid-run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nngui.core.torch_names import OPTIMIZERS, optimizer_options

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nngui.core.spec import OptimizerSpec


def build(spec: OptimizerSpec, parameters: Iterable[torch.nn.Parameter]) -> torch.optim.Optimizer:
    """Build the optimizer of these settings over a network's parameters."""
    optimizer: torch.optim.Optimizer = getattr(torch.optim, OPTIMIZERS[spec.name])(
        parameters, **optimizer_options(spec)
    )
    return optimizer


def change(optimizer: torch.optim.Optimizer, spec: OptimizerSpec) -> None:
    """Give a running optimizer new settings; what it remembers stays."""
    for group in optimizer.param_groups:
        group.update({"weight_decay": spec.weight_decay} | optimizer_options(spec))
