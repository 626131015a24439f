"""What is remembered from one start to the next is whole, or set aside, never lost in silence."""

from __future__ import annotations

import errno
import io
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
import tomli_w

from nngui.files.preferences import Preferences

KEYS = ("theme", "language", "tab")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "设置 🎓" / "nngui.toml"


def names(file):
    return sorted(path.name for path in file.parent.iterdir())


def write(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def failing(code):
    def call(*_arguments, **_options):
        raise OSError(code, os.strerror(code))

    return call


def test_that_a_first_start_has_defaults_and_nothing_to_say(file):
    preferences = Preferences(file)
    assert preferences.text("theme", "system") == "system"
    assert preferences.texts("recent") == []
    assert preferences.take_problem() is None
    assert not file.exists()


def test_that_what_was_put_is_there_at_the_next_start(file):
    Preferences(file).put(theme="dark", recent=["/a b/网.pkl", "/🎓.pkl"])
    again = Preferences(file)
    assert again.text("theme") == "dark"
    assert again.texts("recent") == ["/a b/网.pkl", "/🎓.pkl"]
    again.put(recent=None)
    assert Preferences(file).texts("recent") == []
    assert names(file) == ["nngui.toml"]


def test_that_two_windows_do_not_take_each_others_values_away(file):
    one, other = Preferences(file), Preferences(file)
    one.put(theme="dark")
    other.put(language="zh_CN")
    one.put(tab="regression")
    again = Preferences(file)
    assert [again.text(n) for n in KEYS] == ["dark", "zh_CN", "regression"]


@pytest.mark.parametrize(
    "text",
    ["", "theme = ", "\0", "[" * 100_000, "version = 1\nversion = 1", "x" * 1_000_001, "1 = 1 = 1"],
    ids=["empty", "half", "nul", "deep", "twice", "huge", "senseless"],
)
def test_that_a_broken_file_is_set_aside_and_said_once(file, text):
    write(file, text)
    preferences = Preferences(file)
    assert preferences.text("theme", "system") == "system"
    problem = str(preferences.take_problem())
    assert str(file) in problem
    aside = next(name for name in names(file))
    assert aside in problem
    assert (file.parent / aside).read_text(encoding="utf-8") == text
    assert preferences.take_problem() is None
    preferences.put(theme="dark")
    assert Preferences(file).text("theme") == "dark"
    assert len(names(file)) == 2


def test_that_bytes_that_are_no_text_are_set_aside(file):
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe theme")
    assert "set aside as nngui.toml.broken" in str(Preferences(file).take_problem())


def test_that_an_earlier_file_set_aside_is_not_written_over(file):
    for number in range(3):
        write(file, f"broken {number}")
        Preferences(file)
    assert names(file) == ["nngui.toml.broken", "nngui.toml.broken2", "nngui.toml.broken3"]
    assert (file.parent / "nngui.toml.broken").read_text() == "broken 0"


@pytest.mark.parametrize("version", [2, 0, -1, "1", True, 1.0, None])
def test_that_a_file_of_another_version_is_set_aside_whole(file, version):
    values = {"theme": "dark"} if version is None else {"theme": "dark", "version": version}
    write(file, tomli_w.dumps(values))
    preferences = Preferences(file)
    assert preferences.text("theme", "system") == "system"
    assert "another version" in str(preferences.take_problem())
    assert names(file) == ["nngui.toml.other"]


def test_that_a_value_of_the_wrong_kind_falls_back_alone(file):
    values = {"version": 1, "theme": 3, "recent": ["a", 1, ["b"], "c"], "tab": "classification"}
    write(file, tomli_w.dumps(values))
    preferences = Preferences(file)
    assert preferences.text("theme", "system") == "system"
    assert preferences.texts("recent") == ["a", "c"]
    assert preferences.texts("theme") == []
    assert preferences.numbers("recent") == preferences.numbers("theme") == []
    assert preferences.text("tab") == "classification"
    assert preferences.take_problem() is None


@pytest.mark.parametrize("entry", ["true", "1.0", "'1'", "2147483648", "0x" + "f" * 10_000])
def test_that_numbers_are_whole_and_of_a_sensible_size_or_none_at_all(file, entry):
    write(file, f"version = 1\nwindow = [1, -2, {entry}]\nsplitter-a = [3, 4]\n")
    preferences = Preferences(file)
    assert preferences.numbers("window") == []
    assert preferences.numbers("splitter-a") == [3, 4]
    preferences.put(theme="dark", window=[5, 6])
    assert Preferences(file).numbers("window") == [5, 6]
    assert preferences.take_problem() is None


def test_that_a_full_disk_is_said_once_and_the_old_file_stays(file, monkeypatch):
    preferences = Preferences(file)
    preferences.put(theme="dark")
    before = file.read_bytes()

    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))
    preferences.put(theme="light")
    assert "No space left on device" in str(preferences.take_problem())
    assert preferences.take_problem() is None
    assert preferences.text("theme") == "light"  # for as long as this window lives
    assert file.read_bytes() == before
    assert names(file) == ["nngui.toml"]


def test_that_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    preferences = Preferences(tmp_path / "file" / "nngui.toml")
    preferences.put(theme="dark")
    assert "could not be kept in" in str(preferences.take_problem())


def test_that_what_cannot_be_read_at_all_is_left_as_it_is(file):
    file.mkdir(parents=True)
    (file / "somebody's").write_text("own", encoding="utf-8")
    preferences = Preferences(file)
    assert "could not be read: Is a directory" in str(preferences.take_problem())
    preferences.put(theme="dark")
    assert "could not be kept in" in str(preferences.take_problem())
    assert preferences.text("theme") == "dark"  # for as long as this window lives
    assert names(file) == ["nngui.toml"]
    assert [path.name for path in file.iterdir()] == ["somebody's"]


def test_that_a_file_that_cannot_be_read_at_the_moment_is_neither_moved_nor_written_over(
    file, monkeypatch
):
    Preferences(file).put(theme="dark", language="zh_CN")
    before = file.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(io, "open", failing(errno.EIO))
        preferences = Preferences(file)
        assert "could not be read: Input/output error" in str(preferences.take_problem())
        preferences.put(theme="light")
        assert "could not be kept" in str(preferences.take_problem())
        assert preferences.text("language", "en") == "en"
    assert file.read_bytes() == before
    preferences.put(tab="regression")  # now it can be read: what this window changed, and no more
    again = Preferences(file)
    assert [again.text(n) for n in KEYS] == ["light", "zh_CN", "regression"]
    assert names(file) == ["nngui.toml"]


def test_that_a_broken_file_that_cannot_be_set_aside_is_never_written_over(file, monkeypatch):
    write(file, "half = ")
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", failing(errno.EACCES))
        preferences = Preferences(file)
        assert "could not be read: Permission denied" in str(preferences.take_problem())
        preferences.put(theme="dark")
    assert file.read_text(encoding="utf-8") == "half = "
    assert names(file) == ["nngui.toml"]


def test_that_what_could_not_be_written_comes_along_with_the_next_change(file, monkeypatch):
    preferences = Preferences(file)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(errno.ENOSPC))
        preferences.put(theme="dark")
    Preferences(file).put(language="zh_CN")  # another window
    preferences.put(tab="regression")
    again = Preferences(file)
    assert [again.text(n) for n in KEYS] == ["dark", "zh_CN", "regression"]


def test_that_a_trouble_that_goes_on_is_said_once_and_a_new_one_again(file, monkeypatch):
    preferences = Preferences(file)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(errno.ENOSPC))
        preferences.put(theme="dark")
        assert preferences.take_problem() is not None
        preferences.put(theme="light")
        assert preferences.take_problem() is None
    preferences.put(theme="dark")
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))
    preferences.put(theme="light")
    assert preferences.take_problem() is not None


def test_that_a_list_changed_in_another_window_is_seen_after_reloading(file):
    one, other = Preferences(file), Preferences(file)
    other.put(recent=["/a"])
    one.reload()
    assert one.texts("recent") == ["/a"]


def test_that_what_is_not_to_be_kept_touches_nothing(file):
    write(file, "broken")
    preferences = Preferences(file, keep=False)
    preferences.put(theme="dark")
    assert preferences.text("theme") == "dark"
    assert preferences.take_problem() is None
    assert names(file) == ["nngui.toml"]
    assert file.read_text(encoding="utf-8") == "broken"


def test_that_a_symlinked_file_stays_one(file, tmp_path):
    real = tmp_path / "dotfiles.toml"
    real.write_text("version = 1\ntheme = 'dark'\n", encoding="utf-8")
    file.parent.mkdir()
    file.symlink_to(real)
    Preferences(file).put(tab="regression")
    assert file.is_symlink()
    assert Preferences(real).text("theme") == "dark"
    assert Preferences(real).text("tab") == "regression"


def test_that_windows_that_write_at_the_same_time_never_leave_half_a_file(file):
    def change(number):
        preferences = Preferences(file)
        for step in range(30):
            preferences.put(**{f"key{number}": f"{step}" * 2000})
        return preferences.take_problem()

    with ThreadPoolExecutor(4) as windows:
        assert list(windows.map(change, range(4))) == [None] * 4
    last = Preferences(file)
    assert last.take_problem() is None
    assert names(file) == ["nngui.toml"]
