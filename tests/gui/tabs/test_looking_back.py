"""Looking back along the loss: what the tab shows then, branches, and the runs before."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from nngui.gui.training.state import State
from tests.gui.helpers import LEFT, PLAIN, headless, process_events

SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


def texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def says(widget, words):
    return any(words in text for text in texts(widget))


def place(plot, step, share=0.99):
    """Where a step is in the loss plot's viewport, at a share of its height from above."""
    box = plot.getViewBox().sceneBoundingRect()
    (left, right), _ = plot.getViewBox().viewRange()
    x = box.left() + (step - left) / (right - left) * box.width()
    return QPoint(round(x), round(box.top() + share * box.height()))


def drag_to(user, step):
    """Drag the cursor along the plot's lower edge, and put it on the step by the arrow keys."""
    plot = user.tab.loss_plot
    start, end = place(plot, step + 20), place(plot, step)
    QTest.mousePress(plot.viewport(), LEFT, PLAIN, start)
    for part in range(1, 5):
        QTest.mouseMove(plot.viewport(), start + (end - start) * part / 4)
        process_events()
    QTest.mouseRelease(plot.viewport(), LEFT, PLAIN, end)
    while plot.cursor_step != step:
        assert abs(plot.cursor_step - step) < 3
        QTest.keyClick(plot, Key.Key_Left if plot.cursor_step > step else Key.Key_Right)
    user.wait_until(lambda: user.tab.snapshot.is_past and user.tab.snapshot.step == step)


def losses_of(steps=100, settings=()):
    trainer = headless("regression", settings, 0)
    return trainer.advance(1e9, steps)[:, 0]


@pytest.fixture
def edited(user):
    """A run of 100 steps whose learning rate was changed behind the 40th."""
    user.go_fast()
    user.tab.run.set_pace(3)
    user.click("Train")
    user.wait_for_step(30)
    user.click("Pause")
    user.wait_for("paused")
    while user.step < 40:
        user.press(Key.Key_S)
        user.settle()
    if user.step > 40:
        pytest.skip("the machine is too busy to pause in time")
    user.enter("optimizer.lr", "0.05")
    user.go_fast()
    user.click("Train")
    user.wait_for(" done")
    return user


def test_that_all_of_a_tab_shows_the_step_that_the_cursor_stands_at(edited):
    user, card = edited, edited.tab.loss_card
    live, fit = user.headline, user.fit_drawn[1].copy()
    drag_to(user, 30)
    assert "Step 30 of 100 · looking back" in user.status
    assert "the run stands at step 100" in user.status
    assert user.headline == f"Loss={losses_of()[29]:.4f}"
    assert user.headline != live
    assert not (user.fit_drawn[1] == fit).all()
    assert user.shows("optimizer.lr") == "0.2"
    assert says(user.tab.form, "0.05 after step 40")
    assert says(user.tab.form, "as at step 30")
    assert "step 30" in user.tab.subtitle.text()
    assert card.past.step.text() == "step 30"

    drag_to(user, 60)
    assert user.shows("optimizer.lr") == "0.05"
    assert says(user.tab.form, "0.2 until step 40")

    user.click("Live")
    user.wait_until(lambda: not user.tab.snapshot.is_past)
    assert user.headline == live
    assert (user.fit_drawn[1] == fit).all()
    assert "looking back" not in user.status
    assert not says(user.tab.form, "as at step")
    assert not says(user.tab.form, "until step")
    assert not card.past.isVisible()


def test_that_a_flag_stands_where_the_rate_was_changed_and_leads_there(edited):
    user, plot = edited, edited.tab.loss_plot
    QTest.mouseClick(plot.viewport(), LEFT, PLAIN, place(plot, 40, 0) + QPoint(-5, 5))
    user.wait_until(lambda: user.tab.snapshot.is_past and user.tab.snapshot.step == 40)
    assert user.headline == f"Loss={losses_of()[39]:.4f}"
    card = user.tab.loss_card
    card.past.step.selectAll()
    QTest.keyClicks(card.past.step, "70")
    QTest.keyClick(card.past.step, Key.Key_Return)
    user.wait_until(lambda: user.tab.snapshot.step == 70)
    QTest.keyClick(plot, Key.Key_Escape)
    assert user.tab.run.viewed_step is None


def test_that_a_setting_changed_there_is_a_branch_and_the_tree_leads_back(edited):
    user, card = edited, edited.tab.loss_card
    old = user.headline
    drag_to(user, 20)
    user.enter("optimizer.lr", "0.1")
    user.wait_until(lambda: user.tab.run.state is State.PAUSED and len(user.tab.run.branches) == 2)
    assert user.step == 20
    assert card.tree.isVisible()
    assert says(card, "before (lr 0.2)")
    user.click("Train")
    user.wait_for(" done")
    new = user.headline
    assert user.losses_drawn[1][:20] == pytest.approx(np.log10(losses_of(20)), abs=1e-6)
    assert new != old

    QTest.mouseClick(card.tree.undo, LEFT)
    user.wait_until(lambda: user.headline == old)
    row = next(i for i, line in enumerate(card.tree.tree.rows) if not line.is_now)
    QTest.mouseClick(card.tree.tree, LEFT, PLAIN, QPoint(30, 15 * row + 7))
    user.wait_until(lambda: user.headline == new)

    QTest.mouseClick(card.tree.compare, LEFT)
    user.wait_until(lambda: user.tab.comparison.chip.isVisible())
    told = user.tab.comparison.chip.text()
    assert "before (lr 0.2)" in told
    loss = float(told.partition("Loss=")[2].split()[0])  # a step further than the last loss
    assert loss == pytest.approx(float(old.removeprefix("Loss=")), rel=0.02)
    QTest.mouseClick(card.tree.compare, LEFT)
    user.wait_until(lambda: not user.tab.comparison.chip.isVisible())


def test_that_a_run_goes_on_while_one_looks_back_and_its_curve_grows(user):
    user.enter("schedule.steps", "100000")
    user.wait_until_ready()
    user.tab.run.set_pace(3)
    user.click("Train")
    user.wait_for_step(30)
    plot = user.tab.loss_plot
    plot.setFocus()
    QTest.keyClick(plot, Key.Key_Home)
    user.wait_for("looking back")
    user.wait_until(lambda: user.tab.snapshot.is_past)
    assert user.tab.snapshot.step == 0
    drawn = len(user.losses_drawn[0])
    user.wait_until(lambda: len(user.losses_drawn[0]) > drawn + 20)
    assert "the run goes on" in user.status
    assert user.step == 0
    QTest.keyClick(plot, Key.Key_Space)  # plays
    user.wait_until(lambda: user.tab.snapshot.step > 5)
    QTest.keyClick(plot, Key.Key_Space)  # stands
    assert user.tab.run.plays_past == 0
    QTest.keyClick(plot, Key.Key_End)
    user.wait_until(lambda: not user.tab.snapshot.is_past)
    user.click("Pause")
    user.wait_for("paused")


def test_that_the_run_before_stays_as_a_ghost_and_says_what_was_other(user):
    user.train_to_the_end()
    before = user.tab.loss_plot.grab().toImage()
    user.enter("data.noise", "0.3")
    user.wait_until_ready()
    card = user.tab.loss_card
    assert says(card, "before (noise 0.2)")
    assert user.tab.loss_plot.grab().toImage() != before
    assert [len(ghost.curve) for ghost in card.ghosts] == [100]
    user.train_to_the_end()
    user.press(Key.Key_R)
    user.wait_until_ready()
    assert [ghost.label for ghost in card.ghosts] == ["before"]


def test_that_the_network_that_is_saved_is_the_one_that_is_shown(user):
    user.train_to_the_end()
    drag_to(user, 30)
    taken = []
    user.tab.run.network_copied.connect(taken.append)
    user.tab.run.take_network()
    user.wait_until(lambda: taken)
    assert taken[0].step == 30
    wanted = headless("regression", (), 30).variants[0].net.state_dict()
    found = taken[0].net.state_dict()
    assert all((found[name] == value).all() for name, value in wanted.items())


def test_that_a_row_of_the_loader_leads_back_to_its_batch(open_window):
    user = open_window()
    user.window.open_task("batch_training")
    user.window.wake()
    user.wait_until_ready()
    user.train_to_the_end()
    page = user.tab.pages.loader
    rows = page.table.rowCount()
    first = page.table.visualItemRect(page.table.item(0, 2)).center()
    QTest.mouseClick(page.table.viewport(), LEFT, PLAIN, first)
    user.wait_for("Step 1 of 6 · epoch 1 · looking back")
    user.wait_until(lambda: user.headline == "Epoch 0 | Step 0")
    assert page.table.rowCount() == rows
    assert [index.row() for index in page.table.selectionModel().selectedRows()] == [0]
    assert page.past.isVisible()
    QTest.mouseClick(page.past.live, LEFT)
    user.wait_until(lambda: user.headline == "Epoch 2 | Step 1")
    assert not page.past.isVisible()
    assert [index.row() for index in page.table.selectionModel().selectedRows()] == [rows - 1]


def test_that_the_cursor_does_not_stay_where_nothing_can_be_shown(user):
    """Another run is being made: the old one's curve is still drawn, and has no past any more."""
    user.train_to_the_end()
    plot = user.tab.loss_plot
    user.tab.run.reset()
    QTest.mousePress(plot.viewport(), LEFT, PLAIN, place(plot, 40))
    QTest.mouseRelease(plot.viewport(), LEFT, PLAIN, place(plot, 40))
    assert plot.cursor_step is None
    assert user.tab.run.viewed_step is None
    user.wait_until_ready()
