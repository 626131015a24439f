"""The learning rate on its way through a run: torch's schedules, at any place of them at once.

A scheduler of `torch.optim.lr_scheduler` only goes forward, by a step at a time. A run is taken
back, recovered, and changed in mid-run; and a rate that a slider drags has to be known at step
100,000 now. So the rate is a function of settings and place, with torch's own arithmetic, in its
order: the last bits are those of the script, which has torch's schedulers.
"""

from __future__ import annotations

import functools
import math
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nngui.core.records.snapshot import RatePlan
from nngui.core.spec.schedule import PER_EPOCH, START_FACTOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nngui.core.arrays import Floats
    from nngui.core.data.batches import Batches
    from nngui.core.spec import ScheduleSpec
    from nngui.core.training.variant import Variant

PCT_START, DIV_FACTOR, FINAL_DIV_FACTOR = 0.3, 25.0, 1e4  # OneCycleLR's defaults
THRESHOLD, EPS = 1e-4, 1e-8  # ReduceLROnPlateau's defaults
PLANNED = 96  # steps of those to come whose rates are told to a view
EXACT = 1_000_000  # places up to which the last bits are torch's: all before one are gone through


@dataclass
class Plateau:
    """How long a loss has not become better (see `torch.optim.lr_scheduler.ReduceLROnPlateau`).

    Attributes
    ----------
    best : float
        The smallest loss by now.
    bad : int
        Epochs since.
    cuts : int
        How often the rate was multiplied by the factor.
    total, count : float, int
        The losses of the present epoch's steps.
    """

    best: float = math.inf
    bad: int = 0
    cuts: int = 0
    total: float = 0.0
    count: int = 0

    def add(self, losses: Iterable[float]) -> None:
        """Take the losses of some steps."""
        for loss in losses:
            self.total += loss
            self.count += 1

    def end_epoch(self, held_out: float | None, patience: int) -> None:
        """Look at what an epoch gave: the loss on held-out points, or the mean of its steps'."""
        loss = self.total / max(self.count, 1) if held_out is None else held_out
        self.total, self.count = 0.0, 0
        if loss < self.best * (1.0 - THRESHOLD):
            self.best, self.bad = loss, 0
        else:
            self.bad += 1
        if self.bad > patience:
            self.cuts, self.bad = self.cuts + 1, 0


class Rates:
    """Where a run is in the schedule of its variants' learning rates.

    Attributes
    ----------
    plateaus : list of Plateau
        A variant each; of use where the rate goes by the loss.
    """

    def __init__(self, variants: Sequence[Variant], batches: Batches) -> None:
        self._variants, self._batches = variants, batches
        self.plateaus = [Plateau() for _ in variants]

    @property
    def epochs_done(self) -> int:
        """How many passes over the data have come to their end."""
        return self._batches.epoch - bool(self._batches.left)

    def apply(self, schedule: ScheduleSpec, steps: int, total: int) -> None:
        """Give all optimizers the rate of a place: so many steps done, of a total."""
        place = self.epochs_done if schedule.rate in PER_EPOCH else steps
        for variant, plateau in zip(self._variants, self.plateaus, strict=True):
            at = plateau.cuts if schedule.rate == "plateau" else place
            variant.set_rate(rate_at(schedule, variant.settings.lr, at, total))

    @property
    def now(self) -> list[float]:
        """The rate of each variant's next step; NaN for one that has diverged."""
        return [math.nan if v.diverged else v.rate for v in self._variants]

    def finish(
        self, schedule: ScheduleSpec, steps: int, total: int, losses: Floats, held: list[float]
    ) -> list[float]:
        """Go on behind steps that were taken at the rates of now; return these rates.

        Parameters
        ----------
        losses : ndarray
            Shape (steps, variants): what the steps gave; they lie within an epoch.
        held : list of float
            Behind the last batch of an epoch the losses on held-out points, if there are any.
        """
        used = self.now
        if schedule.rate == "plateau":
            for i, plateau in enumerate(self.plateaus):
                if self._variants[i].diverged:
                    continue
                plateau.add(losses[:, i].tolist())
                if not self._batches.left:
                    by_held = schedule.validation and held  # never by the test images
                    plateau.end_epoch(held[i] if by_held else None, schedule.rate_patience)
        self.apply(schedule, steps, total)
        return used

    def plan(self, schedule: ScheduleSpec, steps: int, total: int) -> RatePlan:
        """Return the rates to come, at some steps of those that are left; plateaus stay as long."""
        ahead = np.unique(np.linspace(0, max(total - steps - 1, 0), PLANNED).astype(np.int64))
        places = steps + ahead
        if schedule.rate in PER_EPOCH:
            batches = self._batches
            behind = batches.steps_per_epoch - batches.left if batches.left else 0
            places = self.epochs_done + (behind + ahead) // batches.steps_per_epoch
        by_place = shape(schedule, places.astype(np.float64), total)
        rates = np.empty((len(self._variants), len(ahead)))
        for i, variant in enumerate(self._variants):
            planned = variant.settings.lr * by_place
            rates[i] = variant.rate if schedule.rate == "plateau" else planned
        return RatePlan((steps + 1 + ahead).astype(np.float64), rates)

    def capture(self) -> list[tuple[Any, ...]]:
        """Return what the rates depend on besides settings and place."""
        return [astuple(plateau) for plateau in self.plateaus]

    def restore(self, state: Sequence[Sequence[Any]] | None) -> None:
        """Put back what `capture` returned; without it, begin with what is known now."""
        fresh = [astuple(Plateau())] * len(self._variants)
        self.plateaus = [
            Plateau(best, int(bad), int(cuts), total, int(count))
            for best, bad, cuts, total, count in state or fresh
        ]


def rate_at(schedule: ScheduleSpec, base: float, place: int, total: int) -> float:
    """Return the rate of a place, to the last bit that of torch's scheduler after so many steps.

    Parameters
    ----------
    base : float
        The optimizer's own rate: what the schedule begins with, or for one cycle its peak.
    place : int
        Steps or epochs done (see `schedule.PER_EPOCH`); on plateaus how often it was cut.
    total : int
        Steps that the run will have.
    """
    if schedule.rate == "constant":
        return base
    total = max(total, 1)
    if schedule.rate not in PER_EPOCH:
        place = min(place, total)
    if schedule.rate == "one_cycle":
        return _one_cycle(base, place, total)
    if place > EXACT:
        return base * float(shape(schedule, np.array([place]), total)[0])
    return _sequence(_shape_key(schedule), base, total).at(place)


def shape(schedule: ScheduleSpec, places: Floats | Sequence[int], total: int) -> Floats:
    """Return what the base rate is multiplied by at some places, shape (n,), to rounding.

    On plateaus the places are numbers of cuts.
    """
    n, total = np.asarray(places, np.float64), max(total, 1)
    if schedule.rate == "step":
        result = schedule.rate_factor ** (n // schedule.rate_every)
    elif schedule.rate == "plateau":
        result = schedule.rate_factor**n
    elif schedule.rate == "exponential":
        result = schedule.rate_decay**n
    elif schedule.rate == "cosine":
        result = (1 + np.cos(math.pi * np.minimum(n, total) / total)) / 2
    elif schedule.rate == "warm_up":
        done = np.minimum(n / schedule.rate_warm_up, 1.0)
        result = START_FACTOR + (1 - START_FACTOR) * done
    elif schedule.rate == "one_cycle":
        result = np.array([_one_cycle(1.0, at, total) for at in np.minimum(n, total).tolist()])
    else:
        result = np.ones_like(n)
    return np.asarray(result, np.float64)


def _one_cycle(peak: float, place: float, total: int) -> float:
    """Return OneCycleLR's rate, with its cosines up and down, and the momentum left alone."""
    start = peak / DIV_FACTOR
    top, end = float(PCT_START * total) - 1, total - 1
    if place <= top:
        return _annealed(start, peak, (place - 0.0) / (top - 0.0))
    return _annealed(peak, start / FINAL_DIV_FACTOR, (place - top) / (end - top))


def _annealed(start: float, end: float, share: float) -> float:
    return end + (start - end) / 2.0 * (math.cos(math.pi * share) + 1)


def _shape_key(schedule: ScheduleSpec) -> tuple[str, int, float]:
    """Return the kind of a schedule that goes from rate to rate, and its two numbers."""
    return {
        "step": ("step", schedule.rate_every, schedule.rate_factor),
        "plateau": ("plateau", 1, schedule.rate_factor),
        "exponential": ("step", 1, schedule.rate_decay),
        "cosine": ("cosine", 1, 0.0),
        "warm_up": ("warm_up", schedule.rate_warm_up, START_FACTOR),
    }[schedule.rate]


@functools.lru_cache(maxsize=64)
def _sequence(key: tuple[str, int, float], base: float, total: int) -> _Sequence:
    return _Sequence(*key, base, total)


class _Sequence:
    """Rates that follow from each other, as torch's `get_lr` makes each of the one before."""

    def __init__(self, kind: str, every: int, factor: float, base: float, total: int) -> None:
        self._kind, self._every, self._factor = kind, every, factor
        self._base, self._total = base, total
        self._now = (0, self._first())  # one object: several runs may ask at the same time

    def _first(self) -> float:
        return self._base * self._factor if self._kind == "warm_up" else self._base

    def at(self, place: int) -> float:
        now, rate = self._now
        if place < now:
            now, rate = 0, self._first()
        follow = getattr(self, f"_{self._kind}")
        while now < place:
            now += 1
            before, rate = rate, follow(now, rate)
            if rate == 0.0 or (rate == before and self._every == 1 and self._kind != "cosine"):
                now = place  # it stays so
        self._now = now, rate
        return float(rate)

    def _step(self, now: int, rate: float) -> float:
        return rate if now % self._every else rate * self._factor

    def _plateau(self, _now: int, rate: float) -> float:
        lower = rate * self._factor
        return lower if rate - lower > EPS else rate

    def _cosine(self, now: int, rate: float) -> float:
        total = self._total
        last = 1 + math.cos(math.pi * (now - 1) / total)
        return (1 + math.cos(math.pi * now / total)) / last * rate

    def _warm_up(self, now: int, rate: float) -> float:
        if now > self._every:
            return rate
        grown = 1.0 - self._factor
        return rate * (1.0 + grown / (self._every * self._factor + (now - 1) * grown))
