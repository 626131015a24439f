"""Opening a user's own table: looked at beside the window, asked about, then taken."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from nngui.core.errors import NnguiError
from nngui.core.folders import pasted_folder
from nngui.core.spec.table import EXAMPLE, TableSpec, TabularData, table_settings
from nngui.core.spec.toml import with_settings
from nngui.files.tables.format import format_of
from nngui.files.tables.table import table_path
from nngui.gui.background import Background
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.files.tables.format import TableFormat
    from nngui.files.tables.table import Table
    from nngui.files.tables.training_data import TableData
    from nngui.gui.controllers.documents import Documents
    from nngui.gui.controllers.host import Host
    from nngui.gui.dialogs.table_dialog import TableDialog
    from nngui.gui.dialogs.table_models import Column

ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".dat", ".data", ".xlsx", ".parquet", ".npy", ".npz")
TABLE = "data.table"
EXAMPLES = {  # by which task they are for
    "iris": "classification",
    "wine": "classification",
    "breast_cancer": "classification",
    "diabetes": "regression",
}


def is_table(path: Path) -> bool:
    """Return whether a file is for `TableOpener`, by its name."""
    return path.suffix.lower() in ENDINGS and path.is_file()


def _has_open(spec: Spec, path: str) -> bool:
    """Return whether the settings train on this very table."""
    data = spec.data
    return isinstance(data, TabularData) and data.kind == "table" and data.table.path == path


class TableOpener(QObject):
    """Asks for a table, shows what is in it, and makes settings of it.

    Parameters
    ----------
    tasks : list of Task

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    opened : str, Spec
        A task's name, and its settings with this table.
    opened_path : Path
        The file that it came from.
    """

    message = Signal(str, str)
    opened = Signal(str, object)
    opened_path = Signal(object)
    _progressed = Signal(int, float)

    def __init__(
        self,
        host: Host,
        documents: Documents,
        tasks: list[Task],
    ) -> None:
        super().__init__(host.window())
        self._host, self._documents = host, documents
        self._tasks = {task.name: task for task in tasks}
        self._dialog: TableDialog | None = None
        self._whole: Table | None = None  # what the dialog shows, once all of it has been read
        self._reading = 0  # which reading is the newest
        self._cancelled = threading.Event()
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)
        self._progressed.connect(self._on_progressed)

    @Slot()
    def ask_for_file(self) -> None:
        """Ask for a table and open it."""
        endings = " ".join(f"*{ending}" for ending in ENDINGS)
        filters = self.tr("Tables ({endings})").format(endings=endings)
        self._documents.ask_to_open(f"{filters};;{self.tr('All files (*)')}", self.open)

    @Slot()
    def paste(self) -> None:
        """Open the cells that are in the clipboard."""
        from nngui.files.tables.reader import paste_table

        text = QGuiApplication.clipboard().text()
        self._background.start(
            lambda: paste_table(text, pasted_folder()), lambda path: self.open(path), writes=True
        )

    def open_example(self, name: str) -> None:
        """Train on a table that comes with the program, without asking."""
        self._take(EXAMPLES[name], {"path": f"{EXAMPLE}{name}"})

    @Slot(object)
    def ask_again(self, present: TableSpec) -> None:
        """Show the table that is open once more, to use it in another way; or ask for one."""
        try:
            path = table_path(present)
        except NnguiError:
            self.ask_for_file()
        else:
            self.open(path, present)

    def open(self, path: Path, present: TableSpec | None = None) -> None:
        """Show what is in a file, and ask what is to be predicted.

        Parameters
        ----------
        present : TableSpec, optional
            How the table is used so far.
        """
        from nngui.files.tables.kinds.binary import sheets
        from nngui.files.tables.reader import preview_table

        def look() -> tuple[Table, list[str]]:
            table = preview_table(path.absolute(), format_of(present) if present else None)
            return table, sheets(path) if table.kind == "excel" else []

        self._background.start(look, lambda found: self._ask(found[0], found[1], present))

    def close(self, deadline: QDeadlineTimer) -> None:
        """Give up what is being read."""
        self._cancelled.set()
        self._background.close(deadline)

    # The dialog ----------------------------------------------------------------------------------

    def _ask(self, table: Table, sheets: list[str], present: TableSpec | None) -> None:
        from nngui.gui.dialogs.table_dialog import TableDialog

        if self._dialog is not None:
            self._dialog.reject()
        dialog = self._dialog = TableDialog(table.path, sheets, self._host.window())
        dialog.format_changed.connect(self._on_format)
        dialog.accepted.connect(self._on_accepted)
        dialog.finished.connect(self._on_finished)
        dialog.show_beginning(table)
        if present is not None:
            dialog.show_choice(present)
        dialog.open()
        self._read(table.path, format_of(present) if present else None)

    def _read(self, path: Path, wanted: TableFormat | None) -> None:
        """Read all of it beside the window, while the user looks at the beginning."""
        from nngui.files.progress import CancelledError, Progress
        from nngui.files.tables.reader import read_table
        from nngui.gui.dialogs.table_models import columns_of

        self._cancelled.set()
        self._whole = None
        self._reading += 1
        number, cancelled = self._reading, threading.Event()
        self._cancelled = cancelled
        progress = Progress(lambda share: self._progressed.emit(number, share), cancelled.is_set)

        def read() -> tuple[Table, list[Column]] | NnguiError | None:
            try:
                table = read_table(path, wanted, progress=progress)
                return table, columns_of(table, TableSpec())
            except CancelledError:
                return None
            except NnguiError as error:
                return error

        def then(found: tuple[Table, list[Column]] | NnguiError | None) -> None:
            if self._dialog is None or number != self._reading or found is None:
                return
            if isinstance(found, NnguiError):
                self._dialog.show_problem(shown_sentence(found))
            else:
                self._whole = found[0]
                self._dialog.show_whole(*found)

        self._background.start(read, then)

    @Slot(int, float)
    def _on_progressed(self, number: int, share: float) -> None:
        if self._dialog is not None and number == self._reading:
            self._dialog.show_progress(share)

    @Slot(object)
    def _on_format(self, wanted: TableFormat) -> None:
        from nngui.files.tables.reader import preview_table

        dialog = self._dialog
        assert dialog is not None
        path = dialog.path
        try:
            dialog.show_beginning(preview_table(path, wanted))
        except NnguiError as error:
            dialog.show_problem(shown_sentence(error))
            return
        self._read(path, wanted)

    @Slot()
    def _on_accepted(self) -> None:
        dialog = self._dialog
        assert dialog is not None
        self._take(dialog.task, dialog.choice(), self._whole)

    @Slot()
    def _on_finished(self) -> None:
        self._cancelled.set()
        self._reading += 1
        self._dialog = self._whole = None

    # The settings --------------------------------------------------------------------------------

    def _take(self, task: str, table: dict[str, Any], read: Table | None = None) -> None:
        """Make the data of it beside the window: the run finds them made."""
        from nngui.files.tables.training_data import table_data

        chosen = TableSpec(**table)
        classes = task == "classification"

        def then(made: TableData) -> None:
            present = self._host.spec_of(self._tasks[task])
            settings = table_settings(len(made.x), **chosen.model_dump())
            if _has_open(present, chosen.path):  # what the user has set since stays as it is
                settings = {key: v for key, v in settings.items() if key.startswith(f"{TABLE}.")}
            try:
                spec: Spec = with_settings(present, settings)
            except NnguiError as error:
                self._on_failed(error)
                return
            self.opened.emit(task, spec)
            if made.report.notes:
                notes = (shown_sentence(note) for note in made.report.notes)
                self.message.emit("info", " ".join(notes))
            if not chosen.path.startswith(EXAMPLE):
                self.opened_path.emit(Path(chosen.path))

        self._background.start(lambda: table_data(chosen, classes=classes, read=read), then)

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self.message.emit("error", shown_sentence(error))
