"""The loader's worker processes: switched on, measured, stopped, and gone with the window."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox

from tests.gui.helpers import LOADING, spec_of

NAME = "batch_training"
on_linux = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks into /proc")


@pytest.fixture
def loader(open_window):
    someone = open_window()
    someone.window.wake()
    someone.open_tab("Batch training")
    someone.wait_until(lambda: "ready: press Train" in someone.status, LOADING)
    return someone


def said(user):
    row = user.tab.pages.workers
    return row.said.text() if row.isVisible() else ""


def sample_takes(user, milliseconds):
    widgets = user.tab.centre.findChildren(QDoubleSpinBox)
    field = next(w for w in widgets if w.accessibleName() == "A sample takes")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, str(milliseconds))


def processes():
    """The measuring processes and their workers, which have the same command line."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().split(b"\0")
        except OSError:  # it has just ended
            continue
        if b"--until-eof" in words and b"workers" in words:
            found.append(file.parent.name)
    return found


def test_that_workers_are_switched_on_and_measured_without_a_new_start(loader):
    loader.click("Step")
    loader.wait_for_step(1)
    assert said(loader) == ""
    loader.enter("schedule.workers", "2")
    assert "Workers: 2." in said(loader)
    assert "num_workers=2" in loader.code
    assert loader.note == ""
    assert loader.step == 1
    loader.click("Measure start-up")
    assert "loads PyTorch" in said(loader)
    loader.wait_until(lambda: said(loader).startswith("2 workers ("), LOADING)
    assert "first batch after" in said(loader)
    assert said(loader).endswith("The batches are the same.")
    loader.enter("schedule.workers", "1")
    assert "Workers: 1." in said(loader)
    loader.enter("schedule.workers", "0")
    assert said(loader) == ""


@on_linux
def test_that_no_process_is_left_when_it_is_stopped_or_the_window_closes(loader):
    loader.enter("schedule.workers", "2")
    sample_takes(loader, 900)
    loader.click("Measure start-up")
    loader.wait_until(lambda: len(processes()) == 1)
    loader.click("Stop")  # while PyTorch is loaded there
    loader.wait_until(lambda: not processes())
    loader.wait_until(lambda: "Workers: 2." in said(loader))
    assert loader.banner == ""
    loader.click("Measure start-up")
    loader.wait_until(lambda: len(processes()) == 3, LOADING)  # it, and two workers
    loader.window.close()
    until = time.monotonic() + 2
    while processes() and time.monotonic() < until:
        time.sleep(0.05)
    assert not processes()


def test_that_a_packed_program_has_no_workers_and_says_why(open_window, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    someone = open_window()
    someone.open_tab("Batch training")
    assert not someone.field("schedule.workers").isEnabled()
    assert "in this packed program" in someone.field("schedule.workers").toolTip()
    someone.tab.run.apply(spec_of(NAME, {"schedule.workers": 2}))  # as a settings file may
    assert "in this packed program" in said(someone)
    assert not someone.tab.pages.workers.button.isEnabled()
