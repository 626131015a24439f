"""A pytest plugin that takes Qt away: core, files, tasks and the command line need none.

    python -m pytest -p tests.no_qt -p no:pytest-qt tests/core tests/files tests/tasks

The programs that the tests start find no Qt either.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from importlib.abc import MetaPathFinder
from pathlib import Path

import pytest

QT = ("PySide6", "shiboken6", "pyqtgraph", "qtpy", "superqt", "qtawesome")
WHY = "this run of the tests has no Qt"


class NoQt(MetaPathFinder):
    """Finds Qt first, and refuses it."""

    def find_spec(self, fullname, path, target=None):
        if fullname.partition(".")[0] in QT:
            raise ModuleNotFoundError(f"No module named '{fullname}': {WHY}", name=fullname)


def pytest_addoption(parser):
    # pytest-qt is off, and pytest is strict about the settings it left in pyproject.toml.
    for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
        parser.addini(name, "a setting of pytest-qt, without effect here")


def pytest_configure(config):
    assert not loaded(), f"already imported: {loaded()}"
    sys.meta_path.insert(0, NoQt())
    importlib.invalidate_caches()
    folder = tempfile.TemporaryDirectory(prefix="no-qt-")
    config.add_cleanup(folder.cleanup)
    for name in QT:
        text = f"raise ModuleNotFoundError(\"No module named '{name}': {WHY}\", name='{name}')\n"
        (Path(folder.name) / f"{name}.py").write_text(text, encoding="utf-8")
    outer = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([folder.name, *([outer] if outer else [])])


def pytest_report_header():
    return f"no Qt in this run: {', '.join(QT)} cannot be imported"


def pytest_sessionfinish():
    if loaded():
        pytest.exit(f"Qt was imported all the same: {loaded()}", returncode=3)


def loaded():
    """Return those of Qt's packages that are imported."""
    return [name for name in QT if name in sys.modules]
