"""Opening models in the window; never waiting for the disk, never running a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from nngui.core.errors import NnguiError
from nngui.core.spec import MlpSpec
from nngui.core.spec.keys import flat
from nngui.core.spec.table import TabularData
from nngui.core.text import mark
from nngui.gui.background import Background
from nngui.gui.controllers.model_plan import ModelPlan
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.networks.matching import MisfitError
    from nngui.core.task import SpecFromFile, Task
    from nngui.files.models.reader import ModelFile
    from nngui.gui.controllers.documents import Documents
    from nngui.gui.controllers.host import Host
    from nngui.gui.panels.banner import Banner

ENDINGS = "*.pkl *.pt *.pth *.safetensors"


class ModelOpener(QObject):
    r"""Finds the tab that a model belongs to, and starts its run from there.

    Signals
    -------
    \    message : str, str
        A level and a sentence for the person.
    \    opened_path : Path
        A file was opened.
    predict_requested : ModelFile
        A model of a table was opened, and that table is not: it can be used, not trained on.
    """

    message = Signal(str, str)
    opened_path = Signal(object)
    predict_requested = Signal(object)

    def __init__(self, host: Host, documents: Documents, tasks: list[Task]) -> None:
        super().__init__(host.window())
        self._host, self._documents, self._tasks = host, documents, tasks
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)
        self._plan: ModelPlan | None = None
        self._asked_by: Banner | None = None
        self._opens = 0
        self._open = QAction(self.tr("Open"), self)
        self._open.setToolTip(self.tr("Start from the opened model, at step 0."))
        self._open.triggered.connect(self._on_open)
        self._compare = QAction(self.tr("Compare"), self)
        self._compare.setToolTip(
            self.tr("Leave the run as it is, and draw the opened network beside it.")
        )
        self._compare.triggered.connect(self._on_compare)
        self._keep = QAction(self.tr("Keep the run"), self)
        self._keep.setToolTip(self.tr("Leave the run as it is; the file is not opened."))
        self._keep.triggered.connect(self._on_keep)

    def close(self, deadline: QDeadlineTimer) -> None:
        """Give up a file that is being read."""
        self._background.close(deadline)

    @Slot()
    def ask_for_model(self) -> None:
        """Ask for a model file, whole or parameters, and open it."""
        self._documents.ask_to_open(
            self.tr("Models ({endings})").format(endings=ENDINGS), self.open
        )

    @Slot()
    def ask_for_parameters(self) -> None:
        """Ask for a model file, and give its parameters to the open tab's network."""
        filters = self.tr("Parameters ({endings})").format(endings=ENDINGS)
        self._documents.ask_to_open(filters, lambda path: self.open(path, only_parameters=True))

    def open(self, path: Path, *, only_parameters: bool = False) -> None:
        """Read a model file beside the window, then show what it holds."""

        def read() -> ModelFile:
            from nngui.files.models.reader import read_model  # imports torch

            file = read_model(path.absolute())
            return replace(file, kind="parameters", layer=None) if only_parameters else file

        self._opens += 1
        number = self._opens

        def show(file: ModelFile) -> None:
            if number == self._opens:  # else another was asked for since, and this one took longer
                self._show(file)

        self._background.start(read, show)

    def _show(self, file: ModelFile) -> None:
        from nngui.core.networks.matching import MisfitError

        if file.net is not None and file.preparation is not None and not self._has_table_of(file):
            self.predict_requested.emit(file)  # nothing here to train it on, but much to use it for
            self.opened_path.emit(file.path)
            return
        try:
            plan = self._plan_for(file)
        except MisfitError as error:
            self._show_misfit(file, error)
        except NnguiError as error:
            self._on_failed(error)
        else:
            self._offer(plan)

    def _has_table_of(self, file: ModelFile) -> bool:
        """Return whether a table is open that has the columns of a model."""
        from nngui.files.tables.training_data import cached_table_data, predicts_classes

        preparation = file.preparation
        for tab in self._host.built:
            data, made = tab.run.spec.data, None
            if isinstance(data, TabularData) and data.kind == "table":
                made = cached_table_data(data.table, classes=predicts_classes(tab.run.spec))
            if made is not None and preparation is not None and preparation.is_of(made.columns):
                return True
        return False

    def _plan_for(self, file: ModelFile) -> ModelPlan:
        """Return where the model belongs: in the open tab if it fits there, else in another."""
        from nngui.core.networks.matching import matched
        from nngui.core.training.outline import expected_shapes

        if file.layer is None:
            tab = self._host.tab
            shape, outputs = tab.task.sample_shape(tab.run.spec)
            shapes = expected_shapes(tab.task, tab.run.spec, shape, outputs)
            matched(file.parameters, shapes)
            # The form may be changed while it is asked: what they fit is the network of now.
            network = {k: v for k, v in flat(tab.run.spec).items() if k.startswith("network.")}
            settings = network | {"network.weights": str(file.path)}
            return ModelPlan(file, tab.task, shape, outputs, settings, file.notes)
        layer = file.layer
        return self._plan_with(file, lambda task: task.network.spec_from_layers(layer))

    def _plan_with(self, file: ModelFile, read: Callable[[Task], SpecFromFile | None]) -> ModelPlan:
        """Return the plan of the first task, the open tab's before all, that takes the network."""
        from nngui.core.networks.matching import shape_text

        refusal: NnguiError | None = None
        for task in sorted(self._tasks, key=lambda task: task is not self._host.tab.task):
            try:
                found = read(task)
            except NnguiError as error:
                refusal = refusal or error
                continue
            if found is None:
                continue
            now = self._host.spec_of(task)
            if task.data_for_network(now, found.shape, found.outputs) is None:
                text = mark(
                    "core",
                    "no tab has data for {inputs} inputs and {outputs} outputs",
                )
                inputs = shape_text(found.shape)
                refusal = NnguiError(text, inputs=inputs, outputs=found.outputs)
                continue
            settings = found.settings() | {"network.weights": str(file.path)}
            notes = (*file.notes, *found.notes)
            return ModelPlan(file, task, found.shape, found.outputs, settings, notes, found.summary)
        text = mark("core", "{path} cannot be opened in a tab: {why}.")
        raise NnguiError(text, path=file.path, why=refusal or "")

    def _show_misfit(self, file: ModelFile, error: MisfitError) -> None:
        from nngui.core.networks.matching import shapes_of
        from nngui.gui.dialogs.misfit_dialog import MisfitDialog

        shapes = shapes_of(file.parameters)
        try:
            plan = self._plan_with(file, lambda task: task.network.spec_from_shapes(shapes))
        except NnguiError:
            plan = None  # the table alone says what is the matter
        summary = plan.summary if plan else ""
        dialog = MisfitDialog(file.path, error.rows, summary, self._host.window())
        if plan is not None:
            chosen = plan
            dialog.build_requested.connect(lambda: self._offer(chosen))
        dialog.open()

    def _offer(self, plan: ModelPlan) -> None:
        """Open the model; ask first where a run would be lost."""
        if self._asked_by is not None:  # about another file: this one is meant now
            self._asked_by.withdraw(self._open)
        tab = self._host.open_task(plan.task.name)
        self._plan, self._asked_by = plan, tab.banner
        steps = tab.run.steps_done
        if not steps:
            self._on_open()
            return
        text = self.tr("Opening {file} replaces the run at step {step}.")
        text = text.format(file=plan.file.path.name, step=f"{steps:,}")
        comparable = tab.can_compare and plan.takes_data_of(tab.run.spec)
        comparing = [self._compare] if comparable else []
        tab.banner.say("warning", text, [self._open, *comparing, self._keep])

    @Slot()
    def _on_keep(self) -> None:
        self._plan = None

    @Slot()
    def _on_compare(self) -> None:
        from nngui.core.inspectors.reference import ReferenceNet

        plan, self._plan = self._plan, None
        if plan is None:
            return
        run = self._host.open_task(plan.task.name).run
        if not plan.takes_data_of(run.spec):  # the data were changed since it was asked
            self._offer(plan)
            return
        run.compare_with(ReferenceNet(plan.file.path.name, plan.network(run.spec)))
        self.opened_path.emit(plan.file.path)

    @Slot()
    def _on_open(self) -> None:
        plan, self._plan = self._plan, None
        if plan is None:
            return
        tab = self._host.open_task(plan.task.name)
        spec = plan.spec(tab.run.spec)
        tab.run.start_from(spec)
        self.opened_path.emit(plan.file.path)
        text = self.tr("{file} is open, at step 0. Train goes on from it.")
        if isinstance(spec.network, MlpSpec):
            widths = "–".join(str(width) for width in spec.network.hidden) or self.tr("none")
            text = self.tr(
                "{file} is open: hidden neurons {widths}, at step 0. Train goes on from it."
            ).replace("{widths}", widths)
        text = text.format(file=plan.file.path.name)
        for note in plan.notes:
            text += "\n" + shown_sentence(note)
        tab.banner.say("warning" if plan.notes else "info", text)

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self.message.emit("error", shown_sentence(error))
