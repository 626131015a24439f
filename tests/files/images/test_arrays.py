"""Images in NumPy archives: found by names and shapes, bounded, and never more than numbers."""

from __future__ import annotations

import random
import zipfile

import numpy as np
import pytest
from PIL import Image

from nngui.core.errors import FileError
from nngui.files.images.arrays import holds_images
from nngui.files.images.reader import image_shape, read_images
from nngui.files.images.survey import sample_images, survey_images
from nngui.files.progress import CancelledError, Progress
from tests.files.models.mutate import spoil_bytes

N = 20


def pictures(n=N, *shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, *(shape or (6, 5))), dtype=np.uint8)


def labels(n=N, classes=4):
    return np.arange(n) % classes


def write(folder, name="a.npz", **arrays):
    path = folder / name
    np.savez_compressed(path, **arrays)
    return path


def sentence_of(path, **options):
    with pytest.raises(FileError) as caught:
        read_images(path, **options)
    sentence = str(caught.value).replace(str(path.parent), "")
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


# --- Which array is what --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("train", "test"),
    [
        (("x_train", "y_train"), ("x_test", "y_test")),
        (("train_images", "train_labels"), ("test_images", "test_labels")),
        (("trainX", "trainY"), ("testX", "testY")),
        (("train_images", "train_labels"), ("val_images", "val_labels")),
    ],
)
def test_that_the_usual_names_are_understood(tmp_path, train, test):
    x, x_test = pictures(), pictures(8, seed=1)
    arrays = {train[0]: x, train[1]: labels(), test[0]: x_test, test[1]: labels(8)}
    found = read_images(write(tmp_path, **arrays))
    np.testing.assert_array_equal(found.x[:, 0], x)
    np.testing.assert_array_equal(found.x_test[:, 0], x_test)
    assert found.y.tolist() == labels().tolist()
    assert found.y_test.tolist() == labels(8).tolist()
    assert found.classes == ("0", "1", "2", "3")


@pytest.mark.parametrize(
    "names", [("images", "labels"), ("X", "y"), ("arr_0", "arr_1"), ("a", "b")]
)
def test_that_without_a_test_set_every_fifth_of_each_class_becomes_one(tmp_path, names):
    x = pictures()
    found = read_images(write(tmp_path, **dict(zip(names, (x, labels()), strict=True))))
    np.testing.assert_array_equal(found.x[:, 0], x[:16])
    np.testing.assert_array_equal(found.x_test[:, 0], x[16:])


def test_that_a_test_set_is_preferred_to_one_for_validation(tmp_path):
    sets = {name: pictures(8, seed=i) for i, name in enumerate(("train", "val", "test"))}
    arrays = {f"{name}_images": x for name, x in sets.items()}
    arrays |= {f"{name}_labels": labels(8)[:, None] for name in sets}
    found = read_images(write(tmp_path, **arrays))
    np.testing.assert_array_equal(found.x_test[:, 0], sets["test"])


@pytest.mark.parametrize("shape", [(6, 5, 3), (3, 6, 5), (6, 5, 1), (1, 6, 5)])
def test_that_channels_may_come_first_or_last(tmp_path, shape):
    x = pictures(N, *shape)
    path = write(tmp_path, x=x, y=labels())
    channels = min(shape)
    expected = x if shape[0] == channels else x.transpose(0, 3, 1, 2)
    np.testing.assert_array_equal(read_images(path).x, expected[:16])
    assert image_shape(path) == ((channels, 6, 5), 4)


def test_that_transparent_pixels_lie_on_white(tmp_path):
    x = pictures(N, 6, 5, 4)
    x[..., 3] = 0
    assert (read_images(write(tmp_path, x=x, y=labels())).x == 255).all()


# --- Numbers and labels ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (np.array([0, 0.5, 1], np.float32), [0, 128, 255]),
        (np.array([0.0, 7.4, 255.0]), [0, 7, 255]),
        (np.array([0, 100, 255], np.int64), [0, 100, 255]),
        (np.array([-1, 0, 1], np.float32), [0, 128, 255]),
        (np.array([0, 32_768, 65_535], np.uint16), [0, 128, 255]),
        (np.array([False, True, True]), [0, 255, 255]),
    ],
)
def test_that_pixels_of_any_numbers_become_bytes(tmp_path, given, expected):
    x = np.broadcast_to(given[:, None], (N, 3, 2))
    found = read_images(write(tmp_path, x=x, y=labels()))
    assert found.x[0, 0, :, 0].tolist() == expected


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (np.array(["cat", "dog"])[labels(classes=2)], ("cat", "dog")),
        (np.array([b"cat", b"dog"])[labels(classes=2)], ("cat", "dog")),
        (np.eye(2)[labels(classes=2)], ("0", "1")),
        (labels(classes=2) * 2.0 + 1, ("1", "3")),
        (labels(classes=2) - 1, ("-1", "0")),
        (labels(classes=2)[:, None].astype(np.uint8), ("0", "1")),
    ],
)
def test_that_labels_may_be_numbers_names_or_columns(tmp_path, y, classes):
    found = read_images(write(tmp_path, x=pictures(), y=y))
    assert found.classes == classes
    assert found.y.tolist() == labels(classes=2)[:16].tolist()


def test_that_the_names_of_the_classes_are_taken_from_the_file(tmp_path):
    names = np.array(["a", "b", "c", "d", "never seen"])
    found = read_images(write(tmp_path, images=pictures(), labels=labels(), classes=names))
    assert found.classes == tuple(names[:4])  # no class is without images
    note = "No image is of these classes, which are left out: never seen."
    assert [str(one) for one in found.notes] == [note]
    from_one = write(tmp_path, "one.npz", images=pictures(), labels=labels() + 1, classes=names[:4])
    assert read_images(from_one).classes == tuple(names[:4])
    few = write(tmp_path, "few.npz", images=pictures(), labels=labels(), classes=names[:3])
    assert read_images(few).classes == ("0", "1", "2", "3")


@pytest.mark.parametrize(("width", "shape"), [(64, (1, 8, 8)), (48, (3, 4, 4)), (25, (1, 5, 5))])
def test_that_images_in_rows_are_taken_for_squares_and_that_is_said(tmp_path, width, shape):
    rows = np.arange(20 * width).reshape(20, width) % 251
    path = write(tmp_path, x_train=rows.astype(np.uint8), y_train=labels())
    found = read_images(path)
    assert found.x.shape[1:] == shape
    np.testing.assert_array_equal(found.x[0].reshape(-1), rows[0])
    size = " × ".join(map(str, shape[1:])) + (" × 3" if shape[0] == 3 else "")
    note = f"Each row of {width} numbers is taken for an image of {size} pixels."
    assert [str(one) for one in found.notes] == [note]
    assert holds_images(path) == (width == 64)  # fewer numbers may well be a table's


def test_that_the_first_images_are_taken_and_all_classes_known(tmp_path):
    arrays = {"x_train": pictures(), "y_train": labels(), "x_test": pictures(), "y_test": labels()}
    found = read_images(write(tmp_path, **arrays), most=2)
    assert (len(found.x), len(found.x_test), len(found.classes)) == (2, 2, 4)


# --- Size and colours -----------------------------------------------------------------------------


def test_that_arrays_are_scaled_and_made_grey_as_pillow_does(tmp_path):
    x = pictures(N, 6, 5, 3)
    path = write(tmp_path, x=x, y=labels())
    image = Image.fromarray(x[3]).convert("L").resize((9, 9), Image.Resampling.BILINEAR)
    found = read_images(path, side=9, colours="grey")
    np.testing.assert_array_equal(found.x[3, 0], np.asarray(image))
    grey = write(tmp_path, "grey.npz", x=pictures(), y=labels())
    found = read_images(grey, colours="colour").x
    assert found.shape == (16, 3, 6, 5)
    assert (found == found[:, :1]).all()


def test_that_a_survey_counts_classes_and_shows_all_of_them(tmp_path):
    y = np.sort(labels())
    survey = survey_images(write(tmp_path, x=pictures(N, 6, 5, 3), y=y))
    assert (survey.training, survey.test) == ((4,) * 4, (1,) * 4)
    assert (survey.sizes, survey.coloured, survey.side) == ({(5, 6): N}, N, 0)
    found = sample_images(survey, 6, 7, "grey")
    assert found.x.shape == (6, 1, 7, 7)
    assert found.y.tolist() == [0, 1, 2, 3, 0, 1]


def test_that_progress_is_told_and_cancel_obeyed(tmp_path):
    path = write(tmp_path, x=pictures(), y=labels())
    told = []
    read_images(path, side=8, progress=Progress(told.append))
    assert told[0] == 0
    with pytest.raises(CancelledError):
        read_images(path, side=9, progress=Progress(cancelled=lambda: True))


# --- A table, or images? --------------------------------------------------------------------------


def test_that_images_are_told_from_tables_by_the_shapes(tmp_path):
    assert holds_images(write(tmp_path, x=pictures(), y=labels()))
    assert not holds_images(write(tmp_path, "t.npz", x=np.zeros((9, 4)), y=np.zeros(9)))
    (tmp_path / "no.npz").write_bytes(b"PK\3\4 not a zip")
    assert not holds_images(tmp_path / "no.npz")
    assert not holds_images(tmp_path / "missing.npz")


# --- Hostile ones ---------------------------------------------------------------------------------

X, Y = pictures(), labels()
BAD = {
    "no labels": ({"x": X}, "no images with labels"),
    "a table": ({"x": X.reshape(N, -1), "y": Y}, "no images with labels"),
    "two sets": ({"left": X, "right": X, "y": Y}, "several arrays of images (left, right)"),
    "another length": ({"x": X, "y": Y[:-1]}, "holds 20 images, but there are 19 labels"),
    "one class": ({"x": X, "y": Y * 0}, "has 1 classes: 2 to 1,000"),
    "too many classes": ({"x": pictures(1500), "y": np.arange(1500)}, "has 1,500 classes"),
    "fractions": ({"x": X, "y": Y / 3}, "labels that are no classes"),
    "missing labels": ({"x": X, "y": np.where(Y > 2, np.nan, Y)}, "labels that are no classes"),
    "two columns": ({"x": X, "y": np.ones((N, 2))}, "labels that are no classes"),
    "infinite": ({"x": np.where(X > 250, np.inf, X), "y": Y}, "missing or infinite"),
    "words": ({"x": X.astype("U3"), "y": Y}, "images that are no numbers"),
    "complex": ({"x": X.astype(complex), "y": Y}, "images that are no numbers"),
    "different sizes": (
        {"x_train": X, "y_train": Y, "x_test": X[:, :4], "y_test": Y},
        "training and test images of different sizes",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_that_what_cannot_be_learned_from_is_told_in_one_sentence(tmp_path, case):
    arrays, words = BAD[case]
    assert words in sentence_of(write(tmp_path, **arrays))


def test_that_python_objects_are_never_opened(tmp_path):
    class Payload:
        def __reduce__(self):
            return (tmp_path.joinpath("ran").touch, ())

    objects = np.empty((3, 4, 4), object)
    objects[...] = Payload()
    path = tmp_path / "a.npz"
    np.savez(path, x=objects, y=np.arange(3))
    assert "Python objects, which are never opened" in sentence_of(path)
    assert not (tmp_path / "ran").exists()


def lying(folder, shape, kind="|u1", data=bytes(100)):
    """An archive whose array says that it has another shape."""
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    header = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text
    path = folder / "a.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", header + data)
    with zipfile.ZipFile(path, "a") as archive, archive.open("y.npy", "w") as file:
        np.lib.format.write_array(file, np.arange(shape[0] if shape[0] < 1000 else 4))
    return path


def test_that_a_header_that_lies_allocates_nothing(tmp_path):
    words = sentence_of(lying(tmp_path, (10, 2**20, 2**20)))
    assert "which is too large" in words or "shorter than it says" in words
    assert "but there are 4 labels" in sentence_of(lying(tmp_path, (2**40, 28, 28)))
    assert "shorter than it says" in sentence_of(lying(tmp_path, (10, 28, 28)))


def test_that_a_bomb_is_refused_by_its_header(tmp_path):
    path = lying(tmp_path, (300, 1024, 1024), data=bytes(300 << 20))
    assert path.stat().st_size < 2 << 20
    assert "set data.images to 128 or less" in sentence_of(path)


def test_that_of_too_many_images_the_survey_says_how_many_fit(tmp_path, monkeypatch):
    monkeypatch.setattr("nngui.files.images.limits.MAX_VALUES", 300)
    arrays = {"x_train": X, "y_train": Y, "x_test": X, "y_test": Y}
    survey = survey_images(write(tmp_path, **arrays))
    assert survey.most == 10
    assert sum(survey.training) == 10


def test_that_a_damaged_archive_is_refused_or_read_but_never_anything_else(tmp_path):
    path = write(tmp_path, x_train=X, y_train=Y, classes=np.array(["a", "b", "c", "d"]))
    np.savez(tmp_path / "plain.npz", images=X, labels=Y)
    wholes = [path.read_bytes(), (tmp_path / "plain.npz").read_bytes()]
    sentences, read = [], 0
    rng = random.Random(5)
    for number in range(400):
        path.write_bytes(spoil_bytes(rng, wholes[number % 2], wholes))
        try:
            found = read_images(path)
        except FileError as error:
            sentences.append(str(error))
        else:
            read += 1
            assert found.x.dtype == np.uint8
    assert len(sentences) > 200
    assert read > 10
    assert not any("\n" in sentence for sentence in sentences)


@pytest.mark.parametrize("cut", [0, 1, 10, 100, -1, -30, -100])
def test_that_a_cut_archive_is_refused(tmp_path, cut):
    path = write(tmp_path, x=X, y=Y)
    path.write_bytes(path.read_bytes()[:cut])
    assert "is damaged, or no file of NumPy's arrays" in sentence_of(path)
