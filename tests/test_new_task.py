"""CONTRIBUTING's three files make a task: in a copy of the program, with nothing else changed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"```python\n# (nngui/\S+)\n(.*?)```", re.DOTALL)
LESSONS = {"en": "# Growth\n\nIt slows down.\n", "zh_CN": "# 增长\n\n它会变慢。\n"}


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A function that runs the copy by its command line, and returns what it printed."""
    folder = tmp_path_factory.mktemp("program")
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "nngui", folder / "nngui", ignore=leave)
    shutil.copytree(ROOT / "resources", folder / "nngui" / "resources", ignore=leave)
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    files = FENCE.findall(contributing)
    assert [path for path, _ in files] == ["nngui/tasks/growth.py", "nngui/gui/tabs/growth.py"]
    for path, text in files:
        assert not (folder / path).exists()
        (folder / path).write_text(text, encoding="utf-8")
    for language, text in LESSONS.items():
        lesson = folder / "nngui" / "resources" / "lessons" / language / "growth.md"
        lesson.write_text(text, encoding="utf-8")

    def run(*arguments):
        variables = os.environ | {
            "PYTHONPATH": str(folder),
            "QT_QPA_PLATFORM": "offscreen",
            "NNGUI_CONFIG_DIR": str(folder / "config"),
            "NNGUI_DATA_DIR": str(folder / "data"),
        }
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run.folder = folder
    where = run("-c", "import nngui, nngui.resources as r; print(nngui.__file__, r.__file__)")
    assert all(str(folder) in path for path in where.split())
    return run


def test_that_the_command_line_trains_it(program):
    assert "growth " in program("-m", "nngui", "tasks")
    options = ["--set", "schedule.steps=20", "--preset", "noisy"]
    summary = json.loads(program("-m", "nngui", "train", "growth", *options))
    assert summary["steps"] == 20
    script = program.folder / "growth.py"
    program("-m", "nngui", "script", "growth", *options, "-o", str(script))
    losses = program(str(script)).split()
    assert float(losses[-1]) == summary["loss"], "bit for bit"


def test_that_the_window_has_it_with_all_that_a_tab_has(program):
    """It trains by a click, undoes a setting, takes an experiment, shows code and lesson."""
    told = program("-c", INSIDE)
    assert json.loads(told.splitlines()[-1]) == {
        "tab": "Growth",
        "state": "ENDED",
        "headline": True,
        "curve": 256,
        "undone": 0.05,
        "experiment": "Noisy data",
        "lesson": "Growth",
        "code": True,
    }


INSIDE = """
import json
from PySide6.QtCore import QEventLoop, QTimer
from nngui.gui.app import start
from nngui.gui.training.state import State

window = start("en", "light", remember=False).window
window.show()
tab = window.open_task("growth")
window.wake()


def wait(condition):
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: condition() and loop.quit())
    timer.start(20)
    QTimer.singleShot(60_000, loop.quit)
    loop.exec()
    assert condition()


wait(lambda: tab.run.state is State.READY)
tab.run.set_pace(6)
window.toolbar.train.click()
wait(lambda: tab.run.state is State.ENDED)
told = {"tab": window.tab_stack.bar.tabText(7), "state": tab.run.state.name}
told["headline"] = tab.headline.text().startswith("Loss=0.")
from nngui.gui.plots.kit.numbers import series_of
told["curve"] = {series.name: len(series.rows) for series in series_of(tab.card)}["curve"]
tab.form.fields["optimizer.lr"].edited.emit(0.1)
assert tab.run.spec.optimizer.lr == 0.1
window.actions_.undo.trigger()
wait(lambda: tab.run.spec.optimizer.lr != 0.1)
told["undone"] = tab.run.spec.optimizer.lr
tab.presets.choices.actions()[0].trigger()
told["experiment"] = tab.presets.button.text()
told["lesson"] = tab.side.lesson.toPlainText().split()[0]
told["code"] = "torch.sigmoid(x) + 0.5" in tab.side.code.editor.toPlainText()
window.close()
print(json.dumps(told))
"""
