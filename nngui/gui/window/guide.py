"""What leads a user through the window: the tour, and the palette of all that it can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

    from nngui.core.task import Task
    from nngui.gui.settings import WindowSettings
    from nngui.gui.window.actions import Actions
    from nngui.gui.window.appearance import Appearance
    from nngui.gui.window.tab_stack import TabStack
    from nngui.gui.window.toolbar import Toolbar


class Guide(QObject):
    """Opens them over the window; both are made when they are asked for."""

    def __init__(
        self,
        window: QMainWindow,
        tasks: list[Task],
        tabs: TabStack,
        toolbar: Toolbar,
        actions: Actions,
        appearance: Appearance,
        settings: WindowSettings,
    ) -> None:
        super().__init__(window)
        self._window, self._tasks, self._tabs = window, tasks, tabs
        self._toolbar, self._actions, self._appearance = toolbar, actions, appearance
        self._settings = settings

    @Slot()
    def show_palette(self) -> None:
        """Have an action found by some of its letters."""
        from nngui.gui.window.palette import Palette

        Palette(self._window, self._tasks, self._tabs, self._actions).open()

    @Slot()
    def show_tour(self) -> None:
        """Lead the user past the controls."""
        from nngui.gui.window.tour import Tour

        if any(tour.isVisible() for tour in self._window.findChildren(Tour)):
            return
        tour = Tour(self._window, self._tabs, self._toolbar, self._appearance.colours())
        tour.ended.connect(self._settings.remember_tour)
        tour.show()
        tour.setFocus()

    @Slot()
    def offer_tour(self) -> None:
        """Show the tour to whoever has never seen it, once the tab is there."""
        if not self._settings.is_toured:
            QTimer.singleShot(0, self.show_tour)
