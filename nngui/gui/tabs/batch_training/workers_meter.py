"""Has worker processes measured beside the window, in a process of their own."""

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QTemporaryDir, QTimer, Signal

from nngui.core.errors import NnguiError
from nngui.core.spec.toml import to_toml
from nngui.files.atomic import write_text
from nngui.gui.background import UNEXPECTED
from nngui.gui.processes import end_processes
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.temporary import place_of, temporary_folder

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.spec import Spec
    from nngui.core.task import Task

SETTINGS = "settings.toml"  # in the folder that is handed to the other process
log = logging.getLogger(__name__)


class WorkersMeter(QObject):
    """Runs ``nngui workers``, one measurement at a time.

    The window holds the process's input open: it ends with its workers when that is closed, by
    `stop` or because the window is gone.

    Signals
    -------
    measured : dict
        What the command printed.
    failed : str
        Why there is nothing, in words; empty when it was stopped.
    """

    measured = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._folder: QTemporaryDir | None = None
        self._stopped = False

    @property
    def is_busy(self) -> bool:
        """Whether something is being measured."""
        return self._process is not None

    def start(self, task: Task, spec: Spec, fetch_ms: float) -> None:
        """Measure the workers of these settings; each sample takes so long to be fetched."""
        self._folder, self._stopped = temporary_folder(), False
        file = place_of(self._folder) / SETTINGS
        try:
            write_text(file, to_toml(task.name, spec))
        except NnguiError as error:
            text = shown_sentence(error)
            QTimer.singleShot(0, self, lambda: self.failed.emit(text))  # once this has returned
            return
        self._process = process = QProcess(self)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        options = ["--config", str(file), "--fetch-ms", str(fetch_ms), "--until-eof"]
        process.start(sys.executable, ["-m", "nngui", "workers", task.name, *options])

    def stop(self) -> None:
        """End the measurement and its processes; `failed` tells when they are gone."""
        if self._process is not None:
            self._stopped = True
            self._process.closeWriteChannel()

    def close(self, deadline: QDeadlineTimer) -> bool:
        """End the measurement and its processes; return whether they are gone."""
        process = self._process
        if process is None:
            return True
        ended = end_processes([process], deadline)  # torch's own watchdogs end its workers
        self._forget(process)
        return ended

    def _forget(self, process: QProcess) -> None:
        if self._folder is not None:
            self._folder.remove()
        process.deleteLater()
        self._process = self._folder = None

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:  # it will not finish, then
            self._on_finished(-1)

    def _on_finished(self, code: int) -> None:
        process = self._process
        assert process is not None
        printed = bytes(process.readAllStandardOutput().data()).decode(errors="replace")
        words = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
        self._forget(process)
        if code == 0:
            self.measured.emit(json.loads(printed.splitlines()[-1]))
        elif self._stopped:
            self.failed.emit("")
        elif code == 2 and words:
            self.failed.emit(words.splitlines()[-1].removeprefix("nngui: "))
        else:  # it could not be started, or was killed
            log.error("Measuring workers ended with %s: %s", code, words)
            self.failed.emit(shown(UNEXPECTED))
