"""For everybody: names for assistive technology, all by keyboard, nothing cut off or on top."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QSplitterHandle,
    QStackedWidget,
    QWidget,
)

from nngui.gui.panels.banner import Banner
from nngui.gui.panels.card import ElidedLabel
from nngui.gui.training.state import State
from tests.gui.helpers import LOADING, TASKS, process_events
from tests.gui.tabs.test_looks import clipped, train_a_little

SIZES = ((1280, 800), (1920, 1080))
CONTROLS = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QAbstractSlider)
CHAIN = 400  # more controls than any tab has


def is_inner(widget):
    """Whether it is a part of another control, or of Qt's own."""
    inside = widget.parent()
    while inside is not None:
        if isinstance(inside, QAbstractSpinBox | QComboBox | QAbstractItemView):
            return True
        inside = inside.parent()
    return widget.objectName().startswith("qt_") or isinstance(widget, QScrollBar)


def is_other_choice(control):
    """Whether it stands in a group: Tab goes to one of these, the arrow keys to the others."""
    if not isinstance(control, QAbstractButton) or control.isChecked():
        return False
    group = control.group()
    if group is None:
        return control.autoExclusive()
    return (group.checkedButton() or group.buttons()[0]) is not control


def nameless(window):
    """The visible controls that a screen reader could say nothing of, a line each."""
    found = []
    for widget in window.findChildren(QWidget):
        parent = widget.parent()
        if isinstance(parent, QAbstractScrollArea) and widget is parent.viewport():
            widget = parent  # its name is that of what it shows
        if not widget.isVisible() or is_inner(widget):
            continue
        reached = isinstance(widget, CONTROLS) or (widget.focusPolicy() != Qt.FocusPolicy.NoFocus)
        words = widget.accessibleName() or getattr(widget, "text", str)()
        if reached and not (words and any(letter.isalnum() for letter in words)):
            found.append(
                f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent())}"
            )
    return found


def elided(window):
    """The texts that end in dots for want of room, a line each."""
    labels = [label for label in window.findChildren(ElidedLabel) if label.isVisible()]
    return [
        f"{label.text()!r} → {label.shown!r}" for label in labels if label.shown != label.text()
    ]


def overlapping(window):
    """Pairs of neighbours that cover each other, a line each."""
    found = []
    for parent in window.findChildren(QWidget):
        if not parent.isVisible() or isinstance(parent, QAbstractScrollArea | QStackedWidget):
            continue
        children = [
            child
            for child in parent.children()
            if isinstance(child, QWidget)
            and child.isVisible()
            and not child.isWindow()
            and not isinstance(child, Banner | QSplitterHandle)
        ]
        if isinstance(parent, QAbstractSpinBox | QComboBox | QLineEdit) or parent.layout() is None:
            continue
        for one, other in combinations(children, 2):
            both = one.geometry().intersected(other.geometry())
            if both.width() > 1 and both.height() > 1:
                found.append(f"{one} covers {other}")
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_that_nothing_is_cut_off_covered_or_nameless_in_any_tab(open_window, language, theme):
    user = open_window(language=language, theme=theme)
    problems = []
    for task in TASKS:
        user.window.open_task(task)
        user.window.wake()
        train_a_little(user)
        for size in SIZES:
            user.window.resize(*size)
            process_events()
            for look in (clipped, elided, overlapping, nameless):
                problems += [f"{task} {size}: {line}" for line in look(user.window)]
    assert sorted(set(problems)) == []


def test_that_tab_goes_through_every_control_of_every_tab(open_window):
    user = open_window()
    for task in TASKS:
        user.window.open_task(task)
        user.window.wake()
        user.wait_until(lambda: user.tab.run.state is State.READY, LOADING)
        process_events()
        wanted = {
            control
            for control in user.window.findChildren(QWidget)
            if isinstance(control, CONTROLS)
            and control.isVisible()
            and control.isEnabled()
            and not is_inner(control)
            and control.focusPolicy() & Qt.FocusPolicy.TabFocus
            and not is_other_choice(control)
        }
        assert len(wanted) > 15
        user.window.toolbar.train.setFocus()
        seen = []
        for _ in range(CHAIN):
            focused = QApplication.focusWidget()
            seen.append(focused)
            assert focused.isVisible()
            QTest.keyClick(focused, Qt.Key.Key_Tab)
            if QApplication.focusWidget() is seen[0]:
                break
        missed = [
            f"{type(c).__name__} {c.accessibleName() or c.text()}" for c in wanted - set(seen)
        ]
        assert missed == [], task


def test_that_the_focus_can_be_seen(user):
    """A control that has the focus is drawn in another way than one that has not."""
    toolbar, form = user.window.toolbar, user.tab.form
    controls = (toolbar.train, toolbar.step, toolbar.turbo, user.tab.loss_card.log_button)
    fields = ("data.points", "network.activation", "optimizer.lr", "network.hidden")
    user.window.activateWindow()
    user.wait_until(user.window.isActiveWindow)
    for control in (*controls, *map(user.field, fields)):
        pictures = []
        for focused in (form, control):
            focused.setFocus(Qt.FocusReason.TabFocusReason)
            process_events()
            pictures.append(frame_of(control))
        assert pictures[0] != pictures[1], control.accessibleName() or control.text()


def frame_of(control):
    """A control's picture without its text, in which a cursor may blink."""
    image = control.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    edge = QRect(0, 0, image.width(), 3)
    return image.copy(edge)


def test_that_what_colour_says_is_said_by_a_mark_too():
    """Classes, racers and lines differ in marker or dash, whatever their colour."""
    from nngui.gui.plots.kit.racers import racers
    from nngui.gui.plots.loss_plot import line_styles
    from nngui.gui.style.theme import LIGHT, MARKERS, OKABE_ITO

    assert len(set(MARKERS)) == len(MARKERS) >= len(OKABE_ITO)
    names = list(TASKS["optimizers"].spec.race.optimizers)
    assert len({(racer.marker, racer.dash) for racer in racers(names)}) == len(names)
    styles = [style.style for style in line_styles(("loss", "val_loss"), LIGHT).values()]
    assert len(set(styles)) == 2
