"""What turbo does to gradients and learning rates before each step: see `layers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nngui.core.training.rates import THRESHOLD
from nngui.core.turbo.codes import (
    BAD,
    BASE_LR,
    BEARS,
    CLIP,
    CLIP_AT,
    COUNT,
    COUNTED_BY,
    CUTS,
    EPOCH,
    FROM,
    GRADIENT,
    L1_PENALTY,
    LOWEST,
    LR,
    PLATEAUS,
    STEPS_TAKEN,
    TOTAL,
    WEIGHTS,
)
from nngui.core.turbo.layers import ZERO, F, jit

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    from nngui.core.turbo.layers import Numbers, Values, Whole

    Pace: TypeAlias = tuple[NDArray[np.float64], Numbers, Whole]


@jit
def shapes_gradients(hyperparams: Numbers) -> bool:
    """Return whether a gradient is anything but the loss's own, of any variant."""
    for v in range(len(hyperparams)):
        if hyperparams[v, L1_PENALTY] != 0 or hyperparams[v, CLIP] != 0:
            return True
    return False


@jit
def prepare_step(
    pace: Pace, done: int, cursor: Whole, v: int, hyperparams: Numbers, memory: NDArray[np.float32]
) -> None:
    """Give a variant the learning rate of its next step, and the gradient that is gone along.

    Parameters
    ----------
    pace : tuple
        Factors, shape (n,), float64, none where the rate is constant; a row for each variant's
        plateau; and how the factors are counted (see `codes`).
    done : int
        Steps of this chunk; the batch of the next one has been drawn.
    memory : ndarray
        Shape (variants, MEMORIES, parameters), float32.
    """
    factors, plateaus, how = pace
    if len(factors):
        if how[COUNTED_BY] == PLATEAUS:
            factor = factors[0] ** plateaus[v, CUTS]
        elif how[COUNTED_BY] == STEPS_TAKEN:
            factor = factors[min(done, len(factors) - 1)]
        else:
            factor = factors[min(cursor[EPOCH] - 1 - how[FROM], len(factors) - 1)]
        hyperparams[v, LR] = hyperparams[v, BASE_LR] * factor
    shape_gradient(hyperparams[v], memory[v])


@jit
def note_step(pace: Pace, v: int, loss: float, rate: float, rows: Numbers, done: int) -> None:
    """Put the learning rate of a step at the end of its row, and take its loss.

    See `rates.Plateau.add`.
    """
    _, plateaus, how = pace
    rows[done, rows.shape[1] - len(plateaus) + v] = rate
    if how[COUNTED_BY] == PLATEAUS:
        plateaus[v, TOTAL] += loss
        plateaus[v, COUNT] += 1


@jit
def end_epoch(pace: Pace, v: int, held_out: float, has_held_out: bool) -> None:
    """Look at what an epoch gave (see `rates.Plateau.end_epoch`)."""
    factors, plateaus, how = pace
    if len(factors) == 0 or how[COUNTED_BY] != PLATEAUS:
        return
    loss = held_out if has_held_out else plateaus[v, TOTAL] / max(plateaus[v, COUNT], 1.0)
    plateaus[v, TOTAL] = plateaus[v, COUNT] = 0.0
    if loss < plateaus[v, LOWEST] * (1.0 - THRESHOLD):
        plateaus[v, LOWEST], plateaus[v, BAD] = loss, 0.0
    else:
        plateaus[v, BAD] += 1
    if plateaus[v, BAD] > how[BEARS]:
        plateaus[v, CUTS] += 1
        plateaus[v, BAD] = 0.0


@jit
def shape_gradient(options: Numbers, memory: Values) -> None:
    """Add L1's pull to the gradient, and hold it within its limit (see `training.gradients`)."""
    size, pull, limit = memory.shape[1], F(options[L1_PENALTY]), F(options[CLIP_AT])
    if pull != ZERO:
        for i in range(size):
            memory[GRADIENT, i] += pull * np.sign(memory[WEIGHTS, i])
    if options[CLIP] == 1:  # by norm
        squares = 0.0
        for i in range(size):
            squares += np.float64(memory[GRADIENT, i]) * np.float64(memory[GRADIENT, i])
        shorter = limit / (F(np.sqrt(squares)) + F(1e-6))
        shorter = F(1) if shorter > F(1) else shorter  # so that NaN survives
        for i in range(size):
            memory[GRADIENT, i] *= shorter
    elif options[CLIP] == 2:  # by value
        for i in range(size):
            g = memory[GRADIENT, i]
            g = limit if g > limit else g
            memory[GRADIENT, i] = -limit if g < -limit else g
