"""A plane through more features than two: where rows lie in it, and what lies behind its places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nngui.core.arrays import Floats
    from nngui.core.records.snapshot import DataView

MAX_ROWS = 20_000  # that the principal components are taken from; of more, an even sample


@dataclass(frozen=True, eq=False)
class Projection:
    """Two directions through a point.

    Attributes
    ----------
    origin : ndarray
        Shape (features,): the point at 0, 0.
    along : ndarray
        Shape (2, features): what a step of 1 across, and up, adds.
    reading : ndarray
        Shape (features, 2): a row's distance from the origin times this is its place.
    share : float
        How much of all differences between the rows lies in the plane; NaN where not known.
    """

    origin: Floats
    along: Floats
    reading: Floats
    share: float = float("nan")

    def places(self, x: Floats) -> Floats:
        """Return where rows lie, shape (n, 2)."""
        result: Floats = (x - self.origin) @ self.reading
        return result

    def rows(self, places: Floats) -> Floats:
        """Return the rows that lie in the plane at some places, shape (n, features)."""
        result: Floats = self.origin + places @ self.along
        return result


def principal(data: DataView) -> Projection:
    """Return the plane in which the standardised rows differ most.

    Source: the eigenvectors of the correlations with the two largest eigenvalues, each turned so
    that its largest part is positive.
    """
    table = data.table
    assert table is not None
    every = max(1, len(data.x) // MAX_ROWS)
    std = np.where(table.std > 0, table.std, 1.0).astype(np.float64)
    mean = table.mean.astype(np.float64)
    seen = (data.x[::every] - mean) / std
    seen = seen - seen.mean(0)
    values, vectors = np.linalg.eigh(seen.T @ seen / max(len(seen) - 1, 1))
    first = np.zeros((len(std), 2))
    first[:, : min(2, len(std))] = vectors[:, ::-1][:, :2]  # of a single feature: a line
    largest = np.abs(first).argmax(0)
    first *= np.where(first[largest, (0, 1)] < 0, -1, 1)
    share = float(values[::-1][:2].sum() / max(values.sum(), 1e-12))
    return Projection(mean, first.T * std, first / std[:, None], share)


def of_features(data: DataView, across: int, up: int) -> Projection:
    """Return the plane of two inputs; all others are as in the middle of the training rows."""
    table = data.table
    assert table is not None
    origin = table.fill.astype(np.float64).copy()
    origin[[across, up]] = 0
    along = np.zeros((2, len(origin)))
    along[0, across] = along[1, up] = 1
    return Projection(origin, along, along.T)
