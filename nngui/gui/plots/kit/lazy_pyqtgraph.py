"""Importing pyqtgraph without having every class of Qt made.

PySide6 makes its classes when they are first asked for. pyqtgraph copies all names of QtCore, QtGui
and QtWidgets into modules of its own, which asks for all 1,200 of them and takes longer than the
rest of pyqtgraph (measured: 280 of 330 ms). Its modules get a look-up in place of the copies.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

MODULES = ("QtCore", "QtGui", "QtWidgets")


class _Mirror(ModuleType):
    """A module of pyqtgraph's that has what PySide6's has, and what pyqtgraph adds."""

    def __init__(self, name: str, source: ModuleType) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self._source = source

    def __getattr__(self, name: str) -> object:
        """Look up, once, what pyqtgraph itself did not set."""
        value: object = getattr(self._source, name)
        setattr(self, name, value)
        return value


def import_pyqtgraph() -> None:
    """Import pyqtgraph, if that was not done yet."""
    if "pyqtgraph" in sys.modules:
        return
    sources = {name: importlib.import_module(f"PySide6.{name}") for name in MODULES}
    for name, source in sources.items():
        full = f"pyqtgraph.Qt.{name}"
        sys.modules[full] = _Mirror(full, source)
        source.__dir__ = list  # type: ignore[method-assign]  # nothing there to copy
    try:
        importlib.import_module("pyqtgraph.Qt")
    finally:
        for source in sources.values():
            del source.__dir__
    importlib.import_module("pyqtgraph")
