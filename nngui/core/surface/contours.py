"""Lines of equal height on a grid, by marching squares, all cells at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nngui.core.arrays import Floats

    Indices = NDArray[np.intp]

# Which edges of a cell a line joins, by which of its corners are high. Corners: 1 bottom left,
# 2 bottom right, 4 top right, 8 top left. Edges: 0 bottom, 1 right, 2 top, 3 left. A saddle (5, 10)
# has two lines.
_LINES = {
    1: ((3, 0),),
    2: ((0, 1),),
    3: ((3, 1),),
    4: ((1, 2),),
    5: ((3, 0), (1, 2)),
    6: ((0, 2),),
    7: ((3, 2),),
    8: ((2, 3),),
    9: ((2, 0),),
    10: ((0, 1), (2, 3)),
    11: ((2, 1),),
    12: ((1, 3),),
    13: ((1, 0),),
    14: ((0, 3),),
}


def contour(x: Floats, y: Floats, height: Floats, level: float) -> Floats:
    """Return the line at which a height is crossed, as pieces.

    Parameters
    ----------
    x, y : ndarray
        Shapes (n,) and (m,): the grid's places.
    height : ndarray
        Shape (m, n), finite.

    Returns
    -------
    ndarray
        Shape (pieces, 2, 2): both ends of each piece, as x and y.

    Notes
    -----
    Source: Lorensen and Cline (1987), in two dimensions; along an edge the height is taken as a
    straight line.
    """
    above = height > level
    corners = above[:-1, :-1], above[:-1, 1:], above[1:, 1:], above[1:, :-1]
    kinds = np.zeros(corners[0].shape, np.uint8)
    for bit, corner in enumerate(corners):
        kinds |= corner.astype(np.uint8) << np.uint8(bit)
    pieces = []
    for kind, lines in _LINES.items():
        i, j = np.nonzero(kinds == kind)
        if len(i):
            edges = _crossings(x, y, height, level, i, j)
            pieces += [np.stack((edges[first], edges[last]), axis=1) for first, last in lines]
    return np.concatenate(pieces) if pieces else np.empty((0, 2, 2))


def _crossings(
    x: Floats, y: Floats, height: Floats, level: float, i: Indices, j: Indices
) -> list[Floats]:
    """Return where the level is crossed on the four edges of some cells, each shape (k, 2).

    Only those edges count whose ends lie on different sides.
    """
    ends = (((0, 0), (0, 1)), ((0, 1), (1, 1)), ((1, 0), (1, 1)), ((0, 0), (1, 0)))
    result: list[Floats] = []
    for (up, right), (up2, right2) in ends:
        low, high = height[i + up, j + right], height[i + up2, j + right2]
        difference = np.where(low == high, 1.0, high - low)
        share = np.clip((level - low) / difference, 0.0, 1.0)
        places = (
            x[j + right] + share * (x[j + right2] - x[j + right]),
            y[i + up] + share * (y[i + up2] - y[i + up]),
        )
        result.append(np.stack(places, axis=1))
    return result


def round_levels(low: float, high: float, most: int = 12) -> list[float]:
    """Return round numbers (1, 2, 5, 10, ...) between two positive ones, at most so many."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for parts in ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        found = [part * 10.0**decade for decade in decades for part in parts]
        found = [float(f"{level:.2g}") for level in found if low < level < high]
        if len(found) <= most:
            return found
    every = -(-len(found) // most)
    return found[::every]
