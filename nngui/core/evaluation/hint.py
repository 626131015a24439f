"""What advice is made of: the evidence of a run that has ended, a hint, and what it offers."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from nngui.core.evaluation.trials import affordable_steps, never, score, try_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from torch import Tensor

    from nngui.core.arrays import Floats
    from nngui.core.records.history import History
    from nngui.core.spec import Spec
    from nngui.core.trainer import Trainer

MAX_ROWS = 5000  # that are looked at
GOOD_FIT = 0.8  # of the loss of always saying the same is gone: then nothing is wrong
BETTER = 0.9  # times the score of now: what is offered has to come so far in its trial
TRIALS_S = 1.0  # seconds of work for all trials of a hint
MIN_STEPS = 50  # of a trial: of fewer nothing can be told


@dataclass(frozen=True)
class Hint:
    """Something to know about a run, and what to do.

    Attributes
    ----------
    kind : str
        ``leak``, ``diverged``, ``scale``, ``fast``, ``dead``, ``slow``, ``overfit``, ``late``,
        ``unfinished`` or ``imbalance``.
    sentence : str
        English text with placeholders, marked for translation: what is so, with its evidence.
    values : dict
        What stands in the placeholders.
    remedy : str
        The words of the button that takes `settings`, marked, with the same placeholders.
    settings : dict
        For `toml.with_settings`; empty where no setting helps.
    goes_on : bool
        The run goes on with these settings; else they are for a new one.
    """

    kind: str
    sentence: str
    values: dict[str, Any] = field(default_factory=dict)
    remedy: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    goes_on: bool = False

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


@dataclass(frozen=True)
class Offer:
    """What a button may do: settings for a new run, and its words (see `Hint`)."""

    settings: dict[str, Any]
    remedy: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """A run of one network that has ended, and what is asked of it by more than one hint.

    Attributes
    ----------
    weights : mapping of str to Tensor or None
        What it has started from.
    turbo : bool
        Whether turbo may take the steps of trials.
    cancelled : callable
        Returns whether somebody waits: then nothing more is tried.
    """

    trainer: Trainer
    history: History
    weights: Mapping[str, Tensor] | None = None
    turbo: bool = False
    cancelled: Callable[[], bool] = never

    @property
    def spec(self) -> Spec:
        """The settings that its last steps were taken with."""
        return self.trainer.spec

    @property
    def is_tutorials(self) -> bool:
        """Whether it was trained with the tutorial's own settings, whatever the seed."""
        own, seen = self.trainer.state.task.spec, self.trainer.state.journal.known
        return all(spec.replaced(seed=own.seed) == own for spec in seen)

    def ended_by(self, kind: str) -> bool:
        """Return whether the run ended so: ``diverged``, ``steps``, ..."""
        ending = self.trainer.ending
        return ending is not None and ending.kind == kind

    @functools.cached_property
    def score(self) -> float:
        """How well it fits (see `trials.score`)."""
        return score(self.trainer)

    @functools.cached_property
    def fit(self) -> float:
        """How much of the loss is gone that always saying the same would have; 1 is all of it."""
        return 1 - self.score / max(_trivial_loss(self.trainer), 1e-12)

    @functools.cached_property
    def losses(self) -> Floats:
        """The mean training loss of each whole epoch with the present settings, shape (epochs,).

        What came before these settings speaks of others. Of a run whose beginning is not known
        exactly any more there is none.
        """
        first = self.trainer.state.journal.since(_what_a_step_does)
        if self.history.first_exact > first:
            return np.empty(0)
        steps = self.trainer.batches.steps_per_epoch
        losses = self.history.exact_column("loss")[first - self.history.first_exact :]
        whole = len(losses) // steps
        result: Floats = losses[: whole * steps].reshape(whole, steps).mean(axis=1)
        return result

    @functools.cached_property
    def validation(self) -> tuple[Floats, Floats]:
        """The validation loss of each epoch on these data, and the mean training loss in it."""
        empty = np.empty(0)
        state, history = self.trainer.state, self.history
        first = state.journal.since(lambda spec: (spec.data, spec.schedule.batch_size))
        if state.held_out is None or history.first_exact > first:
            return empty, empty
        found = history.exact_column("val_loss")[first - history.first_exact :]
        losses = history.exact_column("loss")[first - history.first_exact :]
        ends = np.flatnonzero(~np.isnan(found))
        if not len(ends):
            return empty, empty
        starts = np.concatenate(([0], ends[:-1] + 1))
        means = np.add.reduceat(losses[: ends[-1] + 1], starts) / (ends + 1 - starts)
        return found[ends], means

    def sample(self) -> tuple[Tensor, Tensor]:
        """Return an even sample of what is trained on, as the network sees it."""
        x, y = self.trainer.state.train_data
        if len(x) > MAX_ROWS:
            chosen = torch.linspace(0, len(x) - 1, MAX_ROWS).long().to(x.device)
            x, y = x[chosen], y[chosen]
        return x, y

    def best_offer(self, offers: Sequence[Offer]) -> Offer | None:
        """Return which of some offers does best when tried, if it makes the run better.

        Each is tried from the start, for as many steps as the run was to have, or as are
        affordable. Where that is too few to tell, the first offer is taken as it is.
        """
        if not offers:
            return None
        trainer = self.trainer
        total = max(trainer.state.total_steps, trainer.step_count)
        steps = min(total, affordable_steps(trainer, TRIALS_S / len(offers)))
        if steps < min(MIN_STEPS, total):
            return offers[0]
        scores = try_settings(
            trainer.state.task,
            self.spec,
            [offer.settings for offer in offers],
            steps,
            weights=self.weights,
            turbo=self.turbo,
            cancelled=self.cancelled,
        )
        if scores is None:  # somebody waits: the hint comes again with the next run
            return None
        best = int(np.argmin(scores))
        return offers[best] if scores[best] < BETTER * self.score else None


def _what_a_step_does(spec: Spec) -> object:
    """Return what decides how a step changes the network: not how many there are."""
    ends = {"steps": 1, "epochs": 0, "target_loss": 0.0, "patience": 0, "keep": "last"}
    return spec.replaced(schedule=spec.schedule.replaced(**ends))


@torch.no_grad()
def _trivial_loss(trainer: Trainer) -> float:
    """Return the loss of always saying the training part's mean, or its shares of the classes."""
    state = trainer.state
    x, y = state.train_data
    if trainer.data.classes:
        shares = y.bincount(minlength=len(trainer.data.classes)).float() / len(y)
        said = shares.clamp_min(1e-9).log()
    else:
        said = y.mean(dim=0)
    _, asked = state.held_out or (x, y)
    found = float(state.loss_func(said.expand(len(asked), *said.shape), asked))
    return found if math.isfinite(found) else 0.0
