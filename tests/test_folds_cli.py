"""Cross-validation from the command line: one line of JSON, refusals in a sentence, Ctrl+C."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from statistics import fmean, stdev

import pytest

from nngui.cli import main
from nngui.core.studies import folds as folds_module

IRIS = ("train", "classification", "--data", "example:iris", "--set", "schedule.epochs=2")
DIABETES = ("train", "regression", "--data", "example:diabetes", "--set", "schedule.epochs=2")


@pytest.fixture
def run(capsys):
    """Run the program; return its exit code and what it printed to stdout and stderr."""

    def run(*words):
        code = main(words)
        return code, *capsys.readouterr()

    return run


def said(err):
    """What is said beside what any table is told: what it starts with, and what is as good."""
    told = ("this table starts with", "no better than")
    lines = err.splitlines(keepends=True)
    return "".join(line for line in lines if not any(words in line for words in told))


@pytest.mark.parametrize("words", [IRIS, DIABETES])
def test_that_folds_stand_in_the_line_beside_the_single_split(run, words):
    code, out, err = run(*words, "--folds", "3", "--engine", "torch")
    assert code == 0
    assert not said(err)
    found = json.loads(out)
    folds = found.pop("folds")
    assert folds["k"] == len(folds["each"]) == 3
    assert folds["mean"].keys() == found["test"]["Network"].keys()
    assert folds["baselines"].keys() == found["test"].keys() - {"Network"}
    for score, mean in folds["mean"].items():
        values = [fold[score] for fold in folds["each"]]
        assert mean == pytest.approx(fmean(values))
        assert folds["deviation"][score] == pytest.approx(stdev(values))
    rows = found["rows"]["used"]
    assert sum(fold["scored"] for fold in folds["each"]) == rows
    assert {fold["engine"] for fold in folds["each"]} == {"torch"}
    _, alone, _ = run(*words, "--engine", "torch")
    without = json.loads(alone)
    for timed in ("seconds", "steps_per_s"):
        del found[timed], without[timed]
    assert found == without  # to the last bit


def test_that_the_same_settings_give_the_same_folds(run):
    found = [json.loads(run(*IRIS, "--folds", "2", "--engine", "torch")[1])["folds"] for _ in "ab"]
    assert found[0] == found[1]
    other = json.loads(run(*IRIS, "--folds", "2", "--engine", "torch", "--seed", "9")[1])["folds"]
    assert other != found[0]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((*IRIS, "--folds", "1"), "1 folds cannot be: choose from 2 to 50."),
        ((*IRIS, "--folds", "-3"), "-3 folds cannot be: choose from 2 to 50."),
        (("train", "optimizers", "--folds", "5"), "of a single network, and this section trains 5"),
        (("train", "cnn", "--folds", "5"), "these data are images"),
        (
            ("train", "regression", "--set", "data.points=9", "--folds", "5"),
            "5 folds need 10 rows, and there are 9: use more rows, or fewer folds.",
        ),
    ],
)
def test_that_what_cannot_be_is_refused_before_the_training(run, words, sentence):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert said(err).count("\n") == 1


def test_that_a_class_of_too_few_rows_is_refused_with_their_number(run, tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("a,y\n" + "".join(f"{i},{'no' if i < 3 else 'yes'}\n" for i in range(40)))
    code, out, err = run("train", "classification", "--data", str(path), "--folds", "5")
    assert (code, out) == (2, "")
    assert "5 folds need 5 rows of each class, and of no there are 3" in err


def test_that_no_number_of_folds_is_refused_by_the_parser(capsys):
    with pytest.raises(SystemExit) as ended:
        main((*IRIS, "--folds", "many"))
    assert ended.value.code == 2
    assert "--folds" in capsys.readouterr().err


def test_that_ctrl_c_leaves_the_line_with_the_folds_that_are_done(run, monkeypatch):
    """As where the signal comes in the third fold."""

    class Interrupted(folds_module.FoldsStudy):
        def __iter__(self):
            for _ in super().__iter__():
                if len(self.state().each) == 2:
                    raise KeyboardInterrupt
                yield

    monkeypatch.setattr("nngui.headless.FoldsStudy", Interrupted)
    code, out, err = run(*IRIS, "--folds", "4", "--engine", "torch")
    assert code == 130
    folds = json.loads(out)["folds"]
    assert (folds["k"], folds["done"], len(folds["each"])) == (4, 2, 2)
    assert "stopped: 2 of 4 folds are done" in err


@pytest.mark.skipif(os.name != "posix", reason="needs SIGINT")
def test_that_a_real_ctrl_c_ends_it_in_order(tmp_path):
    history = tmp_path / "history.csv"
    words = ("train", "regression", "--data", "example:diabetes", "--folds", "50")
    # A step for each row: a fold takes long enough.
    slow = ("--set", "schedule.batch_size=1", "--set", "schedule.epochs=3", "--engine", "torch")
    command = [sys.executable, "-m", "nngui", *words, *slow, "--history", str(history)]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # else it may be ignored
    try:
        pipe = subprocess.PIPE
        program = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    with program:
        try:
            while program.poll() is None and not history.exists():
                time.sleep(0.05)  # the file is there once the run has ended, and the folds begin
            program.send_signal(signal.SIGINT)
            out, err = program.communicate(timeout=60)
        finally:
            program.kill()
    assert program.returncode == 130
    folds = json.loads(out)["folds"]
    assert folds["done"] == len(folds["each"]) < 50
    assert re.fullmatch(r"nngui: stopped: \d+ of 50 folds are done.\n", said(err))
