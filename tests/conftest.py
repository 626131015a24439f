"""What every test has: Qt offscreen, settings of its own, and nothing left running behind it."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
import traceback
from itertools import count
from weakref import WeakKeyDictionary

import hypothesis
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

hypothesis.settings.register_profile("nngui", deadline=None)  # the machine may be busy
hypothesis.settings.load_profile("nngui")

pytest_plugins = ["tests.limits", "tests.failed_waits", "tests.quick"]

PATIENCE = 1.0  # seconds for a thread that is just ending
FAILED = pytest.StashKey[bool]()
numbers = count()
unstoppable = []  # kept from being collected


# --- Which tests run ------------------------------------------------------------------------------


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("gpu") and not has_accelerator():
            item.add_marker(pytest.mark.skip(reason="torch finds no accelerator here"))


def has_accelerator():
    import torch

    return torch.accelerator.is_available()


# --- Settings of its own --------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _fresh_settings(tmp_path_factory, monkeypatch):
    """Give each test an empty place for settings, log and data, in English.

    The folders don't exist yet, as on the first start.
    """
    place = tmp_path_factory.getbasetemp() / "settings" / str(next(numbers))
    monkeypatch.setenv("NNGUI_CONFIG_DIR", str(place / "config"))
    monkeypatch.setenv("NNGUI_DATA_DIR", str(place / "data"))
    monkeypatch.setenv("NNGUI_LANG", "en")


# --- Nothing left running -------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(autouse=True)
def _no_leaks(request):
    """Fail a test that leaves a thread, a timer or a window behind, and say where it began.

    A `QTimer.singleShot` is not seen. A test that failed already is cleaned up after in silence:
    its traceback may well hold what seems to leak.
    """
    with pytest.MonkeyPatch.context() as patch:
        watches = [PythonThreads(patch)]
        if "PySide6.QtWidgets" in sys.modules:
            watches += [QtThreads(patch), QtTimers(patch), TopLevelWidgets()]
        yield
        leaks = lasting_leaks(watches)
        for watch in watches:
            watch.clean_up()
    if leaks and not request.node.stash.get(FAILED, False):
        pytest.fail("The test left behind:\n" + "\n".join(leaks), pytrace=False)


def lasting_leaks(watches):
    """Return what still goes on after deferred deletions, reference cycles and some patience."""
    if not any(watch.running() for watch in watches):
        return []
    process_deletions()
    if any(watch.running() for watch in watches):
        gc.collect()
    deadline = time.monotonic() + PATIENCE
    while any(watch.running() for watch in watches) and time.monotonic() < deadline:
        time.sleep(0.01)
        process_deletions()
    return [line for watch in watches for line in watch.leaks()]


def process_deletions():
    if "PySide6.QtWidgets" in sys.modules:
        from PySide6.QtCore import QCoreApplication, QEvent

        if QCoreApplication.instance() is not None:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QCoreApplication.processEvents()


def is_alive(qobject):
    from shiboken6 import isValid

    return isValid(qobject)


class Progress:
    """Remembers where things of a kind are started during a test, and which still go on."""

    what = ""

    def __init__(self, patch, kind):
        self.started = started = WeakKeyDictionary()
        original = kind.start

        def start(thing, *args, **kwargs):
            started[thing] = traceback.extract_stack(sys._getframe(1), limit=8)
            return original(thing, *args, **kwargs)

        patch.setattr(kind, "start", start)

    def running(self):
        return [thing for thing in list(self.started) if self.goes_on(thing)]

    def leaks(self):
        return [f"{self.what} {self.name(t)}, started at\n{self.where(t)}" for t in self.running()]

    def where(self, thing):
        """The calls that led there, without those of pytest."""
        frames = self.started[thing]
        own = [f for f in frames if f"{os.sep}_pytest{os.sep}" not in f.filename]
        own = [f for f in own if f"{os.sep}pluggy{os.sep}" not in f.filename]
        return "".join(traceback.format_list(own or frames[-1:])).rstrip()

    def name(self, thing):
        return type(thing).__name__ + (f" {thing.objectName()!r}" if thing.objectName() else "")


class PythonThreads(Progress):
    what = "thread"

    def __init__(self, patch):
        super().__init__(patch, threading.Thread)

    def goes_on(self, thread):
        return thread.is_alive()

    def name(self, thread):
        return f"{type(thread).__name__} {thread.name!r}"

    def clean_up(self):
        """Python has no way to end a thread from outside."""


class QtThreads(Progress):
    what = "QThread"

    def __init__(self, patch):
        from PySide6.QtCore import QThread

        super().__init__(patch, QThread)

    def goes_on(self, thread):
        return is_alive(thread) and thread.isRunning()

    def clean_up(self):
        """End them where possible: a running QThread that is collected aborts the process."""
        for thread in self.running():
            thread.requestInterruption()
            thread.quit()
            if not thread.wait(int(PATIENCE * 1000)):
                unstoppable.append(thread)


class QtTimers(Progress):
    what = "active QTimer"

    def __init__(self, patch):
        from PySide6.QtCore import QTimer

        super().__init__(patch, QTimer)

    def goes_on(self, timer):
        return is_alive(timer) and timer.isActive()

    def clean_up(self):
        for timer in self.running():
            timer.stop()


class TopLevelWidgets:
    """Knows which windows, menus and dialogs were there before the test."""

    def __init__(self):
        self.before = self.now()

    def now(self):
        from PySide6.QtWidgets import QApplication

        return QApplication.topLevelWidgets() if QApplication.instance() else []

    def running(self):
        before = {id(widget) for widget in self.before if is_alive(widget)}
        return [widget for widget in self.now() if id(widget) not in before]

    def leaks(self):
        return [f"top-level widget {self.name(widget)}" for widget in self.running()]

    def name(self, widget):
        titles = [text for text in (widget.objectName(), widget.windowTitle()) if text]
        shown = "visible" if widget.isVisible() else "hidden"
        return f"{type(widget).__name__} {' '.join(map(repr, titles))} ({shown})"

    def clean_up(self):
        """Delete the windows; hidden menus of plots share parts, and crash one by one."""
        from PySide6.QtWidgets import QDialog, QMainWindow

        for widget in self.running():
            if widget.isVisible() or isinstance(widget, QMainWindow | QDialog):
                widget.close()
                widget.deleteLater()
        process_deletions()
