"""Exports in a process of their own: PyTorch patches itself for them, under a running training."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QTemporaryDir, Signal, Slot

from nngui.gui.background import UNEXPECTED, Background
from nngui.gui.processes import end_processes
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.temporary import place_of, temporary_folder

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.errors import NnguiError
    from nngui.gui.training.messages import NetworkCopy

MODEL = "net.pkl"  # in the folder that is handed to the other process
log = logging.getLogger(__name__)


class Exporter(QObject):
    """Writes networks for other programs, beside whatever trains here.

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    exported : Path, NetworkCopy
        A network was written there.
    """

    message = Signal(str, str)
    exported = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Wait for exports; end those that take longer, of which nothing stays."""
        written = self._background.close(deadline)  # what begins an export
        processes = self.findChildren(QProcess)
        ended = end_processes(processes, deadline)
        good = (QProcess.ExitStatus.NormalExit, 0)
        exported = all((p.exitStatus(), p.exitCode()) == good for p in processes)
        return written and ended and exported

    def start(self, path: Path, taken: NetworkCopy) -> None:
        """Write the network as a model file, and have `nngui export` make the other of it."""
        folder = temporary_folder()
        model = place_of(folder) / MODEL

        def write() -> None:
            from nngui.files.models.writer import save_model

            save_model(taken.net, model)

        self._background.start(write, lambda _: self._run(folder, path, taken), writes=True)

    def _run(self, folder: QTemporaryDir, path: Path, taken: NetworkCopy) -> None:
        process = QProcess(self)

        def not_started(error: QProcess.ProcessError) -> None:
            if error == QProcess.ProcessError.FailedToStart:  # it will not finish, then
                self._on_exported(process, folder, -1, path, taken)

        process.finished.connect(
            lambda code, _status: self._on_exported(process, folder, code, path, taken)
        )
        process.errorOccurred.connect(not_started)
        own = [] if getattr(sys, "frozen", False) else ["-m", "nngui"]
        text = self.tr("Exporting {path}…").format(path=path)
        self.message.emit("info", "\n".join([text, *map(shown_sentence, taken.assumptions)]))
        model = Path(folder.path()) / MODEL
        sample = ["--sample", "x".join(str(size) for size in taken.sample)]
        process.start(sys.executable, [*own, "export", str(model), "-o", str(path), *sample])

    def _on_exported(
        self, process: QProcess, folder: QTemporaryDir, code: int, path: Path, taken: NetworkCopy
    ) -> None:
        folder.remove()
        process.deleteLater()
        if code == 0:
            self.exported.emit(path, taken)
            return
        words = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
        if words:
            line = words.splitlines()[-1].removeprefix("nngui: ")
        else:  # it could not be started, or was killed
            log.error("Exporting ended with %s: %s", code, process.errorString())
            line = shown(UNEXPECTED)
        text = self.tr("{path} was not exported. {why}").format(path=path, why=line)
        self.message.emit("error", text)

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self.message.emit("error", shown_sentence(error))
