"""What a user left is there at the next start."""

from __future__ import annotations

from nngui.core.folders import data_folder
from nngui.gui.training.state import State
from tests.gui.helpers import LOADING


def again(open_window, user):
    user.window.close()
    return open_window()


def test_that_the_settings_of_each_tab_come_back(open_window):
    user = open_window()
    user.enter("optimizer.lr", "0.123")
    user.open_tab("Classification")
    user.choose("data.kind", "Moons")
    user.enter("network.hidden", "7, 5")
    later = again(open_window, user)
    assert later.tab.task.name == "classification"
    assert later.shows("data.kind") == "Moons"
    assert later.shows("network.hidden") == "7, 5"
    assert later.tab.presets.button.text() == "Own settings"
    assert not later.window.actions_.undo.isEnabled(), "the past begins with this session"
    later.window.wake()
    later.wait_until(lambda: later.tab.run.state is State.READY, LOADING)
    assert "moons" in later.code
    later.open_tab("Regression")
    assert later.shows("optimizer.lr") == "0.123"
    later.trigger(later.window.actions_.new)
    last = again(open_window, later)
    assert last.shows("optimizer.lr") == "0.2"
    assert [file.name for file in (data_folder() / "session").iterdir()] == [
        "classification.nngui.toml"
    ]


def test_that_settings_that_cannot_be_read_any_more_are_left_out(open_window):
    user = open_window()
    user.enter("optimizer.lr", "0.123")
    user.window.close()
    file = data_folder() / "session" / "regression.nngui.toml"
    for text in ("no toml [", "[optimizer]\nlr = -5\n", '[network]\nunheard = "of"\n'):
        file.write_text(text)
        later = open_window()
        assert later.shows("optimizer.lr") == "0.2"
        later.window.wake()
        later.wait_until(lambda later=later: later.tab.run.state is State.READY, LOADING)
        later.window.close()


def test_that_a_task_named_in_the_command_line_begins_as_in_the_tutorial(open_window):
    user = open_window()
    user.enter("optimizer.lr", "0.123")
    user.window.close()
    later = open_window(built=False, shown=False)
    later.window.session.forget("regression")
    assert later.shows("optimizer.lr") == "0.2"
    later.window.close()
    last = open_window()
    assert last.shows("optimizer.lr") == "0.123", "what the user had left is not lost by that"
