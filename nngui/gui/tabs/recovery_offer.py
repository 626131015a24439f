"""Offers of saved runs above a tab's plots: of other windows' runs, and of its own lost one."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from nngui.core.errors import FileError
from nngui.gui.style.labels import set_tip
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nngui.files.runs.recovery import Summary
    from nngui.gui.left_behind import Saved
    from nngui.gui.tabs.task_tab import TaskTab

log = logging.getLogger(__name__)


def when(about: Summary) -> str:
    """Return when a run was saved: the time, and the day unless that is today."""
    today = about.saved.date() == datetime.now().astimezone().date()
    return f"{about.saved:%H:%M}" if today else f"{about.saved:%Y-%m-%d %H:%M}"


class SavedQuestion(QObject):
    """Asks in a tab what is to become of runs that other windows left.

    Signals
    -------
    restore_wanted, discard_wanted : list of Saved
        The answer, and which runs it is about.
    """

    restore_wanted = Signal(list)
    discard_wanted = Signal(list)

    def __init__(self, tab: TaskTab) -> None:
        super().__init__(tab)
        self._tab = tab
        self._asked: list[Saved] = []
        self._restore = QAction(self.tr("Restore"), self)
        set_tip(self._restore, self.tr("Open the run as it was when it was last saved, paused."))
        self._restore.triggered.connect(self._on_restore)
        self._discard = QAction(self.tr("Discard"), self)
        text = self.tr("Offer it no more. What was trained of it stays in the list of runs.")
        set_tip(self._discard, text)
        self._discard.triggered.connect(self._on_discard)

    def ask(self, runs: Sequence[Saved], text: str) -> None:
        """Ask about these runs, or, without any, no longer; what is asked already stays."""
        if list(runs) == self._asked:
            return
        self._asked = list(runs)
        if runs:
            self._tab.banner.say("info", text, (self._restore, self._discard))
        else:
            self._tab.banner.withdraw(self._restore)

    def _take(self) -> list[Saved]:
        asked, self._asked = self._asked, []
        return asked

    @Slot()
    def _on_restore(self) -> None:
        self.restore_wanted.emit(self._take())

    @Slot()
    def _on_discard(self) -> None:
        self.discard_wanted.emit(self._take())


class RecoveryOffer(QObject):
    """Offers a tab's run as it was last saved, while there is none.

    Parameters
    ----------
    path : Path
        Where the tab's runs are saved.
    """

    def __init__(self, tab: TaskTab, path: Path) -> None:
        super().__init__(tab)
        self._tab, self._path = tab, path
        self._restore = QAction(self)
        set_tip(self._restore, self.tr("Open the run as it was when it was last saved, paused."))
        self._restore.triggered.connect(self._on_restore)
        self._dismiss = QAction(self.tr("Dismiss"), self)
        tab.run.state_changed.connect(self._on_state)

    @Slot()
    def _on_state(self) -> None:
        from nngui.files.runs.recovery import read_last_summary  # imports numpy

        if self._tab.run.state is not State.FAILED:
            self._tab.banner.withdraw(self._dismiss)
            return
        try:
            about = read_last_summary(self._path)
        except FileError as error:  # nothing was trained yet, most often
            log.info("No run is offered: %s", str(error))
            return
        time, step = when(about), f"{about.step:,}"
        text = self.tr("Restore the run of {time}, step {step}")
        self._restore.setText(text.format(time=time, step=step))
        said = self.tr("This tab's last run was saved at {time}, at step {step}.")
        answers = (self._restore, self._dismiss)
        self._tab.banner.say("info", said.format(time=time, step=step), answers)

    @Slot()
    def _on_restore(self) -> None:
        self._tab.run.restore(self._path)
