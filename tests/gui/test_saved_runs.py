"""Whatever windows do one after the other: no run that was saved is lost.

Each of some windows trains, is killed or closed, restores, discards, in any order. A run that was
saved once is, at any time, in a window's folder or in the list of runs, as far as it had come.
"""

from __future__ import annotations

import random
import shutil
from contextlib import suppress
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from nngui.core.errors import FileError
from nngui.core.spec.toml import with_settings
from nngui.files.runs.recovery import read_recovery
from nngui.files.runs.store import RunStore
from nngui.gui.panels.banner import Banner
from nngui.gui.recovery import RecoveryManager
from nngui.gui.training import autosave
from nngui.gui.training.run import Run
from nngui.gui.training.state import State
from nngui.gui.window.closing import Closing
from tests.core.helpers import some
from tests.gui.helpers import TASKS, process_events

NAMES = ("regression", "classification")
MANY = 25  # moves
STEPS = 12  # at once; fewer than 10 are no run yet
MOVES = ("train", "train", "reset", "save", "kill", "close", "restore", "discard", "open", "reopen")


class Tab(QWidget):
    """A tab without its plots."""

    def __init__(self, window, name):
        super().__init__(window)
        self.task, self.banner = TASKS[name], Banner(self)
        self.run = Run(self.task, self)
        self.run.set_pace(6)
        self.run.keep_in(window.store)
        self.run.apply(with_settings(self.run.spec, {"network.hidden": [3], "seed": window.seed}))

    def end(self, deadline):
        return True

    def answers(self):
        return {b.text(): b for b in self.banner.findChildren(QPushButton) if not b.isHidden()}


class Window(QWidget):
    """A window without its menus."""

    tab_built, closed = Signal(object), Signal(object)

    def __init__(self, folder, seed):
        super().__init__()
        self.seed, self.tabs = seed, {}
        self.store = RunStore(folder / "runs", list(TASKS.values()))
        self.runs = SimpleNamespace(list_saved=self.list_saved)
        self.said = []
        self.tab = self.open_task(NAMES[0])

    @property
    def built(self):
        return list(self.tabs.values())

    def open_task(self, name):
        if name not in self.tabs:
            self.tabs[name] = Tab(self, name)
            self.tab_built.emit(self.tabs[name])
        self.tab = self.tabs[name]
        return self.tab

    def list_saved(self, paths, then):
        for path in paths:
            self.store.keep_saved(path)
        then()

    def say(self, level, text):
        self.said.append(text)

    def end(self):
        closing = Closing()
        closing.stop([tab.run for tab in self.built])
        closing.end(
            [SimpleNamespace(run=t.run, task=t.task, end=lambda _: True) for t in self.built]
        )
        self.closed.emit(closing)
        self.deleteLater()
        process_events()


class Someone:
    """Makes moves, and remembers what was saved: the steps of each run, by its id."""

    def __init__(self, folder, qtbot, seed):
        self.folder, self.qtbot, self.random = folder, qtbot, random.Random(seed)
        self.window, self.starts, self.saved, self.moves = None, 0, {}, []

    def wait(self, condition):
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=30_000)

    def start(self):
        self.starts += 1
        self.window = Window(self.folder, self.starts)
        manager = RecoveryManager(self.window, self.folder / "recovery")
        with self.qtbot.waitSignal(manager.begun, timeout=30_000):
            self.window.show()

    def look(self):
        """Return the losses of all runs that are there, by their ids: saved, and in the list."""
        saved = {}
        for path in (self.folder / "recovery").glob("*/*.safetensors*"):
            if not path.name.startswith(".") and path.parent.name != "unreadable":
                self.read(path, path.name.partition(".")[0], saved)
        there = {f"saved {name}": losses for name, losses in saved.items()}
        store = RunStore(self.folder / "runs", list(TASKS.values()))
        for run in store.runs():
            if run.can_reopen:
                self.read(store.path_of(run), run.task, there)
        return saved, there

    def read(self, path, task, found):
        """Take up what a file holds, if it is there and whole."""
        with suppress(FileError):
            recovery = read_recovery(path, TASKS[task])
            losses = recovery.history.exact(0, recovery.step)[:, 0].tolist()
            if len(losses) >= len(found.get(recovery.run, ())):
                found[recovery.run] = losses

    def check(self):
        saved, there = self.look()
        for losses in self.saved.values():  # a run that came to the same numbers is the same
            steps = len(losses)
            assert any(one[:steps] == losses for one in there.values()), (self.moves, losses)
        self.saved |= {name: losses for name, losses in saved.items() if len(losses) >= 10}

    def move(self):
        first = ("start", "train", "save")[len(self.moves) :]
        move = first[0] if first else self.random.choice(MOVES) if self.window else "start"
        self.moves.append(move)
        getattr(self, move)()
        self.check()

    def settled(self, run):
        self.wait(lambda: run.state not in (State.PREPARING, State.TRAINING, State.ASLEEP))

    def train(self):
        run = self.window.tab.run
        run.wake()
        self.settled(run)
        steps = run.steps_done + STEPS
        run.apply(with_settings(run.spec, {"schedule.steps": steps}))
        run.train()
        self.wait(lambda: run.state is State.ENDED and run.steps_done == steps)

    def save(self):
        """Wait until nothing is left to be saved."""
        run = self.window.tab.run
        if self.moves[-2] == "train":
            self.wait(lambda: run.steps_done in map(len, self.look()[0].values()))

    def reset(self):
        run = self.window.tab.run
        run.reset()
        self.settled(run)

    def open(self):
        self.window.open_task(self.random.choice(NAMES))

    def reopen(self):
        runs = [one for one in self.window.store.runs(anew=True) if one.can_reopen]
        if runs:
            one = self.random.choice(runs)
            run = self.window.open_task(one.task).run
            with self.qtbot.waitSignal(run.restored, timeout=30_000):
                run.restore(self.window.store.path_of(one), adopt=False)

    def answer(self, text):
        process_events()
        if text in (answers := self.window.tab.answers()):
            answers[text].click()
            process_events()
        for tab in self.window.built:
            if tab.run.state is not State.ASLEEP:
                self.settled(tab.run)
        process_events()

    def restore(self):
        self.answer("Restore")

    def discard(self):
        self.answer("Discard")

    def close(self):
        self.window.end()
        self.window = None

    def kill(self):
        """Leave all as it is at this moment."""
        at_that_moment = self.folder.with_name("killed")
        shutil.copytree(self.folder, at_that_moment, ignore=shutil.ignore_patterns(".*.tmp"))
        self.close()
        shutil.rmtree(self.folder)
        at_that_moment.rename(self.folder)
        for lock in (self.folder / "recovery").glob("*/lock"):
            lock.unlink()


@pytest.mark.parametrize("seed", some(range(40), 2))
def test_that_no_order_of_things_loses_a_run_that_was_saved(
    qapp, qtbot, tmp_path, monkeypatch, seed
):
    monkeypatch.setattr(autosave, "MIN_INTERVAL_S", 0.05)
    monkeypatch.setattr(autosave, "IDLE_DELAY_S", 0.02)
    monkeypatch.setattr(autosave, "MIN_INTERVAL_IN_SAVES", 1)
    (tmp_path / "data").mkdir()
    someone = Someone(tmp_path / "data", qtbot, seed)
    try:
        for _ in range(MANY):
            someone.move()
    finally:
        if someone.window:
            someone.close()
    someone.check()
    assert someone.saved


def test_that_a_run_that_the_list_could_not_take_makes_no_room_for_another(
    qapp, qtbot, tmp_path, monkeypatch
):
    monkeypatch.setattr(autosave, "MIN_INTERVAL_S", 0.05)
    monkeypatch.setattr(autosave, "IDLE_DELAY_S", 0.02)

    def full(*_):
        raise FileError("full")

    (tmp_path / "data").mkdir()
    someone = Someone(tmp_path / "data", qtbot, 0)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(RunStore, "keep", full)
            for move in ("start", "train", "save", "reset", "train", "save"):
                someone.moves.append(move)
                getattr(someone, move)()
            someone.wait(lambda: len(someone.look()[0]) == 2)
            someone.check()
            someone.close()
        assert len(someone.saved) == 2
        someone.start()
        assert len(someone.window.store.runs(anew=True)) == 1  # both came to the same numbers
        someone.discard()
        someone.discard()
        someone.check()
        assert someone.look()[0] == {}
    finally:
        if someone.window:
            someone.close()
