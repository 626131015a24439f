"""What happens when the window closes: all is ended, in one time for all of it."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QDeadlineTimer
from PySide6.QtWidgets import QApplication

from nngui.core.abandoned import CLOSE_TIMEOUT_S, END_TIMEOUT_S, end_within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtWidgets import QWidget

    from nngui.gui.tabs.task_tab import TaskTab

log = logging.getLogger(__name__)


def hide_all(window: QWidget) -> None:
    """Have a window gone for the eyes, with all dialogs and menus that stand before it."""
    for other in QApplication.topLevelWidgets():
        if other.isVisible() and _belongs_to(other, window):
            other.hide()
    window.hide()


def _belongs_to(widget: QWidget, window: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None and above is not window:
        above = above.parentWidget()
    return above is window


class Part(Protocol):
    """What may have work under way beside the window."""

    def close(self, deadline: QDeadlineTimer) -> bool:
        """End it; return whether nothing was given up that was being written."""
        ...


class Stoppable(Protocol):
    """What takes a while to end."""

    def stop(self) -> None:
        """Have it end, without waiting for it."""
        ...


class Closing:
    """Ends parts and tabs, and knows what could not be ended well.

    All of it shares one deadline. Whatever goes wrong with one of them is logged, and the others
    are ended all the same: a thread that still ran would abort the process.

    Attributes
    ----------
    has_written_all : bool
        Whether no file was given up that was being written.
    lost_runs : set of str
        The tasks whose runs are not kept as they were: a step took too long, or the disk did, or
        the list of runs did not take all of it.
    """

    def __init__(self) -> None:
        self.has_written_all = True
        self.lost_runs: set[str] = set()
        self._deadline = QDeadlineTimer(int(CLOSE_TIMEOUT_S * 1000))
        end_within(END_TIMEOUT_S)

    def stop(self, parts: Iterable[Stoppable]) -> None:
        """Tell runs and processes to end, all at once, without waiting: they do so side by side."""
        for part in parts:
            self._guarded(part.stop)

    def close(self, parts: Iterable[Part]) -> None:
        """Give up what is being read, wait for what is being written."""
        for part in parts:
            self._note(self._guarded(partial(part.close, self._deadline)))

    def end(self, tabs: Sequence[TaskTab]) -> None:
        """Wait for the runs, and for what else the tabs do."""
        for tab in tabs:
            ended = self._guarded(partial(tab.run.close, self._deadline))
            if not ended or not tab.run.is_whole:
                self.lost_runs.add(tab.task.name)
        for tab in tabs:
            self._note(self._guarded(partial(tab.end, self._deadline)))

    def _note(self, written: object) -> None:
        self.has_written_all = self.has_written_all and bool(written)

    def _guarded(self, work: Callable[[], object]) -> object:
        try:
            return work()
        except Exception:  # the others are to end all the same
            log.exception("Something could not be ended as the window closed")
            return False
