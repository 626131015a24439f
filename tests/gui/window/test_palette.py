"""Everything there is to do, found by typing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nngui.gui.window.palette import Palette
from tests.gui.helpers import process_events

KEY = Qt.Key


@pytest.fixture
def someone(open_window):
    user = open_window()
    user.window.wake()
    user.wait_until_ready()
    return user


def palette_of(user, typed=""):
    QTest.keyClick(
        user.window,
        KEY.Key_P,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    user.wait_until(lambda: user.dialogs(Palette))
    (palette,) = user.dialogs(Palette)
    QTest.keyClicks(palette.line, typed)
    return palette


def entries(palette):
    return [palette.list.item(row).text() for row in range(palette.list.count())]


def current(palette):
    return palette.list.currentItem().text()


def test_that_all_actions_tabs_and_settings_are_there_with_their_keys(someone):
    found = entries(palette_of(someone))
    assert "Train → Train or pause    Space" in found
    assert "View → Theme → Dark" in found
    assert "Tab: Optimizer race" in found
    assert "Setting: Learning rate" in found
    for action in someone.window.actions_.children():
        words = getattr(action, "text", str)().replace("&", "").rstrip("…")
        assert any(words in text for text in found)


def test_that_a_tab_is_opened_by_some_letters(someone):
    palette = palette_of(someone, "race")
    assert current(palette) == "Tab: Optimizer race"
    QTest.keyClick(palette.line, KEY.Key_Return)
    someone.wait_until(lambda: someone.tab.task.name == "optimizers")
    assert not someone.dialogs(Palette)


def test_that_a_setting_gets_the_keys(someone):
    palette = palette_of(someone, "learning rate sett")
    assert current(palette) == "Setting: Learning rate"
    QTest.keyClick(palette.line, KEY.Key_Return)
    field = someone.field("optimizer.lr")
    someone.window.activateWindow()
    someone.wait_until(lambda: field.hasFocus())


def test_that_letters_with_others_between_them_match_and_keys_choose(someone):
    palette = palette_of(someone, "drk")
    assert current(palette) == "View → Theme → Dark"
    palette.line.clear()
    QTest.keyClicks(palette.line, "theme")
    first = current(palette)
    QTest.keyClick(palette.line, KEY.Key_Down)
    assert current(palette) != first
    while current(palette) != "View → Theme → Dark":
        QTest.keyClick(palette.line, KEY.Key_Down)
    QTest.keyClick(palette.line, KEY.Key_Return)
    someone.wait_until(lambda: someone.window.appearance.theme == "dark")


def test_that_nothing_is_done_where_nothing_matches_or_it_is_left(someone):
    before = someone.tab
    palette = palette_of(someone, "xyzzy")
    assert entries(palette) == []
    assert palette.nothing.isVisible()
    QTest.keyClick(palette.line, KEY.Key_Return)
    assert palette.isVisible()
    QTest.keyClick(palette.line, KEY.Key_Escape)
    process_events()
    assert not someone.dialogs(Palette)
    assert someone.tab is before


def test_that_in_chinese_english_words_are_found_too(open_window):
    user = open_window(language="zh_CN")
    palette = palette_of(user, "learning rate")
    assert any("学习率" in text for text in entries(palette))
    palette.line.clear()
    QTest.keyClicks(palette.line, "open images")
    assert "打开图像" in current(palette)
    palette.line.clear()
    palette.line.setText("竞赛")
    assert "优化器竞赛" in current(palette)
