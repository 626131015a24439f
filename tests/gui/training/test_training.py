"""Train, pause, step, reset: what the toolbar and the keys do, and what then is on the screen."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from tests.gui.helpers import LEFT, LOADING, headless, spec_of, visible

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


def test_that_a_click_on_train_trains_100_steps_and_shows_the_loss(user):
    user.click("Train")
    user.wait_until(lambda: user.train_button == "Pause")
    user.go_fast()
    user.wait_for("All 100 steps done.")
    assert user.status.startswith("Step 100 of 100 |")
    assert user.train_button == "Train"
    assert user.window.status.progress.value() == user.window.status.progress.maximum()
    steps, losses = user.losses_drawn
    expected = headless("regression", {"schedule.steps": 100})
    assert steps.tolist() == list(range(1, 101))
    assert user.headline == f"Loss={10 ** losses[-1]:.4f}"
    assert expected.step_count == 100


def test_that_the_curves_drawn_are_the_losses_and_the_networks_answers(user):
    user.train_to_the_end()
    trainer = headless("regression", steps=0)
    losses = trainer.advance(1e9)[:, 0]
    assert np.array_equal(user.losses_drawn[1], np.log10(losses))
    x, y = user.fit_drawn
    assert np.array_equal(y, trainer.predict(x.reshape(-1, 1))[0][:, 0])
    assert (x[0], x[-1]) == (-1, 1)
    assert user.headline == f"Loss={losses[-1]:.4f}"


def test_that_a_paused_run_beside_another_has_the_command_lines_losses(user, histories, tmp_path):
    user.open_tab("Classification")
    user.wait_until_ready()
    user.enter("schedule.steps", "1000000")
    user.go_fast()
    user.click("Train")
    user.wait_for_step(1)
    user.open_tab("Regression")
    user.press(Key.Key_Space)
    user.wait_for_step(10)
    user.press(Key.Key_Space)
    user.wait_for("paused")
    stood_at = user.step
    user.settle()
    assert user.step == stood_at < 100
    assert user.train_button == "Train"
    user.press(Key.Key_Space)
    user.wait_for_step(stood_at + 1)
    user.go_fast()
    user.wait_for("All 100 steps done.")
    assert user.export_history(tmp_path / "curve.csv") == histories["regression"]
    user.open_tab("Classification")
    user.wait_for_step(100)
    user.press(Key.Key_Space)
    user.wait_for("paused")
    beside = user.export_history(tmp_path / "classes.csv")
    assert beside[:101] == histories["classification"]
    assert len(beside) == user.step + 1


def test_that_a_run_that_ended_behind_another_tab_shows_its_last_picture(user):
    user.go_fast()
    user.enter("schedule.steps", "500")
    user.click("Train")
    user.open_tab("Classification")
    user.wait_until_ready()
    hidden = user.window.tab_stack.tabs["regression"]
    user.wait_until(lambda: hidden.headline.text() and hidden.run.outcome is not None)
    user.open_tab("Regression")
    user.wait_for("steps done.")
    trainer = headless("regression", {"schedule.steps": 500})
    x, y = user.fit_drawn
    assert np.array_equal(y, trainer.predict(x.reshape(-1, 1))[0][:, 0])
    assert user.losses_drawn[0][-1] == 500


def test_that_train_at_the_end_goes_on_for_as_many_steps_again(user, tmp_path):
    user.train_to_the_end()
    user.click("Train")
    user.wait_for("All 200 steps done.")
    assert user.shows("schedule.steps") == "200"
    assert "range(200)" in user.code
    user.press(Key.Key_Space)
    user.wait_for("All 300 steps done.")
    assert user.shows("schedule.steps") == "300"
    trainer = headless("regression", {"schedule.steps": 300}, steps=0)
    lines = user.export_history(tmp_path / "h.csv")
    written = [float(line.split(",")[1]) for line in lines[1:]]
    assert written == trainer.advance(1e9)[:, 0].tolist()


def test_that_epochs_end_a_run_and_train_goes_on_for_as_many_again(user):
    user.enter("schedule.batch_size", "20")
    user.enter("schedule.epochs", "2")
    user.train_to_the_end()
    assert "All 2 epochs done." in user.status
    assert user.status.startswith("Step 10 of 10 · epoch 2 |")
    user.click("Train")
    user.wait_for("All 4 epochs done.")
    assert user.shows("schedule.epochs") == "4"
    assert user.step == 20


def test_that_a_target_loss_ends_a_run_and_is_named(user):
    user.enter("schedule.target_loss", "0.02")
    user.go_fast()
    user.click("Train")
    user.wait_for("reached")
    assert user.step < 100
    assert user.train_button == "Train"
    assert 10 ** user.losses_drawn[1][-1] <= 0.02 < 10 ** user.losses_drawn[1][-2]


def test_that_validation_has_a_curve_and_a_figure_of_its_own(user):
    user.enter("schedule.validation", "0.3")
    user.wait_until_ready()
    user.train_to_the_end()
    assert "validation " in user.status
    texts = [label.text() for label in user.tab.findChildren(QLabel)]
    assert any("training" in text and "validation" in text for text in texts)


# --- Steps, resets, weights -----------------------------------------------------------------------


def test_that_s_takes_a_single_step_and_pauses_a_run(user):
    user.press(Key.Key_S)
    user.wait_for("Step 1 of 100")
    assert "paused" in user.status
    user.click("Step")
    user.wait_for("Step 2 of 100")
    assert user.losses_drawn[0].tolist() == [1, 2]
    trainer = headless("regression", steps=0)
    losses = trainer.advance(1e9, 2)[:, 0]
    user.wait_until(lambda: user.headline == f"Loss={losses[1]:.4f}")
    user.click("Train")
    user.wait_for_step(5)
    user.press(Key.Key_S)
    user.wait_for("paused")
    assert user.train_button == "Train"
    assert user.step < 100


def test_that_a_step_at_the_end_is_one_more(user):
    user.train_to_the_end()
    user.press(Key.Key_S)
    user.wait_for("Step 101 of 101")
    assert user.shows("schedule.steps") == "101"


def test_that_reset_goes_back_to_the_same_weights_and_the_same_losses(user):
    user.train_to_the_end()
    before = user.losses_drawn[1].copy()
    user.press(Key.Key_R)
    user.wait_until_ready()
    assert user.step == 0
    assert user.headline == ""
    assert not visible(user.tab.loss_plot, pg.PlotCurveItem)
    user.train_to_the_end()
    assert np.array_equal(user.losses_drawn[1], before)


def test_that_n_starts_again_with_the_next_seed(user):
    user.train_to_the_end()
    before = user.losses_drawn[1].copy()
    user.press(Key.Key_N)
    user.wait_until_ready()
    assert user.shows("seed") == "2"
    assert "seed 2" in user.status
    assert "manual_seed(2)" in user.code
    user.train_to_the_end()
    assert not np.array_equal(user.losses_drawn[1], before)
    expected = headless("regression", {"seed": 2}, steps=0).advance(1e9)[:, 0]
    assert np.array_equal(user.losses_drawn[1], np.log10(expected))


def test_that_new_weights_in_mid_run_goes_on_training(user):
    user.click("Train")
    user.wait_for_step(5)
    user.click("New weights")
    user.wait_for("seed 2")
    user.wait_for_step(1)
    assert user.train_button == "Pause"


# --- Pace -----------------------------------------------------------------------------------------


def test_that_the_pace_follows_slider_and_brackets_and_says_how_fast(user):
    texts = [
        "slow motion",
        "step by step",
        "as in the tutorial",
        "real time",
        "fast",
        "faster",
        "as fast as it goes",
    ]
    slider = user.window.toolbar.pace

    def pace():
        shown = [w.text() for w in user.window.toolbar.findChildren(QLabel)]
        return next(text for text in shown if text in texts)

    assert pace() == "as in the tutorial"
    assert "50 steps a second, a picture every 5." in slider.toolTip()
    seen = []
    for _ in range(6):
        user.press(Key.Key_BracketLeft)
    for _ in range(8):
        seen.append(pace())
        user.press(Key.Key_BracketRight)
    assert seen == [*texts, texts[-1]]
    assert slider.value() == slider.maximum()
    user.settle()  # the words beside it are longer now: it stands elsewhere
    QTest.mouseClick(slider, LEFT, pos=slider.rect().center() - slider.rect().topLeft() / 2)
    assert slider.value() < slider.maximum()
    QTest.keyClick(slider, Key.Key_Home)
    assert pace() == "slow motion"


def test_that_each_tab_keeps_a_pace_of_its_own(user):
    user.go_fast()
    user.open_tab("Classification")
    user.wait_until(lambda: user.window.toolbar.pace.value() == 2)  # it may have to be made
    user.open_tab("Regression")
    user.wait_until(lambda: user.window.toolbar.pace.value() == 6)


def test_that_a_slow_pace_holds_the_training_back_until_it_is_raised(user):
    user.press(Key.Key_BracketLeft)
    user.press(Key.Key_BracketLeft)  # a step a second
    user.click("Train")
    user.wait_for_step(1)
    began = time.monotonic()
    for _ in range(5):  # unlimited, it takes ten steps in such a time
        user.settle()
    assert user.step <= 2 + time.monotonic() - began
    user.go_fast()
    user.wait_for("All 100 steps done.")


# --- Before torch is there ------------------------------------------------------------------------


def test_that_a_click_on_train_before_torch_is_there_is_remembered(open_window):
    user = open_window()
    assert user.hint == "PyTorch is loading: the points appear in a moment."
    user.window.wake()
    assert "Getting PyTorch ready" in user.status
    user.click("Train")
    assert user.train_button == "Pause"
    assert "training starts as soon as it is there" in user.status
    user.go_fast()
    user.wait_for("All 100 steps done.")
    assert user.hint == ""
    assert len(user.points_drawn) == 100


def test_that_a_click_on_train_can_be_taken_back_while_torch_loads(open_window):
    user = open_window()
    user.window.wake()
    user.click("Train")
    user.click("Pause")
    assert user.train_button == "Train"
    user.wait_until_ready()
    user.settle()
    assert user.step == 0


def test_that_a_step_asked_for_while_torch_loads_is_taken(open_window):
    user = open_window()
    user.window.wake()
    user.press(Key.Key_S)
    user.wait_until(lambda: "paused" in user.status, LOADING)
    assert user.status.startswith("Step 1 of 100 |")
    assert user.train_button == "Train"


# --- Space ----------------------------------------------------------------------------------------


def test_that_space_on_a_button_reached_by_tab_presses_that_button(user):
    user.window.toolbar.step.setFocus(Qt.FocusReason.TabFocusReason)
    user.press(Key.Key_Space)
    user.wait_for("Step 1 of 100")
    assert user.train_button == "Train"


def test_that_the_keys_of_training_can_be_typed_into_a_field(user):
    line = user.field("network.hidden")
    line.setFocus()
    QTest.keyClicks(line, "sn[] r")
    user.settle()
    assert line.text().endswith("sn[] r")
    assert user.step == 0
    assert user.shows("seed") == "1"


# --- Devices --------------------------------------------------------------------------------------


def test_that_the_device_can_be_chosen_and_starts_again(user):
    user.train_to_the_end()
    box = user.window.toolbar.device
    assert box.itemText(0) == "Device: automatic"
    box.setFocus()
    box.showPopup()
    box.view().setCurrentIndex(box.model().index(box.findText("CPU"), 0))
    QTest.keyClick(box.view(), Key.Key_Return)
    user.wait_until_ready()
    assert user.step == 0
    assert "CPU" in user.status


# --- Classification -------------------------------------------------------------------------------


def test_that_classification_shows_the_accuracy_of_its_last_step(user):
    user.open_tab("Classification")
    user.wait_until_ready()
    user.train_to_the_end()
    trainer = headless("classification", steps=0)
    rows = trainer.advance(1e9)
    assert user.headline == f"Accuracy={rows[-1, 1]:.2f}"
    assert np.array_equal(user.losses_drawn[1], np.log10(rows[:, 0]))
    assert spec_of("classification").schedule.steps == len(rows)
