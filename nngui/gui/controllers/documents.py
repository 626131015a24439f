"""What the window reads and writes: settings, scripts, losses, pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QObject,
    QStandardPaths,
    Signal,
    Slot,
)

from nngui.core.errors import NnguiError, SettingError
from nngui.core.inspectors.loader import replay_batches
from nngui.core.spec.toml import to_toml, with_settings
from nngui.core.text import mark
from nngui.files import settings_file
from nngui.files.atomic import replacing, write_text
from nngui.files.runs.history_csv import write_batch, write_header, write_history
from nngui.gui.background import Background
from nngui.gui.panels.pictures import write_picture
from nngui.gui.style.labels import FileDialog
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QDeadlineTimer
    from PySide6.QtWidgets import QWidget

    from nngui.core.records.history import History
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.training.run import Run


class Documents(QObject):
    """Asks where, writes or reads there, and says what came of it; never blocks the window.

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    opened : Task, Spec
        Settings were read from a file.
    opened_path : Path
        A settings file was opened or saved.
    """

    message = Signal(str, str)
    opened = Signal(object, object)
    opened_path = Signal(object)

    def __init__(self, window: QWidget, tasks: list[Task]) -> None:
        super().__init__(window)
        self._window, self._tasks = window, {task.name: task for task in tasks}
        place = QStandardPaths.StandardLocation.DocumentsLocation
        self._folder = QStandardPaths.writableLocation(place)  # then the one used last
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)
        self._then: Callable[[Path], None] = self.read_settings

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Wait for a file that is being written."""
        return self._background.close(deadline)

    def set_folder(self, folder: Path) -> None:
        """Have the next file dialog begin there."""
        self._folder = str(folder)

    def save_settings(self, run: Run) -> None:
        """Ask for a file and write the settings that the form shows as TOML."""
        text = to_toml(run.task.name, run.viewed_spec)

        def write(path: Path) -> None:
            write_text(path, text)
            self.opened_path.emit(path)

        self._ask(f"{run.task.name}.nngui.toml", self.tr("Settings (*.toml)"), write)

    def save_script(self, name: str, write_script: Callable[[Path], list[Path]]) -> None:
        """Ask for a file and write a stand-alone script, with the files that it reads beside it."""

        def write(path: Path) -> None:
            *_, last = files = write_script(path)
            text = self.tr("Saved as {path}.").format(path=path)
            if len(files) > 1:
                more = self.tr("The parameters that it starts from are beside it, in {name}.")
                text += " " + more.format(name=last.name)
            self.message.emit("info", text)

        self.ask_to_save(name, self.tr("Python (*.py)"), write)

    def save_history(self, run: Run) -> None:
        """Ask for a file and write the losses as CSV; where nothing is trained, the batches."""
        history, task, spec, journal = run.history, run.task, run.spec, run.journal

        def write(path: Path) -> None:
            with replacing(path) as file:
                write_history(file, history, journal)

        def write_beside(path: Path) -> None:
            text = self.tr("Saved as {path}.").format(path=path)
            self._background.start(
                lambda: write_batches(path, task, spec, history),
                lambda _: self.message.emit("info", text),
                writes=True,
            )

        name, filters = f"{task.name}.csv", self.tr("Table (*.csv)")
        if spec.optimizers():
            self._ask(name, filters, write)
        else:
            self.ask_to_save(name, filters, write_beside)

    def save_plot(self, run: Run, plot: QWidget) -> None:
        """Ask for a file and write the picture of a plot, as PNG at twice its size or as SVG."""
        filters = self.tr("Picture (*.png *.svg)")
        self._ask(f"{run.task.name}.png", filters, lambda path: write_picture(plot, path))

    def open_settings(self) -> None:
        """Ask for a settings file and read it."""
        self.ask_to_open(self.tr("Settings (*.toml)"), self.read_settings)

    def ask_to_open(self, filters: str, read: Callable[[Path], None]) -> None:
        """Ask for a file that is there, and read it."""
        dialog = self._dialog(filters, read)
        dialog.setFileMode(FileDialog.FileMode.ExistingFile)
        dialog.open()

    def ask_for_folder(self, read: Callable[[Path], None]) -> None:
        """Ask for a folder that is there, and read it."""
        dialog = self._dialog("", read)
        dialog.setFileMode(FileDialog.FileMode.Directory)
        dialog.setOption(FileDialog.Option.ShowDirsOnly)
        dialog.open()

    def read_settings(self, path: Path) -> None:
        """Read a settings file and emit `opened`."""
        document = settings_file.read_settings(path)
        name = document.pop("task", "")
        if not isinstance(name, str) or name not in self._tasks:
            text = mark(
                "core", "{path} holds no settings of this program: it names no task that is here."
            )
            raise SettingError(text, path=path)
        task = self._tasks[name]
        spec: Spec = with_settings(task.spec, document)
        self.opened.emit(task, spec)
        self.opened_path.emit(path)

    def _ask(self, name: str, filters: str, write: Callable[[Path], None]) -> None:
        def save(path: Path) -> None:
            write(path)
            self.message.emit("info", self.tr("Saved as {path}.").format(path=path))

        self.ask_to_save(name, filters, save)

    def ask_to_save(self, name: str, filters: str, write: Callable[[Path], None]) -> None:
        """Ask where to, offering a name, and write there."""
        dialog = self._dialog(filters, write)
        dialog.setAcceptMode(FileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(name)
        dialog.setDefaultSuffix(Path(name).suffix)

        def follow(chosen: str) -> None:
            """Give the name the ending of the kind of file that was chosen."""
            ending = chosen.partition("*")[2].split(")")[0].split()[0]
            dialog.setDefaultSuffix(ending)
            files = dialog.selectedFiles()
            dialog.selectFile(Path(files[0] if files else name).with_suffix(ending).name)

        dialog.filterSelected.connect(follow)
        dialog.open()

    def _dialog(self, filters: str, then: Callable[[Path], None]) -> FileDialog:
        dialog = FileDialog(self._window)
        dialog.setNameFilter(filters)
        dialog.setDirectory(self._folder)
        labels = FileDialog.DialogLabel  # Qt's own Chinese leaves these two in English
        dialog.setLabelText(labels.LookIn, self.tr("Look in:"))
        dialog.setLabelText(labels.FileType, self.tr("Files of type:"))
        self._then = then
        dialog.filesSelected.connect(self._on_chosen)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    @Slot("QStringList")
    def _on_chosen(self, names: list[str]) -> None:
        """Use the file that was typed; Qt names a selected one of the same name behind it."""
        path = Path(names[0])
        self._folder = str(path.parent)
        self._try(self._then, path)

    def open_settings_file(self, path: Path) -> None:
        """Read a settings file, and say so if that fails."""
        self._try(self.read_settings, path)

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self.message.emit("error", shown_sentence(error))

    def _try(self, use: Callable[[Path], None], path: Path) -> None:
        try:
            use(path)
        except NnguiError as error:
            self.message.emit("error", shown_sentence(error))


def write_batches(path: Path, task: Task, spec: Spec, history: History) -> None:
    """Write what a pass through the loader brought: a row a step, as far as its History goes.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    with replacing(path) as file:
        write_header(file, [*history.columns, "x", "y"])
        for step, place, *values in replay_batches(
            task, spec, history.first_exact + 1, len(history)
        ):
            write_batch(file, step, place, *values)
