"""What is dropped on the window and is no file, or a bad one: a sentence at once, no more."""

from __future__ import annotations

import os

import pytest

from nngui.gui.dialogs.images_dialog import ImagesDialog
from tests.files.images.test_folder import write_folder
from tests.files.test_regular import WORDS, odd
from tests.gui.helpers import spec_of
from tests.gui.model_files import drop

NAMES = ["a.toml", "a.csv", "a.xlsx", "a.npz", "a-images-idx3-ubyte", "a.pkl", "a"]
BAD = {
    "dots": ("a" + ".a" * 20_000 + " = 1", "a name has more than 8 parts"),
    "digits": ('task = "regression"\nseed = 0x' + "f" * 5000, "a number of thousands of digits"),
    "lists": ("a = " + "[" * 50_000, "more than 8 lists are in each other"),
    "large": ("#" * 1_000_001, "too large to be a settings file"),
    "no task": ("task = [1]", "holds no settings of this program"),
    "encoding": ('task = "regression"\ndata.table.encoding = "zip"', "must be a text encoding"),
}


@pytest.mark.timeout(60)
@pytest.mark.skipif(os.name != "posix", reason="needs pipes and devices")
@pytest.mark.parametrize("kind", ["pipe", "device", "socket", "dangling"])
def test_that_what_is_no_file_is_said_to_be_none_and_not_waited_for(open_window, tmp_path, kind):
    user = open_window()
    for number, name in enumerate(NAMES):
        (tmp_path / str(number)).mkdir()
        path = odd(kind, tmp_path / str(number), name)
        assert drop(user.window, path)
        user.wait_for_banner(f"{path}")
        assert WORDS.get(kind, "it is not a file") in user.banner
        user.wait_until(lambda: not user.dialogs(ImagesDialog))


def test_that_a_folder_that_is_called_settings_is_said_to_be_a_folder(open_window, tmp_path):
    user = open_window()
    (tmp_path / "a.toml").mkdir()
    assert drop(user.window, tmp_path / "a.toml")
    assert "Is a directory" in user.banner


@pytest.mark.parametrize("case", BAD)
def test_that_settings_that_would_take_long_are_refused_at_once(open_window, tmp_path, case):
    content, words = BAD[case]
    user = open_window()
    (tmp_path / "a.toml").write_text(content, encoding="utf-8")
    assert drop(user.window, tmp_path / "a.toml")
    assert words in user.banner


def test_that_the_page_of_mistakes_says_that_of_few_images_none_is_kept_to_test_on(
    open_window, tmp_path
):
    user = open_window()
    few = {"data.kind": "file", "data.path": str(write_folder(tmp_path / "few", n=3))}
    small = {"schedule.batch_size": 3, "schedule.epochs": 2, "data.side": 12}
    user.window.open_task("cnn").run.apply(spec_of("cnn", few | small))
    user.window.wake()
    user.wait_until_ready()
    user.train_to_the_end()
    user.click("Mistakes")
    matrix = user.tab.pages.mistakes.matrix
    user.wait_until(lambda: "No image is kept to test on" in matrix.hint)
    assert not matrix.counts.size
