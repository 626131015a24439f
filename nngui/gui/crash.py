"""What went wrong that nobody foresaw: exceptions now, and a crash of the program before.

A crash of the interpreter itself (a fault in a library, out of memory) leaves no exception.
Python's faulthandler then writes where every thread was into a file that was opened before; the
next start finds it, and says so once.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import platform
import sys
import uuid
from typing import TYPE_CHECKING, TextIO

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication

from nngui.files.regular import open_regular
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.gui.tabs.task_tab import TaskTab
    from nngui.gui.window.main_window import MainWindow

MAX_BYTES = 100_000  # of a file that are read
log = logging.getLogger(__name__)


class CrashFile:
    """The file into which Python writes where it was when it crashed.

    Parameters
    ----------
    folder : Path
        Holds the files of all windows. One that holds something was left by a crash: a window that
        is alive, or was closed, has written nothing into its own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"crash-{os.getpid()}-{uuid.uuid4().hex[:8]}.txt"
        self._file: TextIO | None = None

    def take_last(self) -> str:
        """Return what the crashes before wrote, the last one first, and forget them."""
        found = []
        try:
            left = sorted(self._folder.glob("crash-*.txt"), key=lambda path: -path.stat().st_mtime)
        except OSError as error:  # told the next time, then
            log.warning("What a crash left could not be read: %s", error)
            return ""
        for path in left:
            try:
                if path.stat().st_size:
                    with open_regular(path) as file:
                        found.append(file.read(MAX_BYTES).decode(errors="replace"))
                    # First: what is told is on the disk, whenever this ends.
                    log.error("The program crashed before:\n%s", found[-1])
                    path.unlink()
                elif not _is_alive(path):
                    path.unlink()
            except OSError as error:  # told the next time, then
                log.warning("What a crash left could not be read: %s", error)
        return "\n".join(found)

    def open(self) -> None:
        """Have a crash from now on written into the file."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("w", encoding="utf-8")
        except OSError as error:  # a folder that cannot be written must not keep the window closed
            log.warning("A crash could not be noted: %s", error)
            return
        faulthandler.enable(self._file)

    def close(self) -> None:
        """End without a crash."""
        if self._file is not None:
            faulthandler.disable()
            file, self._file = self._file, None
            try:
                file.close()
                self._path.unlink(missing_ok=True)
            except OSError as error:  # it is empty: the next start forgets it
                log.warning("%s: %s", self._path, error.strerror)


def _is_alive(path: Path) -> bool:
    """Return whether the program that has this file is still there."""
    try:
        process = int(path.name.split("-")[1])
    except ValueError:
        return False
    if sys.platform == "win32":
        return True  # an open file cannot be removed there; an empty one does no harm
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


class Reporter(QObject):
    """Tells the user in the open tab's banner, and hands over the details.

    Parameters
    ----------
    window : MainWindow
    crash : str
        What a crash before this start has left; may be empty.
    """

    def __init__(self, window: MainWindow, crash: str) -> None:
        super().__init__(window)
        self._window, self._crash = window, crash
        self._details = ""
        self._copy = QAction(self.tr("Copy details"), self)
        set_tip(self._copy, self.tr("Copy what a report of the error needs to the clipboard."))
        self._copy.triggered.connect(self._on_copy)
        self._open = QAction(self.tr("Open log"), self)
        self._open.triggered.connect(window.help.open_log)
        self._dismiss = QAction(self.tr("Dismiss"), self)
        window.tab_built.connect(self._watch)
        for tab in window.built:
            self._watch(tab)

    @Slot()
    def tell_crash(self) -> None:
        """Say once that the program crashed, after whatever question stands there."""
        if not self._crash:
            return
        banner = self._window.tab.banner
        if banner.is_asking:
            banner.answered.connect(self.tell_crash, Qt.ConnectionType.SingleShotConnection)
            return
        crash, self._crash = self._crash, ""
        text = self.tr("The program crashed the last time. What it knows of it is in the log.")
        self._say("warning", text, crash)

    @Slot(str, str)
    def tell_exception(self, text: str, details: str) -> None:
        """Say that something unexpected happened; a question that stands there stays."""
        if self._window.tab.banner.is_asking:
            self._window.tab.banner.say("error", text)
        else:
            self._say("error", text, details)

    @Slot(object)
    def _watch(self, tab: TaskTab) -> None:
        tab.stop_teller.details_requested.connect(self.copy_details)

    @Slot(str)
    def copy_details(self, details: str) -> None:
        """Put the details of an error that is told elsewhere into the clipboard."""
        QGuiApplication.clipboard().setText(self._with_versions(details))
        self._window.say("info", self.tr("The details are in the clipboard."))

    def _with_versions(self, details: str) -> str:
        return f"{self._window.help.versions()}\n{platform.platform()}\n\n{details}"

    def _say(self, level: str, text: str, details: str) -> None:
        self._details = self._with_versions(details)
        self._window.tab.banner.say(level, text, (self._copy, self._open, self._dismiss))

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)
        self._window.say("info", self.tr("The details are in the clipboard."))
