"""What went wrong with a run that has ended: with the evidence, and with settings that help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.evaluation.course_hints import late, overfit, unfinished
from nngui.core.evaluation.data_hints import imbalance, leak, scale
from nngui.core.evaluation.hint import Evidence, Hint
from nngui.core.evaluation.rate_hints import diverged, fast, slow
from nngui.core.evaluation.trials import never
from nngui.core.evaluation.unit_hints import all_zero, dead

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

    from nngui.core.records.history import History
    from nngui.core.trainer import Trainer

__all__ = ["Hint", "find_hints"]

OF_A_START = (fast, slow, dead, unfinished)
"""Not said of the tutorial's own settings: where those end badly it is the luck of the weights."""
LEARNING = (diverged, all_zero, fast, overfit, slow, dead, unfinished, late)
"""What may be wrong with how it learned, the likeliest first: the first that is so is told."""


def find_hints(
    trainer: Trainer,
    history: History,
    *,
    weights: Mapping[str, Tensor] | None = None,
    turbo: bool = False,
    cancelled: Callable[[], bool] = never,
) -> list[Hint]:
    """Return what there is to say of a run, the most important first.

    It draws no random number, and leaves the run as it is. A remedy is tried out where about a
    second is enough for that. Of several networks nothing is said: they are there to be compared.

    Parameters
    ----------
    weights : mapping of str to Tensor, optional
        What the run has started from.
    turbo : bool
        Whether turbo may take the steps of trials.
    cancelled : callable
        Returns whether somebody waits: then nothing more is tried.
    """
    if len(trainer.variants) != 1 or not len(history):
        return []
    run = Evidence(trainer, history, weights, turbo, cancelled)
    learning = (look(run) for look in LEARNING if not (run.is_tutorials and look in OF_A_START))
    found = (leak(run), scale(run), next(filter(None, learning), None), imbalance(run))
    return [hint for hint in found if hint is not None]
