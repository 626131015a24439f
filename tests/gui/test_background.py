import os
import sys
import threading

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from nngui.core.errors import FileError
from nngui.gui import background
from nngui.gui.background import Background


@pytest.fixture
def owner(qtbot):
    return QObject()


def test_that_a_result_comes_back_in_the_windows_thread(owner, qtbot):
    came = []
    Background(owner).start(threading.get_ident, lambda ident: came.append((ident, here())))
    qtbot.waitUntil(lambda: bool(came))
    assert came[0][0] != here()
    assert came[0][1] == here()


def test_that_an_error_is_told(owner, qtbot):
    def fail():
        raise FileError("no {path}", path="a.csv")

    work = Background(owner)
    with qtbot.waitSignal(work.failed) as told:
        work.start(fail, pytest.fail)
    assert str(told.args[0]) == "no a.csv"


def test_that_what_outlives_the_window_says_nothing_any_more(owner, monkeypatch):
    monkeypatch.setattr(background, "FINISH", 0.01)
    may_end = threading.Event()
    work = Background(owner)
    before = set(threading.enumerate())
    work.start(may_end.wait, pytest.fail)
    (thread,) = set(threading.enumerate()) - before
    work.close()
    delete(owner)  # as Qt does with the window
    may_end.set()
    thread.join(10)  # an exception in it would fail this test
    assert not thread.is_alive()


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_that_what_can_wait_lets_the_window_go_first(owner, qtbot):
    came = []

    def own_priority():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = own_priority()
    Background(owner).start(own_priority, came.append, low_priority=True)
    qtbot.waitUntil(lambda: bool(came))
    Background(owner).start(own_priority, came.append)
    qtbot.waitUntil(lambda: len(came) == 2)
    assert came[0] > before  # a larger number is a lower priority
    assert came[1] == own_priority() == before


def here():
    return threading.get_ident()
