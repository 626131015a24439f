"""Images from files: those that come with the program, IDX files, folders; and hostile ones."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin
from sklearn.datasets import load_digits

from nngui.core.errors import FileError
from nngui.files.images.decode import ImageSizesError
from nngui.files.images.notes import TOO_LARGE
from nngui.files.images.reader import image_shape, read_images, shipped_images

SIZES = (b"\0\0\x08\x03", b"\0\0\x08\x01")


def idx(array):
    sizes = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return SIZES[array.ndim == 1] + sizes + array.astype(np.uint8).tobytes()


def pictures(n, seed=0, side=6):
    return np.random.default_rng(seed).integers(0, 256, (n, side, side), dtype=np.uint8)


def write_set(folder, n=20, tests=0, pack=lambda data: data, suffix=""):
    """Write files as MNIST has them; returns the first one's path."""
    folder.mkdir(exist_ok=True)
    for name, count in (("train", n), ("t10k", tests)):
        if count:
            images, labels = pictures(count, len(name)), np.arange(count) % 4
            (folder / f"{name}-images-idx3-ubyte{suffix}").write_bytes(pack(idx(images)))
            (folder / f"{name}-labels-idx1-ubyte{suffix}").write_bytes(pack(idx(labels)))
    return folder / f"train-images-idx3-ubyte{suffix}"


def write_folder(folder, classes=("cat", "dog"), n=5, mode="L", suffix=".png", side=6):
    for number, name in enumerate(classes):
        (folder / name).mkdir(parents=True)
        for i in range(n):
            grey = Image.fromarray(pictures(1, 100 * number + i, side)[0])
            grey.convert(mode).save(folder / name / f"{i}{suffix}")
    return folder


def sentence_of(path, **options):
    with pytest.raises(FileError) as caught:
        read_images(path, **options)
    return str(caught.value).replace(str(path.parent), "")


# --- Those that come with the program -------------------------------------------------------------


def test_that_the_shipped_digits_are_those_of_scikit_learn_and_every_fifth_of_a_class_is_a_test():
    ours, theirs = shipped_images("digits"), load_digits()
    assert (ours.x.shape, ours.x_test.shape) == ((1442, 1, 8, 8), (355, 1, 8, 8))
    for digit in range(10):
        all_of_it = theirs.images[theirs.target == digit]
        kept = np.arange(len(all_of_it)) % 5 == 4
        np.testing.assert_array_equal(ours.x_test[ours.y_test == digit][:, 0], all_of_it[kept])
        np.testing.assert_array_equal(ours.x[ours.y == digit][:, 0], all_of_it[~kept])
    assert ours.classes == tuple("0123456789")
    assert ours.white == ours.x.max() == 16


def test_that_the_shipped_clothes_are_the_first_of_fashion_mnist():
    ours = shipped_images("fashion_mnist")
    assert (ours.x.shape, ours.x_test.shape) == ((10_000, 1, 28, 28), (2000, 1, 28, 28))
    # Counted and summed up from the files of Debian's package.
    assert np.bincount(ours.y).tolist() == [942, 1027, 1016, 1019, 974, 989, 1021, 1022, 990, 1000]
    assert np.bincount(ours.y_test).tolist() == [200, 203, 214, 190, 219, 195, 197, 200, 194, 188]
    assert hashlib.sha256(ours.x.tobytes()).hexdigest() == TRAIN_SHA256
    assert hashlib.sha256(ours.x_test.tobytes()).hexdigest() == TEST_SHA256
    assert (ours.classes[0], ours.classes[9]) == ("T-shirt", "ankle boot")


TRAIN_SHA256 = "2929ae1c7b89e0ee6587bbe4911fd5f0a5dafe21ae6ed9b737173cbfe20c12c9"
TEST_SHA256 = "09bbac78738f0229a68f7ca74e62665d7fb34f45ea7a3509ab5c4a202c1370de"


@pytest.mark.parametrize(("name", "words"), [("digits", "BSD"), ("fashion_mnist", "MIT License")])
def test_that_a_licence_stands_beside_each_set_of_images(name, words):
    text = files("nngui.resources.datasets").joinpath(f"{name}.LICENSE.txt").read_text("utf-8")
    assert text.startswith(f"{name}.npz\n")
    assert words in text
    assert "https://" in text


def test_that_all_shipped_data_take_at_most_six_megabytes():
    sizes = [
        len(file.read_bytes())
        for file in files("nngui.resources.datasets").iterdir()
        if file.is_file()
    ]
    assert sum(sizes) <= 6_000_000


def test_that_images_are_read_once_and_cannot_be_written_to(tmp_path):
    path = write_set(tmp_path)
    found = read_images(path)
    assert read_images(path) is found
    with pytest.raises(ValueError, match="read-only"):
        found.x[0] = 0
    path.write_bytes(idx(pictures(20, seed=9)))
    os.utime(path, ns=(1, 1))
    assert not np.array_equal(read_images(path).x, found.x)


# --- IDX files ------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("chosen", ["train-images-idx3", "t10k-labels-idx1", ""])
def test_that_any_of_the_four_files_or_their_folder_opens_all(tmp_path, suffix, chosen):
    pack = gzip.compress if suffix else bytes
    write_set(tmp_path, 20, 8, pack, suffix)
    found = read_images(tmp_path / f"{chosen}-ubyte{suffix}" if chosen else tmp_path)
    np.testing.assert_array_equal(found.x[:, 0], pictures(20, 5))
    np.testing.assert_array_equal(found.x_test[:, 0], pictures(8, 4))
    assert found.y.tolist() == [0, 1, 2, 3] * 5
    assert found.y_test.tolist() == [0, 1, 2, 3] * 2
    assert found.classes == ("0", "1", "2", "3")
    assert image_shape(tmp_path) == ((1, 6, 6), 4)


def test_that_without_a_test_set_every_fifth_of_each_class_becomes_one(tmp_path):
    found = read_images(write_set(tmp_path))
    assert found.y_test.tolist() == [0, 1, 2, 3]
    np.testing.assert_array_equal(found.x_test[:, 0], pictures(20, 5)[16:])
    assert len(found.x) == 16


@pytest.mark.parametrize("tests", [0, 8])
def test_that_only_the_first_images_are_taken_and_all_classes_known(tmp_path, tests):
    found = read_images(write_set(tmp_path, 20, tests), most=2)
    assert (len(found.x), len(found.x_test)) == (2, 2)
    assert len(found.y) == len(found.y_test) == 2
    assert len(found.classes) == 4


GOOD = idx(pictures(20))
HOSTILE = {
    "a header that lies": (SIZES[0] + (b"\x7f\xff\xff\xff" * 3), "holds 2,147,483,647 images, but"),
    "truncated": (GOOD[:-1], "its header promises 720 bytes (20 × 6 × 6), but 719 follow"),
    "too long": (GOOD + b"!", "its header promises 720 bytes (20 × 6 × 6), but more follow"),
    "only a header": (GOOD[:16], "but 0 follow"),
    "half a header": (GOOD[:9], "is an IDX file that holds nothing"),
    "nothing": (b"", "is no IDX file: it does not begin as one"),
    "text": (b"<html>not found</html>", "is no IDX file"),
    "labels": (idx(np.arange(20)), "is an IDX file, but not of images"),
    "floats": (b"\0\0\x0d\x03" + GOOD[4:], "says that it holds kind 13 in 3"),
    "no height": (SIZES[0] + b"\0\0\0\x14\0\0\0\0\0\0\0\6", "holds nothing"),
    "one image less": (idx(pictures(19)), "holds 19 images, but there are 20 labels"),
    "giant images": (SIZES[0] + b"\0\0\0\x14\0\0\xff\xff\0\0\xff\xff", "which is too large"),
    "too many": (SIZES[0] + b"\0\0\0\x14\0\0\x20\0\0\0\x20\0", "set data.images to 2 or less"),
    "gzip, truncated": (gzip.compress(GOOD)[:-9], "what gzip compressed cannot be unpacked"),
    "gzip, another checksum": (gzip.compress(GOOD)[:-8] + bytes(8), "cannot be unpacked"),
    "gzip of half": (gzip.compress(GOOD[:300]), "but 284 follow"),
    "a bomb": (gzip.compress(GOOD + bytes(20_000_000)), "but more follow"),
    "only gzip's first bytes": (b"\x1f\x8b", "cannot be unpacked"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_that_a_lying_or_damaged_idx_file_is_refused_in_one_sentence(tmp_path, case):
    content, words = HOSTILE[case]
    path = write_set(tmp_path)
    path.write_bytes(content)
    sentence = sentence_of(path)
    assert words in sentence
    assert sentence.count("\n") == 0
    assert sentence.endswith(".")


def test_that_labels_without_images_and_images_without_labels_are_told(tmp_path):
    path = write_set(tmp_path)
    path.with_name("train-labels-idx1-ubyte").unlink()
    assert "train-images-idx3-ubyte needs the file with its labels" in sentence_of(path)
    assert "holds no images that can be opened" in sentence_of(tmp_path / "photo.png")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_that_a_pipe_is_not_waited_for(tmp_path):
    path = write_set(tmp_path)
    path.unlink()
    os.mkfifo(path)
    assert "could not be read: it is not a file." in sentence_of(path)


# --- Folders --------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".png", ".PNG", ".jpg", ".jpeg"])
def test_that_a_folder_for_each_class_is_read(tmp_path, suffix):
    write_folder(tmp_path, suffix=suffix)
    (tmp_path / "cat" / "notes.txt").write_text("no image")
    (tmp_path / ".hidden").mkdir()
    found = read_images(tmp_path)
    assert found.classes == ("cat", "dog")
    assert (found.x.shape, found.x_test.shape) == ((8, 1, 6, 6), (2, 1, 6, 6))
    assert sorted(found.y.tolist()) == [0] * 4 + [1] * 4
    assert found.y_test.tolist() == [0, 1]
    if suffix == ".png":
        np.testing.assert_array_equal(found.x[0, 0], pictures(1, 0)[0])
        np.testing.assert_array_equal(found.x_test[1, 0], pictures(1, 104)[0])


def test_that_classes_come_in_turn_and_numbers_in_their_order(tmp_path):
    write_folder(tmp_path, classes=("10", "2", "1"))
    found = read_images(tmp_path, most=3)
    assert found.classes == ("1", "2", "10")
    assert found.y.tolist() == [0, 1, 2]


def test_that_folders_called_train_and_test_are_kept_apart(tmp_path):
    write_folder(tmp_path / "train", n=3)
    write_folder(tmp_path / "test", n=2)
    found = read_images(tmp_path)
    assert (len(found.x), len(found.x_test)) == (6, 4)
    assert not found.left_out
    for name in ("train", "test"):
        Image.new("L", (6, 6)).save(tmp_path / name / "stray.png")
    left = {one.name for one in read_images(tmp_path).left_out}
    assert left == {"train/stray.png", "test/stray.png"}  # beside the classes, of none of them
    write_folder(tmp_path / "test", classes=("bird",))
    assert "a class bird, which the training images do not have" in sentence_of(tmp_path)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "LA", "1", "I;16", "CMYK"])
def test_that_images_of_any_mode_become_grey_or_coloured_bytes(tmp_path, mode):
    suffix = ".jpg" if mode == "CMYK" else ".png"
    found = read_images(write_folder(tmp_path, mode=mode, suffix=suffix))
    assert found.x.dtype == np.uint8
    assert found.x.shape[1] == (1 if mode in ("1", "I;16") else 3)


def test_that_transparent_pixels_lie_on_white(tmp_path):
    write_folder(tmp_path)
    Image.new("RGBA", (6, 6), (255, 0, 0, 0)).save(tmp_path / "cat" / "0.png")
    assert (read_images(tmp_path).x[0] == 255).all()


def test_that_different_sizes_are_told_and_can_be_scaled(tmp_path):
    write_folder(tmp_path, side=40)
    Image.new("L", (50, 30), 255).save(tmp_path / "dog" / "wide.png")
    with pytest.raises(ImageSizesError) as caught:
        read_images(tmp_path)
    assert "different sizes, such as 40 × 40 and 50 × 30" in str(caught.value)
    assert caught.value.sizes == {(40, 40): 10, (50, 30): 1}
    assert caught.value.side == 40
    assert read_images(tmp_path, side=caught.value.side).x.shape[1:] == (1, 40, 40)
    assert image_shape(tmp_path, side=16) == ((1, 16, 16), 2)


def test_that_a_camera_held_upright_is_turned(tmp_path):
    write_folder(tmp_path, suffix=".jpg")
    picture = Image.new("L", (6, 6), 0)
    picture.paste(255, (0, 0, 6, 3))  # the upper half is white
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned right by a quarter
    picture.save(tmp_path / "cat" / "0.jpg", exif=exif, quality=95)
    seen = read_images(tmp_path).x[0, 0]
    assert seen[:, :2].max() < 60
    assert seen[:, 4:].min() > 200


def bomb(path, width, height):
    """A PNG of few bytes that says it has so many pixels."""
    Image.new("1", (8, 8)).save(path)
    data = bytearray(path.read_bytes())
    data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    data[29:33] = PngImagePlugin.zlib.crc32(data[12:29]).to_bytes(4, "big")
    path.write_bytes(data)


BAD = {
    "a text file": (lambda path: path.write_text("I am no image."), "no image, or damaged"),
    "an empty file": (lambda path: path.write_bytes(b""), "it is empty"),
    "an icon": (lambda path: Image.new("L", (6, 6)).save(path, "ICO"), "no image, or damaged"),
    "a truncated PNG": (
        lambda path: path.write_bytes(path.read_bytes()[:-30]),
        "damaged or incomplete",
    ),
    "another bit": (
        lambda path: path.write_bytes(path.read_bytes().replace(b"IDAT", b"IDAU")),
        "it is",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_that_what_is_no_image_is_left_out_and_told_by_name(tmp_path, case):
    spoil, why = BAD[case]
    spoil(write_folder(tmp_path) / "dog" / "3.png")
    found = read_images(tmp_path)
    assert sorted([*found.y.tolist(), *found.y_test.tolist()]) == [0] * 5 + [1] * 4
    assert (len(found.x), len(found.x_test)) == (len(found.y), len(found.y_test))
    (left_out,) = found.left_out
    assert left_out.name == "dog/3.png"
    assert why in left_out.why
    (note,) = found.notes
    assert str(note) == f"dog/3.png was left out: {left_out.why}."


@pytest.mark.parametrize("case", BAD)
def test_that_a_class_of_which_nothing_can_be_read_is_refused_by_name(tmp_path, case):
    write_folder(tmp_path)
    for path in (tmp_path / "dog").iterdir():
        BAD[case][0](path)
    sentence = sentence_of(tmp_path)
    assert "dog" in sentence
    assert "can be read, such as dog/" in sentence


@pytest.mark.parametrize("place", ["notes.png", "cat/notes.png"])
def test_that_the_only_image_is_named_when_it_is_none(tmp_path, place):
    path = tmp_path / place
    path.parent.mkdir(exist_ok=True)
    path.write_text("I am no image.")
    sentence = sentence_of(tmp_path)
    assert str(Path(place)) + " could not be read: it is no image" in sentence
    Image.new("L", (6, 6)).save(path)
    assert "holds no images to learn from" in sentence_of(tmp_path)


@pytest.mark.parametrize(
    ("width", "height"), [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (10_000, 10_000)]
)
def test_that_a_decompression_bomb_is_refused_by_its_header(tmp_path, width, height):
    bomb(write_folder(tmp_path) / "cat" / "1.png", width, height)
    found = read_images(tmp_path, side=28)
    assert [(one.name, one.why) for one in found.left_out] == [("cat/1.png", TOO_LARGE)]


def test_that_a_folder_needs_images_of_two_classes(tmp_path):
    write_folder(tmp_path, classes=("cat",))
    assert "of two classes or more" in sentence_of(tmp_path)
    (tmp_path / "dog").mkdir()
    assert "of two classes or more" in sentence_of(tmp_path)


def test_that_reading_images_imports_neither_torch_nor_qt(tmp_path):
    write_folder(tmp_path)
    code = (
        "import sys, pathlib; from nngui.files.images.reader import read_images, shipped_images;"
        "shipped_images('digits'); read_images(pathlib.Path(sys.argv[1]));"
        "sys.exit(any(name.split('.')[0] in ('torch', 'PySide6') for name in sys.modules))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    assert subprocess.run(command, check=False).returncode == 0
