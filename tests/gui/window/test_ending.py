"""Whatever is under way when the window closes: the process ends in time, and quietly."""

from __future__ import annotations

import subprocess
import sys
import time

from nngui.core.abandoned import END_TIMEOUT_S
from nngui.core.folders import data_folder
from nngui.gui import unwritten

WITHIN = 5.0  # seconds, from the window's end to that of the process
HANGS = 60  # seconds: what is plugged in takes as long as that
PROGRAM = f"""\
import os
import signal
import sys
import threading
import time

from PySide6.QtCore import QMetaObject, Qt

from nngui import cli
from nngui.gui import app
from nngui.gui.background import Background

how, *kinds = sys.argv[1:]
begun = {{kind: threading.Event() for kind in kinds}}


def hang(kind):
    def work(*_arguments, **_options):
        begun[kind].set()
        time.sleep({HANGS})
    return work


class SlowTorch:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            hang("import")()


def plug_in(window):
    if "import" in kinds:
        sys.meta_path.insert(0, SlowTorch())
    if "step" in kinds:
        from nngui.gui.training.session import TrainingSession
        TrainingSession.build = hang("step")
    if "reader" in kinds:
        work = Background(window.tables)
        work.start(hang("reader"), print)
        window.tables.close = work.close
    if "writer" in kinds:
        work = Background(window.documents)
        work.start(hang("writer"), print, writes=True)
        window.documents.close = work.close
    if "main" in kinds:
        window.session.save = hang("main")
        begun["main"].set()


def end(window):
    for event in begun.values():
        event.wait({HANGS})
    while not (window.built and (saved := list(app.data_folder().glob("recovery/*")))):
        time.sleep(0.01)
    for task in ("optimizers", "regression"):
        (saved[0] / f"{{task}}.safetensors").write_text("the last save")
    for _ in range(2 if how == "twice" else 1):
        if how.startswith("SIG"):
            os.kill(os.getpid(), getattr(signal, how))
        else:
            QMetaObject.invokeMethod(window, "close", Qt.ConnectionType.QueuedConnection)


def start(*arguments, **options):
    started = make(*arguments, **options)
    window = started.window
    window.closing.connect(lambda: print(time.time(), flush=True))  # it is hidden by now
    if how == "at once":
        window.show = lambda: (type(window).show(window), window.close())
        return started
    plug_in(window)
    threading.Thread(target=end, args=[window], daemon=True).start()
    return started


make, app.start = app.start, start
sys.argv[1:] = ["--task", "optimizers"]
sys.exit(cli.main())
"""


def end_of(how, *kinds):
    """Run the program; return its code, what it wrote to stderr, and how long its end took."""
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, how, *kinds],
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    ended = time.time()
    return result.returncode, result.stderr, ended - float(result.stdout or 0)


def left_by_recovery():
    return {file.name for file in data_folder().glob("recovery/*/*")}


def test_that_nothing_that_takes_long_keeps_the_process():
    code, stderr, took = end_of("twice", "import", "reader", "writer")
    assert (code, stderr) == (0, "")
    assert took < WITHIN
    assert left_by_recovery() == set()  # nothing had been trained
    assert (data_folder() / unwritten.FILE).exists()


def test_that_a_run_in_a_long_step_is_offered_again_after_a_log_out():
    code, stderr, took = end_of("SIGTERM", "step")
    assert (code, stderr) == (143, "")
    assert took < WITHIN
    assert left_by_recovery() == {"optimizers.safetensors"}
    assert not (data_folder() / unwritten.FILE).exists()


def test_that_a_disk_that_does_not_answer_keeps_no_process_without_a_window():
    code, stderr, took = end_of("close", "main")
    assert (code, stderr) == (0, "")
    assert END_TIMEOUT_S < took < WITHIN


def test_that_a_window_can_be_closed_before_it_was_painted():
    code, stderr, took = end_of("at once")
    assert (code, stderr) == (0, "")
    assert took < WITHIN
