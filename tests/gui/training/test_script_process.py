"""A script runs in a process of its own, is compared as it prints, and ends with whoever asked."""

from __future__ import annotations

import os
import sys
import time

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QDeadlineTimer

from nngui.core.errors import FileError
from nngui.core.records.printed import StepsCheck
from nngui.core.text import mark
from nngui.gui.training import script_process
from nngui.gui.training.script_process import ScriptProcess

ROWS = np.arange(200.0)[:, None] / 7
RIGHT = "for i in range(200):\n    print(repr(i / 7))\n"
FOREVER = "import time\nprint(repr(0 / 7))\nwhile True:\n    time.sleep(0.01)\n"


class Watched:
    """A process and what it told."""

    def __init__(self, qtbot):
        self.process, self.qtbot, self.told = ScriptProcess(), qtbot, []
        self.process.ended.connect(self.told.append)

    def start(self, source, rows=ROWS, **options):
        self.process.start(
            lambda path: path.write_text(source, encoding="utf-8"),
            "a script.py",
            lambda: StepsCheck(rows, **options),
        )

    def verify(self, source, rows=ROWS, **options):
        self.start(source, rows, **options)
        self.qtbot.waitUntil(lambda: bool(self.told), timeout=30_000)
        assert not self.process.is_busy
        assert len(self.told) == 1
        return self.told.pop()

    def close(self):
        return self.process.close(QDeadlineTimer(2000))


@pytest.fixture
def watched(qtbot):
    found = Watched(qtbot)
    yield found
    assert found.close()


def children():
    return [p for p in psutil.Process().children() if p.status() != psutil.STATUS_ZOMBIE]


def test_that_a_true_script_is_found_equal(watched):
    found = watched.verify(RIGHT, is_over=True)
    assert (found.equal, found.total, found.difference, found.problem) == (200, 200, None, "")


@pytest.mark.parametrize(
    ("source", "step", "printed"),
    [
        (RIGHT.replace("repr(i / 7)", "repr(i / 7 if i < 37 else i / 7 + 1e-15)"), 38, "5.28"),
        (RIGHT.replace("200", "120"), 121, ""),
        (RIGHT.replace("print(", "print('loss', "), 1, "loss 0.0"),
        (RIGHT + "print(0.5)\n", 201, "0.5"),
        ("", 1, ""),
    ],
)
def test_that_the_first_step_that_differs_is_told(watched, source, step, printed):
    found = watched.verify(source, is_over=True)
    assert found.difference.step == step
    assert found.difference.printed.startswith(printed)
    assert found.equal == step - 1


def test_that_a_script_is_ended_where_all_was_compared(watched):
    assert watched.verify(FOREVER, ROWS[:1]).equal == 1


def test_that_a_script_that_fails_says_why(watched):
    found = watched.verify("print(0.0)\nraise ValueError('no such thing')\n")
    assert found.problem == "ValueError: no such thing"
    assert found.equal == 1


def test_that_a_line_without_an_end_is_not_kept(watched, monkeypatch):
    monkeypatch.setattr(script_process, "MAX_LINE_BYTES", 1000)
    assert "without an end" in watched.verify("while True:\n    print('x' * 99, end='')\n").problem


def test_that_a_script_that_cannot_be_written_is_not_run(watched):
    def write(path):
        raise FileError(mark("core", "{path} could not be written."), path=path.name)

    watched.process.start(write, "s.py", lambda: StepsCheck(ROWS))
    watched.qtbot.waitUntil(lambda: bool(watched.told), timeout=30_000)
    assert watched.told.pop().problem == "s.py could not be written."


def test_that_a_python_that_is_not_there_is_told(watched, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert watched.verify(RIGHT).problem


def test_that_there_is_a_bound_on_its_time(watched, monkeypatch):
    monkeypatch.setattr(script_process, "MAX_VERIFY_S", 1)
    found = watched.verify(FOREVER)
    assert (found.is_late, found.equal, found.difference) == (True, 1, None)


@pytest.mark.parametrize("closing", [False, True])
def test_that_what_is_cancelled_or_closed_is_gone(watched, closing):
    heard = []
    watched.process.progressed.connect(lambda equal, _total: heard.append(equal))
    watched.start(FOREVER)
    watched.qtbot.waitUntil(lambda: 1 in heard, timeout=30_000)
    assert children()
    if closing:
        assert watched.close()
        assert not children()
    else:
        watched.process.cancel()
        watched.qtbot.waitUntil(lambda: not children(), timeout=30_000)
    watched.qtbot.wait(50)
    assert watched.told == []


def test_that_what_is_cancelled_before_it_runs_does_not_run(watched):
    watched.start(RIGHT)
    watched.process.cancel()
    watched.qtbot.wait(300)
    assert watched.told == []
    assert not children()


def test_that_nothing_of_it_stays(watched, tmp_path):
    place = tmp_path / "place.txt"
    watched.verify(f"print(0.0)\nopen({str(place)!r}, 'w').write(__file__)\n")
    file = place.read_text(encoding="utf-8")
    assert os.path.basename(file) == "a script.py"  # noqa: PTH119 - of a path that is gone
    began = time.monotonic()
    while os.path.exists(file) and time.monotonic() < began + 10:  # noqa: PTH110
        time.sleep(0.01)
    assert not os.path.exists(file)  # noqa: PTH110
