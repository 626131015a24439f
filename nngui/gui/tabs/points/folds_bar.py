"""Cross-validation: how many folds, how far they are, and of which settings what is shown is."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSpinBox, QWidget

from nngui.core.records.mailbox import Mailbox
from nngui.core.spec.keys import changed_keys
from nngui.core.studies.folds import (
    MAX_FOLDS,
    MIN_FOLDS,
    SEEN_BEFORE,
    USUAL_FOLDS,
    FoldsState,
    FoldsStudy,
)
from nngui.gui.background import Background
from nngui.gui.panels.card import ElidedLabel, label
from nngui.gui.panels.study_page import FRAME_MS, train
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown, shown_sentence

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.errors import NnguiError
    from nngui.core.records.snapshot import DataView
    from nngui.core.spec import Spec
    from nngui.core.task import Task

MAX_KEYS = 3  # settings that are named


class FoldsBar(QWidget):
    """Trains a network for each fold beside the window.

    Parameters
    ----------
    spec : Spec
        The run's settings, as they are now.

    Signals
    -------
    found
        There is more to show, or it is of older settings now: see `state` and `is_older`.
    refused : str
        Why it cannot be, in words.

    Attributes
    ----------
    state : FoldsState or None
        What is known of the folds.
    is_older : bool
        Whether it is of other settings, or other data, than the run has now.
    busy : bool
        Whether it trains.
    """

    found = Signal()
    refused = Signal(str)

    def __init__(self, task: Task, spec: Spec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task, self._spec = task, spec
        self._data: DataView | None = None
        self._trained: tuple[Spec, DataView | None] | None = None  # what `state` is of
        self.state: FoldsState | None = None
        self.is_older = self.busy = False
        self._mail: Mailbox[FoldsState] = Mailbox()
        self._stop = threading.Event()
        self._work = Background(self)
        self._work.failed.connect(self._on_failed)
        self.count, self.button = QSpinBox(), QPushButton()
        self.bar, self.said = QProgressBar(), ElidedLabel()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._collect)
        self.button.clicked.connect(self.begin_or_cancel)
        self._lay_out()
        self._show_busy(False)
        self._say()

    def _lay_out(self) -> None:
        self.count.setRange(MIN_FOLDS, MAX_FOLDS)
        self.count.setValue(USUAL_FOLDS)
        self.count.setMinimumWidth(56)
        self.count.lineEdit().setTextMargins(5, 0, 0, 0)
        self.count.setAccessibleName(self.tr("Number of folds"))
        set_tip(
            self.count,
            self.tr("Into how many parts the rows are dealt; each is scored once."),
        )
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setMaximumWidth(140)
        self.bar.setAccessibleName(self.tr("Progress of the folds"))
        name = label(self.tr("Folds"))
        name.setBuddy(self.count)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (name, self.count, self.button, self.bar):
            row.addWidget(widget)
        row.addWidget(self.said, 1)

    # What the tab tells --------------------------------------------------------------------------

    def show_spec(self, spec: Spec) -> None:
        """Train with these settings from the next time on."""
        self._spec = spec
        self._compare()

    def show_data(self, data: DataView) -> None:
        """Note what the run learns from now: a table's file may have changed."""
        self._data = data
        self._compare()

    def close_work(self, deadline: QDeadlineTimer) -> bool:
        """Stop training; nobody waits for the step that is under way."""
        self._timer.stop()
        self._stop.set()
        return self._work.close(deadline)

    # From the user to the training -------------------------------------------------------------

    @Slot()
    def begin_or_cancel(self) -> None:
        """Begin; or give up what is under way, and keep the folds that are done."""
        if self.busy:
            self._collect()
            self._stop.set()
            self._show_busy(False)
            self._say()
            return
        task, spec, count = self._task, self._spec, self.count.value()
        self._trained, self.state, self.is_older = (spec, self._data), None, False
        self._stop, self._mail = threading.Event(), Mailbox()
        mail, stop = self._mail, self._stop

        def make() -> FoldsStudy:
            from nngui.files.models.start_weights import start_weights

            return FoldsStudy(task, spec, count, weights=start_weights(spec))

        def then(_to_the_end: bool) -> None:
            if stop is self._stop and not stop.is_set():
                self._collect()
                self._show_busy(False)
                self._say()

        self._show_busy(True)
        self.found.emit()
        self._say()
        self._work.start(lambda: train(make, mail, stop), then, low_priority=True)

    # From the training to the eyes ---------------------------------------------------------------

    @Slot()
    def _collect(self) -> None:
        state = self._mail.collect()
        if state is None:
            return
        before, self.state = self.state, state
        self.bar.setValue(round(1000 * state.done))
        self._say()
        if before is None or len(before.each) != len(state.each):
            self.found.emit()

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        if not self.busy:  # it was given up
            return
        self._show_busy(False)
        self._trained = self.state = None
        self.found.emit()
        self.said.setText(shown_sentence(error))
        self.refused.emit(shown_sentence(error))

    def _compare(self) -> None:
        """Notice that what is shown is of other settings than the run's, or of other data."""
        older = bool(self._changed())
        if older != self.is_older:
            self.is_older = older
            self.found.emit()
        if self._trained is not None:
            self._say()

    def _changed(self) -> list[str]:
        """Return which settings are no longer those of what is shown."""
        if self._trained is None:
            return []
        spec, data = self._trained
        changed = changed_keys(spec, self._spec)
        if not changed and not _same(data, self._data):
            return [self.tr("the table")]
        return changed

    def _say(self) -> None:
        self.said.setText(self._words())

    def _words(self) -> str:
        state, changed = self.state, self._changed()
        if self._trained is None:
            return self.tr("Is it the network, or the split? Train one for each fold.")
        if changed:
            keys = ", ".join(changed[:MAX_KEYS]) + ("…" if len(changed) > MAX_KEYS else "")
            return self.tr("Of older settings: {keys} changed since then.").format(keys=keys)
        if self.busy:
            fold = 1 if state is None else min(len(state.each) + 1, state.count)
            text = self.tr("Fold {n} of {count} is trained…")
            return text.format(n=fold, count=self.count.value())
        if state is None or not state.is_complete:
            done = 0 if state is None else len(state.each)
            return self.tr("Cancelled. Folds that are done: {n}.").format(n=done)
        if state.diverged:
            return self.tr("Folds in which the training diverged: {n}.").format(n=state.diverged)
        if self._trained[0].network.weights:
            return shown(SEEN_BEFORE)
        return self.tr("Mean and standard deviation of {n} folds.").format(n=state.count)

    def _show_busy(self, busy: bool) -> None:
        self.busy = busy
        self.count.setEnabled(not busy)
        self.bar.setValue(0)
        self.bar.setVisible(busy)
        self.button.setText(self.tr("Cancel") if busy else self.tr("Cross-validate"))
        set_tip(
            self.button,
            self.tr("Give up; the folds that are done stay.")
            if busy
            else self.tr(
                "Train a network anew for each fold, on the rows of the others, and score it on "
                "its own: with these settings."
            ),
        )
        if busy:
            self._timer.start()
        else:
            self._timer.stop()


def _same(one: DataView | None, other: DataView | None) -> bool:
    """Return whether both are the same rows."""
    if one is None or other is None or one is other:
        return True
    return np.array_equal(one.x, other.x) and np.array_equal(one.y, other.y)
