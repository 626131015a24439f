"""In the same session: what was saved of a tab's run is offered when the run itself is lost."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from nngui.core.errors import FileError
from nngui.gui.style.labels import set_tip
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.files.runs.recovery import Summary
    from nngui.gui.tabs.task_tab import TaskTab

log = logging.getLogger(__name__)


def when(about: Summary) -> str:
    """Return when a run was saved: the time, and the day unless that is today."""
    today = about.saved.date() == datetime.now().astimezone().date()
    return f"{about.saved:%H:%M}" if today else f"{about.saved:%Y-%m-%d %H:%M}"


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
