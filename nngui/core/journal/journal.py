"""The journal of a run: the Spec it began with, and each edit behind the step where it was made.

All else follows from it, bit for bit, on the same machine: the run itself, any step of it, its
script. It knows no torch, and never changes: an edit makes another journal.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from nngui.core.journal.edit import Edit, EngineEdit, SettingsEdit
from nngui.core.spec.keys import affects_result, changed_keys, flat
from nngui.core.spec.toml import with_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.spec import Spec

MAX_EDITS = 5_000  # the newest: a slider that is dragged makes one with each picture
UNDRAWN = ("data.shift", "data.rotate")  # of data, what changes them as they are seen
MERGED = ("optimizer.", "racers.")  # what only counts as it is when the next step is taken


@dataclass(frozen=True)
class Journal:
    """What happened to a run.

    Attributes
    ----------
    task : str
        The task's name.
    spec : Spec
        The settings that it began with.
    device : str
        Where it was asked to compute: ``auto``, ``cpu``, ...
    edits : tuple of Edit
        In their order.
    known_from : int
        The step from which on all is known. Above 0 for a run taken up from a file of an earlier
        version, or with more than `MAX_EDITS` edits: `spec` is what it had from there.
    """

    task: str
    spec: Spec
    device: str = "cpu"
    edits: tuple[Edit, ...] = ()
    known_from: int = 0
    _specs: tuple[Spec, ...] = field(default=(), repr=False, compare=False)  # behind each edit

    def __post_init__(self) -> None:
        steps = [self.known_from, *(edit.step for edit in self.edits)]
        if steps[0] < 0 or any(one > other for one, other in pairwise(steps)):
            raise ValueError("edits out of order")
        if len(self._specs) != len(self.edits):
            specs, now = [], self.spec
            for edit in self.edits:
                now = _behind(now, edit)
                specs.append(now)
            object.__setattr__(self, "_specs", tuple(specs))

    # What is in force ----------------------------------------------------------------------------

    @property
    def now(self) -> Spec:
        """The settings in force behind all edits."""
        return self._specs[-1] if self._specs else self.spec

    @property
    def specs(self) -> tuple[Spec, ...]:
        """The settings in force behind each edit."""
        return self._specs

    def spec_at(self, step: int) -> Spec:
        """Return the settings that a step, from 1, was taken with; of step 0, the first ones."""
        return self.until(step).now

    @property
    def engine(self) -> str:
        """What takes the steps behind all edits: ``torch`` or ``turbo``."""
        return next((e.engine for e in reversed(self.edits) if isinstance(e, EngineEdit)), "torch")

    def engine_at(self, step: int) -> str:
        """Return what took a step."""
        return self.until(step).engine

    def count_before(self, step: int) -> int:
        """Return how many edits were in force when a step was taken."""
        return sum(edit.step < step for edit in self.edits)

    def edits_at(self, step: int) -> tuple[Edit, ...]:
        """Return the edits that took effect when so many steps were done."""
        return tuple(edit for edit in self.edits if edit.step == step)

    @property
    def keys(self) -> tuple[str, ...]:
        """The settings that were changed on the way and make a difference, each once."""
        found: dict[str, None] = {}
        for edit, spec in zip(self.edits, self._specs, strict=True):
            found |= dict.fromkeys(key for key in edit.keys if affects_result(spec, key))
        return tuple(found)

    @property
    def is_touched(self) -> bool:
        """Whether anything happened that a run of `spec` alone would not come to."""
        return bool(self.known_from) or any(self._matters(i) for i in range(len(self.edits)))

    def _matters(self, index: int) -> bool:
        edit = self.edits[index]
        if isinstance(edit, EngineEdit):
            return edit.engine != self.first(index).engine
        if not isinstance(edit, SettingsEdit):
            return True
        if not edit.keys:
            return edit.step > 0
        specs = self._specs[index - 1] if index else self.spec, self._specs[index]
        return any(affects_result(spec, key) for spec in specs for key in edit.keys)

    # Other journals ------------------------------------------------------------------------------

    def with_edit(self, edit: Edit) -> Journal:
        """Return the journal with one more edit; the oldest is not known any more where need be.

        Raises
        ------
        ValueError
            For an edit before the last one.
        SettingError
            For settings that there are not.
        """
        if isinstance(edit, SettingsEdit):
            return self.with_settings(edit.step, _behind(self.now, edit), edit.revived)
        return self._with(edit, self.now)

    def with_settings(self, step: int, spec: Spec, revived: tuple[int, ...] = ()) -> Journal:
        """Return the journal with other settings from a step on; the same: it goes on anew.

        What is changed before the first step, and draws nothing anew, the run begins with.

        Parameters
        ----------
        revived : tuple of int
            See `SettingsEdit`.
        """
        values = flat(spec)
        new = {key: values[key] for key in changed_keys(self.now, spec)}
        edit = SettingsEdit(step, new, revived)
        if not step and not self._has_settings_edits and not any(map(_is_drawn, edit.keys)):
            return replace(self, spec=spec, _specs=(spec,) * len(self.edits))
        before, last = self, self.edits[-1] if self.edits else None
        if _makes_last_one_void(last, edit) and self._is_moved(edit):
            assert isinstance(last, SettingsEdit)
            edit = replace(edit, revived=tuple(sorted({*last.revived, *revived})))
            before = self.first(len(self.edits) - 1)
        return before._with(edit, spec)

    @property
    def _has_settings_edits(self) -> bool:
        return any(not isinstance(edit, EngineEdit) for edit in self.edits)

    def _is_moved(self, edit: Edit) -> bool:
        """Return whether the last edit and this one together come to another value of each key."""
        assert isinstance(edit, SettingsEdit)
        values = flat(self.first(len(self.edits) - 1).now)
        return all(values[key] != value for key, value in edit.values.items())

    def _with(self, edit: Edit, spec: Spec) -> Journal:
        edits, specs = (*self.edits, edit), (*self._specs, spec)
        if len(edits) <= MAX_EDITS:
            return replace(self, edits=edits, _specs=specs)
        known_from = max(edits[0].step, self.known_from)
        return replace(
            self, spec=specs[0], known_from=known_from, edits=edits[1:], _specs=specs[1:]
        )

    def first(self, count: int) -> Journal:
        """Return the journal with so many of its edits, the oldest."""
        return replace(self, edits=self.edits[:count], _specs=self._specs[:count])

    def until(self, step: int) -> Journal:
        """Return the journal of a branch from there: with the edits that the step was taken with.

        What was changed when so many steps were done came behind it, and is not among them.
        """
        return self.first(self.count_before(step))

    def taken_back(self, step: int, spec: Spec) -> Journal:
        """Return the journal of a run that was put back to a step, and goes on with settings."""
        kept = self.first(sum(edit.step <= step for edit in self.edits))
        kept = replace(kept, known_from=min(self.known_from, step))
        return kept if kept.now == spec else kept.with_settings(step, spec)

    # What hints ask ------------------------------------------------------------------------------

    @property
    def known(self) -> list[Spec]:
        """The settings that steps were taken with, as far as they are known, the oldest first."""
        begins = [self.known_from, *(edit.step for edit in self.edits)]
        specs = [self.spec, *self._specs]
        ends = [*begins[1:], None]  # the last stretch goes on
        return [s for s, a, b in zip(specs, begins, ends, strict=True) if b is None or b > a]

    def since(self, facet: Callable[[Spec], object]) -> int:
        """Return from which step on something of the settings has been as it is now."""
        now, first = facet(self.now), self.edits[-1].step if self.edits else self.known_from
        begins = [self.known_from, *(edit.step for edit in self.edits)]
        for begin, spec in zip(reversed(begins), reversed([self.spec, *self._specs]), strict=True):
            if facet(spec) != now:
                break
            first = begin
        return first


def _behind(spec: Spec, edit: Edit) -> Spec:
    if isinstance(edit, SettingsEdit) and edit.values:
        return with_settings(spec, edit.values)
    return spec


def _is_drawn(key: str) -> bool:
    """Return whether other data are drawn with another value, before the networks are."""
    return key.startswith("data.") and key not in UNDRAWN


def _makes_last_one_void(last: Edit | None, edit: Edit) -> bool:
    """Return whether an edit takes the place of the last one: a slider dragged between two steps.

    Only of what counts as it is at the next step: points that come and go begin the pass anew.
    """
    return (
        isinstance(last, SettingsEdit)
        and isinstance(edit, SettingsEdit)
        and last.step == edit.step
        and last.keys == edit.keys != ()
        and all(key.startswith(MERGED) for key in edit.keys)
    )
