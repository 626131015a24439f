"""Points in the plane, of two or more classes. Exported scripts carry these very functions."""

from __future__ import annotations

import math

import torch


def clouds(n: int, noise: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw n points around (2, 2) and n around (-2, -2), as the tutorial does."""
    x0 = torch.normal(2 * torch.ones(n, 2), noise)
    x1 = torch.normal(-2 * torch.ones(n, 2), noise)
    return torch.cat((x0, x1)), torch.cat((torch.zeros(n), torch.ones(n))).long()


def blobs(n: int, noise: float, classes: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw n points around each of some centres on a circle."""
    turns = 2 * math.pi * torch.arange(classes) / classes
    centres = 4 * torch.stack((turns.cos(), turns.sin()), dim=1)
    x = torch.normal(centres.repeat_interleave(n, dim=0), noise)
    return x, torch.arange(classes).repeat_interleave(n)


def moons(n: int, noise: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw n points on each of two half circles that reach into each other."""
    t = math.pi * torch.rand(2 * n)
    y = (torch.arange(2 * n) >= n).long()
    upper = torch.stack((t.cos() - 0.5, t.sin() - 0.25), dim=1)
    lower = torch.stack((0.5 - t.cos(), 0.25 - t.sin()), dim=1)
    x = 3 * torch.where(y.unsqueeze(1) == 0, upper, lower)
    return x + 0.3 * noise * torch.randn(x.size()), y


def circles(n: int, noise: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw n points on an outer circle and n on an inner one."""
    t = 2 * math.pi * torch.rand(2 * n)
    y = (torch.arange(2 * n) >= n).long()
    x = torch.stack((t.cos(), t.sin()), dim=1) * (4 - 2.2 * y).unsqueeze(1)
    return x + 0.3 * noise * torch.randn(x.size()), y


def spirals(n: int, noise: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw n points on each of two arms that wind around each other."""
    r = torch.rand(2 * n).sqrt()
    y = (torch.arange(2 * n) >= n).long()
    t = 3 * math.pi * r + math.pi * y
    x = 4.5 * r.unsqueeze(1) * torch.stack((t.cos(), t.sin()), dim=1)
    return x + 0.1 * noise * torch.randn(x.size()), y


def xor(n: int, noise: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw 2n points in a square; opposite quarters are of the same class."""
    x = 8 * torch.rand(2 * n, 2) - 4
    y = ((x[:, 0] > 0) == (x[:, 1] > 0)).long()
    return x + 0.3 * noise * torch.randn(x.size()), y
