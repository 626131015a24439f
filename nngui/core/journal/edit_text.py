"""Edits in a line of text, as the command line takes them: ``optimizer.lr=0.05``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nngui.core.journal.edit import DeviceEdit, EngineEdit, SettingsEdit
from nngui.core.spec.refusals import short_text

if TYPE_CHECKING:
    from nngui.core.journal.edit import Edit
    from nngui.core.journal.journal import Journal

MAX_VALUE = 40  # characters; of longer ones, such as points by hand, only their number is told


def edit_text(edit: Edit) -> str:
    """Return what was edited, without its step."""
    if isinstance(edit, SettingsEdit):
        told = [f"{key}={_value(value)}" for key, value in edit.values.items()]
        told += [f"network {i + 1} takes part again" for i in edit.revived]
        return "; ".join(told) or "it went on"
    if isinstance(edit, EngineEdit):
        return f"engine={edit.engine}"
    if isinstance(edit, DeviceEdit):
        return f"device={edit.device}"
    place = ", ".join(map(str, edit.index))
    return f"network {edit.variant + 1}: {edit.parameter}[{place}]={edit.value!r}"


def is_told(journal: Journal) -> bool:
    """Return whether a run was touched; an engine chosen for all of it is no edit to tell of."""
    chosen = [isinstance(edit, EngineEdit) and not edit.step for edit in journal.edits]
    return journal.is_touched and not all(chosen)


def edits_by_row(journal: Journal) -> dict[int, str]:
    """Return what was edited, by the step that was the first one with it, from 1."""
    found: dict[int, list[str]] = {}
    for edit in journal.edits:
        found.setdefault(edit.step + 1, []).append(edit_text(edit))
    return {step: "; ".join(texts) for step, texts in found.items()}


def _value(value: object) -> str:
    if isinstance(value, str):
        return short_text(value)
    text = json.dumps(value)
    if len(text) <= MAX_VALUE or not isinstance(value, list | tuple):
        return text
    return f"[{len(value):,} values]"
