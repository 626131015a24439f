"""What the pictures of a search share: which trials there are, and which of them is told."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Signal
from typing_extensions import override

from nngui.core.search.plan import SCORES, VAL_LOSS
from nngui.core.search.trials import DEFAULT, DONE, PRUNED, best_of
from nngui.core.spec.keys import flat
from nngui.gui.dialogs.search.words import trial_text
from nngui.gui.plots.kit.chart import Chart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.core.search.plan import Plan
    from nngui.core.search.trials import Trial
    from nngui.gui.style.theme import Colours

BEYOND = 0.05  # where a value lies that is outside of the range that is searched
NEAR = 24  # pixels from which on the mouse means a trial
WORST = 0.85  # of the scores, from the best on, are told apart; the others lie at the edge
LOSSES = (VAL_LOSS, *(name for name in SCORES if name in ("mae", "rmse", "log_loss")))
DECADE = 10.0  # from such a spread on, losses are counted by decades
LEAST = 1e-12  # a loss that has a logarithm


class TrialsPlot(Chart):
    """Draws trials; the mouse and the arrow keys tell of one, a click chooses it.

    What a class of it has to fill in raises `NotImplementedError` here: a widget cannot be an ABC.

    Signals
    -------
    chosen : int
        The number of the trial that the user has clicked, or taken by Enter.

    Attributes
    ----------
    plan : Plan or None
    drawn : list of Trial
        Those that have a place: trained to their end, or given up with a loss.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plan: Plan | None = None
        self.drawn: list[Trial] = []
        self.best: Trial | None = None
        self.is_log = False  # whether scores are counted by decades
        self._selected = -1  # the number of a trial
        self._told = -1  # its place among those that are drawn

    # What a class of it fills in -----------------------------------------------------------------

    def redraw(self) -> None:
        """Draw all trials anew."""
        raise NotImplementedError

    def nearest(self, place: QPointF) -> tuple[int, float]:
        """Return which of the drawn trials lies nearest, and how far away, in pixels."""
        raise NotImplementedError

    def spot_of(self, index: int) -> tuple[float, float]:
        """Return where the tip about a drawn trial stands."""
        raise NotImplementedError

    def order(self) -> list[int]:
        """Return the drawn trials in the order in which the arrow keys go through them."""
        return list(range(len(self.drawn)))

    # What they share -----------------------------------------------------------------------------

    def show_trials(self, plan: Plan | None, trials: Sequence[Trial]) -> None:
        """Draw these."""
        self.plan = plan
        self.drawn, self.best = [], None
        if plan is not None:
            self.drawn = [trial for trial in trials if math.isfinite(self._score_of(trial))]
            self.best = best_of(trials, plan)
            self.is_log = plan.by in LOSSES and self._spread() > DECADE
        self._told = -1
        self.hide_tip()
        self.redraw()

    def select(self, number: int) -> None:
        """Mark a trial, by its number; -1: none."""
        if number != self._selected:
            self._selected = number
            self.redraw()

    @property
    def selected(self) -> Trial | None:
        """The trial that is marked, if it is drawn."""
        return next((trial for trial in self.drawn if trial.number == self._selected), None)

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self.redraw()

    def _score_of(self, trial: Trial) -> float:
        """Return a trial's score, or the loss with which it was given up; NaN where it has none."""
        assert self.plan is not None
        if trial.state == PRUNED and self.plan.by == VAL_LOSS and trial.rungs:
            return trial.rungs[max(trial.rungs)]
        return trial.score if trial.state == DONE else math.nan

    def _spread(self) -> float:
        """Return how many times as large as the smallest most of the losses are."""
        losses = [max(self._score_of(trial), LEAST) for trial in self.drawn]
        return float(np.quantile(losses, WORST)) / min(losses) if losses else 1.0

    def heights(self) -> tuple[Floats, float, float]:
        """Return how high the drawn trials stand, held between two ends, and these ends.

        A few trials may be so bad that the others would lie on a line: they lie at the edge.
        """
        assert self.plan is not None
        raw = np.array([self._score_of(trial) for trial in self.drawn])
        if not len(raw):
            return raw, 0.0, 1.0
        if self.is_log:
            raw = np.log10(np.maximum(raw, LEAST))
        if self.plan.higher_is_better:
            low, high = float(np.quantile(raw, 1 - WORST)), float(raw.max())
        else:
            low, high = float(raw.min()), float(np.quantile(raw, WORST))
        if high - low < 1e-9:
            low, high = low - 0.5, high + 0.5
        return np.clip(raw, low, high), low, high

    def place_in(self, trial: Trial, place: int) -> float:
        """Return where a trial lies along an axis of the search, from 0 to 1, or a bit beyond.

        Only the common settings may lie beyond; NaN where the axis has no such value.
        """
        assert self.plan is not None
        axis = self.plan.axes[place]
        value = trial.values.get(axis.key)
        if trial.number == DEFAULT:
            value = flat(self.plan.spec)[axis.key]
        return min(max(axis.place_of(value), -BEYOND), 1 + BEYOND)  # NaN stays

    # What is read off ----------------------------------------------------------------------------

    def _tell(self, index: int) -> None:
        assert self.plan is not None
        self._told = index
        self.show_tip(trial_text(self.plan, self.drawn[index]), *self.spot_of(index))

    @override
    def read_at(self, place: QPointF | None) -> None:
        if place is None or not self.drawn:
            self.hide_tip()
            return
        index, distance = self.nearest(place)
        if distance <= NEAR:
            self._tell(index)
        else:
            self._told = -1
            self.hide_tip()

    @override
    def walk(self, steps: int) -> None:
        order = self.order()
        if order:
            now = order.index(self._told) if self._told in order else (-1 if steps > 0 else 0)
            self._tell(order[min(max(now + steps, 0), len(order) - 1)])

    @override
    def take(self) -> None:
        if 0 <= self._told < len(self.drawn):
            self.chosen.emit(self.drawn[self._told].number)

    @override
    def click_at(self, place: QPointF) -> None:
        if self.drawn:
            index, distance = self.nearest(place)
            if distance <= NEAR:
                self.chosen.emit(self.drawn[index].number)
