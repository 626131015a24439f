"""Predictions of the open tab's network: of a typed row or a picture, or of a file of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nngui.core.data.image_preparation import ImagePreparation
from nngui.core.spec.table import TabularData
from nngui.gui.background import Background
from nngui.gui.controllers.images import IMAGES
from nngui.gui.controllers.picture_predictor import PicturePredictor
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtCore import QDeadlineTimer
    from torch import nn

    from nngui.core.data.preparation import Preparation
    from nngui.core.errors import NnguiError
    from nngui.files.models.reader import ModelFile
    from nngui.files.predictions import Predictions
    from nngui.gui.controllers.documents import Documents
    from nngui.gui.controllers.host import Host
    from nngui.gui.dialogs.predict_dialog import PredictDialog
    from nngui.gui.training.messages import NetworkCopy
    from nngui.gui.training.run import Run


class Predictor(QObject):
    """Opens the dialog for a copy of a run's network, and writes files of predictions.

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    """

    message = Signal(str, str)

    def __init__(self, host: Host, documents: Documents) -> None:
        super().__init__(host.window())
        self._host, self._documents = host, documents
        self._waiting: Run | None = None
        self._picture: Path | None = None  # that is to be asked about at once
        self._dialog: PredictDialog | None = None
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)
        self._pictures = PicturePredictor(host, documents)
        self._pictures.message.connect(self.message)

    @Slot(object)
    def ask_about_picture(self, path: Path) -> None:
        """Ask the network for images about a picture."""
        self._host.open_task(IMAGES)
        self._picture = path
        self._take_network()

    @Slot()
    def start(self) -> None:
        """Ask for the open tab's network; `on_taken` goes on."""
        self._picture = None
        self._take_network()

    def _take_network(self) -> None:
        run = self._host.tab.run
        data = run.spec.data
        is_table = isinstance(data, TabularData) and data.kind == "table"
        if not is_table and run.task.script_data is None:  # nor images
            text = self.tr(
                "Predicting takes a network for a table or for images: open one by File, Open data."
            )
            self.message.emit("info", text)
            return
        self._waiting = self._host.tab.run
        self._waiting.take_network()

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Wait for a file that is being written."""
        return all([self._pictures.close(deadline), self._background.close(deadline)])

    @Slot(object)
    def on_taken(self, taken: NetworkCopy | None) -> None:
        """Show the dialog for a copy of a network that a run has handed out."""
        run = self.sender()
        if run is not self._waiting or self._waiting is None:
            return
        self._waiting = None
        if taken is None or taken.preparation is None:
            self.message.emit(
                "warning", self.tr("There is no network to predict with: train first.")
            )
            return
        name = self.tr("Network at step {step}").format(step=f"{taken.step:,}")
        if isinstance(taken.preparation, ImagePreparation):
            self._pictures.show(name, taken.net, taken.preparation, self._picture)
        else:
            self._show(name, taken.net, taken.preparation, self._first_row())

    @Slot(object)
    def show_file(self, file: ModelFile) -> None:
        """Show the dialog for a saved model that knows its columns, or its images."""
        assert file.net is not None
        if file.images is not None:
            self._pictures.show(file.path.name, file.net, file.images)
            return
        assert file.preparation is not None
        notes = [shown_sentence(note) for note in file.notes]
        self._show(file.path.name, file.net, file.preparation, {}, notes)

    def _show(
        self,
        name: str,
        net: nn.Module,
        preparation: Preparation,
        row: dict[str, object],
        notes: Sequence[str] = (),
    ) -> None:
        from nngui.gui.dialogs.predict_dialog import PredictDialog

        dialog = PredictDialog(name, net, preparation, row, self._host.window(), notes)
        dialog.file_requested.connect(self._ask_for_file)
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        dialog.open()

    def _first_row(self) -> dict[str, object]:
        """Return a row of the table, so that the fields show what belongs there."""
        from nngui.files.tables.training_data import cached_table_data, predicts_classes

        spec = self._host.tab.run.spec
        assert isinstance(spec.data, TabularData)
        made = cached_table_data(spec.data.table, classes=predicts_classes(spec))
        return {} if made is None else dict(made.table.frame.iloc[int(made.rows[0])])

    @Slot()
    def _ask_for_file(self) -> None:
        from nngui.gui.controllers.tables import ENDINGS

        endings = " ".join(f"*{ending}" for ending in ENDINGS)
        filters = self.tr("Tables ({endings})").format(endings=endings)
        self._documents.ask_to_open(filters, self._ask_where)

    def _ask_where(self, data: Path) -> None:
        name = f"{data.stem}-predicted.csv"
        self._documents.ask_to_save(
            name, self.tr("Table (*.csv)"), lambda path: self._predict_file(data, path)
        )

    def _predict_file(self, data: Path, path: Path) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        net, preparation = dialog.net, dialog.preparation

        def work() -> Predictions:
            from nngui.files.predictions import predict_table, save_predictions

            found = predict_table(net, preparation, data)
            save_predictions(found.frame, path)
            return found

        def then(found: Predictions) -> None:
            text = self.tr("{n} rows were predicted and saved as {path}.")
            said = text.format(n=f"{len(found.frame):,}", path=path)
            notes = (shown_sentence(note) for note in found.notes)
            self.message.emit("warning" if found.notes else "info", " ".join((said, *notes)))

        dialog.accept()  # the answer stands in the window
        self._background.start(work, then, writes=True)

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = None

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self.message.emit("error", shown_sentence(error))
