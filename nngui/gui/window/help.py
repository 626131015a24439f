"""The Help menu: shortcuts, log, versions."""

from __future__ import annotations

import platform
from importlib.metadata import version
from itertools import zip_longest
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from nngui.gui.style.labels import RichMessageBox, escaped

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from nngui.gui.window.actions import Actions


class Help(QObject):
    """Shows what the Help menu offers.

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    """

    message = Signal(str, str)

    def __init__(self, window: QWidget, actions: Actions, log_file: Path) -> None:
        super().__init__(window)
        self._window, self._actions, self._log_file = window, actions, log_file
        self.device = "CPU"

    @Slot()
    def show_keys(self) -> None:
        """List the keyboard shortcuts."""
        found = self._actions.all_with_keys()
        half = -(-len(found) // 2)
        whole = "style='white-space: nowrap'"
        cells = [
            f"<td {whole}><b>{escaped(keys)}</b>&nbsp;&nbsp;</td><td {whole}>{escaped(words)}</td>"
            for keys, words in found
        ]
        gap = "<td>&nbsp;&nbsp;&nbsp;&nbsp;</td>"
        rows = "".join(  # side by side: in one column they are higher than a small screen
            f"<tr>{left}{gap}{right}</tr>"
            for left, right in zip_longest(cells[:half], cells[half:], fillvalue="")
        )
        self._message(self.tr("Keyboard shortcuts"), f"<table>{rows}</table>")

    @Slot()
    def open_log(self) -> None:
        """Open the log in the system's own viewer."""
        if self._log_file.exists():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._log_file)))
        else:
            self.message.emit("info", self.tr("The log is empty: nothing went wrong so far."))

    @Slot()
    def show_about(self) -> None:
        """Show the versions and the device."""
        text = self.tr(
            "Learn, show and do small neural-network training by clicking. It uses no network."
        )
        lines = [
            "<b>nngui</b>",
            escaped(text),
            escaped(self.versions()),
            escaped(self.tr("Device: {name}").format(name=self.device)),
            escaped(self.tr("Log: {file}").format(file=self._log_file)),
        ]
        self._message(self.tr("About nngui"), "<br><br>".join(lines))

    @staticmethod
    def versions() -> str:
        """Return the versions of the program and of what it stands on."""
        parts = {"nngui": "nngui", "PyTorch": "torch", "Qt": "PySide6-Essentials"}
        versions = [f"{name} {version(package)}" for name, package in parts.items()]
        versions += [f"pyqtgraph {version('pyqtgraph')}", f"Python {platform.python_version()}"]
        return " · ".join(versions)

    def _message(self, title: str, text: str) -> None:
        box = RichMessageBox(self._window)
        box.setWindowTitle(title)
        box.setText(text)
        box.finished.connect(box.deleteLater)
        box.open()
