"""What was done to a run in its journal, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from nngui.core.journal.edit import DeviceEdit, EngineEdit, SettingsEdit, WeightEdit
from nngui.core.spec.keys import affects_result, flat
from nngui.gui.plots.kit.marks import Flag
from nngui.gui.style.setting_text import title_of, value_text

if TYPE_CHECKING:
    from nngui.core.journal.edit import Edit
    from nngui.core.journal.journal import Journal
    from nngui.core.spec import Spec

PLACED = "data.placed"
MAX_SHORT = 24  # characters beside a flag


def flags_of(journal: Journal) -> tuple[Flag, ...]:
    """Return a flag for each edit that makes a difference; not for what the run began with."""
    found, before = [], journal.spec
    for number, edit in enumerate(journal.edits):
        after = journal.first(number + 1).now
        text = edit_text(edit, before, after)
        if text and (edit.step or isinstance(edit, WeightEdit)):
            found.append(Flag(edit.step, text, short_text(edit, before, after)))
        before = after
    return tuple(found)


def edit_text(edit: Edit, before: Spec, after: Spec) -> str:
    """Return what an edit did; nothing where that makes no difference to the run."""
    if isinstance(edit, SettingsEdit):
        if not edit.keys:
            return QCoreApplication.translate("EditWords", "The run went on past its end.")
        keys = effective_keys(edit, before, after)
        return "; ".join(change_text(key, before, after) for key in keys)
    if isinstance(edit, EngineEdit):
        turbo, torch = (
            QCoreApplication.translate("EditWords", "Trained by turbo from here on."),
            QCoreApplication.translate("EditWords", "Trained by PyTorch from here on."),
        )
        return turbo if edit.engine == "turbo" else torch
    if isinstance(edit, DeviceEdit):
        text = QCoreApplication.translate(
            "EditWords", "The device had no memory left: trained on {device} from here on."
        )
        return text.format(device=edit.device.upper())
    text = QCoreApplication.translate("EditWords", "{weight} was set to {value}")
    place = ", ".join(str(number) for number in edit.index)
    return text.format(weight=f"{edit.parameter}[{place}]", value=f"{edit.value:.4g}")


def effective_keys(edit: SettingsEdit, before: Spec, after: Spec) -> list[str]:
    """Return which of the settings that it changed make a difference to the run."""
    return [key for key in edit.keys if affects_result(before, key) or affects_result(after, key)]


def change_text(key: str, before: Spec, after: Spec) -> str:
    """Return what became of a setting: ``learning rate 0.2 → 0.05``."""
    old, new = flat(before).get(key), flat(after).get(key)
    if key == PLACED:
        text = QCoreApplication.translate("EditWords", "Points by hand: {old} → {new}")
        return text.format(old=len(old or ()), new=len(new or ()))
    return f"{title_of(after, key)} {value_text(before, key, old)} → {value_text(after, key, new)}"


def short_text(edit: Edit, before: Spec, after: Spec) -> str:
    """Return the same in as few words as the settings' own names: ``lr 0.2 → 0.05``."""
    if not isinstance(edit, SettingsEdit):
        return ""
    keys = effective_keys(edit, before, after)
    if len(keys) != 1 or keys[0] == PLACED:
        return ""
    key = keys[0]
    old, new = value_text(before, key, flat(before)[key]), value_text(after, key, flat(after)[key])
    text = f"{key.rpartition('.')[2]} {old} → {new}"
    return text if len(text) <= MAX_SHORT else ""


def notes_at(journal: Journal, step: int) -> dict[str, str]:
    """Return what is to be said of settings as they were at a step: what they were before or after.

    Only of those that were changed on the way, by key.
    """
    until, later = (
        QCoreApplication.translate("EditWords", "{value} until step {step}"),
        QCoreApplication.translate("EditWords", "{value} after step {step}"),
    )
    behind: dict[str, str] = {}
    ahead: dict[str, str] = {}
    before = journal.spec
    for number, edit in enumerate(journal.edits):
        after = journal.first(number + 1).now
        keys = effective_keys(edit, before, after) if isinstance(edit, SettingsEdit) else []
        is_past = edit.step < step
        spec, text, notes = (before, until, behind) if is_past else (after, later, ahead)
        for key in keys:
            if key == PLACED or (key in notes and not is_past):  # the nearest edits count
                continue
            value = value_text(spec, key, flat(spec)[key])
            notes[key] = text.format(value=value, step=f"{edit.step:,}")
        before = after
    both = {
        key: [notes[key] for notes in (behind, ahead) if key in notes] for key in behind | ahead
    }
    return {key: " · ".join(notes) for key, notes in both.items()}
