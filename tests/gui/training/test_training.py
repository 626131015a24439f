"""Train, pause, step, reset: what the toolbar and the keys do, and what then is on the screen."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.helpers import LEFT, LOADING, headless, spec_of

Key = Qt.Key
COMMAND = """\
import sys
from nngui.cli import main
for task in ("regression", "classification"):
    main(["train", task, "--seed", "1", "--history", f"{sys.argv[1]}/{task}.csv"])
"""


@pytest.fixture(scope="module")
def histories(tmp_path_factory):
    """The lines that `nngui train TASK --seed 1 --history FILE` writes, in its own process."""
    folder = tmp_path_factory.mktemp("histories")
    command = [sys.executable, "-c", COMMAND, str(folder)]
    subprocess.run(command, check=True, timeout=100, capture_output=True)
    return {
        task: (folder / f"{task}.csv").read_text(encoding="utf-8").splitlines()
        for task in ("regression", "classification")
    }


# --- A whole run ----------------------------------------------------------------------------------


def test_that_a_click_on_train_trains_100_steps_and_shows_the_loss(person):
    person.click("Train")
    person.wait_until(lambda: person.train_button == "Pause")
    person.go_fast()
    person.wait_for("All 100 steps done.")
    assert person.status.startswith("Step 100 of 100 |")
    assert person.train_button == "Train"
    assert person.window.status.progress.value() == person.window.status.progress.maximum()
    steps, losses = person.losses_drawn
    expected = headless("regression", {"schedule.steps": 100})
    assert steps.tolist() == list(range(1, 101))
    assert person.headline == f"Loss={10 ** losses[-1]:.4f}"
    assert expected.step_count == 100


def test_that_the_curves_drawn_are_the_losses_and_the_networks_answers(person):
    person.train_to_the_end()
    trainer = headless("regression", steps=0)
    losses = trainer.advance(1e9)[:, 0]
    assert np.array_equal(person.losses_drawn[1], np.log10(losses))
    x, y = person.fit_drawn
    assert np.array_equal(y, trainer.predict(x.reshape(-1, 1))[0][:, 0])
    assert (x[0], x[-1]) == (-1, 1)
    assert person.headline == f"Loss={losses[-1]:.4f}"


def test_that_a_paused_run_beside_another_has_the_command_lines_losses(person, histories, tmp_path):
    person.open_tab("Classification")
    person.wait_until_ready()
    person.enter("schedule.steps", "1000000")
    person.go_fast()
    person.click("Train")
    person.wait_for_step(1)
    person.open_tab("Regression")
    person.press(Key.Key_Space)
    person.wait_for_step(10)
    person.press(Key.Key_Space)
    person.wait_for("paused")
    stood_at = person.step
    QTest.qWait(250)  # at this pace it would have gone on for ten steps
    assert person.step == stood_at < 100
    assert person.train_button == "Train"
    person.press(Key.Key_Space)
    person.wait_for_step(stood_at + 1)
    person.go_fast()
    person.wait_for("All 100 steps done.")
    assert person.export_history(tmp_path / "curve.csv") == histories["regression"]
    person.open_tab("Classification")
    person.wait_for_step(100)
    person.press(Key.Key_Space)
    person.wait_for("paused")
    beside = person.export_history(tmp_path / "classes.csv")
    assert beside[:101] == histories["classification"]
    assert len(beside) == person.step + 1


def test_that_a_run_that_ended_behind_another_tab_shows_its_last_picture(person):
    person.go_fast()
    person.enter("schedule.steps", "500")
    person.click("Train")
    person.open_tab("Classification")
    person.wait_until_ready()
    hidden = person.window.tab_stack.tabs["regression"]
    person.wait_until(lambda: hidden.headline.text() and hidden.run.outcome is not None)
    person.open_tab("Regression")
    person.wait_for("steps done.")
    trainer = headless("regression", {"schedule.steps": 500})
    x, y = person.fit_drawn
    assert np.array_equal(y, trainer.predict(x.reshape(-1, 1))[0][:, 0])
    assert person.losses_drawn[0][-1] == 500


def test_that_train_at_the_end_goes_on_for_as_many_steps_again(person, tmp_path):
    person.train_to_the_end()
    person.click("Train")
    person.wait_for("All 200 steps done.")
    assert person.shows("schedule.steps") == "200"
    assert "range(200)" in person.code
    person.press(Key.Key_Space)
    person.wait_for("All 300 steps done.")
    assert person.shows("schedule.steps") == "300"
    trainer = headless("regression", {"schedule.steps": 300}, steps=0)
    lines = person.export_history(tmp_path / "h.csv")
    written = [float(line.split(",")[1]) for line in lines[1:]]
    assert written == trainer.advance(1e9)[:, 0].tolist()


def test_that_epochs_end_a_run_and_train_goes_on_for_as_many_again(person):
    person.enter("schedule.batch_size", "20")
    person.enter("schedule.epochs", "2")
    person.train_to_the_end()
    assert "All 2 epochs done." in person.status
    assert person.status.startswith("Step 10 of 10 · epoch 2 |")
    person.click("Train")
    person.wait_for("All 4 epochs done.")
    assert person.shows("schedule.epochs") == "4"
    assert person.step == 20


def test_that_a_target_loss_ends_a_run_and_is_named(person):
    person.enter("schedule.target_loss", "0.02")
    person.go_fast()
    person.click("Train")
    person.wait_for("reached")
    assert person.step < 100
    assert person.train_button == "Train"
    assert 10 ** person.losses_drawn[1][-1] <= 0.02 < 10 ** person.losses_drawn[1][-2]


def test_that_validation_has_a_curve_and_a_figure_of_its_own(person):
    person.enter("schedule.validation", "0.3")
    person.wait_until_ready()
    person.train_to_the_end()
    assert "validation " in person.status
    texts = [label.text() for label in person.tab.findChildren(type(person.tab.headline))]
    assert any("training" in text and "validation" in text for text in texts)


# --- Steps, resets, weights -----------------------------------------------------------------------


def test_that_s_takes_a_single_step_and_pauses_a_run(person):
    person.press(Key.Key_S)
    person.wait_for("Step 1 of 100")
    assert "paused" in person.status
    person.click("Step")
    person.wait_for("Step 2 of 100")
    assert person.losses_drawn[0].tolist() == [1, 2]
    trainer = headless("regression", steps=0)
    losses = trainer.advance(1e9, 2)[:, 0]
    person.wait_until(lambda: person.headline == f"Loss={losses[1]:.4f}")
    person.click("Train")
    person.wait_for_step(5)
    person.press(Key.Key_S)
    person.wait_for("paused")
    assert person.train_button == "Train"
    assert person.step < 100


def test_that_a_step_at_the_end_is_one_more(person):
    person.train_to_the_end()
    person.press(Key.Key_S)
    person.wait_for("Step 101 of 101")
    assert person.shows("schedule.steps") == "101"


def test_that_reset_goes_back_to_the_same_weights_and_the_same_losses(person):
    person.train_to_the_end()
    before = person.losses_drawn[1].copy()
    person.press(Key.Key_R)
    person.wait_until_ready()
    assert person.step == 0
    assert person.headline == ""
    assert not person.tab.loss_plot.getPlotItem().items[0].isVisible()
    person.train_to_the_end()
    assert np.array_equal(person.losses_drawn[1], before)


def test_that_n_starts_again_with_the_next_seed(person):
    person.train_to_the_end()
    before = person.losses_drawn[1].copy()
    person.press(Key.Key_N)
    person.wait_until_ready()
    assert person.shows("seed") == "2"
    assert "seed 2" in person.status
    assert "manual_seed(2)" in person.code
    person.train_to_the_end()
    assert not np.array_equal(person.losses_drawn[1], before)
    expected = headless("regression", {"seed": 2}, steps=0).advance(1e9)[:, 0]
    assert np.array_equal(person.losses_drawn[1], np.log10(expected))


def test_that_new_weights_in_mid_run_goes_on_training(person):
    person.click("Train")
    person.wait_for_step(5)
    person.click("New weights")
    person.wait_for("seed 2")
    person.wait_for_step(1)
    assert person.train_button == "Pause"


# --- Pace -----------------------------------------------------------------------------------------


def test_that_the_pace_follows_slider_and_brackets_and_says_how_fast(person):
    texts = [
        "slow motion",
        "step by step",
        "as in the tutorial",
        "real time",
        "fast",
        "faster",
        "as fast as it goes",
    ]
    slider = person.window.toolbar.pace

    def pace():
        shown = [w.text() for w in person.window.toolbar.findChildren(type(person.tab.headline))]
        return next(text for text in shown if text in texts)

    assert pace() == "as in the tutorial"
    assert "50 steps a second, a picture every 5." in slider.toolTip()
    seen = []
    for _ in range(6):
        person.press(Key.Key_BracketLeft)
    for _ in range(8):
        seen.append(pace())
        person.press(Key.Key_BracketRight)
    assert seen == [*texts, texts[-1]]
    assert slider.value() == slider.maximum()
    QTest.mouseClick(slider, LEFT, pos=slider.rect().center() - slider.rect().topLeft() / 2)
    assert slider.value() < slider.maximum()
    QTest.keyClick(slider, Key.Key_Home)
    assert pace() == "slow motion"


def test_that_each_tab_keeps_a_pace_of_its_own(person):
    person.go_fast()
    person.open_tab("Classification")
    assert person.window.toolbar.pace.value() == 2
    person.open_tab("Regression")
    assert person.window.toolbar.pace.value() == 6


def test_that_a_slow_pace_holds_the_training_back_until_it_is_raised(person):
    person.press(Key.Key_BracketLeft)
    person.press(Key.Key_BracketLeft)  # a step a second
    person.click("Train")
    person.wait_for_step(1)
    QTest.qWait(300)
    assert person.step <= 2
    person.go_fast()
    person.wait_for("All 100 steps done.")


# --- Before torch is there ------------------------------------------------------------------------


def test_that_a_click_on_train_before_torch_is_there_is_remembered(open_window):
    person = open_window()
    assert person.hint == "PyTorch is loading: the points appear in a moment."
    person.window.wake()
    assert "Getting PyTorch ready" in person.status
    person.click("Train")
    assert person.train_button == "Pause"
    assert "training starts as soon as it is there" in person.status
    person.go_fast()
    person.wait_for("All 100 steps done.")
    assert person.hint == ""
    assert len(person.points_drawn) == 100


def test_that_a_click_on_train_can_be_taken_back_while_torch_loads(open_window):
    person = open_window()
    person.window.wake()
    person.click("Train")
    person.click("Pause")
    assert person.train_button == "Train"
    person.wait_until_ready()
    QTest.qWait(100)
    assert person.step == 0


def test_that_a_step_asked_for_while_torch_loads_is_taken(open_window):
    person = open_window()
    person.window.wake()
    person.press(Key.Key_S)
    person.wait_until(lambda: "paused" in person.status, LOADING)
    assert person.status.startswith("Step 1 of 100 |")
    assert person.train_button == "Train"


# --- Space ----------------------------------------------------------------------------------------


def test_that_space_on_a_button_reached_by_tab_presses_that_button(person):
    person.window.toolbar.step.setFocus(Qt.FocusReason.TabFocusReason)
    person.press(Key.Key_Space)
    person.wait_for("Step 1 of 100")
    assert person.train_button == "Train"


def test_that_the_keys_of_training_can_be_typed_into_a_field(person):
    line = person.field("network.hidden")
    line.setFocus()
    QTest.keyClicks(line, "sn[] r")
    QTest.qWait(50)
    assert line.text().endswith("sn[] r")
    assert person.step == 0
    assert person.shows("seed") == "1"


# --- Devices --------------------------------------------------------------------------------------


def test_that_the_device_can_be_chosen_and_starts_again(person):
    person.train_to_the_end()
    box = person.window.toolbar.device
    assert box.itemText(0) == "Device: automatic"
    box.setFocus()
    box.showPopup()
    box.view().setCurrentIndex(box.model().index(box.findText("CPU"), 0))
    QTest.keyClick(box.view(), Key.Key_Return)
    person.wait_until_ready()
    assert person.step == 0
    assert "CPU" in person.status


# --- Classification -------------------------------------------------------------------------------


def test_that_classification_shows_the_accuracy_of_its_last_step(person):
    person.open_tab("Classification")
    person.wait_until_ready()
    person.train_to_the_end()
    trainer = headless("classification", steps=0)
    rows = trainer.advance(1e9)
    assert person.headline == f"Accuracy={rows[-1, 1]:.2f}"
    assert np.array_equal(person.losses_drawn[1], np.log10(rows[:, 0]))
    assert spec_of("classification").schedule.steps == len(rows)
