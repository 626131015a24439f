"""The window closes at once: it waits for what is being written, not for what is being read."""

from __future__ import annotations

import threading
import time

from PySide6.QtCore import QEvent, QObject

from nngui.files.models import writer
from nngui.files.tables import reader

PATIENCE = 20.0  # seconds that a slow disk takes here
AT_ONCE = 5.0  # seconds: the machine may be busy


class Watch(QObject):
    """Says to other threads that the window is hidden."""

    def __init__(self, window):
        super().__init__(window)
        self.hidden = threading.Event()
        window.installEventFilter(self)

    def eventFilter(self, _watched, event):
        if event.type() == QEvent.Type.Hide:
            self.hidden.set()
        return False


def test_that_closing_does_not_wait_for_a_table_that_is_being_read(user, monkeypatch, tmp_path):
    begun, go_on, readers = threading.Event(), threading.Event(), []
    path = tmp_path / "long.csv"
    path.write_text("a,b\n1,2\n")
    preview = reader.preview_table

    def slowly(*arguments, **options):
        readers.append(threading.current_thread())
        begun.set()
        go_on.wait(PATIENCE)
        return preview(*arguments, **options)

    monkeypatch.setattr(reader, "preview_table", slowly)
    user.window.open_any.open(path)
    assert begun.wait(PATIENCE)
    before = time.monotonic()
    try:
        user.window.close()
        assert time.monotonic() - before < AT_ONCE
    finally:
        go_on.set()
        readers[0].join()
    assert not user.window.isVisible()


def test_that_closing_hides_the_window_first_and_then_waits_for_a_file(user, monkeypatch, tmp_path):
    begun, watch = threading.Event(), Watch(user.window)
    path = tmp_path / "net.pkl"

    def slowly(_net, path, *_others):
        begun.set()
        path.write_text("hidden" if watch.hidden.wait(PATIENCE) else "in sight")

    monkeypatch.setattr(writer, "save_model", slowly)
    user.trigger(user.window.actions_.save_model)
    user.choose_file(path)
    user.wait_until(begun.is_set)
    user.window.close()
    assert path.read_text() == "hidden"
