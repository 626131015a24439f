"""A window for each test, closed and gone at its end."""

from __future__ import annotations

import gc
import logging
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSettings, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from nngui.core.abandoned import wait_for_abandoned
from nngui.gui.app import start
from tests.gui.helpers import PATIENCE, User
from tests.limits import SLOWEST, wait_patiently

SPARED = [0]  # how many modules there were when the collector was told to leave them out
POPUPS = r"^This plugin does not support grabbing the (keyboard|mouse)$"  # offscreen


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.qt_log_ignore(POPUPS))


@pytest.fixture(scope="session")
def qapp(qapp, tmp_path_factory):
    """The application; its file dialogs are Qt's own, and remember nothing of the user's."""
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    folder = str(tmp_path_factory.mktemp("qt"))
    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, folder)
    return qapp


@pytest.fixture
def qtbot(qtbot):
    """Pytest-qt's; but where the machine is busy it waits longer (see `limits`)."""
    wait_until, wait_signal, wait_exposed = qtbot.waitUntil, qtbot.waitSignal, qtbot.waitExposed
    slowest = {"timeout": int(SLOWEST * PATIENCE)}

    def wait_until_patiently(condition, *, timeout=PATIENCE):
        forever = int(2 * SLOWEST * timeout)  # the condition itself gives up before
        wait_patiently(lambda holds: wait_until(holds, timeout=forever), condition, timeout / 1000)

    qtbot.waitUntil = wait_until_patiently
    qtbot.waitSignal = lambda signal, **options: wait_signal(signal, **(slowest | options))
    qtbot.waitExposed = lambda widget: wait_exposed(widget, **slowest)
    return qtbot


@pytest.fixture
def open_window(qapp, qtbot):
    """Open the program's window, asleep as at its start; all are closed at the end."""
    interval, people = sys.getswitchinterval(), []

    def make(language="en", theme="light", size=None, *, shown=True, built=True):
        window = start(language, theme).window
        assert not built or window.tab  # asleep; else it is built, and wakes, when it is seen
        someone = User(window, qtbot)
        people.append(someone)
        if size:
            window.resize(*size)
        if shown:
            with qtbot.waitExposed(window):
                window.show()
            window.activateWindow()
        return someone

    yield make
    for someone in people:
        someone.window.close()
        someone.window.deleteLater()
        someone.window = None  # pytest keeps the user, and the window its plots' menus
    assert wait_for_abandoned(60)  # torch is imported to its end, whoever closes meanwhile
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    sys.setswitchinterval(interval)
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    forget_imports()
    log = logging.getLogger("nngui")
    for handler in log.handlers[:]:
        log.removeHandler(handler)
        handler.close()


def forget_imports():
    """Spare the collector what imports left: looking through torch's objects takes 0.2 s a test.

    The program does so too, once torch is there; but then a test's window was still in use.
    """
    if len(sys.modules) > SPARED[-1] + 20:
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        SPARED.append(len(sys.modules))


@pytest.fixture
def user(open_window):
    """Somebody before a window whose first run is ready."""
    someone = open_window()
    someone.window.wake()
    someone.wait_until_ready()
    return someone
