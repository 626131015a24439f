"""Points placed, moved and removed with the mouse, while nothing trains and in mid-run."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nngui.core.spec.toml import with_settings
from nngui.files.tables.training_data import settings_for_table
from tests.gui.helpers import CTRL, LEFT, RIGHT

NEAR = 0.02  # a pixel is less than that, in the plot's coordinates


@pytest.fixture
def few(user):
    """Somebody before a plot with three points, placed by hand: on the left, below, right."""
    user.enter("data.points", "3")
    user.wait_until_ready()
    user.choose("data.kind", "By hand")
    user.wait_until_ready()
    return user


def has(user, x, y):
    return bool((np.abs(user.points_drawn - (x, y)).max(axis=1) < NEAR).any())


# --- Adding, moving, removing -------------------------------------------------------------------


def test_that_a_click_adds_a_point_to_those_that_are_there(user):
    user.click_plot(0.2, 0.8)
    assert len(user.points_drawn) == 101
    assert has(user, 0.2, 0.8)
    assert user.shows("data.kind") == "By hand"
    assert user.shows("data.placed") == "101"
    assert "points = torch.tensor(" in user.code
    user.wait_until(lambda: user.tab.subtitle.text().startswith("101 points"))


def test_that_points_by_hand_in_place_of_a_table_get_a_network_of_their_own(user):
    run = user.tab.run
    by_hand = with_settings(
        run.spec, {"data.kind": "hand", "data.placed": [[0.0, 1.0], [1.0, 0.0]]}
    )
    run.apply(settings_for_table(run.spec, "example:diabetes"))
    user.wait_until_ready()
    user.click("Step")
    user.wait_until(lambda: user.step == 1)
    run.apply(by_hand, keep_network=True)
    user.wait_for_banner("need a new start")
    user.wait_until(lambda: user.step == 0)
    user.click("Step")
    user.wait_until(lambda: user.step == 1)
    assert "fail" not in user.banner


def test_that_a_right_click_and_a_click_with_ctrl_remove_a_point(few):
    few.click_plot(0, 0.8)
    few.click_plot(0.5, 0.8)
    assert len(few.points_drawn) == 5
    few.click_plot(0, 0.8, RIGHT)
    assert len(few.points_drawn) == 4
    assert not has(few, 0, 0.8)
    few.click_plot(0.5, 0.8, LEFT, CTRL)
    assert not has(few, 0.5, 0.8)
    assert few.shows("data.placed") == "3"


def test_that_a_click_on_a_point_or_a_right_click_beside_them_changes_nothing(few):
    few.click_plot(0, 0.8)
    few.click_plot(0, 0.8)
    few.click_plot(0.3, 0.6, RIGHT)
    few.click_plot(0.3, 0.6, LEFT, CTRL)
    assert len(few.points_drawn) == 4


def test_that_a_drag_moves_a_point(few):
    few.click_plot(0, 0.6)
    few.drag_plot((0, 0.6), (0.4, 0.9))
    assert len(few.points_drawn) == 4
    assert has(few, 0.4, 0.9)
    assert not has(few, 0, 0.6)
    assert few.shows("data.placed") == "4"
    few.wait_until(lambda: few.tab.subtitle.text().startswith("4 points"))
    assert has(few, 0.4, 0.9)


def test_that_a_drag_beside_the_points_moves_nothing(few):
    before = few.points_drawn
    few.drag_plot((0, 0.8), (0.4, 0.6))
    assert np.array_equal(few.points_drawn, before)


def test_that_the_axes_stay_while_points_are_edited(few):
    before = few.view.getViewBox().viewRange()
    few.click_plot(0, 0.6)
    few.drag_plot((0, 0.6), (0.2, 0.8))
    few.wait_until(lambda: few.tab.subtitle.text().startswith("4 points"))
    assert few.view.getViewBox().viewRange() == before


def test_that_no_point_is_lost_when_the_training_answers_late(few, monkeypatch):
    from nngui.core.trainer import Trainer

    def slow(trainer, spec):
        time.sleep(0.2)
        change(trainer, spec)

    change = Trainer.change
    monkeypatch.setattr(Trainer, "change", slow)
    for number in range(4):
        few.click_plot(-0.5 + 0.3 * number, 0.6)
        QTest.qWait(130)  # the answers come between the clicks
    assert len(few.points_drawn) == 7
    few.wait_until(lambda: few.tab.subtitle.text().startswith("7 points"))
    assert len(few.points_drawn) == 7


# --- In mid-run -----------------------------------------------------------------------------------


def test_that_points_join_a_run_that_goes_on(user):
    user.enter("schedule.steps", "100000000")
    user.click("Train")
    user.wait_for_step(20)
    user.click_plot(0, 0.8)
    user.drag_plot((0, 0.8), (0.1, 0.9))
    user.click_plot(-0.5, 0.8)
    user.click_plot(-0.5, 0.8, RIGHT)
    stood_at = user.step
    assert stood_at >= 20
    user.wait_for_step(stood_at + 10)
    assert user.train_button == "Pause"
    assert user.banner == ""
    assert user.shows("data.kind") == "By hand"
    assert len(user.points_drawn) == 101
    assert "# changed in mid-run" in user.code
    user.press(Qt.Key.Key_R)
    user.wait_until_ready()
    assert len(user.points_drawn) == 101
    assert has(user, 0.1, 0.9)


def test_that_the_fit_reaches_to_a_point_placed_outside(user):
    user.click_plot(1.05, 1.1)
    user.train_to_the_end()
    x, _ = user.fit_drawn
    assert x[-1] == pytest.approx(1.05, abs=NEAR)


# --- Too few --------------------------------------------------------------------------------------


def test_that_removing_all_points_says_how_to_place_some(few):
    for x, y in few.points_drawn.tolist():
        few.click_plot(x, y, RIGHT)
    assert few.shows("data.placed") == "0"
    assert few.hint == "No points yet: click here to place some."
    few.wait_for_banner("There are no points to learn from")
    few.press(Qt.Key.Key_R)
    few.wait_for("Stopped by an error.")
    few.click("Train")
    few.wait_for_banner("There are no points to learn from")
    few.wait_until(lambda: few.train_button == "Train")
    assert few.hint == "No points yet: click here to place some."
    few.click_plot(-0.5, 0.2)
    few.click_plot(0.5, 0.4)
    assert few.hint == ""
    few.wait_until_ready()
    assert len(few.points_drawn) == 2
    few.train_to_the_end()
    assert few.banner == ""


def test_that_a_single_point_gets_a_sentence_and_the_run_goes_on(few):
    few.enter("schedule.steps", "100000000")
    few.click("Train")
    few.wait_for_step(1)
    for point in few.points_drawn[:2].tolist():
        few.click_plot(*point, RIGHT)
    few.wait_for_banner("place points at different places.")
    stood_at = few.step
    few.wait_for_step(stood_at + 10)
    assert few.train_button == "Pause"
    assert len(few.points_drawn) == 1


# --- Classification -------------------------------------------------------------------------------


@pytest.fixture
def classifier(open_window):
    user = open_window()
    user.open_tab("Classification")
    user.wait_until_ready()
    return user


def test_that_the_class_buttons_choose_the_class_of_the_next_point(classifier):
    (left, right), (bottom, top) = classifier.view.getViewBox().viewRange()
    first = (left + 0.1 * (right - left), top - 0.1 * (top - bottom))
    second = (right - 0.1 * (right - left), bottom + 0.1 * (top - bottom))
    classifier.click("Class 1")
    classifier.click_plot(*first)
    classifier.click("Class 0")
    classifier.click_plot(*second)
    rows = classifier.view.rows
    assert rows[-2:, 2].tolist() == [1, 0]
    assert len(classifier.points_drawn) == 202
    assert classifier.shows("data.kind") == "By hand"
    assert classifier.shows("data.placed") == "202"
    classifier.wait_until(lambda: classifier.tab.subtitle.text().startswith("202 points"))
    classifier.train_to_the_end()


def test_that_a_class_can_be_added_and_placed(classifier):
    classifier.choose("data.kind", "By hand")
    classifier.enter("data.classes", "4")
    classifier.wait_until_ready()
    classifier.click("Class 3")
    classifier.click_plot(0, 0)
    assert classifier.view.rows[-1, 2] == 3
    assert "out=torch.nn.Linear(10, 4)" in classifier.code
    classifier.train_to_the_end()


def test_that_classes_by_hand_stay_in_mid_run_too(classifier):
    classifier.enter("schedule.steps", "100000000")
    classifier.click("Train")
    classifier.wait_for_step(20)
    classifier.click("Class 1")
    classifier.click_plot(0, 0)
    stood_at = classifier.step
    assert stood_at >= 20
    classifier.wait_for_step(stood_at + 5)
    assert classifier.train_button == "Pause"
    assert len(classifier.points_drawn) == 201


def test_that_a_drag_moves_a_point_of_its_class(classifier):
    classifier.click("Class 1")
    (left, right), (bottom, top) = classifier.view.getViewBox().viewRange()
    start = (left + 0.05 * (right - left), top - 0.05 * (top - bottom))
    end = (left + 0.2 * (right - left), top - 0.2 * (top - bottom))
    classifier.click_plot(*start)
    classifier.drag_plot(start, end)
    classifier.wait_until(lambda: classifier.tab.subtitle.text().startswith("201 points"))
    x, y, number = classifier.view.rows[-1]
    assert (x, y) == pytest.approx(end, abs=0.1)
    assert number == 1


def test_that_a_single_class_gets_a_sentence(classifier):
    classifier.enter("data.points", "2")
    classifier.wait_until_ready()
    classifier.choose("data.kind", "By hand")
    classifier.wait_until_ready()
    for row in classifier.view.rows.tolist():
        if row[2] == 1:
            classifier.click_plot(*row[:2], RIGHT)
    classifier.wait_for_banner("All points are of one class, 0: two classes are needed")


def test_that_many_points_can_only_be_looked_at(user):
    user.enter("data.points", "6000")
    user.wait_until_ready()
    user.click_plot(0, 0.8)
    user.settle()
    assert user.shows("data.kind") == "y = a·x² + b"
