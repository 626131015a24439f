"""Whichever call to the system fails: the old is whole or the new one is, and one sentence says so.

With ``NNGUI_ALL=1`` each call fails in each way, which takes some minutes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from nngui.files.atomic import write_text
from tests.files.faults import torch_writers, writers
from tests.files.faults.check import changing
from tests.files.faults.faults import CHANGES, CHANGES_NAMES, SHORT, TAKES_ROOM, Faults
from tests.files.faults.sample import ALL, faults_of, folder_for

KILLS = Path(__file__).with_name("kills.py")
posix = pytest.mark.skipif(os.name != "posix", reason="needs fork and kill")


@posix
@pytest.mark.parametrize("name", writers.WRITERS)
def test_that_the_old_or_the_new_is_whole_whichever_call_fails(tmp_path, name):
    with folder_for(tmp_path) as folder:
        assert faults_of(writers.WRITERS[name], Path(folder)) == []


@posix
@pytest.mark.timeout(1800 if ALL else 120)
@pytest.mark.parametrize("name", torch_writers.WRITERS)
def test_that_a_network_or_a_script_is_whole_whichever_call_fails(tmp_path, name, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda _: None)  # TensorBoard's own thread
    with folder_for(tmp_path) as folder:
        assert faults_of(torch_writers.WRITERS[name], Path(folder)) == []


@posix
def test_that_kills_between_any_two_writes_break_nothing_and_mix_nothing(tmp_path):
    kills = "1000" if ALL else "48"
    result = subprocess.run(
        [sys.executable, KILLS, "--kills", kills, *([] if ALL else ["--plain"])],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=1700 if ALL else 100,
    )
    print(result.stdout)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"{kills} kills, 0 wrong" in result.stdout


# --- The faults themselves ------------------------------------------------------------------------


def calls_of(tmp_path, **how):
    with Faults(tmp_path, **how) as faults:
        write_text(tmp_path / "a", "b")
    return faults


@posix
def test_that_each_call_of_a_plain_writing_is_met_in_its_order(tmp_path):
    calls = calls_of(tmp_path).calls
    made = [calls[number - 1] for number in changing(calls)]
    expected = ["create", "dup", "flock", "write", "fsync", "close", "chmod", "replace"]
    assert made == [*expected, "open", "fsync", "close", "unlink", "close"]


@posix
def test_that_a_writer_that_loses_something_is_found_out(tmp_path):
    """As a plain script writes: straight onto the file."""

    def write(path, version):
        path.write_text(f"{version}" * 5000)

    def write_in_silence(path, version):
        with contextlib.suppress(OSError):
            write(path, version)

    for careless, expected in ((write, "OSError"), (write_in_silence, "neither old nor new")):
        writer = writers.single("a.txt", careless, lambda p: writers.version_in(p.read_text()))
        with folder_for(tmp_path) as folder:
            assert any(expected in text for text in faults_of(writer, Path(folder)))


@posix
def test_that_a_short_write_takes_half_and_a_full_disk_stays_full(tmp_path):
    faults = calls_of(tmp_path)
    number = faults.calls.index("write") + 1
    calls_of(tmp_path, number=number, error=SHORT)
    assert (tmp_path / "a").read_text() == "b"
    handle = os.open(tmp_path / "raw", os.O_WRONLY | os.O_CREAT)
    os.close(handle)
    with Faults(tmp_path, 2, errno.ENOSPC, lasting=TAKES_ROOM):
        handle = os.open(tmp_path / "raw", os.O_WRONLY)
        for _ in range(2):
            with pytest.raises(OSError, match="No space"):
                os.write(handle, b"x")
        os.close(handle)
    assert (tmp_path / "raw").read_bytes() == b""


@posix
def test_that_in_a_folder_that_is_read_only_an_old_file_may_be_written_and_no_new_one(tmp_path):
    (tmp_path / "old").write_text("a")
    with Faults(tmp_path, 1, errno.EACCES, lasting=CHANGES_NAMES):
        with (tmp_path / "old").open("w") as file:
            file.write("b")
        for change in ((tmp_path / "new").touch, (tmp_path / "old").unlink, (tmp_path / "x").mkdir):
            with pytest.raises(PermissionError):
                change()
    with (
        Faults(tmp_path, 1, errno.EROFS, lasting=CHANGES),
        pytest.raises(OSError, match="Read-only"),
    ):
        (tmp_path / "old").open("w")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["b"]
