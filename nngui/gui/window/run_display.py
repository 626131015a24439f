"""Shows in the toolbar and the status bar how the run of the open tab stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from nngui.gui.training.state import State

if TYPE_CHECKING:
    from nngui.gui.window.status_bar import StatusBar
    from nngui.gui.window.tab_stack import TabStack
    from nngui.gui.window.toolbar import Toolbar

STATUS_EVERY_MS = 100


class RunDisplay(QObject):
    """Follows a run that trains by a timer: its figures change with every step."""

    def __init__(self, tabs: TabStack, toolbar: Toolbar, status: StatusBar) -> None:
        super().__init__(tabs)
        self._tabs, self._toolbar, self._status = tabs, toolbar, status
        self._timer = QTimer(self)
        self._timer.setInterval(STATUS_EVERY_MS)
        self._timer.timeout.connect(self._show_figures)

    @Slot()
    def refresh(self) -> None:
        """Show all that is known of it."""
        self._show_figures()
        self.show_controls()

    @Slot()
    def show_controls(self) -> None:
        """Show in the toolbar what can be done with it."""
        self._toolbar.show_run(self._tabs.tab.run)

    def close(self) -> None:
        """Follow it no more."""
        self._timer.stop()

    @Slot()
    def _show_figures(self) -> None:
        run, snapshot = self._tabs.tab.run, self._tabs.tab.snapshot
        if run.state is not State.TRAINING:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()
        losses = snapshot.losses if snapshot else {}
        total = snapshot.total_steps if snapshot else run.total_steps
        self._status.show_run(run, losses, total, snapshot.epoch if snapshot else 0)
