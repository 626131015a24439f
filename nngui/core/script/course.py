"""What happened to a run, as its script tells it: what it began with, and each change since."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from nngui.core.journal.edit import SettingsEdit, WeightEdit
from nngui.core.journal.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.spec import OptimizerSpec, Spec


@dataclass(frozen=True)
class Change:
    """What was changed between two steps.

    Attributes
    ----------
    step : int
        Steps done by then.
    specs : tuple of Spec
        The settings before, and behind each change of them.
    weights : tuple of WeightEdit
        Numbers of the networks that were set by hand.
    revived : tuple of int
        The networks that had diverged, and take part again.
    ends_by_hand : bool
        A weight was set last of all.
    """

    step: int
    specs: tuple[Spec, ...]
    weights: tuple[WeightEdit, ...] = ()
    revived: tuple[int, ...] = ()
    ends_by_hand: bool = False

    @property
    def before(self) -> Spec:
        """The settings that the last step was taken with."""
        return self.specs[0]

    @property
    def after(self) -> Spec:
        """The settings that the next step is taken with."""
        return self.specs[-1]

    @property
    def is_of_settings(self) -> bool:
        """Whether settings were changed, or the run went on past its end; else a weight alone."""
        return len(self.specs) > 1

    @property
    def begins_anew(self) -> bool:
        """Whether another validation loss is the best from here on (see `RunState.change`)."""
        return any(
            one.data != other.data or one.schedule.keeps_best != other.schedule.keeps_best
            for one, other in pairwise(self.specs)
        )


@dataclass(frozen=True)
class Course:
    """The settings of a run from its beginning to its end.

    Attributes
    ----------
    first : Spec
        What it began with.
    changes : tuple of Change
        In their order, one a step; none of a run that was left alone.
    is_mixed : bool
        Batches change their size or their points on the way: no DataLoader brings those.
    """

    first: Spec
    changes: tuple[Change, ...] = ()
    is_mixed: bool = False
    _known: dict[object, bool] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def last(self) -> Spec:
        """What it ends with."""
        return self.changes[-1].after if self.changes else self.first

    @cached_property
    def specs(self) -> list[Spec]:
        """All settings that were in force, in their order."""
        return [self.first, *(spec for change in self.changes for spec in change.specs[1:])]

    @cached_property
    def settled(self) -> int | None:
        """Steps done at the last change of settings: the run did not end before; None for none."""
        steps = [change.step for change in self.changes if change.is_of_settings]
        return steps[-1] if steps else None

    @cached_property
    def revives(self) -> bool:
        """Whether a network that had diverged took part again."""
        return any(change.revived for change in self.changes)

    @cached_property
    def keeps_best(self) -> bool:
        """Whether somebody asks for the best weights: at the end, or on the way."""
        by_hand = any(one.of_best for change in self.changes for one in change.weights)
        return by_hand or self.last.schedule.keeps_best

    @cached_property
    def sizes(self) -> list[int]:
        """The batch sizes, each once; 0 for all points at once."""
        return list(dict.fromkeys(spec.schedule.batch_size for spec in self.specs))

    def differs(self, facet: Callable[[OptimizerSpec], object]) -> bool:
        """Return whether networks differ in something, or it did not stay as it was."""
        if facet not in self._known:
            found = (one for spec in self.specs for one in spec.optimizers().values())
            self._known[facet] = len(set(map(facet, found))) > 1
        return self._known[facet]

    @cached_property
    def has_other_rates(self) -> bool:
        """Whether a learning rate changed, or how plateaus cut it."""
        return any(_rates(one) != _rates(other) for one, other in pairwise(self.specs))


def _rates(spec: Spec) -> tuple[object, ...]:
    schedule, rates = spec.schedule, [one.lr for one in spec.optimizers().values()]
    return (*rates, schedule.rate_factor, schedule.rate_patience)


def course_of(run: Spec | Journal) -> Course:
    """Return what a script has to tell of a run; settings alone are a run that is left alone."""
    if not isinstance(run, Journal):
        return Course(run)
    if not run.is_touched:  # what was changed makes no difference
        return Course(run.now)
    changes, now, place = [], run.spec, 0
    for step, edits in groupby(run.edits, lambda edit: edit.step):
        specs, weights, revived = [now], list[WeightEdit](), list[int]()
        for edit in edits:
            place += 1
            if isinstance(edit, SettingsEdit):
                specs.append(run.specs[place - 1])
                revived += edit.revived
            elif isinstance(edit, WeightEdit):
                weights.append(edit)
        now = specs[-1]
        if len(specs) > 1 or weights:
            by_hand = isinstance(edit, WeightEdit)
            change = Change(step, tuple(specs), tuple(weights), tuple(revived), by_hand)
            changes.append(change)
    return Course(run.spec, tuple(changes))


def specs_of(run: Spec | Journal) -> list[Spec]:
    """Return the settings that a script is about, each of them once by its data."""
    found: list[Spec] = []
    for spec in course_of(run).specs:
        if not found or spec.data != found[-1].data:
            found.append(spec)
    return found
