"""A network for images, from the files on a disk to its answers about new ones, by commands."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter

import numpy as np
import pytest
import torch
from PIL import Image

from nngui.cli import main
from nngui.core.data.image_preparation import read_image_preparation
from nngui.core.errors import NnguiError
from nngui.files.models.errors import ModelFileError
from nngui.files.models.reader import read_model
from nngui.files.models.safetensors_format import CHECKSUM

SIDE = 16
QUICK = ("--set", "schedule.epochs=2", "--set", "schedule.batch_size=8", "--seed", "1")


def save(path, grey, mode="L", size=(SIDE, SIDE), seed=0, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(-15, 15, (size[1], size[0]))
    pixels = np.clip(grey + noise, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).convert(mode).save(path, **options)


def shapes(root, n=10, suffix=".png", mode="L", **options):
    for name, grey in (("circle", 40), ("square", 200)):
        for number in range(n):
            save(root / name / f"{number}{suffix}", grey, mode, seed=number, **options)
    return root


def train(capsys, data, *options):
    assert main(["train", "cnn", "--data", str(data), *QUICK, *map(str, options)]) == 0
    out, err = capsys.readouterr()
    return json.loads(out), err


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- As people's folders are ----------------------------------------------------------------------


def webp_class(root):
    shapes(root)
    for number in range(10):
        save(root / "diamond_webp" / f"{number}.webp", 120, "RGB", seed=number)


def an_empty_file(root):
    shapes(root, suffix=".jpg")
    (root / "square" / "7.jpg").write_bytes(b"")


def flat_test(root):
    shapes(root / "train")
    shapes(root / "val", 4)
    for number in range(8):
        save(root / "test" / f"{number}.png", 40)


def training_set(root):
    shapes(root / "training_set")
    shapes(root / "test_set", 4)


def segmented(root):
    shapes(root / "seg_train" / "seg_train")
    shapes(root / "seg_test" / "seg_test", 4)


def emnist(root):
    random = np.random.default_rng(1)
    labels = np.arange(60) % 3 + 1
    root.mkdir()
    begins = {"images": (3, [60, 8, 8]), "labels": (1, [60])}
    data = {"images": random.integers(0, 256, (60, 8, 8)), "labels": labels}
    for what, (rank, sizes) in begins.items():
        head = bytes([0, 0, 8, rank]) + b"".join(size.to_bytes(4, "big") for size in sizes)
        name = f"emnist-letters-train-{what}-idx{rank}-ubyte"
        (root / name).write_bytes(head + data[what].astype(np.uint8).tobytes())


def late_colour(root):
    shapes(root, 30)
    for number in range(30, 40):
        save(root / "square" / f"0{number}.png", 200, "RGB", seed=number)


CASES = {
    "a class in WebP": (webp_class, (24, 6, 3), [], []),
    "an empty file": (
        an_empty_file,
        (16, 3, 2),
        ["square/7.jpg"],
        ["square/7.jpg was left out: it is empty."],
    ),
    "a flat test": (
        flat_test,
        (20, 8, 2),
        [],
        ["test holds images without classes, which are not used (8)."],
    ),
    "training_set": (training_set, (20, 8, 2), [], []),
    "seg_train in seg_train": (segmented, (20, 8, 2), [], []),
    "labels from 1": (emnist, (48, 12, 3), [], []),
    "colour comes late": (late_colour, (56, 14, 2), [], []),
}


@pytest.mark.parametrize("case", CASES)
def test_that_a_folder_as_it_lies_on_a_disk_is_trained_on_and_all_is_said(tmp_path, capsys, case):
    make, counts, left_out, notes = CASES[case]
    make(tmp_path / "data")
    summary, err = train(capsys, tmp_path / "data", "--save-model", tmp_path / "net.pkl")
    images = summary["images"]
    trained = images["training"] + images.get("validation", 0)
    assert (trained, images["test"], images["classes"]) == counts
    records = summary["left_out"]  # of the same shape as a table's
    assert [name for one in records for name in one["names"]] == left_out
    assert all(one["what"] == "files" and one["count"] == len(one["names"]) for one in records)
    assert all(one["why"] in notes for one in records)
    assert summary["notes"] == notes
    assert err == "".join(f"nngui: {note}\n" for note in notes)
    images = read_model(tmp_path / "net.pkl").images
    assert len(images.classes) == counts[2]
    assert images.channels == (3 if case in ("a class in WebP", "colour comes late") else 1)


def test_that_options_for_tables_are_refused_for_images(tmp_path, capsys):
    command = ["train", "cnn", "--data", str(tmp_path), "--target", "y"]
    assert main(command) == 2
    assert "cnn learns from images: --target is for tables" in capsys.readouterr().err


# --- Asking the saved network ---------------------------------------------------------------------


@pytest.fixture
def trained(request, tmp_path, capsys):
    """A saved network for pictures of 12 pixels, mostly grey ones cropped, and its project."""
    fit, colours = getattr(request, "param", ("crop", "grey"))
    shapes(tmp_path / "data", size=(20, 16))
    save(tmp_path / "data" / "circle" / "10.png", 40, size=(20, 16))
    (tmp_path / "data" / "circle" / "11.png").write_bytes(b"no")
    model = tmp_path / "net.pkl"
    more = ("--set", "data.side=12", "--set", f"data.fit={fit}", "--set", f"data.colours={colours}")
    summary, _ = train(
        capsys, tmp_path / "data", *more, "--save-model", model, "--project", tmp_path / "out"
    )
    (one,) = summary["left_out"]
    assert (one["what"], one["count"], one["names"]) == ("files", 1, ["circle/11.png"])
    return model


@pytest.fixture
def new(tmp_path):
    """Pictures of many kinds, and what is none."""
    folder = tmp_path / "new"
    save(folder / "1.png", 40)
    save(folder / "2.jpg", 200, "RGB", (300, 90))
    save(folder / "10.webp", 200, "RGBA", (30, 40))
    save(folder / "more" / "a b.gif", 40)
    save(folder / "more" / "c.tif", 200)
    save(folder / "more" / "d.bmp", 210, "RGB")
    Image.fromarray(np.full((20, 20), 40_000, np.uint16)).save(folder / "deep.png")
    turned = Image.Exif()
    turned[0x0112] = 6
    save(folder / "turned.jpg", 60, "L", (40, 20), exif=turned)
    (folder / "bad.png").write_bytes(b"\x89PNG\r\n")
    (folder / "empty.jpeg").write_bytes(b"")
    (folder / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic")
    (folder / "notes.txt").write_text("nothing")
    return folder


def test_that_a_folder_of_pictures_gets_a_row_for_each_and_bad_ones_say_so(
    trained, new, tmp_path, capsys
):
    out = tmp_path / "out.csv"
    assert main(["predict", str(trained), "--data", str(new), "-o", str(out)]) == 0
    found = rows(out)
    assert [row["file"] for row in found] == [
        "1.png",
        "2.jpg",
        "10.webp",
        "bad.png",
        "deep.png",
        "empty.jpeg",
        "more/a b.gif",
        "more/c.tif",
        "more/d.bmp",
        "phone.heic",
        "turned.jpg",
    ]
    told = {row["file"]: row["predicted class"] for row in found}
    assert (told["1.png"], told["2.jpg"], told["more/c.tif"]) == ("circle", "square", "square")
    problems = {row["file"]: row["problem"] for row in found if row["problem"]}
    assert problems == {
        "bad.png": "it is no image, or damaged at its beginning",
        "empty.jpeg": "it is empty",
        "phone.heic": "images of its kind are not read",
    }
    for row in found:
        shares = [row["P(circle)"], row["P(square)"]]
        if row["problem"]:
            assert [row["predicted class"], *shares] == ["", "", ""]
        else:
            assert sum(map(float, shares)) == pytest.approx(1, abs=1e-6)
    err = capsys.readouterr().err
    assert "3 of 11 pictures could not be read, such as bad.png" in err
    assert "Files that are no pictures have no row: 1, such as notes.txt." in err


def test_that_one_picture_is_one_row_and_a_bad_one_stops_with_its_name(trained, new, capsys):
    assert main(["predict", str(trained), "--data", str(new / "1.png")]) == 0
    header, row, *rest = capsys.readouterr().out.splitlines()
    assert header == "file,predicted class,P(circle),P(square),problem"
    assert row.startswith("1.png,circle,")
    assert not rest
    assert main(["predict", str(trained), "--data", str(new / "empty.jpeg")]) == 2
    assert "empty.jpeg could not be read: it is empty." in capsys.readouterr().err
    assert main(["predict", str(trained), "--data", str(new / "nowhere.png")]) == 2
    assert "nowhere.png could not be read: No such file or directory." in capsys.readouterr().err


def test_that_the_training_images_are_predicted_as_the_run_saw_them(trained, tmp_path, capsys):
    out = tmp_path / "out.csv"
    assert main(["predict", str(trained), "--data", str(tmp_path / "data"), "-o", str(out)]) == 0
    found = [row for row in rows(out) if not row["problem"]]
    right = Counter(row["predicted class"] == row["file"].partition("/")[0] for row in found)
    assert right[True] == len(found) == 21


@pytest.mark.parametrize(
    "trained",
    [("crop", "grey"), ("pad", "colour"), ("squash", "colour"), ("pad", "grey")],
    indirect=True,
)
def test_that_the_projects_script_gives_the_same_answers_bit_for_bit_without_the_program(
    trained, new, tmp_path
):
    out = tmp_path / "out.csv"
    assert main(["predict", str(trained), "--data", str(new), "-o", str(out)]) == 0
    project = tmp_path / "out" / "nngui-cnn"
    code = (
        "import runpy, sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('nngui', 'pandas', 'torchvision'):\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "sys.argv = sys.argv[1:]\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    command = [sys.executable, "-c", code, str(project / "predict.py"), str(new)]
    done = subprocess.run(command, capture_output=True, check=True, cwd=tmp_path, text=True)
    assert not done.stderr
    theirs = list(csv.DictReader(done.stdout.splitlines()))
    ours = rows(out)
    assert [row["file"] for row in theirs] == [row["file"] for row in ours]
    for mine, other in zip(ours, theirs, strict=True):
        assert mine["predicted class"] == other["predicted class"]
        assert bool(mine["problem"]) == bool(other["problem"])
        for name in ("P(circle)", "P(square)"):
            if not mine["problem"]:
                assert np.float32(mine[name]).tobytes() == np.float32(other[name]).tobytes()
    readme = (project / "README.md").read_text(encoding="utf-8")
    assert "predict.py PICTURE_OR_FOLDER" in readme
    assert "- circle/11.png was left out: it is no image, or damaged at its beginning." in readme
    assert "pillow==" in (project / "requirements.txt").read_text(encoding="utf-8")


# --- What travels with the network ----------------------------------------------------------------


def test_that_plain_pytorch_opens_the_file_and_the_program_knows_what_it_takes(trained):
    images = read_model(trained).images
    assert (images.shape, images.fit) == ((1, 12, 12), "crop")
    assert images.classes == ("circle", "square")
    assert 0 < images.mean < 1
    assert images.std > 0
    code = "import sys, torch; net = torch.load(sys.argv[1], weights_only=False); "
    code += "print(tuple(net(torch.zeros(1, 1, 12, 12)).shape))"
    done = subprocess.run(
        [sys.executable, "-c", code, os.fspath(trained)],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == "(1, 2)\n"


@pytest.mark.parametrize("suffix", [".pkl", ".safetensors"])
def test_that_it_travels_through_every_format_of_ours(trained, tmp_path, suffix):
    path = tmp_path / f"copy{suffix}"
    assert main(["export", str(trained), "-o", str(path)]) == 0
    first, second = read_model(trained), read_model(path)
    assert second.images == first.images
    if suffix == ".safetensors":
        data = path.read_bytes().replace(b'\\"fit\\":\\"crop', b'\\"fit\\":\\"cr0p')
        assert CHECKSUM.encode() in data
        path.write_bytes(data)
        with pytest.raises(ModelFileError):
            read_model(path)


def test_that_inspect_tells_what_pictures_it_takes(trained, capsys):
    assert main(["inspect", str(trained)]) == 0
    out = capsys.readouterr().out
    assert "  predicts: class (circle, square)\n" in out
    assert "  from pictures: 12 × 12, grey, crop\n" in out


LIES = {
    "another size": {"width": 40},
    "colours": {"channels": 3},
    "two channels": {"channels": 2},
    "more classes": {"classes": ["a", "b", "c"]},
    "one class": {"classes": ["a"]},
    "a huge picture": {"width": 65_535, "height": 65_535},
    "no deviation": {"std": 0.0},
    "another way to fit": {"fit": "stretch"},
    "an unknown key": {"more": 1},
    "another version": {"version": 2},
}


@pytest.mark.parametrize("lie", LIES)
def test_that_a_description_that_lies_is_refused(trained, tmp_path, lie):
    with zipfile.ZipFile(trained) as archive:
        parts = {item: archive.read(item) for item in archive.infolist()}
    (place,) = (item for item in parts if item.filename.endswith("nngui.images.json"))
    parts[place] = json.dumps(json.loads(parts[place]) | LIES[lie]).encode()
    path = tmp_path / "lying.pkl"
    with zipfile.ZipFile(path, "w") as archive:
        for item, data in parts.items():
            archive.writestr(item.filename, data)
    with pytest.raises(ModelFileError):
        read_model(path)
    torch.load(path, weights_only=False)  # PyTorch does not look at it


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"version": 1}', "\0"])
def test_that_a_description_that_makes_no_sense_is_told(text):
    with pytest.raises(NnguiError, match="description of the images makes no sense"):
        read_image_preparation(text)


def test_that_a_network_for_pictures_asks_for_pictures_and_one_for_numbers_is_refused(
    trained, tmp_path, capsys
):
    table = tmp_path / "t.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    assert main(["predict", str(trained), "--data", str(table)]) == 2
    assert "t.csv could not be read: it is no image" in capsys.readouterr().err
    (tmp_path / "nothing").mkdir()
    assert main(["predict", str(trained), "--data", str(tmp_path / "nothing")]) == 2
    assert "holds no pictures" in capsys.readouterr().err
