"""Make the pictures of README and guide, or a contact sheet of every tab in every look.

python packaging/dev.py screenshots                  # docs/*.png, docs/guide/*.png
python packaging/dev.py screenshots --sheet FOLDER   # not for the repository: to be looked at
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
LANGUAGES = ("en", "zh_CN")
COLOURS = 160  # of a picture in the repository: enough for its curves, a third of its bytes
SHEET_WIDTH = 640  # pixels of a picture on the sheet

# What the guide shows: a picture's name, its task, and what is set and how long it trains.
GUIDE: dict[str, tuple[str, list[str]]] = {
    "regression": ("regression", ["--steps", "100"]),
    "experiment": ("regression", ["--preset", "overfitting"]),
    "classification": ("classification", ["--preset", "spirals", "--panel", "lesson"]),
    "quick_build": ("quick_build", ["--steps", "100"]),
    "save_restore": ("save_restore", ["--steps", "2000"]),
    "batch_training": ("batch_training", []),
    "optimizers": ("optimizers", []),
    "cnn": ("cnn", []),
    "table": ("classification", ["--data", "example:wine", "--steps", "300"]),
}
README = {
    "regression": ("regression", ["--steps", "100"]),
    "optimizers": ("optimizers", ["--theme", "dark"]),
}
TASKS = tuple(dict.fromkeys(task for task, _ in GUIDE.values()))


def take(task: str, options: list[str], file: Path) -> None:
    """Have the program take a picture of its window."""
    file.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "nngui", "screenshot", task, *options, "-o", str(file)]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}, check=True)


def shrink(file: Path) -> None:
    """Write a picture anew in fewer colours."""
    with Image.open(file) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


def make_docs() -> None:
    """Make every picture that README and guide show."""
    for name, (task, options) in README.items():
        file = DOCS / f"{name}.png"
        take(task, ["--lang", "en", *options], file)
        shrink(file)
        print(file.relative_to(ROOT), flush=True)
    for language, (name, (task, options)) in itertools.product(LANGUAGES, GUIDE.items()):
        file = DOCS / "guide" / language / f"{name}.png"
        take(task, ["--lang", language, "--theme", "light", "--size", "1200x760", *options], file)
        shrink(file)
        print(file.relative_to(ROOT), flush=True)


def make_sheet(folder: Path) -> None:
    """Make a picture of each tab in each language, theme and size, and all of them on a sheet."""
    files = []
    for size in ("1280x800", "1920x1080"):
        for language, theme, task in itertools.product(LANGUAGES, ("light", "dark"), TASKS):
            file = folder / f"{task}-{language}-{theme}-{size}.png"
            steps = [] if task in ("batch_training", "cnn", "optimizers") else ["--steps", "100"]
            take(task, ["--lang", language, "--theme", theme, "--size", size, *steps], file)
            files.append(file)
            print(file, flush=True)
    for size in ("1280x800", "1920x1080"):
        put_on_sheet([file for file in files if size in file.name], folder / f"sheet-{size}.png")


def put_on_sheet(files: list[Path], sheet: Path) -> None:
    """Put pictures side by side, a row for each language and theme."""
    pictures = []
    for file in files:
        with Image.open(file) as picture:
            height = round(SHEET_WIDTH * picture.height / picture.width)
            pictures.append(picture.convert("RGB").resize((SHEET_WIDTH, height)))
    wide, high = SHEET_WIDTH + 8, pictures[0].height + 24
    rows = -(-len(pictures) // len(TASKS))
    whole = Image.new("RGB", (wide * len(TASKS), high * rows), "white")
    draw = ImageDraw.Draw(whole)
    for number, (file, picture) in enumerate(zip(files, pictures, strict=True)):
        row, column = divmod(number, len(TASKS))
        whole.paste(picture, (column * wide + 4, row * high + 20))
        draw.text((column * wide + 4, row * high + 4), file.stem, fill="black")
    whole.save(sheet)
    print(sheet)


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sheet", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    if options.sheet:
        make_sheet(options.sheet.absolute())
    else:
        make_docs()


if __name__ == "__main__":
    main()
