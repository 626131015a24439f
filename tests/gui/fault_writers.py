"""What the window writes: as `tests.files.faults.writers`, with Qt."""

from __future__ import annotations

import faulthandler
import logging
import os
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from PySide6.QtGui import QImage

from nngui.core.records.history import History
from nngui.core.spec.toml import with_settings
from nngui.gui import crash
from nngui.gui.controllers.documents import write_batches
from nngui.gui.controllers.exports import write_series
from nngui.gui.controllers.film import write_gif
from nngui.gui.panels.pictures import write_png
from nngui.gui.plots.kit.numbers import Series
from nngui.tasks import all_tasks
from tests.files.faults.writers import BrokenError, Writer, rows_in, single

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.core.errors import FileError

BATCHES = next(task for task in all_tasks() if task.name == "batch_training")


def image_of(version: int) -> QImage:
    image = QImage(40 + version, 30, QImage.Format.Format_ARGB32)
    image.fill(0xFF336699)
    return image


def version_of_image(path: Path) -> int:
    with Image.open(path) as image:
        image.load()
        return [40, 41].index(image.width)


def film_of(version: int) -> list[Image.Image]:
    return [Image.new("P", (40 + version, 30), n) for n in range(5)]


def series_of(version: int) -> list[Series]:
    return [Series("plot", "a line", np.zeros((200 + version, 2)).tolist())]


def batches(path: Path, version: int) -> None:
    spec = with_settings(BATCHES.spec, {"schedule.epochs": 1})
    history = History(("loss",))
    history.append(np.ones((1 + version, 1), np.float32))
    write_batches(path, BATCHES, spec, history)


def note_a_crash(folder: Path) -> FileError | None:
    """Open the file that a crash would be noted in, and end without one."""
    file = crash.CrashFile(folder / "data")
    was_on = faulthandler.is_enabled()
    file.open()
    file.close()
    if was_on:  # pytest's own
        faulthandler.enable()
    return None


def left_of_crashes(folder: Path) -> int:
    if (folder / "data").exists() and crash.CrashFile(folder / "data").take_last():
        raise BrokenError("no crash was there")
    return 1


def leave_a_crash(folder: Path) -> None:
    (folder / "crash-1-a.txt").write_text("Fatal Python error", encoding="utf-8")
    (folder / "crash-999999999-b.txt").touch()


REAL_OPEN, REAL_CLOSE = os.open, os.close  # the log's own faults are tried by themselves


def told(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.told")


def take_a_crash(folder: Path) -> None:
    def note(record: logging.LogRecord) -> bool:
        if record.levelno == logging.ERROR:
            REAL_CLOSE(REAL_OPEN(told(folder), os.O_CREAT | os.O_WRONLY))
        return False

    crash.log.addFilter(note)
    try:
        crash.CrashFile(folder).take_last()
    finally:
        crash.log.removeFilter(note)


def is_crash_told(folder: Path) -> int:
    if not told(folder).exists() and not (folder / "crash-1-a.txt").exists():
        raise BrokenError("it is forgotten, and was not told")
    return int(told(folder).exists())


WRITERS = {
    "picture": single(
        "a.png",
        lambda path, version: write_png(image_of(version), path),
        version_of_image,
        "nngui.gui.panels.pictures:write_png",
        "nngui.gui.panels.pictures:write_picture",
    ),
    "film": single(
        "a.gif",
        lambda path, version: write_gif(path, film_of(version), 100),
        version_of_image,
        "nngui.gui.controllers.film:write_gif",
    ),
    "numbers of a plot": single(
        "s.csv",
        lambda path, version: write_series(path, series_of(version)),
        rows_in(201, 0),
        "nngui.gui.controllers.exports:write_series",
    ),
    "batches": single(
        "b.csv",
        batches,
        lambda path: [2, 3].index(path.read_text(encoding="utf-8").count("\n")),
        "nngui.gui.controllers.documents:write_batches",
    ),
    "crash file": Writer(
        lambda folder: None,
        note_a_crash,
        left_of_crashes,
        ("nngui.gui.crash:open", "nngui.gui.crash:close"),
        is_quiet=True,
        parts=("data",),
    ),
    "what a crash left": Writer(
        leave_a_crash,
        take_a_crash,
        is_crash_told,
        ("nngui.gui.crash:take_last",),
        is_quiet=True,
        parts=("crash-",),
    ),
}
