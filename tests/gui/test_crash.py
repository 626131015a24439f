"""A crash of the whole program: noted by Python, and told at the next start, once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from nngui.gui.crash import CrashFile

CHILD = """\
import faulthandler, os, sys, threading, time
from nngui.gui.app import run

def end():
    while not faulthandler.is_enabled():  # the file is there a moment before
        time.sleep(0.01)
    {end}

threading.Thread(target=end, daemon=True).start()
run(None, False, "en", "light")
"""
CLOSE = (
    "from PySide6.QtCore import QMetaObject, Qt; from PySide6.QtWidgets import QApplication;"
    "time.sleep(1); QMetaObject.invokeMethod(QApplication.instance(), 'quit', Qt.QueuedConnection)"
)


def child(end):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", CHILD.format(end=end)]
    return subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)


def files():
    return sorted(Path(os.environ["NNGUI_DATA_DIR"]).glob("crash-*.txt"))


def test_that_a_crash_is_told_at_the_next_start_with_its_details_and_then_no_more(open_window):
    assert child("os.abort()").returncode != 0
    assert len(files()) == 1
    someone = open_window()
    someone.wait_for_banner("The program crashed the last time.")
    assert files() == []
    someone.click("Copy details")
    someone.wait_for_banner("The details are in the clipboard.")
    details = QGuiApplication.clipboard().text()
    assert "Fatal Python error: Aborted" in details
    assert details.startswith("nngui ")
    log = Path(os.environ["NNGUI_DATA_DIR"], "nngui.log").read_text(encoding="utf-8")
    assert "Fatal Python error: Aborted" in log
    other = open_window()
    other.window.wake()
    other.wait_until_ready()
    assert "crashed" not in other.banner


def test_that_a_window_that_was_closed_leaves_nothing(tmp_path):
    done = child(CLOSE)
    assert done.returncode == 0, done.stderr
    assert files() == []


def test_that_the_file_of_a_window_that_is_open_stays(tmp_path):
    folder = Path(os.environ["NNGUI_DATA_DIR"])
    mine = CrashFile(folder)
    mine.open()
    (folder / "crash-999999999-dead.txt").touch()
    assert CrashFile(folder).take_last() == ""
    assert [path.name.split("-")[1] for path in files()] == [str(os.getpid())]
    mine.close()
    assert files() == []


def test_that_a_folder_that_cannot_be_written_keeps_nobody_from_starting(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    crash = CrashFile(tmp_path / "file")
    assert crash.take_last() == ""
    crash.open()
    crash.close()
    assert "A crash could not be noted" in caplog.text


@pytest.mark.parametrize("content", [b"\xff\xfe nonsense", b"x" * 1_000_000])
def test_that_what_a_crash_left_is_bounded_and_never_an_error(tmp_path, content):
    (tmp_path / "crash-1-a.txt").write_bytes(content)
    assert 0 < len(CrashFile(tmp_path).take_last()) <= 100_000
