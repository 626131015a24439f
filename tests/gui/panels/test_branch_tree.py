"""The tree of a run's lines: its order, its mouse and keys, what it offers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from nngui.gui.panels.branch_tree import BranchTree
from nngui.gui.panels.tree_view import MAX_ROWS, ROW, TreeLine, in_order
from nngui.gui.style.theme import LIGHT
from tests.gui.helpers import LEFT


def line(number, parent=None, *, now=False):
    return TreeLine(number, parent, 10 * number, 100, f"label {number}", "0.1", now)


LINES = (line(0), line(1, 0, now=True), line(2, 0), line(3, 1), line(4))


@pytest.fixture
def tree(qtbot):
    plot = QWidget()
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    found = BranchTree(plot)
    found.set_theme(LIGHT)
    with qtbot.waitExposed(plot):
        plot.show()
    return found


def test_that_each_line_stands_below_the_one_that_it_left():
    assert [one.id for one in in_order(LINES)] == [0, 1, 3, 2, 4]
    assert [one.id for one in in_order((line(7, 3), line(3)))] == [3, 7]
    assert [one.id for one in in_order((line(7, 3),))] == [7]  # what it left was let go


def test_that_a_single_line_needs_no_tree(tree):
    tree.show_lines((line(0, now=True),))
    assert not tree.isVisible()
    tree.show_lines(LINES)
    assert tree.isVisible()
    assert tree.all.text() == "5"


def test_that_lines_are_chosen_by_mouse_and_by_keys(tree):
    asked = []
    tree.switch_requested.connect(asked.append)
    tree.show_lines(LINES)
    for row in range(5):
        QTest.mouseClick(tree.tree, LEFT, pos=QPoint(20, row * ROW + ROW // 2))
    assert asked == [0, 3, 2, 4]  # not the one that goes on
    QTest.keyClick(tree.tree, Qt.Key.Key_Return)
    QTest.keyClick(tree.tree, Qt.Key.Key_Down)
    QTest.keyClick(tree.tree, Qt.Key.Key_Return)
    assert asked[4:] == [3]


def test_that_the_line_left_is_compared_with_unless_another_one_is_chosen(tree):
    asked = []
    tree.compare_requested.connect(asked.append)
    tree.show_lines(LINES)
    QTest.mouseClick(tree.compare, LEFT)
    tree.show_lines(LINES, 0)
    QTest.mouseClick(tree.compare, LEFT)
    assert asked == [0, None]
    QTest.mouseClick(tree.all, LEFT)
    menu = tree.findChild(QMenu)
    chosen = next(
        a for a in menu.actions() if a.text().startswith("Compare") and "label 3" in a.text()
    )
    chosen.trigger()
    menu.close()
    assert asked[2:] == [3]


def test_that_only_a_branch_can_be_undone(tree):
    tree.show_lines(LINES)
    assert tree.undo.isEnabled()
    tree.show_lines((line(0, now=True), line(1, 0)))
    assert not tree.undo.isEnabled()


def test_that_of_many_lines_those_around_the_one_that_goes_on_are_drawn(tree):
    many = tuple(line(n, n - 1 if n else None, now=n == 15) for n in range(20))
    tree.show_lines(many)
    shown = [one.id for one in tree.tree.rows]
    assert len(shown) == MAX_ROWS
    assert 15 in shown
