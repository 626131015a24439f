"""What the controllers need of the window that they serve: they know nothing else of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.style.theme import Colours
    from nngui.gui.tabs.task_tab import TaskTab


class Host(Protocol):
    """A window of tabs, one of them open."""

    @property
    def tab(self) -> TaskTab:
        """The open tab."""

    @property
    def built(self) -> list[TaskTab]:
        """The tabs that were looked at."""

    def window(self, /) -> QWidget:
        """Return the window itself: the parent of dialogs, and of the controllers."""

    def open_task(self, name: str) -> TaskTab:
        """Open the tab of a task, and return it."""

    def spec_of(self, task: Task) -> Spec:
        """Return a task's settings, without building a tab that nobody has looked at."""

    def colours(self) -> Colours:
        """Return the theme's colours."""

    def say(self, level: str, text: str) -> None:
        """Tell the user something, above the plots of the open tab."""
