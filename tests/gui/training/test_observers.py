"""What watches a run cannot end it; and a run that ends by an error of its own is kept."""

from __future__ import annotations

import logging
import threading

import numpy as np
import pytest

from nngui.core.evaluation import hints
from nngui.core.inspectors.reference import ReferenceNet
from nngui.core.trainer import Trainer
from nngui.core.training.run_state import RunState
from nngui.files.runs.recovery import read_recovery, trainer_of
from nngui.files.runs.store import RunStore
from nngui.gui.training import autosave
from nngui.gui.training.run import Run
from nngui.gui.training.state import State
from nngui.tasks import all_tasks
from tests.gui.helpers import LOADING, TASKS, headless, spec_of

REGRESSION = TASKS["regression"]
LONG = {"schedule.steps": 100_000_000}
PLACES = np.zeros((3, 1), np.float32)
INSPECTION = "What this tab shows of the training's inside could not be worked out"
PREDICTIONS = "What the network predicts could not be worked out"
REFERENCE = "The network to compare with could not be evaluated"


@pytest.fixture
def run(qapp):
    run = Run(REGRESSION)
    run.set_pace(6)
    yield run
    assert run.close()
    run.deleteLater()


@pytest.fixture
def notices(run):
    notices = []
    run.notice.connect(lambda level, text: notices.append((level, text)))
    return notices


@pytest.fixture
def wait(qtbot):
    return lambda condition: qtbot.waitUntil(lambda: bool(condition()), timeout=LOADING)


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs", list(all_tasks()))


def boom(*_):
    raise RuntimeError("the disk is full of eels")


class Failing:
    """An inspector that fails each time, or the third time only."""

    def __init__(self, *, once=False):
        self.once, self.calls = once, 0

    def __call__(self, trainer):
        self.calls += 1
        if self.calls == 3 or not self.once:
            boom()
        return trainer.step_count


def losses_of(run):
    return run.history.exact(0, len(run.history))


# --- Questions of views ---------------------------------------------------------------------------


@pytest.mark.parametrize("once", [False, True], ids=["always", "once"])
def test_that_an_inspector_that_fails_is_dropped_and_told_once(run, notices, wait, caplog, once):
    run.set_pace(5)  # a picture every 20 steps
    inspector = Failing(once=once)
    run.inspect_with(inspector)
    run.wake()
    run.train()
    wait(lambda: run.state is State.ENDED)
    [(level, text)] = notices
    assert level == "warning"
    assert text.startswith(INSPECTION)
    assert text.endswith("The training goes on; Help, Open log has the details.")
    assert inspector.calls == (3 if once else 1)
    assert np.array_equal(losses_of(run), headless("regression", steps=0).advance(1e9))
    assert caplog.text.count("RuntimeError: the disk is full of eels") == 1
    assert run.collect().inspection is None


def test_that_another_inspector_is_asked_after_one_that_failed(run, notices, wait):
    run.inspect_with(boom)
    run.wake()
    wait(lambda: notices)
    run.inspect_with(lambda trainer: trainer.step_count)
    run.train()
    wait(lambda: run.state is State.ENDED)
    assert run.collect().inspection == 100
    assert len(notices) == 1


def test_that_another_run_is_asked_again_and_a_failure_told_of_it(run, notices, wait):
    inspector = Failing()
    run.inspect_with(inspector)
    for times in (1, 2, 3):
        run.reset()
        wait(lambda times=times: len(notices) == times)
        wait(lambda: run.state is State.READY)
        assert inspector.calls == times


def test_that_a_network_to_compare_with_that_fails_is_dropped(run, notices, wait, monkeypatch):
    monkeypatch.setattr(ReferenceNet, "reference", boom)
    run.wake()
    run.ask(PLACES)
    run.compare_with(ReferenceNet("other", headless("regression", steps=0).variants[0].net))
    run.train()
    wait(lambda: run.state is State.ENDED)
    [(level, text)] = notices
    assert (level, text.startswith(REFERENCE)) == ("warning", True)
    picture = run.collect()
    assert picture.reference is None
    assert picture.step == 100
    assert len(picture.predictions) == 1


def test_that_predictions_that_fail_are_dropped_until_they_are_asked_anew(
    run, notices, wait, monkeypatch
):
    run.apply(spec_of("regression", LONG))
    run.wake()
    wait(lambda: run.state is State.READY)
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "predict", boom)
        run.ask(PLACES)
        run.train()
        wait(lambda: notices and run.steps_done > 100)
    [(level, text)] = notices
    assert (level, text.startswith(PREDICTIONS)) == ("warning", True)
    probe = run.ask(PLACES)
    run.pause()
    wait(lambda: run.state is State.PAUSED)
    picture = run.collect()
    assert picture.probe_id == probe
    assert picture.predictions[0].shape == (3, 1)


def test_that_a_copy_that_fails_leaves_the_run_in_training(run, notices, wait, monkeypatch):
    copies = []
    run.network_copied.connect(copies.append)
    run.apply(spec_of("regression", LONG))
    run.train()
    wait(lambda: run.steps_done)
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "best", property(boom))
        run.take_network()
        wait(lambda: copies)
    assert copies == [None]
    wait(lambda: notices)
    assert notices[0][1].startswith("The network could not be copied.")
    before = run.steps_done
    wait(lambda: run.steps_done > before)
    assert run.state is State.TRAINING


def test_that_advice_that_cannot_be_found_is_told(run, notices, wait, monkeypatch):
    monkeypatch.setattr(hints, "find_hints", boom)
    run.train()
    wait(lambda: notices)
    assert run.state is State.ENDED
    assert notices[0][1].startswith("No advice could be worked out for this run.")
    run.train()
    wait(lambda: run.steps_done == 200 and run.state is State.ENDED)


def test_that_the_window_names_what_is_no_longer_shown(open_window):
    user = open_window(language="zh_CN")
    user.window.wake()
    user.wait_until(lambda: user.tab.run.state is State.READY)
    user.tab.run.inspect_with(boom)
    user.wait_for_banner("无法计算本标签页显示的训练内部情况")


# --- Saving and storing ---------------------------------------------------------------------------


@pytest.fixture
def no_thread(monkeypatch):
    """Have no thread of these names start, as where the system has none left."""

    def refuse(*names):
        start = threading.Thread.start

        def start_or_not(thread):
            if thread.name in names:
                raise RuntimeError("can't start new thread")
            start(thread)

        monkeypatch.setattr(threading.Thread, "start", start_or_not)

    return refuse


def test_that_a_save_that_cannot_begin_leaves_the_run_in_training(
    run, wait, tmp_path, monkeypatch, no_thread
):
    monkeypatch.setattr(autosave, "MIN_INTERVAL_S", 0.05)
    no_thread("autosave")
    unsaved = []
    run.unsaved.connect(unsaved.append)
    run.apply(spec_of("regression", LONG))
    run.save_to(tmp_path / "run.safetensors")
    run.train()
    wait(lambda: len(unsaved) > 1)  # it is tried again
    before = run.steps_done
    wait(lambda: run.steps_done > before)
    assert run.state is State.TRAINING


def test_that_runs_that_cannot_be_stored_do_not_hold_up_the_training(run, wait, store, no_thread):
    no_thread("keep-runs")
    missing = []
    run.run_not_stored.connect(missing.append)
    run.keep_in(store)
    for times in range(1, 8):  # more than wait for a slow disk
        run.train()
        wait(lambda times=times: run.steps_done == 100 * times and run.state is State.ENDED)
    wait(lambda: len(missing) == 7)
    assert store.runs() == []


# --- A run that fails -----------------------------------------------------------------------------


def fail_after(monkeypatch, steps):
    """Have a step of the plain loop fail, before anything is trained."""
    next_batch = RunState.next_batch

    def fail(state):
        if state.step_count == steps:
            boom()
        return next_batch(state)

    monkeypatch.setattr(RunState, "next_batch", fail)


def test_that_a_run_whose_step_fails_is_in_the_list_and_in_the_recovery_file(
    run, notices, wait, store, tmp_path, monkeypatch
):
    path = tmp_path / "run.safetensors"
    stored = []
    run.run_stored.connect(stored.append)
    run.keep_in(store)
    run.save_to(path)
    run.wake()
    fail_after(monkeypatch, 37)
    run.train()
    wait(lambda: run.state is State.FAILED and stored and path.exists())
    assert notices[-1][0] == "error"
    expected = headless("regression", steps=0)
    monkeypatch.undo()
    rows = expected.advance(1e9)
    [kept] = store.runs()
    assert (kept.steps, kept.ending) == (37, "")
    assert kept.figures["loss"] == rows[36, 0]
    for file in (path, store.path_of(kept)):
        recovery = read_recovery(file, REGRESSION)
        assert np.array_equal(recovery.history.exact(0, 37), rows[:37])
        again = trainer_of(recovery, REGRESSION)
        assert np.array_equal(again.advance(1e9), rows[37:])  # as if nothing had happened


def test_that_a_failed_run_taken_up_from_the_list_goes_on(run, wait, store, monkeypatch):
    stored = []
    run.run_stored.connect(stored.append)
    run.keep_in(store)
    with monkeypatch.context() as patch:
        fail_after(patch, 50)
        run.train()
        wait(lambda: run.state is State.FAILED and stored)
    run.restore(store.path_of(store.runs()[0]), adopt=False)
    wait(lambda: run.state is State.PAUSED)
    assert run.steps_done == 50
    run.train()
    wait(lambda: run.state is State.ENDED)
    assert np.array_equal(losses_of(run), headless("regression", steps=0).advance(1e9))


def test_that_a_run_whose_engine_lost_its_last_losses_can_still_be_read(
    run, wait, store, tmp_path, monkeypatch
):
    path, advance = tmp_path / "run.safetensors", Trainer.advance
    run.keep_in(store)
    run.save_to(path)

    def lose(trainer, _budget, _max_steps=None):
        rows = advance(trainer, 60.0, 20)
        if trainer.step_count == 60:
            boom()
        return rows

    monkeypatch.setattr(Trainer, "advance", lose)
    run.train()
    wait(lambda: run.state is State.FAILED and path.exists())
    history = read_recovery(path, REGRESSION).history
    assert len(history) == 60
    assert np.isnan(history.exact(40, 60)).all()
    assert not np.isnan(history.exact(0, 40)).any()


def test_that_the_sentence_of_the_failure_stands_last(open_window, monkeypatch, caplog):
    user = open_window()
    user.window.wake()
    user.wait_until_ready()
    user.go_fast()
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        fail_after(patch, 20)
        user.click("Train")
        user.wait_for_banner("The training failed unexpectedly.")
    assert "eels" in caplog.text
    assert user.tab.run.steps_done == 20
