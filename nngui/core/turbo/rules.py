"""The optimizers of turbo, and when a network cannot go on: see `layers`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.training.health import GOOD_LOSS_FACTOR, LOOK_EVERY, MAX_LOSS_FACTOR
from nngui.core.turbo.codes import (
    ADAGRAD,
    ADAMW,
    BEST,
    BEST_EPOCH,
    BEST_LOSS,
    BEST_STEP,
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
    PATIENCE,
    PATIENT_FROM,
    REJECTED,
    RMSPROP,
    SECOND,
    SGD,
    SQUARES,
    STEPS,
    SUM,
    WEIGHTS,
)
from nngui.core.turbo.layers import ZERO, F, jit

if TYPE_CHECKING:
    from nngui.core.turbo.layers import Numbers, Values, Whole


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
    return bool(loss < MAX_LOSS_FACTOR * max(standing[FIRST_LOSS], 1.0))


@jit
def note_best(
    standing: Numbers, memory: Values, loss: float, epoch: int, step: int, keep: int
) -> None:
    """Note a validation loss, and keep the weights where it is the smallest (see `best.Best`)."""
    if standing[OUT] != IN_TRAINING or not loss < standing[BEST_LOSS]:
        return
    standing[BEST_LOSS], standing[BEST_EPOCH], standing[BEST_STEP] = loss, epoch, step
    if keep:
        for i in range(memory.shape[1]):
            memory[BEST, i] = memory[WEIGHTS, i]


@jit
def is_out_of_patience(status: Numbers, stopping: Whole, epoch: int) -> bool:
    """Return whether no variant has gained for as long as was asked for (see `RunState`)."""
    last = stopping[PATIENT_FROM]
    for v in range(len(status)):
        if status[v, OUT] == IN_TRAINING:
            last = max(last, np.int64(status[v, BEST_EPOCH]))
    return bool(stopping[PATIENCE] and epoch - last >= stopping[PATIENCE])


@jit
def go_on(rule: int, options: Numbers, standing: Numbers, memory: Values, loss: float) -> None:
    """Take the step that a loss asks for, unless the network cannot go on from it."""
    if not accepts(standing, loss):
        standing[OUT] = REJECTED
        return
    if loss <= GOOD_LOSS_FACTOR * standing[FIRST_LOSS]:
        for i in range(memory.shape[1]):
            memory[GOOD, i] = memory[WEIGHTS, i]
    standing[STEPS] += 1
    update(rule, options, standing[STEPS], memory)
