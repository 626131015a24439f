"""A history that grows beside its place, and is whole again where a run is taken up."""

from __future__ import annotations

import errno
import os

import numpy as np
import pytest

from nngui.core.errors import FileError
from nngui.core.records.history import History
from nngui.files.runs.history_csv import write_header, write_rows
from nngui.files.runs.history_file import HistoryFile

KEPT = 1000  # rows that a history holds exactly, in place of a million
COLUMNS = ("loss", "val_loss")


def rows_of(count, seed=0):
    rows = np.random.default_rng(seed).random((count, 2)).astype(np.float32).astype(np.float64)
    rows[::3, 1] = np.nan
    return rows


def history_of(rows):
    history = History(COLUMNS)
    for first in range(0, len(rows), 250):
        history.append(rows[first : first + 250])
    return history


def write(file, rows):
    write_header(file, COLUMNS)
    write_rows(file, 1, rows.tolist())


@pytest.fixture(autouse=True)
def forgetful(monkeypatch):
    monkeypatch.setattr("nngui.core.records.history.EXACT", KEPT)


@pytest.fixture
def whole(tmp_path):
    """The history of 6,000 steps, as it is written without an interruption."""
    with (tmp_path / "whole.csv").open("w", newline="\n") as file:
        write(file, rows_of(6000))
    return (tmp_path / "whole.csv").read_bytes()


def go_on(path, at):
    """Go on with a run behind step `at`, as it was saved there."""
    rows, history = rows_of(6000), history_of(rows_of(6000)[:at])
    file = HistoryFile(path, COLUMNS, history)
    file.add(lambda target: write_rows(target, at + 1, rows[at:].tolist()))
    file.close()
    return file.first_step


def test_that_a_short_run_has_all_of_its_rows_by_itself(tmp_path, whole):
    assert go_on(tmp_path / "h.csv", 900) == 1
    assert (tmp_path / "h.csv").read_bytes() == whole


def test_that_rows_of_a_long_run_come_from_what_a_killed_program_left(tmp_path, whole):
    path = tmp_path / "h.csv"
    file = HistoryFile(path, COLUMNS)
    file.add(lambda target: write_rows(target, 1, rows_of(5000).tolist()))
    file.flush()
    left = next(tmp_path.glob(".h.csv.*"))
    content = left.read_bytes()
    file.give_up()
    left.write_bytes(content + b"5001,0.")  # as kill -9 leaves it: within a row
    assert go_on(path, 4500) == 1
    assert path.read_bytes() == whole


def test_that_rows_of_a_long_run_come_from_the_file_that_an_ended_program_wrote(tmp_path, whole):
    path = tmp_path / "h.csv"
    with path.open("w", newline="\n") as file:
        write(file, rows_of(4500))
    assert go_on(path, 4500) == 1
    assert path.read_bytes() == whole


@pytest.mark.parametrize("other", ["another run", "other columns", "a row less", "nothing"])
def test_that_rows_of_another_run_are_not_taken_and_the_file_says_where_it_begins(
    tmp_path, whole, other
):
    path = tmp_path / "h.csv"
    rows = rows_of(4500, seed=1 if other == "another run" else 0)
    text = "" if other == "nothing" else None
    with path.open("w", newline="\n") as file:
        if text is None:
            write(file, rows)
    if other == "other columns":
        path.write_bytes(path.read_bytes().replace(b"step,loss", b"step,lose"))
    if other == "a row less":
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:7] + lines[8:]))
    first = go_on(path, 4500)
    assert 4500 - 2 * KEPT <= first - 1 <= 4500 - KEPT
    lines = path.read_bytes().splitlines(keepends=True)
    assert lines == [b"step,loss,val_loss\n", *whole.splitlines(keepends=True)[first:]]


def test_that_a_file_that_cannot_be_written_leaves_what_was_there(tmp_path):
    path = tmp_path / "h.csv"
    path.write_text("before")
    file = HistoryFile(path, COLUMNS)

    def fails(_file):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(FileError, match="No space left on device"):
        file.add(fails)
    other = HistoryFile(path, COLUMNS)
    other.give_up()
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["h.csv"]


def test_that_a_run_taken_up_finds_its_earlier_rows_with_its_edits(tmp_path):
    rows, path, edits = rows_of(3000), tmp_path / "h.csv", {2: "optimizer.lr=0.05", 2500: "a, b"}

    def begin(at=None):
        history = None if at is None else history_of(rows[:at])
        return HistoryFile(path, COLUMNS, history, edits)

    whole = begin()
    whole.add(lambda file: write_rows(file, 1, rows.tolist(), edits))
    whole.close()
    expected = path.read_bytes()
    killed = begin()
    killed.add(lambda file: write_rows(file, 1, rows[:2400].tolist(), edits))
    killed.flush()
    path.unlink()
    again = begin(2300)
    again.add(lambda file: write_rows(file, 2301, rows[2300:].tolist(), edits))
    again.close()
    assert path.read_bytes() == expected
    assert again.first_step == 1
    assert b'"a, b"\n' in expected
    killed.give_up()
