"""The banner: questions wait for each other, and none is lost."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget

from nngui.gui.panels.banner import Banner


@pytest.fixture
def banner(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(800, 400)
    banner = Banner(parent)
    parent.show()
    return banner


def answers(banner, *texts):
    return tuple(QAction(text, banner) for text in texts)


def press(banner, text):
    [button] = [
        b for b in banner.findChildren(QPushButton) if b.text() == text and b.isVisibleTo(banner)
    ]
    button.click()


def test_that_a_question_that_made_room_for_another_comes_back(banner, qtbot):
    banner.say("info", "First?", answers(banner, "yes"))
    banner.say("error", "Second?", answers(banner, "go on", "details"))
    assert banner.text.text() == "Second?"
    press(banner, "go on")
    qtbot.waitUntil(lambda: banner.isVisible() and banner.text.text() == "First?")
    press(banner, "yes")
    qtbot.waitUntil(lambda: not banner.isVisible())
    assert not banner.is_asking


def test_that_a_question_that_waits_can_be_withdrawn(banner, qtbot):
    first, second = answers(banner, "yes"), answers(banner, "go on")
    banner.say("info", "First?", first)
    banner.say("error", "Second?", second)
    banner.withdraw(first[0])
    banner.withdraw(second[0])
    qtbot.waitUntil(lambda: not banner.isVisible())
    assert not banner.is_asking


def test_that_a_question_that_need_not_be_answered_can_be_closed(banner, qtbot):
    banner.say("error", "Second?", answers(banner, "a", "b", "c"), closable=True)
    [close] = [one for one in banner.children() if one.metaObject().className() == "QToolButton"]
    assert close.isVisible()
    close.click()
    assert not banner.isVisible()
    assert not banner.is_asking


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_that_the_banner_is_as_high_as_its_sentence_and_its_answers(banner, count):
    banner.say("error", "A word, and many more. " * 12, answers(banner, *"abcd"[:count]))
    banner.layout().activate()
    assert banner.height() >= banner.layout().heightForWidth(banner.width())
    buttons = [b for b in banner.findChildren(QPushButton) if b.isVisibleTo(banner)]
    assert len(buttons) == count
    for button in buttons:
        assert button.geometry().bottom() < banner.height()
        assert button.height() >= button.sizeHint().height()


@pytest.mark.parametrize("count", range(5))
def test_that_a_sentence_has_the_room_that_the_answers_leave(banner, count):
    banner.say(
        "warning",
        "A sentence as long as those are that say why. " * 3,
        answers(banner, *"abcd"[:count]),
    )
    beside = [b for b in banner.findChildren(QPushButton) if b.isVisible() and count <= 2]
    taken = sum(button.width() + 8 for button in beside)
    assert banner.text.width() > banner.width() - taken - 80
