"""The files of kept runs."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nngui.core.errors import FileError
from nngui.core.records.run_record import RunRecord
from nngui.core.spec.toml import with_settings
from nngui.files.runs import run_file
from nngui.files.runs import store as run_store
from nngui.files.runs.array_file import pack, unpack
from nngui.files.runs.store import RunStore, new_id
from nngui.tasks import all_tasks

TASKS = all_tasks()
SPEC = next(task for task in TASKS if task.name == "regression").spec
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


CURVES = {"loss": (np.array([1, 2], np.int64), np.array([1.0, 0.5], np.float32))}


def a_run(lr=0.2, minute=0, **others):
    run = RunRecord(
        id=new_id(),
        task="regression",
        spec=with_settings(SPEC, {"optimizer.lr": lr}),
        number=0,
        name="",
        ended=NOON + timedelta(minutes=minute),
        steps=2,
        ending="steps",
        figures={"loss": 0.5},
    )
    return replace(run, **others)


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs", TASKS)


def again(store):
    """The same folder as the next start finds it."""
    return RunStore(store.folder, TASKS).runs()


def test_that_the_next_start_finds_what_was_kept(store):
    first = store.keep(a_run(), CURVES, None)
    second = store.keep(a_run(0.1, 1, live_changes=("optimizer.lr",)), CURVES, None)
    found = again(store)
    assert [run.id for run in found] == [second.id, first.id]
    assert [run.number for run in found] == [2, 1]
    assert found[0].spec == second.spec
    assert found[0].live_changes == ("optimizer.lr",)
    assert found[0].figures == {"loss": 0.5}
    assert found[0].ended == second.ended
    assert found[0].curves == ("loss",)
    steps, losses = RunStore(store.folder, TASKS).curves(found[0])["loss"]
    assert (steps.tolist(), losses.tolist()) == ([1, 2], [1.0, 0.5])
    assert not found[0].can_reopen


def test_that_the_same_run_once_more_takes_the_place_of_the_first(store):
    first = store.rename(store.keep(a_run(), CURVES, None), "mine")
    store.keep(a_run(minute=9), CURVES, None)
    (run,) = again(store)
    assert (run.id, run.name, run.number) == (first.id, "mine", 1)
    assert run.ended == NOON + timedelta(minutes=9)


def test_that_a_run_that_goes_on_is_still_one_run(store):
    run = store.keep(a_run(), CURVES, None)
    store.keep(replace(run, steps=4, figures={"loss": 0.25}), CURVES, None)
    assert [(run.steps, run.number) for run in again(store)] == [(4, 1)]


def test_that_names_are_one_line_and_can_be_taken_back(store):
    run = store.keep(a_run(), CURVES, None)
    run = store.rename(run, "  a \n b " + "x" * 300)
    assert run.name.startswith("a b x")
    assert len(run.name) == run_file.MAX_NAME
    assert again(store)[0].name == run.name
    store.rename(run, " ")
    assert again(store)[0].name == ""


def test_that_a_name_leaves_the_curves_alone(store):
    run = store.rename(store.keep(a_run(), CURVES, None), "mine")
    assert store.curves(run)["loss"][1].tolist() == [1.0, 0.5]


def test_that_curves_that_have_gone_are_told(store):
    run = store.keep(a_run(), CURVES, None)
    RunStore(store.folder, TASKS).delete(run)  # in another window
    with pytest.raises(FileError):
        store.curves(run)


def test_that_deleted_runs_are_gone_with_their_files(store):
    run = store.keep(a_run(), CURVES, None)
    store.delete(run)
    store.delete(run)  # of another window, perhaps
    assert again(store) == []
    assert list(store.folder.iterdir()) == []


def test_that_another_windows_runs_are_seen_when_one_looks_again(store):
    other = RunStore(store.folder, TASKS)
    assert other.runs() == []
    store.keep(a_run(), CURVES, None)
    assert len(other.runs(anew=True)) == 1


def test_that_old_runs_go_and_named_ones_stay(store, monkeypatch):
    monkeypatch.setattr(run_store, "MAX_RUNS", 2)
    store.rename(store.keep(a_run(0.1, 0), CURVES, None), "best of all")
    for minute, lr in enumerate((0.2, 0.3, 0.4), 1):
        store.keep(a_run(lr, minute), CURVES, None)
    assert [run.number for run in again(store)] == [4, 3, 1]


@pytest.mark.parametrize("cut", [0, 10, -1])
def test_that_a_damaged_file_hides_no_other_run(store, cut):
    good, bad = store.keep(a_run(), CURVES, None), store.keep(a_run(0.1), CURVES, None)
    path = store.folder / f"{bad.id}.run"
    path.write_bytes(path.read_bytes()[:cut])
    fresh = RunStore(store.folder, TASKS)
    assert [run.id for run in fresh.runs()] == [good.id]
    assert fresh.unreadable == 1


def test_that_settings_of_another_version_hide_no_other_run(store):
    good = store.keep(a_run(), CURVES, None)
    other = next(task for task in TASKS if task.name == "classification")
    store.keep(a_run(task="classification", spec=other.spec), CURVES, None)
    fresh = RunStore(store.folder, [task for task in TASKS if task.name == "regression"])
    assert [run.id for run in fresh.runs()] == [good.id]
    assert fresh.unreadable == 1


def test_that_one_bit_is_noticed(store):
    run = store.keep(a_run(), CURVES, None)
    path = store.folder / f"{run.id}.run"
    data = bytearray(path.read_bytes())
    data[-2] ^= 1
    path.write_bytes(data)
    fresh = RunStore(store.folder, TASKS)
    assert fresh.runs() == []
    assert fresh.unreadable == 1


def test_that_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(FileError, match="could not be written"):
        RunStore(tmp_path / "runs", TASKS).keep(a_run(), CURVES, None)


SCORES = {"val_r2": 0.75, "test_r2": 1 / 3, "test_rmse": 1e-300}


def test_that_scores_a_note_and_a_group_are_found_again(store):
    run = store.keep(a_run(scores=SCORES, group="width, 40 trials"), CURVES, None)
    store.annotate(run, "  with \n the new rows ")
    (found,) = again(store)
    assert found.scores == SCORES
    assert (found.note, found.group) == ("with the new rows", "width, 40 trials")
    assert store.curves(found)["loss"][1].tolist() == [1.0, 0.5]


def test_that_only_known_scores_that_are_numbers_are_kept(store):
    odd = {"val_r2": math.nan, "test_r2": math.inf, "test_mae": 0.5, "colour": 1.0}
    run = store.keep(a_run(scores=odd), CURVES, None)
    assert run.scores == again(store)[0].scores == {"test_mae": 0.5}


def test_that_runs_of_earlier_versions_have_no_scores_note_or_group(store):
    run = store.keep(a_run(scores=SCORES, note="mine", group="g"), CURVES, None)
    change_content(store, run, lambda old: [old.pop(key) for key in ("scores", "note", "group")])
    (found,) = again(store)
    assert (found.scores, found.note, found.group) == ({}, "", "")


@pytest.mark.parametrize(
    "foreign",
    [
        {"note": "x" * (run_file.MAX_NOTE + 1)},
        {"note": 5},
        {"group": None},
        {"group": "x" * (run_file.MAX_NAME + 1)},
        {"scores": []},
        {"scores": {"val_r2": "nan"}},
        {"scores": {"val_r2": "1e999"}},
        {"scores": {"val_r2": "much"}},
        {"scores": {"val_r2": [1]}},
        {"scores": None},
    ],
)
def test_that_a_foreign_run_with_odd_words_or_scores_is_left_out(store, foreign):
    run = store.keep(a_run(), CURVES, None)
    change_content(store, run, lambda old: old.update(foreign))
    other = RunStore(store.folder, TASKS)
    assert other.runs() == []
    assert other.unreadable == 1


def test_that_a_run_that_goes_on_keeps_what_the_user_wrote(store):
    run = store.annotate(store.keep(a_run(group="g"), CURVES, None), "mine")
    store.keep(replace(run, steps=4, figures={"loss": 0.25}, note="", group=""), CURVES, None)
    (found,) = again(store)
    assert (found.steps, found.note, found.group) == (4, "mine", "g")


def test_that_a_note_has_an_end(store):
    run = store.annotate(store.keep(a_run(), CURVES, None), "x" * 9_999)
    assert again(store)[0].note == run.note == "x" * run_file.MAX_NOTE


def test_that_a_searchs_runs_push_out_none_of_the_others(store, monkeypatch):
    monkeypatch.setattr(run_store, "MAX_RUNS", 2)
    monkeypatch.setattr(run_store, "MAX_GROUPED", 3)
    mine = [store.keep(a_run(0.1 + n / 100, n), CURVES, None).id for n in range(2)]
    noted = store.keep(a_run(0.5, 5, group="g", note="kept"), CURVES, None).id
    trials = [store.keep(a_run(1 + n, 10 + n, group="g"), CURVES, None).id for n in range(5)]
    assert {run.id for run in again(store)} == {*mine, noted, *trials[2:]}


def change_content(store, run, change):
    """Write a run's file anew, with another content."""
    path = store.folder / f"{run.id}.run"
    content, arrays = unpack(path, run_file.KIND)
    change(content)
    path.write_bytes(pack(run_file.KIND, content, arrays))
