"""Opening models in the window; never waiting for the disk, never running a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from nngui.core.spec import MlpSpec
from nngui.core.spec.table import TabularData
from nngui.files.models.errors import PART, SeveralNetworksError
from nngui.gui.background import Background
from nngui.gui.controllers.model_plan import Misfit, ModelPlan, has_images_of, plan_for
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.errors import NnguiError
    from nngui.core.inspectors.reference import ReferenceNet
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.files.models.reader import ModelFile
    from nngui.gui.controllers.documents import Documents
    from nngui.gui.controllers.host import Host
    from nngui.gui.panels.banner import Banner
    from nngui.gui.tabs.task_tab import TaskTab

ENDINGS = "*.pkl *.pt *.pth *.safetensors *.ckpt *.bin *.tar"


class ModelOpener(QObject):
    """Finds the tab that a model belongs to, and starts its run from there.

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    opened_path : Path
        A file was opened.
    predict_requested : ModelFile
        A model of a table or of images was opened, and those are not: it can be used, not trained
        on.
    """

    message = Signal(str, str)
    opened_path = Signal(object)
    predict_requested = Signal(object)

    def __init__(self, host: Host, documents: Documents, tasks: list[Task]) -> None:
        super().__init__(host.window())
        self._host, self._documents, self._tasks = host, documents, tasks
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)
        self._plan: ModelPlan | None = None  # that it is asked about
        self._starting: ModelPlan | None = None
        self._asked_by: Banner | None = None
        self._opens = 0
        self._open = QAction(self.tr("Open"), self)
        set_tip(self._open, self.tr("Start from the opened model, at step 0."))
        self._open.triggered.connect(self._on_open)
        self._compare = QAction(self.tr("Compare"), self)
        set_tip(
            self._compare, self.tr("Leave the run as it is, and draw the opened network beside it.")
        )
        self._compare.triggered.connect(self._on_compare)
        self._keep = QAction(self.tr("Keep the run"), self)
        set_tip(self._keep, self.tr("Leave the run as it is; the file is not opened."))
        self._keep.triggered.connect(self._on_keep)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Give up a file that is being read."""
        return self._background.close(deadline)

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

        def read() -> ModelFile | SeveralNetworksError:
            from nngui.files.models.reader import read_model  # imports torch

            try:
                file = read_model(path.absolute())
            except SeveralNetworksError as error:
                return error
            return replace(file, kind="parameters", layer=None) if only_parameters else file

        self._opens += 1
        number = self._opens

        def show(file: ModelFile | SeveralNetworksError) -> None:
            if number != self._opens:  # another was asked for since, and this one took longer
                return
            if isinstance(file, SeveralNetworksError):
                self._ask_which(path, file.parts, only_parameters=only_parameters)
            else:
                self._show(file, number)

        self._background.start(read, show)

    def _ask_which(self, path: Path, parts: tuple[str, ...], *, only_parameters: bool) -> None:
        """Ask which of the networks in a file is meant, and open that one."""
        from nngui.gui.dialogs.part_dialog import PartDialog

        dialog = PartDialog(path, parts, self._host.window())

        def go_on(part: str) -> None:
            self.open(Path(f"{path}{PART}{part}"), only_parameters=only_parameters)

        dialog.chosen.connect(go_on)
        dialog.open()

    def _show(self, file: ModelFile, number: int) -> None:
        if file.net is not None and file.preparation is not None and not self._has_table_of(file):
            self.predict_requested.emit(file)  # nothing here to train it on, but much to use it for
            self.opened_path.emit(file.path)
            return

        # Where it belongs depends on the data: their file may have to be read, beside the window.
        here = self._host.tab.task
        tasks = sorted(self._tasks, key=lambda task: task is not here)
        places = [(task, self._host.spec_of(task)) for task in tasks]

        def plan() -> ModelPlan | Misfit | None:
            if file.images is not None and not has_images_of(file.images, places):
                return None
            return plan_for(file, places)

        def go_on(found: ModelPlan | Misfit | None) -> None:
            if number != self._opens:
                return
            if found is None:
                self.predict_requested.emit(file)
                self.opened_path.emit(file.path)
            elif isinstance(found, Misfit):
                self._show_misfit(found)
            else:
                self._offer(found)

        self._background.start(plan, go_on)

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

    def _show_misfit(self, misfit: Misfit) -> None:
        from nngui.gui.dialogs.misfit_dialog import MisfitDialog

        plan = misfit.plan
        summary = plan.summary if plan else ""
        dialog = MisfitDialog(misfit.file.path, misfit.error.rows, summary, self._host.window())
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
        spec = run.spec
        if not plan.takes_data_of(spec):  # the data were changed since it was asked
            self._offer(plan)
            return

        def go_on(reference_net: ReferenceNet) -> None:
            if not plan.takes_data_of(run.spec):  # they may have been changed since
                self._offer(plan)
                return
            run.compare_with(reference_net)
            self.opened_path.emit(plan.file.path)
            if plan.notes:  # what is drawn now is what they say
                self.message.emit("warning", "\n".join(map(shown_sentence, plan.notes)))

        self._background.start(lambda: ReferenceNet(plan.file.path.name, plan.network(spec)), go_on)

    @Slot()
    def _on_open(self) -> None:
        plan, self._plan = self._plan, None
        if plan is not None:
            self._start_from(plan)

    def _start_from(self, plan: ModelPlan) -> None:
        """Start the run of a task from the model, once it is known which data go with it."""
        tab = self._host.open_task(plan.task.name)
        now = tab.run.spec

        def go_on(spec: Spec) -> None:
            if self._starting is not plan:  # another model was to be opened since
                return
            if tab.run.spec != now:  # the form was changed since: that stays
                self._start_from(plan)
                return
            tab.run.start_from(spec)
            self._tell(tab, plan)

        self._starting = plan
        self._background.start(lambda: plan.spec(now), go_on)

    def _tell(self, tab: TaskTab, plan: ModelPlan) -> None:
        """Say what is open now."""
        spec = tab.run.spec
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
