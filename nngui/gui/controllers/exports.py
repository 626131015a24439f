"""What a user takes away of the open tab: settings, script, code, losses, pictures, a film."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from nngui.core.errors import NnguiError
from nngui.files.atomic import replacing
from nngui.gui.controllers.film import Film
from nngui.gui.panels.pictures import PICTURE_SCALE, picture
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QDeadlineTimer

    from nngui.gui.controllers.documents import Documents
    from nngui.gui.controllers.host import Host
    from nngui.gui.plots.kit.numbers import Series
    from nngui.gui.training.run import Run


class Exports(QObject):
    """Copies and saves what the open tab has, and what stands in a widget of it.

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    """

    message = Signal(str, str)

    def __init__(self, host: Host, documents: Documents) -> None:
        super().__init__(host.window())
        self._host, self._documents = host, documents
        self._film = Film(self)
        self._film.message.connect(self.message)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Wait for a film that is being written."""
        return self._film.close(deadline)

    @Slot()
    def save_settings(self) -> None:
        """Ask for a file and write the settings there."""
        self._documents.save_settings(self._host.tab.run)

    @Slot()
    def save_script(self) -> None:
        """Ask for a file and write the script there that the code panel shows."""
        code = self._host.tab.code
        try:
            write = code.writer()
        except NnguiError as error:
            self.message.emit("info", shown_sentence(error))
            return
        self._documents.save_script(code.name, write)

    @Slot()
    def save_history(self) -> None:
        """Ask for a file and write the losses there, if there are any."""
        if self._host.tab.run.steps_done:
            self._documents.save_history(self._host.tab.run)
        else:
            self.message.emit("info", self.tr("There are no losses yet: train first."))

    @Slot()
    def copy_code(self) -> None:
        """Put the script that the code panel shows into the clipboard."""
        code = self._host.tab.side.code.editor.toPlainText()
        if not code:
            self.message.emit("info", self._host.tab.side.code.note.text())
            return
        QGuiApplication.clipboard().setText(code)
        self.message.emit("info", self.tr("The code is in the clipboard."))

    # Pictures and their numbers ------------------------------------------------------------------

    def export_card(self, what: str, _checked: bool = False) -> None:
        """Do what a card's menu offers with the card of the open tab's own views."""
        self._export(what, self._host.tab.card)

    def export_tab(self, what: str, _checked: bool = False) -> None:
        """Do it with the whole open tab."""
        self._export(what, self._host.tab)

    @Slot(str, QWidget)
    def export_widget(self, what: str, widget: QWidget) -> None:
        """Do it with a part of the open tab; ``losses`` are those of all steps."""
        if what == "losses":
            self.save_history()
        else:
            self._export(what, widget)

    def _export(self, what: str, widget: QWidget) -> None:
        """Do what a card's menu offers: ``copy``, ``save``, ``numbers`` or ``record``."""
        does: dict[str, Callable[[Run, QWidget], None]] = {
            "copy": self._copy,
            "save": self._documents.save_plot,
            "numbers": self._save_numbers,
            "record": self._record,
        }
        does[what](self._host.tab.run, widget)

    def _copy(self, _run: Run, widget: QWidget) -> None:
        QGuiApplication.clipboard().setImage(picture(widget, PICTURE_SCALE))
        self.message.emit("info", self.tr("The picture is in the clipboard."))

    def _save_numbers(self, run: Run, widget: QWidget) -> None:
        from nngui.gui.plots.kit.numbers import series_of  # imports pyqtgraph

        found = series_of(widget)
        if not found:
            text = self.tr("There are no numbers in it yet: train first.")
            if run.steps_done:
                text = self.tr(
                    "This view draws no numbers. File, Export, History has those of each step."
                )
            self.message.emit("info", text)
            return

        def write(path: Path) -> None:
            write_series(path, found)
            self.message.emit("info", self.tr("Saved as {path}.").format(path=path))

        name, filters = f"{run.task.name}_plot.csv", self.tr("Table (*.csv)")
        self._documents.ask_to_save(name, filters, write)

    def _record(self, run: Run, widget: QWidget) -> None:
        def begin(path: Path) -> None:
            self._film.begin(run, widget, path)

        self._documents.ask_to_save(f"{run.task.name}.gif", self.tr("Film (*.gif)"), begin)


def write_series(path: Path, found: list[Series]) -> None:
    """Write what plots draw: a row for each place, floats so that they read back exactly.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    from nngui.gui.plots.kit.numbers import HEADER

    with replacing(path) as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(HEADER)
        for series in found:
            for row in series.rows:
                places = [repr(part) if isinstance(part, float) else part for part in row]
                table.writerow([series.plot, series.name, *places, *[""] * (3 - len(row))])
