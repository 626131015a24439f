"""The right column: the code of exactly these settings, and the lesson."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QToolButton

from nngui.core.script import script
from nngui.gui.style.resources import lesson
from tests.gui.helpers import CTRL, SHIFT, TASKS, process_events, spec_of


def clipboard():
    return QApplication.clipboard().text()


@pytest.fixture(autouse=True)
def _empty_clipboard(qapp):
    QApplication.clipboard().clear()


def test_that_the_code_is_that_of_the_form_before_torch_is_there(open_window):
    user = open_window()
    assert user.code == script(TASKS["regression"], spec_of("regression"))
    user.enter("optimizer.lr", "0.1")
    user.enter("schedule.batch_size", "20")
    changed = {"optimizer.lr": 0.1, "schedule.batch_size": 20}
    assert user.code == script(TASKS["regression"], spec_of("regression", changed))
    assert "DataLoader(" in user.code


def test_that_copy_puts_the_code_into_the_clipboard(open_window):
    user = open_window()
    user.click("Copy the code")
    assert clipboard() == user.code
    assert user.banner == "The code is in the clipboard."
    QApplication.clipboard().clear()
    user.press(Qt.Key.Key_C, CTRL | SHIFT)
    assert clipboard() == user.code


def test_that_the_code_is_coloured_and_cannot_be_edited(open_window):
    user = open_window()
    editor = user.tab.side.code.editor
    assert editor.isReadOnly()
    process_events()
    block = next(b for b in blocks(editor.document()) if b.text() == "import torch")
    colours = {part.format.foreground().color().name() for part in block.layout().formats()}
    assert len(colours) >= 2
    user.trigger(user.window.actions_.themes.actions()[2])
    process_events()
    block = next(b for b in blocks(editor.document()) if b.text() == "import torch")
    dark = {part.format.foreground().color().name() for part in block.layout().formats()}
    assert dark != colours
    assert max(QColor(name).lightness() for name in dark) > 128


def blocks(document):
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def test_that_an_edit_keeps_the_place_in_the_code(user):
    editor = user.tab.side.code.editor
    user.window.resize(1280, 600)
    process_events()
    bar = editor.verticalScrollBar()
    bar.setValue(bar.maximum())
    place = bar.value()
    assert place > 0
    user.enter("optimizer.lr", "0.1")
    assert bar.value() == place


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_that_the_lesson_is_shown_in_the_users_language(open_window, task, language):
    user = open_window(language=language)
    user.window.open_task(task)
    panel = user.tab.side
    assert not panel.lesson.isVisible()
    user.open_tab("Lesson" if language == "en" else panel.bar.tabText(1))
    assert panel.lesson.isVisible()
    assert not panel.code.isVisible()
    buttons = [b for b in panel.findChildren(QToolButton) if b.isVisible()]
    assert not buttons, "Copy and Save belong to the code"
    heading = lesson(task, language).splitlines()[0].lstrip("# ")
    text = panel.lesson.toPlainText()
    assert text.startswith(heading)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in text) == (language == "zh_CN")
    assert "#" not in text.splitlines()[0]
    assert "**" not in text
    assert panel.lesson.verticalScrollBar().value() == 0
    assert not panel.lesson.horizontalScrollBar().isVisible()
