"""Whatever fails while a file is being saved, the old one or the new one is there, whole."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from nngui.core.errors import FileError
from nngui.files import atomic, temporary
from nngui.files.models.export import export_pt2
from tests.core.helpers import ALL
from tests.files.models.savers import NETS, SAVERS, SETTINGS

TESTS = Path(__file__).parents[1]
FAILURES = [errno.ENOSPC, errno.EIO, errno.EACCES]
posix = pytest.mark.skipif(os.name != "posix", reason="needs fork and kill")


class Saboteur:
    """Lets the n-th call to the system fail, of all that a save makes."""

    def __init__(self, patch, number, error):
        self.left, self.error, self.failed = number, error, ""
        for module, name in (
            (tempfile, "mkstemp"),
            (os, "fsync"),
            (os, "chmod"),
            (os, "replace"),
            (os, "open"),
        ):
            patch.setattr(module, name, self.spoilt(name, getattr(module, name)))
        patch.setattr(os, "fdopen", self.spoilt_file(os.fdopen))

    def count(self, name):
        self.left -= 1
        if not self.left:
            self.failed = name
            raise OSError(self.error, os.strerror(self.error))

    def spoilt(self, name, original):
        def call(*arguments, **options):
            self.count(name)
            return original(*arguments, **options)

        return call

    def spoilt_file(self, original):
        saboteur = self

        class Raw(io.FileIO):
            def write(self, data):
                saboteur.count("write")
                return super().write(data)

        def fdopen(handle, mode="r", *arguments, **options):
            if mode == "wb":
                return io.BufferedWriter(Raw(handle, "wb"), 4096)
            return original(handle, mode, *arguments, **options)

        return fdopen


def names(folder):
    return [path.name for path in folder.iterdir()]


def save(saver, path, version):
    """Return the problem a user is told of; None when there was none."""
    if saver is SAVERS["settings"]:
        preferences = atomic_preferences(path)
        preferences.take_problem()  # of reading the old file, which a save reads once more
        preferences.put(theme=f"{version}" * SETTINGS)
        return preferences.problem
    try:
        saver.save(path, version)
    except FileError as error:
        return error
    return None


def atomic_preferences(path):
    from nngui.files.preferences import Preferences

    return Preferences(path)


@pytest.mark.parametrize("name", SAVERS)
def test_that_the_old_file_is_whole_whichever_call_fails(tmp_path, name, monkeypatch):
    saver = SAVERS[name]
    path = tmp_path / saver.file
    saver.save(path, 0)
    before = path.read_bytes()
    met = set()
    for number in range(1, 1000):
        with monkeypatch.context() as patch:
            saboteur = Saboteur(patch, number, FAILURES[number % len(FAILURES)])
            problem = save(saver, path, 1)
        if not saboteur.failed:
            break
        met.add(saboteur.failed)
        assert names(tmp_path) == [saver.file], f"{saboteur.failed} left something behind"
        if problem is not None:
            assert "could not be" in str(problem) or "was not saved" in str(problem)
            assert ".tmp" not in str(problem)  # nobody knows that file
            assert path.read_bytes() == before, f"{saboteur.failed} harmed the old file"
        else:  # only what comes after the replacing may fail in silence
            assert saver.read(path) == 1, saboteur.failed
            saver.save(path, 0)
            before = path.read_bytes()
    else:
        pytest.fail("it never came to an end")
    assert met >= {"mkstemp", "write", "fsync", "chmod", "replace"}
    assert saver.read(path) == 1


def test_that_a_first_save_that_fails_leaves_nothing(tmp_path, monkeypatch):
    for name, saver in SAVERS.items():
        folder = tmp_path / name
        folder.mkdir()
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", failing)
            assert save(saver, folder / saver.file, 0) is not None
        assert names(folder) == []


def failing(*_arguments):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_that_an_export_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "net.pt2"
    export_pt2(NETS[0], (100,), path)
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(FileError, match="No space left on device"):
        export_pt2(NETS[1], (100,), path)
    assert path.read_bytes() == before
    assert names(tmp_path) == ["net.pt2"]


def test_that_what_reads_back_differently_does_not_replace_the_old_file(tmp_path, monkeypatch):
    def flip(handle):
        """A disk that says yes, and keeps something else."""
        os.pwrite(handle, b"\xff", os.fstat(handle).st_size // 2)

    for name in ("model", "parameters", "safetensors", "recovery"):
        saver = SAVERS[name]
        path = tmp_path / saver.file
        saver.save(path, 0)
        before = path.read_bytes()
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", flip)
            assert save(saver, path, 1) is not None, name
        assert path.read_bytes() == before
    assert len(names(tmp_path)) == 4


@posix
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk")
def test_that_a_disk_that_is_really_full_keeps_the_old_files(tmp_path):
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        for saver in SAVERS.values():
            saver.save(tmp_path / saver.file, 0)
        filler = tmp_path / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
        for saver in SAVERS.values():
            problem = save(saver, tmp_path / saver.file, 1)
            assert "No space left on device" in str(problem)
            assert saver.read(tmp_path / saver.file) == 0
        assert sorted(names(tmp_path)) == sorted(["filler", *(s.file for s in SAVERS.values())])
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@posix
@pytest.mark.timeout(300)
def test_that_kills_in_the_middle_of_saving_destroy_nothing(tmp_path):
    result = subprocess.run(
        [sys.executable, TESTS / "kill_saves.py", "--kills", "300" if ALL else "100"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=280,
    )
    print(result.stdout)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count("0 files destroyed") == len(SAVERS)
    assert "destroyed by kill" in result.stdout  # the control: a plain save does not survive


# --- Leftovers ------------------------------------------------------------------------------------


def leftover(folder, name, age):
    path = folder / name
    path.write_bytes(b"half")
    changed = path.stat().st_mtime - age
    os.utime(path, (changed, changed))
    return path


def test_that_what_a_killed_program_left_is_swept_and_nothing_else(tmp_path):
    old = temporary.STALE_AFTER_S + 10
    stale = leftover(tmp_path, ".net.pkl.abc12345.tmp", old)
    others = [
        leftover(tmp_path, ".net.pkl.def12345.tmp", 0),  # another window may be writing it
        leftover(tmp_path, ".other.pkl.abc12345.tmp", old),
        leftover(tmp_path, "net.pkl.tmp", old),
        leftover(tmp_path, ".net.pkl.swp", old),
    ]
    SAVERS["model"].save(tmp_path / "net.pkl", 0)
    assert not stale.exists()
    assert all(path.exists() for path in others)


@pytest.mark.parametrize(
    "name", ["a b.pkl", "网络 学习.pkl", "🎓🧠.pkl", "网" * 80 + ".pkl", "n" * 251 + ".pkl"]
)
def test_that_any_name_can_be_saved_and_saved_again(tmp_path, name):
    saver = SAVERS["model"]
    for version in (0, 1):
        saver.save(tmp_path / name, version)
        assert saver.read(tmp_path / name) == version
    assert names(tmp_path) == [name]


# --- Windows, which does not let a file be replaced while somebody reads it -----------------------


def sharing_error(code):
    error = PermissionError(errno.EACCES, "The process cannot access the file")
    error.winerror = code
    return error


@pytest.mark.parametrize("code", atomic.IN_USE)
def test_that_a_file_in_use_is_waited_for(tmp_path, monkeypatch, code):
    path = tmp_path / "h.csv"
    atomic.write_text(path, "old")
    calls, replace = [], os.replace

    def busy(*arguments):
        calls.append(arguments)
        if len(calls) < 4:
            raise sharing_error(code)
        return replace(*arguments)

    monkeypatch.setattr(os, "replace", busy)
    atomic.write_text(path, "new")
    assert path.read_text() == "new"
    assert len(calls) == 4


def test_that_a_file_that_stays_in_use_is_a_sentence_and_whole(tmp_path, monkeypatch):
    path = tmp_path / "h.csv"
    atomic.write_text(path, "old")
    monkeypatch.setattr(atomic, "RETRY_DELAYS_S", (0.001, 0.001))

    def busy(*_arguments):
        raise sharing_error(32)

    monkeypatch.setattr(os, "replace", busy)
    with pytest.raises(FileError, match="could not be written: The process cannot access the file"):
        atomic.write_text(path, "new")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["h.csv"]
