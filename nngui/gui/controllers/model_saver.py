"""Saving models in the window, and exporting them; never waiting for the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nngui.gui.background import Background
from nngui.gui.controllers.export_process import Exporter
from nngui.gui.style.translation import shown_sentence
from nngui.gui.tabs.run_code import course_of

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.errors import NnguiError
    from nngui.gui.controllers.documents import Documents
    from nngui.gui.controllers.host import Host
    from nngui.gui.training.messages import NetworkCopy
    from nngui.gui.training.run import Run

MODEL, PARAMETERS = "net.pkl", "net_params.pkl"  # as the tutorial calls them


class ModelSaver(QObject):
    """Asks where to, asks the open tab's run for a copy of its network, and writes it there.

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    opened_path : Path
        A file was saved that can be opened again.
    """

    message = Signal(str, str)
    opened_path = Signal(object)

    def __init__(self, host: Host, documents: Documents) -> None:
        super().__init__(host.window())
        self._host, self._documents = host, documents
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)
        self._exporter = Exporter(self)
        self._exporter.message.connect(self.message)
        self._exporter.exported.connect(self._say_saved)
        self._saving: list[tuple[Run, Path, str]] = []

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Wait for files that are being written; end exports."""
        return all([self._exporter.close(deadline), self._background.close(deadline)])

    @Slot()
    def save_model(self) -> None:
        """Ask for a file and save the whole network there."""
        filters = self.tr("Whole models ({endings})").format(endings="*.pkl *.pt *.pth")
        self._documents.ask_to_save(MODEL, filters, lambda path: self._save(path, "model"))

    @Slot()
    def save_parameters(self) -> None:
        """Ask for a file and save the network's parameters there."""
        filters = ";;".join(
            (
                self.tr("Parameters ({endings})").format(endings="*.pkl *.pt *.pth"),
                "safetensors (*.safetensors)",
            )
        )
        self._documents.ask_to_save(
            PARAMETERS, filters, lambda path: self._save(path, "parameters")
        )

    @Slot()
    def export_onnx(self) -> None:
        """Ask for a file and export the network there as ONNX."""
        from nngui.files.models.onnx_packages import HOW_TO_GET_ONNX, has_onnx

        if not has_onnx():
            text = self.tr("ONNX needs two packages that are not here. Get them by: {command}")
            self.message.emit("warning", text.format(command=HOW_TO_GET_ONNX))
            return
        self._documents.ask_to_save("net.onnx", "ONNX (*.onnx)", self._export)

    @Slot()
    def export_pt2(self) -> None:
        """Ask for a file and export the network there for torch.export.load."""
        filters = self.tr("Exported programs ({endings})").format(endings="*.pt2")
        self._documents.ask_to_save("net.pt2", filters, self._export)

    @Slot()
    def export_project(self) -> None:
        """Ask for a folder, and write there all that it takes to go on without this program."""
        self._documents.ask_for_folder(lambda path: self._save(path, "project"))

    def _export(self, path: Path) -> None:
        self._save(path, "export")

    def _save(self, path: Path, what: str) -> None:
        run = self._host.tab.run
        self._saving.append((run, path, what))
        run.take_network()

    @Slot(object)
    def on_taken(self, taken: NetworkCopy | None) -> None:
        """Write the copy of a network that a run has handed out."""
        run = self.sender()
        asked = next((one for one in self._saving if one[0] is run), None)
        if asked is None:
            return
        self._saving.remove(asked)
        _, path, what = asked
        if taken is None:
            text = self.tr("There is no network to save: its run could not start.")
            self.message.emit("warning", text)
        elif what == "project":
            self._write_project(path, asked[0], taken)
        elif what == "export":
            self._exporter.start(path, taken)
        else:
            self._write(path, what, taken)

    def _write_project(self, folder: Path, run: Run, taken: NetworkCopy) -> None:
        task, course = run.task, course_of(run, taken.step)

        def write() -> Path:
            from nngui.files.project import write_project

            return write_project(task, course, taken.net, taken.preparation, folder, taken.notes)

        def say(path: Path) -> None:
            text = self.tr("The project is in {path}: its README says how to run it.")
            lines = [text.format(path=path), *map(shown_sentence, taken.assumptions)]
            self.message.emit("warning" if taken.assumptions else "info", "\n".join(lines))

        self._background.start(write, say, writes=True)

    def _write(self, path: Path, what: str, taken: NetworkCopy) -> None:
        def write() -> None:
            from nngui.files.models.writer import save_model, save_parameters

            save = save_model if what == "model" else save_parameters
            save(taken.net, path, taken.preparation)

        self._background.start(write, lambda _: self._say_saved(path, taken), writes=True)

    @Slot(object, object)
    def _say_saved(self, path: Path, taken: NetworkCopy) -> None:
        text = self.tr("Saved as {path}.").format(path=path)
        if taken.preparation is not None:
            text += " " + self.tr("It has its preparation with it: Train, Predict uses it.")
        elif taken.standardised:
            text += " " + self.tr("It takes standardised values: mean 0, deviation 1.")
        # What was assumed once stays to be read: it is what the network computes now.
        text = "\n".join([text, *map(shown_sentence, taken.assumptions)])
        self.message.emit("warning" if taken.assumptions else "info", text)
        if path.suffix not in (".onnx", ".pt2"):
            self.opened_path.emit(path)

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self.message.emit("error", shown_sentence(error))
