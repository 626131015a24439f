"""A kept run is two files that belong together: as one writing left them, whatever happens."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from nngui.core.errors import FileError
from nngui.core.journal.journal import Journal
from nngui.core.records.history import History
from nngui.files import temporary
from nngui.files.atomic import replacing_bytes
from nngui.files.runs import pairs, run_file
from nngui.files.runs import store as run_store
from nngui.files.runs.array_file import pack, read_content, unpack
from nngui.files.runs.recovery import KIND as RECOVERY
from nngui.files.runs.recovery import Recovery, read_summary
from nngui.files.runs.replacing import StillOlderError
from nngui.files.runs.store import RunStore
from tests.files.runs.test_store import CURVES, NOON, SPEC, TASKS, a_run

posix = pytest.mark.skipif(os.name != "posix", reason="needs locks on folders")
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def a_recovery(steps=2):
    """A run to reopen, small, and made without torch."""
    history = History(("loss",))
    history.append(np.ones((steps, 1), np.float32))
    state = {"step": steps, "weights": np.full(50, float(steps), np.float32)}
    return Recovery(Journal("regression", SPEC), state, history, NOON)


def keep(store, run, steps):
    return store.keep(replace(run, steps=steps), CURVES, a_recovery(steps))


def names(store):
    return sorted(path.name for path in store.folder.iterdir())


def fresh(store):
    return RunStore(store.folder, TASKS)


def steps_of(store, run):
    """What the list says, and what the state says."""
    (listed,) = [one for one in fresh(store).runs() if one.id == run.id]
    return listed.steps, read_summary(fresh(store).path_of(listed)).step


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs", TASKS)


def full_from(monkeypatch, kind):
    """Have no file of a kind be written any more."""
    replace_file = os.replace

    def no_room(source, target):
        if str(target).endswith(kind):
            raise FULL
        replace_file(source, target)

    monkeypatch.setattr(os, "replace", no_room)


def test_that_both_files_bear_one_id_and_the_older_state_goes(store):
    run = keep(store, a_run(), 3)
    older = store.folder / f"{run.id}.{run.state}.safetensors"
    assert names(store) == sorted([f"{run.id}.run", older.name])
    newer = keep(store, run, 5)
    path = fresh(store).path_of(newer)
    assert newer.state != run.state
    assert names(store) == sorted([f"{run.id}.run", path.name])
    content, _ = unpack(store.folder / f"{run.id}.run", run_file.KIND)
    assert read_content(path, RECOVERY)["pair"] == f"{run.id}.{content['state']}"
    assert steps_of(store, run) == (5, 5)


def test_that_a_state_of_another_run_is_refused(store):
    one, other = keep(store, a_run(), 3), keep(store, a_run(0.1), 4)
    shutil.copyfile(store.path_of(other), store.path_of(one))
    with pytest.raises(FileError, match="another run's file"):
        fresh(store).path_of(one)


@pytest.mark.parametrize("kind", [".safetensors", ".run"])
def test_that_a_run_that_cannot_be_kept_anew_stays_as_it_was_and_it_is_said(
    store, monkeypatch, kind
):
    run = keep(store, a_run(), 3000)
    before = {path: path.read_bytes() for path in store.folder.iterdir()}
    with monkeypatch.context() as patch:
        full_from(patch, kind)
        with pytest.raises(StillOlderError) as caught:
            keep(store, run, 9000)
    assert str(caught.value) == (
        "The newer state of run 1 could not be kept: No space left on device. It is kept as it "
        "was at step 3,000."
    )
    assert {path: path.read_bytes() for path in store.folder.iterdir()} == before
    assert [one.steps for one in store.runs()] == [3000]
    assert steps_of(store, run) == (3000, 3000)
    keep(store, run, 9000)
    assert steps_of(store, run) == (9000, 9000)


def test_that_a_run_whose_network_cannot_be_copied_stays_as_it_was(store):
    run = keep(store, a_run(), 3)
    with pytest.raises(StillOlderError, match="could not be copied"):
        store.keep(replace(run, steps=9), CURVES, None)
    assert steps_of(store, run) == (3, 3)


def test_that_the_same_run_without_its_network_takes_over_that_of_the_first(store):
    run = keep(store, a_run(), 2)
    again = store.keep(a_run(minute=9), CURVES, None)
    assert (again.id, again.can_reopen) == (run.id, True)
    assert steps_of(store, run) == (2, 2)


def test_that_a_first_state_that_cannot_be_written_leaves_the_list_entry(store, monkeypatch):
    with monkeypatch.context() as patch:
        full_from(patch, ".safetensors")
        run = keep(store, a_run(), 3)
    assert not run.can_reopen
    assert not fresh(store).runs()[0].can_reopen
    assert names(store) == [f"{run.id}.run"]
    assert keep(store, run, 4).can_reopen


def test_that_a_name_and_a_note_leave_the_pair_alone(store, monkeypatch):
    run = keep(store, a_run(), 3)
    other = fresh(store)
    other.runs()
    newer = keep(store, run, 5)  # the other window has not seen it
    assert other.rename(run, "mine").steps == 5
    assert other.annotate(run, "a note").state == newer.state
    with monkeypatch.context() as patch:
        full_from(patch, ".run")
        with pytest.raises(FileError, match="No space left"):
            store.rename(newer, "another")
    (found,) = fresh(store).runs()
    assert (found.name, found.note) == ("mine", "a note")
    assert steps_of(store, run) == (5, 5)


def test_that_a_state_that_is_just_being_read_stays_until_the_next_start(store):
    run = keep(store, a_run(), 3)
    path = store.path_of(run)
    keep(store, run, 5)
    assert read_summary(path).step == 3
    assert steps_of(store, run) == (5, 5)  # that is a next start
    assert not path.exists()


def test_that_deleting_takes_all_states_and_a_failure_leaves_the_pair(store, monkeypatch):
    run = keep(store, a_run(), 3)
    store.path_of(run)
    run = keep(store, run, 5)
    with monkeypatch.context() as patch:

        def no(path, **_options):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))

        patch.setattr(Path, "unlink", no)
        with pytest.raises(FileError, match="could not be deleted"):
            store.delete(run)
    assert [one.id for one in store.runs()] == [run.id]
    assert steps_of(store, run) == (5, 5)
    store.delete(run)
    assert names(store) == []


# --- Earlier versions -----------------------------------------------------------------------------


def as_before(store, run):
    """Make the files of a kept run those that an earlier version wrote."""
    about, path = store.folder / f"{run.id}.run", store.path_of(run)
    content, arrays = unpack(about, run_file.KIND)
    del content["state"], content["sequence"]
    about.write_bytes(pack(run_file.KIND, content, arrays))
    content, arrays = unpack(path, RECOVERY)
    del content["pair"]
    path.with_name(f"{run.id}.safetensors").write_bytes(pack(RECOVERY, content, arrays))
    path.unlink()


def test_that_runs_of_earlier_versions_still_open_and_go_on(store):
    run = keep(store, a_run(), 3)
    as_before(store, run)
    other = fresh(store)
    (found,) = other.runs()
    assert found.can_reopen
    assert other.path_of(found).name == f"{run.id}.safetensors"
    found = other.rename(found, "mine")
    assert steps_of(store, run) == (3, 3)
    newer = keep(fresh(store), found, 5)
    assert steps_of(store, run) == (5, 5)
    assert names(store) == sorted([f"{run.id}.run", f"{run.id}.{newer.state}.safetensors"])


# --- What was left --------------------------------------------------------------------------------


def test_that_the_next_start_sweeps_what_no_run_names_and_nothing_else(store):
    run, damaged = keep(store, a_run(), 3), keep(store, a_run(0.1), 4)
    whole = store.path_of(run).read_bytes()
    (store.folder / f"{damaged.id}.run").write_bytes(b"of another version")
    orphans = [f"{run.id}.{'a' * 12}", f"{'b' * 32}.{'c' * 12}", "d" * 32, run.id]
    for name in orphans:
        (store.folder / f"{name}.safetensors").write_bytes(whole)
    kept = ["mine.safetensors", "readme.txt", f"{damaged.id}.{'e' * 12}.safetensors"]
    for name in kept:
        (store.folder / name).write_bytes(whole)
    (store.folder / f".{run.id[:8]}.abc12345{temporary.HELD}").write_bytes(b"half")
    expected = {f"{r.id}.run" for r in (run, damaged)} | {*kept, store.path_of(run).name}
    expected.add(f"{damaged.id}.{damaged.state}.safetensors")
    fresh(store).runs()
    assert set(names(store)) == expected


@posix
def test_that_nothing_is_swept_while_another_window_keeps_a_run(store, monkeypatch):
    """It looks at the folder at the worst moment: the state is there, and no file names it yet."""
    others, write = [], run_store.RunStore._write

    def look(self, run, curves):
        others.append(fresh(store).runs())
        write(self, run, curves)

    monkeypatch.setattr(run_store.RunStore, "_write", look)
    run = keep(store, a_run(), 3)
    assert others == [[]]
    assert steps_of(store, run) == (3, 3)


@posix
@pytest.mark.parametrize("offset_s", [0, -10 * 365 * 86_400, 10 * 365 * 86_400])
def test_that_a_file_is_swept_when_its_writer_is_gone_and_not_before(
    tmp_path, monkeypatch, offset_s
):
    """At any time that a clock shows."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + offset_s)
    child = subprocess.Popen(
        [sys.executable, "-c", HALF_WRITTEN, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert child.stdout.readline().strip() == b"half"
    (half,) = tmp_path.iterdir()
    os.utime(half, (now + offset_s, now + offset_s))
    for _ in range(2):
        with replacing_bytes(tmp_path / "one.txt") as file:
            file.write(b"whole")
        assert half.exists()
    child.kill()
    child.communicate()
    with replacing_bytes(tmp_path / "one.txt") as file:
        file.write(b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["one.txt"]


HALF_WRITTEN = """
import sys
from pathlib import Path
from nngui.files.atomic import replacing_bytes
with replacing_bytes(Path(sys.argv[1]) / "one.txt") as file:
    file.write(b"half")
    print("half", flush=True)
    sys.stdin.read()
"""


# --- Clocks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("years", [-30, 30])
def test_that_a_clock_set_back_or_forward_forgets_no_run_before_its_turn(store, monkeypatch, years):
    monkeypatch.setattr(run_store, "MAX_RUNS", 3)
    kept = [keep(store, a_run(0.1 + n / 10, n), 2) for n in range(3)]
    then = NOON + timedelta(days=365 * years)
    for n in range(2):  # the clock is another one from here on
        kept.append(keep(fresh(store), a_run(1.0 + n, ended=then + timedelta(minutes=n)), 2))
        assert kept[-1].id in {run.id for run in fresh(store).runs()}
    assert [run.number for run in fresh(store).runs()] == [5, 4, 3]
    assert len(names(store)) == 6
    run = keep(fresh(store), replace(kept[2], ended=datetime(1980, 1, 1, tzinfo=UTC)), 7)
    keep(fresh(store), a_run(9.0, ended=then), 2)
    assert [one.number for one in fresh(store).runs()] == [6, run.number, 5]  # it went on: it stays


def test_that_the_run_just_kept_is_never_the_one_to_go(store, monkeypatch):
    monkeypatch.setattr(run_store, "MAX_RUNS", 1)
    first = keep(store, a_run(0.1), 2)
    store.rename(first, "mine")
    second = keep(store, a_run(0.2), 2)
    first = store.rename(first, "")  # two by now: the next one kept says which stays
    assert {run.id for run in store.runs()} == {first.id, second.id}
    keep(store, first, 9)
    assert [run.id for run in fresh(store).runs()] == [first.id]


def test_that_an_old_run_that_cannot_be_deleted_does_not_hold_up_a_new_one(store, monkeypatch):
    monkeypatch.setattr(run_store, "MAX_RUNS", 1)
    first = keep(store, a_run(0.1), 2)
    unlink = Path.unlink

    def stays(path, **options):
        if path.name.startswith(first.id):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        unlink(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", stays)
        second = keep(store, a_run(0.2), 2)
    assert {run.id for run in fresh(store).runs()} == {first.id, second.id}
    third = keep(store, a_run(0.3), 2)
    assert [run.id for run in fresh(store).runs()] == [third.id]


def test_that_two_windows_number_their_runs_apart_and_see_what_was_deleted(store):
    other = fresh(store)
    other.runs()
    numbers = [keep(one, a_run(lr), 2).number for one, lr in ((store, 0.1), (other, 0.2))]
    assert numbers == [1, 2]
    other.delete(store.runs()[0])
    assert keep(store, a_run(0.3), 2).number == 3
    assert [run.number for run in store.runs()] == [3, 2]


def test_that_counts_end_where_they_can_be_read_again(store):
    run = keep(store, a_run(), 2)
    about = store.folder / f"{run.id}.run"
    content, arrays = unpack(about, run_file.KIND)
    content |= {"number": run_file.MAX_COUNT, "sequence": run_file.MAX_COUNT}
    about.write_bytes(pack(run_file.KIND, content, arrays))
    keep(fresh(store), a_run(0.1), 2)
    last = fresh(store)
    assert len(last.runs()) == 2
    assert last.unreadable == 0


@pytest.mark.parametrize("state", ["../../x", "g" * 12, "a" * 11, 5, None, ["a"]])
def test_that_a_name_that_is_none_of_ours_is_not_followed(store, state):
    run = keep(store, a_run(), 2)
    about = store.folder / f"{run.id}.run"
    content, arrays = unpack(about, run_file.KIND)
    content["state"] = state
    about.write_bytes(pack(run_file.KIND, content, arrays))
    other = fresh(store)
    assert other.runs() == []
    assert other.unreadable == 1
    assert len(pairs.states_of(store.folder, run.id)) == 1
