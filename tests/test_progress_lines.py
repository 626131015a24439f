"""How far a training has come, in a log: now and then, more and more seldom, or not at all."""

from __future__ import annotations

import itertools
import re

import pytest

from nngui.cli import main
from nngui.headless_progress import Lines, duration

TRAIN = ("train", "regression", "--set", "schedule.steps=60")
FOLDS = ("train", "regression", "--data", "example:diabetes", "--folds", "2")
OVER = ("--over", "optimizer.lr=0.01..0.1", "--trials", "4", "--seeds", "1")
SEARCH = ("search", "regression", *OVER, "--workers", "1", "--engine", "torch")
LINES = {
    TRAIN: r"nngui: step \d+ of 60, epoch \d+, loss [\d.e-]+, [\d,.]+ steps/s, \d+:\d\d left",
    (*FOLDS, "--set", "schedule.epochs=2"): r"nngui: fold \d of 2, \d+% of all, (\?|\d+:\d\d) left",
    SEARCH: r"nngui: \d of 5 trials, best [\d.e–-]+, \d+:\d\d so far",
}


def test_that_lines_come_more_and_more_seldom():
    now = [0.0]
    lines = Lines(clock=lambda: now[0])
    said = []
    for second in range(36_000):
        now[0] = float(second)
        if lines.is_due():
            said.append(second)
    assert said[:3] == [30, 60, 90]
    gaps = [b - a for a, b in itertools.pairwise(said)]
    assert gaps == sorted(gaps)
    assert gaps[-1] == 600
    assert len([second for second in said if second < 3600]) < 30


@pytest.mark.parametrize("words", LINES, ids=lambda words: " ".join(words[:1] + words[-1:]))
def test_that_a_log_has_lines_of_how_far_it_is_unless_they_are_not_wanted(
    monkeypatch, capsys, words
):
    monkeypatch.setattr("nngui.headless_progress.FIRST_LINE_S", 0.0)
    monkeypatch.setattr("nngui.headless_progress.LINE_SHARE", 0.0)
    assert main(words) == 0
    assert re.search(f"^{LINES[words]}$", capsys.readouterr().err, re.MULTILINE)
    assert main((*words, "--quiet")) == 0
    assert not re.search(LINES[words], capsys.readouterr().err)


def test_that_durations_read_as_on_a_clock():
    assert [duration(s) for s in (0, 42, 62.4, 3725)] == ["0:00", "0:42", "1:02", "1:02:05"]
