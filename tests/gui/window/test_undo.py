"""Undo and redo of settings and of points, and the experiments that change many at once."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nngui.core.spec.toml import with_settings
from nngui.gui.training import settings_history
from nngui.gui.training.state import State
from tests.gui.helpers import CTRL, TASKS

BOTH = CTRL | Qt.KeyboardModifier.ShiftModifier


def undo(user):
    user.press(Qt.Key.Key_Z, CTRL)


def redo(user):
    user.press(Qt.Key.Key_Z, BOTH)


def edit_menu(user):
    """What Undo and Redo are called now, and whether they can be chosen."""
    actions = (user.window.actions_.undo, user.window.actions_.redo)
    return [(action.text(), action.isEnabled()) for action in actions]


def test_that_settings_go_back_and_forth_by_the_keys(user):
    assert edit_menu(user) == [("&Undo", False), ("&Redo", False)]
    user.enter("optimizer.lr", "0.5")
    user.choose("network.activation", "Tanh")
    assert [able for _, able in edit_menu(user)] == [True, False]
    undo(user)
    assert (user.shows("network.activation"), user.shows("optimizer.lr")) == ("ReLU", "0.5")
    undo(user)
    assert user.shows("optimizer.lr") == "0.2"
    assert edit_menu(user) == [("&Undo", False), ("&Redo Learning rate: 0.2 → 0.5", True)]
    redo(user)
    redo(user)
    assert (user.shows("network.activation"), user.shows("optimizer.lr")) == ("Tanh", "0.5")
    assert "lr=0.5" in user.code
    assert "Tanh" in user.code


def test_that_undo_works_from_the_field_that_was_typed_into(user):
    user.enter("data.points", "50")
    field = user.field("data.points")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert user.shows("data.points") == "100"
    field.selectAll()
    QTest.keyClicks(field, "77")  # not entered yet: the field's own undo takes it back
    QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert user.shows("data.points") == "100"
    assert edit_menu(user)[1] == ("&Redo Points: 100 → 50", True)


def test_that_a_drag_of_a_slider_is_one_edit(user):
    slider = user.tab.form.fields["optimizer.lr"].slider
    before = user.shows("optimizer.lr")
    for _ in range(12):
        QTest.keyClick(slider, Qt.Key.Key_Left)
    assert user.shows("optimizer.lr") != before
    undo(user)
    assert user.shows("optimizer.lr") == before
    assert not edit_menu(user)[0][1]


def test_that_points_placed_by_hand_are_undone_in_mid_run(user):
    user.choose("data.kind", "By hand")
    user.enter("schedule.steps", "100000000")
    user.click("Train")
    user.wait_for_step(20)
    user.click_plot(0, 0.8)
    user.click_plot(-0.5, 0.8)
    assert len(user.points_drawn) == 102
    undo(user)
    user.wait_until(lambda: len(user.points_drawn) == 101)
    assert user.train_button == "Pause"
    assert user.step >= 20
    redo(user)
    user.wait_until(lambda: len(user.points_drawn) == 102)
    for _ in range(2):
        undo(user)
    user.wait_until(lambda: len(user.points_drawn) == 100)


def test_that_each_tab_undoes_its_own(user):
    user.enter("optimizer.lr", "0.5")
    user.open_tab("Classification")
    user.wait_until_ready()
    user.wait_until(lambda: not edit_menu(user)[0][1])  # the tab is built in the next events
    user.enter("optimizer.lr", "0.3")
    undo(user)
    assert user.shows("optimizer.lr") == "0.02"
    user.open_tab("Regression")
    assert user.shows("optimizer.lr") == "0.5"
    undo(user)
    assert user.shows("optimizer.lr") == "0.2"


def test_that_steps_that_a_run_was_given_to_go_on_stay(user):
    user.enter("optimizer.lr", "0.5")
    user.train_to_the_end()
    user.click("Train")
    user.wait_until(lambda: user.tab.run.state is State.ENDED and user.step == 200)
    undo(user)
    assert user.shows("optimizer.lr") == "0.2"
    assert user.shows("schedule.steps") == "200"


# --- Experiments ----------------------------------------------------------------------------------


def choose_experiment(user, title):
    """Open the button above the settings, and click one of its entries."""
    action = next(a for a in user.tab.presets.choices.actions() if a.text() == title)
    action.trigger()


def test_that_an_experiment_trains_at_once_says_what_to_see_and_can_be_undone(user):
    user.enter("data.points", "60")
    choose_experiment(user, "Network too small")
    assert user.train_button == "Pause"
    assert user.shows("data.points") == "100", "the tutorial's, as the experiment says nothing"
    assert user.tab.presets.button.text() == "Network too small"
    assert user.tab.presets.lesson.isVisible()
    assert "Two hidden units" in user.tab.presets.lesson.text()
    user.wait_until(lambda: user.tab.run.state is State.ENDED)
    undo(user)
    assert user.shows("data.points") == "60"
    assert user.tab.presets.button.text() == "Own settings"
    assert not user.tab.presets.lesson.isVisible()
    redo(user)
    user.wait_until(lambda: user.tab.presets.button.text() == "Network too small")
    choose_experiment(user, "Reset to the tutorial's values")
    assert user.tab.run.spec == TASKS["regression"].spec
    assert user.tab.presets.button.text() == "As in the tutorial"
    assert user.train_button == "Train"


def test_that_a_task_begins_as_in_the_tutorial_and_its_experiments_are_told_apart(open_window):
    user = open_window()
    for name in TASKS:
        user.window.open_task(name)
        assert user.tab.presets.button.text() == "As in the tutorial"
    user.window.open_task("save_restore")
    user.enter("schedule.steps", "200")  # all that the experiment changes
    assert user.tab.presets.button.text() == "Saved half trained"
    user.enter("schedule.steps", "300")
    assert user.tab.presets.button.text() == "As in the tutorial"


def test_that_every_experiment_of_every_task_trains_in_its_tab(open_window):
    user = open_window()
    for name, task in TASKS.items():
        user.window.open_task(name)
        user.window.wake()
        user.go_fast()
        for preset in task.presets:
            choose_experiment(user, preset.title)
            user.wait_until(lambda: user.tab.run.steps_done > 0)
            user.wait_until(lambda: user.tab.run.state in (State.ENDED, State.TRAINING))
            assert user.tab.presets.button.text() == preset.title
            user.tab.run.pause()
        menu = [action.text() for action in user.window.actions_.presets.actions()]
        assert menu[: len(task.presets)] == [preset.title for preset in task.presets]


def test_that_two_edits_minutes_apart_are_two_and_two_at_once_are_one(user, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(settings_history, "time", SimpleNamespace(monotonic=lambda: now[0]))
    before = user.shows("optimizer.lr")
    for later, value in ((0.0, "0.5"), (180.0, "0.4"), (1.0, "0.3"), (0.9, "0.1")):
        now[0] += later
        user.enter("optimizer.lr", value)
    seen = []
    while edit_menu(user)[0][1]:
        undo(user)
        seen.append(user.shows("optimizer.lr"))
    assert seen == ["0.4", "0.5", before]


# --- In mid-run -----------------------------------------------------------------------------------


def take_steps(user, count):
    for _ in range(count):
        user.tab.run.step()
    user.wait_until(lambda: user.tab.run.steps_done == count)


def plain_losses():
    from nngui.core.trainer import Trainer

    return Trainer(TASKS["regression"], TASKS["regression"].spec).advance(1e9)[:, 0]


def losses(user):
    return user.tab.run.history.exact_column("loss")


def test_that_undo_gives_back_the_network_as_it_was_and_redo_the_one_that_was_left(user):
    run = user.tab.run
    take_steps(user, 30)
    user.enter("optimizer.lr", "0.5")
    user.train_to_the_end()
    touched, plain = losses(user), plain_losses()
    undo(user)
    user.wait_until(lambda: run.state is State.PAUSED)
    assert user.shows("optimizer.lr") == "0.2"
    assert np.array_equal(losses(user), touched[:30])
    user.click("Train")
    user.wait_until(lambda: run.state is State.ENDED)
    assert np.array_equal(losses(user), plain)
    redo(user)
    user.wait_until(lambda: user.shows("optimizer.lr") == "0.5" and run.state is State.ENDED)
    assert np.array_equal(losses(user), touched)
    undo(user)
    user.wait_until(lambda: user.shows("optimizer.lr") == "0.2" and run.state is State.ENDED)
    assert np.array_equal(losses(user), plain)


def test_that_undo_of_a_new_start_gives_back_the_run_that_made_room(user):
    run = user.tab.run
    user.train_to_the_end()
    whole = losses(user)
    user.choose("network.activation", "Tanh")
    user.wait_until(lambda: run.state is State.READY and not run.steps_done)
    undo(user)
    user.wait_until(lambda: run.state is State.ENDED)
    assert user.shows("network.activation") == "ReLU"
    assert np.array_equal(losses(user), whole)
    redo(user)
    user.wait_until(lambda: run.state is State.READY)
    assert user.shows("network.activation") == "Tanh"


def test_that_a_setting_changed_at_a_step_of_the_past_is_undone_by_a_key(user):
    run = user.tab.run
    user.train_to_the_end()
    whole = losses(user)
    run.look_back(40)
    run.apply(with_settings(run.viewed_spec, {"optimizer.lr": 0.05}))
    user.wait_until(lambda: run.state is State.PAUSED)
    assert run.steps_done == 40
    assert run.viewed_step is None
    assert user.shows("optimizer.lr") == "0.05"
    undo(user)
    user.wait_until(lambda: run.state is State.ENDED)
    assert np.array_equal(losses(user), whole)
    redo(user)
    user.wait_until(lambda: run.state is State.PAUSED)
    assert user.shows("optimizer.lr") == "0.05"
    assert run.steps_done == 40
