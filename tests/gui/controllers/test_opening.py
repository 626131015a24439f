"""The window opens step by step: its frame at once, then its tab, then torch behind it."""

from __future__ import annotations

import subprocess
import sys

from PySide6.QtGui import QPalette

from nngui.gui.app import start
from nngui.gui.training.state import State

LATE = ("numpy", "pyqtgraph", "torch", "qtpy", "qtawesome")


def test_that_the_window_is_painted_before_its_tab_is_built(open_window, qtbot):
    window = start("en", "light").window
    built = []
    window.tab_built.connect(built.append)
    window.resize(1280, 800)
    picture = window.grab().toImage()
    assert not built
    ground = window.palette().color(QPalette.ColorRole.Window)
    middle = picture.pixelColor(picture.width() // 2, picture.height() // 2)
    assert middle != ground  # the card of the plot stands there already
    window.close()
    window.deleteLater()


def test_that_a_window_that_is_seen_builds_and_wakes_its_tab_by_itself(open_window):
    user = open_window(built=False)
    user.wait_until_ready()
    assert user.tab.run.state is State.READY


def test_that_train_is_remembered_while_torch_is_loading(open_window):
    user = open_window(built=False)
    user.wait_until(lambda: user.window.built)
    user.click("Train")
    user.wait_for_step(1)


def test_that_the_frame_of_the_window_needs_no_numpy_and_no_torch():
    code = (
        "import sys; from nngui.cli import main; from nngui.gui.app import start; "
        "s = start('en', 'light', remember=False); s.window.grab(); "
        f"print([name for name in {LATE} if name in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_that_a_window_closed_before_its_tab_was_built_remembers_it(open_window):
    window = start("en", "light").window
    window.choose_task("optimizers")
    window.close()
    window.deleteLater()
    assert open_window().tab.task.name == "optimizers"


def test_that_the_collector_rests_while_torch_is_loading_and_goes_on_after_it():
    code = (
        "import gc; from nngui.gui.training.warm_up import load_torch; rounds = []; "
        "gc.callbacks.append(lambda phase, about: rounds.append(about['generation'])); "
        "gc.collect(); before = len(rounds); load_torch(); "
        "print(gc.isenabled(), gc.get_freeze_count() > 100_000, 2 in rounds[before:])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "True", "False"]
