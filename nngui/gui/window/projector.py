"""Projector mode: large type, thick lines, and only plots and controls, for a class to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

    from nngui.gui.tabs.task_tab import TaskTab
    from nngui.gui.window.appearance import Appearance
    from nngui.gui.window.tab_stack import TabStack
    from nngui.gui.window.toolbar import Toolbar

TYPE = 1.5  # times as large as on a desk
LINES = 1.8  # times as thick


class Projector(QObject):
    """Turns the mode on and off; the window is as it was afterwards."""

    def __init__(
        self, window: QMainWindow, tabs: TabStack, toolbar: Toolbar, appearance: Appearance
    ) -> None:
        super().__init__(window)
        self._window, self._tabs = window, tabs
        self._toolbar, self._appearance = toolbar, appearance
        self._before = Qt.WindowState.WindowNoState
        self.is_on = False
        tabs.tab_built.connect(self._on_built)

    @Slot(bool)
    def set_on(self, on: bool) -> None:
        """Turn it on or off, and fill the screen with it."""
        if on == self.is_on:
            return
        window, self.is_on = self._window, on
        if on:
            self._before = window.windowState()
        full = Qt.WindowState.WindowFullScreen
        self._appearance.set_type(TYPE if on else 1.0)
        self._toolbar.set_spare(on)
        for tab in self._tabs.built.values():
            self._show(tab)
        window.setWindowState(self._before | full if on else self._before)

    @Slot(object)
    def _on_built(self, tab: TaskTab) -> None:
        if self.is_on:
            self._show(tab)

    def _show(self, tab: TaskTab) -> None:
        tab.project(self.is_on, LINES if self.is_on else 1.0)
