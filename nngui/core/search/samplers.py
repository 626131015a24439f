"""Which settings a trial has: of a grid, drawn at random, or proposed by Optuna's TPE.

Each choice follows from the plan, the trial's number and, for TPE, from what is known of the other
trials; so a search that goes on, and one that several processes share, tries the same settings.
"""

from __future__ import annotations

import importlib.util
import random
import sys
from typing import TYPE_CHECKING, Any

from nngui.core.errors import SettingError
from nngui.core.search.plan import GRID, TPE
from nngui.core.search.space import grid_of
from nngui.core.search.trials import DEFAULT
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.search.plan import Plan
    from nngui.core.search.trials import Trial

MAX_DRAWS = 200  # until settings come up that no other trial has
HOW_TO_GET = 'pip install "nngui[search]"'


class Sampler:
    """Proposes the settings of a search's trials.

    Raises
    ------
    SettingError
        When TPE is asked for, and Optuna is not here.
    """

    def __init__(self, plan: Plan) -> None:
        if plan.sampler == TPE and not has_optuna():
            raise SettingError(no_optuna())
        self._plan = plan
        self._drawn: list[dict[str, Any]] = []  # by the trial's number, from 1
        self._stream = random.Random(f"nngui search {plan.spec.seed}")
        self._seen: set[str] = set()
        if plan.sampler == GRID:
            self._drawn = grid_of(plan.axes)
            self._stream.shuffle(self._drawn)

    def values(self, number: int, trials: Sequence[Trial]) -> dict[str, Any] | None:
        """Return what a trial has for the settings that the search goes over.

        Parameters
        ----------
        trials : sequence of Trial
            The others, by their numbers; TPE learns from them.

        Returns
        -------
        dict or None
            None where all settings that there are have been tried.
        """
        if number == DEFAULT:
            return {}
        if self._plan.sampler == TPE:
            from nngui.core.search.tpe import propose  # imports optuna

            found = propose(self._plan, number, trials)
            if all(trial.values != found for trial in trials):
                return found
            return self._untried(number, trials)
        if self._plan.sampler != GRID:
            self._draw(number)
        return self._drawn[number - 1] if number <= len(self._drawn) else None

    def _draw(self, count: int) -> None:
        """Draw until there are so many different settings, or no more of them."""
        while len(self._drawn) < count:
            for _ in range(MAX_DRAWS):
                values = {axis.key: axis.at(self._stream.random()) for axis in self._plan.axes}
                if repr(values) not in self._seen:
                    break
            else:
                return
            self._seen.add(repr(values))
            self._drawn.append(values)

    def _untried(self, number: int, trials: Sequence[Trial]) -> dict[str, Any] | None:
        """Return settings at random that no trial has had: TPE proposed some that one had."""
        self._draw(number + len(trials))
        return next((v for v in self._drawn if all(t.values != v for t in trials)), None)


def has_optuna() -> bool:
    """Return whether Optuna is there, without importing it."""
    return importlib.util.find_spec("optuna") is not None


def no_optuna() -> str:
    """Return the sentence that says how to get it."""
    if getattr(sys, "frozen", False):
        return mark(
            "core",
            "TPE needs Optuna, which this packed program has not: take random, or an installation "
            'of your own with pip install "nngui[search]".',
        )
    return mark(
        "core", 'TPE needs Optuna: get it by pip install "nngui[search]", or take --sampler random.'
    )
