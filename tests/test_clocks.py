"""The time of day decides nothing: clocks are set back and forward, and differ between machines."""

from __future__ import annotations

import ast
from pathlib import Path

import nngui

ROOT = Path(nngui.__file__).parent
OF_DAY = {"now", "today", "utcnow", "currentDateTime", "currentDate", "getmtime", "getctime"}
OF_FILES = {"st_mtime", "st_mtime_ns", "st_ctime", "st_ctime_ns", "st_atime", "st_birthtime"}
SHOWN = "it is shown, and written beside what was saved"
SAME = "whether it is the same: another time is another file, be it earlier or later"
KNOWN = {
    "nngui.core.search.kept:run_of": SHOWN,
    "nngui.gui.training.saver:as_it_is": SHOWN,
    "nngui.gui.training.saver:_copy_alone": SHOWN,
    "nngui.gui.training.saver:_copy_unbegun": SHOWN,
    "nngui.gui.training.lines:_taken_up": "nobody reads it: the line is built from it at once",
    "nngui.gui.tabs.recovery_offer:when": "how the time is shown",
    "nngui.headless_saving:_copy": SHOWN,
    "nngui.core.evaluation.recorded:record_of": SHOWN,
    "nngui.files.models.file_tree:_modified": SHOWN,
    "nngui.headless_outputs:__init__": "a folder's name, with a number where it is taken",
    "nngui.gui.crash:take_last": "in which order crashes are told; all of them are",
    "nngui.gui.tabs.save_restore.saved_files:_stamp": SAME,
    "nngui.files.tables.table:file_version": SAME,
    "nngui.files.images.reader:_version": SAME,
    "nngui.files.images.reader:_signatures": SAME,
    "nngui.files.images.layout:look_into": SAME,
    "nngui.files.temporary:_sweep": "the drive's own, and only where there are no locks",
    "nngui.files.temporary:_sweep_one": "the drive's own, and only where there are no locks",
}


def looks_at_a_clock(node):
    if isinstance(node, ast.Attribute) and node.attr in OF_FILES:
        return True
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    owner = getattr(node.func.value, "id", "")
    if owner == "time":
        return node.func.attr in ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime")
    return node.func.attr in OF_DAY and owner in ("datetime", "date", "QDateTime", "QDate", "path")


def test_that_each_look_at_the_time_of_day_is_known_and_decides_nothing():
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        module = ".".join(["nngui", *path.relative_to(ROOT).with_suffix("").parts])
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
            for node in ast.walk(function):
                if looks_at_a_clock(node):
                    found[f"{module}:{function.name}"] = f"{path}:{node.lineno}"
    assert {place: found[place] for place in found.keys() - KNOWN.keys()} == {}
    assert KNOWN.keys() - found.keys() == set(), "known, and not there any more"
