"""The losses of turbo and their slopes, compiled by numba: see `layers`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.turbo.codes import HUBER, L1, MSE
from nngui.core.turbo.layers import ONE, ZERO, F, exp, jit, jit_sums

if TYPE_CHECKING:
    from nngui.core.turbo.layers import Values, Whole

LOG_EVERY = 32  # factors up to 4096 (the widest layer): their product stays a float64


@jit_sums
def compare(
    loss: int, values: Values, row: int, wanted: Values, slopes: Values, scale: np.float32, n: int
) -> float:
    """Return the summed loss of `n` points to regress on, and put its slopes in place.

    Parameters
    ----------
    row : int
        That of the first output, in values and slopes.
    wanted : ndarray
        Shape (outputs, block), float32.
    scale : float32
        One over the number of values that the loss is the mean of.
    """
    total = 0.0
    for k in range(len(wanted)):
        r, part = row + k, ZERO
        if loss == MSE:
            for p in range(n):
                d = values[r, p] - wanted[k, p]
                part += d * d
                slopes[r, p] = F(2) * scale * d
        elif loss == L1:
            for p in range(n):
                d = values[r, p] - wanted[k, p]
                part += abs(d)
                slopes[r, p] = scale if d > ZERO else (-scale if d < ZERO else ZERO * d)
        elif loss == HUBER:
            for p in range(n):
                d = values[r, p] - wanted[k, p]
                far = abs(d)
                part += far - F(0.5) if far >= ONE else F(0.5) * d * d
                slopes[r, p] = scale if d >= ONE else (-scale if d <= -ONE else scale * d)
        total += np.float64(part)
    return total


@jit
def exponentials(
    values: Values, row: int, slopes: Values, top: Values, sums: Values, n: int
) -> None:
    """Put exp(z - largest z) of each point in place of slopes, and their sums into a row."""
    for p in range(n):
        top[p] = values[row, p]
        sums[p] = ZERO
    for r in range(row + 1, len(values)):
        for p in range(n):
            z = values[r, p]
            top[p] = z if z > top[p] else top[p]
    for r in range(row, len(values)):
        for p in range(n):
            e = F(exp(np.float64(values[r, p] - top[p])))
            slopes[r, p] = e
            sums[p] += e


@jit
def classify(
    values: Values, row: int, labels: Whole, slopes: Values,
    top: Values, sums: Values, scale: np.float32, n: int,
) -> float:  # fmt: skip
    """Return the summed cross-entropy of `n` points, and put its slopes in place.

    `top` and `sums`, shape (block,), hold each point's largest output and sum of exponentials. One
    logarithm serves `LOG_EVERY` points: that of the product of their sums, each at least 1.
    """
    exponentials(values, row, slopes, top, sums, n)
    total, product = 0.0, 1.0
    for p in range(n):
        total += np.float64(top[p] - values[row + labels[p], p])
        product *= np.float64(sums[p])
        if p % LOG_EVERY == LOG_EVERY - 1 or p == n - 1:
            total += math.log(product)
            product = 1.0
    for r in range(row, len(values)):
        for p in range(n):
            slopes[r, p] = slopes[r, p] / sums[p] * scale
    for p in range(n):
        slopes[row + labels[p], p] -= scale
    return total


@jit
def hits(values: Values, row: int, labels: Whole, n: int) -> int:
    """Return how many of `n` points have their largest output, or first NaN, where it belongs."""
    right = 0
    for p in range(n):
        best = row
        for r in range(row + 1, len(values)):
            value, largest = values[r, p], values[best, p]
            if value > largest or (math.isnan(value) and not math.isnan(largest)):
                best = r
        right += best == row + labels[p]
    return right
