"""The points of section 6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nngui.core.code_text import DataCode
from nngui.core.data.curves import CURVES

if TYPE_CHECKING:
    from nngui.core.data.data import Data
    from nngui.tasks.optimizers.settings import OptimizersSpec


def make_data(spec: OptimizersSpec) -> Data:
    """Draw the points: x evenly spaced, y the function's value and some normal noise."""
    import torch

    from nngui.core.data.data import Data

    d = spec.data
    x = torch.linspace(-1, 1, d.points).unsqueeze(1)
    y = CURVES[d.kind][0](x) + d.noise * torch.normal(torch.zeros(x.size()))
    return Data(x, y)


def data_code(spec: OptimizersSpec) -> DataCode:
    """Return the lines that draw the same points in a plain script."""
    d = spec.data
    lines = [
        f"x = torch.linspace(-1, 1, {d.points}).unsqueeze(1)",
        f"y = {CURVES[d.kind][1]}",
        f"y = y + {d.noise} * torch.normal(torch.zeros(x.size()))",
    ]
    return DataCode(lines, (1,), 1)


def sample_shape(spec: OptimizersSpec) -> tuple[tuple[int, ...], int]:
    """Return the shape of x, and how many values the network gives for it."""
    return (1,), 1


def data_for_network(
    spec: OptimizersSpec, shape: tuple[int, ...], outputs: int
) -> dict[str, Any] | None:
    """Return that nothing is to be changed for a network with one input and one output."""
    return {} if (shape, outputs) == ((1,), 1) else None
