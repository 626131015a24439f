"""A table as training data: what of it is read again, and what is not."""

import os
import threading

import numpy as np
import pandas as pd
import pytest

from nngui.core.errors import NnguiError
from nngui.core.spec.table import TableSpec
from nngui.files.tables.reader import read_table
from nngui.files.tables.training_data import (
    cached_table_data,
    must_be_read,
    table_data,
    training_data,
)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "table.csv"
    write_rows(path, 60)
    return path


def write_rows(path, n):
    rows = [f"{i * 3 % 97},{i % 7},{'abc'[i % 3]},{i % 2}\n" for i in range(n)]
    path.write_text("a,b,c,d\n" + "".join(rows), encoding="utf-8")


@pytest.fixture
def reads(monkeypatch):
    """The files that pandas has been given, in turn; previews do not count."""
    found = []
    real = pd.read_csv

    def counting(file, **options):
        if "nrows" not in options:
            found.append(file)
        return real(file, **options)

    monkeypatch.setattr(pd, "read_csv", counting)
    return found


# What does not take another reading -----------------------------------------------------------


@pytest.mark.parametrize("classes", [False, True])
def test_that_another_share_to_test_on_does_not_read_the_file_again(path, reads, classes):
    spec = TableSpec(path=str(path), test=0.2)
    first = training_data(spec, classes=classes, standardise=True)
    other = spec.model_copy(update={"test": 0.5})
    assert cached_table_data(other, classes=classes) is not None
    second = training_data(other, classes=classes, standardise=True)
    assert len(reads) == 1
    assert (first.test, second.test) == (0.2, 0.5)
    assert second.x.equal(first.x)


def test_that_other_columns_are_taken_of_the_table_in_memory(path, reads):
    spec = TableSpec(path=str(path))
    assert table_data(spec, classes=False).columns.numbers == ("a", "b")
    few = table_data(spec.model_copy(update={"features": ("b",)}), classes=False)
    assert few.columns.inputs == ("b",)
    other = table_data(spec.model_copy(update={"target": "a"}), classes=False)
    assert other.columns.target == "a"
    assert len(reads) == 1


def test_that_a_table_read_for_the_dialog_is_not_read_again(path, reads):
    table = read_table(path)
    made = table_data(TableSpec(path=str(path), target="c"), classes=True, read=table)
    assert made.table is table
    assert len(reads) == 1


# What does ------------------------------------------------------------------------------------


def test_that_a_file_that_was_changed_is_read_again(path, reads):
    spec = TableSpec(path=str(path))
    assert len(table_data(spec, classes=False).x) == 60
    write_rows(path, 90)
    assert cached_table_data(spec, classes=False) is None
    assert len(table_data(spec, classes=False).x) == 90
    before = path.stat()
    write_rows(path, 90)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))  # of the same size
    assert len(table_data(spec, classes=False).x) == 90
    assert len(reads) == 3


def test_that_a_table_read_before_its_file_was_changed_is_not_taken(path):
    table = read_table(path)
    write_rows(path, 90)
    assert len(table_data(TableSpec(path=str(path)), classes=False, read=table).x) == 90


def test_that_another_way_of_reading_reads_again(path, reads):
    spec = TableSpec(path=str(path))
    table_data(spec, classes=True)
    made = table_data(spec.model_copy(update={"header": "no"}), classes=True)
    assert made.columns.target == "column 4"
    assert len(reads) == 2


def test_that_numbers_become_words_and_numbers_again(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("code,y\n" + "01,1\n02,2\n01,3\n02,5\n" * 5, encoding="utf-8")
    as_names = TableSpec(path=str(path))
    plain = as_names.model_copy(update={"numbers": ("code",)})
    for _ in range(2):
        assert table_data(plain, classes=False).columns.numbers == ("code",)
        assert table_data(as_names, classes=False).columns.categories == (("code", ("01", "02")),)


def test_that_a_target_is_words_for_classes_and_numbers_otherwise(path):
    spec = TableSpec(path=str(path), target="d")
    for _ in range(2):
        assert table_data(spec, classes=True).columns.classes == ("0", "1")
        assert np.unique(table_data(spec, classes=False).y).tolist() == [0.0, 1.0]


def test_that_only_the_newest_table_of_a_kind_stays_in_memory(path, tmp_path):
    first, second = TableSpec(path=str(path)), TableSpec(path=str(tmp_path / "other.csv"))
    write_rows(tmp_path / "other.csv", 40)
    table_data(first, classes=False)
    table_data(second, classes=False)
    assert cached_table_data(first, classes=False) is None
    assert cached_table_data(second, classes=False) is not None


# Threads --------------------------------------------------------------------------------------


def in_threads(works):
    """Run functions at once; return what each gave."""
    results, barrier = [None] * len(works), threading.Barrier(len(works))

    def run(i):
        barrier.wait()
        results[i] = works[i]()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_that_threads_that_want_a_table_at_once_read_it_once_and_get_the_same(path, reads):
    spec = TableSpec(path=str(path))
    write_rows(path, 20_000)
    made = in_threads([lambda: table_data(spec, classes=False)] * 3)
    assert len(reads) == 1
    assert made[0] is made[1] is made[2]


def test_that_asking_for_what_is_in_memory_does_not_wait_for_a_reading(path, monkeypatch):
    real, reading, may_go_on = pd.read_csv, threading.Event(), threading.Event()

    def slowly(file, **options):
        reading.set()
        assert may_go_on.wait(60)
        return real(file, **options)

    monkeypatch.setattr(pd, "read_csv", slowly)
    spec = TableSpec(path=str(path))
    thread = threading.Thread(target=lambda: table_data(spec, classes=False))
    thread.start()
    try:
        assert reading.wait(60)
        assert cached_table_data(spec, classes=False) is None
        assert must_be_read(spec, classes=False)
    finally:
        may_go_on.set()
        thread.join()
    assert cached_table_data(spec, classes=False) is not None


def test_that_a_thread_reads_after_another_one_failed(path):
    path.write_text("a,b\n", encoding="utf-8")
    spec = TableSpec(path=str(path))
    problems = in_threads([lambda: refusal(spec)] * 3)
    assert all("no rows below them" in problem for problem in problems)
    write_rows(path, 30)
    assert len(table_data(spec, classes=False).x) == 30


def refusal(spec):
    try:
        table_data(spec, classes=False)
    except NnguiError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("features", [(), ("short",)])
@pytest.mark.parametrize("classes", [True, False])
def test_that_long_names_are_cut_in_every_sentence(tmp_path, features, classes):
    long = "x" * 250
    path = tmp_path / "t.csv"
    path.write_text(f"{long},short\n1,{long}\n2,{long}\n")
    told = []
    for target in (long, "short", "y" + long[:-1]):
        spec = TableSpec(path=str(path), target=target, features=features)
        try:
            told += [str(note) for note in table_data(spec, classes=classes).report.notes]
        except NnguiError as error:
            told.append(str(error))
    assert told
    assert not any(long[:100] in sentence for sentence in told)


def test_that_gaps_are_counted_among_the_rows_that_are_used(tmp_path):
    lines = ["id,size,note,y"]
    sizes = ["" if n % 4 == 0 else str(n) for n in range(40)]
    notes = ["?" if n % 5 == 0 else f"n {n}" for n in range(40)]
    lines += [
        f"{n},{size},{note},{n}" for n, (size, note) in enumerate(zip(sizes, notes, strict=True))
    ]
    lines[1], lines[6] = "0,?,?,", "5,5,?,?"  # no target: these rows are not used
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n")
    spec = TableSpec(path=str(path), target="y")
    made = table_data(spec, classes=False)
    gaps = {one.name: one.gaps for one in made.report.columns}
    assert made.report.used == 38
    assert gaps == {"id": 0, "size": 9, "note": 6, "y": 0}
    dropped = table_data(spec.replaced(missing="drop"), classes=False)
    assert {one.name: one.gaps for one in dropped.report.columns}["size"] == 0


def test_that_rows_are_called_rows_where_the_file_has_gone(tmp_path, monkeypatch):
    from nngui.files.tables import columns

    def gone(*_):
        raise FileNotFoundError

    path = tmp_path / "t.csv"
    path.write_text("a report\n\nx,y\n1,2\n2,\n3,4\n4,5\n5,6\n")
    spec = TableSpec(path=str(path), target="y")
    said = [str(note) for note in table_data(spec, classes=False).report.notes]
    assert any("(lines 5)" in text for text in said)
    monkeypatch.setattr(columns, "lines_of", gone)
    other = table_data(spec.replaced(day_first="yes"), classes=False)
    assert any("(rows 2)" in str(note) for note in other.report.notes)
