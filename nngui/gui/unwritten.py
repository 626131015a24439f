"""A file that was given up as the window closed: it is said at the next start."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from nngui.core.errors import NnguiError
from nngui.files.atomic import write_text

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.gui.window.closing import Closing
    from nngui.gui.window.main_window import MainWindow

FILE = "unwritten.txt"
log = logging.getLogger(__name__)


class Unwritten(QObject):
    """Notes that something was given up, and says so once.

    Parameters
    ----------
    folder : Path
        Where it is noted.
    """

    def __init__(self, window: MainWindow, folder: Path) -> None:
        super().__init__(window)
        self._window, self._file = window, folder / FILE
        window.closed.connect(self._on_closed)

    @Slot()
    def tell(self) -> None:
        """Say what happened the last time, if it did."""
        try:
            self._file.unlink()
        except FileNotFoundError:
            return
        except OSError as error:
            log.warning("%s could not be removed: %s", self._file, error.strerror)
        text = self.tr(
            "When the window was closed the last time, a file was still being written, and was "
            "given up. If there was one of that name before, it is as it was: save it again."
        )
        self._window.say("warning", text)

    @Slot(object)
    def _on_closed(self, closing: Closing) -> None:
        if closing.has_written_all:
            return
        try:
            write_text(self._file, "given up\n")
        except NnguiError as error:  # the window is gone, and nobody there to be told
            log.warning("%s", str(error))
