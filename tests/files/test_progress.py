"""Reading that nobody waits for any more ends by itself, also where nobody asked for progress."""

from __future__ import annotations

import threading
import time

import pytest

from nngui.files.progress import CancelledError, cancellable
from nngui.files.tables.cache import TableCache, TableSource
from nngui.files.tables.format import TableFormat
from nngui.files.tables.reader import read_table


def test_that_a_table_is_given_up(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,2\n")
    with cancellable(lambda: True), pytest.raises(CancelledError):
        read_table(path)
    assert len(read_table(path).frame) == 1


def test_that_another_thread_reads_on(tmp_path):
    path, read = tmp_path / "table.csv", []
    path.write_text("a,b\n1,2\n")
    thread = threading.Thread(target=lambda: read.append(read_table(path)))
    with cancellable(lambda: True):
        thread.start()
        thread.join(60)
    assert len(read) == 1


def test_that_one_who_waits_for_anothers_reading_gives_up():
    cache, source = TableCache(), TableSource(None, TableFormat())
    reading, go_on, given_up = threading.Event(), threading.Event(), threading.Event()

    def read():
        with cache.reading(source):
            reading.set()
            go_on.wait(60)

    def wait():
        with cancellable(given_up.is_set), pytest.raises(CancelledError), cache.reading(source):
            pass

    reader, waiting = threading.Thread(target=read), threading.Thread(target=wait)
    reader.start()
    assert reading.wait(60)
    waiting.start()
    time.sleep(0.1)
    still_waits = waiting.is_alive()
    given_up.set()
    waiting.join(10)
    ended = not waiting.is_alive()
    go_on.set()
    reader.join(60)
    waiting.join(60)
    assert still_waits
    assert ended
