"""A search's journal: what was written stays, whoever ends, and however."""

import json
import os
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nngui.core.errors import FileError, NnguiError, SettingError
from nngui.core.search.plan import make_plan
from nngui.core.search.samplers import Sampler
from nngui.core.search.trials import DONE, FAILED, LEFT, PRUNED, RUNNING, Result, best_of
from nngui.core.spec.toml import with_settings
from nngui.files.searches import workers
from nngui.files.searches.journal import MAX_BYTES, Journal
from nngui.files.searches.places import data_hash, path_for
from nngui.files.searches.workers import Attendance, own_name
from nngui.tasks.regression import TASK

TASKS = {TASK.name: TASK}
SPEC = with_settings(
    TASK.spec, {"schedule.validation": 0.3, "schedule.epochs": 20, "schedule.batch_size": 16}
)
OVER = ["optimizer.lr=0.001..0.1:log", "network.hidden=[4],[8]"]
ELSEWHERE = "another/1 7 123.4 abcdef12"  # a worker on a machine that cannot be asked


def gone():
    """A worker of this machine whose process has ended."""
    return own_name().replace(f" {os.getpid()} ", " 999999999 ")


def plan_for(trials=5, **choices):
    return make_plan(TASK, SPEC, OVER, trials=trials, seeds=1, **choices)[0]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.search"


@pytest.fixture
def journal(path):
    journal = Journal(path, TASKS, plan_for())
    yield journal
    journal.close()


def go_through(journal, worker=None, count=99):
    """End so many trials, each with its number as its score."""
    worker, sampler = worker or own_name(), Sampler(journal.plan)
    for _ in range(count):
        trial = journal.claim(worker, sampler)
        if trial is None:
            return
        journal.rung(worker, trial.number, 8, 0.5)
        journal.end(worker, trial.number, Result(DONE, float(trial.number), 0.1))


def test_that_what_was_written_is_read_by_whoever_opens_it(journal, path):
    go_through(journal)
    again = Journal(path, TASKS)
    assert again.board.in_order == journal.board.in_order
    assert [t.number for t in again.board.in_order] == list(range(6))
    assert again.plan.identity == journal.plan.identity
    assert best_of(again.board.in_order, again.plan).number == 0
    assert again.claim(own_name(), Sampler(again.plan)) is None
    assert again.is_over
    again.close()


def test_that_all_of_a_result_comes_back(journal, path):
    worker = own_name()
    trial = journal.claim(worker, Sampler(journal.plan))
    scores = {"validation": {"Loss": 0.5, "R²": 0.9}, "test": {"R²": 0.8, "MAE": 2.5}}
    result = Result(DONE, 0.5, 0.01, scores, ((1, 2.0), (20, 0.5)), 20.0, 100, 1.5, "turbo")
    journal.end(worker, trial.number, result)
    again = Journal(path, TASKS)
    assert again.board.trials[0].result == result
    again.close()


def test_that_the_same_plan_goes_on_and_another_is_refused_by_what_differs(journal, path):
    go_through(journal, count=3)
    same = Journal(path, TASKS, plan_for())
    assert len(same.board.trials) == 3
    same.close()
    with pytest.raises(SettingError, match="another search \\(sampler differ"):
        Journal(path, TASKS, plan_for(sampler="tpe"))


def test_that_more_trials_can_be_asked_for_and_fewer_change_nothing(journal, path):
    go_through(journal)
    more = Journal(path, TASKS, plan_for(trials=8))
    go_through(more)
    assert len(more.board.trials) == 9
    more.close()
    fewer = Journal(path, TASKS, plan_for(trials=2))
    assert fewer.board.wanted == 8
    fewer.close()


@pytest.mark.parametrize("years", [-30, 30])
def test_that_a_clock_set_back_or_forward_takes_no_trial_from_who_trains_it(
    journal, path, monkeypatch, years
):
    trial = journal.claim(own_name(), Sampler(journal.plan))
    now, began = time.time, psutil.Process.create_time
    step_s = years * 365 * 86_400
    monkeypatch.setattr(time, "time", lambda: now() + step_s)
    # What a system works out from the time of day and the seconds since its start.
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: began(process) + step_s)
    other = Journal(path, TASKS)
    assert other.claim(own_name(), Sampler(other.plan)).number == trial.number + 1
    other.close()


def test_that_a_trial_of_before_the_machine_started_anew_is_taken_up_at_once(journal):
    worker = own_name()
    boot = worker.split(" ")[-2].partition(".")[0]
    trial = journal.claim(worker.replace(boot, "0" * 8), Sampler(journal.plan))
    assert journal.claim(own_name(), Sampler(journal.plan)).number == trial.number


def test_that_a_trial_of_a_killed_process_is_taken_up_at_once(path):
    code = (
        "import sys, time; from pathlib import Path;"
        "from tests.files.searches.test_journal import *;"
        "j = Journal(Path(sys.argv[1]), TASKS, plan_for());"
        "go_through(j, count=2); j.claim(own_name(), Sampler(j.plan));"
        "print('ready', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert child.stdout.readline() == "ready\n"
    journal = Journal(path, TASKS, plan_for())
    me, sampler = own_name(), Sampler(journal.plan)
    assert journal.claim(me, sampler).number == 3, "trial 2 is the other one's"
    lost = journal.board.trials[2]
    child.kill()
    child.wait()
    child.stdout.close()
    taken = journal.claim(me, sampler)
    assert (taken.number, taken.values) == (2, lost.values)
    assert (taken.attempts, taken.worker) == (2, me)
    journal.close()


def test_that_a_silent_worker_elsewhere_is_given_up_after_its_lease(journal, path, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(workers, "time", SimpleNamespace(monotonic=lambda: now[0]))
    sampler, me = Sampler(journal.plan), own_name()
    assert journal.claim(ELSEWHERE, sampler).number == 0
    other = Journal(path, TASKS, lease_s=60)
    now[0] += 59
    journal.beat(ELSEWHERE)
    assert other.claim(me, sampler).number == 1
    now[0] += 59
    other.end(me, 1, Result(DONE, 1.0))
    assert other.claim(me, sampler).number == 2, "it has said something meanwhile"
    other.end(me, 2, Result(DONE, 1.0))
    now[0] += 2
    assert other.claim(me, sampler).number == 0
    other.close()


def test_that_what_a_worker_that_was_given_up_says_later_makes_no_harm(journal):
    sampler, me = Sampler(journal.plan), own_name()
    journal.claim(ELSEWHERE, sampler)
    journal.leave(ELSEWHERE, 0)
    assert journal.board.trials[0].state == LEFT
    assert journal.claim(me, sampler).attempts == 1
    journal.rung(ELSEWHERE, 0, 8, 99.0)
    journal.leave(ELSEWHERE, 0)
    assert (journal.board.trials[0].state, journal.board.trials[0].rungs) == (RUNNING, {})
    journal.end(me, 0, Result(DONE, 1.0))
    journal.end(ELSEWHERE, 0, Result(PRUNED))
    assert journal.board.trials[0].score == 1.0


def test_that_a_trial_that_ends_its_process_three_times_fails(journal):
    sampler = Sampler(journal.plan)
    for attempt in range(1, 4):
        assert journal.claim(gone(), sampler).attempts == attempt
    assert journal.claim(own_name(), sampler).number == 1
    first = journal.board.trials[0]
    assert first.state == FAILED
    assert "ended 3 times" in first.result.why


def test_that_many_threads_take_each_trial_once(path):
    journals = [Journal(path, TASKS, plan_for(trials=40)) for _ in range(4)]
    threads = [threading.Thread(target=go_through, args=(one,)) for one in journals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for journal in journals:
        journal.refresh()
        assert len(journal.board.trials) == 41
        assert {trial.attempts for trial in journal.board.in_order} == {1}
        assert journal.board.in_order == journals[0].board.in_order
        journal.close()


@pytest.mark.parametrize(("cut", "lost"), [(1, 0), (5, 1), (40, 1)])
def test_that_a_line_cut_by_a_kill_costs_that_line_alone(journal, path, cut, lost):
    go_through(journal, gone(), count=3)
    journal.close()
    path.write_bytes(path.read_bytes()[:-cut])
    again = Journal(path, TASKS, plan_for())
    assert [t.state for t in again.board.in_order] == [DONE, DONE, RUNNING]
    go_through(again)
    again.close()
    last = Journal(path, TASKS)
    assert [t.state for t in last.board.in_order] == [DONE] * 6
    assert last.board.unreadable == lost
    last.close()


BAD_LINES = (
    b"",
    b"{",
    b"[]",
    b'{"is": "begin"}',
    b'{"is": "begin", "trial": 1e400, "worker": "x", "values": {}}',
    b'{"is": "begin", "trial": 900, "worker": "x", "values": {}}',
    b'{"is": "begin", "trial": 3, "worker": "x", "values": {"optimizer.lr": 0.1}}',
    b'{"is": "begin", "trial": 3, "worker": "x", "values": {"seed": 3}}',
    b'{"is": "begin", "trial": 3, "worker": "x", "values": '
    b'{"optimizer.lr": -1, "network.hidden": [4]}}',
    b'{"is": "begin", "trial": true, "worker": "x", "values": {}}',
    b'{"is": "end", "trial": 77, "worker": "x", "state": "done"}',
    b'{"is": "end", "trial": 0, "worker": "x", "state": "ruined"}',
    b'{"is": "end", "trial": 0, "worker": ["x"], "state": "done", "score": NaN}',
    b'{"is": "rung", "trial": 0, "worker": "x", "epoch": -1, "loss": 1}',
    b'{"is": "more", "trials": 1000000000}',
    b'{"is": "more", "trials": "9"}',
    b'{"is": 5}',
    b'{"is": "begin", "trial": ' + b"9" * 5000 + b"}",
    b"[" * 100_000,
    b"\xff\xfe\x00",
)


def test_that_lines_from_anywhere_change_nothing(journal, path):
    go_through(journal, count=3)
    before = journal.board.in_order
    with path.open("ab") as file:
        file.write(b"\n".join(BAD_LINES) + b"\n")
    journal.refresh()
    assert journal.board.in_order == before
    assert journal.board.wanted == 5
    assert journal.board.unreadable == len(BAD_LINES) - 3  # one is empty, two come too late
    go_through(journal)
    assert [t.state for t in journal.board.in_order] == [DONE] * 6


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_that_a_damaged_journal_is_refused_in_a_sentence_or_read(tmp_path, data):
    whole = tmp_path / "whole.search"
    if not whole.exists():
        journal = Journal(whole, TASKS, plan_for())
        go_through(journal, count=3)
        journal.close()
    content = bytearray(whole.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = tmp_path / "damaged.search"
    damaged.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        journal = Journal(damaged, TASKS)
    except NnguiError as error:
        said = str(error)
    else:
        said = str(damaged)
        for trial in journal.board.in_order:
            journal.plan.settings(trial.values)
        journal.close()
    assert "damaged.search" in said


@pytest.mark.parametrize(
    "content", [b"a,b\n1,2\n", b"{}\n", b'{"nngui": "search 2"}\n', b"\n", b"\x00" * 100]
)
def test_that_another_file_is_refused_and_left_as_it_is(path, content):
    path.write_bytes(content)
    for plan in (None, plan_for()):
        with pytest.raises(FileError, match="no journal of a search"):
            Journal(path, TASKS, plan)
    assert path.read_bytes() == content


def test_that_a_header_of_settings_out_of_bounds_is_refused(journal, path):
    journal.close()
    header = json.loads(path.read_bytes())
    for change in ({"trials": 10**9}, {"seeds": True}, {"over": ["optimizer.lr=0..9"]}, {"by": 3}):
        path.write_text(json.dumps(header | change) + "\n")
        with pytest.raises(FileError):
            Journal(path, TASKS)


def test_that_places_without_a_file_are_refused_in_a_sentence(tmp_path):
    with pytest.raises(FileError, match="No such file"):
        Journal(tmp_path / "none.search", TASKS)
    with pytest.raises(FileError, match="Choose another place"):
        Journal(tmp_path / "none" / "a.search", TASKS, plan_for())
    with pytest.raises(FileError, match="Is a directory"):
        Journal(tmp_path, TASKS, plan_for())
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(FileError, match="not a file"):
            Journal(tmp_path / "pipe", TASKS, plan_for())
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(FileError, match="too large"):
        Journal(huge, TASKS)


def test_that_a_search_is_known_by_its_settings_and_its_data_not_by_their_place(tmp_path):
    def plan_of(path):
        changes = {"data.kind": "table", "data.table.path": str(path)}
        spec = with_settings(TASK.spec, changes)
        return make_plan(TASK, spec, OVER, data=data_hash(spec))[0]

    here, there, other = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv"))
    here.write_text("x,y\n1,2\n")
    there.write_text("x,y\n1,2\n")
    other.write_text("x,y\n1,3\n")
    assert path_for(plan_of(here), tmp_path) == path_for(plan_of(there), tmp_path)
    assert path_for(plan_of(here), tmp_path) != path_for(plan_of(other), tmp_path)
    assert plan_of(here).spec.data.table.path == str(here)


def test_that_a_worker_of_this_process_is_there_and_one_that_ended_is_not():
    attendance = Attendance(60)
    assert not attendance.is_lost(own_name())
    assert attendance.is_lost(gone())
    for strange in ("", "x", "a b c d e f", ELSEWHERE, "1 2 3 4"):
        assert not attendance.is_lost(strange)
