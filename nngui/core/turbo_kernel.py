"""The compiled training step of turbo: many steps of all variants without Python in between.

The arguments carry the shapes, so that there is one compilation, and not one per network.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba
import numpy as np

from nngui.core.health import EXPLODED, LOOK_EVERY
from nngui.core.health import GOOD as SENSIBLE
from nngui.core.turbo_codes import (
    ADAGRAD,
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
from nngui.core.turbo_layers import ZERO, F, backward, classify, compare, forward, hits, jit

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from numpy.typing import NDArray

    from nngui.core.turbo_layers import Values, Whole

    Numbers: TypeAlias = NDArray[np.float64]
    Net: TypeAlias = tuple[Whole, Whole]
    Points: TypeAlias = tuple[Values, Values, Whole]
    Work: TypeAlias = tuple[Values, Values, Values, Whole, Values, Values]


@jit
def fetch(x: Values, order: Whole, first: int, n: int, rows: Values) -> None:
    """Put `n` points of the pass, from `first` on, into rows, shape (columns, block)."""
    for k in range(len(x)):
        if len(order):
            for p in range(n):
                rows[k, p] = x[k, order[first + p]]
        else:
            for p in range(n):
                rows[k, p] = x[k, first + p]


@jit
def fetch_labels(labels: Whole, order: Whole, first: int, n: int, row: Whole) -> None:
    """Put the class numbers of `n` points into a row."""
    for p in range(n):
        row[p] = labels[order[first + p]] if len(order) else labels[first + p]


@jit
def measure(
    net: Net, data: Points, order: Whole, first: int, count: int, loss: int,
    parameters: Values, gradient: Values, work: Work, learn: bool,
) -> tuple[float, float]:  # fmt: skip
    """Return the mean loss over `count` points and the share of right answers.

    With `learn` the gradient is put in place too. Points go through in blocks that fit the
    processor's cache.
    """
    widths, kinds = net
    x, y, labels = data
    values, slopes, wanted, chosen, top, sums = work
    outputs, row = widths[len(kinds)], len(values) - widths[len(kinds)]
    scale = F(1.0 / count) if loss == CROSS_ENTROPY else F(1.0 / (count * outputs))
    total, right = 0.0, 0
    if learn:
        for i in range(len(gradient)):
            gradient[i] = ZERO
    for start in range(first, first + count, values.shape[1]):
        n = min(values.shape[1], first + count - start)
        fetch(x, order, start, n, values)
        forward(widths, kinds, parameters, values, n)
        if loss == CROSS_ENTROPY:
            fetch_labels(labels, order, start, n, chosen)
            total += classify(values, row, chosen, slopes, top, sums, scale, n)
            right += hits(values, row, chosen, n)
        else:
            fetch(y, order, start, n, wanted)
            total += compare(loss, values, row, wanted, slopes, scale, n)
        if learn:
            backward(widths, kinds, parameters, values, slopes, gradient, n)
    mean = total / count if loss == CROSS_ENTROPY else total / (count * outputs)
    return np.float64(F(mean)), right / count


@jit
def adam(options: Numbers, steps: float, memory: Values) -> None:
    """Take the step of Adam, and of AdamW behind its decay."""
    lerp, second = F(1.0 - options[FIRST]), F(options[SECOND])
    rest, eps = F(1.0 - options[SECOND]), F(options[EPS])
    pace = F(options[LR] / (1.0 - options[FIRST] ** steps))
    root = F(math.sqrt(1.0 - options[SECOND] ** steps))
    near = lerp < F(0.5)  # torch's lerp starts from the nearer end
    for i in range(memory.shape[1]):
        g, m = memory[GRADIENT, i], memory[SUM, i]
        m = m + lerp * (g - m) if near else g - (g - m) * (F(1) - lerp)
        s = second * memory[SQUARES, i] + rest * g * g
        memory[SUM, i], memory[SQUARES, i] = m, s
        memory[WEIGHTS, i] -= pace * m / (np.sqrt(s) / root + eps)


@jit
def update(rule: int, options: Numbers, steps: float, memory: Values) -> None:
    """Take one optimizer step, as the single-tensor code of `torch.optim` does, in its order."""
    lr, decay, eps = F(options[LR]), F(options[DECAY]), F(options[EPS])
    first, size = F(options[FIRST]), memory.shape[1]
    if rule == ADAMW:
        keep = F(1.0 - options[LR] * options[DECAY])
        for i in range(size):
            memory[WEIGHTS, i] *= keep
    elif decay != ZERO:
        for i in range(size):
            memory[GRADIENT, i] += decay * memory[WEIGHTS, i]
    if rule == SGD:
        nesterov = options[NESTEROV] != 0
        for i in range(size):
            g = memory[GRADIENT, i]
            m = g
            if first != ZERO:
                m = first * memory[SUM, i] + g
                memory[SUM, i] = m
            memory[WEIGHTS, i] -= lr * (g + first * m if nesterov else m)
    elif rule in (ADAGRAD, RMSPROP):
        keep, rest = (F(1), F(1)) if rule == ADAGRAD else (first, F(1.0 - options[FIRST]))
        for i in range(size):
            g = memory[GRADIENT, i]
            s = keep * memory[SQUARES, i] + rest * g * g
            memory[SQUARES, i] = s
            memory[WEIGHTS, i] -= lr * g / (np.sqrt(s) + eps)
    else:
        adam(options, steps, memory)


@jit
def look(health: Whole, step: int, gradient: Values, last_loss: float, last: int) -> None:
    """Notice hidden layers that get no gradient at all, twice in a row (see `health.Health`).

    `last` is where the output layer's parameters begin.
    """
    if step % LOOK_EVERY or last_loss == 0 or last == 0:
        return
    dead = True
    for i in range(last):
        dead = dead and gradient[i] == ZERO
    health[DEAD] = dead and health[DEAD_BEFORE]
    health[DEAD_BEFORE] = dead


@jit
def accepts(standing: Numbers, loss: float) -> bool:
    """Note a loss; return whether the network can go on from it (see `Variant.accepts`)."""
    standing[LAST_LOSS] = loss
    if standing[FIRST_LOSS] == 0 and math.isfinite(loss):
        standing[FIRST_LOSS] = loss
    return bool(loss < EXPLODED * max(standing[FIRST_LOSS], 1.0))


@jit
def go_on(rule: int, options: Numbers, standing: Numbers, memory: Values, loss: float) -> None:
    """Take the step that a loss asks for, unless the network cannot go on from it."""
    if not accepts(standing, loss):
        standing[OUT] = REJECTED
        return
    if loss <= SENSIBLE * standing[FIRST_LOSS]:
        for i in range(memory.shape[1]):
            memory[GOOD, i] = memory[WEIGHTS, i]
    standing[STEPS] += 1
    update(rule, options, standing[STEPS], memory)


def train(
    net: Net, data: Points, held: Points, order: Whole, position: int, batch_size: int, loss: int,
    target: float, rules: Whole, options: Numbers, standing: Numbers, memory: Values,
    health: Whole, validate_from: int, rows: Numbers, work: Work,
) -> int:  # fmt: skip
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
    columns = 2 * variants if loss == CROSS_ENTROPY else variants
    last = memory.shape[2] - (widths[len(kinds) - 1] + 1) * widths[len(kinds)]
    for done in range(len(rows)):
        count, stop = min(batch_size, points - position), False
        for v in range(2 * variants if done >= validate_from else variants):
            learn = v < variants
            v = v if learn else v - variants
            if learn and standing[v, OUT] != IN_TRAINING:
                continue
            if not learn and standing[v, OUT] == REJECTED:  # as it will be from now on
                memory[v, WEIGHTS, :] = memory[v, GOOD]
            value, right = measure(
                net, data if learn else held, order if learn else order[:0],
                position if learn else 0, count if learn else held[0].shape[1], loss,
                memory[v, WEIGHTS], memory[v, GRADIENT], work, learn,
            )  # fmt: skip
            if learn:
                go_on(rules[v], options[v], standing[v], memory[v], value)
                stop = stop or value <= target or standing[v, OUT] == REJECTED
            rows[done, v if learn else columns + v] = value
            if loss == CROSS_ENTROPY:
                rows[done, variants + v if learn else columns + variants + v] = right
        if len(order):
            position += count
        if variants == 1:
            step = health[BEGIN] + done + 1
            look(health, step, memory[0, GRADIENT], standing[0, LAST_LOSS], last)
        if stop:
            return done + 1
    return len(rows)


def compiled() -> Callable[..., Any]:
    """Return `train` as machine code: loaded from numba's cache, or compiled and put there."""
    types: Any = numba.types
    f32, f64, i64 = numba.float32, numba.float64, numba.int64
    values, whole, numbers = f32[:, ::1], i64[::1], f64[:, ::1]
    points = types.Tuple((values, values, whole))
    work = types.Tuple((values, values, values, whole, f32[::1], f32[::1]))
    signature = i64(
        types.UniTuple(whole, 2), points, points, whole, i64, i64, i64,
        f64, whole, numbers, numbers, f32[:, :, ::1],
        whole, i64, numbers, work,
    )  # fmt: skip
    try:
        step: Any = numba.njit(signature, cache=True, nogil=True, error_model="numpy")(train)
    except RuntimeError:  # there is no folder that it could be kept in
        step = numba.njit(signature, nogil=True, error_model="numpy")(train)
    compiled_step: Callable[..., Any] = step
    return compiled_step
