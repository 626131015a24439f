"""Settings, scripts, losses and pictures: what the File menu writes and reads."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from nngui.core.script import script
from nngui.core.spec.toml import to_toml
from tests.gui.helpers import CTRL, TASKS, process_events, spec_of

UNWRITABLE = "/proc/nngui"  # for root too
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def training(user):
    """Somebody before a run that goes on."""
    user.enter("schedule.steps", "100000000")
    user.click("Train")
    user.wait_for_step(5)
    return user


def goes_on(user):
    stood_at = user.step
    user.wait_for_step(stood_at + 5)
    return user.train_button == "Pause"


# --- Settings -------------------------------------------------------------------------------------


def test_that_settings_are_saved_and_opened_again(user, tmp_path):
    user.enter("optimizer.lr", "0.05")
    user.enter("network.hidden", "20, 20")
    user.choose("data.kind", "y = |x|")
    user.wait_until_ready()
    saved = user.code
    user.press(Qt.Key.Key_S, CTRL)
    user.choose_file(tmp_path / "mine")
    assert user.banner == f"Saved as {tmp_path / 'mine.toml'}."
    document = tomllib.loads((tmp_path / "mine.toml").read_text(encoding="utf-8"))
    assert document["task"] == "regression"
    assert document["optimizer"]["lr"] == 0.05
    user.press(Qt.Key.Key_N, CTRL)
    assert user.shows("optimizer.lr") == "0.2"
    user.press(Qt.Key.Key_O, CTRL)
    user.choose_file(tmp_path / "mine.toml")
    assert user.shows("optimizer.lr") == "0.05"
    assert user.shows("network.hidden") == "20, 20"
    assert user.code == saved
    user.wait_until_ready()


def test_that_points_by_hand_are_saved_and_opened_again(user, tmp_path):
    user.enter("data.points", "3")
    user.wait_until_ready()
    user.click_plot(0.5, 0.8)
    saved = user.tab.run.spec
    user.press(Qt.Key.Key_S, CTRL)
    user.choose_file(tmp_path / "points.toml")
    user.press(Qt.Key.Key_N, CTRL)
    user.wait_until(lambda: len(user.points_drawn) == 100)
    user.press(Qt.Key.Key_O, CTRL)
    user.choose_file(tmp_path / "points.toml")
    user.wait_until(lambda: len(user.points_drawn) == 4)
    assert user.tab.run.spec == saved
    assert "points = torch.tensor([" in user.code  # it begins with them now


def test_that_settings_of_another_task_open_its_tab(user, tmp_path):
    spec = spec_of("classification", {"data.kind": "moons", "optimizer.lr": 0.1})
    (tmp_path / "c.toml").write_text(to_toml("classification", spec), encoding="utf-8")
    user.press(Qt.Key.Key_O, CTRL)
    user.choose_file(tmp_path / "c.toml")
    assert user.tab.task.name == "classification"
    assert user.shows("data.kind") == "Moons"
    assert user.shows("optimizer.lr") == "0.1"
    user.wait_until_ready()
    user.train_to_the_end()


def test_that_settings_that_make_no_sense_get_a_sentence_and_change_nothing(training, tmp_path):
    file, before = tmp_path / "bad.toml", training.code
    for text, sentence in {
        "seed = = 1": "These settings are not valid TOML: ",
        'task = "juggling"\n': f"{file} holds no settings of this program: it names no task",
        "seed = 1\n": f"{file} holds no settings of this program: it names no task",
        'task = "regression"\n[optimizer]\nlr = 5000\n': "optimizer.lr is 5000, but must be",
        'task = "regression"\n[optimiser]\nlr = 1\n': "There is no setting optimiser",
        "\x00\x01": "These settings are not valid TOML: ",
    }.items():
        file.write_text(text, encoding="utf-8")
        training.press(Qt.Key.Key_O, CTRL)
        training.choose_file(file)
        assert training.banner.startswith(sentence)
        assert "\n" not in training.banner
    file.write_bytes(b"\xff\xfe\x00")
    training.press(Qt.Key.Key_O, CTRL)
    training.choose_file(file)
    assert "is not a text file" in training.banner
    assert training.code == before
    assert goes_on(training)


# --- What is exported -----------------------------------------------------------------------------


def test_that_the_script_in_the_file_is_the_one_on_the_screen(user, tmp_path):
    user.enter("optimizer.lr", "0.05")
    user.press(Qt.Key.Key_E, CTRL)
    user.choose_file(tmp_path / "one.py")
    user.click("Save the code as a script…")
    user.choose_file(tmp_path / "two.py")
    expected = script(TASKS["regression"], spec_of("regression", {"optimizer.lr": 0.05}))
    assert user.code == expected
    for name in ("one.py", "two.py"):
        assert (tmp_path / name).read_text(encoding="utf-8") == expected


def test_that_losses_are_exported_in_mid_run_up_to_now(training, tmp_path):
    stood_at = training.step
    lines = training.export_history(tmp_path / "losses.csv")
    assert lines[0] == "step,loss"
    assert len(lines) > stood_at
    assert [line.split(",")[0] for line in lines[1:]] == [str(n) for n in range(1, len(lines))]
    assert goes_on(training)


def test_that_there_is_no_history_before_the_first_step(user):
    user.trigger(user.window.actions_.export_history)
    assert user.banner == "There are no losses yet: train first."
    assert not user.window.findChildren(QFileDialog)


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_that_the_plot_is_exported_as_png_and_svg(open_window, tmp_path, task):
    user = open_window()
    user.window.open_task(task)
    user.window.wake()
    user.wait_until_ready()
    user.train_to_the_end()
    card = user.tab.card
    size = card.size()  # the banner will take some of it
    user.press(Qt.Key.Key_P, CTRL)
    user.choose_file(tmp_path / "plot")
    image = QImage(str(tmp_path / "plot.png"))
    assert image.size() == 2 * size
    colours = {image.pixel(x, image.height() // 2) for x in range(0, image.width(), 7)}
    assert len(colours) > 2, "an empty picture"
    size = card.size()
    user.press(Qt.Key.Key_P, CTRL)
    user.choose_file(tmp_path / "plot.svg")
    root = ET.parse(tmp_path / "plot.svg").getroot()
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == f"0 0 {size.width()} {size.height()}"
    assert len(list(root.iter(f"{SVG}path"))) > 10
    figures = "".join(text for node in root.iter(f"{SVG}text") for text in node.itertext())
    assert user.headline in figures


def test_that_a_picture_leaves_the_screen_as_it_was(user, tmp_path):
    user.train_to_the_end()
    before = user.view.grab().toImage()
    user.press(Qt.Key.Key_P, CTRL)
    user.choose_file(tmp_path / "plot.png")
    user.click("Close")
    process_events()
    assert user.view.grab().toImage() == before


# --- Places that cannot be written to -------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.toml", "x.py", "x.csv", "x.png", "x.svg"])
def test_that_an_unwritable_place_gets_a_sentence_and_the_run_goes_on(training, name):
    actions = training.window.actions_
    action = {
        "toml": actions.save,
        "py": actions.export_script,
        "csv": actions.export_history,
    }.get(name[2:], actions.export_plot)
    training.trigger(action)
    training.choose_file(f"{UNWRITABLE}-{name}")
    assert training.banner.startswith(f"{UNWRITABLE}-{name} could not be written: ")
    assert training.banner.endswith("Choose another place.")
    assert goes_on(training)


def test_that_a_file_keeps_its_old_content_when_the_new_one_cannot_be_written(
    user, tmp_path, monkeypatch
):
    file = tmp_path / "mine.toml"
    file.write_text("old", encoding="utf-8")

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        user.window.documents.save_settings(user.tab.run)
        dialog = user.window.findChild(QFileDialog)
        dialog.filesSelected.emit([str(file)])  # the dialog itself would ask about replacing it
        dialog.reject()
    assert "No space left on device" in user.banner
    assert file.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_that_the_window_trains_on_while_a_dialog_is_open(training):
    training.trigger(training.window.actions_.save)
    dialog = training.window.findChild(QFileDialog)
    training.wait_until(dialog.isVisible)
    stood_at = training.step
    training.wait_for_step(stood_at + 5)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    training.wait_until(lambda: not dialog.isVisible())
    assert goes_on(training)


# --- Help -----------------------------------------------------------------------------------------


def test_that_help_lists_the_keys_and_the_versions(user):
    user.press(Qt.Key.Key_F1)
    title, text = user.close_message()
    assert title == "Keyboard shortcuts"
    for keys, words in (("Space", "Train or pause"), ("S", "Step"), ("]", "Faster")):
        assert f"<b>{keys}</b>" in text
        assert f">{words}</td>" in text
    user.trigger(user.window.actions_.about)
    title, text = user.close_message()
    assert title == "About nngui"
    for word in ("PyTorch 2.", "Qt 6.", "pyqtgraph 0.", "Python 3.", "Device: CPU"):
        assert word in text


def test_that_quit_closes_the_window(user):
    user.press(Qt.Key.Key_Q, CTRL)
    user.wait_until(lambda: not user.window.isVisible())
    assert not QApplication.activeModalWidget()


OPENING = """\
import sys, time
from pathlib import Path
from PySide6.QtWidgets import QApplication
from nngui.gui import app
from nngui.gui.window.main_window import MainWindow

def until_opened(_application=None):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        QApplication.processEvents()
        (window,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
        if window.isVisible() and window.built and window.tab.run.spec.data.points == 77:
            print(window.tab.task.name)
            window.close()
            return 0
    return 1

QApplication.exec = until_opened
sys.exit(app.run(None, False, "en", "light", Path(sys.argv[1])))
"""


def test_that_a_file_named_on_the_command_line_is_opened(tmp_path):
    file = tmp_path / "mine.nngui.toml"
    spec = spec_of("classification", {"data.points": 77})
    file.write_text(to_toml("classification", spec), encoding="utf-8")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", OPENING, file.name]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "classification"
