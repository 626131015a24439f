"""Advice about the length of a run: it ended too early, or went on too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nngui.core.evaluation.hint import GOOD_FIT, Hint
from nngui.core.evaluation.rate_hints import is_falling
from nngui.core.spec.keys import within_bounds
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.arrays import Floats
    from nngui.core.evaluation.hint import Evidence

RISEN = 1.25  # times the smallest validation loss
MIN_EPOCHS = 5  # with a validation loss, to speak of overfitting
MIN_COURSE = 20  # the same, to speak of a best epoch long ago
LONG_AGO = 0.5  # of the epochs came after the best one
WORSE = 1.02  # times the smallest validation loss: less is nothing to speak of
PATIENCE = 10  # epochs, at least
LONGER = 3  # times as long, for a run that was still falling


def overfit(run: Evidence) -> Hint | None:
    """Notice a validation loss that rises while the training loss falls."""
    found, training = run.validation
    if len(found) < MIN_EPOCHS or run.spec.schedule.keeps_best:
        return None
    best = int(np.argmin(found))
    if not found[-1] > RISEN * found[best] or not training[-1] < training[best]:
        return None
    text = mark(
        "core",
        "The network overfits: the loss on validation points was smallest at epoch {epoch} "
        "({best}) and is {last} now, while the training loss fell on.",
    )
    return _stopping(run, "overfit", text, found)


def late(run: Evidence) -> Hint | None:
    """Notice that nothing was gained on validation points in the second half of a run."""
    found, _ = run.validation
    if len(found) < MIN_COURSE or run.spec.schedule.keeps_best:
        return None
    best = int(np.argmin(found))
    if best + 1 > LONG_AGO * len(found) or not found[-1] > WORSE * found[best]:
        return None
    text = mark(
        "core",
        "The best was long ago: the loss on validation points was smallest at epoch {epoch} of "
        "{epochs} ({best}), and is {last} now.",
    )
    return _stopping(run, "late", text, found)


def _stopping(run: Evidence, kind: str, text: str, found: Floats) -> Hint:
    """Return a hint that offers to stop after the best epoch, and to keep its weights.

    The new run is the same until it stops, so the patience is as long as the longest wait for a
    gain until then; what no patience can judge is given as many epochs as it needs.
    """
    best = int(np.argmin(found))
    values = {
        "epoch": best + 1,
        "epochs": len(found),
        "best": f"{found[best]:.3g}",
        "last": f"{found[-1]:.3g}",
    }
    if not run.spec.schedule.validation:  # those are test images: nothing may be chosen by them
        words = mark("core", "Stop at epoch {epoch}")
        return Hint(kind, text, values, words, {"schedule.epochs": best + 1})
    gains = np.flatnonzero(found[: best + 1] < np.minimum.accumulate([np.inf, *found[:best]]))
    wait = int(np.diff(gains, prepend=-1).max())
    settings = {"schedule.keep": "best", "schedule.patience": max(PATIENCE, wait + 1)}
    return Hint(kind, text, values, mark("core", "Stop early, and keep the best"), settings)


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
