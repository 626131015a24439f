"""Reading a saved run, or the one that was saved before it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError, NoMemoryError
from nngui.core.text import mark
from nngui.files.runs.recovery import before_of, read_recovery, trainer_of

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.core.task import Task
    from nngui.core.trainer import Trainer
    from nngui.files.runs.recovery import Recovery

NEWEST_DAMAGED = mark(
    "core",
    "What was saved last of this run could not be read: {what} It is as it was saved before that, "
    "at step {step}.",
)
LINES = mark(
    "core",
    "Of this run's other lines {again} have to be taken again before they go on, and {left_out} "
    "are in the list of runs only: there was no room for them in its file.",
)
log = logging.getLogger(__name__)


def lines_told(recovery: Recovery) -> NnguiError | None:
    """Return what is to be said of a saved run's other lines; None where all of them are whole."""
    again, left_out = sum(one.state is None for one in recovery.branches), recovery.left_out
    return NnguiError(LINES, again=again, left_out=left_out) if again or left_out else None


def read_saved(
    path: Path, task: Task[Any], *, or_before: bool
) -> tuple[Recovery, Trainer, NnguiError | None]:
    """Read a run and build it; with it comes why it is not the newest state that was saved.

    Parameters
    ----------
    or_before : bool
        The state that was saved before it will do where it is damaged.

    Raises
    ------
    NnguiError
        When it cannot be read, or not built.
    """
    from nngui.files.models.start_weights import start_weights  # imports torch

    try:
        recovery = read_recovery(path, task)
        weights = start_weights(recovery.spec) if recovery.state is None else None
        return recovery, trainer_of(recovery, task, weights), None
    except NoMemoryError:
        raise
    except NnguiError as error:
        if not or_before or not before_of(path).exists():
            raise
        log.warning("%s", str(error))
        recovery = read_recovery(before_of(path), task)
        trainer, step = trainer_of(recovery, task), f"{len(recovery.history):,}"
        return recovery, trainer, NnguiError(NEWEST_DAMAGED, what=error, step=step)
