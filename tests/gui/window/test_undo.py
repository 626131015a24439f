"""Undo and redo of settings and of points, and the experiments that change many at once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nngui.gui.training.state import State
from tests.gui.helpers import CTRL, TASKS

BOTH = CTRL | Qt.KeyboardModifier.ShiftModifier


def undo(person):
    person.press(Qt.Key.Key_Z, CTRL)


def redo(person):
    person.press(Qt.Key.Key_Z, BOTH)


def edit_menu(person):
    """What Undo and Redo are called now, and whether they can be chosen."""
    actions = (person.window.actions_.undo, person.window.actions_.redo)
    return [(action.text(), action.isEnabled()) for action in actions]


def test_that_settings_go_back_and_forth_by_the_keys(person):
    assert edit_menu(person) == [("&Undo", False), ("&Redo", False)]
    person.enter("optimizer.lr", "0.5")
    person.choose("network.activation", "Tanh")
    assert [able for _, able in edit_menu(person)] == [True, False]
    undo(person)
    assert (person.shows("network.activation"), person.shows("optimizer.lr")) == ("ReLU", "0.5")
    undo(person)
    assert person.shows("optimizer.lr") == "0.2"
    assert edit_menu(person) == [("&Undo", False), ("&Redo Learning rate: 0.2 → 0.5", True)]
    redo(person)
    redo(person)
    assert (person.shows("network.activation"), person.shows("optimizer.lr")) == ("Tanh", "0.5")
    assert "lr=0.5" in person.code
    assert "Tanh" in person.code


def test_that_undo_works_from_the_field_that_was_typed_into(person):
    person.enter("data.points", "50")
    field = person.field("data.points")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert person.shows("data.points") == "100"
    field.selectAll()
    QTest.keyClicks(field, "77")  # not entered yet: the field's own undo takes it back
    QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert person.shows("data.points") == "100"
    assert edit_menu(person)[1] == ("&Redo Points: 100 → 50", True)


def test_that_a_drag_of_a_slider_is_one_edit(person):
    slider = person.tab.form.fields["optimizer.lr"].slider
    before = person.shows("optimizer.lr")
    for _ in range(12):
        QTest.keyClick(slider, Qt.Key.Key_Left)
    assert person.shows("optimizer.lr") != before
    undo(person)
    assert person.shows("optimizer.lr") == before
    assert not edit_menu(person)[0][1]


def test_that_points_placed_by_hand_are_undone_in_mid_run(person):
    person.choose("data.kind", "By hand")
    person.enter("schedule.steps", "100000000")
    person.click("Train")
    person.wait_for_step(20)
    person.click_plot(0, 0.8)
    person.click_plot(-0.5, 0.8)
    assert len(person.points_drawn) == 102
    undo(person)
    person.wait_until(lambda: len(person.points_drawn) == 101)
    assert person.train_button == "Pause"
    assert person.step >= 20
    redo(person)
    person.wait_until(lambda: len(person.points_drawn) == 102)
    for _ in range(2):
        undo(person)
    person.wait_until(lambda: len(person.points_drawn) == 100)


def test_that_each_tab_undoes_its_own(person):
    person.enter("optimizer.lr", "0.5")
    person.open_tab("Classification")
    person.wait_until_ready()
    assert not edit_menu(person)[0][1]
    person.enter("optimizer.lr", "0.3")
    undo(person)
    assert person.shows("optimizer.lr") == "0.02"
    person.open_tab("Regression")
    assert person.shows("optimizer.lr") == "0.5"
    undo(person)
    assert person.shows("optimizer.lr") == "0.2"


def test_that_steps_that_a_run_was_given_to_go_on_stay(person):
    person.enter("optimizer.lr", "0.5")
    person.train_to_the_end()
    person.click("Train")
    person.wait_until(lambda: person.tab.run.state is State.ENDED and person.step == 200)
    undo(person)
    assert person.shows("optimizer.lr") == "0.2"
    assert person.shows("schedule.steps") == "200"


# --- Experiments ----------------------------------------------------------------------------------


def choose_experiment(person, title):
    """Open the button above the settings, and click one of its entries."""
    action = next(a for a in person.tab.presets.choices.actions() if a.text() == title)
    action.trigger()


def test_that_an_experiment_trains_at_once_says_what_to_see_and_can_be_undone(person):
    person.enter("data.points", "60")
    choose_experiment(person, "Network too small")
    assert person.train_button == "Pause"
    assert person.shows("data.points") == "100", "the tutorial's, as the experiment says nothing"
    assert person.tab.presets.button.text() == "Network too small"
    assert person.tab.presets.lesson.isVisible()
    assert "Two hidden units" in person.tab.presets.lesson.text()
    person.wait_until(lambda: person.tab.run.state is State.ENDED)
    undo(person)
    assert person.shows("data.points") == "60"
    assert person.tab.presets.button.text() == "Own settings"
    assert not person.tab.presets.lesson.isVisible()
    redo(person)
    assert person.tab.presets.button.text() == "Network too small"
    choose_experiment(person, "Reset to the tutorial's values")
    assert person.tab.run.spec == TASKS["regression"].spec
    assert person.tab.presets.button.text() == "As in the tutorial"
    assert person.train_button == "Train"


def test_that_a_task_begins_as_in_the_tutorial_and_its_experiments_are_told_apart(open_window):
    person = open_window()
    for name in TASKS:
        person.window.open_task(name)
        assert person.tab.presets.button.text() == "As in the tutorial"
    person.window.open_task("save_restore")
    person.enter("schedule.steps", "200")  # all that the experiment changes
    assert person.tab.presets.button.text() == "Saved half trained"
    person.enter("schedule.steps", "300")
    assert person.tab.presets.button.text() == "As in the tutorial"


def test_that_every_experiment_of_every_task_trains_in_its_tab(open_window):
    person = open_window()
    for name, task in TASKS.items():
        person.window.open_task(name)
        person.window.wake()
        person.go_fast()
        for preset in task.presets:
            choose_experiment(person, preset.title)
            person.wait_until(lambda: person.tab.run.steps_done > 0)
            person.wait_until(lambda: person.tab.run.state in (State.ENDED, State.TRAINING))
            assert person.tab.presets.button.text() == preset.title
            person.tab.run.pause()
        menu = [action.text() for action in person.window.actions_.presets.actions()]
        assert menu[: len(task.presets)] == [preset.title for preset in task.presets]
