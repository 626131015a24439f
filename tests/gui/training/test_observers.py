"""What watches a run cannot end it; and an error in a step leaves it as it was."""

from __future__ import annotations

import sys
import threading

import numpy as np
import pytest
import torch

from nngui.core.evaluation import hints
from nngui.core.inspectors.reference import ReferenceNet
from nngui.core.past import keyframes
from nngui.core.trainer import Trainer
from nngui.core.training.failure import FailedStepError
from nngui.core.training.run_state import RunState
from nngui.files.runs.recovery import before_of, read_recovery, read_summary, trainer_of
from nngui.files.runs.store import RunStore
from nngui.gui.training import autosave
from nngui.gui.training.publisher import Publisher
from nngui.gui.training.run import Run
from nngui.gui.training.session import TrainingSession
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


def step_to(run, wait, steps):
    while (before := run.steps_done) < steps:
        run.step()
        wait(lambda before=before: run.steps_done > before)


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


# --- A step that fails ----------------------------------------------------------------------------


def fail_after(monkeypatch, steps):
    """Have a step of the plain loop fail, before anything is trained."""
    next_batch = RunState.next_batch

    def fail(state):
        if state.step_count == steps:
            boom()
        return next_batch(state)

    monkeypatch.setattr(RunState, "next_batch", fail)


def fail_within(monkeypatch, steps):
    """Have a step fail, once, when its optimizer has changed a part of the parameters."""
    take = torch.optim.SGD.step

    def fail(optimizer):
        [group] = optimizer.param_groups
        fail.calls += 1
        if fail.calls == steps + 1:
            with torch.no_grad():
                group["params"][0].add_(1.0)
            boom()
        return take(optimizer)

    fail.calls = 0
    monkeypatch.setattr(torch.optim.SGD, "step", fail)


@pytest.fixture
def stops(run):
    stops = []
    run.stopped.connect(stops.append)
    return stops


@pytest.mark.parametrize("fail", [fail_after, fail_within])
def test_that_a_run_whose_step_fails_waits_before_it_is_kept_and_goes_on(
    run, stops, wait, store, tmp_path, monkeypatch, fail
):
    path, stored = tmp_path / "run.safetensors", []
    run.run_stored.connect(stored.append)
    run.keep_in(store)
    run.save_to(path)
    run.wake()
    wait(lambda: run.state is State.READY)
    with monkeypatch.context() as patch:
        fail(patch, 37)
        run.train()
        wait(lambda: stops and stored and path.exists())
    [stop] = stops
    assert (stop.step, stop.at, stop.standing) == (38, 37, "before")
    assert "at step 38 by an unforeseen error: RuntimeError: the disk is full" in str(
        FailedStepError(stop)
    )
    assert run.state is State.PAUSED
    assert not run.will_train
    rows = headless("regression", steps=0).advance(1e9)
    [kept] = store.runs()
    assert (kept.steps, kept.ending) == (37, "")
    assert kept.figures["loss"] == rows[36, 0]
    for file in (path, store.path_of(kept)):
        recovery = read_recovery(file, REGRESSION)
        assert np.array_equal(recovery.history.exact(0, 37), rows[:37])
        again = trainer_of(recovery, REGRESSION)
        assert np.array_equal(again.advance(1e9), rows[37:])  # as if nothing had happened
    run.train()
    wait(lambda: run.state is State.ENDED)
    assert np.array_equal(losses_of(run), rows)


def test_that_a_step_that_fails_again_is_told_again_and_nothing_moves(
    run, stops, wait, monkeypatch
):
    run.wake()
    wait(lambda: run.state is State.READY)
    with monkeypatch.context() as patch:
        fail_after(patch, 50)
        for times, go_on in ((1, run.train), (2, run.train), (3, run.step)):
            go_on()
            wait(lambda times=times: len(stops) == times and run.state is State.PAUSED)
            assert run.steps_done == 50
    run.train()
    wait(lambda: run.state is State.ENDED)
    assert np.array_equal(losses_of(run), headless("regression", steps=0).advance(1e9))


def test_that_a_run_too_large_for_a_copy_is_put_back_to_what_was_saved(
    run, stops, wait, tmp_path, monkeypatch
):
    monkeypatch.setattr(keyframes, "MAX_KEYFRAME_BYTES", 10)
    path, take = tmp_path / "run.safetensors", torch.optim.SGD.step
    run.save_to(path)
    for _ in range(20):
        run.step()
    wait(lambda: path.exists() and read_summary(path).step == 20)

    def fail(optimizer):
        if run.steps_done < 30:
            return take(optimizer)
        [group] = optimizer.param_groups
        with torch.no_grad():
            group["params"][0].add_(1.0)
        return boom()

    run.set_pace(0)
    with monkeypatch.context() as patch:
        patch.setattr(torch.optim.SGD, "step", fail)
        for _ in range(11):
            run.step()
        wait(lambda: stops)
    assert (stops[0].standing, stops[0].at, run.steps_done) == ("saved", 20, 20)
    assert "last saved, at step 20" in str(FailedStepError(stops[0]))
    run.set_pace(6)
    run.train()
    wait(lambda: run.state is State.ENDED)
    assert np.array_equal(losses_of(run), headless("regression", steps=0).advance(1e9))


def test_that_a_run_that_cannot_be_put_back_is_not_saved_as_it_stands(
    run, stops, wait, store, tmp_path, monkeypatch
):
    monkeypatch.setattr(keyframes, "MAX_KEYFRAME_BYTES", 10)
    path = tmp_path / "run.safetensors"
    run.keep_in(store)
    run.save_to(path)
    run.wake()
    wait(lambda: run.state is State.READY)
    with monkeypatch.context() as patch:
        fail_within(patch, 30)
        run.train()
        wait(lambda: stops)
    assert stops[0].standing == "lost"
    assert run.close()
    assert not path.exists()
    assert store.runs() == []


def test_that_an_error_beside_the_steps_pauses_the_training_at_most(run, stops, wait, monkeypatch):
    run.apply(spec_of("regression", LONG))
    run.train()
    wait(lambda: run.steps_done)
    with monkeypatch.context() as patch:
        patch.setattr(Publisher, "remember", boom)
        wait(lambda: stops)
    assert run.state is State.PAUSED
    assert stops[0].at == run.steps_done
    before = run.steps_done
    run.train()
    wait(lambda: run.steps_done > before)


def test_that_an_error_in_a_command_is_told_once_and_the_training_goes_on(
    run, notices, wait, monkeypatch
):
    run.apply(spec_of("regression", LONG))
    run.train()
    wait(lambda: run.steps_done)
    with monkeypatch.context() as patch:
        patch.setattr(Publisher, "set_probe", boom)
        for _ in range(3):
            run.ask(PLACES)
        wait(lambda: notices)
    before = run.steps_done
    wait(lambda: run.steps_done > before)
    [(level, text)] = notices
    assert level == "warning"
    assert text.startswith("Something went wrong beside the training: RuntimeError: the disk is")


def test_that_settings_that_fail_to_be_taken_are_told_and_the_training_goes_on(
    run, notices, wait, monkeypatch
):
    run.apply(spec_of("regression", LONG))
    run.train()
    wait(lambda: run.steps_done)
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "change", boom)
        run.apply(spec_of("regression", LONG | {"optimizer.lr": 0.01}))
        wait(lambda: notices)
    before = run.steps_done
    wait(lambda: run.steps_done > before)
    assert "The settings could not be changed: RuntimeError: the disk is full" in notices[0][1]


def test_that_a_thread_that_dies_is_told_and_the_next_run_has_another_one(
    run, notices, wait, monkeypatch
):
    run.wake()
    wait(lambda: run.state is State.READY)
    with monkeypatch.context() as patch:
        patch.setattr(TrainingSession, "play", lambda _session: sys.exit("eels"))
        run.train()
        wait(lambda: run.state is State.FAILED)
    assert notices[-1] == ("error", "The training has ended by an unforeseen error.")
    run.train()
    wait(lambda: run.state is State.ENDED)
    assert np.array_equal(losses_of(run), headless("regression", steps=0).advance(1e9))


def test_that_a_run_stays_as_it_was_when_another_one_cannot_be_restored(
    run, wait, tmp_path, monkeypatch
):
    damaged, found = tmp_path / "damaged.safetensors", []
    damaged.write_bytes(b"eels")
    run.restored.connect(found.append)
    run.wake()
    wait(lambda: run.state is State.READY)
    for _ in range(7):
        run.step()
    wait(lambda: run.steps_done == 7)
    run.restore(damaged, adopt=False)
    wait(lambda: found)
    assert "is damaged" in str(found[0])
    assert (run.state, run.steps_done) == (State.PAUSED, 7)
    run.train()
    wait(lambda: run.state is State.ENDED)
    assert np.array_equal(losses_of(run), headless("regression", steps=0).advance(1e9))


# --- The last two states --------------------------------------------------------------------------


def test_that_the_state_before_the_last_is_kept_and_taken_where_the_last_is_damaged(
    run, notices, wait, tmp_path
):
    path = tmp_path / "run.safetensors"
    run.save_to(path)
    run.wake()
    wait(lambda: run.state is State.READY)
    for steps in (20, 30):
        step_to(run, wait, steps)
        wait(lambda steps=steps: path.exists() and read_summary(path).step == steps)
    assert read_summary(before_of(path)).step == 20
    path.write_bytes(path.read_bytes()[:-9])
    run.restore(path)
    wait(lambda: notices)
    assert "saved before that, at step 20" in notices[0][1]
    assert run.steps_done == 20
    run.train()
    wait(lambda: run.state is State.ENDED)
    assert np.array_equal(losses_of(run), headless("regression", steps=0).advance(1e9))


def test_that_a_run_started_anew_does_not_overwrite_one_that_has_come_further(run, wait, tmp_path):
    path = tmp_path / "run.safetensors"
    run.save_to(path)
    run.train()
    wait(lambda: path.exists() and read_summary(path).step == 100)
    run.reset()
    wait(lambda: run.state is State.READY)
    for steps in (20, 30):
        step_to(run, wait, steps)
        wait(lambda steps=steps: read_summary(path).step == steps)
        assert read_summary(before_of(path)).step == 100
