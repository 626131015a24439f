"""Files are replaced whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from nngui.core.errors import FileError
from nngui.files.atomic import new_folder, read_text, replacing, write_text

posix = pytest.mark.skipif(os.name != "posix", reason="needs modes, symlinks and pipes")


class Mishap(Exception):
    pass


def write_half(file, mishap):
    with replacing(file) as new:
        new.write("half of the n")
        raise mishap


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_that_a_text_is_written_whole_in_utf8_with_plain_line_ends(tmp_path):
    file = tmp_path / "学习 ö.csv"
    write_text(file, "step,loss\n1,½\n")
    assert file.read_bytes() == "step,loss\n1,½\n".encode()
    assert names(tmp_path) == [file.name]
    assert read_text(file) == "step,loss\n1,½\n"


def test_that_the_old_file_is_there_until_the_new_one_is_whole(tmp_path):
    file = tmp_path / "h.csv"
    file.write_text("old", encoding="utf-8")
    with replacing(file) as new:
        new.write("new" * 10_000)
        new.flush()
        assert file.read_text(encoding="utf-8") == "old"
    assert file.read_text(encoding="utf-8") == "new" * 10_000
    assert names(tmp_path) == ["h.csv"]


@pytest.mark.parametrize("mishap", [Mishap, KeyboardInterrupt, MemoryError])
def test_that_the_old_file_is_whole_when_the_writer_fails(tmp_path, mishap):
    file = tmp_path / "h.csv"
    file.write_text("old", encoding="utf-8")
    with pytest.raises(mishap):
        write_half(file, mishap)
    assert file.read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["h.csv"]


def test_that_a_failed_first_writing_leaves_nothing(tmp_path):
    with pytest.raises(Mishap):
        write_half(tmp_path / "h.csv", Mishap)
    assert names(tmp_path) == []


def test_that_a_full_disk_is_a_sentence_and_the_old_file_stays(tmp_path):
    file = tmp_path / "h.csv"
    file.write_text("old", encoding="utf-8")
    with pytest.raises(FileError, match=r"h\.csv could not be written: No space left on device"):
        write_half(file, OSError(28, "No space left on device"))
    assert file.read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["h.csv"]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o640, 0o777])
def test_that_a_replaced_file_keeps_its_mode(tmp_path, mode):
    file = tmp_path / "h.csv"
    file.write_text("old", encoding="utf-8")
    file.chmod(mode)
    write_text(file, "new")
    assert stat.S_IMODE(file.stat().st_mode) == mode


@posix
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_that_a_new_file_has_the_mode_of_any_new_file(tmp_path, umask):
    before = os.umask(umask)
    try:
        write_text(tmp_path / "ours", "x")
        (tmp_path / "theirs").write_text("x", encoding="utf-8")
    finally:
        os.umask(before)
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "theirs").stat().st_mode


@posix
def test_that_a_symlink_stays_one_and_its_file_is_replaced(tmp_path):
    real = tmp_path / "folder" / "real.csv"
    real.parent.mkdir()
    real.write_text("old", encoding="utf-8")
    link = tmp_path / "link.csv"
    link.symlink_to(real)
    write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new"
    assert names(real.parent) == ["real.csv"]


@posix
def test_that_a_symlink_to_a_file_not_yet_there_makes_it(tmp_path):
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "new.csv")
    write_text(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "new.csv").read_text(encoding="utf-8") == "new"


@posix
def test_that_a_pipe_is_written_to_and_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_text(pipe, "through it")
        assert os.read(reader, 100) == b"through it"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert names(tmp_path) == ["pipe"]


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("missing/h.csv", "No such file or directory"),
        ("folder", "Is a directory"),
        ("file/h.csv", "Not a directory"),
        ("x" * 300, "File name too long"),
    ],
)
@posix
def test_that_a_place_that_cannot_be_written_is_a_sentence_before_anything_is_done(
    tmp_path, place, why
):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("old", encoding="utf-8")
    begun = False
    with pytest.raises(FileError, match=why) as caught, replacing(tmp_path / place):
        begun = True
    assert not begun
    sentence = str(caught.value)
    assert sentence == f"{tmp_path / place} could not be written: {why}. Choose another place."
    assert names(tmp_path) == ["file", "folder"]
    assert names(tmp_path / "folder") == []
    assert (tmp_path / "file").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, r"f\.toml could not be read: No such file or directory\. Check the name\."),
        (b"\xff\xfe\x00\x80", r"f\.toml is not a text file"),
        (b"x" * 101, r"f\.toml is too large .* at most 100 bytes"),
    ],
)
def test_that_what_cannot_be_read_is_a_sentence(tmp_path, content, sentence):
    if content is not None:
        (tmp_path / "f.toml").write_bytes(content)
    with pytest.raises(FileError, match=sentence):
        read_text(tmp_path / "f.toml", limit=100)


def test_that_a_text_may_be_as_long_as_is_allowed_and_is_read_to_its_end(tmp_path):
    (tmp_path / "f.toml").write_bytes(b"x" * 99 + b"y")
    assert read_text(tmp_path / "f.toml", limit=100) == "x" * 99 + "y"


def test_that_a_folder_cannot_be_read_as_text(tmp_path):
    with pytest.raises(FileError, match="could not be read"):
        read_text(tmp_path)


# --- On the disk ----------------------------------------------------------------------------------


@posix
def test_that_the_file_is_on_the_disk_before_its_name_and_the_folder_behind_it(
    tmp_path, monkeypatch
):
    """Without the folder's own fsync a machine that loses power may have the old file back."""
    calls, fsync, replace, rename = [], os.fsync, Path.replace, Path.rename

    def flushed(handle):
        what = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        calls.append((what, os.fstat(handle).st_ino))
        fsync(handle)

    def replaced(self, target):
        calls.append(("name", self.stat().st_ino))
        return replace(self, target)

    def renamed(self, target):
        calls.append(("name", self.stat().st_ino))
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(Path, "replace", replaced)
    monkeypatch.setattr(Path, "rename", renamed)
    path, folder = tmp_path / "a" / "file", tmp_path / "b" / "new"
    path.parent.mkdir()
    write_text(path, "new")
    place = path.stat().st_ino
    assert calls == [("file", place), ("name", place), ("folder", path.parent.stat().st_ino)]
    calls.clear()
    with new_folder(folder) as temporary:
        (temporary / "part").touch()
    place = folder.stat().st_ino
    assert calls == [("name", place), ("folder", folder.parent.stat().st_ino)]
