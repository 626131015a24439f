"""The Help menu: shortcuts, log, versions, licences."""

from __future__ import annotations

import platform
from importlib.metadata import version
from itertools import zip_longest
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from nngui.gui.controllers.licences import Licences
from nngui.gui.style.labels import RichMessageBox, escaped

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QDeadlineTimer
    from PySide6.QtWidgets import QAbstractButton, QWidget

    from nngui.gui.window.actions import Actions

QT_SOURCE = "https://download.qt.io/official_releases"


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
        self.licences = Licences(window)
        self.licences.message.connect(self.message)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Read no more licences; nothing is written."""
        return self.licences.close(deadline)

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
        self._box(self.tr("Keyboard shortcuts"), f"<table>{rows}</table>").open()

    @Slot()
    def open_log(self) -> None:
        """Open the log in the system's own viewer."""
        if self._log_file.exists():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._log_file)))
        else:
            self.message.emit("info", self.tr("The log is empty: nothing went wrong so far."))

    @Slot()
    def show_about(self) -> None:
        """Show the versions, the device and the terms, and offer those of others' work."""
        text = self.tr(
            "Learn, show and do small neural-network training by clicking. It uses no network."
        )
        terms = self.tr("Its own licence is MIT: use it, change it, pass it on with its notice.")
        qt = self.tr(
            "It uses Qt and PySide6 under the GNU Lesser General Public License, version 3: you "
            "may replace them by versions of your own. Their source: {url}"
        )
        lines = [
            "<b>nngui</b>",
            escaped(text),
            escaped(self.versions()),
            escaped(terms),
            escaped(qt.format(url=QT_SOURCE)),
            escaped(self.tr("Device: {name}").format(name=self.device)),
            escaped(self.tr("Log: {file}").format(file=self._log_file)),
        ]
        box = self._box(self.tr("About nngui"), "<br><br>".join(lines))
        action = RichMessageBox.ButtonRole.ActionRole
        self._more = box.addButton(self.tr("Third-party licences"), action)
        box.addButton(RichMessageBox.StandardButton.Ok)
        box.setDefaultButton(RichMessageBox.StandardButton.Ok)
        box.setEscapeButton(RichMessageBox.StandardButton.Ok)
        box.buttonClicked.connect(self._on_about_button)
        box.open()

    @Slot("QAbstractButton*")
    def _on_about_button(self, button: QAbstractButton) -> None:
        if button is self._more:
            self.licences.show()

    @staticmethod
    def versions() -> str:
        """Return the versions of the program and of what it stands on."""
        parts = {"nngui": "nngui", "PyTorch": "torch", "Qt": "PySide6-Essentials"}
        versions = [f"{name} {version(package)}" for name, package in parts.items()]
        versions += [f"pyqtgraph {version('pyqtgraph')}", f"Python {platform.python_version()}"]
        return " · ".join(versions)

    def _box(self, title: str, text: str) -> RichMessageBox:
        box = RichMessageBox(self._window)
        box.setWindowTitle(title)
        box.setText(text)
        box.finished.connect(box.deleteLater)
        return box
