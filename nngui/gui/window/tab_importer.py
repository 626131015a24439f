"""Importing what a tab needs, beside a window that is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nngui.gui.background import Background
from nngui.gui.tabs import import_tab, is_imported
from nngui.gui.training.warm_up import importing

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.task import Task


class TabImporter(QObject):
    """Has pyqtgraph and pandas imported before the first tab is made.

    That takes a second, on a busy machine three: in the window's own thread it could neither be
    moved nor closed meanwhile.

    Signals
    -------
    imported
        It is there; or it failed, and whoever makes the tab will be told why.
    """

    imported = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._under_way: set[str] = set()
        self._tried: set[str] = set()
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)

    def is_ready(self, task: Task) -> bool:
        """Return whether the tab of a task can be made now."""
        return is_imported(task) or task.name in self._tried

    def start(self, task: Task) -> None:
        """Import it, if that is not under way."""
        if task.name in self._under_way:
            return
        self._under_way.add(task.name)

        def work() -> None:
            try:
                with importing():
                    import_tab(task)
            finally:
                self._tried.add(task.name)

        self._background.start(work, lambda _: self.imported.emit())

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Give it up."""
        return self._background.close(deadline)

    @Slot(object)
    def _on_failed(self, _error: object) -> None:
        self.imported.emit()
