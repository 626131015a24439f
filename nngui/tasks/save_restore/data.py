"""The points of section 4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nngui.core.code_text import DataCode, float_text

if TYPE_CHECKING:
    from nngui.core.data.data import Data
    from nngui.tasks.save_restore.settings import SaveRestoreSpec


def make_data(spec: SaveRestoreSpec) -> Data:
    """Draw the points: x evenly spaced, y = x² + 3x - 2 and some noise."""
    import torch

    from nngui.core.data.data import Data

    d = spec.data
    x = torch.linspace(d.low, d.high, d.points).unsqueeze(1)
    y = x.pow(2) + 3 * x - 2 + d.noise * torch.rand(x.size())
    return Data(x, y)


def data_code(spec: SaveRestoreSpec) -> DataCode:
    """Return the lines that draw the same points in a plain script."""
    d = spec.data
    ends = f"{float_text(d.low)}, {float_text(d.high)}, {d.points}"
    lines = [
        f"x = torch.linspace({ends}).unsqueeze(1)",
        f"y = x.pow(2) + 3 * x - 2 + {d.noise} * torch.rand(x.size())",
    ]
    return DataCode(lines, (1,), 1)


def sample_shape(spec: SaveRestoreSpec) -> tuple[tuple[int, ...], int]:
    """Return the shape of x, and how many values the network gives for it."""
    return (1,), 1


def data_for_network(
    spec: SaveRestoreSpec, shape: tuple[int, ...], outputs: int
) -> dict[str, Any] | None:
    """Return that nothing is to be changed for a network with one input and one output."""
    return {} if (shape, outputs) == ((1,), 1) else None
