"""Opening a file of any kind: from a dialog, the list of recent files, or dropped on the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QAction, QDropEvent
from typing_extensions import override

from nngui.files.images.layout import SUFFIXES
from nngui.gui.controllers.images import IMAGES, is_images
from nngui.gui.controllers.recent import SETTINGS
from nngui.gui.controllers.tables import is_table
from nngui.gui.training.pace import first_pace, paces

if TYPE_CHECKING:
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.controllers.documents import Documents
    from nngui.gui.controllers.host import Host
    from nngui.gui.controllers.images import ImageOpener
    from nngui.gui.controllers.model_opener import ModelOpener
    from nngui.gui.controllers.tables import TableOpener

DROPS = (QEvent.Type.DragEnter, QEvent.Type.Drop)


class OpenAny(QObject):
    """Gives a file to whom it is for, and the settings that come of it to their tab.

    Signals
    -------
    picture_given : Path
        A single picture: a network for images is to be asked about it.
    """

    picture_given = Signal(object)

    def __init__(
        self,
        host: Host,
        documents: Documents,
        images: ImageOpener,
        tables: TableOpener,
        models: ModelOpener,
    ) -> None:
        super().__init__(host.window())
        self._host, self._documents = host, documents
        self._images, self._tables, self._models = images, tables, models
        documents.opened.connect(self._on_settings)
        images.opened.connect(self._on_images)
        tables.opened.connect(self._on_table)
        tables.images_found.connect(images.open)
        host.window().setAcceptDrops(True)
        host.window().installEventFilter(self)

    @Slot(object)
    def open(self, path: Path) -> None:
        """Open settings, images, a table, a picture or a model, whichever it is."""
        if path.suffix.lower() == SETTINGS:
            self._documents.open_settings_file(path)
        elif is_images(path):
            self._images.open(path)
        elif is_table(path):
            self._tables.open(path)
        elif path.suffix.lower() in SUFFIXES:
            self.picture_given.emit(path)
        else:
            self._models.open(path)

    @Slot(QAction)
    def open_example(self, action: QAction) -> None:
        """Open the table that an entry of the menu names."""
        self._tables.open_example(action.data())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a single file that is dropped on the window."""
        if event.type() in DROPS and isinstance(event, QDropEvent):  # a drag that enters is one too
            path = _dropped_file(event.mimeData())
            if path is not None:
                event.acceptProposedAction()
                if event.type() == QEvent.Type.Drop:
                    self.open(path)
                return True
        return super().eventFilter(watched, event)

    # What became of it ---------------------------------------------------------------------------

    @Slot(object, object)
    def _on_settings(self, task: Task, spec: Spec) -> None:
        self._host.open_task(task.name).run.apply(spec)

    @Slot(object)
    def _on_images(self, spec: Spec) -> None:
        self._host.open_task(IMAGES).run.apply(spec)

    @Slot(str, object)
    def _on_table(self, task: str, spec: Spec) -> None:
        tab = self._host.open_task(task)
        tab.banner.forget()
        run, positions = tab.run, paces(tab.run.task.redraw_every)
        if run.pace_index == first_pace(run.task.redraw_every):
            run.set_pace(len(positions) - 1)  # at the tutorial's, a table would take a minute
        run.apply(spec)


def _dropped_file(data: QMimeData) -> Path | None:
    """Return the file that is being dropped, when it is a single one."""
    urls = data.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
