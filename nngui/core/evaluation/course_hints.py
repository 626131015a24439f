"""Advice about the length of a run: it ended too early, or went on too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nngui.core.evaluation.hint import GOOD_FIT, Hint
from nngui.core.evaluation.rate_hints import is_falling
from nngui.core.spec.keys import within_bounds
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.evaluation.hint import Evidence

RISEN = 1.25  # times the smallest validation loss
MIN_EPOCHS = 5  # with a validation loss, to speak of overfitting
LONGER = 3  # times as long, for a run that was still falling


def overfit(run: Evidence) -> Hint | None:
    """Notice a validation loss that rises while the training loss falls."""
    found, training = run.validation
    if len(found) < MIN_EPOCHS:
        return None
    best = int(np.argmin(found))
    if not found[-1] > RISEN * found[best] or not training[-1] < training[best]:
        return None
    text = mark(
        "core",
        "The network overfits: the loss on validation points was smallest at epoch {epoch} "
        "({best}) and is {last} now, while the training loss fell on.",
    )
    values = {"epoch": best + 1, "best": f"{found[best]:.3g}", "last": f"{found[-1]:.3g}"}
    words = mark("core", "Stop at epoch {epoch}")
    return Hint("overfit", text, values, words, {"schedule.epochs": best + 1})


def unfinished(run: Evidence) -> Hint | None:
    """Notice a loss that was still falling when the run ended, far from a good fit."""
    if run.fit >= GOOD_FIT or not is_falling(run):
        return None
    text = mark(
        "core", "The loss was still falling when the run ended: a longer run comes further."
    )
    schedule = run.spec.schedule
    name, asked = ("epochs", schedule.epochs) if schedule.epochs else ("steps", schedule.steps)
    longer = within_bounds(run.spec, f"schedule.{name}", LONGER * asked)
    values = {"longer": f"{longer:,}"}
    words = {
        "epochs": mark("core", "Go on to epoch {longer}"),
        "steps": mark("core", "Go on to step {longer}"),
    }
    settings = {f"schedule.{name}": longer}
    return Hint("unfinished", text, values, words[name], settings, goes_on=True)
