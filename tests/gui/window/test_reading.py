"""The window's thread reads no user's data: it goes on without them, or has them read beside it."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest
from torch import nn

from nngui.files.images import reader as images_reader
from nngui.files.tables import training_data
from nngui.gui.training.changes import can_take, without_misfits
from tests.gui.helpers import TASKS, spec_of
from tests.gui.model_files import (
    asked,
    model_file,
    net_of,
    open_parameters,
    parameters_file,
    take_steps,
)


@pytest.fixture
def readers(monkeypatch):
    """The threads in which tables and images were read."""
    found = []
    for module, name in ((training_data, "read_table"), (images_reader, "_read")):
        monkeypatch.setattr(module, name, watched(getattr(module, name), found))
    return found


def watched(read, found):
    def watch(*arguments, **options):
        found.append(threading.current_thread())
        return read(*arguments, **options)

    return watch


def in_window(readers):
    return [thread for thread in readers if thread is threading.main_thread()]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "t.csv"
    rows = "".join(f"{i * 3 % 41},{i % 7},{i * 2}\n" for i in range(40))
    path.write_text("a,b,c\n" + rows, encoding="utf-8")
    return path


def table_settings(path, **table):
    parts = {f"data.table.{name}": value for name, value in table.items()}
    return {"data.kind": "table", "data.table.path": str(path), **parts}


def written_again(path):
    """Make a file look newer: what is in memory of it no longer counts."""
    later = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(later, later))


@pytest.fixture
def beside_table(user, table):
    """A user at a run on a table that another program has just written again."""
    user.tab.run.apply(spec_of("regression", table_settings(table)))
    user.wait_until_ready()
    user.wait_until(lambda: str(table) in user.code)
    written_again(table)
    return user


# The code -----------------------------------------------------------------------------------------


def test_that_the_code_waits_for_a_table_and_the_window_does_not(user, table, monkeypatch):
    may_go_on, read = threading.Event(), training_data.read_table

    def slowly(*arguments):
        assert threading.current_thread() is not threading.main_thread()
        assert may_go_on.wait(60)
        return read(*arguments)

    monkeypatch.setattr(training_data, "read_table", slowly)
    try:
        user.tab.run.apply(spec_of("regression", table_settings(table)))
        assert user.code == ""
        assert user.note == "The code comes with the data: they are being read."
        user.enter("optimizer.lr", "0.0625")
        assert user.code == ""
    finally:
        may_go_on.set()
    user.wait_until(lambda: "lr=0.0625" in user.code)
    assert str(table) in user.code
    assert user.note == ""


def test_that_a_table_that_was_written_again_is_read_for_the_code_beside_the_window(
    beside_table, readers
):
    user = beside_table
    user.enter("optimizer.lr", "0.0625")
    user.wait_until(lambda: "lr=0.0625" in user.code)
    assert readers
    assert not in_window(readers)


def test_that_a_table_that_became_none_is_a_sentence_instead_of_the_code(beside_table, table):
    table.write_text("a,b,c\n", encoding="utf-8")
    beside_table.enter("optimizer.lr", "0.0625")
    beside_table.wait_until(lambda: "no rows below them" in beside_table.note)
    assert beside_table.code == ""


def test_that_own_images_are_read_beside_the_window(open_window, tmp_path, readers):
    x = np.random.default_rng(3).integers(0, 256, (60, 8, 8), dtype=np.uint8)
    np.savez(tmp_path / "own.npz", images=x, labels=np.arange(60) % 3)
    user = open_window()
    own = {"data.kind": "file", "data.path": str(tmp_path / "own.npz"), "schedule.batch_size": 16}
    user.window.open_task("cnn").run.apply(spec_of("cnn", own))
    user.window.wake()
    user.wait_until_ready()
    user.enter("optimizer.lr", "0.0625")
    user.wait_until(lambda: "lr=0.0625" in user.code)
    assert readers
    assert not in_window(readers)


# What an edit means for the network ---------------------------------------------------------------


def specs(path, *changes):
    common = {"network.weights": "net.pkl"}
    return [spec_of("regression", {**common, **table_settings(path, **c)}) for c in changes]


def test_that_without_its_table_in_memory_an_edit_lets_go_of_the_file_unread(table, readers):
    before, spec = specs(table, {"features": ["a"]}, {"features": ["b"]})
    task = TASKS["regression"]
    assert without_misfits(task, before, spec).network.weights == ""
    assert not can_take(task, spec_of("regression"), spec)
    assert readers == []


@pytest.mark.parametrize(("features", "kept"), [(["b"], "net.pkl"), (["a", "b"], "")])
def test_that_of_tables_that_were_read_the_width_decides(table, readers, features, kept):
    before, spec = specs(table, {"features": ["a"]}, {"features": features})
    task = TASKS["regression"]
    for one in (before, spec):
        task.make_data(one)
    readers.clear()
    assert without_misfits(task, before, spec).network.weights == kept
    assert can_take(task, spec_of("regression"), spec) == bool(kept)
    assert readers == []


def test_that_leaving_out_rows_with_gaps_keeps_the_file(table, readers):
    before, spec = specs(table, {}, {"missing": "drop"})
    TASKS["regression"].make_data(before)
    readers.clear()
    assert without_misfits(TASKS["regression"], before, spec).network.weights == "net.pkl"
    assert readers == []


# Opening models -----------------------------------------------------------------------------------


def test_that_a_table_is_read_beside_the_window_for_parameters(beside_table, readers, tmp_path):
    user = beside_table
    net = net_of(2, 10, 1, activation=nn.ReLU)
    open_parameters(user, parameters_file(tmp_path / "p.pkl", net))
    user.wait_for_banner("p.pkl is open")
    user.wait_until_ready()
    assert user.tab.run.spec.data.kind == "table"
    assert readers
    assert not in_window(readers)


@pytest.mark.parametrize("answer", ["Open", "Compare"])
def test_that_a_table_is_read_beside_the_window_for_a_model(
    beside_table, readers, table, tmp_path, answer
):
    user = beside_table
    take_steps(user, 1)
    asked(user, model_file(tmp_path / "m.pkl", net_of(2, 6, 1)))
    written_again(table)
    user.click(answer)
    if answer == "Open":
        user.wait_for_banner("m.pkl is open: hidden neurons 6, at step 0.")
        user.wait_until_ready()
        assert user.tab.run.spec.data.kind == "table"
    else:  # it is not known any more whether it can be asked about the data
        user.wait_for_banner("Opening m.pkl replaces the run")
    assert readers
    assert not in_window(readers)


def test_that_a_model_opens_with_what_was_changed_while_the_table_was_read(
    beside_table, table, tmp_path, monkeypatch
):
    user, read, may_go_on = beside_table, training_data.read_table, threading.Event()
    take_steps(user, 1)
    asked(user, model_file(tmp_path / "m.pkl", net_of(2, 6, 1)))
    written_again(table)

    def slowly(*arguments):
        assert may_go_on.wait(60)
        return read(*arguments)

    monkeypatch.setattr(training_data, "read_table", slowly)
    try:
        user.click("Open")
        user.enter("optimizer.lr", "0.0625")
    finally:
        may_go_on.set()
    user.wait_for_banner("m.pkl is open: hidden neurons 6, at step 0.")
    user.wait_until_ready()
    assert user.shows("optimizer.lr") == "0.0625"
    assert user.shows("network.hidden") == "6"
