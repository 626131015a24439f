"""Runs that the version before saved and kept: they are read, and say what is not known of them."""

from __future__ import annotations

import pytest

from nngui.core.errors import NnguiError
from nngui.core.past.replay import Replay
from nngui.files.runs.recovery import read_recovery, read_summary, trainer_of
from nngui.files.runs.store import RunStore
from tests.core.helpers import FOREVER, TASKS
from tests.files.runs import old_files

TASK = TASKS["regression"]


@pytest.fixture
def saved(tmp_path):
    old_files.write_saved(tmp_path / "regression.safetensors")
    return tmp_path / "regression.safetensors"


@pytest.fixture
def store(tmp_path):
    old_files.write_kept(tmp_path / "runs")
    return RunStore(tmp_path / "runs", list(TASKS.values()))


def test_that_a_saved_run_goes_on_and_its_past_is_not_known(saved):
    recovery = read_recovery(saved, TASK)
    assert (read_summary(saved).step, recovery.step, len(recovery.history)) == (12, 12, 12)
    assert (recovery.spec.optimizer.lr, recovery.spec.optimizer.momentum) == (0.05, 0.5)
    journal = recovery.journal
    assert (journal.known_from, journal.edits, journal.is_touched) == (9, (), True)
    trainer = trainer_of(recovery, TASK)
    rows = trainer.advance(FOREVER)
    assert trainer.step_count == 30
    assert rows[-1, 0] == pytest.approx(old_files.LAST_LOSS, rel=1e-4)  # on another processor
    with pytest.raises(NnguiError, match="before step 9 is not known"):
        Replay(TASK, trainer.journal).go_to(20)


def test_that_a_kept_run_is_listed_reopened_renamed_and_written_anew(store):
    [run] = store.runs()
    assert (run.steps, run.can_reopen, run.note) == (12, True, "a note")
    assert run.live_changes == ("optimizer.lr", "optimizer.momentum")
    assert (run.changes, store.journal(run)) == ((), None)
    store.rename(run, "of before")
    [again] = RunStore(store.folder, list(TASKS.values())).runs()
    assert (again.name, again.live_changes) == ("of before", run.live_changes)
    recovery = read_recovery(store.path_of(again), TASK)
    assert recovery.journal.known_from == 9


def test_that_a_saved_run_is_put_into_the_list_once(store, saved):
    [known] = store.runs()
    kept = store.keep_saved(saved)
    assert (kept.id, kept.state) == (known.id, known.state)  # it came to the same numbers
    store.delete(kept)
    for _ in range(2):
        kept = store.keep_saved(saved)
        [run] = RunStore(store.folder, list(TASKS.values())).runs()
        assert (run.id, run.steps, run.can_reopen) == (kept.id, 12, True)
        assert run.figures == known.figures
        assert run.live_changes == known.live_changes
    assert read_recovery(store.path_of(run), TASK).journal.known_from == 9
