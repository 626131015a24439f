"""Good files of each format, the same bytes each time, and the calls that read them."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
from PIL import Image

from nngui.core.journal.edit import DeviceEdit, EngineEdit, SettingsEdit, WeightEdit
from nngui.core.journal.journal import Journal
from nngui.core.journal.journal_text import Facts, to_text
from nngui.core.spec.toml import to_toml, with_settings
from nngui.core.spec.toml_text import read_toml
from nngui.files.atomic import read_text
from nngui.files.images.reader import read_images
from nngui.files.images.survey import survey_images
from nngui.files.models.reader import read_model
from nngui.files.preferences import Preferences
from nngui.files.runs.journal_file import read_journal
from nngui.files.runs.recovery import read_recovery, read_summary, trainer_of
from nngui.files.runs.recovery_lines import checked_keyframes
from nngui.files.runs.store import RunStore
from nngui.files.tables.reader import preview_table, read_table
from tests.core.helpers import TASKS
from tests.files.fuzz.runs import kept_run, saved_run
from tests.files.models.usable import complaints
from tests.files.tables.workbooks import GOOD, stray, workbook

OPENED = "opened"

# --- Tables -------------------------------------------------------------------------------------


def a_frame():
    return pd.DataFrame(
        {
            "x": [1.5, 2.0, None, 1e300],
            "word": ["a", "b", None, "ä" * 20],
            "whole": [1, 2, 3, 4],
            "yes": [True, False, True, True],
            "when": pd.to_datetime(["2024-01-01", "2024-02-29", "1999-12-31", "2024-01-01"]),
        }
    )


def workbooks(folder):
    """Workbooks: as pandas writes them, with errors and dates, with shared texts, without."""
    path = folder / "good.xlsx"
    files = {}
    a_frame().to_excel(path, index=False)
    files["pandas"] = path.read_bytes()
    book = openpyxl.Workbook()
    for row in (["a", "b"], [1, "#DIV/0!"], [True, 2.5], ["x", None]):
        book.active.append(row)
    book.create_sheet("two").append(["c"])
    book.save(path)
    files["two sheets"] = path.read_bytes()
    shared = ["<si><t>a</t></si><si><r><t>b</t></r></si>"]
    row = '<row r="3"><c r="A3" t="s"><v>1</v></c><c t="b"><v>1</v></c></row>'
    files["plain"] = workbook(path, [GOOD, row, stray("XFD9")], shared=shared).read_bytes()
    path.unlink()
    return files


def parquets(folder):
    """Parquet files: compressed in several ways, with and without dictionaries."""
    files = {}
    path = folder / "good.parquet"
    for way in ("snappy", "gzip", "zstd", "none"):
        for dictionary in (True, False):
            a_frame().to_parquet(
                path, compression=None if way == "none" else way, use_dictionary=dictionary
            )
            files[f"{way} {dictionary}"] = path.read_bytes()
    path.unlink()
    return files


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz(**arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def arrays():
    return {
        "numbers": npy(np.arange(12.0).reshape(4, 3)),
        "fortran": npy(np.asfortranarray(np.arange(12, dtype=">i4").reshape(4, 3))),
        "fields": npy(np.array([(1, 2.5), (2, 3.5)], [("a", "i4"), ("b", "f8")])),
        "texts": npy(np.array([["a", "bc"], ["d", "e"]])),
    }


def archives():
    return {"two": npz(x=np.arange(8.0).reshape(4, 2), y=np.arange(4))}


def texts():
    return {
        "plain": b"a,b,c\n1,2,x\n3,4,y\n5,,z\n",
        "german": "größe;b\n1,5;2\n2,5;3\n".encode("cp1252"),
        "quotes": b'a\tb\n"1\n2"\t"x, ""y"""\n3\tz\n',
        "comment": b"# about\na b\n1 2\n3 4\n",
        "utf-16": "a,b\n1,2\n3,4\n".encode("utf-16"),
    }


def read_any_table(path):
    for read in (preview_table, read_table):
        read(path)
    return OPENED


# --- Pictures -----------------------------------------------------------------------------------


def pictures():
    """Images of all formats and of several modes, as small as they can be."""
    numbers = np.random.default_rng(0)
    grey = Image.fromarray(numbers.integers(0, 255, (9, 9), np.uint8))
    files = {}
    for mode in ("1", "L", "P", "LA", "RGB", "RGBA", "I;16"):
        image = grey.convert("RGBA").convert("LA") if mode == "LA" else grey.convert(mode)
        files[f"png {mode}"] = _saved(image, "PNG")
    for mode in ("L", "RGB", "CMYK"):
        files[f"jpeg {mode}"] = _saved(grey.convert(mode), "JPEG")
    exif = Image.Exif()
    exif[0x0112] = 6
    files["jpeg turned"] = _saved(grey, "JPEG", exif=exif)
    files["jpeg progressive"] = _saved(grey.convert("RGB"), "JPEG", progressive=True)
    for kind in ("WEBP", "GIF", "BMP", "TIFF", "PPM"):
        files[kind.lower()] = _saved(grey.convert("RGB"), kind)
    return files


def _saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def beside(files):
    """Other images of the two classes."""
    return {"one/b.png": files["png L"], "two/a.png": files["png L"], "two/b.jpg": files["jpeg L"]}


def read_folder(path):
    return read_pictures(path.parent.parent)


def read_pictures(path):
    survey_images(path)
    read_images(path, most=4, side=8)
    return OPENED


def image_archives():
    x, y = np.arange(160, dtype=np.uint8).reshape(10, 4, 4), np.arange(10) % 2
    return {
        "bytes": npz(x_train=x, y_train=y, x_test=x[:4], y_test=y[:4]),
        "floats": npz(images=np.stack([x, x, x], -1) / 255, labels=np.eye(2)[y]),
    }


def idx_images():
    images = b"\0\0\x08\x03" + b"\0\0\0\x0a" + b"\0\0\0\x03" * 2 + bytes(range(90))
    return {"plain": images, "gzip": gzip.compress(images, mtime=0)}


def idx_labels():
    return b"\0\0\x08\x01" + b"\0\0\0\x0a" + bytes([0, 1] * 5)


# --- The program's own --------------------------------------------------------------------------


def settings():
    return {name: to_toml(name, task.spec).encode() for name, task in TASKS.items()}


def read_settings(path):
    document = read_toml(read_text(path))
    name = document.pop("task", "regression")
    if name not in TASKS:
        return "another task"
    with_settings(TASKS[name].spec, document)
    return OPENED


def preferences():
    return {"some": b'version = 1\ntheme = "dark"\nrecent = ["a", "b"]\nsplitter = [1, 2]\n'}


def read_preferences(path):
    found = Preferences(path, keep=False)
    found.text("theme"), found.texts("recent"), found.numbers("splitter")
    return OPENED


def runs(folder):
    """Return saved runs and kept ones."""
    return {"saved": saved_run(folder)}, {"kept": kept_run(folder)}


def read_saved(path):
    read_summary(path)
    task = TASKS["regression"]
    found = read_recovery(path, task)
    checked_keyframes(found.keyframes, trainer_of(found, task))
    for line in found.branches:
        trainer_of(replace(found, journal=line.journal, state=line.state), task)
    return OPENED


def read_kept(path):
    kept = RunStore(path.parent, list(TASKS.values()))
    for run in kept.runs():
        kept.curves(run)
        kept.journal(run)
    return "counted as damaged" if kept.unreadable else OPENED


def journals():
    """Return the journal of a run of each task; one has all kinds of edits."""
    facts = Facts("ab" * 32, ("loss",), "cd" * 32, "ef" * 32, "1.0", "2.13.0")
    edits = (
        SettingsEdit(10, {"optimizer.lr": 0.05, "schedule.steps": 200}),
        SettingsEdit(10, {"data.placed": ((0.0, 1.5), (2.0, 3.0))}),
        EngineEdit(20, "turbo"),
        WeightEdit(30, 0, "hidden.weight", (2, 0), 0.5),
        DeviceEdit(30, "cpu"),
        SettingsEdit(100, {}),
    )
    own = {"regression": edits}
    return {
        name: to_text(Journal(name, task.spec, "auto", own.get(name, ())), 100, facts).encode()
        for name, task in TASKS.items()
    }


def read_one_journal(path):
    read_journal(path, {name: task.spec for name, task in TASKS.items()})
    return OPENED


def read_model_file(path):
    model = read_model(path)
    wrong = complaints(model)
    if wrong:
        raise AssertionError(wrong)
    return f"opened, {model.kind}"
