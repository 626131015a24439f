"""What is done to a gradient before the optimizer has it: the L1 penalty, and clipping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn.utils import clip_grad_norm_, clip_grad_value_

if TYPE_CHECKING:
    from torch import Tensor, nn

    from nngui.core.spec import OptimizerSpec


def with_penalty(loss: Tensor, net: nn.Module, settings: OptimizerSpec) -> Tensor:
    """Return what is differentiated: the loss, and with L1 the parameters' sizes beside it."""
    if not settings.l1:
        return loss
    return loss + settings.l1 * sum(p.abs().sum() for p in net.parameters())


def clip(net: nn.Module, settings: OptimizerSpec) -> None:
    """Hold the gradient within its limit: the length of it, or each number of it."""
    if settings.clip == "norm":
        clip_grad_norm_(net.parameters(), settings.clip_at)
    elif settings.clip == "value":
        clip_grad_value_(net.parameters(), settings.clip_at)
