"""Opening a user's own table: looked at beside the window, asked about, then taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from nngui.core.errors import NnguiError
from nngui.core.folders import pasted_folder
from nngui.core.spec.table import EXAMPLE, TableSpec, TabularData
from nngui.core.spec.toml import with_settings
from nngui.files.tables.table import table_path
from nngui.gui.background import Background
from nngui.gui.controllers.newest import Newest
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.files.tables.survey.surveyor import Survey, Surveyor
    from nngui.files.tables.table import Table
    from nngui.files.tables.training_data import TableData
    from nngui.gui.controllers.documents import Documents
    from nngui.gui.controllers.host import Host
    from nngui.gui.dialogs.table_dialog import TableDialog

ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".dat", ".data", ".xlsx", ".parquet", ".npy", ".npz")
TABLE = "data.table"
CLASSIFICATION = "classification"
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
    images_found : Path
        The table's rows are images: here they are.
    """

    message = Signal(str, str)
    opened = Signal(str, object)
    opened_path = Signal(object)
    images_found = Signal(object)

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
        self._surveyor: Surveyor | None = None  # of what the dialog shows
        self._is_whole = False  # it has all rows
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)
        self._reader, self._looker = Newest(self._background), Newest(self._background)
        self._reader.progressed.connect(self._on_progressed)
        for one in (self._reader, self._looker):
            one.failed.connect(self._on_unreadable)

    @Slot()
    def ask_for_file(self) -> None:
        """Ask for a table and open it."""
        endings = " ".join(f"*{ending}" for ending in ENDINGS)
        filters = self.tr("Tables ({endings})").format(endings=endings)
        everything = self.tr("All files (*)")
        self._documents.ask_to_open(f"{filters};;{everything}", self.open)

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

    @Slot(object, str)
    def ask_again(self, present: TableSpec, column: str = "") -> None:
        """Show the table that is open once more, to use it in another way; or ask for one.

        Parameters
        ----------
        column : str, optional
            At which of its columns.
        """
        try:
            path = table_path(present)
        except NnguiError:
            self.ask_for_file()
        else:
            self.open(path, present, column)

    def open(self, path: Path, present: TableSpec | None = None, column: str = "") -> None:
        """Show what is in a file, and ask what is to be predicted.

        Parameters
        ----------
        present : TableSpec, optional
            How the table is used so far.
        column : str, optional
            At which of its columns to begin.
        """
        from nngui.files.tables.formats.binary import sheets
        from nngui.files.tables.survey.looking import look_at_beginning

        spec = present or TableSpec(path=str(path))
        classes = self._present_classes(spec)

        def look() -> tuple[Surveyor, Survey, list[str]]:
            surveyor = look_at_beginning(path.absolute(), spec)
            book = sheets(path) if surveyor.table.kind == "excel" else []
            return surveyor, surveyor.survey(spec, classes=classes), book

        def ask(found: tuple[Surveyor, Survey, list[str]]) -> None:
            self._ask(*found, spec=spec, classes=classes, column=column)

        self._background.start(look, ask)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Give up what is being read."""
        self._give_up()
        return self._background.close(deadline)

    # The dialog ----------------------------------------------------------------------------------

    def _ask(
        self,
        surveyor: Surveyor,
        survey: Survey,
        book: list[str],
        *,
        spec: TableSpec,
        classes: bool | None,
        column: str,
    ) -> None:
        from nngui.gui.dialogs.table_dialog import TableDialog

        if self._dialog is not None:
            self._dialog.reject()
        table = surveyor.table
        dialog = self._dialog = TableDialog(table.path, table.kind, book, spec, self._host.window())
        dialog.classes = classes
        dialog.format_changed.connect(self._on_format)
        dialog.changed.connect(self._survey)
        dialog.images_requested.connect(self._on_images)
        dialog.accepted.connect(self._on_accepted)
        dialog.finished.connect(self._on_finished)
        self._surveyor, self._is_whole = surveyor, False
        dialog.show_beginning(surveyor.raw, table.format)
        dialog.show_survey(survey, is_whole=False)
        dialog.open()
        dialog.point_at(column)
        self._read(dialog)

    def _read(self, dialog: TableDialog) -> None:
        """Read all of it, while the user looks at the beginning and changes what it is for."""
        from nngui.files.tables.survey.looking import look_at_whole

        beginning, path, spec = self._surveyor, dialog.path, dialog.spec
        assert beginning is not None

        def then(surveyor: Surveyor) -> None:
            self._surveyor, self._is_whole = surveyor, True
            self._survey()

        self._reader.start(lambda progress: look_at_whole(path, spec, beginning, progress), then)

    @Slot()
    def _survey(self) -> None:
        """Work out what the settings of the dialog come to."""
        from nngui.files.images.pixel_table import pixel_side

        surveyor, dialog, is_whole = self._surveyor, self._dialog, self._is_whole
        if surveyor is None or dialog is None:
            return
        spec, classes = dialog.spec, dialog.classes

        def look(_progress: object) -> tuple[Survey, int]:
            survey = surveyor.survey(spec, classes=classes)
            side = pixel_side(surveyor.table.frame, survey.target) if is_whole else 0
            return survey, side

        def then(found: tuple[Survey, int]) -> None:
            dialog.show_survey(*found, is_whole=is_whole)

        self._looker.start(look, then)

    @Slot()
    def _on_format(self) -> None:
        """Look at the beginning once more, and read all of it once more."""
        from nngui.files.tables.survey.looking import look_at_beginning

        dialog = self._dialog
        assert dialog is not None
        self._reader.stop()
        self._surveyor, self._is_whole = None, False
        path, spec, classes = dialog.path, dialog.spec, dialog.classes

        def look(_progress: object) -> tuple[Surveyor, Survey]:
            surveyor = look_at_beginning(path, spec)
            return surveyor, surveyor.survey(spec, classes=classes)

        def then(found: tuple[Surveyor, Survey]) -> None:
            self._surveyor, survey = found
            dialog.show_beginning(self._surveyor.raw, self._surveyor.table.format)
            dialog.show_survey(survey, is_whole=False)
            self._read(dialog)

        self._looker.start(look, then)

    @Slot(float)
    def _on_progressed(self, share: float) -> None:
        if self._dialog is not None:
            self._dialog.show_progress(share)

    @Slot(object)
    def _on_unreadable(self, error: NnguiError) -> None:
        self._surveyor = None
        if self._dialog is not None:
            self._dialog.show_problem(shown_sentence(error))

    @Slot()
    def _on_images(self) -> None:
        """Write the rows as images, and give them to whom images are for."""
        from nngui.files.images.pixel_table import pixel_file, write_pixels

        dialog, surveyor = self._dialog, self._surveyor
        assert dialog is not None
        assert surveyor is not None
        assert dialog.survey is not None
        frame, label = surveyor.table.frame, dialog.survey.target
        path = pixel_file(pasted_folder(), dialog.path)
        dialog.reject()
        self._background.start(
            lambda: write_pixels(path, frame, label),
            lambda _none: self.images_found.emit(path),
            writes=True,
        )

    @Slot()
    def _on_accepted(self) -> None:
        dialog, surveyor = self._dialog, self._surveyor
        assert dialog is not None
        assert surveyor is not None
        self._take(dialog.task, dialog.choice(), surveyor.table)

    @Slot()
    def _on_finished(self) -> None:
        self._give_up()
        self._dialog = self._surveyor = None

    def _give_up(self) -> None:
        self._reader.stop()
        self._looker.stop()

    # The settings --------------------------------------------------------------------------------

    def _present_classes(self, spec: TableSpec) -> bool | None:
        """Return whether the open tab tells classes of this table apart; None where it has it not.

        What was chosen stays chosen.
        """
        name = self._host.tab.task.name
        if name not in self._tasks or not spec.target:
            return None
        if not _has_open(self._host.spec_of(self._tasks[name]), spec.path):
            return None
        return name == CLASSIFICATION

    def _take(self, task: str, table: dict[str, Any], read: Table | None = None) -> None:
        """Make the data of it beside the window: the run finds them made."""
        from nngui.files.tables.training_data import settings_of, table_data

        chosen = TableSpec(**table)
        classes = task == CLASSIFICATION

        def then(made: TableData) -> None:
            present = self._host.spec_of(self._tasks[task])
            settings = settings_of(made, chosen)
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
