"""Whatever is started beside the window has somebody who ends it, and looks whether it ended."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import nngui

ROOT = Path(nngui.__file__).parent
ANSWERED = ("wait", "waitForFinished", "finish_storing", "finish_saving", "close_work")
STARTERS = ("Thread", "QThread", "Popen", "QProcess", "ThreadPoolExecutor", "ProcessPoolExecutor")
WORDS = re.compile("|".join((*STARTERS, *ANSWERED, "deadline", "Background", "QTemporaryDir")))
KNOWN = {  # what starts threads and processes, and how these end
    "core/abandoned.py": "the process's own end",
    "core/studies/loader_processes.py": "daemons of `nngui workers`, which end with its input",
    "core/turbo/cache.py": "ends with its input, and when it is cancelled",
    "files/searches/processes.py": "a daemon of `nngui search --worker`, which ends by itself",
    "files/searches/worker.py": "the beat of a trial, joined to it by an event",
    "gui/background.py": "waited for or abandoned by `close`",
    "gui/controllers/export_process.py": "`end_processes`",
    "gui/controllers/search_processes.py": "`end_processes`",
    "gui/tabs/batch_training/workers_meter.py": "`end_processes`",
    "gui/training/autosave.py": "`finish`",
    "gui/training/recorder.py": "`finish`",
    "gui/training/past_thread.py": "`close`",
    "gui/training/script_process.py": "killed, then `end_processes`",
    "gui/training/training_thread.py": "the base of the worker: `close`",
    "headless_search.py": "waited for, then killed",
}


@cache
def modules():
    names = [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.rglob("*.py"))]
    return [(name, ast.parse(text_of(name))) for name in names if WORDS.search(text_of(name))]


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def called(node):
    """The name of what is called: the last part of it."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_that_every_start_of_a_thread_or_a_process_is_known():
    found = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and called(node) in STARTERS)
        or (isinstance(node, ast.ClassDef) and "QThread" in map(ast.unparse, node.bases))
    }
    assert found == set(KNOWN)


def test_that_no_answer_of_an_end_is_dropped():
    dropped = [
        f"{name}:{node.lineno} {ast.unparse(node)}"
        for name, tree in modules()
        if name.startswith("gui/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        if (called(node.value) in ANSWERED and node.value.args)  # without, it waits for the end
        or (called(node.value) in ("close", "end") and "deadline" in ast.unparse(node))
    ]
    assert dropped == []


def test_that_whoever_works_beside_the_window_ends_that_work():
    unended = [
        f"{name}: {own}"
        for name, tree in modules()
        if name.startswith("gui/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if called(node.value) == "Background"
        if f"{(own := ast.unparse(node.targets[0]))}.close(deadline)" not in text_of(name)
    ]
    assert unended == []


def test_that_temporary_folders_go_with_the_program():
    makers = [
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) == "QTemporaryDir"
    ]
    assert makers == ["gui/temporary.py"]
