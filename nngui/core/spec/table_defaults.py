"""What a table starts with: rules of thumb by its rows, its inputs, and what they cost.

They were chosen by the scores on rows held out for the test, of many tables, each over several
seeds; `tests/benchmarks/peers.py` has the figures, beside scikit-learn's. The run ends by itself:
once the validation loss no longer gains, with its best weights.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

UNKNOWN_ROWS, UNKNOWN_INPUTS = 1000, 10  # taken where nobody knows them yet
TEST = 0.2  # the share of the rows that is for the test (`TableSpec.test`)

WIDTH = 64
FEW_INPUTS = 3  # up to so many, two narrow layers bend more than a wide one
MANY_ROWS = 5000  # from so many, a second layer has enough to learn from

TINY = 32  # with fewer rows, all are a batch
MIN_BATCH, USUAL_BATCH, MAX_BATCH = 8, 32, 4096
STEPS_SMALL, STEPS = 12, 80  # an epoch has about so many, below the usual batch and above it

FEW_ROWS = 100  # with fewer, a fifth of them is too noisy to judge by
MASSES = 100_000  # from so many rows, a tenth of them is enough to judge by

PATIENT_STEPS = 400  # without gain, within these bounds
MIN_PATIENCE, MAX_PATIENCE = 15, 100  # epochs
MAX_STEPS = 20_000  # of a run that gains to the end: about ten seconds by PyTorch
MAX_WORK = 200_000_000_000  # multiply-adds of such a run, forward: about a minute on a core
MIN_EPOCHS, MAX_EPOCHS = 30, 1000

FIXED: Mapping[str, Any] = {
    "optimizer.name": "adam",
    "optimizer.lr": 0.005,
    "optimizer.beta2": 0.999,
    "optimizer.weight_decay": 0.001,
    "schedule.keep": "best",
}

REASONS: Mapping[str, str] = {
    "network.hidden": mark(
        "core",
        "A table starts with one layer of 64; with two of 32 for up to 3 inputs, and two of 64 "
        "from 5,000 rows.",
    ),
    "optimizer.lr": mark("core", "A table starts with 0.005, by Adam."),
    "optimizer.weight_decay": mark("core", "A table starts with 0.001."),
    "schedule.batch_size": mark(
        "core", "A table starts with 8 to 4,096, by its rows; below 32 rows with all at once."
    ),
    "schedule.epochs": mark(
        "core",
        "A table starts with 30 to 1,000, by rows and inputs: the most there can be, as patience "
        "ends the run.",
    ),
    "schedule.patience": mark(
        "core", "A table starts with 15 to 100: about 400 steps, so the more the fewer rows."
    ),
    "schedule.validation": mark(
        "core",
        "A table starts with 0.2 of the rows that are not for the test; with 0.3 below 100 rows, "
        "and 0.1 from 100,000.",
    ),
    "schedule.keep": mark("core", "A table starts with the best."),
}
"""What each of these settings goes by, for whoever looks at it."""


def fitting_settings(rows: int = 0, inputs: int = 0) -> dict[str, Any]:
    """Return the settings of network, optimizer and schedule that a table starts with.

    Parameters
    ----------
    rows, inputs : int
        Rows that can be used, and numbers that a network is given for each; 0: not known.
    """
    rows, inputs = rows or UNKNOWN_ROWS, inputs or UNKNOWN_INPUTS
    hidden = hidden_layers(rows, inputs)
    share = validation_share(rows)
    train = max(round(rows * (1 - TEST) * (1 - share)), 1)
    size = batch_size(rows)
    steps = -(-train // (size or train))  # of an epoch
    patience = PATIENT_STEPS // steps
    widths = (inputs, *hidden)
    work = train * sum(a * b for a, b in itertools.pairwise(widths))
    epochs = min(MAX_STEPS // steps, MAX_WORK // work)
    return {
        **FIXED,
        "network.hidden": hidden,
        "schedule.batch_size": size,
        "schedule.epochs": _between(MIN_EPOCHS, round(epochs, -1), MAX_EPOCHS),
        "schedule.validation": share,
        "schedule.patience": _between(MIN_PATIENCE, -(-patience // 5) * 5, MAX_PATIENCE),
    }


def hidden_layers(rows: int, inputs: int) -> tuple[int, ...]:
    """Return the widths of the hidden layers."""
    if rows >= MANY_ROWS:
        return (WIDTH, WIDTH)
    return (WIDTH // 2, WIDTH // 2) if inputs <= FEW_INPUTS else (WIDTH,)


def batch_size(rows: int) -> int:
    """Return how many rows are a batch; 0 for all at once."""
    if rows < TINY:
        return 0
    size = MIN_BATCH
    while size < MAX_BATCH and size * (STEPS_SMALL if size < USUAL_BATCH else STEPS) < rows:
        size *= 2
    return size


def validation_share(rows: int) -> float:
    """Return the share, of the rows that are not for the test, that the training is judged by."""
    return 0.3 if rows < FEW_ROWS else 0.2 if rows < MASSES else 0.1


def start_sentence(rows: int, inputs: int) -> NnguiError:
    """Say what a table starts with, and what that was chosen by."""
    found = fitting_settings(rows, inputs)
    hidden, size = found["network.hidden"], found["schedule.batch_size"]
    text = mark(
        "core",
        "By its {rows} rows and {inputs} inputs, this table starts with hidden layers {hidden}, "
        "batches of {size}, {validation} for validation, patience {patience}, and at most {epochs} "
        "epochs.",
    )
    return NnguiError(
        text,
        rows=f"{rows:,}",
        inputs=f"{inputs:,}",
        hidden=", ".join(map(str, hidden)),
        size=f"{size or rows:,}",
        validation=f"{found['schedule.validation']:.0%}",
        patience=found["schedule.patience"],
        epochs=f"{found['schedule.epochs']:,}",
    )


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))
