"""A network for images is asked about new pictures: opened, dropped, pasted, or in a folder."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nngui.core.spec.toml import with_settings
from nngui.files.models.reader import read_model
from nngui.files.picture_predictions import predict_pictures
from nngui.gui.dialogs.picture_dialog import PictureDialog
from tests.gui.helpers import spec_of
from tests.gui.model_files import drop

SETTINGS = {
    "data.kind": "file",
    "data.side": 12,
    "data.colours": "colour",
    "schedule.epochs": 8,
    "schedule.batch_size": 8,
    "network.conv": [{"channels": 4, "kernel": 3}],
    "network.hidden": [],
}
RED, BLUE = (220, 30, 40), (30, 60, 220)


@pytest.fixture
def folder(tmp_path):
    """Two classes that are easily told apart: red and blue."""
    random = np.random.default_rng(3)
    for name, colour in (("red", RED), ("blue", BLUE)):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number in range(20):
            shade = np.clip(np.array(colour) + random.integers(-25, 25, 3), 0, 255)
            picture = Image.new("RGB", (20, 16), tuple(int(part) for part in shade))
            picture.save(tmp_path / "pictures" / name / f"{number}.png")
    return tmp_path / "pictures"


@pytest.fixture
def someone(open_window, folder):
    user = open_window()
    user.window.open_task("cnn").run.apply(spec_of("cnn", SETTINGS | {"data.path": str(folder)}))
    user.window.wake()
    user.wait_until_ready()
    user.train_to_the_end()
    return user


def ask(user):
    user.trigger(user.window.actions_.predict)
    user.wait_until(lambda: user.dialogs(PictureDialog))
    return user.dialogs(PictureDialog)[-1]


def picture(path, colour=RED, size=(60, 30)):
    Image.new("RGB", size, colour).save(path)
    return path


def wait_for_answer(user, dialog, name):
    user.wait_until(lambda: dialog.answer.text() == name)


def test_that_a_picture_is_opened_dropped_or_pasted_and_the_top_classes_told(someone, tmp_path):
    dialog = ask(someone)
    assert "It knows 2 classes, and sees 12×12 pixels in colour." in dialog.details.text()
    assert dialog.view.is_empty
    QTest.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    someone.choose_file(picture(tmp_path / "a photo.jpg"))
    wait_for_answer(someone, dialog, "red")
    assert not dialog.view.is_empty
    assert dialog.seen.texture.images.shape == (1, 12, 12, 3)
    assert dialog.bars.names == ("red", "blue")
    assert dialog.bars.values[0] > dialog.bars.values[1]
    assert dialog.bars.values.sum() == pytest.approx(1)
    assert "sure." in dialog.details.text()

    assert drop(dialog, picture(tmp_path / "b.webp", BLUE))
    wait_for_answer(someone, dialog, "blue")

    copied = QImage(40, 30, QImage.Format.Format_RGB32)
    copied.fill(QColor(*RED))
    QApplication.clipboard().setImage(copied)
    dialog.activateWindow()  # offscreen, a file dialog that goes gives nothing back
    someone.wait_until(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    wait_for_answer(someone, dialog, "red")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_that_what_is_no_picture_is_told_in_the_dialog(someone, tmp_path):
    dialog = ask(someone)
    path = tmp_path / "empty.png"
    path.write_bytes(b"")
    assert drop(dialog, path)
    wait_for_answer(someone, dialog, "–")
    assert dialog.details.text() == f"{path} could not be read: it is empty."
    QApplication.clipboard().setText("red")
    QTest.mouseClick(dialog.paste_button, Qt.MouseButton.LeftButton)
    assert dialog.details.text() == "What was copied is no picture."
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_that_a_folder_is_predicted_with_a_row_for_each_picture(someone, tmp_path):
    new = tmp_path / "new"
    (new / "more").mkdir(parents=True)
    for name, colour in (("2.png", RED), ("10.png", BLUE), ("more/1.png", BLUE)):
        picture(new / name, colour)
    (new / "3.png").write_text("none")
    dialog = ask(someone)
    QTest.mouseClick(dialog.folder_button, Qt.MouseButton.LeftButton)
    someone.choose_file(new)
    someone.choose_file(tmp_path / "out.csv")
    someone.wait_for_banner("4 pictures were predicted and saved as")
    assert "1 of 4 pictures could not be read, such as 3.png" in someone.banner
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["file"], row["predicted class"]) for row in rows] == [
        ("2.png", "red"),
        ("3.png", ""),
        ("10.png", "blue"),
        ("more/1.png", "blue"),
    ]


def test_that_a_saved_network_is_reopened_to_train_on_or_to_predict(someone, tmp_path):
    model = tmp_path / "cnn.pkl"
    someone.trigger(someone.window.actions_.save_model)
    someone.choose_file(model)
    someone.wait_for_banner("It has its preparation with it")
    someone.click("Reset")
    someone.wait_until_ready()
    someone.trigger(someone.window.actions_.open_model)
    someone.choose_file(model)
    someone.wait_for_banner("cnn.pkl is open, at step 0.")
    assert someone.tab.run.spec.data.kind == "file"
    someone.wait_until_ready()
    dialog = ask(someone)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)

    spec = with_settings(someone.tab.run.spec, {"data.kind": "digits", "network.weights": ""})
    someone.tab.run.apply(spec)  # other images: nothing of it could be trained on
    someone.wait_until_ready()
    someone.trigger(someone.window.actions_.open_model)
    someone.choose_file(model)
    someone.wait_until(lambda: someone.dialogs(PictureDialog))
    dialog = someone.dialogs(PictureDialog)[-1]
    path = picture(tmp_path / "new.png")
    assert drop(dialog, path)
    wait_for_answer(someone, dialog, "red")
    told = dict(zip(dialog.bars.names, dialog.bars.values.tolist(), strict=True))
    found = predict_pictures(read_model(model), path)
    assert told == dict(zip(found.classes, found.shares[0].tolist(), strict=True))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_that_a_picture_that_is_dropped_on_the_window_is_asked_about(someone, tmp_path):
    someone.window.open_task("regression")
    assert drop(someone.window, picture(tmp_path / "new.png", BLUE))
    someone.wait_until(lambda: someone.dialogs(PictureDialog))
    dialog = someone.dialogs(PictureDialog)[-1]
    wait_for_answer(someone, dialog, "blue")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_that_the_page_data_tells_of_each_class_and_of_what_was_left_out(
    open_window, folder, tmp_path
):
    (folder / "red" / "3.png").write_bytes(b"")
    user = open_window()
    user.window.open_task("cnn").run.apply(spec_of("cnn", SETTINGS | {"data.path": str(folder)}))
    user.window.wake()
    user.wait_until_ready()
    user.wait_until(lambda: user.tab.data is not None)
    user.click("Data")
    page = user.tab.pages.report
    assert page.isVisible()
    assert page.classes.item(1, 0).text() == "red"
    assert [page.classes.item(row, 1).text() for row in (0, 1)] == ["16", "16"]
    assert [page.classes.item(row, 2).text() for row in (0, 1)] == ["4", "3"]
    assert page.left_out.item(0).text() == "red/3.png"
    assert page.notes.text() == "red/3.png was left out: it is empty."
    assert "32 images to train on, 7 to test on, 2 classes." in page.facts.text()
