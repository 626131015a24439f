"""`nngui screenshot`: a picture of the real window, and nothing else changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMainWindow

from nngui.cli import main
from nngui.gui.style.theme import DARK


def windows():
    return {w for w in QApplication.topLevelWidgets() if isinstance(w, QMainWindow)}


@pytest.fixture
def screenshot(open_window, tmp_path, capsys):
    """Run the command; return its exit code, its picture and what it said on stderr."""

    def run(*arguments, file=tmp_path / "window.png"):
        before = windows()
        code = main(["screenshot", *arguments, "-o", str(file)])
        for window in windows() - before:
            assert not window.isVisible()
            window.deleteLater()
        return code, QImage(str(file)), capsys.readouterr().err

    return run


def test_that_the_picture_has_the_size_the_theme_and_the_scale_asked_for(screenshot):
    looks = ("--size", "1000x600", "--scale", "2", "--theme", "dark", "--lang", "zh_CN")
    code, image, said = screenshot("regression", "--steps", "5", "--panel", "lesson", *looks)
    assert (code, said) == (0, "")
    assert image.size().toTuple() == (2000, 1200)
    assert image.pixelColor(3, 3).name() == DARK.window
    assert has_colour(image, DARK.curve)


def has_colour(image, name):
    small = image.scaled(image.width() // 2, image.height() // 2)
    return any(
        small.pixelColor(x, y).name() == name
        for x in range(small.width())
        for y in range(0, small.height(), 3)
    )


def test_that_a_screenshot_leaves_what_the_window_remembers_alone(screenshot, open_window):
    user = open_window(size=(900, 600))
    user.window.open_task("classification")
    user.window.close()
    file = Path(os.environ["NNGUI_CONFIG_DIR"]) / "nngui.toml"
    user.wait_until(file.exists)
    before = file.read_text(encoding="utf-8")
    code, image, _ = screenshot("regression", "--steps", "0", "--size", "1100x700")
    assert code == 0
    assert image.size().toTuple() == (1100, 700)
    again = open_window()
    assert again.tab.task.name == "classification"
    assert again.window.size().toTuple() == (900, 600)
    assert file.read_text(encoding="utf-8") == before


def test_that_a_screenshot_that_cannot_be_made_says_why(screenshot, tmp_path):
    code, _, said = screenshot("regression", "--steps", "1", file=tmp_path / "no" / "where.png")
    assert code == 2
    assert said.startswith(f"nngui: {tmp_path / 'no' / 'where.png'} could not be written: ")
    code, image, said = screenshot("regression", "--set", "data.kind=hand")
    assert code == 2
    assert said.startswith("nngui: There are no points to learn from")
    assert image.isNull()
