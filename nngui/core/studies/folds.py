"""Cross-validation: every row is once among those that are scored, and never of its own training.

One number of a single split says as much of the split as of the network. Here the rows are dealt
into k folds; for each fold a network is trained anew, by the run's own settings, on the other ones,
and scored on this one. What is filled and scaled by, what is validated on, and when it stops
follows from those others alone.

T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, 7.10.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from nngui.core.errors import DataError, NnguiError
from nngui.core.evaluation.evaluation import NETWORK
from nngui.core.evaluation.parts import outputs_of
from nngui.core.evaluation.scoring import baselines_of, scores_of
from nngui.core.evaluation.summary import known
from nngui.core.text import mark
from nngui.core.trainer import Trainer
from nngui.core.turbo.support import unsupported_reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor

    from nngui.core.data.data import Data
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.core.training.endings import Ending

MIN_FOLDS, MAX_FOLDS, USUAL_FOLDS = 2, 50, 5
ROWS_A_FOLD = 2  # at least: of a single row there is no R²
SLICE_S = 0.02  # seconds of training before somebody may stop it

SEEN_BEFORE = mark(
    "core",
    "The networks start from saved weights, which may have been trained on these very rows: "
    "the scores of the folds may be too good.",
)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """What one fold came to.

    Attributes
    ----------
    training, validation, scored : int
        How many rows were trained on, validated on, and scored.
    steps : int
        Optimizer steps done.
    engine : str
        What took them (see `Trainer.engine`).
    ending : Ending
        Why the training ended.
    scores : dict of str to dict of str to float
        Of the network and of the baselines, by name; what is not defined is NaN.
    """

    training: int
    validation: int
    scored: int
    steps: int
    engine: str
    ending: Ending
    scores: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True, eq=False)
class FoldsState:
    """How a cross-validation stands.

    Attributes
    ----------
    count : int
        How many folds there are.
    each : tuple of Fold
        Those that are done.
    done : float
        The share of all that is to be trained, from 0 to 1.
    """

    count: int
    each: tuple[Fold, ...]
    done: float

    @property
    def is_complete(self) -> bool:
        """Whether every fold is done."""
        return len(self.each) == self.count

    @property
    def names(self) -> list[str]:
        """The network, then the baselines."""
        return list(self.each[0].scores) if self.each else []

    def mean(self, name: str) -> dict[str, float]:
        """Return each score's mean over the folds; NaN where it is not defined in all of them."""
        return {score: float(np.mean(values)) for score, values in self._values(name).items()}

    def deviation(self, name: str) -> dict[str, float]:
        """Return each score's standard deviation over the folds, with n - 1 in the denominator."""
        lone = len(self.each) < 2
        return {
            score: float("nan") if lone else float(np.std(values, ddof=1))
            for score, values in self._values(name).items()
        }

    def _values(self, name: str) -> dict[str, list[float]]:
        scores = self.each[0].scores[name] if self.each else {}
        return {score: [fold.scores[name][score] for fold in self.each] for score in scores}

    @property
    def diverged(self) -> int:
        """In how many folds the training diverged."""
        return sum(fold.ending.kind == "diverged" for fold in self.each)


def deal(y: Tensor, count: int, classes: int, seed: int) -> Tensor:
    """Return each row's fold, shape (n,), int64: drawn by a seed, and of nothing but the targets.

    The folds are of the same size but for one row, and so is each class's part of them.

    Parameters
    ----------
    y : Tensor
        Class numbers, shape (n,), or numbers of any shape, which do not count.
    classes : int
        How many there are; 0: the target is a number.

    Notes
    -----
    In shuffled order, class after class, as scikit-learn's `StratifiedKFold` deals them. torch's
    own generator is left as it is.
    """
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
    if classes:
        order = order[y[order].argsort(stable=True)]
    folds = torch.empty(len(y), dtype=torch.int64)
    folds[order] = torch.arange(len(y)) % count
    return folds


def check_folds(spec: Spec, data: Data, count: int) -> None:
    """Refuse what cannot be cross-validated.

    Raises
    ------
    DataError
        When there are too few rows, or too few of a class.
    NnguiError
        When it is no number of folds, or there is no single network that gives values or classes.
    """
    if not MIN_FOLDS <= count <= MAX_FOLDS:
        text = mark("core", "{n} folds cannot be: choose from {least} to {most}.")
        raise NnguiError(text, n=count, least=MIN_FOLDS, most=MAX_FOLDS)
    if len(spec.optimizers()) != 1:
        raise NnguiError(
            mark(
                "core",
                "Cross-validation is of a single network, and this section trains {n}: use "
                "Regression or Classification.",
            ),
            n=len(spec.optimizers()),
        )
    if data.x.ndim > 2:
        raise NnguiError(
            mark("core", "Cross-validation is for tables and points, and these data are images.")
        )
    if len(data.y) < ROWS_A_FOLD * count:
        text = mark(
            "core",
            "{k} folds need {least} rows, and there are {n}: use more rows, or fewer folds.",
        )
        raise DataError(text, k=count, least=ROWS_A_FOLD * count, n=len(data.y))
    _check_classes(data, count)


def _check_classes(data: Data, count: int) -> None:
    if not data.classes:
        return
    sizes = data.y.bincount(minlength=len(data.classes))
    there = sizes.nonzero().flatten()
    scarce = int(there[sizes[there].argmin()])
    if int(sizes[scarce]) < count:
        text = mark(
            "core",
            "{k} folds need {k} rows of each class, and of {name} there are {n}: use more rows, "
            "fewer folds, or leave that class out.",
        )
        raise DataError(text, k=count, name=data.classes[scarce], n=int(sizes[scarce]))


class FoldsStudy:
    """Trains and scores one fold after the other; whoever iterates may stop at any place.

    Parameters
    ----------
    task : Task
    spec : Spec
        The run's settings. Its share of a table for the test does not count: the folds are that.
    count : int
        How many folds.
    device : str
        See `Trainer`.
    weights : mapping of str to Tensor, optional
        What the networks start from in place of random numbers.
    turbo : bool
        Whether turbo may train, where it covers the run.

    Attributes
    ----------
    count : int
        How many folds.
    """

    is_level = True  # what is done can be looked at after every slice

    def __init__(
        self,
        task: Task,
        spec: Spec,
        count: int,
        device: str = "cpu",
        weights: Mapping[str, Tensor] | None = None,
        *,
        turbo: bool = True,
    ) -> None:
        self._task, self._spec, self.count = task, spec, count
        self._device, self._weights, self._turbo = device, weights, turbo
        self._each: list[Fold] = []
        self._trainer: Trainer | None = None
        self._held: tuple[Tensor, Tensor] | None = None  # the rows that are scored, as they are

    def begin(self) -> None:
        """Build the first fold, so that what cannot be is refused before anything is trained.

        Raises
        ------
        NnguiError
            See `check_folds` and `Trainer`.
        """
        if self._trainer is None and not self._each:
            self._trainer = self._build(0)

    def __iter__(self) -> Iterator[None]:
        """Train all folds, with a pause every few milliseconds.

        Raises
        ------
        NnguiError
            See `begin`.
        """
        self.begin()
        while len(self._each) < self.count:
            trainer = self._trainer = self._trainer or self._build(len(self._each))
            yield
            while trainer.ending is None:
                trainer.advance(SLICE_S)
                yield
            self._each.append(self._scored(trainer))
            self._trainer = self._held = None
            yield

    def state(self) -> FoldsState:
        """Return how it stands."""
        trainer, under_way = self._trainer, 0.0
        if trainer is not None:
            under_way = trainer.step_count / max(trainer.state.total_steps, 1)
        done = (len(self._each) + min(under_way, 1.0)) / self.count
        return FoldsState(self.count, tuple(self._each), done)

    def _build(self, number: int) -> Trainer:
        """Return a fresh run that knows all rows but those of a fold."""

        def make_data(spec: Spec) -> Data:
            data = self._task.make_data(spec)
            check_folds(spec, data, self.count)
            folds = deal(data.y, self.count, len(data.classes), spec.seed)
            self._held = data.x[folds == number], data.y[folds == number]
            return _rows_of(data, folds != number)

        task = replace(self._task, make_data=make_data)
        trainer = Trainer(task, self._spec, self._device, self._weights)
        if self._turbo and unsupported_reason(trainer.state) is None:
            try:
                trainer.set_engine("turbo")
            except NnguiError as error:  # it cannot be compiled here: PyTorch trains
                log.warning("%s", str(error))
        return trainer

    def _scored(self, trainer: Trainer) -> Fold:
        assert self._held is not None
        assert trainer.ending is not None
        prepared = trainer.state.prepared
        x, y = prepared.seen(*self._held)
        scores = {NETWORK: scores_of(trainer, y, outputs_of(trainer, x))}
        for baseline in baselines_of(trainer):
            scores[baseline.name] = scores_of(trainer, y, baseline.predict(x))
        return Fold(
            training=len(prepared.train[1]),
            validation=0 if prepared.held_out is None else len(prepared.held_out[1]),
            scored=len(y),
            steps=trainer.step_count,
            engine=trainer.engine,
            ending=trainer.ending,
            scores=scores,
        )


def _rows_of(data: Data, chosen: Tensor) -> Data:
    """Return some of the data's rows, of which none is kept for a test."""
    rows = None if data.rows is None else data.rows[chosen]
    return replace(data, x=data.x[chosen], y=data.y[chosen], rows=rows, test=0.0)


def summary(state: FoldsState) -> dict[str, object]:
    """Return all of it as JSON has it; what is not defined is None."""

    def both(name: str) -> dict[str, object]:
        return {"mean": known(state.mean(name)), "deviation": known(state.deviation(name))}

    each = [
        {
            "training": fold.training,
            "validation": fold.validation,
            "scored": fold.scored,
            "steps": fold.steps,
            "engine": fold.engine,
            **known(fold.scores[NETWORK]),
            "reason": str(fold.ending),
        }
        for fold in state.each
    ]
    baselines = {name: both(name) for name in state.names if name != NETWORK}
    done = {} if state.is_complete else {"done": len(state.each)}
    return {"k": state.count, **done, **both(NETWORK), "baselines": baselines, "each": each}
