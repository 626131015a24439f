"""What reading a file may take is chosen in a menu, holds at once, and is remembered."""

from __future__ import annotations

import pytest

from nngui.files.memory import MAX_BYTES, memory_limit, prefer_memory_limit
from nngui.gui.settings import WindowSettings


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    monkeypatch.delenv("NNGUI_MEMORY_LIMIT", raising=False)
    yield
    prefer_memory_limit(None)


def ticked(user):
    return [a.text() for a in user.window.actions_.memory_limits.actions() if a.isChecked()]


def test_that_the_limit_holds_at_once_and_is_there_at_the_next_start(open_window):
    user = open_window()
    actions = user.window.actions_.memory_limits.actions()
    assert ticked(user) == ["Half of the free memory, 8 GB at most"]
    user.trigger(next(action for action in actions if action.text() == "2 GB"))
    assert memory_limit() == 2 * 10**9
    assert user.banner == (
        "Reading a file takes half of the free memory at most, and never more than 2 GB."
    )
    assert WindowSettings().memory_limit == 2 * 10**9
    user.trigger(actions[0])
    assert memory_limit() == MAX_BYTES
    assert WindowSettings().memory_limit is None


def test_that_a_limit_written_by_hand_is_in_the_menu(open_window):
    WindowSettings().memory_limit_text = "500MB"
    assert ticked(open_window()) == ["500MB"]
