"""tests/no_qt.py: Qt really is out of reach there, and core is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TRIES = """\
import subprocess, sys
import pytest

@pytest.mark.parametrize("name", ["PySide6", "PySide6.QtCore", "shiboken6", "pyqtgraph", "superqt"])
def test_import(name):
    with pytest.raises(ImportError, match="has no Qt"):
        __import__(name)
    command = [sys.executable, "-c", "import " + name]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 1 and "has no Qt" in result.stderr

def test_core():
    import nngui.core.spec.spec
"""


def run_without_qt(tests: str, folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "test_tries.py"
    file.write_text(tests, encoding="utf-8")
    plugins = ["-p", "tests.no_qt", "-p", "no:pytest-qt", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *plugins, "-c", ROOT / "pyproject.toml", file]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)


def test_that_no_test_and_no_program_it_starts_can_import_qt(tmp_path):
    result = run_without_qt(TRIES, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "6 passed" in result.stdout


def test_that_a_test_which_needs_qt_fails_there(tmp_path):
    result = run_without_qt("def test_window():\n    import PySide6.QtWidgets\n", tmp_path)
    assert result.returncode == 1
    assert "this run of the tests has no Qt" in result.stdout


@pytest.mark.skipif("tests.no_qt" not in sys.modules, reason="Qt is there in this run")
def test_that_this_very_run_has_no_qt():
    with pytest.raises(ImportError, match="has no Qt"):
        __import__("PySide6")
