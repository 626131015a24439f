"""The tabs: each is built when it is first asked for, so that the window opens the sooner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar
from typing_extensions import override

from nngui.gui.style.icons import icon
from nngui.gui.style.labels import no_shortcut
from nngui.gui.style.theme import type_px
from nngui.gui.style.translation import shown
from nngui.gui.window.placeholder import Placeholder

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QSplitter

    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.style.theme import Colours
    from nngui.gui.tabs.task_tab import TaskTab

ROOM_FOR_ICONS = 1080  # pixels of width from which the tabs have icons


class TabStack(QStackedWidget):
    """All tabs, one of them open.

    Parameters
    ----------
    make : callable of Task
        Makes a tab and connects it; it is put into the stack afterwards.

    Attributes
    ----------
    bar : QTabBar
        The tabs' heads.

    Signals
    -------
    chosen
        Another tab is the open one.
    painted
        What stands in the place of a tab that is not built yet is on the screen.
    tab_built : TaskTab
        A tab was looked at for the first time.
    """

    chosen = Signal()
    painted = Signal()
    tab_built = Signal(object)

    def __init__(self, tasks: list[Task], make: Callable[[Task], TaskTab]) -> None:
        super().__init__()
        self._tasks, self._make = tasks, make
        self._built: dict[str, TaskTab] = {}
        self._placeholders = {task.name: Placeholder() for task in tasks}
        self._colours: Colours | None = None
        self.bar = QTabBar()
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setAccessibleName(self.tr("Tasks"))
        queued = Qt.ConnectionType.QueuedConnection  # once its picture is on the screen
        for task in tasks:
            self.bar.addTab(no_shortcut(shown(task.title)))
            self.addWidget(self._placeholders[task.name])
            self._placeholders[task.name].painted.connect(self.painted, queued)
        self.bar.currentChanged.connect(self._on_chosen)

    # Which tabs there are ------------------------------------------------------------------------

    @property
    def tab(self) -> TaskTab:
        """The open tab."""
        return self._tab_at(self.currentIndex())

    @property
    def tabs(self) -> dict[str, TaskTab]:
        """All tabs by their tasks' names."""
        return {task.name: self._tab_at(index) for index, task in enumerate(self._tasks)}

    @property
    def built(self) -> dict[str, TaskTab]:
        """The tabs that were looked at, by their tasks' names."""
        return self._built

    @property
    def open_name(self) -> str:
        """The name of the open tab's task."""
        return self.open_task.name

    @property
    def open_task(self) -> Task:
        """The open tab's task."""
        return self._tasks[self.currentIndex()]

    @property
    def splitters(self) -> dict[str, QSplitter]:
        """What divides the tabs, by the names that the sizes are remembered by."""
        return {
            f"{name}-{direction}": splitter
            for name, tab in self._built.items()
            for direction, splitter in (("across", tab.across), ("down", tab.down))
        }

    def spec_of(self, task: Task) -> Spec:
        """Return a task's settings, without building a tab that nobody has looked at."""
        tab = self._built.get(task.name)
        return tab.run.spec if tab else task.spec

    def choose(self, name: str) -> None:
        """Open the tab of a task; it is built when the window is on the screen."""
        self.bar.setCurrentIndex([task.name for task in self._tasks].index(name))

    def _tab_at(self, index: int) -> TaskTab:
        task = self._tasks[index]
        if task.name not in self._built:
            tab = self._built[task.name] = self._make(task)
            # The open tab stays the open one, whichever was built in the place of its placeholder.
            current, placeholder = self.currentIndex(), self._placeholders.pop(task.name)
            self.insertWidget(index, tab)
            self.removeWidget(placeholder)
            placeholder.deleteLater()
            self.setCurrentIndex(current)
            self.tab_built.emit(tab)
        return self._built[task.name]

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        self.setCurrentIndex(index)
        self.chosen.emit()

    # What all of them are told -------------------------------------------------------------------

    @Slot(bool)
    def show_side(self, on: bool) -> None:
        """Show or hide code and lesson."""
        for tab in self._built.values():
            tab.show_side(on)

    def set_turbo(self, on: bool) -> None:
        """Have runs trained by turbo where it covers them, or by PyTorch."""
        for tab in self._built.values():
            tab.run.set_turbo(on)

    @Slot()
    def toggle_log_scale(self) -> None:
        """Draw the open tab's losses on a logarithmic scale, or on a plain one again."""
        self.tab.loss_card.log_button.toggle()

    # Looks ---------------------------------------------------------------------------------------

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._colours = theme
        for tab in self._built.values():
            tab.set_theme(theme)
        self._paint_icons()

    def _paint_icons(self) -> None:
        """Give the tabs their icons, where there is room for these beside the words."""
        if self._colours is None:
            return
        colours, roomy = self._colours, _is_roomy(self.width())
        for index, task in enumerate(self._tasks):
            picture = icon(task.icon, colours.muted, colours.accent) if roomy else QIcon()
            self.bar.setTabIcon(index, picture)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if _is_roomy(self.width()) != _is_roomy(event.oldSize().width()):
            self._paint_icons()


def _is_roomy(width: int) -> bool:
    return width >= type_px(ROOM_FOR_ICONS)
