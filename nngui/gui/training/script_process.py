"""A script in a Python of its own, what it prints held against what there is here.

Nothing of it runs in the program's own process.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QTemporaryDir, QTimer, Signal, Slot

from nngui.core.text import mark
from nngui.gui.background import UNEXPECTED, Background
from nngui.gui.processes import end_processes
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.temporary import place_of, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.errors import NnguiError
    from nngui.core.records.printed import Check, Difference

MAX_VERIFY_S = 600  # seconds; what was compared until then is told
TELL_MS = 100  # between two words on how far it is
MAX_LINE_BYTES = 1 << 20  # of one line; and of what a script says of its errors
PACKED = mark(
    "core",
    "Verifying needs Python itself: in this packed program there is none to start. Save the script "
    "and run it by a Python that has PyTorch.",
)
log = logging.getLogger(__name__)


def can_verify() -> bool:
    """Return whether this program can start a plain Python."""
    return not getattr(sys, "frozen", False)


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of it.

    Attributes
    ----------
    equal, total : int
        How many numbers were the same, and how many there were to compare.
    difference : Difference or None
        The first that was not the same.
    problem : str
        Why the script could not be run to its end, in words.
    is_late : bool
        It took too long, and was ended.
    """

    equal: int
    total: int
    difference: Difference | None = None
    problem: str = ""
    is_late: bool = False


class ScriptProcess(QObject):
    """Runs one script at a time, and compares as it prints.

    Signals
    -------
    progressed : int, int
        How many numbers were the same by now, of how many.
    ended : Verified
        It has ended; not when it was cancelled.
    """

    progressed = Signal(int, int)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)
        self._process: QProcess | None = None
        self._folder: QTemporaryDir | None = None
        self._check: Check | None = None
        self._number = 0  # of the verification that is under way
        self._difference: Difference | None = None
        self._rest = b""
        self._bound, self._teller = QTimer(self), QTimer(self)
        self._bound.setSingleShot(True)
        self._bound.timeout.connect(self._on_late)
        self._teller.setInterval(TELL_MS)
        self._teller.timeout.connect(self._tell)
        self.is_busy = False

    def start(self, put: Callable[[Path], object], name: str, check: Callable[[], Check]) -> None:
        """Write a script, run it, and compare.

        Parameters
        ----------
        put : callable
            Writes the script into a file, and others beside it; it is called beside the window.
        name : str
            What the file is called.
        check : callable
            Makes what takes the lines; it is called beside the window, too.
        """
        self.cancel()
        self.is_busy, self._number = True, self._number + 1
        number, folder = self._number, temporary_folder()
        path = place_of(folder) / name

        def prepare() -> Check:
            put(path)
            return check()

        def go_on(made: Check) -> None:
            if number == self._number and self.is_busy:
                self._run(folder, path, made)

        self._background.start(prepare, go_on)

    def cancel(self) -> None:
        """End it, and say nothing of it."""
        self.is_busy = False
        self._drop()

    def close(self, deadline: QDeadlineTimer) -> bool:
        """End it with the window; return whether it is gone."""
        prepared = self._background.close(deadline)
        self.cancel()
        at_rest = QProcess.ProcessState.NotRunning
        # Also one that was killed a moment ago.
        processes = [p for p in self.findChildren(QProcess) if p.state() != at_rest]
        return end_processes(processes, deadline) and prepared

    def _run(self, folder: QTemporaryDir, path: Path, check: Check) -> None:
        self._folder, self._check, self._rest, self._difference = folder, check, b"", None
        self._process = process = QProcess(self)
        process.setWorkingDirectory(str(path.parent))
        process.readyReadStandardOutput.connect(self._on_printed)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._bound.start(MAX_VERIFY_S * 1000)
        self._teller.start()
        process.start(sys.executable, ["-u", str(path)])

    def _drop(self) -> None:
        """Forget the process; one that still runs is ended."""
        self._bound.stop()
        self._teller.stop()
        process, self._process = self._process, None
        if process is not None and process.state() != QProcess.ProcessState.NotRunning:
            process.kill()  # it is not asked: a script does not listen
        elif process is not None:
            process.deleteLater()
        if self._folder is not None:
            self._folder.remove()
        self._folder = self._check = None

    def _end(self, *, problem: str = "", is_late: bool = False) -> None:
        check, difference = self._check, self._difference
        equal, total = (check.equal, check.total) if check is not None else (0, 0)
        self.cancel()
        self.ended.emit(Verified(equal, total, difference, problem, is_late))

    # What the script says ------------------------------------------------------------------------

    @Slot()
    def _on_printed(self) -> None:
        """Compare whole lines; more than the first difference, or all there is, need not come."""
        process, check = self._process, self._check
        if process is None or check is None or self.sender() is not process:
            return
        *lines, self._rest = (self._rest + bytes(process.readAllStandardOutput().data())).split(
            b"\n"
        )
        for line in lines:
            self._difference = check.take(line.decode(errors="replace").rstrip("\r"))
            if self._difference is not None or check.is_complete:
                self._end()
                return
        if len(self._rest) > MAX_LINE_BYTES:
            self._end(problem=self.tr("It printed a line without an end."))

    @Slot()
    def _on_finished(self) -> None:
        process, check, sender = self._process, self._check, self.sender()
        if process is None or check is None or sender is not process:
            if isinstance(sender, QProcess):  # it was killed
                sender.deleteLater()
            return
        self._on_printed()
        if self._process is None:  # that was the end of it
            return
        code = process.exitCode()
        if process.exitStatus() != QProcess.ExitStatus.NormalExit or code:
            said = bytes(process.readAllStandardError().data())[-MAX_LINE_BYTES:]
            words = said.decode(errors="replace").strip()
            log.warning("A script that was verified ended with %s: %s", code, words[-2000:])
            self._end(problem=words.splitlines()[-1] if words else shown(UNEXPECTED))
            return
        self._difference = check.finish()
        self._end()

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        process = self._process
        if process is None or self.sender() is not process:
            return
        if error == QProcess.ProcessError.FailedToStart:  # it will not finish, then
            log.error("A script was not started: %s", process.errorString())
            self._end(problem=process.errorString())

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        if self.is_busy:
            self._end(problem=shown_sentence(error))

    @Slot()
    def _on_late(self) -> None:
        self._end(is_late=True)

    @Slot()
    def _tell(self) -> None:
        if self._check is not None:
            self.progressed.emit(self._check.equal, self._check.total)
