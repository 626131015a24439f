"""The tabs: what every tab has, then one file a task for what only it has."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from nngui.core.task import Task
    from nngui.gui.style.theme import Colours
    from nngui.gui.tabs.task_tab import TaskTab


def make_tab(task: Task, theme: Colours, language: str) -> TaskTab:
    """Return the tab of a task: the class ``Tab`` of the module of its name."""
    module = import_tab(task)
    tab: TaskTab = module.Tab(task, language)
    tab.set_up(theme)
    return tab


def import_tab(task: Task) -> ModuleType:
    """Import what the tab of a task needs: pyqtgraph, and pandas where there are tables."""
    return importlib.import_module(_module_of(task))


def is_imported(task: Task) -> bool:
    """Return whether the tab of a task can be made without waiting for imports."""
    return hasattr(sys.modules.get(_module_of(task)), "Tab")  # which comes last in it


def _module_of(task: Task) -> str:
    return f"{__name__}.{task.name}"
