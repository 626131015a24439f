"""The tutorial's optimizers, built by name and changed in mid-run."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import torch

from nngui.core.spec.optimizer import optimizer_options
from nngui.core.spec.torch_names import OPTIMIZERS

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


def state_of(optimizer: torch.optim.Optimizer, lr: float | None = None) -> dict[str, Any]:
    """Return all that an optimizer remembers, copied, as any device's optimizer can take it.

    One that counts its steps on an accelerator (see `cuda_graph`) counts them here again.

    Parameters
    ----------
    lr : float, optional
        What stands in place of the learning rate, which follows from settings and place.
    """
    state: dict[str, Any] = copy.deepcopy(optimizer.state_dict())
    return _as_anywhere(state, lr)


def look_at(optimizer: torch.optim.Optimizer, lr: float) -> dict[str, Any]:
    """Return what `state_of` does, of the very tensors that it goes on with."""
    state: dict[str, Any] = optimizer.state_dict()
    memories = {number: dict(memory) for number, memory in state["state"].items()}
    groups = [dict(group) for group in state["param_groups"]]
    return _as_anywhere({"state": memories, "param_groups": groups}, lr)


def _as_anywhere(state: dict[str, Any], lr: float | None) -> dict[str, Any]:
    for group in state["param_groups"]:
        group["lr"] = group["lr"] if lr is None else lr
        if group.get("capturable"):
            group["capturable"] = False
            for memory in (state["state"].get(number, {}) for number in group["params"]):
                memory.update({n: v.cpu() for n, v in memory.items() if _is_count(v)})
    return state


def _is_count(value: object) -> bool:
    return isinstance(value, torch.Tensor) and not value.dim()
