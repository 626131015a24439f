"""The numbers and the points of section 5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nngui.core.code_text import DataCode, float_text

if TYPE_CHECKING:
    from nngui.core.data.data import Data
    from nngui.tasks.batch_training.settings import BatchSpec


def make_data(spec: BatchSpec) -> Data:
    """Count up and down; or draw the points: y = x² and normal noise."""
    import torch

    from nngui.core.data.data import Data

    d = spec.data
    if d.kind == "numbers":
        x = torch.linspace(1, d.count, d.count).unsqueeze(1)
        return Data(x, torch.linspace(d.count, 1, d.count).unsqueeze(1))
    x = torch.linspace(-1, 1, d.points).unsqueeze(1)
    return Data(x, x.pow(2) + d.noise * torch.normal(torch.zeros(x.size())))


def data_code(spec: BatchSpec) -> DataCode:
    """Return the lines that make the same data in a plain script."""
    d = spec.data
    if d.kind == "numbers":
        n = d.count
        lines = [f"x = torch.linspace(1, {n}, {n})", f"y = torch.linspace({n}, 1, {n})"]
        return DataCode(lines, (1,), 1)
    lines = [
        f"x = torch.linspace(-1, 1, {d.points}).unsqueeze(1)",
        f"noise = {float_text(d.noise)} * torch.normal(torch.zeros(x.size()))",
        "y = x.pow(2) + noise",
    ]
    return DataCode(lines, (1,), 1)


def sample_shape(spec: BatchSpec) -> tuple[tuple[int, ...], int]:
    """Return the shape of x, and how many values the network gives for it."""
    return (1,), 1


def data_for_network(
    spec: BatchSpec, shape: tuple[int, ...], outputs: int
) -> dict[str, Any] | None:
    """Return that a network with one input and one output takes the points to train on."""
    return {"data.kind": "points"} if (shape, outputs) == ((1,), 1) else None
