"""After a crash: the run is offered once, and goes on as if nothing had happened."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QLockFile, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from nngui.core.data.curves import CURVES
from nngui.core.folders import data_folder
from nngui.files.runs import recovery as files
from nngui.gui.app import start
from nngui.gui.training import autosave, recorder
from nngui.gui.training.state import State
from tests.gui.helpers import TASKS, after_timers, process_events, spec_of

OFFER = "nngui ended unexpectedly while training"

CHILD = """\
import sys, time
from nngui.files.runs.recovery import read_recovery
from nngui.gui.training import autosave, recorder
autosave.MIN_INTERVAL_S = 0.2
autosave.IDLE_DELAY_S = 0.1
from nngui.gui.app import start
from nngui.core.folders import data_folder
from nngui.core.spec.toml import with_settings

def wait():
    app.processEvents()
    time.sleep(0.005)

def is_saved(run):
    paths = list(data_folder().glob(f"recovery/*/{run.task.name}.safetensors"))
    return bool(paths) and read_recovery(paths[0], run.task).spec == run.spec

started = start("en", "light")
window, app = started.window, started.app
window.show()
for task, steps in zip(sys.argv[1::2], sys.argv[2::2]):
    run = window.open_task(task).run
    run.wake()
    while run.state.value != "ready":
        wait()
    run.set_pace(6)
    run.apply(with_settings(run.spec, {"schedule.steps": int(steps)}))
    run.train()
    while run.state.value != "ended":
        wait()
    run.apply(with_settings(run.spec, {"schedule.steps": 2 * int(steps)}))
    while not is_saved(run):
        wait()
print("saved", flush=True)
app.exec()
"""


def root():
    return Path(os.environ["NNGUI_DATA_DIR"]) / "recovery"


def folders():
    """The windows' folders."""
    found = root().iterdir() if root().exists() else ()
    return sorted(path.name for path in found if path.name != "unreadable")


def run_files():
    return sorted(root().rglob("*.safetensors"))


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """Save after tenths of a second instead of half a minute."""
    monkeypatch.setattr(autosave, "MIN_INTERVAL_S", 0.2)
    monkeypatch.setattr(autosave, "IDLE_DELAY_S", 0.1)
    monkeypatch.setattr(autosave, "MIN_INTERVAL_IN_SAVES", 1)


def killed(*tasks_and_steps):
    """Train in a real window of another process, and kill it in cold blood."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, *map(str, tasks_and_steps)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "saved\n"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def left_behind(open_window, settings=(), steps=50, name="regression", *, ended=False):
    """Leave the folder of a window that crashed after so many steps; return what it drew."""
    for other in folders():
        (root() / other).rename(root().parent / other)  # it would be offered, and gone
    someone = open_window()
    tab = someone.window.open_task(name)
    tab.run.apply(spec_of(name, settings))
    someone.window.wake()
    someone.wait_until_ready()
    someone.go_fast()
    limit = {**dict(settings), "schedule.steps": steps}
    tab.run.apply(spec_of(name, limit))
    someone.click("Train")
    someone.wait_until(lambda: tab.run.state is State.ENDED)
    if not ended:
        tab.run.apply(spec_of(name, settings))
    someone.wait_until(lambda: saved_spec(name) == tab.run.spec)
    [path] = run_files()
    someone.wait_until(lambda: saved_step(path) == steps)  # and not one of before the end
    drawn = someone.losses_drawn
    shutil.copytree(path.parent, root().parent / "dead")
    someone.window.close()
    for other in ("dead", "earlier"):
        if (root().parent / other).exists():
            (root().parent / other).rename(root() / other)
    return drawn


def saved_spec(name):
    paths = run_files()
    return files.read_recovery(paths[0], TASKS[name]).spec if paths else None


def saved_step(path):
    return files.read_summary(path).step


def offered(open_window):
    someone = open_window()
    someone.wait_for_banner(OFFER)
    return someone


# --- The offer ------------------------------------------------------------------------------------


def test_that_a_killed_programs_runs_are_offered_and_restored(open_window):
    killed("regression", 120, "classification", 1234)
    assert len(run_files()) == 2
    [lock] = root().glob("*/lock")  # its process number has gone to another program: this one
    lines = lock.read_text().split("\n")
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    someone = offered(open_window)
    clock = time.strftime("%H:")
    assert f"Regression (step 120, {clock}" in someone.banner
    assert f"Classification (step 1,234, {clock}" in someone.banner
    someone.click("Restore")
    someone.wait_for("Step 1,234 of 2,468")
    assert someone.banner == ""
    assert someone.train_button == "Train"
    assert someone.shows("schedule.steps") in ("2468", "2,468")
    assert len(someone.losses_drawn[0]) > 100
    someone.open_tab("Regression")
    someone.wait_for("Step 120 of 240")
    assert someone.tab.run.state is State.PAUSED
    assert len(folders()) == 1
    someone.go_fast()
    someone.click("Train")
    someone.wait_for("All 240 steps done.")
    losses = someone.tab.run.history.exact(0, 240)[:, 0]
    assert np.array_equal(losses, straight({"schedule.steps": 240}))


def straight(settings):
    """The losses of the same run in one go, without a window."""
    from nngui.core.trainer import Trainer

    trainer = Trainer(TASKS["regression"], spec_of("regression", settings))
    return trainer.advance(1e9)[:, 0]


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer.name": "momentum", "optimizer.lr": 0.05},
        {"optimizer.name": "adam", "schedule.batch_size": 30, "network.dropout": 0.3},
        {"optimizer.name": "adamw", "schedule.batch_size": 30, "schedule.validation": 0.2},
    ],
)
def test_that_a_restored_run_goes_on_bit_for_bit(open_window, settings):
    drawn = left_behind(open_window, settings)
    someone = offered(open_window)
    someone.click("Restore")
    someone.wait_for("Step 50 of 100")
    someone.wait_until(lambda: someone.headline)
    assert all(np.array_equal(a, b) for a, b in zip(someone.losses_drawn, drawn, strict=True))
    someone.wait_until(lambda: len(someone.fit_drawn[0]) > 10)
    someone.go_fast()
    someone.click("Train")
    someone.wait_for("done.")
    losses = someone.tab.run.history.exact(0, 100)[:, 0]
    assert np.array_equal(losses, straight(settings))


def test_that_a_run_that_had_ended_stands_there_ended(open_window):
    left_behind(open_window, ended=True)
    someone = offered(open_window)
    someone.click("Restore")
    someone.wait_for("All 50 steps done.")
    someone.go_fast()
    someone.click("Train")
    someone.wait_for("All 100 steps done.")
    losses = someone.tab.run.history.exact(0, 100)[:, 0]
    assert np.array_equal(losses, straight({"schedule.steps": 100}))


def test_that_discarding_deletes_what_was_saved(open_window):
    left_behind(open_window)
    someone = offered(open_window)
    someone.click("Discard")
    assert someone.banner == ""
    assert run_files() == []
    someone.window.close()
    again = open_window()
    after_timers(300)
    assert again.banner == ""


def test_that_a_run_reopened_from_the_list_leaves_the_offer_as_it_is(open_window):
    left_behind(open_window, steps=30)
    someone = offered(open_window)
    runs = someone.window.runs
    (run,) = runs.store.runs(anew=True)
    runs.reopen(run)
    someone.wait_for("Step 30 of 30")
    assert OFFER in someone.banner
    assert len(run_files()) == 1
    someone.click("Restore")
    someone.wait_for("Step 30 of 100")


def test_that_an_offer_without_an_answer_is_made_again_whatever_comes_between(open_window):
    left_behind(open_window)
    held = QLockFile(str(root() / "dead" / "lock"))
    someone = offered(open_window)
    assert not held.tryLock(0)  # nobody else offers it meanwhile
    someone.window.close()
    assert folders() == ["dead"]
    again = offered(open_window)
    again.open_tab("Classification")
    again.click("Train")
    again.wait_for_step(3)
    again.window.close()
    assert [file.name for file in run_files()] == ["regression.safetensors"]
    last = offered(open_window)
    last.click("Restore")
    last.wait_for("Step 50 of 100")
    last.window.close()
    assert folders() == []  # it is in the list of runs


def test_that_a_window_that_is_closed_leaves_nothing(user):
    user.click("Step")
    user.wait_until(run_files)
    user.window.close()
    assert folders() == []


def test_that_the_offer_can_be_answered_by_keyboard_and_is_covered_only_for_a_while(open_window):
    left_behind(open_window)
    someone = offered(open_window)
    someone.window.wake()
    someone.wait_until_ready()
    someone.window.say("warning", "Something else.")
    assert someone.banner == "Something else."
    someone.click("Close")
    assert OFFER in someone.banner
    buttons = [b for b in someone.tab.banner.findChildren(QPushButton) if b.isVisible()]
    assert [button.accessibleName() for button in buttons] == ["Restore", "Discard"]
    buttons[0].setFocus()
    QTest.keyClick(buttons[0], Qt.Key.Key_Tab)
    assert someone.window.focusWidget() is buttons[1]
    QTest.keyClick(buttons[1], Qt.Key.Key_Backtab)
    someone.press(Qt.Key.Key_Space)
    someone.wait_for("Step 50 of 100")


def test_that_several_dead_windows_are_offered_one_after_the_other(open_window):
    left_behind(open_window, {"seed": 5})
    (root() / "dead").rename(root() / "earlier")
    left_behind(open_window, {"seed": 6}, steps=51)
    someone = offered(open_window)
    assert "step 51" in someone.banner
    someone.click("Discard")
    someone.wait_for_banner("step 50")
    someone.click("Restore")
    someone.wait_for("seed 5")
    assert folders() != []
    someone.window.close()
    assert folders() == []


def test_that_settings_asked_for_while_a_run_is_restored_wait(open_window):
    left_behind(open_window, {"seed": 5})
    someone = offered(open_window)
    someone.click("Restore")
    someone.window.tab.run.new_weights()
    someone.click("Reset")
    someone.wait_for("Step 50 of 100")
    assert "seed 5" in someone.status


# --- What goes wrong ------------------------------------------------------------------------------


def damage(path, place=0.9):
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("place", [0.0, 0.99])
def test_that_a_damaged_file_is_said_set_aside_and_harms_nothing(open_window, place):
    left_behind(open_window)
    [file] = run_files()
    damage(file, place)
    files.before_of(file).unlink(missing_ok=True)
    someone = open_window()
    someone.window.wake()
    if place:
        someone.wait_for_banner(OFFER)
        someone.click("Restore")
    someone.wait_for_banner("A run of Regression could not be restored.")
    assert "is damaged, or no saved run of this program." in someone.banner
    assert [path.parent.name for path in run_files()] == ["unreadable"]
    someone.wait_until_ready()
    someone.go_fast()
    someone.click("Train")
    someone.wait_for("All 100 steps done.")


def test_that_a_full_disk_is_said_once_and_training_goes_on(user, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    log = root().parent / "nngui.log"
    user.enter("schedule.steps", "100000000")
    user.go_fast()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        user.click("Train")
        user.wait_for_banner("The run could not be saved for the case of a crash: No space left")
        user.click("Close")
        step = user.step
        user.wait_until(lambda: log.read_text(encoding="utf-8").count("No space left") >= 2)
        user.settle()
        assert user.banner == ""
        assert user.step > step
        assert run_files() == []
    user.wait_until(run_files)
    assert user.banner == ""


def test_that_an_error_nobody_foresaw_while_saving_does_not_end_the_training(user, monkeypatch):
    def boom(*_):
        raise RuntimeError("eels")

    user.enter("schedule.steps", "100000000")
    monkeypatch.setattr(autosave, "write_recovery", boom)
    user.click("Train")
    user.wait_for_banner("The run could not be saved for the case of a crash.")
    user.wait_for_step(user.step + 5)


def test_that_a_folder_that_cannot_be_written_is_said_once(open_window):
    root().parent.mkdir(parents=True)
    root().write_text("in the way", encoding="utf-8")
    someone = open_window()
    someone.wait_for_banner("a crash would lose this window's runs")


# --- Two windows ----------------------------------------------------------------------------------

HOLD = """\
import sys
from PySide6.QtCore import QLockFile
lock = QLockFile(sys.argv[1])
lock.setStaleLockTime(0)
assert lock.tryLock(0)
print("held", flush=True)
sys.stdin.read()
"""


def test_that_a_living_programs_runs_are_left_alone_until_it_dies(open_window):
    left_behind(open_window)
    (root() / "dead" / "lock").unlink()
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, root() / "dead" / "lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout.readline() == "held\n"
        someone = open_window()
        someone.wait_until(lambda: len(folders()) == 2)
        after_timers(200)
        assert someone.banner == ""
        assert len(run_files()) == 1
        someone.window.close()
        process.send_signal(signal.SIGKILL)
    offered(open_window)


def test_that_a_folder_that_another_window_takes_for_a_leftover_is_made_anew(
    open_window, monkeypatch
):
    """It looks right between the making of the folder and its lock, whatever the clocks say."""
    mkdir, made = Path.mkdir, []

    def taken(path, *arguments, **options):
        mkdir(path, *arguments, **options)
        if path.parent.name == "recovery" and not made:
            made.append(path)
            path.rmdir()

    monkeypatch.setattr(Path, "mkdir", taken)
    user = open_window()
    user.window.wake()
    user.wait_until_ready()
    user.wait_until(lambda: made)
    user.wait_until(lambda: list((data_folder() / "recovery").glob("*/lock")))
    assert "would lose" not in user.banner


def test_that_two_windows_save_into_folders_of_their_own(open_window):
    people = [open_window(), open_window()]
    for someone in people:
        someone.window.wake()
        someone.wait_until_ready()
        someone.click("Step")
        assert someone.banner == ""
    people[0].wait_until(lambda: len(run_files()) == 2)
    people[0].window.close()
    assert len(run_files()) == 1


# --- When it saves --------------------------------------------------------------------------------


def test_that_nothing_is_saved_while_no_step_is_taken(user):
    after_timers(400)
    user.settle()  # the thread that saves has looked since
    assert run_files() == []
    user.click("Step")
    user.wait_until(run_files)
    [file] = run_files()
    user.wait_until(lambda: saved_step(file) == 1)
    written = file.stat().st_mtime_ns
    after_timers(500)
    user.settle()
    assert file.stat().st_mtime_ns == written


def test_that_a_run_is_saved_as_it_goes_on(user):
    user.enter("schedule.steps", "100000000")
    user.go_fast()
    user.click("Train")
    user.wait_until(run_files)
    [file] = run_files()
    first = saved_step(file)
    user.wait_until(lambda: saved_step(file) > first)


def test_that_a_picture_neither_saves_nor_offers(qapp, open_window):
    left_behind(open_window)
    window = start("en", "light", remember=False).window
    window.show()
    after_timers(300)
    assert not window.tab.banner.isVisible()
    assert folders() == ["dead"]
    window.close()
    window.deleteLater()
    process_events()


# --- In the same session --------------------------------------------------------------------------


def test_that_a_run_lost_to_one_that_cannot_be_made_is_offered_in_the_same_window(
    open_window, monkeypatch
):
    user = open_window()
    user.window.wake()
    user.wait_until_ready()
    user.go_fast()
    user.click("Train")
    user.wait_until(lambda: user.tab.run.state is State.ENDED)
    drawn = user.losses_drawn
    with monkeypatch.context() as patch:
        patch.setitem(CURVES, "cubic", (None, "boom(x)"))
        user.choose("data.kind", "y = x³")
        user.wait_for_banner("The run could not be made")
    user.click("Close")
    user.wait_for_banner("This tab's last run was saved at ")
    shown = [b for b in user.tab.banner.findChildren(QPushButton) if b.isVisible()]
    [button] = [b for b in shown if b.text().startswith("Restore the run of ")]
    assert button.text().endswith("step 100")
    user.click(button.text())
    user.wait_until(lambda: user.tab.run.state is State.ENDED)
    assert user.tab.run.steps_done == 100
    assert user.shows("data.kind") == "y = a·x² + b"
    assert np.array_equal(user.losses_drawn, drawn)
    assert not user.tab.banner.is_asking


@pytest.mark.parametrize("gone", [False, True])
def test_that_after_a_crash_the_state_before_a_damaged_one_is_restored_and_said(open_window, gone):
    left_behind(open_window)
    [file] = run_files()
    shutil.copy(file, files.before_of(file))
    damage(file, 0.99)
    if gone:  # killed between two names
        file.unlink()
    user = offered(open_window)
    user.click("Restore")
    user.wait_until(lambda: user.tab.run.state is State.PAUSED)
    user.wait_for_banner("It is as it was saved before that, at step 50.")
    assert user.step == 50


def test_that_a_run_too_large_for_the_list_stays_when_its_window_closes_and_is_offered(
    open_window, monkeypatch
):
    monkeypatch.setattr(recorder, "MAX_PARAMETERS", 5)
    user = open_window()
    user.window.wake()
    user.wait_until_ready()
    user.enter("schedule.steps", "20")
    user.train_to_the_end()
    user.wait_until(run_files)
    user.window.close()
    assert [file.name for file in run_files()] == ["regression.safetensors"]
    other = open_window()
    other.wait_for_banner(
        "Saved, and not whole in the list as its window closed: Regression (step 20"
    )
    other.click("Discard")
    [run] = other.window.runs.store.runs(anew=True)
    assert (run.steps, run.can_reopen) == (20, True)  # it costs nothing
    assert run_files() == []
