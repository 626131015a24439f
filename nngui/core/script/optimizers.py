"""The optimizers of an exported script, as lines of source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.code_text import indented
from nngui.core.spec.optimizer import optimizer_options
from nngui.core.spec.torch_names import OPTIMIZERS

if TYPE_CHECKING:
    from nngui.core.spec import OptimizerSpec, Spec


def optimizers_lines(spec: Spec) -> list[str]:
    """Return the lines that build the optimizer of each network."""
    chosen = list(spec.optimizers().values())
    if len(chosen) == 1:
        lines = optimizer_lines(chosen[0], "net")
        return [f"optimizer = {lines[0]}", *lines[1:]]
    each = [optimizer_lines(settings, f"nets[{i}]") for i, settings in enumerate(chosen)]
    body = [line for lines in each for line in [*lines[:-1], f"{lines[-1]},"]]
    return ["optimizers = [", *indented(body), "]"]


def optimizer_lines(settings: OptimizerSpec, net: str) -> list[str]:
    """Return an expression that builds an optimizer over a network's parameters."""
    options = ", ".join(f"{k}={v}" for k, v in optimizer_options(settings).items())
    name = OPTIMIZERS[settings.name]
    line = f"torch.optim.{name}({net}.parameters(), {options})"
    if len(line) <= 32:
        return [line]
    return [f"torch.optim.{name}(", f"    {net}.parameters(), {options}", ")"]
