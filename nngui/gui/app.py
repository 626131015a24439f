"""Starting the window."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from nngui.core.abandoned import END_TIMEOUT_S, end_by_force
from nngui.core.folders import data_folder
from nngui.files.log import start_log
from nngui.files.memory import prefer_memory_limit
from nngui.gui.crash import CrashFile, Reporter
from nngui.gui.demo import Demo
from nngui.gui.panels.banner import Unexpected
from nngui.gui.recovery import RecoveryManager
from nngui.gui.settings import WindowSettings
from nngui.gui.signals import SignalsClose
from nngui.gui.style import theme as themes
from nngui.gui.style.resources import install_translations
from nngui.gui.style.translation import system_language
from nngui.gui.temporary import remove_temporary_folders
from nngui.gui.training import native_memory
from nngui.gui.unwritten import Unwritten
from nngui.gui.window.main_window import MainWindow
from nngui.gui.window.session import Session
from nngui.tasks import all_tasks

if TYPE_CHECKING:
    import threading
    from pathlib import Path

# Training and drawing share Python's lock; handing it over often keeps the window smooth and the
# training fast (measured: 0.6 of the bare loop's rate instead of 0.4).
SWITCH_INTERVAL_S = 0.0005
FORCED_AFTER_S = END_TIMEOUT_S + 0.5  # after the window's closing: something hangs that should not


@dataclass
class Started:
    """The program's parts, kept as long as the window."""

    app: QApplication
    window: MainWindow
    log_file: Path
    reporter: Reporter
    crash_file: CrashFile


def start(
    language: str | None = None, theme: str | None = None, *, remember: bool = True
) -> Started:
    """Make the application and its window, not shown yet; torch is not loaded by this.

    Parameters
    ----------
    remember : bool
        Whether the window is as the user left it, and is remembered as it is left; and whether
        its runs are saved for the case of a crash.
    """
    native_memory.limit_arenas()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    QApplication.setApplicationName("nngui")  # says where the settings are
    settings = WindowSettings(remember=remember)
    prefer_memory_limit(settings.memory_limit)
    if remember and settings.size != 100:
        os.environ.setdefault("QT_SCALE_FACTOR", f"{settings.size / 100:g}")  # Qt reads it once
    app = QApplication.instance() or QApplication(["nngui"])
    assert isinstance(app, QApplication)
    app.setDesktopFileName("nngui")
    log_file = start_log(data_folder())
    language = language or settings.language or system_language()
    theme = theme or settings.theme
    install_translations(app, language)
    themes.apply(app, themes.colours(theme))
    runs_folder = data_folder() / "runs" if remember else None
    session = Session(data_folder() / "session" if remember else None)
    tasks = all_tasks()
    window = MainWindow(tasks, settings, theme, language, log_file, session, runs_folder)
    crash_file = CrashFile(data_folder())
    reporter = Reporter(window, crash_file.take_last() if remember else "")
    if remember:
        recovery = RecoveryManager(window, data_folder() / "recovery")
        recovery.begun.connect(window.tell_problem)  # covers what it offers, until it is closed
        recovery.begun.connect(Unwritten(window, data_folder()).tell)
        recovery.begun.connect(reporter.tell_crash)
    return Started(app, window, log_file, reporter, crash_file)


def run(
    task: str | None,
    train: bool,
    language: str | None,
    theme: str | None,
    file: Path | None = None,
    *,
    demo: bool = False,
) -> int:
    """Show the window until it is closed, by its user or by a signal; return the exit code.

    Parameters
    ----------
    file : Path, optional
        Is opened as soon as the window is there: settings, a table, images or a model.
    demo : bool
        All tabs are played in turn until a key is pressed; nothing of it is remembered.
    """
    started = start(language, theme, remember=not demo)
    unexpected = Unexpected()
    unexpected.happened.connect(started.reporter.tell_exception)
    restore = unexpected.install()
    started.crash_file.open()
    window = started.window
    once = Qt.ConnectionType(
        Qt.ConnectionType.SingleShotConnection.value | Qt.ConnectionType.QueuedConnection.value
    )
    if task:
        window.session.forget(task)  # whoever names a task wants it as it is in the tutorial
        window.choose_task(task)
    if train:
        window.tab_built.connect(window.run_commands.train, Qt.ConnectionType.SingleShotConnection)
    if file is not None:
        window.tab_built.connect(
            lambda: window.open_any.open(file.absolute()), Qt.ConnectionType.SingleShotConnection
        )
    if demo:
        player = Demo(window)
        window.tab_built.connect(player.start, once)
    elif not (task or train or file):
        window.tab_built.connect(window.guide.offer_tour, once)
    signals = SignalsClose(started.app, window)
    forced: list[threading.Event] = []
    window.closing.connect(lambda: forced.append(end_by_force(FORCED_AFTER_S, signals.code)))
    window.show()  # and its tab is built and wakes as soon as this is on the screen
    try:
        code = started.app.exec()
    finally:
        window.close()  # also where it was not the window that ended the events
        restore()
        signals.restore()
        remove_temporary_folders()
        started.crash_file.close()
        for ends in forced:
            ends.set()
    return signals.code or code
