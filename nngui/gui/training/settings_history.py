"""Undo and redo of what a user does to a tab's settings, points placed by hand among them."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QUndoCommand
from typing_extensions import override

from nngui.core.errors import SettingError
from nngui.core.spec.keys import affects_result, changed_keys, flat
from nngui.core.spec.toml import with_settings
from nngui.gui.training.line_label import words
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QUndoStack

    from nngui.core.spec import Spec
    from nngui.gui.training.run import Run

MAX_UNDO = 200  # steps back
ONE_DRAG_S = 1.0  # between two changes of the same setting that are one
SETTINGS = 1  # the id of commands that may be merged


class SettingsHistory(QObject):
    """Puts each edit of a run's settings on an undo stack.

    Where steps were taken since an edit, undoing it gives back the network as it was when the edit
    was made, on another line of the run; redoing it, the line that was left.
    """

    def __init__(self, run: Run, stack: QUndoStack) -> None:
        super().__init__(stack)
        self._run, self._stack = run, stack
        self._is_moving = False
        self._waiting: list[tuple[_Edit, Callable[[_Edit], None]]] = []  # until the run stands
        stack.setUndoLimit(MAX_UNDO)
        run.edited.connect(self._on_edited)
        run.branches_changed.connect(self._on_run_stands)
        run.journal_changed.connect(self._on_run_stands)
        run.state_changed.connect(self._on_run_stands)  # it may have failed

    @Slot(object, bool)
    def _on_edited(self, before: Spec, keep_network: bool) -> None:
        # An undo that waited until the run stands may have taken it back within the same call.
        if not self._is_moving and changed_keys(before, self._run.spec):
            self._stack.push(_Edit(self, before, self._run, keep_network=keep_network))

    def undo(self, edit: _Edit) -> None:
        """Have the run be as it was when an edit was made, without it."""
        self._when_it_stands(edit, self._undo)

    def redo(self, edit: _Edit) -> None:
        """Have the run be as the edit had made it."""
        self._when_it_stands(edit, self._redo)

    def _when_it_stands(self, edit: _Edit, work: Callable[[_Edit], None]) -> None:
        self._waiting.append((edit, work))
        self._on_run_stands()

    @Slot()
    def _on_run_stands(self) -> None:
        """Carry out what was asked for, once it is known when those edits took effect."""
        run = self._run
        while self._waiting:
            edit, work = self._waiting[0]
            is_alive = run.state not in (State.ASLEEP, State.FAILED)
            is_told = edit.led_to != edit.made_on or run.is_told(edit.numbers)
            if run.steps_done and is_alive and (run.is_under_way or not is_told):
                return
            self._waiting.pop(0)
            work(edit)

    def _undo(self, edit: _Edit) -> None:
        run, line = self._run, self._run.line
        began_anew = edit.led_to != edit.made_on
        without = edit.made_on if began_anew else edit.without
        if without is not None and run.switch_branch(without, train=run.will_train):
            edit.with_it = line
        elif not began_anew and self._matters(edit) and run.undo_edits(edit.numbers):
            edit.with_it, edit.without = line, run.line
        else:
            self._go(edit, edit.before)
            edit.with_it = line if run.line != line else None

    def _matters(self, edit: _Edit) -> bool:
        """Return whether an edit has made any difference to the numbers."""
        return any(affects_result(self._run.spec, key) for key in edit.keys)

    def _redo(self, edit: _Edit) -> None:
        run = self._run
        if edit.with_it is None or not run.switch_branch(edit.with_it, train=run.will_train):
            self._go(edit, edit.after)
            edit.numbers = (run.edit_number,)

    def _go(self, edit: _Edit, spec: Spec) -> None:
        """Give the settings of an edit other values, and leave the others as they are now."""
        values = flat(spec)
        changes = {key: values[key] for key in edit.keys}
        self._is_moving = True
        try:
            with suppress(SettingError):  # these values may not go with the others as they are now
                spec = with_settings(self._run.spec, changes)
            self._run.apply(spec, keep_network=edit.keep_network)
        finally:
            self._is_moving = False


class _Edit(QUndoCommand):
    """One edit: the settings that it changed, as they were and as they are.

    Attributes
    ----------
    numbers : tuple of int
        Of the changes of settings that are this edit to the user.
    made_on : int
        The line that went on when it was made.
    led_to : int
        The line that has gone on since: another one where it began anew, or at a step of the past.
    with_it, without : int or None
        The lines that redo and undo go to, where undo has made another one.
    """

    def __init__(
        self, history: SettingsHistory, before: Spec, run: Run, *, keep_network: bool
    ) -> None:
        super().__init__()
        self.history, self.before, self.after = history, before, run.spec
        self.numbers: tuple[int, ...] = (run.edit_number,)
        self.made_on, self.led_to = run.edited_on, run.line
        self.with_it: int | None = None
        self.without: int | None = None
        self.moment = time.monotonic()
        self.keys = changed_keys(before, self.after)
        # Points that the first one placed by hand made one's own are drawn anew when it goes.
        self.keep_network = keep_network and not any("kind" in key for key in self.keys)
        self._is_done = True  # an edit is put on the stack after it was made
        self._name()

    def _name(self) -> None:
        old, new = flat(self.before), flat(self.after)
        text = words(self.after, self.keys[0], old[self.keys[0]], new[self.keys[0]])
        self.setText(text + (" …" if len(self.keys) > 1 else ""))

    @override
    def id(self) -> int:
        return SETTINGS

    @override
    def undo(self) -> None:
        self.history.undo(self)

    @override
    def redo(self) -> None:
        if self._is_done:
            self._is_done = False
        else:
            self.history.redo(self)

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
        self.after, self.moment, self.led_to = other.after, other.moment, other.led_to
        self.numbers += other.numbers
        self.setObsolete(not changed_keys(self.before, self.after))
        if not self.isObsolete():
            self._name()
        return True
