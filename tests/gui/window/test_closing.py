"""The window closes at once: it waits for what is being written, not for what is being read."""

from __future__ import annotations

import threading
import time

from PySide6.QtCore import QEvent, QObject

from nngui.core.folders import data_folder
from nngui.files.models import writer
from nngui.files.runs.store import RunStore
from nngui.files.tables.survey import looking
from tests.core.helpers import run_python
from tests.gui.helpers import TASKS

PATIENCE = 20.0  # seconds that a slow disk takes here
AT_ONCE = 5.0  # seconds: the machine may be busy
WRITING = 1.5  # seconds that a run takes there to be written
CLOSING = f"""\
import sys
import threading
import time

from nngui.core.spec.table import table_settings
from nngui.core.spec.toml import with_settings
from nngui.files.runs.store import RunStore
from nngui.files.tables import training_data
from nngui.gui import app

reading, keep = threading.Event(), RunStore.keep


def read_slowly(*arguments):
    reading.set()
    time.sleep({PATIENCE})


def keep_slowly(store, *run):
    time.sleep({WRITING})
    return keep(store, *run)


def main(*tasks):
    training_data.read_table, RunStore.keep = read_slowly, keep_slowly
    started = app.start("en", "light")
    window = started.window
    window.show()

    def wait_until(condition):
        deadline = time.monotonic() + 90
        while not condition():
            assert time.monotonic() < deadline
            started.app.processEvents()
            time.sleep(0.01)

    for task in tasks:
        run = window.open_task(task).run
        run.apply(with_settings(run.spec, {{"schedule.steps": 1_000_000}}))
        run.train()
        wait_until(lambda: run.steps_done > 50)
    run = window.open_task("regression").run
    wait_until(lambda: run.steps_done or not tasks)
    run.apply(with_settings(run.spec, table_settings(3, path=sys.argv[1])))
    run.train()
    wait_until(reading.is_set)
    began = time.monotonic()
    window.close()
    return began


began = main(*sys.argv[2:])  # the window is gone
print(time.monotonic() - began, time.time())
"""


class Watch(QObject):
    """Says to other threads that the window is hidden."""

    def __init__(self, window):
        super().__init__(window)
        self.hidden = threading.Event()
        window.installEventFilter(self)

    def eventFilter(self, _watched, event):
        if event.type() == QEvent.Type.Hide:
            self.hidden.set()
        return False


def test_that_closing_does_not_wait_for_a_table_that_is_being_read(user, monkeypatch, tmp_path):
    begun, go_on, readers = threading.Event(), threading.Event(), []
    path = tmp_path / "long.csv"
    path.write_text("a,b\n1,2\n")
    preview = looking.preview_table

    def slowly(*arguments, **options):
        readers.append(threading.current_thread())
        begun.set()
        go_on.wait(PATIENCE)
        return preview(*arguments, **options)

    monkeypatch.setattr(looking, "preview_table", slowly)
    user.window.open_any.open(path)
    assert begun.wait(PATIENCE)
    before = time.monotonic()
    try:
        user.window.close()
        assert time.monotonic() - before < AT_ONCE
    finally:
        go_on.set()
        readers[0].join()
    assert not user.window.isVisible()


def test_that_closing_hides_the_window_first_and_then_waits_for_a_file(user, monkeypatch, tmp_path):
    begun, watch = threading.Event(), Watch(user.window)
    path = tmp_path / "net.pkl"

    def slowly(_net, path, *_others):
        begun.set()
        path.write_text("hidden" if watch.hidden.wait(PATIENCE) else "in sight")

    monkeypatch.setattr(writer, "save_model", slowly)
    user.trigger(user.window.actions_.save_model)
    user.choose_file(path)
    user.wait_until(begun.is_set)
    user.window.close()
    assert path.read_text() == "hidden"


def close_in_mid_read(folder, *tasks):
    """Close a window whose tab Regression reads a table.

    Returns how many seconds it took until the window was gone, and then until the process was.
    """
    table, program = folder / "long.csv", folder / "program.py"
    table.write_text("a,b\n" + "1.123456,2.123456\n" * 70_000)  # the window does not read as much
    program.write_text(CLOSING)
    result = run_python(program, table, *tasks, folder=folder)
    ended = time.time()
    assert (result.returncode, result.stderr) == (0, "")
    until_gone, gone = map(float, result.stdout.split())
    return until_gone, ended - gone


def test_that_closing_does_not_wait_for_a_table_that_a_run_reads(tmp_path):
    until_gone, until_ended = close_in_mid_read(tmp_path)
    assert until_gone < AT_ONCE
    assert until_ended < PATIENCE / 2  # a reader that was waited for would take all of it


def test_that_the_runs_of_all_tabs_are_stored_while_one_of_them_reads_a_table(tmp_path):
    until_gone, _ = close_in_mid_read(tmp_path, "classification", "optimizers", "regression")
    assert until_gone < AT_ONCE + WRITING
    runs = RunStore(data_folder() / "runs", list(TASKS.values())).runs()
    assert sorted(run.task for run in runs) == ["classification", "optimizers", "regression"]
