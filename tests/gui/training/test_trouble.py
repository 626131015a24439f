"""When something goes wrong: one sentence above the plots, details in the log, a usable window."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from nngui.core.data.curves import CURVES
from nngui.core.training import memory_estimate
from nngui.core.training.plain_loop import PlainLoop
from nngui.gui.crash import Reporter
from nngui.gui.panels.banner import Unexpected
from tests.gui.helpers import after_timers, process_events

NOT_MADE = "The run could not be made: RuntimeError: the disk is full of eels."


def log_text():
    return (Path(os.environ["NNGUI_DATA_DIR"]) / "nngui.log").read_text(encoding="utf-8")


def boom(*_):
    raise RuntimeError("the disk is full of eels")


def looks_at_rest(user):
    """Whether nothing on the screen says that it trains."""
    process_events()
    return user.train_button == "Train" and "steps/s" not in user.status


# --- Training that goes wrong -------------------------------------------------------------------


def test_that_a_diverged_run_says_so_and_names_a_smaller_learning_rate(user):
    user.enter("optimizer.lr", "10")
    user.go_fast()
    user.click("Train")
    user.wait_for_banner("The training diverged: at step ")
    assert user.banner.endswith("Try a smaller learning rate, such as 0.2.")
    assert looks_at_rest(user)
    assert user.step < 100
    assert len(user.losses_drawn[0]) > 0
    user.enter("optimizer.lr", "0.1")
    user.click("Reset")
    user.wait_until_ready()
    assert user.banner == ""
    user.click("Train")
    user.wait_for("All 100 steps done.")
    assert float(user.headline.removeprefix("Loss=")) < 0.05


def test_that_a_diverged_run_can_go_on_with_a_smaller_learning_rate(user):
    user.enter("optimizer.lr", "10")
    user.go_fast()
    user.click("Train")
    user.wait_for_banner("The training diverged")
    ended_at = user.step
    user.enter("optimizer.lr", "1e-12")
    user.click("Train")
    user.wait_for("All 100 steps done.")
    assert user.step > ended_at


def test_that_a_dead_network_is_named_as_such(user):
    user.enter("optimizer.lr", "0.5")
    user.enter("schedule.steps", "400")
    user.go_fast()
    user.click("Train")
    user.wait_for_banner("The network has gone dead")
    user.wait_for("done.")
    assert "New weights" in user.banner
    user.wait_until(lambda: user.tab.banner.is_asking)  # with a smaller rate to take
    assert "The network has gone dead" in user.banner
    user.click("New weights")
    user.wait_for("seed 2")
    user.wait_until(lambda: user.banner == "")


# --- Errors nobody foresaw ----------------------------------------------------------------------


def test_that_an_error_while_the_data_are_made_does_not_look_like_training(user, monkeypatch):
    monkeypatch.setitem(CURVES, "cubic", (boom, "boom(x)"))
    user.enter("schedule.steps", "100000000")
    user.click("Train")
    user.wait_for_step(1)
    user.choose("data.kind", "y = x³")
    user.wait_for_banner(NOT_MADE)
    assert "Stopped by an error." in user.status
    assert looks_at_rest(user)
    assert "Traceback" in log_text()
    assert "RuntimeError: the disk is full of eels" in log_text()
    user.choose("data.kind", "y = |x|")
    user.wait_until_ready()
    assert user.banner == ""
    user.click("Train")
    user.wait_for_step(10)


def test_that_after_an_error_in_a_step_the_banner_says_how_the_run_stands_and_goes_on(
    user, monkeypatch
):
    user.enter("schedule.steps", "100000000")
    user.click("Train")
    user.wait_for_step(5)
    with monkeypatch.context() as patch:
        patch.setattr(PlainLoop, "step", boom)
        user.wait_for_banner("The training stopped at step ")
        stood_at = user.step
        said = f"{stood_at + 1:,} by an unforeseen error: RuntimeError: the disk is full of eels."
        assert said in user.banner
        assert user.banner.endswith("The run is as it was before that step.")
        assert "paused" in user.status
        assert looks_at_rest(user)
        user.click("Details")
        user.wait_for_banner("The details are in the clipboard.")
        assert "eels" in QGuiApplication.clipboard().text()
        assert "PyTorch" in QGuiApplication.clipboard().text()
        user.click("Close")
        user.click(f"Go on from step {stood_at:,}")  # it fails again: the same is said, no loop
        user.wait_for_banner(said)
        assert user.step == stood_at
    assert "the disk is full of eels" in log_text()
    user.click(f"Go on from step {stood_at:,}")
    user.wait_for_step(stood_at + 5)
    assert user.banner == ""


@pytest.mark.parametrize("how", ["Step", "Train"])
def test_that_the_toolbar_goes_on_after_an_error_and_the_banner_goes(user, monkeypatch, how):
    user.enter("schedule.steps", "100000000")
    user.click("Train")
    user.wait_for_step(5)
    with monkeypatch.context() as patch:
        patch.setattr(PlainLoop, "step", boom)
        user.wait_for_banner("The training stopped at step ")
    stood_at = user.step
    user.click(how)
    user.wait_for_step(stood_at + 1)
    user.wait_until(lambda: user.banner == "")
    assert not user.tab.banner.is_asking


def test_that_an_error_while_predicting_is_told_and_the_training_goes_on(user, monkeypatch):
    from nngui.core.trainer import Trainer

    user.enter("schedule.steps", "100000000")
    user.click("Train")
    user.wait_for_step(5)
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "predict", boom)
        user.wait_for_banner("What the network predicts could not be worked out")
    assert "the disk is full of eels" in log_text()
    stood_at = user.step
    user.wait_for_step(stood_at + 5)
    assert user.train_button == "Pause"


def test_that_an_error_in_the_window_is_told_once_with_its_details_and_logged(user):
    unexpected, reporter = Unexpected(), Reporter(user.window, "")
    unexpected.happened.connect(reporter.tell_exception)
    restore = unexpected.install()
    try:
        for times in range(5):
            try:
                boom()
            except RuntimeError:
                sys.excepthook(*sys.exc_info())
            if times == 0:
                user.wait_for_banner("Something unexpected happened (RuntimeError)")
                user.click("Copy details")
                user.wait_for_banner("The details are in the clipboard.")
    finally:
        restore()
    details = QGuiApplication.clipboard().text()
    assert "eels" in details
    assert "PyTorch" in details
    assert "Something unexpected" not in user.banner
    assert log_text().count("Traceback") == 1
    assert "for the 4. time" in log_text()


# --- Data that nothing can be learned from ------------------------------------------------------


def test_that_a_split_that_leaves_no_points_gets_a_sentence(user):
    user.enter("data.points", "2")
    user.wait_until_ready()
    user.enter("schedule.validation", "0.9")
    user.wait_for("Stopped by an error.")
    assert user.banner
    assert "Traceback" not in user.banner
    user.enter("schedule.validation", "0")
    user.wait_until_ready()
    assert user.banner == ""
    user.train_to_the_end()


def test_that_a_batch_larger_than_the_data_gets_a_sentence_and_the_run_goes_on(user):
    user.enter("schedule.steps", "100000000")
    user.click("Train")
    user.wait_for_step(5)
    user.enter("schedule.batch_size", "1000")
    user.wait_until(lambda: user.banner)
    assert "100" in user.banner
    stood_at = user.step
    user.wait_for_step(stood_at + 5)
    assert user.train_button == "Pause"


# --- The banner ---------------------------------------------------------------------------------


def test_that_a_warning_stays_until_it_is_closed(user):
    user.enter("network.hidden", "0")
    assert user.banner
    user.click("Close")
    assert user.banner == ""


def test_that_a_note_goes_by_itself_and_a_problem_stays(user, monkeypatch):
    monkeypatch.setattr("nngui.gui.panels.banner.INFO_FOR_MS", 50)
    for level in ("warning", "error", "info"):
        user.window.say(level, "A sentence.")
        after_timers(150)
        assert user.banner == ("" if level == "info" else "A sentence.")


def test_that_the_help_menu_opens_the_log(user):
    class Viewer(QObject):
        opened = None

        @Slot(QUrl)
        def show(self, url):
            self.opened = Path(url.toLocalFile())

    logging.getLogger("nngui").error("Something to read")
    viewer = Viewer()
    QDesktopServices.setUrlHandler("file", viewer, "show")
    try:
        user.trigger(user.window.actions_.open_log)
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert "Something to read" in viewer.opened.read_text(encoding="utf-8")


def write_settings(text):
    folder = Path(os.environ["NNGUI_CONFIG_DIR"])
    folder.mkdir(parents=True)
    (folder / "nngui.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "numbers",
    [
        "[]",
        "'far'",
        "[1, 2, 3]",
        "[99999, 99999, 900, 600]",
        "[-99999, 0, 99999, 1]",
        "[0, 0, -1, -1]",
        "[2147483647, -2147483647, 2147483647, 2147483647]",
        "[4294967296, 0, 9, 9]",
        "[0, 900, 0]",
    ],
)
def test_that_a_broken_setting_in_the_settings_file_does_not_keep_the_window_from_opening(
    open_window, numbers
):
    values = ("theme", "purple"), ("language", "tlh"), ("tab", "nothing"), ("state", "lost")
    more = "".join(f"{name} = '{value}'\n" for name, value in values)
    splitters = [f"splitter-regression-{name} = {numbers}\n" for name in ("across", "down")]
    write_settings(f"version = 1\nrecent = 7\nwindow = {numbers}\n{''.join(splitters)}{more}")
    user = open_window(language=None, theme=None)
    assert user.window.isVisible()
    assert user.tab.task.name == "regression"
    screen, window = user.window.screen().availableGeometry(), user.window.geometry()
    assert screen.contains(user.window.pos())
    assert window.width() <= max(screen.width(), 1280)
    assert window.height() <= max(screen.height(), 800)
    assert min(part.width() for part in (user.tab.form, user.view)) > 200
    assert min(part.height() for part in (user.view, user.tab.loss_plot)) > 60


@pytest.mark.parametrize(
    "begin",
    [lambda window: window.wake(), lambda window: window.run_commands.train()],
    ids=["wake", "train"],
)
def test_that_a_broken_settings_file_is_set_aside_with_a_word(open_window, begin):
    folder = write_settings("theme = dark\nis this a file?")
    user = open_window(language=None, theme=None)
    begin(user.window)
    user.wait_for_banner("They were set aside as nngui.toml.broken")
    assert [file.name for file in folder.iterdir()] == ["nngui.toml.broken"]
    user.window.close()
    again = open_window()
    again.window.wake()
    again.wait_until_ready()
    assert again.banner == ""


def test_that_settings_that_cannot_be_kept_are_a_word_and_the_theme_changes(
    open_window, tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NNGUI_CONFIG_DIR", str(tmp_path / "file" / "config"))
    user = open_window()
    user.trigger(user.window.actions_.themes.actions()[2])
    assert "could not be kept in" in user.banner
    assert user.window.palette().window().color().lightness() < 80


def test_that_a_data_folder_that_cannot_be_made_does_not_keep_the_window_from_opening(
    open_window, tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NNGUI_DATA_DIR", str(tmp_path / "file" / "data"))
    user = open_window()
    assert user.window.isVisible()
    user.trigger(user.window.actions_.open_log)
    assert "The log is empty" in user.banner


# --- More than the memory holds -------------------------------------------------------------------


def test_that_a_run_that_would_fill_the_memory_is_a_sentence_and_the_next_one_trains(
    user, monkeypatch
):
    monkeypatch.setattr(memory_estimate, "free_memory", lambda: 50_000_000)
    user.enter("data.points", "100000")
    user.enter("network.hidden", "500")
    user.wait_for_banner("This run would take ")
    assert "points at once. Set a smaller batch size (schedule.batch_size)" in user.banner
    assert looks_at_rest(user)
    user.enter("data.points", "100")
    user.go_fast()
    user.click("Train")
    user.wait_for("All 100 steps done.")


@pytest.mark.parametrize("error", [MemoryError(), torch.OutOfMemoryError("CUDA out of memory.")])
def test_that_a_step_for_which_there_is_no_memory_says_so(user, monkeypatch, error):
    def full(*_):
        raise error

    user.wait_until_ready()
    monkeypatch.setattr(PlainLoop, "step", full)
    user.click("Train")
    user.wait_for_banner("by an unforeseen error: The memory is used up")
    assert looks_at_rest(user)


def test_that_steps_that_take_minutes_are_told_before_the_first(user, monkeypatch):
    monkeypatch.setattr(memory_estimate, "WORK_PER_S", 10.0)
    user.enter("network.hidden", "20")
    user.wait_for_banner("A step of this run takes about ")
    assert user.step == 0
