"""The tabs: what every tab has, then one file a task for what only it has."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nngui.core.task import Task
    from nngui.gui.style.theme import Colours
    from nngui.gui.tabs.task_tab import TaskTab


def make_tab(task: Task, theme: Colours, language: str) -> TaskTab:
    """Return the tab of a task: the class ``Tab`` of the module of its name."""
    module = importlib.import_module(f"{__name__}.{task.name}")
    tab: TaskTab = module.Tab(task, language)
    tab.set_up(theme)
    return tab
