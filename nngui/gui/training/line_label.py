"""What an edit did, and what is different in a line of a run, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nngui.core.spec.keys import field_info, flat
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from nngui.core.journal.journal import Journal
    from nngui.core.spec import Spec


def words(spec: Spec, key: str, old: Any, new: Any) -> str:
    """Return what an edit did to a setting: ``Learning rate: 0.2 → 0.5``."""
    title = shown(field_info(type(spec), key).title or key)
    if isinstance(new, int | float) and not isinstance(new, bool):
        return f"{title}: {old:g} → {new:g}"
    return title


def label_of(journal: Journal, since: int) -> str:
    """Return what was changed where a line left another one; nothing where nothing was."""
    keys = [key for edit in journal.edits_at(since) for key in edit.keys]
    if not keys:
        return ""
    before, after = journal.spec_at(since), journal.spec_at(since + 1)
    old, new = flat(before).get(keys[0]), flat(after).get(keys[0])
    if old is None or new is None:
        return ""
    return words(after, keys[0], old, new) + (" …" if len(set(keys)) > 1 else "")
