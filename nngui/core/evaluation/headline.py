"""The figure that heads a table's tab: of rows that are not trained on, beside a baseline."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nngui.core.evaluation.linear import LinearModel
from nngui.core.evaluation.metrics import ACCURACY, R2, r_squared
from nngui.core.evaluation.parts import (
    TEST,
    TRAINING,
    VALIDATION,
    outputs_of,
    own_units,
    parts_of,
)

if TYPE_CHECKING:
    from torch import Tensor

    from nngui.core.trainer import Trainer

ORDER = (VALIDATION, TEST, TRAINING)  # the first that there is
SHARE = 30  # while it trains, this takes a thirtieth of the time at most


@dataclass(frozen=True, slots=True)
class Headline:
    """What a network is worth in one figure, and what one has without it.

    Attributes
    ----------
    step : int
        Steps done by then.
    part : str
        Whose rows it is of, marked for translation.
    figure : str
        The accuracy, or R², marked for translation.
    value, baseline : float
        Of the network, and of the most frequent class or of the mean; NaN where it is not defined.
    always : str
        The most frequent class of the training rows; empty for the mean.
    linear : float
        Of the linear model; NaN where it is not known yet.
    """

    step: int
    part: str
    figure: str
    value: float
    baseline: float
    always: str = ""
    linear: float = math.nan

    @property
    def is_better(self) -> bool:
        """Whether the network is worth more than the baseline; a figure that is NaN is not."""
        return self.value > self.baseline

    @property
    def beats_linear(self) -> bool:
        """Whether it is worth more than the linear model too, as far as that is known."""
        return not self.value <= self.linear


class HeadlineInspector:
    """Asks for the headline, so seldom that the training hardly notices (see `Inspector`)."""

    def __init__(self, linear: LinearModel | None = None) -> None:
        self._linear = linear or LinearModel()
        self._trainer: Trainer | None = None
        self._found: Headline | None = None
        self._next = 0.0

    def __call__(self, trainer: Trainer) -> Headline | None:
        """Return the headline; None where the data are no table."""
        if trainer.data.columns is None:
            return None
        known = self._found if trainer is self._trainer else None
        self._trainer = trainer
        if known is not None:
            due = time.perf_counter() >= self._next or trainer.ending is not None
            if known.step == trainer.step_count or not due:
                return self._compared(trainer, known)
        began = time.perf_counter()
        part = headline_part(trainer)
        x, y = parts_of(trainer)[part]
        self._found = headline_of(trainer, part, y, outputs_of(trainer, x))
        ended = time.perf_counter()
        self._next = ended + SHARE * (ended - began)
        return self._compared(trainer, self._found)

    def _compared(self, trainer: Trainer, found: Headline) -> Headline:
        """Return a headline beside the linear model, once that may be fitted."""
        linear = self._linear.figure(trainer, found.part)
        return found if math.isnan(linear) else replace(found, linear=linear)


def headline_part(trainer: Trainer) -> str:
    """Return the part that the headline is of: validation, else test, else training."""
    parts = parts_of(trainer)
    return next(name for name in ORDER if name in parts)


def headline_of(trainer: Trainer, part: str, y: Tensor, out: Tensor) -> Headline:
    """Return the headline, given a part's targets and what the network says of its rows.

    Parameters
    ----------
    out : Tensor
        See `parts.outputs_of`.
    """
    _, target = trainer.state.prepared.train
    is_known = bool(out.isfinite().all())
    if trainer.data.classes:
        often = int(target.bincount().argmax())
        value = float((out.argmax(1) == y).double().mean()) if is_known else math.nan
        baseline = float((y == often).double().mean())
        always = trainer.data.classes[often]
        return Headline(trainer.step_count, part, ACCURACY, value, baseline, always)
    true = own_units(trainer, y[:, 0])
    mean = own_units(trainer, target.double().mean()).expand(len(true))
    value = r_squared(true, own_units(trainer, out)) if is_known else math.nan
    return Headline(trainer.step_count, part, R2, value, r_squared(true, mean))
