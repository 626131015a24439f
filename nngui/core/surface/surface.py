"""A plane through parameter space, and the loss on it: records for the views. They know no torch.

A network with P parameters is a point in P dimensions. Of these, two directions are looked at:
those in which the recorded paths spread most, their principal components. Source: Li, Xu, Taylor,
Studer and Goldstein (2018), "Visualizing the Loss Landscape of Neural Nets", section 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nngui.core.arrays import Floats

    Box = tuple[float, float, float, float]

MAX_POINTS = 2000
"""How many data points the loss is taken from at most; of more, an even sample."""
MAX_PLACES = 300  # of all paths together, from which the two directions are worked out
ROOM = 0.18  # of the paths' extent, around them


@dataclass(frozen=True, slots=True, eq=False)
class SurfacePlane:
    """A plane through parameter space.

    Attributes
    ----------
    centre : ndarray
        Shape (P,), float64: the parameters at (0, 0).
    axes : ndarray
        Shape (2, P), float64: two directions of length 1 at right angles.
    share : tuple of float
        How much of the paths' variance lies along each of them.
    """

    centre: Floats
    axes: Floats
    share: tuple[float, float]

    def project(self, vectors: Floats) -> Floats:
        """Return where parameters, shape (..., P), lie on the plane: shape (..., 2)."""
        result: Floats = (vectors - self.centre) @ self.axes.T
        return result

    def at(self, places: Floats) -> Floats:
        """Return the parameters, shape (k, P), at places of the plane, shape (k, 2)."""
        result: Floats = self.centre + places @ self.axes
        return result


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """The loss on a grid over a plane.

    Attributes
    ----------
    plane : SurfacePlane
    a, b : ndarray
        Shape (n,): the grid's places along the two axes.
    loss : ndarray
        Shape (n, n), float64: ``loss[i, j]`` at ``a[j]``, ``b[i]``.
    """

    plane: SurfacePlane
    a: Floats
    b: Floats
    loss: Floats


def plane_of(
    paths: Floats, centre: Floats, like: SurfacePlane | None = None
) -> SurfacePlane | None:
    """Return the plane in which paths spread most.

    Parameters
    ----------
    paths : ndarray
        Shape (m, P): parameters along the way, of all networks.
    centre : ndarray
        Shape (P,): a network that the plane runs through, so that its loss there is the true one.
    like : SurfacePlane, optional
        An earlier plane: each axis points the same way as there.

    Returns
    -------
    SurfacePlane or None
        None while nothing has moved.
    """
    chosen = paths[:: -(-len(paths) // MAX_PLACES)].astype(np.float64)
    if not np.isfinite(chosen).all():
        return None
    chosen = chosen - chosen.mean(0)
    if not chosen.any():
        return None
    # The principal components by way of the smaller of the two matrices of inner products.
    if chosen.shape[0] < chosen.shape[1]:
        values, vectors = np.linalg.eigh(chosen @ chosen.T)
        directions = chosen.T @ vectors[:, ::-1][:, :2]
    else:
        values, vectors = np.linalg.eigh(chosen.T @ chosen)
        directions = vectors[:, ::-1][:, :2]
    shares = np.maximum(values[::-1][:2], 0) / np.maximum(values, 0).sum()
    axes = _orthonormal(directions.T)
    for i, axis in enumerate(axes):
        way = axis @ like.axes[i] if like is not None else axis[np.abs(axis).argmax()]
        axes[i] = -axis if way < 0 else axis
    second = float(shares[1]) if len(shares) > 1 else 0.0
    return SurfacePlane(np.asarray(centre, np.float64), axes, (float(shares[0]), second))


def _orthonormal(directions: Floats) -> Floats:
    """Return two directions of length 1 at right angles; one is made up where there is only one."""
    first = directions[0] / np.linalg.norm(directions[0])
    candidates = [*directions[1:], np.eye(len(first))[np.abs(first).argmin()]]
    size = float(np.linalg.norm(directions[0]))
    for candidate in candidates:
        rest = candidate - (candidate @ first) * first
        if float(np.linalg.norm(rest)) > 1e-7 * min(size, 1.0):
            return np.stack((first, rest / np.linalg.norm(rest)))
    return np.stack((first, np.zeros_like(first)))  # a network with a single parameter


def box_around(places: Floats) -> Box:
    """Return left, right, bottom and top of a box with room around places, shape (k, 2)."""
    low, high = places.min(0), places.max(0)
    middle, extent = (low + high) / 2, high - low
    extent = np.maximum(extent, max(0.35 * float(extent.max()), 1e-6)) * (1 + 2 * ROOM)
    (left, bottom), (right, top) = (middle - extent / 2).tolist(), (middle + extent / 2).tolist()
    return left, right, bottom, top
