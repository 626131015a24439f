"""A person's own images: IDX files opened through the menu, good ones and bad ones."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from tests.gui.helpers import spec_of

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
    person = open_window()
    person.window.open_task("cnn").run.apply(spec_of("cnn", {"schedule.epochs": 1}))
    person.window.wake()
    person.wait_until_ready()
    return person


def open_images(person, path):
    person.trigger(person.window.actions_.open_images)
    person.choose_file(path)


def recent_files(person):
    menu = person.window.actions_.recent
    return {a.text().partition(" ")[2]: a for a in menu.actions() if a.data()}


def test_that_an_idx_file_is_opened_through_the_menu_and_trained_on(someone, files):
    before = someone.tab.run.spec
    assert before.data.kind == "digits"
    open_images(someone, files)
    someone.wait_until(lambda: someone.tab.run.spec.data.kind == "file")
    someone.wait_until_ready()
    someone.wait_until(lambda: someone.tab.data is not None and len(someone.tab.data.classes) == 3)
    someone.train_to_the_end()
    recent = recent_files(someone)
    assert files.name in recent
    someone.tab.run.apply(before)
    someone.wait_until(lambda: len(someone.tab.data.classes) == 10)
    someone.trigger(recent_files(someone)[files.name])
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
    someone.wait_for_banner("cat.png is no PNG or JPEG image")


def test_that_a_folder_of_images_comes_back_by_the_recent_files(someone, tmp_path):
    for name, grey in (("cats", 40), ("dogs", 200)):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(40):
            image = QImage(QSize(8, 8), QImage.Format.Format_Grayscale8)
            image.fill(grey + number % 9)
            assert image.save(str(tmp_path / "pets" / name / f"{number}.png"))
    before = someone.tab.run.spec
    someone.trigger(someone.window.actions_.open_image_folder)
    someone.choose_file(tmp_path / "pets")
    someone.wait_until(lambda: someone.tab.run.spec.data.kind == "file")
    someone.wait_until_ready()
    someone.tab.run.apply(before)
    someone.wait_until_ready()
    someone.trigger(recent_files(someone)["pets"])
    someone.wait_until(lambda: someone.tab.run.spec.data.kind == "file")
