"""The compiled training step of turbo: many steps of all variants without Python in between.

Importing this compiles it, or loads it from numba's cache on disk (see `turbo`). The arguments
carry the shapes, so that there is one compilation, and not one per network.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from nngui.core.health import EXPLODED, LOOK_EVERY
from nngui.core.health import GOOD as SENSIBLE
from nngui.core.turbo_codes import (
    ADAGRAD,
    ADAM,
    ADAMW,
    BEGIN,
    CROSS_ENTROPY,
    DEAD,
    DEAD_BEFORE,
    DECAY,
    EPS,
    FIRST,
    FIRST_LOSS,
    GOOD,
    GRADIENT,
    IN_TRAINING,
    LAST_LOSS,
    LR,
    NESTEROV,
    OUT,
    REJECTED,
    RMSPROP,
    SECOND,
    SGD,
    SQUARES,
    STEPS,
    SUM,
    WEIGHTS,
)
from nngui.core.turbo_layers import F, ZERO, backward, classify, compare, fill, forward, hits, jit


@jit
def fetch(x, order, first, n, rows):
    """Put `n` points of the pass, from `first` on, into rows, shape (columns, block)."""
    for k in range(len(x)):
        source, row = x[k], rows[k]
        if len(order):
            for p in range(n):
                row[p] = source[order[first + p]]
        else:
            for p in range(n):
                row[p] = source[first + p]


@jit
def fetch_labels(labels, order, first, n, row):
    """Put the class numbers of `n` points into a row."""
    for p in range(n):
        row[p] = labels[order[first + p]] if len(order) else labels[first + p]


@jit
def measure(net, data, order, first, count, loss, memory, work, learn):
    """Return the mean loss over `count` points and the share of right answers.

    With `learn` the gradient is left in memory. Points go through in blocks that fit the
    processor's cache.
    """
    widths, kinds = net
    x, y, labels = data
    values, slopes, wanted, chosen, top, sums = work
    block, parameters, gradient = values.shape[1], memory[WEIGHTS], memory[GRADIENT]
    outputs = widths[len(kinds)]
    out, slope = values[len(values) - outputs :], slopes[len(values) - outputs :]
    scale = F(1.0 / count) if loss == CROSS_ENTROPY else F(1.0 / (count * outputs))
    total, right = 0.0, 0
    if learn:
        fill(gradient, ZERO, len(gradient))
    for start in range(first, first + count, block):
        n = min(block, first + count - start)
        fetch(x, order, start, n, values)
        forward(widths, kinds, parameters, values, n)
        if loss == CROSS_ENTROPY:
            fetch_labels(labels, order, start, n, chosen)
            total += classify(out, chosen, slope, top, sums, scale, n)
            right += hits(out, chosen, n)
        else:
            fetch(y, order, start, n, wanted)
            total += compare(loss, out, wanted, slope, scale, n)
        if learn:
            backward(widths, kinds, parameters, values, slopes, gradient, n)
    mean = total / count if loss == CROSS_ENTROPY else total / (count * outputs)
    return np.float64(F(mean)), right / count


@jit
def update(rule, options, steps, memory):
    """Take one optimizer step, as the single-tensor code of `torch.optim` does, in its order."""
    w, g, m, s = memory[WEIGHTS], memory[GRADIENT], memory[SUM], memory[SQUARES]
    lr, decay, eps = F(options[LR]), F(options[DECAY]), F(options[EPS])
    first, rest = F(options[FIRST]), F(1.0 - options[SECOND])
    size = len(w)
    if rule == ADAMW:
        keep = F(1.0 - options[LR] * options[DECAY])
        for i in range(size):
            w[i] *= keep
    elif decay != ZERO:
        for i in range(size):
            g[i] += decay * w[i]
    if rule == SGD and first == ZERO:
        for i in range(size):
            w[i] -= lr * g[i]
    elif rule == SGD:
        nesterov = options[NESTEROV] != 0
        for i in range(size):
            m[i] = first * m[i] + g[i]
            w[i] -= lr * (g[i] + first * m[i] if nesterov else m[i])
    elif rule == ADAGRAD:
        for i in range(size):
            s[i] += g[i] * g[i]
            w[i] -= lr * g[i] / (np.sqrt(s[i]) + eps)
    elif rule == RMSPROP:
        rest = F(1.0 - options[FIRST])
        for i in range(size):
            s[i] = first * s[i] + rest * g[i] * g[i]
            w[i] -= lr * g[i] / (np.sqrt(s[i]) + eps)
    elif rule in (ADAM, ADAMW):
        lerp, second = F(1.0 - options[FIRST]), F(options[SECOND])
        pace = F(options[LR] / (1.0 - options[FIRST] ** steps))
        root = F(math.sqrt(1.0 - options[SECOND] ** steps))
        half = lerp < F(0.5)  # torch's lerp starts from the nearer end
        for i in range(size):
            d = g[i] - m[i]
            m[i] = m[i] + lerp * d if half else g[i] - d * (F(1) - lerp)
            s[i] = second * s[i] + rest * g[i] * g[i]
            w[i] -= pace * m[i] / (np.sqrt(s[i]) / root + eps)


@jit
def look(health, step, gradient, standing, last):
    """Notice hidden layers that get no gradient at all, twice in a row (see `health.Health`).

    `last` is where the output layer's parameters begin.
    """
    if step % LOOK_EVERY or standing[LAST_LOSS] == 0 or last == 0:
        return
    dead = True
    for i in range(last):
        dead = dead and gradient[i] == ZERO
    health[DEAD] = dead and health[DEAD_BEFORE]
    health[DEAD_BEFORE] = dead


@jit
def accepts(standing, loss):
    """Note a loss; return whether the network can go on from it (see `Variant.accepts`)."""
    standing[LAST_LOSS] = loss
    if standing[FIRST_LOSS] == 0 and math.isfinite(loss):
        standing[FIRST_LOSS] = loss
    return loss < EXPLODED * max(standing[FIRST_LOSS], 1.0)


@jit
def step(net, data, order, first, count, loss, rule, options, standing, memory, work):
    """Take one step of one variant; return its loss and share of right answers."""
    value, right = measure(net, data, order, first, count, loss, memory, work, True)
    if not accepts(standing, value):
        standing[OUT] = REJECTED
        return value, right
    if standing[LAST_LOSS] <= SENSIBLE * standing[FIRST_LOSS]:
        memory[GOOD, :] = memory[WEIGHTS]
    standing[STEPS] += 1
    update(rule, options, standing[STEPS], memory)
    return value, right


def train(
    net, data, held, order, position, batch_size, loss, target, rules, options, standing, memory,
    health, validate_from, rows, work,
):  # fmt: skip
    """Take steps until the rows are full, a loss reaches the target or a variant is rejected.

    Parameters
    ----------
    net : tuple
        Widths and activations, see `turbo_layers.forward`.
    data, held : tuple
        What is trained on, and what is kept out: inputs, shape (features, n), float32; targets to
        regress on, shape (outputs, n), float32; class numbers, shape (n,), int64.
    order : ndarray
        Shape (n,), int64: the pass's permutation; empty where all points are taken in their order.
    position, batch_size : int
        The point of the pass to begin with, and how many there are in a step.
    rules, options, standing, memory : ndarray
        A variant each, see `turbo_codes`; memory has the shape (variants, MEMORIES, parameters).
    validate_from : int
        The first of these steps behind which the points kept out are measured.
    rows : ndarray
        Shape (steps, columns), float64, full of NaN: the columns as in `Trainer.columns`.
    work : tuple
        Room for a block of points: values and slopes, (neurons, block); and rows of targets,
        class numbers, largest outputs and sums.

    Returns
    -------
    int
        The steps taken.
    """
    widths, kinds = net
    variants, points = len(rules), data[0].shape[1]
    classes = loss == CROSS_ENTROPY
    no_order = order[:0]
    last = memory.shape[2] - (widths[len(kinds) - 1] + 1) * widths[len(kinds)]
    for done in range(len(rows)):
        count, stop = min(batch_size, points - position), False
        for v in range(variants):
            if standing[v, OUT] != IN_TRAINING:
                continue
            value, right = step(
                net, data, order, position, count, loss, rules[v], options[v], standing[v],
                memory[v], work,
            )  # fmt: skip
            rows[done, v] = value
            if classes:
                rows[done, variants + v] = right
            stop = stop or value <= target or standing[v, OUT] == REJECTED
        if len(order):
            position += count
        if variants == 1:
            look(health, health[BEGIN] + done + 1, memory[0, GRADIENT], standing[0], last)
        if done >= validate_from:
            column = (2 if classes else 1) * variants
            for v in range(variants):
                if standing[v, OUT] == REJECTED:  # as it will be from now on
                    memory[v, WEIGHTS, :] = memory[v, GOOD]
                value, right = measure(
                    net, held, no_order, 0, held[0].shape[1], loss, memory[v], work, False
                )
                rows[done, column + v] = value
                if classes:
                    rows[done, column + variants + v] = right
        if stop:
            return done + 1
    return len(rows)


_f32, _f64, _i64 = numba.float32, numba.float64, numba.int64
_points = numba.types.Tuple((_f32[:, ::1], _f32[:, ::1], _i64[::1]))
_work = numba.types.Tuple(
    (_f32[:, ::1], _f32[:, ::1], _f32[:, ::1], _i64[::1], _f32[::1], _f32[::1])
)
_signature = _i64(
    numba.types.UniTuple(_i64[::1], 2), _points, _points, _i64[::1], _i64, _i64, _i64, _f64,
    _i64[::1], _f64[:, ::1], _f64[:, ::1], _f32[:, :, ::1], _i64[::1], _i64, _f64[:, ::1], _work,
)  # fmt: skip
compiled = numba.njit(_signature, nogil=True, cache=True, error_model="numpy")(train)
