"""What becomes of a run in the window after a step of it failed."""

from __future__ import annotations

import logging
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.errors import NnguiError
from nngui.core.memory import as_no_memory
from nngui.core.text import mark
from nngui.core.training.failure import Failure, sentence_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.records.history import History
    from nngui.core.trainer import Trainer
    from nngui.files.runs.recovery import Recovery

NOT_MADE = mark(
    "core",
    "The run could not be made: {what} Help, Open log has the details. Other settings, or Reset, "
    "make another one; what was trained before is in the list of runs.",
)
log = logging.getLogger(__name__)


def settled(
    failure: Failure, trainer: Trainer, history: History, saved: Callable[[], Recovery | None]
) -> Failure:
    """Have history and run end at the same step; return how the run stands then.

    Parameters
    ----------
    saved : callable
        Returns what was saved of the run last: it is put back where no copy was held.
    """
    if failure.standing == "lost":
        try:
            failure = _put_back_saved(failure, trainer, history, saved())
        except Exception:  # damaged, of other settings, or no memory: it stands as it is
            log.exception("What was saved last could not be put back")
    if failure.standing != "lost":
        history.cut(failure.at)
    return failure


def _put_back_saved(
    failure: Failure, trainer: Trainer, history: History, saved: Recovery | None
) -> Failure:
    if saved is None or saved.state is None or saved.spec != trainer.spec:
        return failure
    if len(saved.history) > len(history):
        return failure
    trainer.put_back_checked(saved.state)
    return replace(failure, at=trainer.step_count, standing="saved", rows=failure.rows[:0])


def not_made(error: Exception) -> NnguiError:
    """Return what is said of an error that nobody foresaw, while a run was made."""
    return as_no_memory(error) or NnguiError(NOT_MADE, what=sentence_of(error))


def beside_the_steps(error: Exception, trainer: Trainer) -> Failure:
    """Return what is said of an error that stopped a training, and was none of a step."""
    step, details = trainer.step_count, "".join(traceback.format_exception(error))
    why = error if isinstance(error, NnguiError) else sentence_of(error)
    none = np.empty((0, len(trainer.columns)))
    return Failure(step + 1, step, "before", none, step, why, details)
