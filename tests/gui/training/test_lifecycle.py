"""Starting and stopping, opening and closing: nothing leaks, nothing hangs, nothing blocks."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

from PySide6.QtCore import QEvent, QThread
from PySide6.QtWidgets import QApplication

from nngui.gui.app import start
from nngui.gui.training.state import State
from tests.core.helpers import ALL
from tests.gui.helpers import PATIENCE

CLOSE_WITHIN = 3.0  # seconds

START = """\
import sys
from PySide6.QtCore import QTimer
from nngui.gui.app import start

started = start("en", "light")
started.window.show()
started.app.processEvents()
assert started.window.toolbar.train.isEnabled()
loaded = [name for name in ("torch", "pandas", "scipy", "sklearn") if name in sys.modules]
assert not loaded, loaded
started.window.close()
"""

CLOSE_WHILE_TORCH_LOADS = """\
import time
from PySide6.QtCore import QTimer
from nngui.gui.app import start

started = start("en", "light")
started.window.show()
started.window.run_commands.train()
QTimer.singleShot(300, started.window.close)
started.app.exec()
"""


def run_python(source):
    return subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=False
    )


def threads():
    """Python's own; a thread of Qt's gets a stand-in there as soon as it logs anything."""
    return [thread for thread in threading.enumerate() if not thread.name.startswith("Dummy-")]


def test_that_starts_and_stops_leave_one_worker_and_no_thread_behind(user):
    user.go_fast()
    before, run = threads(), user.tab.run
    for cycle in range(200 if ALL else 60):
        user.click("Train")
        user.wait_until(lambda: run.state is State.TRAINING or not run.will_train)
        if cycle % 3 == 0:
            user.click("Reset")
            user.wait_until(lambda: run.state is State.READY)
        elif run.state is State.TRAINING:
            run.pause()
            user.wait_until(lambda: run.state in (State.PAUSED, State.ENDED))
    assert len(threads()) <= len(before) + 1, threads()  # that writes the list of runs
    assert len(user.window.findChildren(QThread)) == 2  # that trains, and that looks back
    user.click("Reset")
    user.wait_until_ready()
    assert user.tab.run.steps_done == 0


def test_that_windows_closed_in_mid_run_end_in_time(open_window, qtbot):
    slowest = 0.0
    before = threads()
    for number in range(50 if ALL else 15):
        # Not kept to the test's end: each style sheet would be polished into all of them.
        window = start("en", "light").window
        window.show()
        if number % 2:
            window.open_task("classification")
        tab = window.tab
        tab.run.set_pace(6 if number % 3 else 2)
        window.run_commands.train()
        qtbot.waitUntil(lambda tab=tab: tab.run.steps_done > 0, timeout=PATIENCE)
        began, used = time.monotonic(), time.process_time()
        window.close()
        took = time.monotonic() - began, time.process_time() - used
        slowest = max(slowest, min(took))  # a busy machine counts for nothing
        assert not tab.run.findChild(QThread).isRunning()
        window.deleteLater()
        del window, tab
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert slowest < CLOSE_WITHIN
    assert threads() == before


def test_that_the_window_opens_without_torch_and_closes_quietly():
    result = run_python(START)
    assert (result.returncode, result.stderr) == (0, "")


def test_that_a_window_closed_while_torch_loads_ends_quietly():
    result = run_python(CLOSE_WHILE_TORCH_LOADS)
    assert (result.returncode, result.stderr) == (0, "")


def test_that_training_asked_for_before_torch_is_there_is_remembered(open_window):
    someone = open_window()
    someone.go_fast()
    someone.window.wake()
    someone.click("Train")
    assert someone.tab.run.state is State.PREPARING
    assert someone.train_button == "Pause"
    someone.wait_for("All 100 steps done.")


def test_that_the_next_start_has_the_same_tab_and_splitters(open_window):
    someone = open_window()
    tab = someone.window.open_task("classification")
    tab.across.setSizes([300, 600, 300])
    form = tab.across.sizes()[0]
    someone.window.close()
    again = open_window()
    assert again.tab.task.name == "classification"
    assert again.tab.across.sizes()[0] == form
