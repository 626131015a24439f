"""Opening a user's own images: IDX files, arrays, or a folder with a folder for each class."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu

from nngui.core.errors import NnguiError
from nngui.core.spec.toml import with_settings
from nngui.files.images.start import fitting_batch_size, fitting_settings
from nngui.files.regular import open_regular
from nngui.gui.background import Background
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.files.images.reader import Images
    from nngui.files.images.survey import ImageSurvey
    from nngui.gui.controllers.documents import Documents
    from nngui.gui.controllers.host import Host
    from nngui.gui.dialogs.images_dialog import ImagesDialog


IMAGES = "cnn"  # the task that learns from images
IDX = b"\0\0\x08\x03"  # bytes in three directions: images, a row after the other
MAX_SAMPLES = 48  # images that are shown


def is_images(path: Path) -> bool:
    """Return whether something is for `ImageOpener`: by its name, or by what is in it."""
    name = path.name.lower().removesuffix(".gz")
    if path.suffix.lower() == ".npz":
        from nngui.files.images.arrays import holds_images  # imports numpy

        return holds_images(path)
    return path.is_dir() or name.endswith(("ubyte", ".idx")) or _begins_as_idx(path)


def _begins_as_idx(path: Path) -> bool:
    try:
        with open_regular(path) as file:
            return file.read(len(IDX)) == IDX
    except OSError:  # whoever opens it will say so
        return False


class ImageOpener(QObject):
    """Asks where the images are, shows what they are like, and makes settings of them.

    Parameters
    ----------
    tasks : list of Task
        One of them learns from images.

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    opened : Spec
        The settings with these images.
    opened_path : Path
        The file or the folder that they came from.
    """

    message = Signal(str, str)
    opened = Signal(object)
    opened_path = Signal(object)
    _progressed = Signal(int, float)

    def __init__(
        self,
        host: Host,
        documents: Documents,
        tasks: list[Task],
    ) -> None:
        super().__init__(host.window())
        self._host, self._documents, self._tasks = host, documents, tasks
        self._dialog: ImagesDialog | None = None
        self._survey: ImageSurvey | None = None  # what the dialog shows
        self._reading = 0  # which reading is the newest
        self._cancelled = threading.Event()
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)
        self._progressed.connect(self._on_progressed)

    @Slot()
    def ask_for_file(self) -> None:
        """Ask for a file of images and open it."""
        images = self.tr("Images (*ubyte *ubyte.gz *.idx *.idx.gz *.npz)")
        everything = self.tr("All files (*)")
        self._documents.ask_to_open(f"{images};;{everything}", self.open)

    @Slot()
    def choose(self) -> None:
        """Offer both, where the mouse is."""
        menu = QMenu(self._host.window())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Open images (IDX, NumPy)…"), self.ask_for_file)
        menu.addAction(self.tr("Open image folder…"), self.ask_for_folder)
        menu.popup(QCursor.pos())

    @Slot()
    def ask_for_folder(self) -> None:
        """Ask for a folder of images and open it."""
        self._documents.ask_for_folder(self.open)

    def open(self, path: Path) -> None:
        """Look at the images beside the window, and ask how they are to be used."""
        from nngui.files.images.survey import survey_images  # these import numpy
        from nngui.gui.dialogs.images_dialog import ImagesDialog

        if self._dialog is not None:
            self._dialog.reject()
        dialog = self._dialog = ImagesDialog(
            path.absolute(), self._host.colours(), self._host.window()
        )
        dialog.changed.connect(self._show_samples)
        dialog.images_requested.connect(self._on_images_requested)
        dialog.finished.connect(self._on_finished)
        dialog.open()

        def then(survey: ImageSurvey) -> None:
            self._survey = survey
            dialog.show_survey(survey, self._choice_so_far(dialog.path))
            self._show_samples()

        self._read(lambda progress: survey_images(dialog.path, progress), then, self._reject_images)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Give up what is being read."""
        self._cancelled.set()
        return self._background.close(deadline)

    # The dialog ----------------------------------------------------------------------------------

    def _read(
        self,
        work: Callable[[Any], Any],
        then: Callable[[Any], None],
        failed: Callable[[NnguiError], None],
    ) -> None:
        """Read beside the window, while the dialog is open; only the newest reading counts."""
        from nngui.files.progress import CancelledError, Progress

        self._cancelled.set()
        self._reading += 1
        number, cancelled = self._reading, threading.Event()
        self._cancelled = cancelled
        progress = Progress(lambda share: self._progressed.emit(number, share), cancelled.is_set)

        def read() -> Any:
            try:
                return work(progress)
            except CancelledError:
                return None
            except NnguiError as error:
                return error

        def show(found: Any) -> None:
            if self._dialog is None or number != self._reading or found is None:
                return
            if isinstance(found, NnguiError):
                failed(found)
            else:
                then(found)

        self._background.start(read, show)

    def _reject_images(self, error: NnguiError) -> None:
        """Say why these are no images to learn from."""
        assert self._dialog is not None
        self._dialog.reject()
        self._on_failed(error)

    @Slot()
    def _show_samples(self) -> None:
        from nngui.files.images.survey import sample_images

        dialog, survey = self._dialog, self._survey
        assert dialog is not None
        assert survey is not None
        choice = dialog.choice()

        def look(_watch: object) -> Images:
            size = choice["side"], choice["colours"], choice["fit"]
            return sample_images(survey, MAX_SAMPLES, *size)

        def failed(error: NnguiError) -> None:
            dialog.show_problem(shown_sentence(error))

        self._read(look, dialog.show_samples, failed)

    @Slot()
    def _on_images_requested(self) -> None:
        from nngui.files.images.reader import read_images

        dialog = self._dialog
        assert dialog is not None
        path, choice = dialog.path, dialog.choice()
        dialog.show_reading(self.tr("Reading the images …"))

        def read(progress: Any) -> Images:  # kept: the run finds them read
            wanted = choice["images"], choice["side"], choice["colours"]
            return read_images(path, *wanted, progress, how=choice["fit"])

        def then(images: Images) -> None:
            if dialog.has_news(images.left_out):  # found only now: it is asked about, once
                dialog.show_left_out(images.left_out)
                return
            dialog.accept()
            self._take(path, choice, len(images.x))

        def failed(error: NnguiError) -> None:
            dialog.show_problem(shown_sentence(error))

        self._read(read, then, failed)

    @Slot(int, float)
    def _on_progressed(self, number: int, share: float) -> None:
        if self._dialog is not None and number == self._reading:
            self._dialog.show_progress(share)

    @Slot()
    def _on_finished(self) -> None:
        self._cancelled.set()
        self._reading += 1
        self._dialog = self._survey = None

    # The settings --------------------------------------------------------------------------------

    def _present(self) -> Spec:
        """Return the settings of the images' task as they are now."""
        return self._host.spec_of(next(task for task in self._tasks if task.name == IMAGES))

    def _choice_so_far(self, path: Path) -> dict[str, Any]:
        """Return how these very images are used already."""
        data: Any = self._present().data
        if data.kind != "file" or data.path != str(path):
            return {}
        keys = "side", "colours", "images", "fit"
        return {key: getattr(data, key) for key in keys}

    def _take(self, path: Path, choice: dict[str, Any], n: int) -> None:
        """Make settings of them, of which n are there to train on.

        What has been set since they were opened stays, but for batches that they cannot fill.
        """
        present = self._present()
        settings = {f"data.{key}": value for key, value in choice.items()}
        settings |= {"data.kind": "file", "data.path": str(path)}
        size = present.schedule.batch_size
        if self._choice_so_far(path):
            training = n - int(n * present.schedule.validation)
            settings["schedule.batch_size"] = fitting_batch_size(size, training)
        else:
            settings |= fitting_settings(size, n)
        try:
            spec: Spec = with_settings(present, settings)
        except NnguiError as error:
            self._on_failed(error)
            return
        self.opened.emit(spec)
        self.opened_path.emit(path)

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self.message.emit("error", shown_sentence(error))
