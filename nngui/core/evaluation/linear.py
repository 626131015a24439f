"""The linear model beside a run's network: fitted once, when the training hardly notices."""

from __future__ import annotations

import math
import time
import weakref
from typing import TYPE_CHECKING

from nngui.core.evaluation.baselines import LINEAR, MAX_ROWS, ROUNDS, Baseline
from nngui.core.evaluation.metrics import r_squared
from nngui.core.evaluation.parts import own_units, parts_of
from nngui.core.evaluation.scoring import baselines_of

if TYPE_CHECKING:
    from nngui.core.trainer import Trainer

SHARE = 30  # while it trains, fitting takes a thirtieth of the time at most
MAX_WAIT_S = 2.0  # that a run which has ended is kept waiting
ROUND_S, MULTIPLY_S, CELL_S = 5e-4, 1.2e-9, 1e-7  # seconds, measured on one core


class LinearModel:
    """Fits what one gets without a network, and remembers it as long as the run lasts.

    The pages of a tab share one, so that it is not fitted once more for each.
    """

    def __init__(self) -> None:
        self._trainer: weakref.ref[Trainer] | None = None
        self._since = 0.0
        self._baselines: list[Baseline] = []
        self._figures: dict[str, float] = {}

    def baselines(self, trainer: Trainer) -> list[Baseline]:
        """Return the mean, or the classes' shares, and the linear model, however long it takes."""
        self._turn_to(trainer)
        if not self._baselines:
            self._baselines = baselines_of(trainer)
        return self._baselines

    def figure(self, trainer: Trainer, part: str) -> float:
        """Return its accuracy, or R², on a part's rows; NaN as long as fitting would be felt."""
        self._turn_to(trainer)
        if not self._baselines and not self._is_time(trainer):
            return math.nan
        if part not in self._figures:
            self._figures[part] = self._worth(trainer, part)
        return self._figures[part]

    def _turn_to(self, trainer: Trainer) -> None:
        if self._trainer is None or self._trainer() is not trainer:
            self._trainer, self._since = weakref.ref(trainer), time.perf_counter()
            self._baselines, self._figures = [], {}

    def _is_time(self, trainer: Trainer) -> bool:
        rows, inputs = trainer.state.train_data[0].shape
        expected = fitting_seconds(rows, inputs, len(trainer.data.classes))
        if trainer.ending is not None:
            return expected <= MAX_WAIT_S
        return time.perf_counter() - self._since >= SHARE * expected

    def _worth(self, trainer: Trainer, part: str) -> float:
        x, y = (one.cpu() for one in parts_of(trainer)[part])
        model = next(one for one in self.baselines(trainer) if one.name == LINEAR)
        said = model.predict(x)
        if trainer.data.classes:
            return float((said.argmax(1) == y).double().mean())
        return r_squared(own_units(trainer, y[:, 0]), own_units(trainer, said))


def fitting_seconds(rows: int, inputs: int, classes: int) -> float:
    """Return about how long it takes to fit the linear model; `classes` is 0 for a number."""
    if not classes:
        return rows * inputs * (CELL_S + inputs * MULTIPLY_S)
    cells = min(rows, MAX_ROWS) * (inputs + classes)
    return ROUNDS * (ROUND_S + cells * classes * MULTIPLY_S * 1.5)
