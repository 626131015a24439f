"""The system's words that the program is to end, and what comes of them: the window closes.

Ctrl+C in the terminal, a terminal that goes, `kill`, a desktop that logs out: settings and runs are
kept as by the window's own button.
"""

from __future__ import annotations

import signal
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Slot

if TYPE_CHECKING:
    from types import FrameType

    from PySide6.QtWidgets import QApplication, QWidget

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # those that the system has
IGNORED = (signal.SIG_IGN, None)  # by `nohup`, by a shell's `&`, by a program around this one


class SignalsClose(QObject):
    """Closes the window on such a signal; a second one ends the process at once.

    Python hears of a signal only between two of its own instructions, of which there are none while
    Qt waits: a socket, into which Python's handler in C writes, wakes Qt.

    Attributes
    ----------
    code : int
        The process's exit code as shells have it: 128 and the signal's number; 0 without one.
    """

    def __init__(self, app: QApplication, window: QWidget) -> None:
        super().__init__(window)
        self.code = 0
        self._app, self._window = app, window
        self._told, self._tell = socket.socketpair()
        for end in (self._told, self._tell):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._told.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_told)
        self._wakes_before = signal.set_wakeup_fd(self._tell.fileno(), warn_on_full_buffer=False)
        numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
        self._before = {n: signal.getsignal(n) for n in numbers}
        for number, handler in self._before.items():
            if handler not in IGNORED:
                signal.signal(number, self._note)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.code = 128 + number
        for each, handler in self._before.items():
            if handler not in IGNORED:
                signal.signal(each, signal.SIG_DFL)

    @Slot()
    def _on_told(self) -> None:
        with suppress(BlockingIOError):
            self._told.recv(64)
        if self.code:
            self._window.close()
            self._app.exit()  # a window that was not shown yet would not end it

    def restore(self) -> None:
        """Leave the signals to whoever had them before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakes_before)
        for number, handler in self._before.items():
            if handler not in IGNORED:
                signal.signal(number, handler)
        for end in (self._told, self._tell):
            end.close()
