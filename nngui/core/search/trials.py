"""The trials of a search: what each came to, and which one is the best. No torch here."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nngui.core.search.plan import Plan

RUNNING, DONE, PRUNED, FAILED, LEFT = "running", "done", "pruned", "failed", "left"
ENDED = (DONE, PRUNED, FAILED)
DEFAULT = 0  # the number of the trial with the common settings


@dataclass(frozen=True)
class Result:
    """What a trial came to.

    Attributes
    ----------
    state : str
        ``done``, ``pruned`` or ``failed``.
    score : float
        The mean over the seeds; NaN for a trial that was not trained to its end.
    deviation : float
        Of the seeds' scores from their mean (the sample's); 0 for one seed.
    scores : dict of str to dict of str to float
        Means over the seeds of all scores there are, by part: ``validation``, ``test``.
    curve : tuple of (int, float)
        Epochs and the validation loss there, of the first seed; at most some.
    epochs : float
        Passes in the mean over the seeds.
    steps : int
        Optimizer steps of the first seed.
    seconds : float
        That the trial took.
    engine : str
        ``turbo`` or ``torch``.
    why : str
        Why it failed, a sentence.
    """

    state: str
    score: float = math.nan
    deviation: float = math.nan
    scores: dict[str, dict[str, float]] = field(default_factory=dict)
    curve: tuple[tuple[int, float], ...] = ()
    epochs: float = 0.0
    steps: int = 0
    seconds: float = 0.0
    engine: str = "torch"
    why: str = ""


@dataclass(frozen=True)
class Trial:
    """One choice of settings.

    Attributes
    ----------
    number : int
        From 1; 0 are the common settings as they are.
    values : dict of str to object
        What it has for the settings that the search goes over.
    state : str
        ``running``, ``left`` (to be taken up again), or a result's.
    worker : str
        Who trains it, or did.
    attempts : int
        How many times it was begun.
    rungs : dict of int to float
        Mean validation losses on the way, by epoch.
    """

    number: int
    values: dict[str, Any]
    state: str = RUNNING
    worker: str = ""
    attempts: int = 1
    rungs: dict[int, float] = field(default_factory=dict)
    result: Result | None = None

    @property
    def score(self) -> float:
        """What it is worth; NaN while that is not known."""
        return math.nan if self.result is None else self.result.score


def best_of(trials: Iterable[Trial], plan: Plan) -> Trial | None:
    """Return the best trial that was trained to its end, trial 0 included; the first of equals."""
    done = [trial for trial in trials if trial.state == DONE and math.isfinite(trial.score)]
    sign = -1.0 if plan.higher_is_better else 1.0
    return min(done, key=lambda trial: (sign * trial.score, trial.number), default=None)


def counts(trials: Iterable[Trial]) -> dict[str, int]:
    """Return how many trials have each state, trial 0 not counted."""
    found = dict.fromkeys((DONE, PRUNED, FAILED, RUNNING), 0)
    for trial in trials:
        if trial.number != DEFAULT:
            state = RUNNING if trial.state == LEFT else trial.state
            found[state] += 1
    return found
