"""For a class: projector mode, the size of everything, and the system's own theme."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nngui.gui.plots.kit.axes import CalmPlot
from nngui.gui.style import theme
from nngui.gui.style.theme import DARK, LIGHT
from nngui.gui.training.state import State
from tests.gui.helpers import LOADING, TASKS, process_events
from tests.gui.tabs.test_looks import clipped, train_a_little


def type_size(user):
    return user.window.toolbar.train.fontInfo().pixelSize()


def test_that_projector_mode_has_large_type_thick_lines_and_only_plots_and_controls(user):
    user.train_to_the_end()
    before = type_size(user)
    user.press(Qt.Key.Key_F11)
    assert user.window.isFullScreen()
    assert type_size(user) >= 1.4 * before
    plots = [plot for plot in user.tab.findChildren(CalmPlot) if plot.isVisible()]
    assert {plot.thickness for plot in plots} == {1.8}
    for part in (user.tab.form, user.tab.side, user.window.toolbar.device):
        assert not part.isVisible()
    for part in (user.view, user.tab.loss_plot, user.window.toolbar.train):
        assert part.isVisible()
    user.open_tab("Classification")  # is built in this mode
    user.wait_until_ready()
    assert not user.tab.form.isVisible()
    assert user.tab.loss_plot.thickness == 1.8
    user.press(Qt.Key.Key_F11)
    assert not user.window.isFullScreen()
    assert type_size(user) == before
    for _ in range(2):
        assert user.tab.form.isVisible()
        assert user.tab.loss_plot.thickness == 1
        user.open_tab("Regression")
    user.window.resize(1280, 800)
    process_events()
    assert clipped(user.window) == []


@pytest.mark.parametrize(("part", "key"), [("form", "F11"), ("side", "F9")])
def test_that_space_trains_when_what_had_the_keyboard_is_hidden(user, part, key):
    hidden = getattr(user.tab, part)
    inside = user.field("data.points") if part == "form" else user.tab.side.code.editor
    inside.setFocus()
    user.press(getattr(Qt.Key, f"Key_{key}"))
    assert not hidden.isVisible()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert user.train_button == "Pause"
    assert QApplication.activePopupWidget() is None


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_that_nothing_is_clipped_in_projector_mode(open_window, language):
    user = open_window(language=language)
    user.press(Qt.Key.Key_F11)
    problems = []
    for task in TASKS:
        user.window.open_task(task)
        user.window.wake()
        train_a_little(user)
        for size in ((1280, 800), (1920, 1080)):
            user.window.setWindowState(Qt.WindowState.WindowNoState)
            user.window.resize(*size)
            process_events()
            problems += [f"{task} {size}: {line}" for line in clipped(user.window)]
    assert problems == []


def test_that_a_size_comes_with_the_next_start(open_window):
    user = open_window()
    sizes = user.window.actions_.sizes.actions()
    assert [size.text() for size in sizes if size.isChecked()] == ["100 %"]
    user.trigger(next(size for size in sizes if size.text() == "150 %"))
    assert user.banner == "The size changes at the next start."
    program = (
        "from nngui.gui.app import start; s = start(); s.window.show();"
        "print(s.window.devicePixelRatioF(),"
        "[a.text() for a in s.window.actions_.sizes.actions() if a.isChecked()])"
    )
    settings = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=settings, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "1.5 ['150 %']"


def test_that_the_window_follows_the_system_from_light_to_dark_while_it_is_open(
    open_window, monkeypatch
):
    user = open_window(theme="system")
    user.window.wake()
    user.wait_until(lambda: user.tab.run.state is State.READY, LOADING)
    changed = QGuiApplication.styleHints().colorSchemeChanged
    for scheme, colours in ((Qt.ColorScheme.Dark, DARK), (Qt.ColorScheme.Light, LIGHT)):
        dark = scheme == Qt.ColorScheme.Dark  # the platform of the tests has no scheme of its own
        monkeypatch.setattr(theme, "system_is_dark", lambda dark=dark: dark)
        changed.emit(scheme)
        process_events()
        assert QApplication.palette().window().color() == QColor(colours.window)
        assert user.view.backgroundBrush().color() == QColor(colours.surface)
    user.trigger(user.window.actions_.themes.actions()[1])  # light, whatever the system says
    monkeypatch.setattr(theme, "system_is_dark", lambda: True)
    changed.emit(Qt.ColorScheme.Dark)
    process_events()
    assert QApplication.palette().window().color() == QColor(LIGHT.window)
