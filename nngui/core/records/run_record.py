"""A run of the past: its settings, its figures and its curves, without its network."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nngui.core.records.history import last_values, training_losses
from nngui.core.spec.keys import affects_result, field_details, flat

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from nngui.core.arrays import Floats
    from nngui.core.journal.journal import Journal
    from nngui.core.records.changes import Change
    from nngui.core.records.history import History
    from nngui.core.spec import Spec

POINTS = 2048  # of a curve that are kept
LOSS, VALIDATION = "loss", "val_loss"
FIGURES = (LOSS, VALIDATION, "accuracy", "val_accuracy")
SCORE_NAMES = ("r2", "rmse", "mae", "accuracy", "balanced_accuracy", "auc")
SCORES = tuple(f"{part}_{name}" for name in SCORE_NAMES for part in ("val", "test"))

Curves = dict[str, tuple["NDArray[np.int64]", "Floats"]]
"""The steps, from 1, and the losses, shape (n,) each, of ``loss`` and ``val_loss``: exact for short
runs, means of equal stretches for longer ones."""


@dataclass(frozen=True, eq=False)
class RunRecord:
    """What is remembered of a run.

    Attributes
    ----------
    id : str
        Names its files.
    task : str
        The task's name.
    spec : Spec
        Its settings at the end.
    number : int
        Counts the runs of a task, from 1.
    name : str
        What the user called it; empty: its number.
    ended : datetime
        When, with its time zone.
    steps : int
        Optimizer steps done.
    ending : str
        The kind of its `Ending`; empty where it was left before its end.
    figures : dict of str to float
        Of `FIGURES` those that were measured: losses and accuracies on what was trained on are
        means over the last epoch, the others the last ones, or those of the weights that it ended
        with. Of several networks the one with the smallest loss counts.
    curves : tuple of str
        The losses whose `Curves` are kept. They are read when they are wanted: a full list's
        would take 35 MB.
    live_changes : tuple of str
        The settings that were changed in mid-run.
    changes : tuple of Change
        How, the newest of them; runs of earlier versions have none.
    journal : Journal or None
        All that happened to it, where the run has just been made; it is written, and not read with
        the list (see `RunStore.journal`).
    can_reopen : bool
        Whether its network was kept, too.
    scores : dict of str to float
        Of `SCORES` those that are known: what the network was worth in the end on the rows of a
        table for validation and for the test. Runs of earlier versions have none.
    note : str
        What the user wrote about it.
    group : str
        What it was a part of, such as a search's name; empty: a run of its own.
    sequence : int
        Counts how often runs were kept: the last one has the highest. No clock says which is newer.
        0: kept by an earlier version.
    state : str
        Names the writing of its network that this tells of (see `files/runs/pairs.py`).
    """

    id: str
    task: str
    spec: Spec
    number: int
    name: str
    ended: datetime
    steps: int
    ending: str
    figures: dict[str, float]
    curves: tuple[str, ...] = ()
    live_changes: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    journal: Journal | None = field(default=None, repr=False)
    can_reopen: bool = True
    scores: dict[str, float] = field(default_factory=dict)
    note: str = ""
    group: str = ""
    sequence: int = 0
    state: str = ""

    @property
    def version(self) -> tuple[str, datetime]:
        """Tells the run as it is here apart from all others: it may go on under the same id."""
        return self.id, self.ended

    def value(self, name: str) -> float | None:
        """Return a score, or else a figure, of that name; None where it is not known."""
        return self.scores.get(name, self.figures.get(name))

    def repeats(self, other: RunRecord) -> bool:
        """Return whether another run had the same settings and came to the same numbers."""
        mine, others = (
            (run.task, run.spec, run.steps, run.figures, run.live_changes, run.changes)
            for run in (self, other)
        )
        return mine == others


def figures_of(history: History, epoch: int, kept: int = 0) -> dict[str, float]:
    """Return a run's figures (see `RunRecord`).

    Parameters
    ----------
    epoch : int
        Steps per epoch.
    kept : int
        The step whose weights the run ended with; 0: the last one.
    """
    steps, columns = len(history), history.columns
    rows = history.exact(max(steps - epoch, 0), steps)
    end = kept if kept > history.first_exact else steps
    last = last_values(columns, history.exact(max(end - epoch - 1, 0), end))
    found = {}
    for figure, column in _chosen_columns(columns, rows).items():
        if figure.startswith("val_"):
            found[figure] = last.get(column, math.nan)
        else:
            found[figure] = float(rows[:, columns.index(column)].mean())
    return {name: value for name, value in found.items() if not math.isnan(value)}


def curves_of(history: History, epoch: int) -> Curves:
    """Return a run's curves; of more than a million steps, their middles."""
    steps = len(history)
    chosen = _chosen_columns(history.columns, history.exact(max(steps - epoch, 0), steps))
    figures = (LOSS, VALIDATION)
    return {name: _thinned(history, chosen[name]) for name in figures if name in chosen}


def _chosen_columns(columns: Sequence[str], rows: Floats) -> dict[str, str]:
    """Return the columns that stand for a run, by figure: of several networks the best one's.

    Parameters
    ----------
    rows : ndarray
        Those of the last epoch; without any, no column stands for anything.
    """
    if not len(rows):
        return {}
    losses = training_losses(columns)
    means = [rows[:, columns.index(name)].mean() for name in losses]
    best = losses[int(np.argmin(np.nan_to_num(means, nan=np.inf)))]
    if best == LOSS:
        return {name: name for name in FIGURES if name in columns}
    names = {LOSS: best} | {figure: f"{best}_{figure}" for figure in FIGURES[1:]}
    return {figure: column for figure, column in names.items() if column in columns}


def _thinned(history: History, column: str) -> tuple[NDArray[np.int64], Floats]:
    values: Floats
    if history.first_exact:
        places, low, high = history.bins(POINTS // 2, column)
        steps, values = places + 1, (low.astype(np.float64) + high) / 2
    else:
        values = history.exact_column(column)
        steps = np.arange(1, len(values) + 1, dtype=np.int64)
    known = ~np.isnan(values)
    steps, values = steps[known], values[known]
    if len(values) > POINTS:
        starts = np.linspace(0, len(values), POINTS, endpoint=False).astype(np.int64)
        counts = np.diff(np.append(starts, len(values)))
        values = np.add.reduceat(values, starts) / counts
        steps = steps[starts + counts // 2]
    with np.errstate(over="ignore"):
        return steps, values.astype(np.float32)


def differing_keys(specs: Sequence[Spec]) -> list[str]:
    """Return the settings in which some runs of a task differ, as far as they matter to one."""
    values = [flat(spec) for spec in specs]
    if not values:
        return []
    return [
        key
        for key in values[0]
        if any(other[key] != values[0][key] for other in values[1:])
        and any(affects_result(spec, key) for spec in specs)
        and not field_details(type(specs[0]), key).get("derived")
    ]


def best_runs(runs: Iterable[RunRecord]) -> set[str]:
    """Return the ids of the best runs, one for each choice of data and loss that several share.

    Best is the smallest loss on validation points where all of them have some, else the smallest
    training loss. Losses on other data, or of another kind, cannot be compared; another seed draws
    other data, or keeps other points out.
    """
    groups: dict[Any, list[RunRecord]] = {}
    for run in runs:
        if run.figures.keys() & {LOSS, VALIDATION}:
            spec = run.spec
            key = spec.data, spec.seed, spec.schedule.validation, spec.loss
            groups.setdefault(repr(key), []).append(run)
    return {best.id for group in groups.values() if (best := _best(group)) is not None}


def _best(group: list[RunRecord]) -> RunRecord | None:
    """Return the best run of those that can be compared; None where they are not two."""
    figure = VALIDATION if all(VALIDATION in run.figures for run in group) else LOSS
    able = [run for run in group if figure in run.figures]  # a trial has no training loss
    return min(able, key=lambda run: run.figures[figure]) if len(able) > 1 else None
