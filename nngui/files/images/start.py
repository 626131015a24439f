"""What own images start with: how many are a batch, how long they train, and what ends it."""

from __future__ import annotations

from typing import Any

ENOUGH = 50  # images to train on, from which a fifth of them can judge the others
VALIDATION = 0.2
PATIENT_STEPS = 100  # without gain, within these bounds
MIN_PATIENCE, MAX_PATIENCE = 5, 20  # epochs
MAX_STEPS = 3000  # of a run that gains to the end, within these bounds
MIN_EPOCHS, MAX_EPOCHS = 20, 80


def fitting_settings(wanted: int, images: int) -> dict[str, Any]:
    """Return the settings of the schedule that so many images start with.

    With enough of them a part judges the others: the run ends once that no longer gains, with the
    weights that were best. Of fewer all are trained on, for as long as it would have been patient.

    Parameters
    ----------
    wanted : int
        The batch size, if so many images can fill one.
    images : int
        How many there are to train on.
    """
    share = VALIDATION if images >= ENOUGH else 0.0
    training = images - int(images * share)
    size = fitting_batch_size(wanted, training)
    steps = max(round(training / size), 1) if size else 1  # of an epoch
    patience = _between(MIN_PATIENCE, round(PATIENT_STEPS / steps), MAX_PATIENCE)
    epochs = _between(MIN_EPOCHS, round(MAX_STEPS / steps), MAX_EPOCHS)
    return {
        "schedule.batch_size": size,
        "schedule.epochs": epochs if share else patience,
        "schedule.validation": share,
        "schedule.patience": patience if share else 0,
        "schedule.keep": "best" if share else "last",
    }


def fitting_batch_size(wanted: int, images: int) -> int:
    """Return a batch size that so many images can fill: the wanted one, or about a quarter."""
    return wanted if wanted <= images else 1 << max(images // 4, 1).bit_length() - 1


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))
