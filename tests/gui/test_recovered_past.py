"""After a crash the run's past is there: its edits, its lines, and what was only set."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from nngui.core.past.replay import Replay, rows_of
from nngui.core.spec.toml import with_settings
from nngui.files.runs.recovery import read_recovery, unbegun_of
from nngui.gui.training import autosave
from nngui.gui.training.state import State
from tests.core.helpers import some
from tests.gui.helpers import TASKS, after_timers
from tests.gui.test_recovery import folders, offered, root, run_files, saved_spec

CHILD = """\
import sys, time
from nngui.files.runs.recovery import read_recovery
from nngui.gui.training import autosave
autosave.MIN_INTERVAL_S = 0.2
autosave.IDLE_DELAY_S = 0.1
from nngui.gui.app import start
from nngui.core.folders import data_folder
from nngui.core.spec.toml import with_settings

def wait(condition):
    while not condition():
        app.processEvents()
        time.sleep(0.005)

def saved():
    paths = list(data_folder().glob("recovery/*/regression.safetensors"))
    return read_recovery(paths[0], run.task) if paths else None

def train_to(steps):
    run.apply(with_settings(run.spec, {"schedule.steps": steps}))
    run.train()
    wait(lambda: run.state.value == "ended" and run.steps_done == steps)

started = start("en", "light")
window, app = started.window, started.app
window.show()
run = window.open_task("regression").run
run.wake()
wait(lambda: run.state.value == "ready")
run.set_pace(6)
train_to(40)
run.apply(with_settings(run.spec, {"optimizer.lr": 0.05}))
train_to(60)
run.look_back(20)
wait(lambda: run.viewed_step == 20)
run.branch(with_settings(run.viewed_spec, {"optimizer.lr": 0.5, "schedule.steps": 50}), train=True)
wait(lambda: run.state.value == "ended" and run.steps_done == 50)
run.switch_branch(run.branches[0].id)
wait(lambda: run.steps_done == 60)
wait(lambda: (it := saved()) and it.step == 60 and len(it.branches) == 1)
print("saved", flush=True)
app.exec()
"""


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """Save after tenths of a second instead of half a minute."""
    monkeypatch.setattr(autosave, "MIN_INTERVAL_S", 0.2)
    monkeypatch.setattr(autosave, "IDLE_DELAY_S", 0.1)


def test_that_edits_and_lines_of_a_killed_run_come_back(open_window):
    with subprocess.Popen(
        [sys.executable, "-c", CHILD], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "saved\n"
        process.kill()
    someone = offered(open_window)
    someone.click("Restore")
    someone.wait_for("60 steps done")
    run = someone.tab.run
    someone.wait_until(lambda: len(run.branches) == 2)
    assert [(one.steps, one.since, one.is_now) for one in run.branches] == [
        (60, 0, True),
        (50, 20, False),
    ]
    changes = [
        (e.step, e.values["optimizer.lr"]) for e in run.journal.edits if e.keys[0] == "optimizer.lr"
    ]
    assert changes == [(40, 0.05)]
    main, other = run.branches
    for line in run.branches:  # each can be taken to any step, and comes to the same numbers
        rows = rows_of(Replay(TASKS["regression"], line.journal), line.steps)
        assert np.array_equal(rows, line.history.exact(0, line.steps))
    run.switch_branch(other.id)
    someone.wait_until(lambda: run.steps_done == 50 and run.state is State.ENDED)
    assert run.spec.optimizer.lr == 0.5
    run.switch_branch(main.id)
    someone.wait_until(lambda: run.steps_done == 60)
    listed = someone.window.runs.store.runs(anew=True)
    assert {one.steps for one in listed} >= {60, 50}  # and none of them costs an answer


# --- What is set, and not trained yet -------------------------------------------------------------


def left_by_a_kill(someone):
    """Leave a window's folder as a kill leaves it, and close it for good."""
    [own] = folders()
    (root() / own / "lock").unlink()
    (root() / own).rename(root().parent / "dead")
    someone.window.close()
    (root().parent / "dead").rename(root() / "dead")
    session = root().parent / "session"
    for file in session.glob("*") if session.exists() else ():
        file.unlink()


def unbegun():
    return [file for file in run_files() if ".settings." in file.name]


SET = [
    ("regression", {"data.kind": "hand", "data.placed": [[-1.0, 1.0], [0.0, 0.25]]}),
    ("optimizers", {"race.optimizers": ["sgd", "adam"]}),
    ("regression", {"optimizer.lr": 0.05}),
]


@pytest.mark.parametrize(("task", "settings"), some(SET, 1))
def test_that_what_is_set_and_not_trained_yet_comes_back(open_window, task, settings):
    someone = open_window()
    tab = someone.window.open_task(task)
    someone.window.wake()
    someone.wait_until_ready()
    after_timers(400)
    assert run_files() == []  # nothing is set
    wanted = with_settings(tab.run.spec, settings)
    tab.run.apply(wanted)
    someone.wait_until(unbegun)
    [file] = unbegun()
    someone.wait_until(lambda: read_recovery(file, TASKS[task]).spec == wanted)
    assert file.stat().st_size < 20_000
    left_by_a_kill(someone)
    again = open_window()
    again.wait_for_banner("nngui ended unexpectedly before this was trained: ")
    assert "(settings, " in again.banner
    again.window.close()  # no answer
    last = open_window()
    last.wait_for_banner("before this was trained")
    last.click("Restore")
    last.wait_until(lambda: last.tab.run.spec == wanted and last.tab.run.state is State.READY)
    assert last.tab.task.name == task
    last.window.close()
    assert folders() == []


def test_that_what_is_set_no_more_is_not_saved_any_longer(user):
    spec = user.tab.run.spec
    user.enter("optimizer.lr", "0.05")
    user.wait_until(unbegun)
    user.tab.run.apply(spec)
    user.wait_until(lambda: not unbegun())
    user.enter("optimizer.lr", "0.05")
    user.wait_until(unbegun)
    user.click("Step")
    user.wait_until(lambda: saved_spec("regression") is not None and not unbegun())
    assert [unbegun_of(file).name for file in run_files()] == ["regression.settings.safetensors"]
