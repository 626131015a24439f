"""Keeping runs: copies that wait for a slow disk are few."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from nngui.core.records.history import History
from nngui.files.runs.store import RunStore
from nngui.gui.training.recorder import MAX_PENDING, NO_NETWORK, RunRecorder
from tests.gui.helpers import TASKS, headless


class SlowStore(RunStore):
    """One that writes nothing before it may."""

    def __init__(self, folder):
        super().__init__(folder, list(TASKS.values()))
        self.free = threading.Event()
        self.asked = threading.Event()

    def keep(self, run, curves, recovery):
        self.asked.set()
        assert self.free.wait(60)
        return super().keep(run, curves, recovery)


@pytest.fixture
def store(tmp_path):
    store = SlowStore(tmp_path / "runs")
    yield store
    store.free.set()


def test_that_runs_wait_for_a_slow_disk_and_none_is_lost(store):
    kept, failed = [], []
    recorder = RunRecorder(kept.append, failed.append)
    recorder.keep_in(store)
    runs = []
    for seed in range(MAX_PENDING + 4):
        trainer = headless("regression", {"seed": seed}, steps=0)
        history = History(trainer.columns)
        history.append(trainer.advance(60.0, 20))
        runs.append((trainer, history))
    submitted = threading.Semaphore(0)

    def keep_many():
        for trainer, history in runs:
            recorder.begin(0)
            recorder.record(trainer, history, lambda: None)
            submitted.release()
        recorder.finish()

    thread = threading.Thread(target=keep_many)
    thread.start()
    assert store.asked.wait(60)
    for _ in range(MAX_PENDING + 1):  # those that wait, and the one that is being written
        assert submitted.acquire(timeout=60)
    assert not submitted.acquire(timeout=0.3)
    store.free.set()
    thread.join(60)
    assert not thread.is_alive()
    assert not failed
    assert [run.number for run in kept] == list(range(1, len(runs) + 1))


def test_that_figures_and_curves_are_kept_of_a_run_that_cannot_be_copied(store):
    def no_memory():
        raise MemoryError

    kept, failed = [], []
    store.free.set()
    recorder = RunRecorder(kept.append, failed.append)
    recorder.keep_in(store)
    trainer = headless("regression", steps=0)
    history = History(trainer.columns)
    history.append(trainer.advance(60.0, 20))
    recorder.begin(0)
    recorder.record(trainer, history, no_memory)
    recorder.finish()
    [run] = store.runs()
    assert (run.steps, run.figures) == (20, kept[0].figures)
    assert run.figures
    assert store.curves(run)
    assert [str(error) for error in failed] == [NO_NETWORK]


def test_that_a_run_that_cannot_be_scored_is_kept_without_scores(store, monkeypatch):
    def no_memory(_):
        raise MemoryError

    monkeypatch.setattr("nngui.core.evaluation.scoring.recorded_scores", no_memory)
    failed = []
    store.free.set()
    recorder = RunRecorder(lambda _: None, failed.append)
    recorder.keep_in(store)
    trainer = headless("regression", {"schedule.validation": 0.2}, steps=0)
    history = History(trainer.columns)
    history.append(trainer.advance(60.0, 20))
    recorder.begin(0)
    recorder.record(trainer, history, lambda: None)
    recorder.finish()
    [run] = store.runs()
    assert (run.steps, run.scores, failed) == (20, {}, [])
    assert run.figures


def test_that_a_run_with_its_best_weights_is_kept_with_their_figures(store):
    settings = {
        "schedule.validation": 0.2,
        "schedule.keep": "best",
        "optimizer.lr": 0.9,  # it jumps about
    }
    store.free.set()
    recorder = RunRecorder(lambda _: None, lambda _: None)
    recorder.keep_in(store)
    trainer = headless("regression", settings, steps=0)
    history = History(trainer.columns)
    rows = trainer.advance(60.0)
    history.append(rows)
    recorder.begin(0)
    recorder.record(trainer, history, lambda: None)
    recorder.finish()
    [run] = store.runs()
    losses = rows[:, trainer.columns.index("val_loss")]
    assert run.figures["val_loss"] == pytest.approx(np.nanmin(losses))
    assert run.figures["val_loss"] < losses[-1]
