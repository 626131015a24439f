"""Forward, loss and backward in plain loops, compiled by numba: see `turbo_kernel`.

The values of a block of points lie neuron by neuron, shape (neurons, points), so that the inner
loops run along the points and the compiler turns them into vector instructions. Arithmetic is
float32 as in torch, with two exceptions. Tanh and exp are evaluated in float64 and then rounded,
which agrees with torch's own (0.5 units in the last place) nearly everywhere. A loss is added up in
float64 across blocks of points, as torch's own cascaded sum is more exact than a plain one.

Sums may be reordered (``reassoc``) and products fused into them (``contract``), as torch's BLAS
does. Nothing assumes that there is no NaN or infinity: a run that diverges shows it.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from nngui.core.turbo_codes import (
    HUBER,
    L1,
    LEAKY_RELU,
    LEAKY_SLOPE,
    MSE,
    RELU,
    SIGMOID,
    TANH,
)

jit = numba.njit(nogil=True, error_model="numpy")
jit_sums = numba.njit(nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
jit_fused = numba.njit(nogil=True, error_model="numpy", fastmath={"contract"})

F = np.float32
ZERO, ONE = F(0), F(1)
P0, P1, P2 = 0.9999999983720534, 0.13671396794876395, 0.0038576581390399093
P3, P4, P5 = 2.7792551745207493e-05, 3.007040387861828e-08, -1.1824552789759716e-11
Q1, Q2 = 0.4700472856616297, 0.027206778349554803
Q3, Q4 = 0.0003919831327746072, 1.272377471904029e-06
LOG_EVERY = 32  # factors up to 4096 (the widest layer): their product stays a float64


@jit_fused
def tanh(x):
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
def exp(x):
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


@jit
def fill(row, value, n):
    """Set the first `n` values of a row."""
    for p in range(n):
        row[p] = value


@jit_sums
def add_rows(target, weights, first, stride, rows, n):
    """Add to `target` the weighted sum of all `rows`.

    Weight i is ``weights[first + i * stride]``; four at a time share the walk along the points.
    """
    whole = len(rows) // 4 * 4
    for i in range(0, whole, 4):
        at = first + i * stride
        w0, w1 = weights[at], weights[at + stride]
        w2, w3 = weights[at + 2 * stride], weights[at + 3 * stride]
        r0, r1, r2, r3 = rows[i], rows[i + 1], rows[i + 2], rows[i + 3]
        for p in range(n):
            target[p] += w0 * r0[p] + w1 * r1[p] + w2 * r2[p] + w3 * r3[p]
    for i in range(whole, len(rows)):
        w, r = weights[first + i * stride], rows[i]
        for p in range(n):
            target[p] += w * r[p]


@jit_sums
def add_products(gradient, first, slope, rows, n):
    """Add to ``gradient[first + i]`` the sum of `slope` times row i; return that of `slope`."""
    whole = len(rows) // 4 * 4
    for i in range(0, whole, 4):
        s0, s1, s2, s3 = ZERO, ZERO, ZERO, ZERO
        r0, r1, r2, r3 = rows[i], rows[i + 1], rows[i + 2], rows[i + 3]
        for p in range(n):
            d = slope[p]
            s0 += d * r0[p]
            s1 += d * r1[p]
            s2 += d * r2[p]
            s3 += d * r3[p]
        gradient[first + i] += s0
        gradient[first + i + 1] += s1
        gradient[first + i + 2] += s2
        gradient[first + i + 3] += s3
    for i in range(whole, len(rows)):
        s, r = ZERO, rows[i]
        for p in range(n):
            s += slope[p] * r[p]
        gradient[first + i] += s
    total = ZERO
    for p in range(n):
        total += slope[p]
    return total


@jit
def activate(kind, row, n):
    """Apply an activation in place. Comparisons are such that NaN stays NaN."""
    if kind == RELU:
        for p in range(n):
            row[p] = ZERO if row[p] < ZERO else row[p]
    elif kind == LEAKY_RELU:
        for p in range(n):
            row[p] = row[p] * LEAKY_SLOPE if row[p] < ZERO else row[p]
    elif kind == TANH:
        for p in range(n):
            row[p] = F(tanh(np.float64(row[p])))
    elif kind == SIGMOID:
        for p in range(n):
            row[p] = F(1.0 / (1.0 + exp(-np.float64(row[p]))))


@jit
def through_activation(kind, slope, row, n):
    """Multiply slopes by the activation's derivative, taken from its result `row`."""
    if kind == RELU:
        for p in range(n):
            slope[p] = ZERO if row[p] <= ZERO else slope[p]
    elif kind == LEAKY_RELU:
        for p in range(n):
            slope[p] = slope[p] * LEAKY_SLOPE if row[p] <= ZERO else slope[p]
    elif kind == TANH:
        for p in range(n):
            slope[p] = slope[p] * (ONE - row[p] * row[p])
    elif kind == SIGMOID:
        for p in range(n):
            slope[p] = slope[p] * ((ONE - row[p]) * row[p])


@jit
def forward(widths, kinds, parameters, values, n):
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
    at = row = 0
    for layer in range(len(kinds)):
        inputs, outputs = widths[layer], widths[layer + 1]
        below = values[row : row + inputs]
        row += inputs
        for o in range(outputs):
            neuron = values[row + o]
            fill(neuron, parameters[at + outputs * inputs + o], n)
            add_rows(neuron, parameters, at + o * inputs, 1, below, n)
            activate(kinds[layer], neuron, n)
        at += (inputs + 1) * outputs


@jit
def backward(widths, kinds, parameters, values, slopes, gradient, n):
    """Add to `gradient` what `n` points give, from the slopes of the loss at the outputs.

    `slopes` has the shape of `values`; its last rows are given, those of hidden neurons are made.
    """
    at, row = len(parameters), len(values)
    for layer in range(len(kinds) - 1, -1, -1):
        inputs, outputs = widths[layer], widths[layer + 1]
        at -= (inputs + 1) * outputs
        row -= outputs
        above, below = slopes[row : row + outputs], values[row - inputs : row]
        for o in range(outputs):
            through_activation(kinds[layer], above[o], values[row + o], n)
            total = add_products(gradient, at + o * inputs, above[o], below, n)
            gradient[at + outputs * inputs + o] += total
        if layer:
            for i in range(inputs):
                neuron = slopes[row - inputs + i]
                fill(neuron, ZERO, n)
                add_rows(neuron, parameters, at + i, inputs, above, n)


@jit_sums
def compare(loss, outputs, wanted, slopes, scale, n):
    """Return the summed loss of `n` points to regress on, and put its slopes in place.

    Parameters
    ----------
    outputs, wanted, slopes : ndarray
        Shape (outputs, block), float32.
    scale : float32
        One over the number of values that the loss is the mean of.
    """
    total = 0.0
    for k in range(len(outputs)):
        out, y, slope = outputs[k], wanted[k], slopes[k]
        part = ZERO
        if loss == MSE:
            for p in range(n):
                d = out[p] - y[p]
                part += d * d
                slope[p] = F(2) * scale * d
        elif loss == L1:
            for p in range(n):
                d = out[p] - y[p]
                part += abs(d)
                slope[p] = scale if d > ZERO else (-scale if d < ZERO else ZERO * d)
        elif loss == HUBER:
            for p in range(n):
                d = out[p] - y[p]
                far = abs(d)
                part += far - F(0.5) if far >= ONE else F(0.5) * d * d
                slope[p] = scale if d >= ONE else (-scale if d <= -ONE else scale * d)
        total += np.float64(part)
    return total


@jit
def classify(outputs, labels, slopes, top, sums, scale, n):
    """Return the summed cross-entropy of `n` points, and put its slopes in place.

    `top` and `sums`, shape (block,), hold each point's largest output and sum of exponentials. One
    logarithm serves `LOG_EVERY` points: that of the product of their sums, each at least 1.
    """
    for p in range(n):
        top[p] = outputs[0, p]
        sums[p] = ZERO
    for k in range(1, len(outputs)):
        out = outputs[k]
        for p in range(n):
            top[p] = out[p] if out[p] > top[p] else top[p]
    for k in range(len(outputs)):
        out, slope = outputs[k], slopes[k]
        for p in range(n):
            e = F(exp(np.float64(out[p] - top[p])))
            slope[p] = e
            sums[p] += e
    total, product = 0.0, 1.0
    for p in range(n):
        total += np.float64(top[p] - outputs[labels[p], p])
        product *= np.float64(sums[p])
        if p % LOG_EVERY == LOG_EVERY - 1 or p == n - 1:
            total += math.log(product)
            product = 1.0
    for k in range(len(outputs)):
        slope = slopes[k]
        for p in range(n):
            slope[p] = slope[p] / sums[p] * scale
    for p in range(n):
        slopes[labels[p], p] -= scale
    return total


@jit
def hits(outputs, labels, n):
    """Return how many of `n` points have their largest output, or first NaN, where it belongs."""
    right = 0
    for p in range(n):
        best = 0
        for k in range(1, len(outputs)):
            value, largest = outputs[k, p], outputs[best, p]
            if value > largest or (value != value and largest == largest):
                best = k
        right += best == labels[p]
    return right


