"""Predictions of a network for pictures: of one that is shown, or of a folder of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nngui.core.errors import NnguiError
from nngui.gui.background import Background
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtCore import QDeadlineTimer
    from torch import nn

    from nngui.core.data.image_preparation import ImagePreparation
    from nngui.files.picture_predictions import PictureAnswer
    from nngui.gui.controllers.documents import Documents
    from nngui.gui.controllers.host import Host
    from nngui.gui.dialogs.picture_dialog import PictureDialog


class PicturePredictor(QObject):
    """Opens the dialog for a network, and reads pictures beside the window.

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    """

    message = Signal(str, str)

    def __init__(self, host: Host, documents: Documents) -> None:
        super().__init__(host.window())
        self._host, self._documents = host, documents
        self._dialog: PictureDialog | None = None
        self._asked: tuple[nn.Module, ImagePreparation] | None = None
        self._turn = 0  # which picture is the newest
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Wait for a file that is being written."""
        return self._background.close(deadline)

    def show(
        self, name: str, net: nn.Module, images: ImagePreparation, picture: Path | None = None
    ) -> None:
        """Show the dialog for a network, which nobody else trains or asks.

        Parameters
        ----------
        picture : Path, optional
            What it is asked about at once.
        """
        from nngui.gui.dialogs.picture_dialog import PictureDialog

        if self._dialog is not None:
            self._dialog.reject()
        net.eval()  # it stays so: several pictures may be asked about at once
        self._asked = net, images
        dialog = PictureDialog(name, images, self._host.colours(), self._host.window())
        dialog.picture_requested.connect(self._ask_for_picture)
        dialog.folder_requested.connect(self._ask_for_folder)
        dialog.path_given.connect(self._ask_about_file)
        dialog.pixels_given.connect(self._ask_about_pixels)
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        dialog.open()
        if picture is not None:
            self._ask_about_file(picture)

    # One picture ---------------------------------------------------------------------------------

    @Slot()
    def _ask_for_picture(self) -> None:
        from nngui.files.images.layout import SUFFIXES

        endings = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        pictures = self.tr("Pictures ({endings})").format(endings=endings)
        everything = self.tr("All files (*)")
        self._documents.ask_to_open(f"{pictures};;{everything}", self._ask_about_file)

    @Slot(object)
    def _ask_about_file(self, path: Path) -> None:
        if self._dialog is None or self._asked is None:
            return
        net, images = self._asked
        self._dialog.show_reading(path.name)

        def work() -> PictureAnswer:
            from nngui.files.picture_predictions import ask_about_file

            return ask_about_file(net, images, path)

        self._ask(work)

    @Slot(object)
    def _ask_about_pixels(self, rgba: NDArray[np.uint8]) -> None:
        if self._asked is None:
            return
        net, images = self._asked

        def work() -> PictureAnswer:
            from nngui.files.picture_predictions import ask_about_pixels

            return ask_about_pixels(net, images, rgba)

        self._ask(work)

    def _ask(self, work: Callable[[], PictureAnswer]) -> None:
        """Read and ask beside the window; only the newest picture's answer is shown."""
        self._turn += 1
        turn = self._turn

        def read() -> PictureAnswer | NnguiError:
            try:
                return work()
            except NnguiError as error:
                return error

        def show(found: PictureAnswer | NnguiError) -> None:
            if self._dialog is None or turn != self._turn:
                return
            if isinstance(found, NnguiError):
                self._dialog.show_problem(shown_sentence(found))
            else:
                self._dialog.show_answer(found)

        self._background.start(read, show)

    # A folder ------------------------------------------------------------------------------------

    @Slot()
    def _ask_for_folder(self) -> None:
        self._documents.ask_for_folder(self._ask_where)

    def _ask_where(self, folder: Path) -> None:
        name = f"{folder.name or 'pictures'}-predicted.csv"
        self._documents.ask_to_save(
            name, self.tr("Table (*.csv)"), lambda path: self._predict_folder(folder, path)
        )

    def _predict_folder(self, folder: Path, path: Path) -> None:
        if self._dialog is None or self._asked is None:
            return
        net, images = self._asked

        def work() -> tuple[int, tuple[NnguiError, ...]]:
            from nngui.files.picture_predictions import ask_about
            from nngui.files.predictions import save_predictions

            found = ask_about(net, images, folder)
            save_predictions(found.frame(), path)
            return len(found.files), found.notes()

        def then(found: tuple[int, tuple[NnguiError, ...]]) -> None:
            rows, notes = found
            text = self.tr("{n} pictures were predicted and saved as {path}.")
            text = text.format(n=f"{rows:,}", path=path)
            said = [text, *(shown_sentence(note) for note in notes)]
            self.message.emit("warning" if notes else "info", "\n".join(said))

        self._dialog.accept()  # the answer stands in the window
        self._background.start(work, then, writes=True)

    @Slot()
    def _on_finished(self) -> None:
        self._turn += 1
        self._dialog = self._asked = None

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self.message.emit("error", shown_sentence(error))
