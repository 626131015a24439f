"""How a script makes the data of each of a run's settings."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from nngui.core.code_text import points_code
from nngui.core.script.data import without_definitions

if TYPE_CHECKING:
    from nngui.core.code_text import DataCode
    from nngui.core.script.course import Change
    from nngui.core.spec import DataSpec, Spec
    from nngui.core.task import Task

BARE = points_code("points", ())


class DataCodes:
    """The code of data, made once for settings that differ in points placed by hand alone.

    A hundred clicks are a hundred edits, each with all of the points.
    """

    def __init__(self, task: Task, specs: list[Spec]) -> None:
        self._task = task
        self._found: dict[DataSpec, DataCode] = {}
        self.all = [self.of(spec) for spec in specs]

    def of(self, spec: Spec) -> DataCode:
        """Return the code of settings; of points placed by hand without the points."""
        data = _without_points(spec.data)
        if data not in self._found:
            code = self._task.data_code(spec.replaced(data=data))
            if data is not spec.data and code.lines[: len(BARE)] != BARE:
                return self._task.data_code(spec)  # a task that writes them in its own way
            self._found[data] = code
        return self._found[data]

    def whole(self, spec: Spec) -> DataCode:
        """Return the code of settings, with all of the points."""
        code = self.of(spec)
        if not self.has_points(spec):
            return code
        told = points_code("points", getattr(spec.data, "placed", ()))
        return replace(code, lines=[*told, *code.lines[len(BARE) :]])

    def has_points(self, spec: Spec) -> bool:
        """Return whether the code begins with points placed by hand, left out by `of`."""
        return _is_by_hand(spec.data) and self.of(spec).lines[: len(BARE)] == BARE

    def is_remade(self, before: Spec, after: Spec) -> bool:
        """Return whether two settings have other data; what is random in images aside."""
        if before.data is after.data:
            return False
        if self.has_points(before) and self.has_points(after):
            placed = (getattr(spec.data, "placed", ()) for spec in (before, after))
            if len(set(placed)) > 1:
                return True
        one, other = (
            (without_definitions(code.lines), code.standardise, code.is_prepared)
            for code in (self.of(before), self.of(after))
        )
        return one != other

    def is_remade_in(self, change: Change) -> bool:
        """Return whether other data came with a change, be it that they went again."""
        return any(self.is_remade(one, other) for one, other in pairwise(change.specs))


def _is_by_hand(data: DataSpec) -> bool:
    return data.kind == "hand" and bool(getattr(data, "placed", ()))


def _without_points(data: DataSpec) -> DataSpec:
    return data.replaced(placed=()) if _is_by_hand(data) else data
