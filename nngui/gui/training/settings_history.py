"""Undo and redo of what a user does to a tab's settings, points placed by hand among them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QUndoCommand
from typing_extensions import override

from nngui.core.errors import SettingError
from nngui.core.spec.keys import changed_keys, field_info, flat
from nngui.core.spec.toml import with_settings
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from PySide6.QtGui import QUndoStack

    from nngui.core.spec import Spec
    from nngui.gui.training.run import Run

MAX_UNDO = 200  # steps back
ONE_DRAG_S = 1.0  # between two changes of the same setting that are one
SETTINGS = 1  # the id of commands that may be merged


class SettingsHistory(QObject):
    """Puts each edit of a run's settings on an undo stack."""

    def __init__(self, run: Run, stack: QUndoStack) -> None:
        super().__init__(stack)
        self._run, self._stack = run, stack
        self._is_moving = False
        stack.setUndoLimit(MAX_UNDO)
        run.edited.connect(self._on_edited)

    @Slot(object, bool)
    def _on_edited(self, before: Spec, keep_network: bool) -> None:
        if not self._is_moving:
            self._stack.push(_Edit(self, before, self._run.spec, keep_network=keep_network))

    def go(self, values: dict[str, Any], otherwise: Spec, *, keep_network: bool) -> None:
        """Give settings other values, and leave the others as they are now.

        Parameters
        ----------
        otherwise : Spec
            All settings as they were, for where these values do not go with the present ones.
        """
        self._is_moving = True
        try:
            try:
                spec = with_settings(self._run.spec, values)
            except SettingError:
                spec = otherwise
            self._run.apply(spec, keep_network=keep_network)
        finally:
            self._is_moving = False

    def words(self, key: str, old: Any, new: Any) -> str:
        """Return what an edit did to a setting: ``Learning rate: 0.2 → 0.5``."""
        title = shown(field_info(type(self._run.spec), key).title or key)
        if isinstance(new, int | float) and not isinstance(new, bool):
            return f"{title}: {old:g} → {new:g}"
        return title


class _Edit(QUndoCommand):
    """One edit: the settings that it changed, as they were and as they are."""

    def __init__(
        self, history: SettingsHistory, before: Spec, after: Spec, *, keep_network: bool
    ) -> None:
        super().__init__()
        self.history, self.before, self.after = history, before, after
        self.moment = time.monotonic()
        self.keys = changed_keys(before, after)
        # Points that the first one placed by hand made one's own are drawn anew when it goes.
        self.keep_network = keep_network and not any("kind" in key for key in self.keys)
        self._is_done = True  # an edit is put on the stack after it was made
        self._name()

    def _name(self) -> None:
        old, new = flat(self.before), flat(self.after)
        words = self.history.words(self.keys[0], old[self.keys[0]], new[self.keys[0]])
        self.setText(words + (" …" if len(self.keys) > 1 else ""))

    @override
    def id(self) -> int:
        return SETTINGS

    @override
    def undo(self) -> None:
        self._go(self.before)

    @override
    def redo(self) -> None:
        if self._is_done:
            self._is_done = False
        else:
            self._go(self.after)

    def _go(self, spec: Spec) -> None:
        values = flat(spec)
        changes = {key: values[key] for key in self.keys}
        self.history.go(changes, spec, keep_network=self.keep_network)

    @override
    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take a drag of a slider, or of a point, for one edit."""
        assert isinstance(other, _Edit)
        quick = other.moment - self.moment < ONE_DRAG_S
        if not quick or self.keys != other.keys or len(self.keys) > 1:
            return False
        old, new = (flat(edit.after)[self.keys[0]] for edit in (self, other))
        number = isinstance(new, int | float) and not isinstance(new, bool)
        moved = isinstance(new, tuple) and self.keep_network and len(old) == len(new)
        if not (number or moved):
            return False
        self.after, self.moment = other.after, other.moment
        self.setObsolete(not changed_keys(self.before, self.after))
        if not self.isObsolete():
            self._name()
        return True
