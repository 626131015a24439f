"""How well a run's network does on the rows of a table, beside what one gets without it."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from nngui.core.evaluation.headline import Headline, headline_of, headline_part
from nngui.core.evaluation.linear import LinearModel
from nngui.core.evaluation.metrics import ClassScores, class_scores
from nngui.core.evaluation.parts import outputs_of, own_units, parts_of, table_rows
from nngui.core.evaluation.scoring import scores_of
from nngui.core.text import mark

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from nngui.core.arrays import Floats
    from nngui.core.trainer import Trainer

NETWORK = mark("core", "Network")
MAX_SEEN = 1500  # rows of a part whose residuals are drawn
MAX_TOLD = 20_000  # rows of a part that can be looked at
MAX_MISSES = 100  # rows of a part whose numbers are missed by most
SHARE = 10  # while it trains, evaluating takes a tenth of the time at most

Scores = dict[str, dict[str, float]]  # by part, then by score


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """Predictions of some rows, in the target's own units: shapes (n,).

    Attributes
    ----------
    rows : ndarray
        Which rows of the table, from 0, int64.
    """

    true: Floats
    predicted: Floats
    rows: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class RowPredictions:
    """What was said of the rows of a part, of many an even sample: shapes (n,).

    Attributes
    ----------
    rows : ndarray
        Which rows of the table, from 0, int64.
    true, said : ndarray
        Class numbers, int64.
    sure : ndarray
        The probability of what was said.
    """

    rows: NDArray[np.int64]
    true: NDArray[np.int64]
    said: NDArray[np.int64]
    sure: Floats

    def behind(self, true: int, said: int, most: int) -> NDArray[np.int64]:
        """Return which of these rows were so and are said to be so, the surest first."""
        return self._surest((self.true == true) & (self.said == said), most)

    def mistakes(self, most: int) -> NDArray[np.int64]:
        """Return which of these rows were got wrong, the surest first."""
        return self._surest(self.true != self.said, most)

    def at(self, threshold: float) -> RowPredictions:
        """Return what is said of two classes, where the second is said above a threshold."""
        second = np.where(self.said == 1, self.sure, 1 - self.sure)
        said = (second > threshold).astype(np.int64)
        return replace(self, said=said, sure=np.where(said == 1, second, 1 - second))

    def _surest(self, chosen: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
        places = np.flatnonzero(chosen)
        order = np.argsort(-self.sure[places], kind="stable")[:most]
        result: NDArray[np.int64] = places[order]
        return result


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The network as it was, and rows that it may be asked about beside the run.

    Attributes
    ----------
    net : nn.Module
        A copy, on the CPU, that nobody trains.
    x, y : Tensor
        Rows of the last part, as the network sees them.
    features : tuple of (str, slice)
        See `columns.Columns.features`.
    """

    net: nn.Module
    x: Tensor
    y: Tensor
    features: tuple[tuple[str, slice], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What the network is worth.

    Attributes
    ----------
    step : int
        Steps done by then.
    rows : dict of str to int
        How many rows each part has: training, validation, test.
    scores : dict of str to Scores
        Of the network, then of the baselines, by name.
    asked : Asked
        For what takes longer to find out (see `importance`).
    headline : Headline
        The figure that the tab is headed by.
    residuals : dict of str to Residuals
        Of each part, at most some rows; empty with classes.
    misses : dict of str to Residuals
        Of each part the rows that are missed by most, the worst first; empty with classes.
    classes : dict of str to ClassScores
        Of each part; empty without classes.
    predicted : dict of str to RowPredictions
        Of each part, what was said of its rows; empty without classes.
    """

    step: int
    rows: dict[str, int]
    scores: dict[str, Scores]
    asked: Asked
    headline: Headline
    residuals: dict[str, Residuals] = field(default_factory=dict)
    misses: dict[str, Residuals] = field(default_factory=dict)
    classes: dict[str, ClassScores] = field(default_factory=dict)
    predicted: dict[str, RowPredictions] = field(default_factory=dict)

    @property
    def last(self) -> str:
        """The part that says most of rows that the network has not seen."""
        return list(self.rows)[-1]


class EvaluationInspector:
    """Asks how the network does, so seldom that the training hardly notices (see `Inspector`)."""

    def __init__(self, linear: LinearModel | None = None) -> None:
        self._linear = linear or LinearModel()
        self._trainer: Trainer | None = None
        self._found: Evaluation | None = None
        self._compared: dict[str, Scores] = {}
        self._next = 0.0

    def __call__(self, trainer: Trainer) -> Evaluation | None:
        """Return the evaluation; None where the data are no table."""
        if trainer.data.columns is None:
            return None
        known = self._found
        if trainer is not self._trainer:
            self._trainer, known = trainer, None
            self._compare(trainer)
        if known is not None:
            due = time.perf_counter() >= self._next or trainer.ending is not None
            if known.step == trainer.step_count or not due:
                return known
        began = time.perf_counter()
        found = _evaluated(trainer, self._compared)
        linear = self._linear.figure(trainer, found.headline.part)
        self._found = replace(found, headline=replace(found.headline, linear=linear))
        ended = time.perf_counter()
        self._next = ended + SHARE * (ended - began)
        return self._found

    def _compare(self, trainer: Trainer) -> None:
        self._compared = {
            baseline.name: {
                name: scores_of(trainer, y, baseline.predict(x))
                for name, (x, y) in parts_of(trainer).items()
            }
            for baseline in self._linear.baselines(trainer)
        }


def _evaluated(trainer: Trainer, compared: dict[str, Scores]) -> Evaluation:
    parts = parts_of(trainer)
    rows = {name: len(y) for name, (_, y) in parts.items()}
    outputs = {name: outputs_of(trainer, x) for name, (x, _) in parts.items()}
    scores = {name: scores_of(trainer, y, outputs[name]) for name, (_, y) in parts.items()}
    everything = {NETWORK: scores, **compared}
    columns = trainer.data.columns
    assert columns is not None
    net = copy.deepcopy(trainer.variants[0].net).cpu()
    asked = Asked(net, *list(parts.values())[-1], tuple(columns.features))
    part = headline_part(trainer)
    headline = headline_of(trainer, part, parts[part][1], outputs[part])
    first = (trainer.step_count, rows, everything, asked, headline)
    if not trainer.data.classes:
        each = {name: (y, outputs[name]) for name, (_, y) in parts.items()}
        residuals = {name: _residuals(trainer, name, *both) for name, both in each.items()}
        misses = {name: _misses(trainer, name, *both) for name, both in each.items()}
        return Evaluation(*first, residuals, misses)
    told = {name: class_scores(y, outputs[name]) for name, (_, y) in parts.items()}
    return Evaluation(
        *first,
        classes={name: found for name, found in told.items() if found is not None},
        predicted={
            name: _row_predictions(trainer, name, y, outputs[name])
            for name, (_, y) in parts.items()
        },
    )


def _row_predictions(trainer: Trainer, part: str, y: Tensor, out: Tensor) -> RowPredictions:
    rows = table_rows(trainer, part)
    chosen = torch.linspace(0, len(rows) - 1, min(len(rows), MAX_TOLD)).long()
    sure, said = out[chosen].max(1)
    return RowPredictions(rows[chosen.numpy()], y[chosen].cpu().numpy(), said.numpy(), sure.numpy())


def _residuals(trainer: Trainer, part: str, y: Tensor, out: Tensor) -> Residuals:
    chosen = torch.arange(len(y))
    if len(y) > MAX_SEEN:
        chosen = torch.linspace(0, len(y) - 1, MAX_SEEN).long()
    return _residuals_of(trainer, part, y, out, chosen)


def _misses(trainer: Trainer, part: str, y: Tensor, out: Tensor) -> Residuals:
    missed = (y[:, 0] - out).abs().nan_to_num(torch.inf)
    chosen = missed.topk(min(MAX_MISSES, len(missed))).indices
    return _residuals_of(trainer, part, y, out, chosen)


def _residuals_of(trainer: Trainer, part: str, y: Tensor, out: Tensor, chosen: Tensor) -> Residuals:
    values = (y[:, 0][chosen], out[chosen])
    true, predicted = (own_units(trainer, value).numpy() for value in values)
    return Residuals(true, predicted, table_rows(trainer, part)[chosen.numpy()])
