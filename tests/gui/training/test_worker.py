"""The thread that trains: what it publishes, what it obeys, and what it leaves behind."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, QThread, Slot
from shiboken6 import delete

from nngui.core.abandoned import wait_for_abandoned
from nngui.core.records.mailbox import Mailbox
from nngui.core.records.snapshot import Snapshot
from nngui.core.spec.toml import with_settings
from nngui.core.turbo import cache as turbo_cache
from nngui.files.progress import NO_PROGRESS
from nngui.gui.training.messages import Order, Probe
from nngui.gui.training.pace import Pace, paces
from nngui.gui.training.run import Run
from nngui.gui.training.state import State
from nngui.gui.training.worker import TrainingWorker
from tests.gui.helpers import LOADING, TASKS, headless, process_events, settle, spec_of

UNLIMITED = Pace(1, 0.0)
REGRESSION = TASKS["regression"]
ANSWERS = ("began", "paused")
LONG = {"schedule.steps": 100_000_000}


class Listener(QObject):
    """Writes down what a worker says, in the window's thread."""

    def __init__(self, worker):
        super().__init__()
        self.heard, self.threads, self.history = [], set(), None
        worker.ready.connect(self.on_ready)
        for name in ("began", "paused", "updated"):
            getattr(worker, name).connect(getattr(self, f"on_{name}"))
        for name in ("ended", "advised", "failed", "refused", "hinted", "data_changed"):
            getattr(worker, name).connect(getattr(self, f"on_{name}"))

    def note(self, name, run_id, value=None):
        self.heard.append((name, run_id, value))
        self.threads.add(threading.current_thread())

    @Slot(int, object)
    def on_ready(self, run_id, ready):
        self.history = ready.history
        self.note("ready", run_id, ready)

    @Slot(int)
    def on_began(self, run_id):
        self.note("began", run_id)

    @Slot(int)
    def on_paused(self, run_id):
        self.note("paused", run_id)

    @Slot(int)
    def on_updated(self, run_id):
        self.note("updated", run_id)

    @Slot(int, object)
    def on_ended(self, run_id, ending):
        self.note("ended", run_id, ending)

    @Slot(int, object)
    def on_advised(self, run_id, hints):
        self.note("advised", run_id, hints)

    @Slot(int, object)
    def on_failed(self, run_id, error):
        self.note("failed", run_id, error)

    @Slot(int, object)
    def on_refused(self, run_id, error):
        self.note("refused", run_id, error)

    @Slot(int, object)
    def on_hinted(self, run_id, hint):
        self.note("hinted", run_id, hint)

    @Slot(int, object)
    def on_data_changed(self, run_id, view):
        self.note("data_changed", run_id, view)

    def words(self, run_id=None):
        return [name for name, run, _ in self.heard if run_id in (None, run)]


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def worker(qapp, mailbox):
    worker = TrainingWorker(mailbox)
    worker.start()
    yield worker
    assert worker.close(60)
    worker.deleteLater()


@pytest.fixture
def listener(worker):
    return Listener(worker)


@pytest.fixture
def hear(qtbot, listener):
    """Wait until a worker said something of a run."""

    def wait(name, run_id=1):
        qtbot.waitUntil(lambda: name in listener.words(run_id), timeout=LOADING)
        return next(v for n, r, v in listener.heard if (n, r) == (name, run_id))

    return wait


def build(worker, run_id=1, settings=(), pace=UNLIMITED):
    worker.set_pace(pace)
    worker.build(Order(run_id, 0), REGRESSION, spec_of("regression", settings), "cpu")


# --- What it publishes ----------------------------------------------------------------------------


def test_that_the_last_picture_is_published_even_if_nobody_collects(worker, mailbox, hear):
    build(worker)
    worker.set_probe(Probe(7, np.array([[0.0], [0.5]], np.float32)))
    hear("ready")
    worker.play()
    hear("ended")
    snapshot = mailbox.collect()
    trainer = headless("regression")
    assert (snapshot.run_id, snapshot.step, snapshot.total_steps) == (1, 100, 100)
    assert snapshot.probe_id == 7
    expected = trainer.predict(np.array([[0.0], [0.5]], np.float32))[0]
    assert np.array_equal(snapshot.predictions[0], expected)
    assert mailbox.collect() is None


@pytest.mark.parametrize("how", ["trained", "stepped"])
def test_that_the_last_picture_is_published_once(qtbot, worker, mailbox, hear, how):
    pictures = []
    # Not a slot of the window's: it collects in the worker's thread, before that goes on.
    worker.ended.connect(lambda *_: pictures.append(mailbox.collect()))
    build(worker, settings={"schedule.steps": 1 if how == "stepped" else 100})
    hear("ready")
    mailbox.collect()
    worker.step() if how == "stepped" else worker.play()
    hear("advised")
    with qtbot.waitSignal(worker.network_copied, timeout=LOADING):
        worker.copy_network()  # carried out after all that the end brought
    assert len(pictures) == 1
    assert mailbox.collect() is None


@pytest.mark.parametrize("pace", [paces(5)[5], UNLIMITED], ids=["faster", "unlimited"])
def test_that_the_losses_do_not_depend_on_the_pace(worker, listener, hear, pace):
    build(worker, pace=pace)
    hear("ready")
    worker.play()
    hear("ended")
    trainer = headless("regression", steps=0)
    assert np.array_equal(listener.history.exact(0, 100), trainer.advance(1e9))


def test_that_pictures_cost_nothing_while_nobody_collects_them(worker, hear, monkeypatch):
    from nngui.core.trainer import Trainer

    asked, predict = [], Trainer.predict
    monkeypatch.setattr(Trainer, "predict", lambda *a: asked.append(1) or predict(*a))
    build(worker, settings={"schedule.steps": 1000})
    worker.set_probe(Probe(1, np.zeros((1, 1), np.float32)))
    hear("ready")
    worker.play()
    hear("ended")
    assert len(asked) <= 4


def test_that_a_pause_publishes_where_it_stands(qtbot, worker, listener, mailbox, hear):
    build(worker, settings=LONG)
    hear("ready")
    worker.play()
    hear("began")
    worker.pause()
    hear("paused")
    stood_at = len(listener.history)
    assert mailbox.collect().step == stood_at
    with qtbot.waitSignal(worker.network_copied):
        worker.copy_network()  # carried out after what it may have gone on with
    assert len(listener.history) == stood_at > 0


def test_that_a_pace_is_kept_and_never_caught_up(worker, listener, hear):
    build(worker, settings=LONG, pace=Pace(2, 0.05))
    hear("ready")
    began = time.perf_counter()
    worker.play()
    hear("began")
    time.sleep(0.6)
    worker.pause()
    hear("paused")
    elapsed = time.perf_counter() - began
    assert 2 <= len(listener.history) <= 2 * (elapsed / 0.05 + 1)
    assert len(listener.history) % 2 == 0


# --- What it obeys --------------------------------------------------------------------------------


def test_that_commands_in_quick_succession_are_all_carried_out(qtbot, worker, listener, hear):
    build(worker, settings={"schedule.steps": 1000})
    worker.play()
    worker.pause()
    worker.step()
    worker.step()
    worker.change(spec_of("regression", {"schedule.steps": 3}))
    worker.pause()
    worker.step()
    worker.step()
    hear("ended")
    assert len(listener.history) == 3
    assert listener.words().count("ready") == 1
    worker.pause()
    worker.play()  # at its end
    worker.set_pace(UNLIMITED)
    with qtbot.waitSignal(worker.network_copied):
        worker.copy_network()  # carried out after them
    assert len(listener.history) == 3


def test_that_a_change_takes_effect_at_the_next_step(worker, listener, hear):
    build(worker)
    for _ in range(10):
        worker.step()
    worker.change(spec_of("regression", {"optimizer.lr": 0.05}))
    worker.play()
    hear("ended")
    trainer = headless("regression", steps=10)
    trainer.change(with_settings(trainer.spec, {"optimizer.lr": 0.05}))
    assert np.array_equal(listener.history.exact(10, 100), trainer.advance(1e9))


def test_that_a_change_that_cannot_be_made_leaves_the_run_as_it_was(worker, listener, hear):
    build(worker, settings={"data.kind": "hand", "data.placed": [[0, 1], [1, 2]]})
    worker.step()
    worker.change(spec_of("regression", {"data.kind": "hand", "data.placed": []}))
    error = hear("refused")
    assert "There are no points to learn from" in str(error)
    worker.play()
    hear("ended")
    assert len(listener.history) == 100
    assert "failed" not in listener.words()


def test_that_it_closes_at_once_whatever_it_is_doing(qapp):
    for doing in ("nothing", "waiting", "training", "a slow pace", "many commands"):
        worker = TrainingWorker(Mailbox())
        worker.start()
        if doing != "nothing":
            slow = Pace(1, 60.0) if doing == "a slow pace" else UNLIMITED
            build(worker, settings=LONG, pace=slow)
        if doing in ("training", "a slow pace"):
            worker.play()
        for _ in range(500 if doing == "many commands" else 0):
            worker.change(spec_of("regression", LONG))
            worker.play()
            worker.pause()
        time.sleep(0.05)
        began = time.perf_counter()
        assert worker.close(LOADING / 1000), doing
        assert time.perf_counter() - began < 3 or doing == "waiting", doing
        assert not worker.isRunning()
        worker.deleteLater()


def test_that_data_that_are_read_in_parts_are_given_up_when_it_closes(qapp):
    reading, parts = threading.Event(), []

    def read(_spec):
        while len(parts) < 1000:
            parts.append(1)
            reading.set()
            time.sleep(0.02)
            NO_PROGRESS.at(0.0)

    worker = TrainingWorker(Mailbox())
    worker.start()
    worker.build(Order(1, 0), replace(REGRESSION, make_data=read), spec_of("regression"), "cpu")
    assert reading.wait(LOADING / 1000)
    assert worker.close()
    assert not worker.isRunning()
    assert len(parts) < 1000
    worker.deleteLater()


def test_that_what_cannot_be_given_up_is_abandoned_and_says_nothing_more(qapp):
    reading, go_on = threading.Event(), threading.Event()

    def read(_spec):
        reading.set()
        go_on.wait(60)
        raise RuntimeError("eels")

    parent = QObject()
    worker = TrainingWorker(Mailbox(), parent)
    listener = Listener(worker)
    worker.start()
    worker.build(Order(1, 0), replace(REGRESSION, make_data=read), spec_of("regression"), "cpu")
    assert reading.wait(LOADING / 1000)
    began = time.perf_counter()
    assert not worker.close()
    assert time.perf_counter() - began < 2
    delete(parent)  # as Qt does with the window: it would abort the process with a running thread
    assert worker.isRunning()
    go_on.set()
    assert wait_for_abandoned(60)
    process_events()
    assert listener.words() == []
    worker.deleteLater()


def test_that_its_signals_are_heard_in_the_windows_thread(worker, listener, hear):
    build(worker)
    worker.play()
    hear("ended")
    assert listener.threads == {threading.main_thread()}


def test_that_an_error_is_told_and_the_next_run_is_a_good_one(worker, listener, hear):
    def boom(spec):
        raise RuntimeError("eels")

    worker.build(Order(1, 0), replace(REGRESSION, make_data=boom), spec_of("regression"), "cpu")
    worker.play()
    worker.step()
    error = hear("failed")
    assert "The run could not be made: RuntimeError: eels." in str(error)
    build(worker, run_id=2)
    hear("ready", 2)
    worker.play()
    hear("ended", 2)
    assert "began" not in listener.words(1)


# --- Leftovers of older runs ----------------------------------------------------------------------


@pytest.fixture
def run(qapp):
    run = Run(REGRESSION)
    run.set_pace(6)
    yield run
    assert run.close()
    run.deleteLater()


def wait_for(qtbot, run, *states):
    qtbot.waitUntil(lambda: run.state in states, timeout=LOADING)


def test_that_the_end_of_an_older_run_does_not_end_the_newer_one(qtbot, run):
    run.wake()
    wait_for(qtbot, run, State.READY)
    ends = []
    run.ended.connect(ends.append)
    run.train()
    time.sleep(0.3)  # it ends; the window has not heard of it
    run.reset()
    assert run.state is State.PREPARING
    states = []
    run.state_changed.connect(lambda: states.append(run.state))
    wait_for(qtbot, run, State.READY)
    settle(qtbot, run)
    assert states == [State.READY]
    assert not ends
    assert run.steps_done == 0
    snapshot = run.collect()
    assert snapshot is None or snapshot.step == 0


def test_that_pictures_of_an_older_run_are_dropped(qtbot, run):
    run.wake()
    wait_for(qtbot, run, State.READY)
    run.mailbox.put(Snapshot(-1, 50, 100, 0, {"loss": 1.0}, 0, ()))
    assert run.collect() is None


def test_that_of_many_resets_only_the_last_is_built(qtbot, run, monkeypatch):
    from nngui.core.trainer import Trainer

    built, init = [], Trainer.__init__

    def slow(trainer, task, spec, device="cpu", weights=None):
        built.append(spec.seed)
        time.sleep(0.1)
        init(trainer, task, spec, device, weights)

    run.wake()
    wait_for(qtbot, run, State.READY)
    monkeypatch.setattr(Trainer, "__init__", slow)
    ready = []
    run.prepared.connect(ready.append)
    for _ in range(20):
        run.new_weights()
    wait_for(qtbot, run, State.READY)
    assert len(ready) == 1
    assert run.spec.seed == built[-1] == 21
    assert len(built) <= 3


def test_that_presses_in_quick_succession_end_as_the_last_one_said(qtbot, run, monkeypatch):
    from nngui.core.training.plain_loop import PlainLoop

    step = PlainLoop.step
    monkeypatch.setattr(PlainLoop, "step", lambda loop: time.sleep(0.05) or step(loop))
    run.apply(spec_of("regression", LONG))
    run.wake()
    wait_for(qtbot, run, State.READY)
    listener, total = Listener(run.findChild(QThread)), 0
    for presses in (2, 4, 3, 2, 1):
        before, total = run.will_train, total + presses
        for _ in range(presses):
            run.toggle()  # the training has not heard of the one before
        wanted = run.will_train
        assert wanted == (before if presses % 2 == 0 else not before)
        qtbot.waitUntil(lambda n=total: sum(w in ANSWERS for w in listener.words()) == n)
        assert run.will_train == wanted
        assert (run.state is State.TRAINING) == wanted


def test_that_a_step_right_after_train_pauses(qtbot, run):
    run.apply(spec_of("regression", LONG))
    run.wake()
    wait_for(qtbot, run, State.READY)
    for _ in range(5):
        before = run.steps_done
        run.train()
        run.step()
        qtbot.waitUntil(lambda before=before: run.steps_done > before)
        settle(qtbot, run)
        stood_at = run.steps_done
        settle(qtbot, run)
        assert run.steps_done == stood_at
        assert run.state is State.PAUSED
        assert not run.will_train


def test_that_settings_that_restart_a_run_just_paused_leave_it_paused(qtbot, run):
    run.apply(spec_of("regression", LONG))
    run.train()
    wait_for(qtbot, run, State.TRAINING)
    run.pause()
    run.apply(spec_of("regression", {**LONG, "network.hidden": [3]}))
    wait_for(qtbot, run, State.READY)
    settle(qtbot, run)
    assert run.steps_done == 0


def test_that_a_run_that_was_never_looked_at_has_no_thread(qapp):
    run = Run(REGRESSION)
    assert not run.findChild(QThread).isRunning()
    assert run.close()
    run.deleteLater()


# --- Turbo --------------------------------------------------------------------------------------


def test_that_turbo_switched_on_before_and_while_a_run_is_built_trains_it(
    qtbot, worker, hear, monkeypatch
):
    """The switch is remembered while there is no run, and each run asks for it anew."""
    from nngui.core.trainer import Trainer

    chosen = []
    monkeypatch.setattr(turbo_cache, "is_loaded", lambda: True)
    monkeypatch.setattr(Trainer, "set_engine", lambda _trainer, name: chosen.append(name))
    worker.set_turbo(True)
    build(worker, 1)
    hear("ready", 1)
    qtbot.waitUntil(lambda: chosen == ["turbo"], timeout=LOADING)
    build(worker, 2)
    hear("ready", 2)
    qtbot.waitUntil(lambda: chosen == ["turbo"] * 2, timeout=LOADING)
    build(worker, 3)
    worker.set_turbo(False)  # carried out when it is built
    hear("ready", 3)
    qtbot.waitUntil(lambda: chosen == ["turbo"] * 3 + ["torch"], timeout=LOADING)
