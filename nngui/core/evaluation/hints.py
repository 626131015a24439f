"""What went wrong with a run that has ended: with the evidence, and with settings that help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.evaluation.course_hints import overfit, unfinished
from nngui.core.evaluation.data_hints import imbalance, leak, scale
from nngui.core.evaluation.hint import Evidence, Hint
from nngui.core.evaluation.rate_hints import diverged, fast, slow
from nngui.core.evaluation.trials import never
from nngui.core.evaluation.unit_hints import dead

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

    from nngui.core.records.history import History
    from nngui.core.trainer import Trainer

__all__ = ["Hint", "find_hints"]

LOOKS = (leak, diverged, scale, fast, slow, dead, overfit, unfinished, imbalance)
"""What is looked for, the most important first."""


def find_hints(
    trainer: Trainer,
    history: History,
    *,
    weights: Mapping[str, Tensor] | None = None,
    turbo: bool = False,
    cancelled: Callable[[], bool] = never,
) -> list[Hint]:
    """Return what there is to say of a run, the most important first.

    It draws no random number, and leaves the run as it is; where a remedy can be tried in about a
    second, it is. Of several networks nothing is said: they are there to be compared.

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
    found = (look(run) for look in LOOKS)
    return [hint for hint in found if hint is not None]
