"""What was changed in a run on its way, as far as a list of runs tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nngui.core.journal.edit import SettingsEdit
from nngui.core.spec.keys import affects_result, flat

if TYPE_CHECKING:
    from nngui.core.journal.journal import Journal

MAX_CHANGES = 50  # the newest
MAX_TEXT = 80  # characters
Value = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that was another one from a step on.

    Attributes
    ----------
    step : int
        Steps done by then.
    key : str
        The setting, such as ``optimizer.lr``.
    before, after : bool, int, float, str or None
        What it was, and is; None where that is no short value: points placed by hand.
    """

    step: int
    key: str
    before: Value
    after: Value


def changes_of(journal: Journal) -> tuple[Change, ...]:
    """Return what was changed in mid-run and makes a difference, the newest `MAX_CHANGES`."""
    found: list[Change] = []
    for number in range(len(journal.edits), 0, -1):
        edit = journal.edits[number - 1]
        if not isinstance(edit, SettingsEdit) or not edit.step:
            continue
        spec = journal.first(number).now
        before, after = flat(journal.first(number - 1).now), flat(spec)
        for key in reversed(edit.keys):
            if affects_result(spec, key):
                found.append(Change(edit.step, key, _short(before[key]), _short(after[key])))
        if len(found) >= MAX_CHANGES:
            break
    return tuple(reversed(found[:MAX_CHANGES]))


def _short(value: Any) -> Value:
    if isinstance(value, tuple):
        if not all(isinstance(part, bool | int | float | str) for part in value):
            return None
        value = ", ".join(str(part) for part in value)
    if isinstance(value, str):
        return value[:MAX_TEXT]
    return value if isinstance(value, bool | int | float) else None
