"""Opening a person's own images: an IDX file, or a folder with a folder for each class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from nngui.core.errors import NnguiError
from nngui.core.spec_text import with_settings
from nngui.gui.background import Background
from nngui.gui.translation import shown_sentence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nngui.core.spec import Spec
    from nngui.files.image_folder import ImageSizesError
    from nngui.gui.documents import Documents


IDX = b"\0\0\x08\x03"  # bytes in three directions: images, a row after the other


def is_images(path: Path) -> bool:
    """Return whether something is for `ImageOpener`: by its name, or by how an IDX file begins."""
    name = path.name.lower().removesuffix(".gz")
    return path.is_dir() or name.endswith(("ubyte", ".idx")) or _begins_as_idx(path)


def _begins_as_idx(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(IDX)) == IDX
    except OSError:  # whoever opens it will say so
        return False


class ImageOpener(QObject):
    """Asks where the images are, looks at them beside the window, and offers to scale them.

    Parameters
    ----------
    present : callable
        Returns the settings of the images' task as they are now.

    Signals
    -------
    said : str, str
        A level and a sentence for the person.
    opened : Spec
        The settings with these images.
    used : Path
        The file or the folder that they came from.
    """

    said = Signal(str, str)
    opened = Signal(object)
    used = Signal(object)

    def __init__(self, window: QWidget, documents: Documents, present: Callable[[], Spec]) -> None:
        super().__init__(window)
        self._window, self._documents, self._present = window, documents, present
        self._scaling: tuple[Path, int] | None = None
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)

    @Slot()
    def ask_for_file(self) -> None:
        """Ask for an IDX file and open it."""
        filters = self.tr("IDX images (*ubyte *ubyte.gz *.idx *.idx.gz);;All files (*)")
        self._documents.ask_to_open(filters, self.open)

    @Slot()
    def choose(self) -> None:
        """Offer both, where the mouse is."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Open images (IDX)…"), self.ask_for_file)
        menu.addAction(self.tr("Open image folder…"), self.ask_for_folder)
        menu.popup(QCursor.pos())

    @Slot()
    def ask_for_folder(self) -> None:
        """Ask for a folder of images and open it."""
        self._documents.ask_for_folder(self.open)

    def open(self, path: Path, side: int = 0) -> None:
        """Look at the images beside the window, then take them as the data.

        Parameters
        ----------
        side : int
            Scale them to squares of so many pixels; 0: as they are.
        """
        from nngui.files.image_folder import ImageSizesError  # these import numpy
        from nngui.files.images import read_images

        def look() -> ImageSizesError | None:
            try:
                read_images(path, side=side)  # kept: the run finds them read
            except ImageSizesError as error:
                return error
            return None

        def then(error: ImageSizesError | None) -> None:
            if error is not None:
                self._offer_scaling(path, error)
            else:
                self._take(path, side)

        self._background.start(look, then)

    def close(self) -> None:
        """Wait for what is being read."""
        self._background.close()

    def _take(self, path: Path, side: int) -> None:
        settings = {"data.kind": "file", "data.path": str(path), "data.side": side}
        try:
            spec: Spec = with_settings(self._present(), settings)
        except NnguiError as error:
            self._on_failed(error)
            return
        self.opened.emit(spec)
        self.used.emit(path)

    def _offer_scaling(self, path: Path, error: ImageSizesError) -> None:
        self._scaling = path, error.side
        box = QMessageBox(self._window)
        box.setWindowTitle(self.tr("Images of different sizes"))
        most = list(error.sizes.items())[:3]
        sizes = ", ".join(f"{width}×{height} ({count:,})" for (width, height), count in most)
        if len(error.sizes) > len(most):
            sizes += ", …"
        text = self.tr(
            "The network needs images of one size; in {name} there are {sizes}. "
            "Scale them all to {side}×{side} pixels?"
        )
        box.setText(text.format(name=path.name, sizes=sizes, side=error.side))
        scale = box.addButton(self.tr("Scale them"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(scale)
        box.accepted.connect(self._on_scale)
        box.finished.connect(box.deleteLater)
        box.open()

    @Slot()
    def _on_scale(self) -> None:
        if self._scaling is not None:
            self.open(*self._scaling)

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self.said.emit("error", shown_sentence(error))
