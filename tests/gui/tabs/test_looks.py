"""Themes, languages and sizes: what is there to be read can be read."""

from __future__ import annotations

import re

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAction, QColor, QPalette, QTextDocument
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTabBar,
    QTextBrowser,
    QWidget,
)

from nngui.core.spec.keys import flat
from nngui.gui.panels.card import ElidedLabel
from nngui.gui.style.theme import DARK, LIGHT
from nngui.gui.training.state import State
from tests.gui.helpers import LOADING, TASKS, dots_of, process_events, visible

POINTS = ("regression", "classification")
SIZES = [(1280, 800), (1100, 700)]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Names that are the same in every language, and what is code.
NAMES = {
    *("Net", "Net1", "Net2", "Net3"),
    "GB",
    *("Xavier", "He", "BatchNorm", "LayerNorm"),
    *("Net", "Sequential", "print", "net", "forward", "hidden", "conv"),  # Python, as it is written
    *(
        "SGD",
        "AdaGrad",
        "RMSprop",
        "Adam",
        "AdamW",
        "Adamax",
        "NAdam",
        "RAdam",
        "Nesterov",
        "ReLU",
        "Tanh",
        "Sigmoid",
        "LeakyReLU",
        "ELU",
    ),
    *(
        "GELU",
        "SiLU",
        "Softplus",
        "Identity",
        "MSE",
        "Huber",
        "CrossEntropy",
        "Alpha",
        "Beta",
        "Dropout",
        "DataLoader",
        "PyTorch",
    ),
    *("torch", "CPU", "XOR", "sin", "nngui", "English", "Loss", "Accuracy", "CSV", "PNG", "SVG"),
}


# --- Reading the screen ---------------------------------------------------------------------------


def shown_text(widget):
    """The text a widget shows, plain."""
    if isinstance(widget, QLabel):
        document = QTextDocument()
        if GuiQt.mightBeRichText(widget.text()):
            document.setHtml(widget.text())
            return document.toPlainText()
        return widget.text()
    if isinstance(widget, QAbstractButton):
        return widget.text()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return widget.text() if isinstance(widget, QLineEdit | QAbstractSpinBox) else ""


def room_for_text(widget):
    """How many pixels a widget has for its text."""
    if isinstance(widget, QComboBox):
        return widget.contentsRect().width() - 8 - 20  # its padding and its arrow
    if isinstance(widget, QAbstractSpinBox):
        line = widget.lineEdit()
        return line.contentsRect().width() - line.textMargins().left() - 2
    return widget.contentsRect().width()


def clipped(window):
    """What is on the screen, but not whole: a line each."""
    found = []
    kinds = (QLabel, QAbstractButton, QComboBox, QAbstractSpinBox)
    for widget in window.findChildren(QWidget):
        text = shown_text(widget) if isinstance(widget, kinds) else ""
        if not text.strip() or not widget.isVisible() or getattr(widget, "wordWrap", bool)():
            continue
        if isinstance(widget, ElidedLabel):
            continue  # ends in … where there is little room
        needed = widget.fontMetrics().horizontalAdvance(text.replace("&", ""))
        if needed > room_for_text(widget):
            found.append(f"{text!r} needs {needed} of {room_for_text(widget)}")
        squeezed = widget.width() < widget.minimumSizeHint().width()
        if isinstance(widget, QAbstractButton) and squeezed:
            found.append(f"{text!r} is squeezed")
        if not scrolled(widget) and not inside(widget, window):
            found.append(f"{text!r} lies outside")
    for bar in window.findChildren(QTabBar):
        if bar.isVisible():
            wide = sum(bar.tabRect(index).width() for index in range(bar.count()))
            if wide > bar.width():
                found.append(f"tabs {[bar.tabText(i) for i in range(bar.count())]} do not fit")
    return found


def scrolled(widget):
    """Whether it lies in something that can be scrolled."""
    areas = widget.window().tab.findChildren(QScrollArea)
    return any(area.isAncestorOf(widget) for area in areas)


def inside(widget, window):
    place = widget.mapTo(window, widget.rect().topLeft())
    return window.rect().contains(QRect(place, widget.size()))


# --- Sizes ----------------------------------------------------------------------------------------


def train_a_little(user):
    """Train the open tab for some steps, whatever it is, and stop."""
    user.wait_until(lambda: user.tab.run.state is State.READY, LOADING)
    user.go_fast()
    user.tab.run.train()
    run = user.tab.run
    user.wait_until(lambda: run.state is State.ENDED or run.steps_done >= 100)
    run.pause()
    user.wait_until(lambda: run.state in (State.ENDED, State.PAUSED))
    process_events()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_that_nothing_is_clipped_at_usual_sizes(open_window, language):
    user = open_window(language=language)
    problems = []
    for task in TASKS:
        user.window.open_task(task)
        user.window.wake()
        train_a_little(user)
        for size in SIZES:
            user.window.resize(*size)
            process_events()
            assert user.window.size().toTuple() == size
            problems += [f"{task} {size}: {line}" for line in clipped(user.window)]
            form = user.tab.form
            if form.widget().width() > form.viewport().width():
                problems.append(f"{task} {size}: the form is cut off on the right")
    assert problems == []


def test_that_the_right_column_folds_away_in_a_narrow_window(open_window):
    user = open_window()
    for width, there in ((1280, True), (1000, False), (1101, True)):
        user.window.resize(width, 700)
        process_events()
        assert user.tab.side.isVisible() == there
    user.press(Qt.Key.Key_F9)
    assert not user.tab.side.isVisible()
    user.open_tab("Classification")
    assert not user.tab.side.isVisible()
    user.press(Qt.Key.Key_F9)
    assert user.tab.side.isVisible()


# --- Languages ------------------------------------------------------------------------------------


def texts_of(window):
    """Everything that can be read in a window, its menus and its tooltips."""
    for widget in window.findChildren(QWidget):
        if widget.objectName().startswith("qt_") or isinstance(widget, QTextBrowser):
            continue
        yield shown_text(widget)
        yield widget.accessibleName()
        yield from widget.toolTip().splitlines()
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(index) for index in range(widget.count()))
        if isinstance(widget, QLineEdit):
            yield widget.placeholderText()
        if isinstance(widget, QTabBar):
            yield from (widget.tabText(index) for index in range(widget.count()))
    yield from (action.text() for action in window.findChildren(QAction))


def is_foreign(text):
    """Whether a text has English words in it that are no names, and nothing Chinese."""
    words = re.findall(r"[A-Za-z]{2,}", re.sub(r"[a-z_0-9]+\.[a-z_0-9.]+", "", text))
    return not CHINESE.search(text) and not set(words) <= NAMES


def test_that_a_chinese_window_has_no_english_left_in_it(open_window):
    user = open_window(language="zh_CN")
    for task in TASKS:
        user.window.open_task(task)
        user.window.wake()
        user.wait_until(lambda: user.tab.run.state is State.READY, LOADING)
        if task in POINTS:
            user.enter("schedule.validation", "0.3")
            user.enter("schedule.batch_size", "20")
        train_a_little(user)
        keys = {key for task in TASKS.values() for key in flat(task.spec)}  # in the tooltips
        assert {text for text in texts_of(user.window) if is_foreign(text)} - keys == set()
        if task in POINTS:
            user.enter("network.hidden", "0")
            assert CHINESE.search(user.banner)
            user.enter("network.hidden", "10")
    assert CHINESE.search(user.tab.side.lesson.toPlainText())
    user.trigger(user.window.actions_.about)
    _, text = user.close_message()
    assert CHINESE.search(text)


def test_that_another_language_comes_with_the_next_start(open_window, monkeypatch):
    user = open_window()
    chinese = user.window.actions_.languages.actions()[1]
    assert chinese.text() == "简体中文"
    user.trigger(chinese)
    assert user.banner == "语言将在下次启动时更改。"
    assert user.train_button == "Train"
    user.window.close()
    again = open_window(language=None)
    assert CHINESE.search(again.train_button)
    assert CHINESE.search(again.tab.side.lesson.toPlainText())
    english = again.window.actions_.languages.actions()[0]
    again.trigger(english)
    assert again.banner == "The language changes at the next start."
    assert english.isChecked()


# --- Themes ---------------------------------------------------------------------------------------


def ground(user):
    return user.window.grab().toImage().pixelColor(3, 3)


def test_that_the_theme_changes_at_once_and_is_remembered(open_window):
    user = open_window()
    user.window.wake()
    user.wait_until_ready()
    user.train_to_the_end()
    system, light, dark = user.window.actions_.themes.actions()
    for action, colours in ((dark, DARK), (light, LIGHT), (dark, DARK)):
        user.trigger(action)
        process_events()
        palette = QApplication.palette()
        assert palette.color(QPalette.ColorRole.Window) == QColor(colours.window)
        assert ground(user) == QColor(colours.window)
        curve = visible(user.view, pg.PlotCurveItem)[0]
        assert curve.opts["pen"].color() == QColor(colours.curve)
        assert dots_of(user.view).opts["brush"].color() == QColor(colours.points)
        losses = visible(user.tab.loss_plot, pg.PlotCurveItem)[0]
        assert losses.opts["pen"].color() == QColor(colours.loss)
        assert user.view.backgroundBrush().color() == QColor(colours.surface)
        assert [a for a in (system, light, dark) if a.isChecked()] == [action]
    user.open_tab("Classification")
    assert user.view.backgroundBrush().color() == QColor(DARK.surface)
    user.window.close()
    again = open_window(theme=None)
    assert again.view.backgroundBrush().color() == QColor(DARK.surface)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_that_text_stands_out_from_its_ground(colours):
    for text, grounds in {
        colours.text: (colours.window, colours.surface, colours.raised, colours.code_ground),
        colours.muted: (colours.window, colours.surface),
        colours.on_accent: (colours.accent,),
        colours.curve: (colours.surface,),  # the large figure above the plot
    }.items():
        for ground in grounds:
            # WCAG 2.1, success criterion 1.4.3: 4.5, and 3 for large text.
            least = 3 if text == colours.curve else 4.5
            assert contrast(text, ground) >= least, (text, ground)


def contrast(one, other):
    """WCAG 2.1's contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(name):
    def linear(part):
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue, _ = QColor(name).getRgbF()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


# --- What is remembered ---------------------------------------------------------------------------


def test_that_the_window_comes_back_in_its_size(open_window):
    size = (900, 650)  # Qt keeps what comes back within the screen, offscreen a small one
    user = open_window(size=size)
    user.window.close()
    again = open_window()
    assert again.window.size().toTuple() == size


def test_that_a_wheel_over_the_form_scrolls_it_and_changes_no_setting(user):
    before = user.code
    user.window.resize(1280, 560)
    process_events()
    bar = user.tab.form.verticalScrollBar()
    slider = user.tab.form.fields["optimizer.lr"].slider
    keys = ("data.points", "data.noise", "network.activation", "optimizer.lr")
    for control in (*map(user.field, keys), slider):
        bar.setValue(0)
        user.tab.form.ensureWidgetVisible(control)
        place = bar.value()
        wheel_over(control)
        assert bar.value() > place
        assert user.code == before
    bar.setValue(0)
    user.field("data.points").setFocus()
    wheel_over(user.field("data.points"))
    assert user.shows("data.points") == "90"


def wheel_over(widget):
    """Turn the mouse wheel a notch, over a widget that need not have the focus."""
    window = widget.window()
    place = QPointF(widget.mapTo(window, widget.rect().center()))
    QTest.wheelEvent(window.windowHandle(), place, QPoint(0, -120))
    process_events()
