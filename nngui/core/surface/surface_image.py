"""A surface as it is drawn: how deep it is on a fine grid, and lines of equal loss."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.surface.contours import contour, round_levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nngui.core.arrays import Floats
    from nngui.core.surface.surface import Surface

PICTURE = 196  # places of the depths, across and up
SHADES = 256
SPAN = 3.0  # decades of loss above the smallest one that the shades tell apart, at most
TAKEN = 60  # places of the paths that levels are kept away from
TRIED = 80  # places on a line of equal loss where its level could be written


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceImage:
    """What a map shows of a surface.

    Attributes
    ----------
    surface : Surface
    depth : ndarray
        Shape (PICTURE, PICTURE), uint8: from 0 where the loss is high to SHADES - 1 where it is
        lowest, even in its logarithm.
    lines : tuple of (float, ndarray)
        Each a loss and the line at which the surface has it, in pieces: shape (k, 2, 2), both
        ends of each, on the plane.
    levels : tuple of (float, ndarray)
        Each a loss and where to write it, shape (2,): on its line, far from paths and other levels.
    """

    surface: Surface
    depth: NDArray[np.uint8]
    lines: tuple[tuple[float, Floats], ...]
    levels: tuple[tuple[float, Floats], ...]


def surface_image(surface: Surface, paths: Floats) -> SurfaceImage:
    """Work out what a map shows of a surface; this takes some hundredths of a second.

    Parameters
    ----------
    paths : ndarray
        Shape (k, 2): places on the plane that no level is to be written over.
    """
    height = elevations(surface)
    lines = []
    for level in round_levels(10.0 ** height.min(), 10.0 ** height.max()):
        pieces = contour(surface.a, surface.b, height, math.log10(level))
        if len(pieces):
            lines.append((level, pieces))
    levels = _levels(surface, lines, paths)
    return SurfaceImage(surface, _depths(_finer(height, PICTURE)), tuple(lines), tuple(levels))


def _levels(
    surface: Surface, lines: list[tuple[float, Floats]], paths: Floats
) -> list[tuple[float, Floats]]:
    corner = np.array([surface.a[0], surface.b[0]])
    size = np.array([surface.a[-1], surface.b[-1]]) - corner
    taken = (paths[:: -(-len(paths) // TAKEN) or 1] - corner) / size
    found = []
    for level, pieces in lines:
        middles = pieces[:: -(-len(pieces) // TRIED)].mean(1)
        share = (middles - corner) / size
        inside = ((share > 0.06) & (share < 0.94)).all(1)
        if not inside.any():
            continue
        apart = np.full(len(share), np.inf)
        if len(taken):
            ways = share[:, None] - taken
            apart = np.hypot(ways[..., 0], ways[..., 1]).min(1)
        best = int(np.where(inside, np.minimum(apart, 0.2), -1).argmax())
        taken = np.vstack((taken, share[best]))
        found.append((level, middles[best]))
    return found


def elevations(surface: Surface) -> Floats:
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


def _depths(height: Floats) -> NDArray[np.uint8]:
    """Return depths (see `SurfaceImage`) of heights in decades."""
    low, high = float(height.min()), float(height.max())
    depth = 1 - (height - low) / max(min(high - low, SPAN), 1e-9)
    return (depth.clip(0, 1) * (SHADES - 1)).astype(np.uint8)
