"""What a window remembers: where it was, how it was divided, which files were used."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from nngui.gui.settings import WindowSettings


def settings_file():
    return Path(os.environ["NNGUI_CONFIG_DIR"]) / "nngui.toml"


def failing(*_arguments, **_options):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def recent_menu(user):
    """What the menu lists, and whether it can be chosen."""
    menu = user.window.actions_.recent
    menu.aboutToShow.emit()
    return [(a.text(), a.isEnabled()) for a in menu.actions() if not a.isSeparator()]


# --- The window -----------------------------------------------------------------------------------


def test_that_the_next_start_has_the_window_where_it_was(open_window):
    someone = open_window(size=(900, 580))
    someone.window.move(0, 70)  # as wide as may be: the screen here is a small one
    someone.window.close()
    again = open_window()
    assert again.window.pos().toTuple() == (0, 70)
    assert again.window.size().toTuple() == (900, 580)
    again.window.move(3000, 2000)  # on a second screen that is not there at the next start
    again.window.close()
    moved = open_window().window
    assert moved.screen().availableGeometry().contains(moved.pos())
    assert moved.geometry().bottom() <= moved.screen().availableGeometry().bottom() + 4
    assert moved.size().toTuple() == (900, 580)


def test_that_a_window_that_was_maximized_is_so_again_and_goes_back_to_its_size(open_window):
    someone = open_window(size=(900, 600))
    someone.window.showMaximized()
    someone.wait_until(someone.window.isMaximized)
    someone.window.close()
    again = open_window()
    assert again.window.isMaximized()
    again.window.showNormal()
    again.wait_until(lambda: again.window.size().toTuple() == (900, 600))


def test_that_a_hidden_side_keeps_its_width_for_the_next_start(open_window):
    someone = open_window(size=(1300, 700))
    someone.tab.across.setSizes([300, 500, 500])
    sizes = someone.tab.across.sizes()
    someone.window.close()
    hidden = open_window(size=(1300, 700))
    hidden.trigger(hidden.window.actions_.side)
    hidden.wait_until(lambda: hidden.tab.across.sizes()[2] == 0)
    hidden.window.close()
    again = open_window(size=(1300, 700))
    assert again.tab.across.sizes() == sizes


def test_that_a_window_closed_on_a_full_disk_leaves_the_old_file_and_a_line_in_the_log(
    open_window, monkeypatch
):
    open_window(size=(900, 600)).window.close()
    before = settings_file().read_bytes()
    someone = open_window(size=(1000, 600))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        someone.window.close()
    assert settings_file().read_bytes() == before
    log = Path(os.environ["NNGUI_DATA_DIR"]) / "nngui.log"
    assert "No space left on device" in log.read_text(encoding="utf-8")


def test_that_a_window_that_remembers_nothing_touches_nothing():
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text("broken", encoding="utf-8")
    settings = WindowSettings(remember=False)
    settings.theme = "dark"
    settings.add_recent(Path("/a.pkl"))
    assert settings.theme == "dark"
    assert settings.take_problem() is None
    assert settings_file().read_text(encoding="utf-8") == "broken"
    assert [path.name for path in settings_file().parent.iterdir()] == ["nngui.toml"]


# --- The language ---------------------------------------------------------------------------------


def test_that_the_language_is_the_chosen_one_then_the_variables_then_the_systems(monkeypatch):
    monkeypatch.delenv("NNGUI_LANG", raising=False)
    settings = WindowSettings()
    assert settings.language == ""
    monkeypatch.setenv("NNGUI_LANG", "tlh")
    assert settings.language == ""
    monkeypatch.setenv("NNGUI_LANG", "zh_CN")
    assert settings.language == "zh_CN"
    settings.language = "tlh"
    assert WindowSettings().language == "zh_CN"
    settings.language = "en"
    assert WindowSettings().language == "en"


# --- Recent files ---------------------------------------------------------------------------------


def test_that_recent_files_are_the_ten_newest_each_once_and_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = WindowSettings()
    for name in [*"abcdefghijkl", "网 🎓", "c"]:
        settings.add_recent(Path(name))
    wanted = [tmp_path / name for name in ["c", "网 🎓", *"lkjihgfe"]]
    assert settings.recent_files == wanted
    assert WindowSettings().recent_files == wanted
    settings.clear_recent()
    assert settings.recent_files == WindowSettings().recent_files == []


def test_that_two_windows_keep_one_list():
    one, other = WindowSettings(), WindowSettings()
    one.add_recent(Path("/a"))
    other.add_recent(Path("/b"))
    one.add_recent(Path("/c"))
    assert one.recent_files == other.recent_files == [Path("/c"), Path("/b"), Path("/a")]


def test_that_damaged_entries_are_left_out():
    settings_file().parent.mkdir(parents=True)
    text = "version = 1\nrecent = ['/a', 'relative', '', 3, '/a', ['/b'], '/c']\n"
    settings_file().write_text(text, encoding="utf-8")
    assert WindowSettings().recent_files == [Path("/a"), Path("/c")]


@pytest.mark.skipif(os.name != "posix", reason="elsewhere names are text")
def test_that_a_name_that_is_no_text_is_not_listed_and_harms_nothing():
    settings = WindowSettings()
    settings.add_recent(Path("/a"))
    settings.add_recent(Path(os.fsdecode(b"/\xff.pkl")))
    assert settings.take_problem() is None
    assert WindowSettings().recent_files == [Path("/a")]


def test_that_the_menu_lists_them_and_greys_what_has_gone(open_window, tmp_path):
    (tmp_path / "here.toml").write_text("", encoding="utf-8")
    settings = WindowSettings()
    for name in ("gone.pkl", "x" * 300, "here.toml"):  # the second is too long for any file
        settings.add_recent(tmp_path / name)
    user = open_window()
    shown = [("&1 here.toml", True), (f"&2 {'x' * 300}", False), ("&3 gone.pkl", False)]
    assert recent_menu(user) == [*shown, ("&Clear the list", True)]
    user.window.actions_.recent.actions()[-1].trigger()
    assert not user.window.actions_.recent.isEnabled()
    assert WindowSettings().recent_files == []


def test_that_the_menu_lists_what_another_window_opened(open_window):
    one, other = open_window(), open_window()
    other.window.recent.add(Path("/other.pkl"))
    assert recent_menu(one)[0] == ("&1 other.pkl", False)


def test_that_a_saved_file_whose_place_cannot_be_remembered_is_a_word(
    open_window, tmp_path, monkeypatch
):
    config = tmp_path / "in the way" / "config"
    config.parent.write_text("a file", encoding="utf-8")
    monkeypatch.setenv("NNGUI_CONFIG_DIR", str(config))
    user = open_window()
    path = tmp_path / "s.toml"
    user.trigger(user.window.actions_.save)
    user.choose_file(path)
    user.wait_for_banner("could not be kept in")
    assert path.exists()
    assert [text for text, _ in recent_menu(user)] == ["&1 s.toml", "&Clear the list"]


def test_that_the_languages_of_the_menu_are_those_that_can_be_remembered(open_window):
    user = open_window()
    for action in user.window.actions_.languages.actions():
        user.trigger(action)
        assert WindowSettings().language == action.data()
