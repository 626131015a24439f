"""The learning rate under the losses: a line where it changes on the way, to be dragged."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.gui.helpers import LEFT, PLAIN

FAR = "100000"


def strip_of(user):
    return user.tab.loss_card.rate


def schedule(user, text):
    user.tab.form.go_to("schedule.rate")
    user.choose("schedule.rate", text)


@pytest.fixture
def paced(user):
    """Somebody in a run whose learning rate goes down by a cosine."""
    user.enter("schedule.steps", FAR)
    schedule(user, "cosine")
    user.click("Train")
    user.wait_for_step(5)
    user.wait_until(lambda: strip_of(user).rate_of("loss") > 0)
    return user


def test_that_a_constant_rate_is_not_drawn(user):
    assert not strip_of(user).isVisible()
    schedule(user, "exponential")
    user.wait_until(lambda: strip_of(user).isVisible())
    schedule(user, "constant")
    user.wait_until(lambda: not strip_of(user).isVisible())


def test_that_a_drag_scales_the_rate_in_mid_run_and_is_undone_as_one_edit(paced):
    strip, stood_at = strip_of(paced), paced.step
    before = strip.rate_of("loss")
    assert before == pytest.approx(0.2, rel=0.01)
    middle = QPoint(strip.width() // 2, strip.height() // 3)
    QTest.mousePress(strip, LEFT, PLAIN, middle)
    for down in (4, 8, 12):
        QTest.mouseMove(strip, middle + QPoint(0, down))
    QTest.mouseRelease(strip, LEFT, PLAIN, middle + QPoint(0, 12))
    lower = paced.tab.run.spec.optimizer.lr
    assert 0 < lower < 0.15
    paced.wait_until(lambda: strip.rate_of("loss") == pytest.approx(lower, rel=0.01))
    paced.wait_for_step(stood_at + 5)  # it goes on
    assert float(paced.shows("optimizer.lr")) == lower
    paced.tab.undo_stack.undo()
    assert paced.tab.run.spec.optimizer.lr == 0.2
    assert paced.tab.run.spec.schedule.rate == "cosine"


def test_that_the_arrow_keys_move_it_too(paced):
    strip = strip_of(paced)
    strip.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(strip, Qt.Key.Key_Up)
    assert paced.tab.run.spec.optimizer.lr == 0.25
    QTest.keyClick(strip, Qt.Key.Key_Down)
    QTest.keyClick(strip, Qt.Key.Key_Down)
    assert paced.tab.run.spec.optimizer.lr == 0.16


def test_that_the_line_of_the_nearest_racer_is_dragged(open_window):
    user = open_window()
    user.window.open_task("optimizers")
    user.enter("racers.sgd.lr", "0.1")
    user.enter("schedule.epochs", "1000")
    schedule(user, "cosine")
    user.click("Train")
    user.wait_for_step(5)
    strip = strip_of(user)
    user.wait_until(lambda: strip.rate_of("sgd") > 0)
    assert strip.rate_of("adam") == pytest.approx(0.01, rel=0.01)
    top = QPoint(strip.width() // 2, 6)
    QTest.mousePress(strip, LEFT, PLAIN, top)
    QTest.mouseMove(strip, top + QPoint(0, 10))
    QTest.mouseRelease(strip, LEFT, PLAIN, top + QPoint(0, 10))
    racers = user.tab.run.spec.racers
    assert racers.sgd.lr < 0.1
    assert racers.adam.lr == 0.01
