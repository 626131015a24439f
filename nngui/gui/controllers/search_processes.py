"""The processes that train a search's trials, beside the window."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from nngui.files.searches.processes import PATIENCE_S, cores, worker_command
from nngui.gui.processes import end_processes

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QDeadlineTimer

STOP_MS = int(PATIENCE_S * 1000) + 2000  # who has not ended by then is ended
log = logging.getLogger(__name__)


class SearchProcesses(QObject):
    """As many as there are cores; each takes trials from the journal until all are done.

    Signals
    -------
    ended : str
        The last of them has ended; with what one of those that failed has said.
    """

    ended = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._processes: list[QProcess] = []
        self._said = ""

    @property
    def are_running(self) -> bool:
        """Whether any of them is there."""
        return bool(self._processes)

    def start(self, journal: Path, trials: int) -> None:
        """Start them for a search with so many trials to go."""
        self._said = ""
        program, *arguments = worker_command(journal, turbo=True)
        for _ in range(max(1, min(cores(), trials))):
            process = QProcess(self)
            process.setStandardOutputFile(QProcess.nullDevice())
            process.finished.connect(self._on_finished)
            process.errorOccurred.connect(self._on_error)
            self._processes.append(process)
            process.start(program, arguments)

    def stop(self) -> None:
        """Have them leave their trials and end, soon: `ended` tells."""
        for process in self._processes:
            process.closeWriteChannel()
            QTimer.singleShot(STOP_MS, process, process.kill)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Have all of them end now; what they are training is taken up by the next search."""
        self.stop()
        ended = end_processes(self._processes, deadline)
        self._processes.clear()
        return ended

    @Slot(int)
    def _on_finished(self, code: int) -> None:
        process = self.sender()
        assert isinstance(process, QProcess)
        words = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
        if code:
            log.warning("A process of a search ended with %s: %s", code, words[-2000:])
            self._said = words.splitlines()[-1].removeprefix("nngui: ") if words else ""
        self._forget(process)

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        process = self.sender()
        assert isinstance(process, QProcess)
        if error == QProcess.ProcessError.FailedToStart:  # it will not finish, then
            self._said = process.errorString()
            self._forget(process)

    def _forget(self, process: QProcess) -> None:
        if process in self._processes:
            self._processes.remove(process)
            process.deleteLater()
            if not self._processes:
                self.ended.emit(self._said)
