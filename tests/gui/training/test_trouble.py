"""When something goes wrong: one sentence above the plots, details in the log, a usable window."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from nngui.core.data.curves import CURVES
from nngui.gui.crash import Reporter
from nngui.gui.panels.banner import Unexpected
from tests.gui.helpers import process_events

FAILED = "The training failed unexpectedly. Help, Open log has the details; Reset starts again."


def log_text():
    return (Path(os.environ["NNGUI_DATA_DIR"]) / "nngui.log").read_text(encoding="utf-8")


def boom(*_):
    raise RuntimeError("the disk is full of eels")


def looks_at_rest(person):
    """Whether nothing on the screen says that it trains."""
    process_events()
    return person.train_button == "Train" and "steps/s" not in person.status


# --- Training that goes wrong -------------------------------------------------------------------


def test_that_a_diverged_run_says_so_and_names_a_smaller_learning_rate(person):
    person.enter("optimizer.lr", "10")
    person.go_fast()
    person.click("Train")
    person.wait_for_banner("The training diverged: at step ")
    assert person.banner.endswith("Try a smaller learning rate, such as 1.")
    assert looks_at_rest(person)
    assert person.step < 100
    assert len(person.losses_drawn[0]) > 0
    person.enter("optimizer.lr", "0.1")
    person.click("Reset")
    person.wait_until_ready()
    assert person.banner == ""
    person.click("Train")
    person.wait_for("All 100 steps done.")
    assert float(person.headline.removeprefix("Loss=")) < 0.05


def test_that_a_diverged_run_can_go_on_with_a_smaller_learning_rate(person):
    person.enter("optimizer.lr", "10")
    person.go_fast()
    person.click("Train")
    person.wait_for_banner("The training diverged")
    ended_at = person.step
    person.enter("optimizer.lr", "1e-12")
    person.click("Train")
    person.wait_for("All 100 steps done.")
    assert person.step > ended_at


def test_that_a_dead_network_is_named_as_such(person):
    person.enter("optimizer.lr", "0.5")
    person.enter("schedule.steps", "400")
    person.go_fast()
    person.click("Train")
    person.wait_for_banner("The network has gone dead")
    person.wait_for("done.")
    assert "New weights" in person.banner
    person.wait_until(lambda: person.tab.banner.is_asking)  # with a smaller rate to take
    assert "The network has gone dead" in person.banner
    person.click("New weights")
    person.wait_for("seed 2")
    person.wait_until(lambda: person.banner == "")


# --- Errors nobody foresaw ----------------------------------------------------------------------


def test_that_an_error_while_the_data_are_made_does_not_look_like_training(person, monkeypatch):
    monkeypatch.setitem(CURVES, "cubic", (boom, "boom(x)"))
    person.enter("schedule.steps", "100000000")
    person.click("Train")
    person.wait_for_step(1)
    person.choose("data.kind", "y = x³")
    person.wait_for_banner(FAILED)
    assert "Stopped by an error." in person.status
    assert looks_at_rest(person)
    assert "Traceback" in log_text()
    assert "RuntimeError: the disk is full of eels" in log_text()
    person.choose("data.kind", "y = |x|")
    person.wait_until_ready()
    assert person.banner == ""
    person.click("Train")
    person.wait_for_step(10)


def test_that_an_error_in_mid_run_does_not_look_like_training(person, monkeypatch):
    from nngui.core.training.plain_loop import PlainLoop

    person.enter("schedule.steps", "100000000")
    person.click("Train")
    person.wait_for_step(5)
    with monkeypatch.context() as patch:
        patch.setattr(PlainLoop, "step", boom)
        person.wait_for_banner(FAILED)
    assert "Stopped by an error." in person.status
    assert looks_at_rest(person)
    assert "the disk is full of eels" in log_text()
    person.click("Step")
    person.wait_for("Step 1 of")
    person.click("Train")
    person.wait_for_step(20)
    assert person.banner == ""


def test_that_an_error_while_predicting_is_told_and_the_training_goes_on(person, monkeypatch):
    from nngui.core.trainer import Trainer

    person.enter("schedule.steps", "100000000")
    person.click("Train")
    person.wait_for_step(5)
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "predict", boom)
        person.wait_for_banner("What the network predicts could not be worked out")
    assert "the disk is full of eels" in log_text()
    stood_at = person.step
    person.wait_for_step(stood_at + 5)
    assert person.train_button == "Pause"


def test_that_an_error_in_the_window_is_told_once_with_its_details_and_logged(person):
    unexpected, reporter = Unexpected(), Reporter(person.window, "")
    unexpected.happened.connect(reporter.tell_exception)
    restore = unexpected.install()
    try:
        for times in range(5):
            try:
                boom()
            except RuntimeError:
                sys.excepthook(*sys.exc_info())
            if times == 0:
                person.wait_for_banner("Something unexpected happened (RuntimeError)")
                person.click("Copy details")
                person.wait_for_banner("The details are in the clipboard.")
    finally:
        restore()
    details = QGuiApplication.clipboard().text()
    assert "eels" in details
    assert "PyTorch" in details
    assert "Something unexpected" not in person.banner
    assert log_text().count("Traceback") == 1
    assert "for the 4. time" in log_text()


# --- Data that nothing can be learned from ------------------------------------------------------


def test_that_a_split_that_leaves_no_points_gets_a_sentence(person):
    person.enter("data.points", "2")
    person.wait_until_ready()
    person.enter("schedule.validation", "0.9")
    person.wait_for("Stopped by an error.")
    assert person.banner
    assert "Traceback" not in person.banner
    person.enter("schedule.validation", "0")
    person.wait_until_ready()
    assert person.banner == ""
    person.train_to_the_end()


def test_that_a_batch_larger_than_the_data_gets_a_sentence_and_the_run_goes_on(person):
    person.enter("schedule.steps", "100000000")
    person.click("Train")
    person.wait_for_step(5)
    person.enter("schedule.batch_size", "1000")
    person.wait_until(lambda: person.banner)
    assert "100" in person.banner
    stood_at = person.step
    person.wait_for_step(stood_at + 5)
    assert person.train_button == "Pause"


# --- The banner ---------------------------------------------------------------------------------


def test_that_a_warning_stays_until_it_is_closed(person):
    person.enter("network.hidden", "0")
    assert person.banner
    person.click("Close")
    assert person.banner == ""


def test_that_a_note_goes_by_itself_and_a_problem_stays(person, monkeypatch):
    monkeypatch.setattr("nngui.gui.panels.banner.INFO_FOR_MS", 50)
    for level in ("warning", "error", "info"):
        person.window.say(level, "A sentence.")
        person.qtbot.wait(150)
        assert person.banner == ("" if level == "info" else "A sentence.")


def test_that_the_help_menu_opens_the_log(person):
    class Viewer(QObject):
        opened = None

        @Slot(QUrl)
        def show(self, url):
            self.opened = Path(url.toLocalFile())

    logging.getLogger("nngui").error("Something to read")
    viewer = Viewer()
    QDesktopServices.setUrlHandler("file", viewer, "show")
    try:
        person.trigger(person.window.actions_.open_log)
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
    person = open_window(language=None, theme=None)
    assert person.window.isVisible()
    assert person.tab.task.name == "regression"
    screen, window = person.window.screen().availableGeometry(), person.window.geometry()
    assert screen.contains(person.window.pos())
    assert window.width() <= max(screen.width(), 1280)
    assert window.height() <= max(screen.height(), 800)
    assert min(part.width() for part in (person.tab.form, person.view)) > 200
    assert min(part.height() for part in (person.view, person.tab.loss_plot)) > 60


@pytest.mark.parametrize("begin", ["wake", "start_training"])
def test_that_a_broken_settings_file_is_set_aside_with_a_word(open_window, begin):
    folder = write_settings("theme = dark\nis this a file?")
    person = open_window(language=None, theme=None)
    getattr(person.window, begin)()
    person.wait_for_banner("They were set aside as nngui.toml.broken")
    assert [file.name for file in folder.iterdir()] == ["nngui.toml.broken"]
    person.window.close()
    again = open_window()
    again.window.wake()
    again.wait_until_ready()
    assert again.banner == ""


def test_that_settings_that_cannot_be_kept_are_a_word_and_the_theme_changes(
    open_window, tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NNGUI_CONFIG_DIR", str(tmp_path / "file" / "config"))
    person = open_window()
    person.trigger(person.window.actions_.themes.actions()[2])
    assert "could not be kept in" in person.banner
    assert person.window.palette().window().color().lightness() < 80


def test_that_a_data_folder_that_cannot_be_made_does_not_keep_the_window_from_opening(
    open_window, tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NNGUI_DATA_DIR", str(tmp_path / "file" / "data"))
    person = open_window()
    assert person.window.isVisible()
    person.trigger(person.window.actions_.open_log)
    assert "The log is empty" in person.banner
