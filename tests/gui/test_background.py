import os
import sys
import threading
import time

import pytest
from PySide6.QtCore import QDeadlineTimer, QObject
from shiboken6 import delete

from nngui.core.errors import FileError
from nngui.gui.background import Background
from tests.core.helpers import run_python
from tests.gui.helpers import process_events

ABANDONING = """\
import threading
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QObject
from nngui.gui.background import Background
import torch

app = QCoreApplication([])
owner, computing = QObject(), threading.Event()

def compute():
    layer, x = torch.nn.Linear(300, 300), torch.randn(300, 300)
    while True:
        layer(x).sum().backward()
        computing.set()

work = Background(owner)
work.start(compute, print)
assert computing.wait(60)
work.close(QDeadlineTimer(60_000))
print("closed")
"""


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


@pytest.mark.parametrize("writes", [False, True], ids=["reader", "writer"])
def test_that_what_outlives_the_window_says_nothing_any_more(owner, writes):
    may_end = threading.Event()
    work = Background(owner)
    before = set(threading.enumerate())
    work.start(may_end.wait, pytest.fail, writes=writes)
    (thread,) = set(threading.enumerate()) - before
    assert work.close(QDeadlineTimer(10)) is not writes
    delete(owner)  # as Qt does with the window
    may_end.set()
    thread.join(10)  # an exception in it would fail this test
    assert not thread.is_alive()


def test_that_closing_abandons_a_reader_at_once(owner, qtbot):
    reading, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def read():
        reading.set()
        may_end.wait(60)
        ended.set()

    work = Background(owner)
    work.start(read, pytest.fail)
    assert reading.wait(10)
    began = time.monotonic()
    assert work.close(QDeadlineTimer(60_000))
    took = time.monotonic() - began
    assert not ended.is_set()
    may_end.set()
    assert ended.wait(10)
    process_events()  # nothing is handed over
    assert took < 1


def test_that_closing_waits_for_a_file_that_is_being_written(owner, tmp_path):
    file, writing = tmp_path / "file", threading.Event()

    def write():
        writing.set()
        time.sleep(0.3)
        file.write_text("all of it")

    work = Background(owner)
    work.start(write, pytest.fail, writes=True)
    assert writing.wait(10)
    assert work.close(QDeadlineTimer(10_000))
    assert file.read_text() == "all of it"


def test_that_several_writers_are_waited_for_together(owner):
    may_end = threading.Event()
    work = Background(owner)
    for _ in range(5):
        work.start(lambda: may_end.wait(60), pytest.fail, writes=True)
    began = time.monotonic()
    assert not work.close(QDeadlineTimer(300))
    took = time.monotonic() - began
    may_end.set()
    assert 0.3 <= took < 1


def test_that_the_program_ends_quietly_while_abandoned_work_computes(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(ABANDONING)
    began = time.monotonic()
    result = run_python(program, folder=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, "closed\n", "")
    assert time.monotonic() - began < 30


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
