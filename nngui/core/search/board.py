"""What is known of a search's trials: put together from the lines of a journal, one by one.

Every process that shares a search reads the same lines in the same order, and so has the same
board. A line that says what cannot be is left out, and counted.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nngui.core.errors import SettingError
from nngui.core.search.plan import MAX_TRIALS, SCORES
from nngui.core.search.space import checked_values
from nngui.core.search.trials import DEFAULT, DONE, ENDED, LEFT, RUNNING, Result, Trial

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nngui.core.search.plan import Plan

BEGIN, RUNG, END, LEAVE, ALIVE, MORE = "begin", "rung", "end", "leave", "alive", "more"
MAX_ATTEMPTS = 3  # to train a trial: its process has ended each time
MAX_WORKER = 200  # characters
MAX_RUNGS = 40
MAX_CURVE_POINTS = 1000
MAX_WHY = 1000
PARTS = {"validation": ("Loss", *SCORES.values()), "test": tuple(SCORES.values())}


class Board:
    """All trials of a search, as far as its journal has been read.

    Attributes
    ----------
    plan : Plan
    trials : dict of int to Trial
        By number.
    wanted : int
        How many trials are to be made: those of the plan, or more that were asked for later.
    unreadable : int
        How many lines were left out.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.trials: dict[int, Trial] = {}
        self.wanted = plan.trials
        self.unreadable = 0

    def take(self, line: Mapping[str, Any]) -> str:
        """Take up a line of the journal; return who wrote it, or nothing where that is not said."""
        try:
            return self._take(line)
        except (SettingError, KeyError, TypeError, ValueError, OverflowError):
            self.unreadable += 1
            return ""

    def _take(self, line: Mapping[str, Any]) -> str:
        kind = line["is"]
        if kind == MORE:
            wanted = _whole(line["trials"], MAX_TRIALS)
            self.wanted = max(self.wanted, wanted)
            return ""
        worker = _text(line["worker"], MAX_WORKER)
        if kind == ALIVE:
            return worker
        number = _whole(line["trial"], MAX_TRIALS)
        trial = self.trials.get(number)
        if kind == BEGIN:
            self._begin(number, trial, worker, line["values"])
        elif trial is None:
            raise ValueError("it was never begun")
        elif kind == END:
            if trial.state not in ENDED:  # else somebody took it up meanwhile, and has ended it
                self.trials[number] = replace(trial, **_ended(line))
        elif trial.worker != worker:
            return worker  # of somebody who has been given up: the trial is another one's now
        elif kind == RUNG and trial.state == RUNNING and len(trial.rungs) < MAX_RUNGS:
            rungs = trial.rungs | {_whole(line["epoch"], 2**53): _number(line["loss"])}
            self.trials[number] = replace(trial, rungs=rungs)
        elif kind == LEAVE and trial.state == RUNNING:
            self.trials[number] = replace(trial, state=LEFT, attempts=trial.attempts - 1)
        return worker

    def _begin(self, number: int, trial: Trial | None, worker: str, values: Any) -> None:
        if trial is not None:
            if trial.state not in ENDED:  # its settings stay as they were
                again = Trial(number, trial.values, RUNNING, worker, trial.attempts + 1)
                self.trials[number] = again
            return
        if not isinstance(values, dict) or number > len(self.trials):
            raise ValueError("no beginning")
        checked = checked_values(values, self.plan.axes, self.plan.spec)
        if len(checked) != (0 if number == DEFAULT else len(self.plan.axes)):
            raise ValueError("a setting is missing")
        self.trials[number] = Trial(number, checked, RUNNING, worker)

    # What is asked -------------------------------------------------------------------------------

    @property
    def in_order(self) -> list[Trial]:
        """All trials, by their numbers."""
        return [self.trials[number] for number in sorted(self.trials)]

    @property
    def open_trials(self) -> list[Trial]:
        """Those that have not ended: running, or left."""
        return [trial for trial in self.in_order if trial.state not in ENDED]

    @property
    def next_number(self) -> int | None:
        """The number of the next trial that nobody has begun; None where all have been."""
        number = len(self.trials)
        return number if number <= self.wanted else None


def end_line(result: Result) -> dict[str, Any]:
    """Return a result as plain values; a number that is none is left out."""
    line = {
        "state": result.state,
        "score": result.score,
        "deviation": result.deviation,
        "scores": {
            part: {name: v for name, v in scores.items() if math.isfinite(v)}
            for part, scores in result.scores.items()
        },
        "curve": [point for point in result.curve if math.isfinite(point[1])],
        "epochs": result.epochs,
        "steps": result.steps,
        "seconds": round(result.seconds, 4),
        "engine": result.engine,
        "why": result.why,
    }
    kept = {k: v for k, v in line.items() if not (isinstance(v, float) and not math.isfinite(v))}
    return {"is": END, **kept}


def _ended(line: Mapping[str, Any]) -> dict[str, Any]:
    state = line["state"]
    if state not in ENDED:
        raise ValueError("no end")
    scores = {
        part: {name: _number(line["scores"][part][name]) for name in names if name in found}
        for part, names in PARTS.items()
        if isinstance(found := line["scores"].get(part), dict)
    }
    curve = line["curve"]
    if not isinstance(curve, list) or len(curve) > MAX_CURVE_POINTS:
        raise ValueError("no curve")
    result = Result(
        state,
        _number(line.get("score", math.nan)) if state == DONE else math.nan,
        _number(line.get("deviation", math.nan)),
        scores,
        tuple((_whole(epoch, 2**53), _number(loss)) for epoch, loss in curve),
        _number(line["epochs"]),
        _whole(line["steps"], 2**53),
        _number(line["seconds"]),
        "turbo" if line["engine"] == "turbo" else "torch",
        _text(line["why"], MAX_WHY),
    )
    return {"state": state, "result": result}


def _whole(value: Any, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError("no number")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        raise ValueError("no number")
    return float(value)


def _text(value: Any, most: int) -> str:
    if type(value) is not str or len(value) > most:
        raise ValueError("no text")
    return value
