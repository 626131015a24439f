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
def set_rate(pace: Pace, done: int, cursor: Whole, v: int, options: Numbers) -> None:
    """Give a variant the learning rate of the next step.

    Parameters
    ----------
    pace : tuple
        Factors, shape (n,), float64, none where the rate is constant; a row for each variant's
        plateau; and how the factors are counted (see `codes`).
    done : int
        Steps of this chunk; the batch of the next one has been drawn.
    """
    factors, plateaus, how = pace
    if len(factors) == 0:
        return
    if how[COUNTED_BY] == PLATEAUS:
        factor = factors[0] ** plateaus[v, CUTS]
    elif how[COUNTED_BY] == STEPS_TAKEN:
        factor = factors[min(done, len(factors) - 1)]
    else:
        factor = factors[min(cursor[EPOCH] - 1 - how[FROM], len(factors) - 1)]
    options[LR] = options[BASE_LR] * factor


@jit
def note_step(pace: Pace, v: int, loss: float, rate: float, row: NDArray[np.float64]) -> None:
    """Put the learning rate of a step at the end of its row, and take its loss.

    See `rates.Plateau.add`.
    """
    factors, plateaus, how = pace
    if len(factors) == 0:
        return
    row[len(row) - len(plateaus) + v] = rate
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
