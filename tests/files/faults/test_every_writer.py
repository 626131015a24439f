"""Whatever writes, moves or deletes a file is in the tables of writers, or says here why not."""

from __future__ import annotations

import ast
from pathlib import Path

import nngui
from tests.files.faults import torch_writers, writers

ROOT = Path(nngui.__file__).parent
TESTS = Path(__file__).parents[2]
MODES = set("wax+")
WRITING = {  # as functions, or as methods of anything
    *("replacing", "replacing_bytes", "new_folder", "make_folder", "open_to_append"),
    *("write_text", "write_bytes", "write_recovery", "mkstemp", "mkdtemp", "temporary_file"),
    *("temporary_folder", "unlink", "rmtree", "rmdir", "mkdir", "makedirs", "touch", "truncate"),
    *("copyfile", "copyfileobj", "copytree", "symlink_to", "hardlink_to", "SummaryWriter"),
    *("RotatingFileHandler", "FileHandler", "QSaveFile", "QTemporaryFile", "QSettings"),
    *("QTemporaryDir", "QLockFile", "rename", "flush_folder"),
}
OF_OS = {
    "open",
    "write",
    "remove",
    "replace",
    "link",
    "symlink",
    "ftruncate",
    "fsync",
    "chmod",
    "move",
}
ELSEWHERE = {
    "nngui.files.atomic:_replace": "a part of replacing_bytes",
    "nngui.files.atomic:flush_folder": "a part of replacing_bytes",
    "nngui.files.temporary:*": "a part of replacing_bytes and new_folder",
    "nngui.files.regular:open_regular": "it reads",
    "nngui.files.runs.pairs:alone_in": "a lock on a folder",
    "nngui.files.runs.pairs:sweep_runs": "deletes only, what no run names: test_pairs",
    "nngui.files.searches.journal:_begin": "a part of __init__",
    "nngui.gui.controllers.documents:save_history": "history",
    "nngui.gui.controllers.runs:_export": "list of runs, curves",
    "nngui.headless_search:*": "settings file, table of a search",
    "nngui.files.runs.recovery:keep_last": "the older state is moved: test_recovery",
    "nngui.headless_saving:*": "recovery, and where it lies: tests/test_resume",
    "nngui.terminal:let_go": "nothing: the null device",
    "nngui.gui.tabs.batch_training.workers_meter:start": "settings file",
    "nngui.gui.temporary:temporary_folder": "a temporary folder of Qt's",
    "nngui.gui.controllers.search:__init__": "a temporary folder of Qt's",
    "nngui.gui.controllers.runs:__init__": "a temporary folder of Qt's",
    "nngui.gui.controllers.export_process:start": "a temporary folder of Qt's",
    "nngui.gui.training.script_process:start": "a temporary folder of Qt's",
    "nngui.gui.panels.card_menu:dragged": "a temporary folder of Qt's",
    "nngui.gui.tabs.save_restore.saved_files:__init__": "a temporary folder of Qt's",
    "nngui.gui.unwritten:*": "text; that a file was given up",
    "nngui.gui.training.autosave:*": "recovery; the older file is moved: test_recovery",
    "nngui.gui.training.saver:begin": "no file: that a run is to be saved at once",
    "nngui.gui.training.saver:note_change": "no file: that a save is out of date",
    "nngui.gui.left_behind:*": "folders of windows, each locked: tests/gui/test_recovery",
}


def places_of_writing():
    """Return what writes, as ``module:function``, with the line."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        module = ".".join(["nngui", *path.relative_to(ROOT).with_suffix("").parts])
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node, function in with_functions(tree, ""):
            if isinstance(node, ast.Call) and is_writing(node):
                found.setdefault(f"{module}:{function}", f"{path}:{node.lineno}")
    return found


def with_functions(node, function):
    """Yield each node with the name of the outermost function, or class, that it is in."""
    for child in ast.iter_child_nodes(node):
        inner = function
        if isinstance(child, ast.FunctionDef) and not function:
            inner = child.name
        yield child, inner
        yield from with_functions(child, inner)


def is_writing(call):
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name in WRITING:
        return name != "rename" or not call.args or not is_store(call.func)
    owner = getattr(getattr(call.func, "value", None), "id", "")
    if owner in ("os", "shutil") and name in OF_OS:
        return True
    if name == "replace" and isinstance(call.func, ast.Attribute):
        # A text's takes two words, and a record's is a function: a path's has one of its own.
        return len(call.args) == 1 and not call.keywords and owner not in ("self", "cls")
    return name == "open" and bool(MODES & set("".join(modes_of(call))))


def is_store(function):
    return "store" in ast.unparse(function)  # `RunStore.rename` has a name and is in the table


def modes_of(call):
    words = [*call.args[:2], *(k.value for k in call.keywords if k.arg == "mode")]
    texts = (word.value for word in words if isinstance(word, ast.Constant))
    return [text for text in texts if isinstance(text, str) and set(text) <= set("rwaxbt+")]


def covered():
    tables = (writers.WRITERS, torch_writers.WRITERS)
    named = {place for table in tables for writer in table.values() for place in writer.covers}
    # The window's needs Qt, which is not to be had here: it is read.
    tree = ast.parse((TESTS / "gui" / "fault_writers.py").read_text(encoding="utf-8"))
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return named | {text for text in texts if isinstance(text, str) and text.startswith("nngui.")}


def test_that_whatever_writes_is_in_the_tables_of_writers():
    known = covered() | ELSEWHERE.keys()
    missing = {
        place: line
        for place, line in places_of_writing().items()
        if place not in known and f"{place.partition(':')[0]}:*" not in known
    }
    assert missing == {}, "a new writer: give it a line in tests/files/faults/writers.py"


def test_that_the_tables_name_nothing_that_is_not_there():
    found = places_of_writing()
    modules = {place.partition(":")[0] for place in found}
    for place in covered() | ELSEWHERE.keys():
        module, _, function = place.partition(":")
        assert module in modules, place
        assert function == "*" or place in found, place
