"""Training one trial: its seeds side by side, from rung to rung, measured at the end."""

from __future__ import annotations

import math
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.errors import NnguiError
from nngui.core.evaluation.metrics import classification_scores, regression_scores
from nngui.core.evaluation.parts import TEST, VALIDATION, outputs_of, own_units, parts_of
from nngui.core.forward import evaluating, mean_loss
from nngui.core.memory import as_no_memory
from nngui.core.search.plan import SCORES, VAL_LOSS
from nngui.core.search.pruning import next_rung
from nngui.core.search.trials import DONE, FAILED, PRUNED, Result
from nngui.core.text import mark
from nngui.core.trainer import Trainer
from nngui.core.turbo.support import sees_images, unsupported_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

    from nngui.core.arrays import Floats
    from nngui.core.search.plan import Plan
    from nngui.core.spec import Spec

SLICE_S = 0.05  # seconds between two looks whether it is to be left
MAX_CURVE = 64  # epochs of a curve that are kept
MAX_WHY = 300  # characters
PART_NAMES = {VALIDATION: "validation", TEST: "test"}


class LeftError(Exception):
    """The trial is to be left; nothing is told of it."""


class TrialRun:
    """Trains one choice of settings with all seeds of a search.

    Parameters
    ----------
    plan : Plan
    spec : Spec
        The trial's settings.
    turbo : bool
        Whether turbo trains where it covers the run.
    report : callable of (int, float)
        Is told the mean validation loss at some epochs; returns whether to give up.
    left : callable
        Returns whether to leave, soon.
    weights : mapping of str to Tensor, optional
        What the networks start from in place of random numbers.
    """

    def __init__(
        self,
        plan: Plan,
        spec: Spec,
        *,
        turbo: bool,
        report: Callable[[int, float], bool],
        left: Callable[[], bool],
        weights: Mapping[str, Tensor] | None = None,
    ) -> None:
        self._plan, self._spec, self._turbo = plan, spec, turbo
        self._report, self._left, self._weights = report, left, weights
        self._trainers: list[Trainer] = []
        self._lowest: list[float] = []  # validation losses
        self._curve: list[tuple[int, float]] = []

    def run(self) -> Result:
        """Train until all seeds have ended, or the trial is given up.

        Raises
        ------
        LeftError
            When it was asked to leave.
        UnknownScoreError
            When the search goes by a score that these data do not have.

        Notes
        -----
        Settings that cannot be trained make a failed trial, and the search goes on.
        """
        began = time.perf_counter()
        try:
            result = self._trained()
        except UnknownScoreError:
            raise
        except NnguiError as error:
            result = Result(FAILED, why=str(error)[:MAX_WHY])
        except (MemoryError, RuntimeError) as error:
            told = as_no_memory(error)
            if told is None:
                raise
            result = Result(FAILED, why=str(told)[:MAX_WHY])
        return self._with_figures(result, time.perf_counter() - began)

    def _trained(self) -> Result:
        for seed in self._plan.seed_list:
            trainer = Trainer(self._plan.task, self._spec.replaced(seed=seed), "cpu", self._weights)
            if trainer.state.held_out is None:
                raise NnguiError(
                    mark("core", "There are too few points to keep some for validation.")
                )
            covered = unsupported_reason(trainer.state) is None and not sees_images(trainer.state)
            if self._turbo and covered:
                trainer.set_engine("turbo")
            self._trainers.append(trainer)
            self._lowest.append(math.inf)
            self._look()
        epoch = 0
        while any(trainer.ending is None for trainer in self._trainers):
            epoch = next_rung(epoch)
            for place in range(len(self._trainers)):
                self._advance(place, epoch)
                if (why := self._failure(place)) is not None:
                    return Result(FAILED, why=why)
            going = any(trainer.ending is None for trainer in self._trainers)
            loss = statistics.fmean(self._lowest)
            if math.isfinite(loss) and self._report(epoch, loss) and going:
                return Result(PRUNED)
        return self._measured()

    def _advance(self, place: int, epoch: int) -> None:
        """Train a seed up to an epoch, or its end."""
        trainer = self._trainers[place]
        goal = epoch * trainer.batches.steps_per_epoch
        column = trainer.columns.index("val_loss")
        while trainer.ending is None and trainer.step_count < goal:
            self._look()
            first = trainer.step_count
            losses = trainer.advance(SLICE_S, goal - first)[:, column]
            known = np.flatnonzero(~np.isnan(losses))
            if not len(known):
                continue
            self._lowest[place] = min(self._lowest[place], float(np.min(losses[known])))
            if place == 0:
                each = trainer.batches.steps_per_epoch
                self._curve += [(int((first + k + 1) // each), float(losses[k])) for k in known]

    def _look(self) -> None:
        if self._left():
            raise LeftError

    def _failure(self, place: int) -> str | None:
        """Return why a seed has come to nothing, if it has."""
        trainer = self._trainers[place]
        if trainer.ending is not None and trainer.ending.kind == "diverged":
            return str(trainer.ending)[:MAX_WHY]
        return None

    def _measured(self) -> Result:
        """Return what the trained networks are worth."""
        plan = self._plan
        each = [scores_of(trainer) for trainer in self._trainers]
        losses = [validation_loss(trainer) for trainer in self._trainers]
        scores = {
            part: {name: _mean([found[part][name] for found in each]) for name in names}
            for part, names in each[0].items()
        }
        if plan.by == VAL_LOSS:
            values = losses
        else:
            name = SCORES[plan.by]
            if name not in each[0]["validation"]:
                text = mark("core", "There is no score {name} for these data: search by {known}.")
                known = [short for short, full in SCORES.items() if full in each[0]["validation"]]
                raise UnknownScoreError(text, name=plan.by, known=", ".join(known))
            values = [found["validation"][name] for found in each]
        scores["validation"] = {"Loss": _mean(losses)} | scores["validation"]
        if not all(math.isfinite(value) for value in values):
            return Result(FAILED, why=mark("core", "Its score is no finite number."))
        deviation = statistics.stdev(values) if len(values) > 1 else 0.0
        return Result(DONE, _mean(values), deviation, scores)

    def _with_figures(self, result: Result, seconds: float) -> Result:
        trainers = self._trainers
        return Result(
            result.state,
            result.score,
            result.deviation,
            result.scores,
            thinned(self._curve),
            statistics.fmean(t.batches.epoch for t in trainers) if trainers else 0.0,
            trainers[0].step_count if trainers else 0,
            seconds,
            trainers[0].engine if trainers else "torch",
            result.why,
        )


class UnknownScoreError(NnguiError):
    """The search goes by a score that its data do not have: no trial could be compared."""


def scores_of(trainer: Trainer) -> dict[str, dict[str, float]]:
    """Return all scores of the first network on validation and test rows, as far as there are."""
    found = {}
    for part, (x, y) in parts_of(trainer).items():
        if part in PART_NAMES:
            out = outputs_of(trainer, x)
            found[PART_NAMES[part]] = _scores(trainer, y.cpu(), out)
    return found


def _scores(trainer: Trainer, y: Tensor, out: Tensor) -> dict[str, float]:
    if trainer.data.classes:
        return classification_scores(y, out)
    return regression_scores(own_units(trainer, y[:, 0]), own_units(trainer, out))


def validation_loss(trainer: Trainer) -> float:
    """Return the loss of the first network, as it is now, on the points kept out of training."""
    state = trainer.state
    assert state.held_out is not None
    net = trainer.variants[0].net
    with evaluating(net):
        return mean_loss(net, state.loss_func, *state.held_out)


def thinned(curve: list[tuple[int, float]]) -> tuple[tuple[int, float], ...]:
    """Return at most `MAX_CURVE` points of a curve, the first and the last among them."""
    if len(curve) <= MAX_CURVE:
        return tuple(curve)
    places: Floats = np.linspace(0, len(curve) - 1, MAX_CURVE)
    return tuple(curve[int(place)] for place in places.round())


def _mean(values: list[float]) -> float:
    return statistics.fmean(values) if values else math.nan
