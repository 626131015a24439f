"""A user's own images: IDX files opened through the menu, good ones and bad ones."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from nngui.gui.dialogs.images_dialog import ImagesDialog
from nngui.gui.dialogs.table_dialog import TableDialog
from tests.gui.helpers import spec_of

KEY = Qt.Key
IMAGES, LABELS = b"\0\0\x08\x03", b"\0\0\x08\x01"


def idx(begins, array):
    sizes = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return begins + sizes + array.astype(np.uint8).tobytes()


@pytest.fixture
def files(tmp_path):
    """An IDX file as MNIST has it, 90 images of 8 by 8 in three classes, and its labels."""
    pictures = np.random.default_rng(1).integers(0, 256, (90, 8, 8))
    labels = np.arange(90) % 3
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(LABELS, labels)))
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(idx(IMAGES, pictures)))
    return path


@pytest.fixture
def someone(open_window):
    user = open_window()
    user.window.open_task("cnn").run.apply(spec_of("cnn", {"schedule.epochs": 1}))
    user.window.wake()
    user.wait_until_ready()
    return user


def open_images(user, path):
    user.trigger(user.window.actions_.open_images)
    user.choose_file(path)


def dialog_of(user):
    """The dialog that shows the images, once they can be opened."""
    user.wait_until(lambda: any(d.open_button.isEnabled() for d in user.dialogs(ImagesDialog)))
    return user.dialogs(ImagesDialog)[-1]


def take(user):
    QTest.keyClick(dialog_of(user), KEY.Key_Return)


def write_folder(folder, sides=(8, 8), colours=("grey", "grey"), n=40):
    for name, side, colour, grey in zip(("cats", "dogs"), sides, colours, (40, 200), strict=True):
        (folder / name).mkdir(parents=True)
        for number in range(n):
            image = QImage(QSize(side, side), QImage.Format.Format_RGB32)
            image.fill(QColor(grey + number % 9, grey, grey if colour == "grey" else 0))
            if colour == "grey":
                image = image.convertToFormat(QImage.Format.Format_Grayscale8)
            assert image.save(str(folder / name / f"{number}.png"))
    return folder


def recent_files(user):
    menu = user.window.actions_.recent
    return {a.text().partition(" ")[2]: a for a in menu.actions() if a.data()}


def test_that_an_idx_file_is_opened_through_the_menu_and_trained_on(someone, files):
    before = someone.tab.run.spec
    assert before.data.kind == "digits"
    open_images(someone, files)
    dialog = dialog_of(someone)
    assert dialog.summary_text == "72 images to train on, 18 to test on, 3 classes"
    assert dialog.side.currentText() == "as they are (8×8)"
    assert dialog.classes.item(2, 1).text() == "24"
    take(someone)
    someone.wait_until(lambda: someone.tab.run.spec.data.kind == "file")
    someone.wait_until_ready()
    someone.wait_until(lambda: someone.tab.data is not None and len(someone.tab.data.classes) == 3)
    someone.train_to_the_end()
    recent = recent_files(someone)
    assert files.name in recent
    someone.tab.run.apply(before)
    someone.wait_until(lambda: len(someone.tab.data.classes) == 10)
    someone.trigger(recent_files(someone)[files.name])
    take(someone)
    someone.wait_until(lambda: someone.tab.run.spec.data.kind == "file")


def test_that_damaged_idx_files_are_refused_in_one_sentence(someone, files):
    before, whole = someone.tab.run.spec, gzip.decompress(files.read_bytes())
    cases = {
        "truncated.idx": (whole[:-5], "but 5,755 follow"),
        "lying.idx": (IMAGES + b"\x7f\xff\xff\xff" * 3, "holds 2,147,483,647 images, but"),
        "page.idx": (b"<html>not found</html>", "is no IDX file"),
    }
    for name, (content, words) in cases.items():
        path = files.with_name(name.replace(".idx", "-images-idx3-ubyte"))
        labels = path.with_name(path.name.replace("images-idx3", "labels-idx1"))
        labels.write_bytes(idx(LABELS, np.arange(90) % 3))
        path.write_bytes(content)
        open_images(someone, path)
        someone.wait_for_banner(words)
        assert someone.banner.count("\n") == 0
        assert someone.banner.endswith(".")
    assert someone.tab.run.spec == before
    assert not recent_files(someone)


def test_that_a_folder_whose_only_image_is_a_text_is_told_by_its_name(someone, tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "cat.png").write_text("I am no image.")
    someone.trigger(someone.window.actions_.open_image_folder)
    someone.choose_file(tmp_path / "pictures")
    someone.wait_for_banner("cat.png could not be read: it is no image")


def test_that_a_folder_of_images_comes_back_by_the_recent_files(someone, tmp_path):
    write_folder(tmp_path / "pets")
    before = someone.tab.run.spec
    someone.trigger(someone.window.actions_.open_image_folder)
    someone.choose_file(tmp_path / "pets")
    take(someone)
    someone.wait_until(lambda: someone.tab.run.spec.data.kind == "file")
    someone.wait_until_ready()
    someone.tab.run.apply(before)
    someone.wait_until_ready()
    someone.trigger(recent_files(someone)["pets"])
    take(someone)
    someone.wait_until(lambda: someone.tab.run.spec.data.kind == "file")


def test_that_images_of_different_sizes_are_seen_in_the_size_that_is_chosen(someone, tmp_path):
    write_folder(tmp_path / "pets", sides=(20, 30), colours=("grey", "colour"))
    someone.window.open_any.open(tmp_path / "pets")
    dialog = dialog_of(someone)
    assert "of different sizes: 20×20 (40), 30×30 (40)" in dialog.summary_text
    assert "40 of them coloured" in dialog.summary_text
    assert dialog.side.currentText() == "30×30"
    assert dialog.grid.texture.images.shape[1:] == (30, 30, 3)
    assert {"cats", "dogs"} == set(dialog.grid.captions)
    dialog.side.setFocus()
    QTest.keyClicks(dialog.side, "16")
    someone.wait_until(lambda: dialog.grid.texture.images.shape[1:] == (16, 16, 3))
    QTest.keyClicks(dialog.colours, "g")
    someone.wait_until(lambda: dialog.grid.texture.images.shape[1:] == (16, 16))
    dialog.most.setValue(10)
    assert "10 images to train on, 10 to test on" in dialog.summary_text
    take(someone)
    someone.wait_until(lambda: someone.tab.run.spec.data.kind == "file")
    data = someone.tab.run.spec.data
    assert (data.side, data.colours, data.images) == (16, "grey", 10)
    someone.wait_until_ready()
    someone.wait_until(lambda: someone.tab.data is not None and someone.tab.data.x.shape[1] == 1)
    # Opened once more, it begins with what was chosen.
    someone.window.open_any.open(tmp_path / "pets")
    dialog = dialog_of(someone)
    assert dialog.choice() == {"side": 16, "fit": "squash", "colours": "grey", "images": 10}
    QTest.keyClick(dialog, KEY.Key_Escape)
    someone.wait_until(lambda: not someone.dialogs(ImagesDialog))
    assert someone.tab.run.spec.data == data


def test_that_an_archive_of_arrays_is_images_or_a_table_by_its_shapes(someone, tmp_path):
    x = np.random.default_rng(1).random((60, 12, 12, 3), np.float32)
    y = np.array(["frog", "newt", "toad"])[np.arange(60) % 3]
    np.savez_compressed(tmp_path / "pond.npz", x_train=x, y_train=y)
    np.savez(tmp_path / "rows.npz", x=x[:, 0, :4, 0], y=np.arange(60.0))
    someone.window.open_any.open(tmp_path / "rows.npz")
    someone.wait_until(lambda: someone.dialogs(TableDialog))
    someone.wait_until(lambda: someone.dialogs(TableDialog)[-1].open_button.isEnabled())
    QTest.keyClick(someone.dialogs(TableDialog)[-1], KEY.Key_Escape)
    someone.window.open_any.open(tmp_path / "pond.npz")
    dialog = dialog_of(someone)
    assert dialog.summary_text == "48 images to train on, 12 to test on, 3 classes"
    assert dialog.grid.captions[:3] == ("frog", "newt", "toad")
    take(someone)
    someone.wait_until(lambda: someone.tab.run.spec.data.kind == "file")
    someone.wait_until_ready()
    someone.train_to_the_end()
    assert someone.tab.data.classes == ("frog", "newt", "toad")


def test_that_a_damaged_archive_is_told_and_nothing_is_lost(someone, tmp_path):
    before = someone.tab.run.spec
    x, y = np.zeros((20, 8, 8), np.uint8), np.arange(20) % 2
    np.savez(tmp_path / "one.npz", images=x, labels=y[:-1])
    open_images(someone, tmp_path / "one.npz")
    someone.wait_for_banner("one.npz holds 20 images, but there are 19 labels for them.")
    assert not someone.dialogs(ImagesDialog)
    assert someone.tab.run.spec == before


def test_that_files_that_cannot_be_read_are_listed_and_asked_about_before_they_are_left_out(
    someone, tmp_path
):
    folder = write_folder(tmp_path / "pets")
    (folder / "cats" / "7.png").write_bytes(b"")
    (folder / "dogs" / "phone.heic").write_bytes(b"x")
    cut = folder / "dogs" / "3.png"
    cut.write_bytes(cut.read_bytes()[:-20])
    (folder / "readme.txt").write_text("beside")
    someone.trigger(someone.window.actions_.open_image_folder)
    someone.choose_file(folder)
    dialog = dialog_of(someone)
    assert dialog.open_button.text() == "Open without them"
    listed = [dialog.left_out.item(row).text() for row in range(dialog.left_out.count())]
    assert listed == [
        "dogs/phone.heic – images of its kind are not read",
        "cats/7.png – it is empty",
    ]
    before = someone.tab.run.spec
    QTest.keyClick(dialog, KEY.Key_Return)  # only now the third one is found to be cut off
    someone.wait_until(lambda: dialog.left_out.count() == 3)
    assert dialog.left_out.item(2).text() == "dogs/3.png – it is damaged or incomplete"
    assert someone.tab.run.spec == before
    take(someone)
    someone.wait_until(lambda: someone.tab.run.spec.data.kind == "file")
    someone.wait_until_ready()


def test_that_what_is_left_aside_is_told_before_and_other_shapes_can_be_cropped(someone, tmp_path):
    folder = tmp_path / "archive"
    write_folder(folder / "train", sides=(40, 40))
    (folder / "test").mkdir()
    for number in range(4):
        QImage(QSize(60, 30), QImage.Format.Format_RGB32).save(
            str(folder / "test" / f"{number}.png")
        )
    someone.trigger(someone.window.actions_.open_image_folder)
    someone.choose_file(folder)
    dialog = dialog_of(someone)
    assert "test holds images without classes, which are not used (4)." in dialog.notes.text()
    assert dialog.open_button.text() == "Open"
    assert not dialog.fit.isEnabled()  # as they are: there is nothing to fit
    choose(dialog.side, "16×16")
    someone.wait_until(lambda: dialog.fit.isEnabled())
    choose(dialog.fit, "crop the edges")
    take(someone)
    someone.wait_until(lambda: someone.tab.run.spec.data.kind == "file")
    assert (someone.tab.run.spec.data.fit, someone.tab.run.spec.data.side) == ("crop", 16)
    someone.wait_until_ready()


def choose(box, text):
    box.setCurrentIndex(box.findText(text))
    box.activated.emit(box.currentIndex())
