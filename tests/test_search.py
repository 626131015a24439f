"""`nngui search`: what it prints and writes, and that nothing is lost when a process is killed."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nngui.cli import main
from nngui.core.search.trials import DONE, RUNNING
from nngui.files.searches.journal import Journal
from nngui.tasks.regression import TASK

TASKS = {TASK.name: TASK}
OVER = ("--over", "optimizer.lr=0.001..0.1:log", "--over", "network.hidden=[4],[8, 8]")
SHORT = ("--set", "schedule.validation=0.3", "--set", "schedule.epochs=20", "--workers", "1")
SEARCH = ("search", "regression", *OVER, *SHORT)


@pytest.fixture
def run(capsys):
    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_that_a_search_tells_the_best_settings_and_writes_them(run, tmp_path):
    best, table = tmp_path / "best.toml", tmp_path / "trials.csv"
    wanted = ("--trials", 6, "--seeds", 2, "--no-prune", "-o", best, "--table", table)
    code, out, err = run(*SEARCH, *wanted)
    found = json.loads(out)
    assert (code, out.count("\n")) == (0, 1)
    assert (found["trials"], found["done"], found["seeds"]) == (6, 6, [1, 2])
    assert found["best"]["score"] <= found["default"]["score"]
    assert found["default"]["trial"] == 0
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["trial"] for row in rows] == [str(n) for n in range(7)]
    assert min(float(row["score"]) for row in rows) == found["best"]["score"]

    # The best settings, trained by themselves, come to the loss that was told (of seed 1).
    code, out, _ = run("train", "regression", "--config", best)
    journal = Journal(Path(found["storage"]), TASKS)
    trial = journal.board.trials[found["best"]["trial"]]
    journal.close()
    assert json.loads(out)["val_loss"] == pytest.approx(trial.result.curve[-1][1], rel=1e-3)

    code, out, err = run(*SEARCH, *wanted)
    assert json.loads(out)["best"] == found["best"]
    assert "going on with 7 trials" in err


def test_that_tpe_leaves_a_study_of_optunas_beside_a_journal_that_was_named(run, tmp_path):
    optuna = pytest.importorskip("optuna")
    from optuna.storages.journal import JournalFileBackend

    place = tmp_path / "shared.search"
    for trials in (3, 5):
        code, out, _ = run(
            *SEARCH, "--sampler", "tpe", "--seeds", 1, "--trials", trials, "--storage", place
        )
        assert code == 0
    found = json.loads(out)
    storage = optuna.storages.JournalStorage(JournalFileBackend(f"{place}.optuna"))
    study = optuna.load_study(study_name=None, storage=storage)
    assert len(study.trials) == 5
    if found["best"]["trial"]:
        assert study.best_value == found["best"]["score"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("search", "regression"), "at least one setting"),
        (("search",), "Name a task"),
        (("search", "regression", "--over", "optimizer.rate=1..2"), "optimizer.rate"),
        (("search", "optimizers", *OVER), "for one network"),
        ((*SEARCH, "--trials", "100000"), "from 1 to 10,000"),
        ((*SEARCH, "--seeds", "0"), "from 1 to 20"),
        ((*SEARCH, "--trials", "1", "--seeds", "1", "--by", "auc"), "search by r2, mae, rmse"),
    ],
)
def test_that_what_cannot_be_searched_is_told_in_a_line(run, arguments, words):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.splitlines()[-1].startswith("nngui: ")


@pytest.mark.skipif(os.name != "posix", reason="needs SIGINT")
def test_that_two_share_a_search_and_no_trial_is_lost_when_one_is_killed(run, tmp_path):
    place = tmp_path / "shared.search"
    wanted = ("--trials", "6", "--seeds", "1", "--no-prune", "--storage", str(place))
    # PyTorch's own loop: a trial takes long enough to be killed in.
    slow = ("--set", "schedule.steps=1000", "--set", "schedule.epochs=0")
    command = [sys.executable, "-m", "nngui", *SEARCH, *slow, *wanted, "--engine", "torch"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    # What runs in a shell's background ignores Ctrl+C, and so do its children: not these.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        killed, stopped = (subprocess.Popen(command, **pipes) for _ in range(2))
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        victim = wait_for(place, lambda trials: work_of(killed, trials))
        killed.kill()
        killed.communicate()
        wait_for(place, lambda trials: trials[victim].attempts == 2)
        assert stopped.poll() is None
        stopped.send_signal(signal.SIGINT)
        out, err = stopped.communicate(timeout=60)
    finally:
        for process in (killed, stopped):
            process.kill()
            process.communicate()
    assert stopped.returncode == 130
    assert json.loads(out)["done"] < 6
    assert "the same command goes on" in err

    code, out, err = run(*SEARCH, *slow, *wanted)
    assert (code, json.loads(out)["done"]) == (0, 6)
    journal = Journal(place, TASKS)
    assert [trial.state for trial in journal.board.in_order] == [DONE] * 7
    assert journal.board.trials[victim].attempts >= 2
    journal.close()


def work_of(process, trials):
    """Return the trial that a process has just begun; None where it trains none."""
    own = [t.number for t in trials.values() if t.state == RUNNING and t.number > 1]
    return next((n for n in own if trials[n].worker.split()[1] == str(process.pid)), None)


def wait_for(place, what):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if place.exists() and place.stat().st_size:
            journal = Journal(place, TASKS)
            trials = journal.board.trials
            journal.close()
            if trials and (found := what(trials)) not in (None, False):
                return found
        time.sleep(0.02)
    raise AssertionError("it took too long")
