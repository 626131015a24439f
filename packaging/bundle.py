"""Build the bundle, a folder that needs no Python, and check what was built.

    python packaging/dev.py bundle            # builds dist/nngui, in some minutes
    python packaging/dev.py bundle --check    # tries what is in dist/nngui

The check trains every task, saves and reopens a model, takes a picture, compares all of it with the
same from source, and prints size, times and what weighs what. Python has what it needs but a
display: with DISPLAY set, the window is opened on it, too.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
WORK, DIST = ROOT / "build" / "bundle", ROOT / "dist"
VENV = ROOT / ".venv-bundle"
WINDOWS = sys.platform == "win32"
PROGRAM = DIST / "nngui" / ("nngui.exe" if WINDOWS else "nngui")
INSIDE = PROGRAM.parent / "_internal"
STRIPPED = (
    "libpython*.so*",
    "python3*/lib-dynload/*.so",
    "llvmlite/binding/libllvmlite.so",
    "torch/lib/libtorch_python.so",
)
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
PYINSTALLER = "pyinstaller>=6.20,<7"
TARGETS = {"unpacked MB": 950, "packed MB": 280, "window s": 1.5}
TASKS = (
    "regression",
    "classification",
    "quick_build",
    "save_restore",
    "batch_training",
    "optimizers",
    "cnn",
)
STEPS = ("--set", "schedule.steps=10", "--set", "schedule.epochs=0")
SHORT = ("--set", "schedule.epochs=3")
SEARCH = ("--over", "optimizer.lr=0.01,0.1", "--trials", "2", "--seeds", "1", *STEPS)
ROUNDS = 5
VERIFY_ROW = (950, 660, 1268, 765)
"""Pixels of the window's picture: from source a button, a bundle says there what it lacks."""


class CheckError(Exception):
    """The bundle does something else than the source, or nothing."""


def main() -> int:
    """Build, or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="try what was built")
    options = parser.parse_args()
    try:
        return check() if options.check else build()
    except CheckError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


# --- Building -------------------------------------------------------------------------------------


def build() -> int:
    """Build dist/nngui, from an environment with nothing in it that the program does not need."""
    if not PYTHON.exists():
        run([sys.executable, "-m", "venv", str(VENV)])
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "-q"]
    constraints = ["-c", str(ROOT / "packaging" / "constraints.txt")]
    run([*pip, *constraints, PYINSTALLER, f"{ROOT}[tables]"])
    run([*pip, "--force-reinstall", "--no-deps", str(ROOT)])  # its source of this moment
    run([sys.executable, str(ROOT / "packaging" / "icons.py"), str(WORK)])
    began = time.perf_counter()
    command = [str(PYTHON), "-m", "PyInstaller", str(ROOT / "packaging" / "bundle.spec")]
    places = ["--distpath", str(DIST), "--workpath", str(WORK), "--noconfirm", "--log-level=WARN"]
    run([*command, *places])
    strip_symbols()
    write_overview()
    print(f"Built {PROGRAM.parent} in {time.perf_counter() - began:.0f} s.")
    return 0


def strip_symbols() -> None:
    """Take the names that only debuggers read out of the largest libraries, on Linux.

    Not out of those that were edited when their wheels were made: they can't be loaded afterwards.
    Nor out of Qt and what was taken from the system, for whoever replaces them, nor out of what has
    Intel's oneMKL in it, which its licence wants unchanged.
    """
    if sys.platform.startswith("linux") and shutil.which("strip"):
        found = [place for pattern in STRIPPED for place in INSIDE.glob(pattern)]
        run(["strip", "--strip-unneeded", *map(str, found)])


def write_overview() -> None:
    """Write the list of what the bundle passes on beside the program."""
    folder = f"pathlib.Path({str(PROGRAM.parent)!r})"
    text = in_bundles_python(f"import pathlib, passed_on; print(passed_on.overview({folder}))")
    (PROGRAM.parent / "LICENCES.txt").write_text(text, encoding="utf-8")


def in_bundles_python(code: str) -> str:
    """Return what the Python that the bundle is built with prints.

    Raises
    ------
    CheckError
        When it fails.
    """
    variables = {**os.environ, "PYTHONPATH": str(ROOT / "packaging"), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [str(PYTHON), "-c", code], cwd=WORK, env=variables, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise CheckError(f"{PYTHON} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def run(command: list[str]) -> None:
    """Run a program that must succeed.

    Raises
    ------
    CheckError
        When it does not.
    """
    WORK.mkdir(parents=True, exist_ok=True)
    # Not in the source's folder: there `nngui` would be that, and not what was installed.
    if subprocess.run(command, cwd=WORK).returncode != 0:
        raise CheckError(f"{Path(command[0]).name} failed; its own lines above say why.")


# --- Checking -------------------------------------------------------------------------------------


def check() -> int:
    """Try the bundle, print the figures, and return whether all of it was right."""
    if not PROGRAM.exists():
        raise CheckError("there is no bundle: build it first, by python packaging/dev.py bundle.")
    figures: dict[str, float] = {}
    check_licences()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for task in TASKS:
            check_task(task, folder)
        check_files(folder)
        check_script(folder)
        check_commands(folder)
        for looks in (("en", "light"), ("zh_CN", "dark")):
            check_picture(folder, *looks)
        figures["turbo, save & restore, steps/s"] = turbo_rate(folder)
        figures["window s"] = window_time(folder)
    figures |= sizes()
    print("\nwhat weighs what (MB):")
    for part, size in weights().most_common(12):
        print(f"  {size / 1e6:7.1f}  {part}")
    print()
    for what, value in figures.items():
        goal = f"  (at most {TARGETS[what]:,})" if what in TARGETS else ""
        print(f"{what}: {value:,.2f}{goal}")
    missed = [what for what, most in TARGETS.items() if figures[what] > most]
    print(f"missed: {', '.join(missed)}" if missed else "All of it is as it should be.")
    return 1 if missed else 0


def check_licences() -> None:
    """Want the text of a licence for each package, program and library that is in the bundle.

    Raises
    ------
    CheckError
        With the name of each that has none, and of each that must not be passed on.
    """
    code = (
        "import json, pathlib, sys, passed_on\n"
        "from PyInstaller.archive.readers import CArchiveReader\n"
        f"program = pathlib.Path({str(PROGRAM)!r})\n"
        "names = CArchiveReader(str(program)).open_embedded_archive('PYZ.pyz').toc\n"
        "tops = {name.split('.')[0] for name in names}\n"
        "found = passed_on.problems(program.parent, tops)\n"
        "print(json.dumps([found, len(tops)]))"
    )
    found, packages = json.loads(in_bundles_python(code))
    if found:
        raise CheckError("the licences are not complete:\n  " + "\n  ".join(found))
    parts = json.loads((INSIDE / "licences" / "index.json").read_text("utf-8"))["parts"]
    libraries = sum(len(part["files"]) for part in parts)
    texts = len(list((INSIDE / "licences").glob("*.txt")))
    print(
        f"licences: {len(parts)} parts own {packages} top-level packages and {libraries} ", end=""
    )
    print(f"programs and libraries; {texts} texts, none is missing")


def called(command: list[str], folder: Path, **environment: str) -> str:
    """Return what a program prints; it must succeed.

    Raises
    ------
    CheckError
    """
    variables = {**os.environ, "NNGUI_DATA_DIR": str(folder / "data"), "NNGUI_LANG": "en"}
    variables |= {"QT_QPA_PLATFORM": "offscreen", **environment}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    if done.returncode != 0:
        raise CheckError(f"{' '.join(command[:4])} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def both(arguments: list[str], folder: Path) -> tuple[str, str]:
    """Return what the bundle prints, and what the source prints."""
    bundle = called([str(PROGRAM), *arguments], folder)
    return bundle, called([sys.executable, "-m", "nngui", *arguments], folder)


def check_task(task: str, folder: Path) -> None:
    """Train ten steps: the losses must be those of the source, to the last bit."""
    histories = [folder / f"{task}-{name}.csv" for name in ("bundle", "source")]
    for program, history in zip(
        ([str(PROGRAM)], [sys.executable, "-m", "nngui"]), histories, strict=True
    ):
        called([*program, "train", task, *STEPS, "--history", str(history)], folder)
    one, other = (history.read_text(encoding="utf-8") for history in histories)
    if one != other:
        raise CheckError(f"{task}: the losses differ from those of the source.")
    print(f"{task}: {len(one.splitlines()) - 1} steps, the same losses as from source")


def check_files(folder: Path) -> None:
    """Save a model, look into it, and train on from it."""
    called([str(PROGRAM), "train", "regression", *STEPS, "--save-model", "net.pkl"], folder)
    one, other = both(["inspect", "net.pkl"], folder)
    if one != other or "hidden" not in one:
        raise CheckError("inspect says something else than from source.")
    start = ["--set", "network.weights=net.pkl"]
    called([str(PROGRAM), "train", "regression", *STEPS, *start], folder)
    print("a saved model is read and trained on from")


def check_script(folder: Path) -> None:
    """Write a script that holds functions of the program."""
    one, other = both(["script", "classification", "--set", "data.kind=spirals"], folder)
    if one != other or "def spirals" not in one:
        raise CheckError("the exported script is another one than from source.")
    print("an exported script is the same as from source")


def check_commands(folder: Path) -> None:
    """Do what takes more than a task: tables, folds, a search, pictures, a project, licences."""
    from PIL import Image

    for number in range(12):
        place = (
            folder / "pictures" / "ab"[number % 2] / f"{number}.{'png' if number < 6 else 'jpg'}"
        )
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (28, 28), 20 * number).save(place)
    iris = ["train", "classification", "--data", "example:iris", *SHORT]
    commands = {
        "folds": [*iris, "--folds", "3"],
        "early stopping": [*iris, "--set", "schedule.patience=1"],
        "a project folder": [*iris, "--project", "project"],
        "pictures of PNG and JPEG": ["train", "cnn", "--data", "pictures", *SHORT],
        "a search": ["search", "regression", *SEARCH],
    }
    for what, command in commands.items():
        ends = [same_figures(text) for text in both(command, folder)]
        if ends[0] != ends[1]:
            raise CheckError(f"{what}: {ends[0]} in the bundle, {ends[1]} from source.")
        shutil.rmtree(folder / "project", ignore_errors=True)
    if "GNU LESSER GENERAL PUBLIC LICENSE" not in called([str(PROGRAM), "licences", "Qt"], folder):
        raise CheckError("nngui licences Qt does not print the terms of Qt.")
    print(f"{', '.join(commands)}: the same figures as from source")


def same_figures(printed: str) -> dict[str, Any]:
    """Return a summary without what differs from one moment to the next."""
    return {k: v for k, v in json.loads(printed).items() if "second" not in k and "per_s" not in k}


def check_picture(folder: Path, language: str, theme: str) -> None:
    """Compare the window's picture with the one from source."""
    from PIL import Image, ImageChops

    pictures = [folder / f"{name}.png" for name in ("bundle", "source")]
    looks = ["--lang", language, "--theme", theme, "--steps", "10"]
    for program, picture in zip(
        ([str(PROGRAM)], [sys.executable, "-m", "nngui"]), pictures, strict=True
    ):
        called([*program, "screenshot", "regression", *looks, "-o", str(picture)], folder)
    one, other = (Image.open(picture).convert("RGB") for picture in pictures)
    if one.size != other.size:
        raise CheckError(f"the window's picture is {one.size}, from source {other.size}.")
    difference = ImageChops.difference(one, other).convert("L").point(lambda v: 255 * (v > 32))
    difference.paste(0, VERIFY_ROW)
    share = sum(difference.histogram()[1:]) / (one.width * one.height)
    if share > 0.002:
        raise CheckError(f"{share:.1%} of the window's picture differ from that from source.")
    print(f"the window in {language}, {theme}: {share:.2%} of its pixels differ from source")


def turbo_rate(folder: Path) -> float:
    """Return the steps a second of a long run; compiled before, as it is once on a machine."""
    command = [str(PROGRAM), "train", "save_restore", "--engine", "turbo"]
    called([*command, "--set", "schedule.steps=10"], folder)
    found = json.loads(called([*command, "--set", "schedule.steps=50000"], folder))
    if found["engine"] != "turbo":
        raise CheckError("turbo is not in the bundle.")
    return float(found["steps_per_s"])


def window_time(folder: Path) -> float:
    """Return the seconds from the start to the window's first picture, a median."""
    variables = {**os.environ, "NNGUI_DATA_DIR": str(folder / "data"), "QT_QPA_PLATFORM": "xcb"}
    times = []
    with a_display() as display:
        variables["DISPLAY"] = display
        for _ in range(ROUNDS):
            born = time.perf_counter()
            program = subprocess.Popen([str(PROGRAM)], env=variables, cwd=folder)
            try:
                seen = ["xdotool", "search", "--sync", "--onlyvisible", "--pid", str(program.pid)]
                found = subprocess.run(seen, env=variables, capture_output=True, timeout=60)
                if found.returncode != 0:
                    raise CheckError("xdotool could not look for the window.")
                times.append(time.perf_counter() - born)
            except subprocess.TimeoutExpired as error:
                raise CheckError("the window did not open within a minute.") from error
            finally:
                program.terminate()
                program.wait(30)
    print(f"window: {ROUNDS} starts, {min(times):.2f} to {max(times):.2f} s")
    return statistics.median(times)


@contextmanager
def a_display() -> Iterator[str]:
    """Return a display: the one there is, or one in memory.

    Raises
    ------
    CheckError
        When there is none, and no Xvfb.
    """
    missing = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    if missing:
        raise CheckError(f"the window is looked for on a display: install {' and '.join(missing)}.")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as file:
            yield f":{file.readline().strip()}"
    finally:
        server.terminate()
        server.wait(30)


def sizes() -> dict[str, float]:
    """Return the folder's size, and that of the archive that is given to others."""
    archive = DIST / "nngui.tar.zst"
    if shutil.which("zstd") and shutil.which("tar"):
        run(["tar", "-I", "zstd -T0 -12", "-C", str(DIST), "-cf", str(archive), "nngui"])
    else:
        archive = DIST / "nngui.tar.xz"
        with tarfile.open(archive, "w:xz", preset=2) as file:
            file.add(PROGRAM.parent, "nngui")
    whole = sum(weights().values())
    return {"unpacked MB": whole / 1e6, "packed MB": archive.stat().st_size / 1e6}


def weights() -> Counter[str]:
    """Return how many bytes each package in the bundle takes."""
    found: Counter[str] = Counter()
    for place in PROGRAM.parent.rglob("*"):
        if place.is_file() and not place.is_symlink():
            parts = place.relative_to(PROGRAM.parent).parts
            part = parts[1] if parts[0] == "_internal" and len(parts) > 1 else parts[0]
            found[part.split(".so")[0]] += place.stat().st_size
    return found


if __name__ == "__main__":
    sys.exit(main())
