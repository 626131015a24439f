"""The script beside an exported model that tells what it makes of pictures."""

from __future__ import annotations

from nngui.core.code_text import function_code
from nngui.files.images.layout import OTHER_SUFFIXES, SUFFIXES

BEFORE = '''\
"""What the trained network makes of pictures.

    python predict.py PICTURE_OR_FOLDER > predicted.csv
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

import torch
from PIL import Image
'''
AFTER = '''\
HERE = Path(__file__).parent
Image.MAX_IMAGE_PIXELS = 280_000_000  # the largest cameras have 200 million
ABOUT = json.loads((HERE / "preparation.json").read_text(encoding="utf-8"))


def ask(net, path):
    """Return the classes' probabilities."""
    with path.open("rb") as file, open_picture(file) as image:
        size = ABOUT["width"], ABOUT["height"], ABOUT["channels"]
        picture = pixels_of(image, *size, ABOUT["fit"], ABOUT["deep_white"])
        pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
    pixels = pixels.view(ABOUT["height"], ABOUT["width"], ABOUT["channels"]).permute(2, 0, 1)
    x = torch.empty(1, *pixels.shape).copy_(pixels) / 255  # plain in memory, as in training
    x = (x - torch.tensor(ABOUT["mean"])) / torch.tensor(ABOUT["std"])
    with torch.no_grad():
        return net(x).softmax(1)[0].tolist()


def pictures_in(folder):
    """Return all pictures of a folder and of those within it."""
    found = [path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES]
    parts = {path: path.relative_to(folder).parts for path in found if not path.is_dir()}
    shown = [path for path in parts if not any(p.startswith((".", "__")) for p in parts[path])]
    return sorted(shown, key=lambda path: ([natural(part) for part in parts[path]], str(path)))


def main():
    if len(sys.argv) != 2:
        sys.exit("python predict.py PICTURE_OR_FOLDER > predicted.csv")
    torch.set_num_threads(1)  # the same last bits everywhere
    net = torch.load(HERE / "model.pkl", weights_only=False).eval()
    place = Path(sys.argv[1])
    is_folder = place.is_dir()
    classes = ABOUT["classes"]
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    out = csv.writer(sys.stdout, lineterminator="\\n")
    out.writerow(["file", "predicted class", *(f"P({name})" for name in classes), "problem"])
    for path in pictures_in(place) if is_folder else [place]:
        name = path.relative_to(place).as_posix() if is_folder else path.name
        try:
            shares = ask(net, path)
        except Exception as error:  # Pillow raises many: the row says which
            out.writerow([name, "", *("" for _ in classes), f"{type(error).__name__}: {error}"])
            continue
        best = classes[shares.index(max(shares))]
        out.writerow([name, best, *shares, ""])


if __name__ == "__main__":
    main()
'''
PICTURE = ("open_picture", "turn_of", "plain", "fitted", "pixels_of")


def predict_script() -> str:
    """Return the source of a script that reads ``model.pkl`` and ``preparation.json`` beside it."""
    lines = [BEFORE]
    for name in PICTURE:
        lines += function_code("nngui.files.images.picture", name)
    lines += function_code("nngui.files.images.layout", "natural")
    suffixes = sorted(SUFFIXES | OTHER_SUFFIXES)
    lines += [f"SUFFIXES = {suffixes!r}", AFTER]
    text = "\n".join(line.split("  # noqa")[0] for line in lines)
    return text.replace("\n\n\n\n", "\n\n\n")
