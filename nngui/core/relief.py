"""A surface as it is drawn: heights in decades on a fine grid, and lines of equal loss."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.contours import contour, round_levels

if TYPE_CHECKING:
    from nngui.core.snapshot import Floats
    from nngui.core.surface import Surface

PICTURE = 196  # places of the heights, across and up


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """What a map shows of a surface.

    Attributes
    ----------
    surface : Surface
    height : ndarray
        Shape (PICTURE, PICTURE), finite: log10 of the loss.
    lines : tuple of (float, ndarray)
        Each a loss and the line at which the surface has it, in pieces: shape (k, 2, 2), both
        ends of each, on the plane.
    """

    surface: Surface
    height: Floats
    lines: tuple[tuple[float, Floats], ...]


def relief(surface: Surface) -> Relief:
    """Work out what a map shows of a surface; this takes some hundredths of a second."""
    height = heights(surface)
    lines = []
    for level in round_levels(10.0 ** height.min(), 10.0 ** height.max()):
        pieces = contour(surface.a, surface.b, height, math.log10(level))
        if len(pieces):
            lines.append((level, pieces))
    return Relief(surface, _finer(height, PICTURE), tuple(lines))


def heights(surface: Surface) -> Floats:
    """Return log10 of a surface's losses, finite, shape as `loss`."""
    known = np.isfinite(surface.loss) & (surface.loss > 0)
    if not known.any():
        return np.zeros_like(surface.loss)
    smallest = surface.loss[known].min()
    largest = surface.loss[known].max()
    filled = np.where(np.isfinite(surface.loss), surface.loss, largest)
    result: Floats = np.log10(np.clip(filled, smallest, largest))
    return result


def _finer(height: Floats, size: int) -> Floats:
    """Return the same on a grid of so many places across and up, straight in between."""
    old, new = np.linspace(0, 1, len(height)), np.linspace(0, 1, size)
    rows = np.stack([np.interp(new, old, row) for row in height])
    result: Floats = np.stack([np.interp(new, old, column) for column in rows.T], axis=1)
    return result
