"""The network of some settings without its numbers: what it would be, at no cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nngui.core.networks.matching import shapes_of

if TYPE_CHECKING:
    from torch import nn

    from nngui.core.spec import Spec
    from nngui.core.task import Task

    Shape = tuple[int, ...]


def outline(task: Task, spec: Spec, shape: Shape, outputs: int) -> nn.Module:
    """Return the network of these settings without its numbers: nothing drawn, nothing allocated.

    Of several it is the first one's.
    """
    with torch.device("meta"):
        return task.network.build(spec, shape, outputs, next(iter(spec.optimizers()), "loss"))


def expected_shapes(task: Task, spec: Spec, shape: Shape, outputs: int) -> dict[str, Shape]:
    """Return the shapes of the parameters that the network of these settings has, by name."""
    return shapes_of(outline(task, spec, shape, outputs).state_dict())
