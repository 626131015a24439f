"""What a search's settings and scores are called, and how their values are written."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from nngui.core.search.plan import SCORES, VAL_LOSS
from nngui.core.spec.keys import flat
from nngui.gui.plots.kit.axes import tick_text
from nngui.gui.style.setting_text import title_of, value_text
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from nngui.core.search.plan import Plan
    from nngui.core.search.space import Axis
    from nngui.core.search.trials import Trial
    from nngui.core.spec import Spec

TICKS = 5  # of a range
MAX_CHOICES = 12  # that have a label each


def score_name(plan: Plan) -> str:
    """Return what the search goes by."""
    return (
        QCoreApplication.translate("SearchWords", "Validation loss")
        if plan.by == VAL_LOSS
        else QCoreApplication.translate("SearchWords", "{score} (validation)").format(
            score=shown(SCORES[plan.by])
        )
    )


def ticks_of(spec: Spec, axis: Axis) -> list[tuple[float, str]]:
    """Return places from 0 to 1 along an axis, and what is written there."""
    if axis.choices:
        every = max(1, math.ceil(len(axis.choices) / MAX_CHOICES))
        return [
            (axis.place_of(value), value_text(spec, axis.key, value))
            for value in axis.choices[::every]
        ]
    found = {}
    for share in range(TICKS):
        place = share / (TICKS - 1)
        if axis.is_log:
            number = axis.low * (axis.high / axis.low) ** place
        else:
            number = axis.low + place * (axis.high - axis.low)
        rounded = round(number) if axis.is_whole else float(f"{number:.2g}")
        value: Any = (rounded,) if axis.is_width else rounded
        found[tick_text(rounded)] = axis.place_of(value)
    return [(place, text) for text, place in found.items() if -0.01 <= place <= 1.01]


def trial_text(plan: Plan, trial: Trial) -> str:
    """Return a trial in a few lines: its number, its score, its settings."""
    head = trial_name(trial)
    if math.isfinite(trial.score):
        head = f"{head}: {trial.score:.4g}"
    values = flat(plan.spec) | trial.values
    lines = [
        f"{title_of(plan.spec, axis.key)}: {value_text(plan.spec, axis.key, values[axis.key])}"
        for axis in plan.axes
    ]
    return "\n".join([head, *lines])


def trial_name(trial: Trial) -> str:
    """Return what a trial is called."""
    if not trial.number:
        return QCoreApplication.translate("SearchWords", "As it is")
    return QCoreApplication.translate("SearchWords", "Trial {n}").format(n=trial.number)
