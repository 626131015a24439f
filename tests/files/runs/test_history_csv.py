"""The history as CSV reads back exactly."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngui.core.journal.edit import EngineEdit, SettingsEdit, WeightEdit
from nngui.core.journal.journal import Journal
from nngui.core.records.history import History
from nngui.files.runs.history_csv import write_header, write_history, write_rows
from tests.core.helpers import spec_of

COLUMNS = ("loss", "accuracy", "val_loss")
numbers = st.floats(width=32)
rows = st.lists(st.tuples(numbers, st.floats(0, 1) | st.just(math.nan), numbers), max_size=20)


def read(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def number(cell):
    return float(cell) if cell else math.nan


@given(rows, st.integers(1, 10**9))
@settings(max_examples=60)
def test_that_every_number_reads_back_exactly(rows, first):
    file = io.StringIO()
    write_header(file, COLUMNS)
    write_rows(file, first, rows)
    header, *lines = read(file.getvalue())
    assert header == ["step", *COLUMNS]
    assert [int(line[0]) for line in lines] == list(range(first, first + len(rows)))
    found = [[number(cell) for cell in line[1:]] for line in lines]
    assert np.array_equal(np.array(found).reshape(-1, 3), np.array(rows).reshape(-1, 3), True)


def test_that_what_was_not_measured_is_empty_but_a_loss_that_is_no_number_says_so():
    file = io.StringIO()
    write_rows(file, 7, [(math.nan, math.nan, 0.5), (math.inf, 0.1, math.nan)])
    assert file.getvalue() == "7,nan,,0.5\n8,inf,0.1,\n"


@given(rows)
@settings(max_examples=30)
def test_that_a_history_is_written_as_it_was_measured(rows):
    history = History(COLUMNS)
    history.append(np.array(rows, dtype=np.float64).reshape(-1, 3))
    file = io.StringIO()
    write_history(file, history)
    header, *lines = read(file.getvalue())
    assert header == ["step", *COLUMNS]
    found = [[number(cell) for cell in line[1:]] for line in lines]
    assert np.array_equal(np.array(found).reshape(-1, 3), np.array(rows).reshape(-1, 3), True)


def test_that_of_a_very_long_run_the_steps_kept_exactly_are_written_under_their_own_numbers(
    monkeypatch,
):
    monkeypatch.setattr(
        "nngui.core.records.history.EXACT", 70_000
    )  # a million takes seconds to write
    history, total = History(["loss"]), 200_000
    for start in range(0, total, 10_000):
        history.append(np.arange(start + 1.0, start + 10_001).reshape(-1, 1))
    file = io.StringIO()
    write_history(file, history)
    lines = file.getvalue().split("\n")
    assert total > len(lines) - 2 == total - history.first_exact >= 70_000
    first = history.first_exact + 1
    assert lines[1] == f"{first},{float(first)!r}"
    assert lines[-2] == "200000,200000.0"


def test_that_a_run_that_was_touched_says_so_in_the_first_row_with_it():
    journal = Journal("regression", spec_of("regression"))
    journal = journal.with_edit(SettingsEdit(1, {"optimizer.lr": 0.05, "schedule.steps": 9}))
    journal = journal.with_edit(WeightEdit(2, 0, "hidden.weight", (1, 0), -0.5))
    history = History(("loss",))
    history.append(np.array([[0.5], [0.25], [0.125]]))
    file = io.StringIO()
    write_history(file, history, journal)
    header, *lines = read(file.getvalue())
    assert header == ["step", "loss", "edit"]
    assert [line[2] for line in lines] == [
        "",
        "optimizer.lr=0.05; schedule.steps=9",
        "network 1: hidden.weight[1, 0]=-0.5",
    ]
    assert [line[:2] for line in lines] == [["1", "0.5"], ["2", "0.25"], ["3", "0.125"]]


@pytest.mark.parametrize("edits", [(), (EngineEdit(0, "turbo"),)])
def test_that_the_file_of_a_run_that_nobody_touched_is_as_ever(edits):
    journal = Journal("regression", spec_of("regression"), edits=edits)
    history = History(("loss",))
    history.append(np.array([[0.5], [0.25]]))
    files = io.StringIO(), io.StringIO()
    write_history(files[0], history, journal)
    write_history(files[1], history)
    assert files[0].getvalue() == files[1].getvalue() == "step,loss\n1,0.5\n2,0.25\n"
