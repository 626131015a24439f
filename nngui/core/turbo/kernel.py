"""What turbo compiles: many steps of all variants without Python in between, and questions.

The arguments carry the shapes, so that there is one compilation, and not one per network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from nngui.core.turbo.codes import (
    BATCH,
    BEGIN,
    CROSS_ENTROPY,
    DROP_LAST,
    EPOCH,
    GOOD,
    GRADIENT,
    IN_TRAINING,
    KEEP,
    LAST_LOSS,
    LR,
    OUT,
    POSITION,
    REJECTED,
    SHUFFLE,
    WEIGHTS,
)
from nngui.core.turbo.layers import ZERO, F, backward, forward, jit
from nngui.core.turbo.losses import classify, compare, exponentials, hits
from nngui.core.turbo.rules import go_on, is_out_of_patience, look, note_best
from nngui.core.turbo.shuffle import draw_order, write_back
from nngui.core.turbo.stepping import end_epoch, note_step, prepare_step, shapes_gradients

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from nngui.core.turbo.layers import Numbers, Values, Whole
    from nngui.core.turbo.stepping import Pace

    Net: TypeAlias = tuple[Whole, Whole]
    Points: TypeAlias = tuple[Values, Values, Whole]
    Random: TypeAlias = tuple[Whole, Whole, Whole]
    Scale: TypeAlias = tuple[Values, Values, Values, Values]
    Trajectory: TypeAlias = tuple[Values, Whole, Whole]
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

    # zero_grad(): what follows adds to the gradient
    if learn:
        for i in range(len(gradient)):
            gradient[i] = ZERO

    for start in range(first, first + count, values.shape[1]):
        n = min(values.shape[1], first + count - start)
        # forward: the inputs of a block, then every layer's values below them
        fetch(x, order, start, n, values)
        forward(widths, kinds, parameters, values, n)
        # the loss against the targets; it leaves its slope for each output
        if loss == CROSS_ENTROPY:
            fetch_labels(labels, order, start, n, chosen)
            total += classify(values, row, chosen, slopes, top, sums, scale, n)
            right += hits(values, row, chosen, n)
        else:
            fetch(y, order, start, n, wanted)
            total += compare(loss, values, row, wanted, slopes, scale, n)
        # backward: from those slopes to the gradient of all parameters
        if learn:
            backward(widths, kinds, parameters, values, slopes, gradient, n)

    # divided as PyTorch does: by the points, or by the points times the outputs
    mean = total / count if loss == CROSS_ENTROPY else total / (count * outputs)
    return np.float64(F(mean)), right / count


@jit
def batches_left(cursor: Whole, points: int) -> int:
    """Return how many batches of the present pass are still to come (see `data.Batches`)."""
    left = max(points - cursor[POSITION], 0)
    if cursor[BATCH] == 0:
        return 0
    return int(left // cursor[BATCH] if cursor[DROP_LAST] else -(-left // cursor[BATCH]))


@jit
def next_batch(cursor: Whole, random: Random, order: Whole, points: int) -> tuple[int, int]:
    """Go on by a batch; return its first point in the pass's order, and how many it has."""
    if cursor[BATCH] == 0:
        cursor[EPOCH] += 1
        return 0, points
    if batches_left(cursor, points) == 0:
        draw_order(random[0], random[1], cursor[SHUFFLE], order)
        cursor[POSITION] = 0
        cursor[EPOCH] += 1
    first = cursor[POSITION]
    cursor[POSITION] += cursor[BATCH]
    return first, min(cursor[BATCH], points - first)


@jit
def validate(
    net: Net, held: Points, loss: int, status: Numbers, memory: Values, row: Numbers, work: Work
) -> None:
    """Measure all variants on what is kept out of training; fill in the end of a row."""
    variants = len(memory)
    column = 2 * variants if loss == CROSS_ENTROPY else variants
    for v in range(variants):
        if status[v, OUT] == REJECTED:  # its last good parameters, with which it stays from now on
            for i in range(memory.shape[2]):
                memory[v, WEIGHTS, i] = memory[v, GOOD, i]
        row[column + v], right = measure(
            net, held, held[2][:0], 0, held[0].shape[1], loss,
            memory[v, WEIGHTS], memory[v, GRADIENT], work, False,
        )  # fmt: skip
        if loss == CROSS_ENTROPY:
            row[column + variants + v] = right


@jit
def finish_epoch(
    net: Net, held: Points, loss: int, status: Numbers, memory: Values, row: Numbers, work: Work,
    epoch: int, step: int, keep: int, pace: Pace,
) -> None:  # fmt: skip
    """Validate, where anything is held out, and show it to what looks at the losses of epochs."""
    variants, has_held_out = len(memory), held[0].shape[1] > 0
    column = 2 * variants if loss == CROSS_ENTROPY else variants
    if has_held_out:
        validate(net, held, loss, status, memory, row, work)
    for v in range(variants):
        if status[v, OUT] == IN_TRAINING:
            held_out = row[column + v] if has_held_out else np.nan
            end_epoch(pace, v, held_out, has_held_out)
            if has_held_out:
                note_best(status[v], memory[v], held_out, epoch, step, keep)


@jit
def record_point(trajectory: Trajectory, steps: int, memory: Values, cursor: Whole) -> None:
    """Write down where all variants are, if it is time.

    Parameters
    ----------
    trajectory : tuple
        Weights, shape (places, variants, parameters), float32; position and epoch, (places, 2);
        and the steps from the chunk's beginning to the first place, and from one to the next.
        Without places nothing is written.
    steps : int
        Taken since the chunk began.
    """
    weights, cursors, rhythm = trajectory
    place, rest = divmod(steps - rhythm[0], rhythm[1])
    if place < 0 or place >= len(weights) or rest:
        return
    cursors[place, 0], cursors[place, 1] = cursor[POSITION], cursor[EPOCH]
    for v in range(len(memory)):
        for i in range(memory.shape[2]):
            weights[place, v, i] = memory[v, WEIGHTS, i]


def train(
    net: Net, data: Points, held: Points, order: Whole, cursor: Whole, random: Random, loss: int,
    target: float, rules: Whole, hyperparams: Numbers, status: Numbers, memory: Values,
    health: Whole, rows: Numbers, work: Work, trajectory: Trajectory, stopping: Whole, pace: Pace,
) -> int:  # fmt: skip
    """Take steps until the rows are full, a loss reaches the target or a variant is rejected.

    Or until the validation loss has not gained for too long.

    Parameters
    ----------
    net : tuple
        Widths and activations, see `layers.forward`.
    data, held : tuple
        What is trained on, and what is kept out: inputs, shape (features, n), float32; targets to
        regress on, shape (outputs, n), float32; class numbers, shape (n,), int64.
    order : ndarray
        Shape (n,), int64: the pass's permutation; empty where all points are taken at once.
    cursor, random
        Where in the data it is, see `codes`; what `shuffle.unpacked` gave: the state is
        written back at the end. (Python's lock is let go of, and waited for, with each larger
        piece of work; so as much as possible is done here.)
    rules, hyperparams, status, memory : ndarray
        A variant each, see `codes`; memory has the shape (variants, MEMORIES, parameters).
    rows : ndarray
        Shape (steps, columns), float64, to be filled in: the columns as in `RunState.columns`.
    work : tuple
        Room for a block of points: values and slopes, (neurons, block); and rows of targets,
        class numbers, largest outputs and sums.
    trajectory : tuple
        Where weights are taken down on the way, see `record_point`.
    stopping : ndarray
        When to stop early, and whether best weights are kept, see `codes`.
    pace : tuple
        How the learning rates go, see `stepping.prepare_step`.

    Returns
    -------
    int
        The steps taken.
    """
    widths, kinds = net
    variants, points = len(rules), data[0].shape[1]
    last = memory.shape[2] - (widths[len(kinds) - 1] + 1) * widths[len(kinds)]
    paced = len(pace[0]) > 0
    prepares = paced or shapes_gradients(hyperparams)
    looks_at_epochs = paced or held[0].shape[1] > 0
    done, stop = 0, False
    while done < len(rows) and not stop:
        # the next batch, the same for all variants, and an empty row for what it gives
        first, count = next_batch(cursor, random, order, points)
        for c in range(rows.shape[1]):
            rows[done, c] = np.nan

        # each variant: forward and backward, then its optimizer's step (or its rejection)
        for v in range(variants):
            if status[v, OUT] != IN_TRAINING:
                continue
            value, right = measure(
                net, data, order, first, count, loss,
                memory[v, WEIGHTS], memory[v, GRADIENT], work, True,
            )  # fmt: skip
            if prepares:
                prepare_step(pace, done, cursor, v, hyperparams, memory)
            go_on(rules[v], hyperparams[v], status[v], memory[v], value)
            rows[done, v] = value
            if paced and status[v, OUT] == IN_TRAINING:
                note_step(pace, v, value, hyperparams[v, LR], rows, done)
            if loss == CROSS_ENTROPY:
                rows[done, variants + v] = right
            stop = stop or value <= target or status[v, OUT] == REJECTED

        # a network that is trained alone is looked at for dead neurons
        if variants == 1:
            step = health[BEGIN] + done + 1
            look(health, step, memory[0, GRADIENT], status[0, LAST_LOSS], last)

        # the epoch ends: validate, and look whether that is the best, or a rate is to fall
        if looks_at_epochs and batches_left(cursor, points) == 0:
            step = health[BEGIN] + done + 1
            finish_epoch(
                net, held, loss, status, memory, rows[done], work, cursor[EPOCH], step,
                stopping[KEEP], pace,
            )  # fmt: skip
            stop = stop or is_out_of_patience(status, stopping, cursor[EPOCH])

        # the step is taken
        done += 1
        record_point(trajectory, done, memory, cursor)
    write_back(random[0], random[1], random[2])
    return done


def predict(
    net: Net, memory: Values, x: Numbers, scale: Scale, classes: int, work: Work, said: Values
) -> None:
    """Fill in what each variant's network says at some places (see `Trainer.predict`).

    Parameters
    ----------
    x : ndarray
        Shape (m, features), float64, in the data's own units.
    scale : tuple
        Means, deviations and what stands for a gap (NaN for nothing), each of shape (features,);
        and the target's mean and deviation, shape (2,); float32.
    classes : int
        Whether probabilities are wanted, 0 or 1.
    said : ndarray
        Shape (variants, m, outputs), float32.
    """
    widths, kinds = net
    means, deviations, gaps, target = scale
    values, slopes, _, _, top, sums = work
    row = len(values) - widths[len(kinds)]
    for v in range(len(memory)):
        for start in range(0, len(x), values.shape[1]):
            n = min(values.shape[1], len(x) - start)
            for k in range(widths[0]):
                for p in range(n):
                    seen = F(x[start + p, k])
                    seen = gaps[k] if np.isnan(seen) else seen
                    values[k, p] = (seen - means[k]) / deviations[k]
            forward(widths, kinds, memory[v, WEIGHTS], values, n)
            if classes:
                exponentials(values, row, slopes, top, sums, n)
            for k in range(widths[len(kinds)]):
                for p in range(n):
                    if classes:
                        said[v, start + p, k] = slopes[row + k, p] / sums[p]
                    else:
                        said[v, start + p, k] = values[row + k, p] * target[1] + target[0]


def losses(
    net: Net, data: Points, sample: Whole, loss: int, memory: Values, work: Work, found: Numbers
) -> None:
    """Fill in each variant's loss, shape (variants,), on a sample of the points, shape (k,)."""
    for v in range(len(memory)):
        found[v], _ = measure(
            net, data, sample, 0, len(sample), loss,
            memory[v, WEIGHTS], memory[v, GRADIENT], work, False,
        )  # fmt: skip


class Kernel(NamedTuple):
    """`train`, `predict` and `losses` as machine code."""

    train: Callable[..., int]
    predict: Callable[..., None]
    losses: Callable[..., None]


def compiled() -> Kernel:
    """Return the kernel, loaded from numba's cache, or compiled and put there."""
    types: Any = numba.types
    f32, f64, i64 = numba.float32, numba.float64, numba.int64
    values, whole, numbers = f32[:, ::1], i64[::1], f64[:, ::1]
    net, memory = types.UniTuple(whole, 2), f32[:, :, ::1]
    points = types.Tuple((values, values, whole))
    work = types.Tuple((values, values, values, whole, f32[::1], f32[::1]))
    random = types.Tuple((i64[:, ::1], i64[:, ::1], whole))
    trajectory = types.Tuple((memory, i64[:, ::1], whole))
    pace = types.Tuple((f64[::1], numbers, whole))
    step = i64(
        net, points, points, whole, whole, random, i64,
        f64, whole, numbers, numbers, memory,
        whole, numbers, work, trajectory, whole, pace,
    )  # fmt: skip
    question = types.void(net, memory, numbers, types.UniTuple(f32[::1], 4), i64, work, memory)
    measured = types.void(net, points, whole, i64, memory, work, f64[::1])
    return Kernel(_code(step, train), _code(question, predict), _code(measured, losses))


def _code(signature: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    try:
        code: Any = numba.njit(signature, cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # there is no folder that it could be kept in
        code = numba.njit(signature, nogil=True, error_model="numpy")(function)
    result: Callable[..., Any] = code
    return result
