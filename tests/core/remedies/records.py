"""What a remedy and a claim are, and how they are tried: by real runs, over several seeds.

A remedy says which settings stood before, which after, what has to become smaller, and how much.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nngui.core.evaluation.hints import find_hints
from nngui.core.evaluation.trials import score
from nngui.core.forward import evaluating, forward_in_batches
from nngui.core.records.history import History
from nngui.core.spec.toml import with_settings
from nngui.core.studies.lr_finder import find_learning_rate
from nngui.core.trainer import Trainer
from nngui.core.turbo.support import sees_images, unsupported_reason
from nngui.tasks import all_tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

TASKS = {task.name: task for task in all_tasks()}
HINT, FINDER = "what the hint offers", "what the finder suggests"
NO_WORSE = 1.05  # times the loss of the tutorial's own settings: as good, but for rounding


@dataclass(eq=False)
class Outcome:
    """A run that has ended: its networks, and its losses by their columns."""

    trainer: Trainer
    history: History

    @functools.cached_property
    def columns(self) -> dict[str, Any]:
        return {name: self.history.exact_column(name) for name in self.history.columns}

    @functools.cached_property
    def losses(self) -> list[float]:
        """Each network's loss on all points that are trained on; infinite where it diverged."""
        state = self.trainer.state
        x, y = state.train_data
        found = []
        for variant in self.trainer.variants:
            with evaluating(variant.net):
                loss = float(state.loss_func(forward_in_batches(variant.net, x), y))
            found.append(loss if math.isfinite(loss) and not variant.diverged else math.inf)
        return found

    @property
    def loss(self) -> float:
        return self.losses[0]

    @property
    def score(self) -> float:
        """The loss on the points kept out of training, where there are any."""
        return score(self.trainer)

    @functools.cached_property
    def validation(self) -> Any:
        found = self.columns["val_loss"]
        return found[~np.isnan(found)]

    @property
    def misses(self) -> float:
        """The share of the points that the first network gets wrong."""
        x, y = self.trainer.state.train_data
        return 1 - float((self._said(x) == y).double().mean())

    @property
    def unfound(self) -> float:
        """One less the balanced accuracy on the points kept out of training."""
        state = self.trainer.state
        x, y = state.held_out or state.train_data
        said = self._said(x)
        return 1 - float(np.mean([float((said[y == k] == k).double().mean()) for k in y.unique()]))

    def _said(self, x: Any) -> Any:
        net = self.trainer.variants[0].net
        with evaluating(net):
            return forward_in_batches(net, x).argmax(1)

    def first(self, column: str, least: float) -> float:
        """Return the step at which a column first was so large; infinite where it never was."""
        steps = np.flatnonzero(self.columns[column] >= least)
        return float(steps[0]) if len(steps) else math.inf

    @functools.cached_property
    def hints(self) -> list[Any]:
        return find_hints(self.trainer, self.history, turbo=True)

    @property
    def kinds(self) -> list[str]:
        return [hint.kind for hint in self.hints]


def spec_of(task: str, settings: Mapping[str, Any], preset: str = "") -> Any:
    """Return the tutorial's settings, or an experiment's, with some changed."""
    known = TASKS[task]
    base = known.spec_of(known.preset(preset)) if preset else known.spec
    return with_settings(base, dict(settings))


@functools.cache
def _outcome(task: str, spec: Any) -> Outcome:
    trainer = Trainer(TASKS[task], spec)
    if unsupported_reason(trainer.state) is None and not sees_images(trainer.state):
        trainer.set_engine("turbo")
    history = History(trainer.columns)
    while trainer.ending is None:
        history.append(trainer.advance(1e9))
    return Outcome(trainer, history)


def outcome(task: str, settings: Mapping[str, Any] = {}, preset: str = "") -> Outcome:
    """Train to the end, by turbo where it covers the run; the same run once more costs nothing."""
    return _outcome(task, spec_of(task, settings, preset))


def forget() -> None:
    """Let all outcomes go: those of a task are not needed for the next one."""
    _outcome.cache_clear()


@dataclass(frozen=True)
class Remedy:
    """A cure that is named somewhere.

    Attributes
    ----------
    words : str
        What names it: a whole sentence of an experiment, a button's words, a bullet of a lesson.
    before : dict
        What differs from the tutorial's settings, or the experiment's, when it is needed.
    after : dict or str
        What is changed then; or `HINT`, `FINDER`.
    margin : float
        The median after is at most so many times the median before.
    measure : str
        What has to become smaller, of `Outcome`.
    fits : bool
        The points are the tutorial's own: the median after is no worse than its own settings'.
    kind : str
        The hint that is expected before.
    costly : bool
        It takes seconds a run: one seed is enough, but in the benchmark.
    seeds : tuple of int
        Those in which it is needed, where it is not in all.
    """

    words: str
    task: str
    before: dict[str, Any]
    after: dict[str, Any] | str
    margin: float
    measure: str = "loss"
    preset: str = ""
    fits: bool = False
    kind: str = ""
    costly: bool = False
    seeds: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        what = self.preset or ", ".join(f"{key}={value}" for key, value in self.before.items())
        short = self.after if isinstance(self.after, str) else ", ".join(self.after)
        kind = f"{self.kind}, " if self.kind else ""
        return f"{self.task}: {kind}{what or 'own settings'} -> {short}"[:80]

    def tried(self, seeds: Sequence[int]) -> list[tuple[float, float, float]]:
        """Return before, after and what the tutorial's settings give, for each seed."""
        return [self._tried(seed) for seed in self.seeds or seeds]

    def _tried(self, seed: int) -> tuple[float, float, float]:
        before = outcome(self.task, self.before | {"seed": seed}, self.preset)
        own = outcome(self.task, {"seed": seed}) if self.fits else before
        if self.after == FINDER:
            known = self.task, before.trainer.spec
            found = find_learning_rate(TASKS[self.task], known[1], turbo=True).suggestion
            settings = {} if found is None else {"optimizer.lr": found}
        elif self.after == HINT:
            hint = next((hint for hint in before.hints if hint.kind == self.kind), None)
            settings = hint.settings if hint else {}
        else:
            assert isinstance(self.after, dict)
            settings = self.after
        after = _outcome(self.task, with_settings(before.trainer.spec, settings))
        values = tuple(float(getattr(one, self.measure)) for one in (before, after, own))
        return values[0], values[1], values[2]


@dataclass(frozen=True)
class Claim:
    """What an experiment says that it shows: in nearly all seeds.

    Attributes
    ----------
    words : str
        The whole sentence.
    shows : callable of run, int
        Given what trains the experiment, with some settings changed, and a seed: whether it is so.
    """

    words: str
    task: str
    preset: str
    shows: Callable[[Callable[..., Outcome]], bool]
    costly: bool = False

    def seen(self, seeds: Sequence[int]) -> list[bool]:
        """Return for each seed whether it is so."""
        return [self._seen(seed) for seed in seeds]

    def _seen(self, seed: int) -> bool:
        def run(settings: Mapping[str, Any] = {}, *, own: bool = False) -> Outcome:
            return outcome(self.task, {**settings, "seed": seed}, "" if own else self.preset)

        return bool(self.shows(run))


@dataclass(frozen=True)
class NoPromise:
    """A sentence that says where to look, or what is known anyway; nothing is to be measured."""

    words: str
