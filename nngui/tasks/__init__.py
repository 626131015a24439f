"""The tutorial itself: a file per section, in which one reads data, network, loss, defaults."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nngui.core.task import Task


def all_tasks() -> list[Task]:
    """Return the ``TASK`` of every module in this package, in the tutorial's order."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    tasks = [importlib.import_module(f"{__name__}.{name}").TASK for name in names]
    return sorted(tasks, key=lambda task: task.order)
