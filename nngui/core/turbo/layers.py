"""Forward and backward in plain loops, compiled by numba: see `kernel`.

The values of a block of points lie neuron by neuron, shape (neurons, points), so that the inner
loops run along the points and the compiler turns them into vector instructions. Arithmetic is
float32 as in torch, with two exceptions. Tanh and exp are evaluated in float64 and then rounded,
which agrees with torch's own (0.5 units in the last place) nearly everywhere. A loss is added up in
float64 across blocks of points, as torch's own cascaded sum is more exact than a plain one.

Sums may be reordered (``reassoc``) and products fused into them (``contract``), as torch's BLAS
does. Nothing assumes that there is no NaN or infinity: a run that diverges shows it.

Functions are given an array and the number of a row, not the row: a slice costs numba two atomic
counts, which is more than the arithmetic of a small batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numba
import numpy as np

from nngui.core.turbo.codes import LEAKY_RELU, LEAKY_SLOPE, RELU, SIGMOID, TANH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values: TypeAlias = NDArray[np.float32]
    Whole: TypeAlias = NDArray[np.int64]
    Numbers: TypeAlias = NDArray[np.float64]

jit = numba.njit(nogil=True, error_model="numpy")
jit_sums = numba.njit(nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
jit_fused = numba.njit(nogil=True, error_model="numpy", fastmath={"contract"})

F = np.float32
ZERO, ONE = F(0), F(1)
Typed: Any = np.int64
START, NEXT = Typed(0), Typed(1)  # for a plain 0 or 1 numba compiles once more
P0, P1, P2 = 0.9999999983720534, 0.13671396794876395, 0.0038576581390399093
P3, P4, P5 = 2.7792551745207493e-05, 3.007040387861828e-08, -1.1824552789759716e-11
Q1, Q2 = 0.4700472856616297, 0.027206778349554803
Q3, Q4 = 0.0003919831327746072, 1.272377471904029e-06


@jit_fused
def tanh(x: float) -> float:
    """Return tanh in float64, to 2e-9 relative: x P(x²)/Q(x²), a minimax fit on [-9.2, 9.2].

    Beyond, float32 has no number between it and 1. NaN stays NaN.
    """
    x = 9.2 if x > 9.2 else x
    x = -9.2 if x < -9.2 else x
    u = x * x
    p = P5
    p = p * u + P4
    p = p * u + P3
    p = p * u + P2
    p = p * u + P1
    p = p * u + P0
    q = Q4
    q = q * u + Q3
    q = q * u + Q2
    q = q * u + Q1
    q = q * u + 1.0
    return x * p / q


@jit_fused
def exp(x: float) -> float:
    """Return exp in float64, to 3e-9 relative; x is cut off where float32 ends. NaN stays NaN.

    As 2^n e^r with |r| <= log(2)/2, e^r by a polynomial (Chebyshev fit) and 2^n by the exponent's
    own bits: adding 1.5 * 2^52 rounds to a whole number, and leaves it in the lowest bits.
    """
    x = 89.0 if x > 89.0 else x
    x = -104.0 if x < -104.0 else x
    shifted = x * 1.4426950408889634 + 6755399441055744.0
    n = shifted - 6755399441055744.0
    r = x - n * 0.6931471805599453
    e = 0.0013949769203791893
    e = e * r + 0.008375961218872215
    e = e * r + 0.04166620025448116
    e = e * r + 0.1666640538053736
    e = e * r + 0.5000000114307457
    e = e * r + 1.0000000400240168
    e = e * r + 0.999999999956233
    power = (np.float64(shifted).view(np.int64) + 1023) << 52
    return e * np.int64(power).view(np.float64)


@jit_sums
def weighted_sum(
    values: Values, target: int, start: np.float32, source: int, count: int,
    weights: Values, first: int, stride: int, n: int,
) -> None:  # fmt: skip
    """Put into row `target` `start` and the weighted sum of `count` rows from `source` on.

    Weight i is ``weights[first + i * stride]``. Four rows at a time share the walk along the
    points; what four do not divide comes first, as there may be no more.
    """
    done = count % 4
    if done == 0:
        for p in range(n):
            values[target, p] = start
    elif done == 1:
        w0 = weights[first]
        for p in range(n):
            values[target, p] = start + w0 * values[source, p]
    else:
        w0, w1 = weights[first], weights[first + stride]
        for p in range(n):
            values[target, p] = start + w0 * values[source, p] + w1 * values[source + 1, p]
    if done == 3:
        w0 = weights[first + 2 * stride]
        for p in range(n):
            values[target, p] += w0 * values[source + 2, p]
    for i in range(done, count, 4):
        at, r = first + i * stride, source + i
        w0, w1 = weights[at], weights[at + stride]
        w2, w3 = weights[at + 2 * stride], weights[at + 3 * stride]
        for p in range(n):
            values[target, p] += (
                w0 * values[r, p]
                + w1 * values[r + 1, p]
                + w2 * values[r + 2, p]
                + w3 * values[r + 3, p]
            )


@jit_sums
def add_gradient(
    gradient: Values, first: int, slopes: Values, row: int,
    values: Values, source: int, count: int, n: int,
) -> None:  # fmt: skip
    """Add to the gradient of a neuron's weights, from `first` on, what `n` points give.

    Its slopes are row `row`; what it takes in are `count` rows of values from `source` on. The
    gradient of its bias stands behind all neurons' weights, and is not added here.
    """
    whole = count // 4 * 4
    for i in range(0, whole, 4):
        s0, s1, s2, s3 = ZERO, ZERO, ZERO, ZERO
        r = source + i
        for p in range(n):
            d = slopes[row, p]
            s0 += d * values[r, p]
            s1 += d * values[r + 1, p]
            s2 += d * values[r + 2, p]
            s3 += d * values[r + 3, p]
        gradient[first + i] += s0
        gradient[first + i + 1] += s1
        gradient[first + i + 2] += s2
        gradient[first + i + 3] += s3
    for i in range(whole, count):
        s = ZERO
        for p in range(n):
            s += slopes[row, p] * values[source + i, p]
        gradient[first + i] += s


@jit_sums
def sum_of(slopes: Values, row: int, n: int) -> np.float32:
    """Return the sum of a row."""
    total = ZERO
    for p in range(n):
        total += slopes[row, p]
    return total


@jit
def activate(kind: int, values: Values, row: int, n: int) -> None:
    """Apply an activation to a row. Comparisons are such that NaN stays NaN.

    Adding zero makes LLVM store every value, in vectors, and not one by one where it changes.
    """
    if kind == RELU:
        for p in range(n):
            z = values[row, p]
            values[row, p] = (ZERO if z < ZERO else z) + ZERO
    elif kind == LEAKY_RELU:
        for p in range(n):
            z = values[row, p]
            values[row, p] = z * (LEAKY_SLOPE if z < ZERO else ONE)
    elif kind == TANH:
        for p in range(n):
            values[row, p] = F(tanh(np.float64(values[row, p])))
    elif kind == SIGMOID:
        for p in range(n):
            values[row, p] = F(1.0 / (1.0 + exp(-np.float64(values[row, p]))))


@jit
def through_activation(kind: int, slopes: Values, values: Values, row: int, n: int) -> None:
    """Multiply a row of slopes by the activation's derivative, taken from its results."""
    if kind == RELU:
        for p in range(n):
            d = slopes[row, p]
            slopes[row, p] = (ZERO if values[row, p] <= ZERO else d) + ZERO
    elif kind == LEAKY_RELU:
        for p in range(n):
            slopes[row, p] *= LEAKY_SLOPE if values[row, p] <= ZERO else ONE
    elif kind == TANH:
        for p in range(n):
            y = values[row, p]
            slopes[row, p] *= ONE - y * y
    elif kind == SIGMOID:
        for p in range(n):
            y = values[row, p]
            slopes[row, p] *= (ONE - y) * y


@jit
def forward(widths: Whole, kinds: Whole, parameters: Values, values: Values, n: int) -> None:
    """Fill in the values of all neurons behind the inputs, for `n` points.

    Parameters
    ----------
    widths : ndarray
        Shape (layers + 1,), int64: the inputs, then each layer's neurons.
    kinds : ndarray
        Shape (layers,), int64: each layer's activation.
    parameters : ndarray
        Shape (p,), float32: each layer's weights, row by row, then its biases, as in `nn.Linear`.
    values : ndarray
        Shape (neurons, block), float32: the inputs stand in the first rows.
    """
    at = below = START
    for layer in range(len(kinds)):
        inputs, outputs = widths[layer], widths[layer + 1]
        for o in range(outputs):
            row, bias = below + inputs + o, parameters[at + outputs * inputs + o]
            weighted_sum(values, row, bias, below, inputs, parameters, at + o * inputs, NEXT, n)
            activate(kinds[layer], values, row, n)
        at += (inputs + 1) * outputs
        below += inputs


@jit
def backward(
    widths: Whole, kinds: Whole, parameters: Values,
    values: Values, slopes: Values, gradient: Values, n: int,
) -> None:  # fmt: skip
    """Add to `gradient` what `n` points give, from the slopes of the loss at the outputs.

    `slopes` has the shape of `values`; its last rows are given, those of hidden neurons are made.
    """
    at, above = len(parameters), len(values)
    for layer in range(len(kinds) - 1, -1, -1):
        inputs, outputs = widths[layer], widths[layer + 1]
        at -= (inputs + 1) * outputs
        above -= outputs
        below = above - inputs
        for o in range(outputs):
            row = above + o
            through_activation(kinds[layer], slopes, values, row, n)
            add_gradient(gradient, at + o * inputs, slopes, row, values, below, inputs, n)
            gradient[at + outputs * inputs + o] += sum_of(slopes, row, n)
        if layer:
            for row in range(below, above):
                first = at + row - below
                weighted_sum(slopes, row, ZERO, above, outputs, parameters, first, inputs, n)
