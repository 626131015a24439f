"""What was changed between two steps, as lines of an exported script."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from nngui.core.code_text import indented
from nngui.core.script.codes import BARE
from nngui.core.script.course import Change
from nngui.core.script.data import NEW_PASS, other_points, remade_lines
from nngui.core.script.gradients import gradient_change
from nngui.core.script.optimizers import optimizer_lines
from nngui.core.script.rates import rate_change
from nngui.core.script.stopping import begun_anew
from nngui.core.script.weights import weight_lines
from nngui.core.spec.optimizer import optimizer_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.code_text import DataCode
    from nngui.core.script.codes import DataCodes
    from nngui.core.script.course import Course
    from nngui.core.spec import OptimizerSpec


@dataclass(frozen=True)
class Places:
    """How a loop says where it is.

    Attributes
    ----------
    epochs_done : str
        How many passes over the data have come to their end, at a change.
    total : str
        How many steps the run will have, from a change on.
    """

    epochs_done: str
    total: str


class Edits:
    """The lines of each change of a run.

    Parameters
    ----------
    codes : DataCodes
        How the script makes the data of each of the settings.
    shared : bool
        See `script.script`.
    """

    def __init__(self, course: Course, codes: DataCodes, *, shared: bool) -> None:
        self.course, self.codes, self._shared = course, codes, shared
        self._groups = [_options(one) for one in course.first.optimizers().values()]
        self._changes_what_is_seen = len({code.seen for code in codes.all}) > 1
        self._is_prepared = bool(codes.of(course.first).after)

    @property
    def seen(self) -> str:
        """How the network is given a batch: an expression with ``{x}`` in it."""
        code = self.codes.of(self.course.first)
        return "seen({x})" if self.changes_what_is_seen else code.seen

    @property
    def changes_what_is_seen(self) -> bool:
        """Whether what is changed at random in images is not always the same."""
        return self._changes_what_is_seen

    def seen_before(self) -> list[str]:
        """Return the line that says how images are seen at first, where that changes."""
        return self._seen(self.codes.of(self.course.first)) if self.changes_what_is_seen else []

    @staticmethod
    def _seen(code: DataCode) -> list[str]:
        return [f"seen = lambda images: {code.seen.format(x='images')}"]

    def lines(self, change: Change, places: Places | None, within: Sequence[str] = ()) -> list[str]:
        """Return all lines of a change; to be asked for in their order.

        What nobody sees in the steps to come takes no line, such as another patience.

        Parameters
        ----------
        places : Places, optional
            None behind the last step: no rate comes any more.
        within : sequence of str
            The loop's own lines, behind those of the data.
        """
        course = self.course
        return [
            *self._data(change),
            *within,
            *self._optimizers(change),
            *gradient_change(course, change),
            *(rate_change(course, change, places.epochs_done, places.total) if places else []),
            *begun_anew(course, change),
            *weight_lines(course, change),
        ]

    def _data(self, change: Change) -> list[str]:
        before, after = self.codes.of(change.before), self.codes.of(change.after)
        lines = self._in_turn(change)
        if not lines and self.codes.is_remade(change.before, change.after):
            lines += self._remade(change)
        elif after.after and not self._is_prepared:
            lines += after.after
        self._is_prepared |= bool(after.after)
        return lines + (self._seen(after) if before.seen != after.seen else [])

    def _remade(self, change: Change) -> list[str]:
        code, points = self.codes.of(change.after), list[str]()
        if self.codes.has_points(change.after):
            points, code = other_points(change), replace(code, lines=code.lines[len(BARE) :])
        return remade_lines(code, change, points, shared=self._shared)

    def _in_turn(self, change: Change) -> list[str]:
        """Return the lines of all data that came and went, where each may begin the pass anew.

        Of points placed by hand their number is known here, and tells (see `mixed_loop`).
        """
        kinds = {spec.data.kind for spec in change.specs}
        if not self.course.is_mixed or len(change.specs) == 2 or kinds == {"hand"}:
            return []
        lines: list[str] = []
        for pair in pairwise(change.specs):
            if self.codes.is_remade(*pair):
                lines += [*self._remade(Change(change.step, pair)), *NEW_PASS]
        return lines

    def _optimizers(self, change: Change) -> list[str]:
        """Return the lines that give optimizers their new options, and build those begun anew."""
        before = [dict(group) for group in self._groups]
        for spec in change.specs[1:]:
            for group, settings in zip(self._groups, spec.optimizers().values(), strict=True):
                group |= _options(settings)
        new = [
            {key: value for key, value in group.items() if old.get(key) != value}
            for group, old in zip(self._groups, before, strict=True)
        ]
        return [*self._revived(change, new), *self._new_options(change, new)]

    def _revived(self, change: Change, new: list[dict[str, Any]]) -> list[str]:
        several = len(new) > 1
        lines: list[str] = []
        for i in change.revived:
            settings = list(change.after.optimizers().values())[i]
            first, *rest = optimizer_lines(settings, f"nets[{i}]" if several else "net")
            name = f"optimizers[{i}]" if several else "optimizer"
            lines += ["# it had diverged, and goes on from its last good weights"]
            lines += [f"diverged[{i}] = False"] if several else []
            lines += [f"{name} = {first}", *rest]
            new[i].clear()
        return lines

    def _new_options(self, change: Change, new: list[dict[str, Any]]) -> list[str]:
        if change.after.schedule.rate != "constant":  # then the schedule has it
            new = [{key: value for key, value in one.items() if key != "lr"} for one in new]
        if len(new) == 1:
            return [f'optimizer.param_groups[0]["{k}"] = {v!r}' for k, v in new[0].items()]
        if all(one == new[0] for one in new) and new[0]:
            lines = [f'optimizer.param_groups[0]["{k}"] = {v!r}' for k, v in new[0].items()]
            return ["for optimizer in optimizers:", *indented(lines)]
        return [
            f'optimizers[{i}].param_groups[0]["{k}"] = {v!r}'
            for i, one in enumerate(new)
            for k, v in one.items()
        ]


def _options(settings: OptimizerSpec) -> dict[str, Any]:
    """Return what an optimizer's group has of these settings (see `optimizers.change`)."""
    return {"weight_decay": settings.weight_decay} | optimizer_options(settings)
