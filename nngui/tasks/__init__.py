"""The tutorial itself: a folder per section. Its `__init__` is what to read first.

There stand data, network, loss and defaults. Beside it, `settings` declares what can be set,
`presets` has experiments, `data` makes the data. A small section may be a single file.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nngui.core.task import Task


def all_tasks() -> list[Task]:
    """Return the ``TASK`` of every section in this package, in the tutorial's order."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    tasks = [importlib.import_module(f"{__name__}.{name}").TASK for name in names]
    return sorted(tasks, key=lambda task: task.order)
