"""What is remembered from one start to the next is whole, or set aside, never lost in silence."""

from __future__ import annotations

import errno
import os

import pytest
import tomli_w

from nngui.files.preferences import Preferences


@pytest.fixture
def file(tmp_path):
    return tmp_path / "设置 🎓" / "nngui.toml"


def names(file):
    return sorted(path.name for path in file.parent.iterdir())


def write(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


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
    assert [again.text(n) for n in ("theme", "language", "tab")] == ["dark", "zh_CN", "regression"]


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
    assert preferences.text("tab") == "classification"
    assert preferences.take_problem() is None


def test_that_a_full_disk_is_said_once_and_the_old_file_stays(file, monkeypatch):
    preferences = Preferences(file)
    preferences.put(theme="dark")
    before = file.read_bytes()

    def full(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
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


def test_that_a_folder_in_the_files_place_is_set_aside(file):
    file.mkdir(parents=True)
    preferences = Preferences(file)
    assert "set aside as nngui.toml.broken" in str(preferences.take_problem())
    preferences.put(theme="dark")
    assert Preferences(file).text("theme") == "dark"
