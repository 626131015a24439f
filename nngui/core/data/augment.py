"""Changing images at random while they are trained on; exported scripts carry this function."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def augment(x: Tensor, shift: int, rotate: float, black: float) -> Tensor:
    """Shift and rotate each image by its own random amount; what comes in from outside is black.

    Parameters
    ----------
    x : Tensor
        Shape (n, channels, height, width).
    shift : int
        At most so many pixels, in whole pixels, along each side.
    rotate : float
        At most so many degrees, in either direction.
    """
    n, _, height, width = x.shape
    right, down = torch.randint(-shift, shift + 1, (2, n)) * 2.0
    angle = (2 * torch.rand(n) - 1) * math.radians(rotate)
    cos, sin = torch.cos(angle), torch.sin(angle)
    across = torch.stack([cos, -sin * height / width, right / width], dim=1)
    along = torch.stack([sin * width / height, cos, down / height], dim=1)
    turn = torch.stack([across, along], dim=1).to(x.device)
    grid = torch.nn.functional.affine_grid(turn, list(x.shape), align_corners=False)
    return torch.nn.functional.grid_sample(x - black, grid, align_corners=False) + black
