"""A project of a network for images: it works alone, wherever it is moved and opened."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from nngui.cli import main

WITHOUT = (
    "import runpy, sys; sys.modules['nngui'] = None; sys.argv = sys.argv[1:];"
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)
QUICK = ("--set", "schedule.epochs=2", "--set", "schedule.batch_size=8", "--seed", "1")
FOLDERS = {
    "coloured": ({"b": 40, "a": 200, "c": 120}, "RGB", 7, ["--set", "data.side=12"]),
    "few": ({"circle": 40, "square": 200}, "L", 4, []),  # none of them is kept to test on
    "deep": ({"circle": 40, "square": 200}, "I;16", 10, []),
}


@pytest.fixture(params=FOLDERS)
def project(request, tmp_path, capsys):
    """The project of a run on a folder, moved away from it; the folder is gone."""
    classes, mode, n, options = FOLDERS[request.param]
    data = tmp_path / "data"
    for name, grey in classes.items():
        (data / name).mkdir(parents=True)
        for number in range(n):
            noise = np.random.default_rng(number).integers(-15, 15, (14, 16, 3))
            pixels = np.clip(grey + noise, 0, 255)
            if mode == "I;16":
                image = Image.fromarray((pixels[..., 0] * 16).astype(np.uint16))
            else:
                image = Image.fromarray(pixels.astype(np.uint8)).convert(mode)
            image.save(data / name / f"{number}.png")
    words = ["train", "cnn", "--data", data, *QUICK, *options, "--history", tmp_path / "h.csv"]
    assert main([str(word) for word in [*words, "--project", tmp_path / "made"]]) == 0
    capsys.readouterr()
    moved = tmp_path / "elsewhere"
    shutil.move(tmp_path / "made" / "nngui-cnn", moved)
    new = tmp_path / "new.png"
    shutil.copy(data / next(iter(classes)) / "0.png", new)
    shutil.rmtree(data)
    losses = [
        float(line.split(",")[1]) for line in (tmp_path / "h.csv").read_text().splitlines()[1:]
    ]
    return moved, losses, new


def test_that_it_trains_alone_and_writes_model_and_preparation(project, tmp_path, capsys):
    folder, losses, new = project
    assert main(["predict", str(folder / "model.pkl"), "--data", str(new)]) == 0
    answer = capsys.readouterr().out
    before = torch.load(folder / "model.pkl", weights_only=False)
    about = folder / "preparation.json"
    learned = json.loads(about.read_text(encoding="utf-8"))
    about.write_text(json.dumps(learned | {"mean": 0.5, "std": 2.0}), encoding="utf-8")
    command = [sys.executable, "-c", WITHOUT, str(folder / "train.py")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert [float(line) for line in done.stdout.split()] == losses
    assert json.loads(about.read_text(encoding="utf-8")) == learned
    after = torch.load(folder / "model.pkl", weights_only=False)
    for own, other in zip(before.parameters(), after.parameters(), strict=True):
        assert torch.equal(own, other)
    # Plain PyTorch wrote the network alone: what it takes lies beside it.
    assert main(["predict", str(folder / "model.pkl"), "--data", str(new)]) == 0
    assert capsys.readouterr().out == answer


def test_that_its_settings_train_on_the_copied_images_whose_size_is_told(project, tmp_path, capsys):
    folder, losses, _ = project
    config = str(folder / "settings.toml")
    again = tmp_path / "again"
    words = ["train", "cnn", "--config", config, "--history", str(tmp_path / "h2.csv")]
    assert main([*words, "--project", str(again)]) == 0
    capsys.readouterr()
    rows = (tmp_path / "h2.csv").read_text().splitlines()[1:]
    assert [float(row.split(",")[1]) for row in rows] == losses
    one, other = (
        json.loads((place / "preparation.json").read_text(encoding="utf-8"))
        for place in (folder, again / "nngui-cnn")
    )
    assert one == other
    readme = (folder / "README.md").read_text(encoding="utf-8")
    size = (folder / "train_images.npz").stat().st_size
    assert f"what `train.py` reads: {size / 1e3:,.1f} kB, a copy of the images" in readme
