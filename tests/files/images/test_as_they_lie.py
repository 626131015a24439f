"""Images as they lie on people's disks: folders as unzipped, formats, bad files, colours, sizes."""

from __future__ import annotations

import os
import warnings

import numpy as np
import pytest
from PIL import Image

from nngui.core.errors import FileError
from nngui.files.images.decode import decoded
from nngui.files.images.reader import read_images
from nngui.files.images.survey import survey_images

SIDE = 12


def save(path, grey=90, mode="L", size=(SIDE, SIDE), **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("L", size, grey)
    picture.paste(255 - grey, (0, 0, size[0] // 2, size[1]))
    picture.convert(mode).save(path, **options)
    return path


def fill(folder, n=10, suffix=".png", grey=90, first=0, **options):
    for number in range(first, first + n):
        save(folder / f"{number}{suffix}", grey + number % 20, **options)


def shapes(root, n=10, test=0, **options):
    """Two classes, circle and square, in a folder."""
    for name, grey in (("circle", 20), ("square", 180)):
        fill(root / name, n, grey=grey, **options)
    return root


def counts(found):
    return len(found.x), len(found.x_test)


def said(found):
    return [str(note) for note in found.notes]


# --- Formats --------------------------------------------------------------------------------------

FORMATS = {
    ".webp": {"lossless": True},
    ".bmp": {},
    ".tif": {"compression": "tiff_lzw"},
    ".tiff": {},
    ".gif": {},
    ".jfif": {"format": "JPEG", "quality": 95},
    ".JPG": {"quality": 95},
    ".ppm": {},
    ".pgm": {},
    ".png": {},
}


@pytest.mark.parametrize("suffix", FORMATS)
def test_that_a_class_in_another_format_is_read_like_the_others(tmp_path, suffix):
    fill(tmp_path / "circle", 10, grey=20)
    mode = "RGB" if suffix == ".ppm" else "L"
    fill(tmp_path / "other", 10, suffix, grey=20, mode=mode, **FORMATS[suffix])
    found = read_images(tmp_path, colours="grey")
    assert counts(found) == (16, 4)
    assert not found.left_out
    assert not found.notes
    same = found.x[found.y == 0].astype(int), found.x[found.y == 1].astype(int)
    assert np.abs(same[0] - same[1]).max() <= 2  # JPEG is not exact


def test_that_the_first_frame_of_a_gif_and_the_first_page_of_a_tiff_are_taken_and_that_is_said(
    tmp_path,
):
    shapes(tmp_path, 5)
    frames = [Image.new("L", (SIDE, SIDE), grey) for grey in (10, 250)]
    for suffix in (".gif", ".tif", ".webp"):
        frames[0].save(tmp_path / "circle" / f"9{suffix}", save_all=True, append_images=frames[1:])
    found = read_images(tmp_path, colours="grey")
    assert said(found) == ["Images with several frames or pages: 3. The first of each is taken."]
    assert sum((image < 30).all() for image in [*found.x, *found.x_test]) == 3


def test_that_images_of_kinds_that_are_not_read_are_named(tmp_path):
    shapes(tmp_path)
    for name in ("a.heic", "b.avif", "c.HEIF"):
        (tmp_path / "circle" / name).write_bytes(b"\0\0\0\x18ftypheic")
    (tmp_path / "circle" / "notes.txt").write_text("square")
    (tmp_path / "circle" / "Thumbs.db").write_bytes(b"x")
    found = read_images(tmp_path)
    assert sorted(one.name for one in found.left_out) == [
        "circle/a.heic",
        "circle/b.avif",
        "circle/c.HEIF",
    ]
    assert said(found) == [
        "Files that are no images lie among them: 1, such as circle/notes.txt.",
        "3 files were left out, such as "
        f"{found.left_out[0].name}: images of its kind are not read.",
    ]


# --- Bad files ------------------------------------------------------------------------------------


def test_that_bad_files_of_every_kind_are_left_out_by_name_and_the_survey_says_most_of_it_before(
    tmp_path,
):
    shapes(tmp_path, 20, suffix=".jpg")
    circle = tmp_path / "circle"
    (circle / "3.jpg").write_bytes(b"")
    (circle / "4.jpg").write_text("<html>404</html>")
    (circle / "5.jpg").write_bytes((circle / "5.jpg").read_bytes()[:-9])
    (circle / "6.jpg").unlink()
    (circle / "6.jpg").symlink_to(circle / "nowhere.jpg")
    survey = survey_images(tmp_path)
    assert {one.name: one.why for one in survey.left_out} == {
        "circle/3.jpg": "it is empty",
        "circle/4.jpg": "it is no image, or damaged at its beginning",
        "circle/6.jpg": "No such file or directory",
    }
    assert survey.training == (14, 16)
    found = read_images(tmp_path)
    names = {one.name: one.why for one in found.left_out}
    assert names.pop("circle/5.jpg") == "it is damaged or incomplete"
    assert names == {one.name: one.why for one in survey.left_out}
    assert sum(counts(found)) == 20 + 16
    assert len(found.notes) == 4


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_that_a_file_that_may_not_be_read_is_left_out_by_name(tmp_path):
    path = shapes(tmp_path) / "circle" / "3.png"
    path.chmod(0)
    (left_out,) = read_images(tmp_path).left_out
    assert (left_out.name, left_out.why) == ("circle/3.png", "Permission denied")


# --- Folders as they were unzipped ----------------------------------------------------------------

PAIRS = [
    ("train", "test"),
    ("Train", "Test"),
    ("training", "testing"),
    ("training_set", "test_set"),
    ("train", "val"),
    ("train", "valid"),
    ("TRAINING", "Validation"),
    ("seg_train", "seg_test"),
    ("asl_alphabet_train", "asl_alphabet_test"),
    ("train_images", "test_images"),
    ("trainSet", "testSet"),
    ("train", "test1"),
]


@pytest.mark.parametrize(("train", "test"), PAIRS)
@pytest.mark.parametrize("way", ["", "archive", "archive/data/set", "twice"])
def test_that_training_and_test_folders_are_found_under_any_of_their_names(
    tmp_path, train, test, way
):
    top = tmp_path / ("" if way == "twice" else way)
    twice = way == "twice"
    shapes(top / train / train if twice else top / train, 6)
    shapes(top / test / test if twice else top / test, 3)
    found = read_images(tmp_path)
    assert found.classes == ("circle", "square")
    assert counts(found) == (12, 6)
    assert not found.notes


def test_that_a_test_folder_without_classes_is_left_aside_and_that_is_said(tmp_path):
    shapes(tmp_path / "train")
    fill(tmp_path / "test", 7)
    found = read_images(tmp_path)
    assert found.classes == ("circle", "square")
    assert counts(found) == (16, 4)
    assert said(found) == [
        "test holds images without classes, which are not used (7).",
        "Of each class every fifth training image is kept to test on.",
    ]
    shapes(tmp_path / "val", 2)
    found = read_images(tmp_path)
    assert counts(found) == (20, 4)
    assert said(found) == ["test holds images without classes, which are not used (7)."]


def test_that_of_test_and_validation_images_the_test_is_taken_and_that_is_said(tmp_path):
    for name, n in (("train", 10), ("val", 3), ("test", 2)):
        shapes(tmp_path / name, n)
    found = read_images(tmp_path)
    assert counts(found) == (20, 4)
    assert said(found) == ["val holds images that are not used (6): there are others to test on."]


@pytest.mark.parametrize("names", [("train", "test"), ("Training", "validation"), ("train", "val")])
def test_that_train_and_test_are_never_classes(tmp_path, names):
    for name in names:
        fill(tmp_path / name, 10)
    with pytest.raises(FileError, match="holds no images to learn from"):
        read_images(tmp_path)
    shapes(tmp_path)
    found = read_images(tmp_path)
    assert found.classes == ("circle", "square")
    assert sum(note.startswith(names) for note in said(found)) == 2


def test_that_classes_are_taken_from_the_names_of_files_where_all_lie_in_one_place(tmp_path):
    for number in range(10):
        save(tmp_path / "train" / f"cat.{number}.jpg")
        save(tmp_path / "train" / f"Dog_{number}.png", 200)
        save(tmp_path / "test1" / f"{number}.jpg")
    found = read_images(tmp_path)
    assert found.classes == ("cat", "Dog")
    assert counts(found) == (16, 4)
    assert "The classes are taken from the names of the files: cat, Dog." in said(found)
    assert "test1 holds images without classes, which are not used (10)." in said(found)


@pytest.mark.parametrize("name", ["IMG_{}.jpg", "{}.jpg", "DSC{}.jpg", "photo ({}).jpg"])
def test_that_names_that_a_camera_gave_are_no_classes(tmp_path, name):
    for number in range(10):
        save(tmp_path / name.format(number))
        save(tmp_path / f"cat.{number}.jpg")
    with pytest.raises(FileError, match=r"two classes or more, or files named as in cat\.1\.jpg"):
        read_images(tmp_path)


def test_that_images_deeper_in_a_class_belong_to_it_and_those_beside_the_classes_are_named(
    tmp_path,
):
    shapes(tmp_path, 5)
    fill(tmp_path / "circle" / "images" / "more", 5)
    (tmp_path / "empty").mkdir()
    save(tmp_path / "preview.png")
    found = read_images(tmp_path)
    assert np.bincount([*found.y, *found.y_test]).tolist() == [10, 5]
    assert said(found) == [
        "Folders without images are no classes: empty.",
        "preview.png was left out: it lies in no class's folder.",
    ]


# --- Colours and depths ---------------------------------------------------------------------------


def test_that_colour_that_comes_late_is_found_and_what_is_shown_is_what_is_trained_on(tmp_path):
    shapes(tmp_path, 30)
    for number in range(30, 40):
        save(tmp_path / "circle" / f"{number}.png", mode="RGB")
    survey = survey_images(tmp_path)
    assert survey.coloured == 10
    whole, shown = read_images(tmp_path), read_images(tmp_path, 8)
    assert whole.x.shape[1:] == shown.x.shape[1:] == (3, SIDE, SIDE)
    np.testing.assert_array_equal(whole.x[:8], shown.x)


@pytest.mark.parametrize(("white", "suffix"), [(4095, ".png"), (65535, ".tif"), (1023, ".tif")])
def test_that_greys_of_more_than_8_bits_are_told_by_the_brightest_of_all_files(
    tmp_path, white, suffix
):
    for name, share in (("circle", 0.25), ("square", 1.0)):
        for number in range(10):
            values = np.full((SIDE, SIDE), round(white * share), np.uint16)
            values[number] = 0
            (tmp_path / name).mkdir(exist_ok=True)
            Image.fromarray(values).save(tmp_path / name / f"{number}{suffix}")
    found, shown = read_images(tmp_path), read_images(tmp_path, 4)
    assert found.deep_white == shown.deep_white == white
    assert {found.x[found.y == 0].max(), found.x[found.y == 1].max()} == {64, 255}
    np.testing.assert_array_equal(found.x[:4], shown.x)
    assert said(found) == [f"Images with more than 8 bits of grey: 20. {white} is taken for white."]


# --- Sizes ----------------------------------------------------------------------------------------


def test_that_a_photograph_of_108_megapixels_is_decoded_small(tmp_path):
    path = tmp_path / "large.jpg"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        Image.new("L", (12_000, 9_000), 200).save(path, quality=30)
    pixels = decoded(path, 32, 32, 1, "squash", 255)
    assert pixels.shape == (1, 32, 32)
    assert (abs(pixels.astype(int) - 200) < 4).all()


@pytest.mark.parametrize(
    ("how", "left", "middle"), [("squash", 255, 0), ("pad", 0, 255), ("crop", 0, 0)]
)
def test_that_images_of_another_shape_are_squashed_padded_or_cropped(tmp_path, how, left, middle):
    for name in ("circle", "square"):
        for number in range(5):
            picture = Image.new("L", (40, 20), 0)  # wide, with a white left quarter
            picture.paste(255, (0, 0, 10, 20))
            path = tmp_path / name / f"{number}.png"
            path.parent.mkdir(exist_ok=True)
            picture.save(path)
    image = read_images(tmp_path, side=20, how=how).x[0, 0]
    row = {"squash": 10, "pad": 10, "crop": 10}[how]
    assert image[row, 1] == (255 if how in ("squash", "pad") else 0)
    assert image[1, 1] == left  # above the picture, where it was padded
    assert image[row, 3] == (255 if how in ("squash", "pad") else 0)
    assert image[1, 10] == 0
