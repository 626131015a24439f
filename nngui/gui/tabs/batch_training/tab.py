"""The batch training tab: the loader at work, batch sizes compared, an optimizer step up close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget
from typing_extensions import override

from nngui.core.inspectors.loader import LoaderInspector
from nngui.core.inspectors.loader_history import LastBatch, LoaderHistory
from nngui.core.spec.keys import flat
from nngui.core.spec.toml import with_settings
from nngui.core.studies.loader_processes import NOT_FROZEN, can_start
from nngui.gui.panels.page_code import OF_RUN, PageCode
from nngui.gui.plots.batch_fit import BatchFit
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown
from nngui.gui.tabs.batch_training.loader_page import LoaderPage
from nngui.gui.tabs.batch_training.microscope_page import MicroscopePage
from nngui.gui.tabs.batch_training.sizes_controls import OWN_KEYS
from nngui.gui.tabs.batch_training.sizes_page import SizesPage
from nngui.gui.tabs.batch_training.workers_row import WorkersRow
from nngui.gui.tabs.task_tab import TaskTab
from nngui.gui.training.state import State
from nngui.tasks.batch_training.settings import BatchSpec

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.arrays import Floats
    from nngui.core.records.snapshot import DataView, Snapshot
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.style.theme import Colours


class Pages(QTabWidget):
    """The tab's pages. The first shows the loader, or the fit where points are trained on."""

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.loader, self.fit = LoaderPage(), BatchFit()
        self.sizes = SizesPage(task)
        self.workers = WorkersRow(task)
        self._views = QStackedWidget()
        self._views.addWidget(self.loader)
        self._views.addWidget(self.fit)
        self.first = QWidget()
        column = QVBoxLayout(self.first)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._views, 1)
        column.addWidget(self.workers)
        self.addTab(self.first, "")
        self.addTab(self.sizes, self.tr("Batch sizes compared"))
        self.microscope = MicroscopePage()
        self.addTab(self.microscope, self.tr("Step microscope"))
        self.show_loader(True)

    def show_loader(self, on: bool) -> None:
        """Show the loader on the first page; off: the fit."""
        self._views.setCurrentIndex(0 if on else 1)
        self.setTabText(0, self.tr("Loader") if on else self.tr("Training"))

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        for page in (self.loader, self.fit, self.sizes, self.microscope):
            page.set_theme(theme)


class Tab(TaskTab[BatchSpec]):
    """Section 5 of the tutorial."""

    def __init__(self, task: Task, language: str) -> None:
        super().__init__(task, language)
        self._probe_id = 0
        self._was = State.ASLEEP

    @override
    def make_centre(self) -> Pages:
        self.pages = Pages(self.task)
        return self.pages

    @override
    def title(self) -> str:
        return self.tr("Batches")

    @override
    def headline_text(self, losses: dict[str, float]) -> str:
        if self.pages.currentWidget() is not self.pages.first:
            return ""  # the other pages have figures of their own
        if "loss" in losses:
            return f"Loss={losses['loss']:.4f}" if losses["loss"] < 1e4 else ""
        epoch, batch = int(losses["epoch"]), int(losses["batch"])
        return self.tr("Epoch {epoch} | Step {step}").format(epoch=epoch, step=batch)

    @override
    def subtitle_text(self) -> str:
        size = self.run.viewed_spec.schedule.batch_size
        if self.pages.currentWidget() is self.pages.sizes:
            text = self.tr("{n} points, trained on with each batch size")
            return text.format(n=f"{self.spec.data.points:,}")
        if self.pages.currentWidget() is self.pages.microscope:
            return self.tr("a straight line, w·x + b, fitted by five optimizers")
        if self._loads:
            assert self.data is not None
            text = self.tr("{n} pairs, batches of {size}")
            return text.format(n=len(self.data.y), size=size)
        lit = self.tr("the newest batch is lit up")
        return super().subtitle_text() + (f" · {lit}" if size else "")

    @override
    def connect_views(self) -> None:
        self.pages.currentChanged.connect(self._on_page)
        self.pages.sizes.began.connect(self.run.pause)
        self.pages.sizes.refused.connect(self.warn)
        self.pages.microscope.refused.connect(self.warn)
        for page in (self.pages.sizes, self.pages.microscope):
            page.code_changed.connect(self.code.show)
        self.pages.workers.refused.connect(self.warn)
        self.timeline.follow(self.pages.loader.past)
        self.pages.loader.sought.connect(self.timeline.seek)
        self._lock_workers()
        self.pages.fit.probe_requested.connect(self._on_probe_requested)
        self.run.inspect_with(LoaderInspector())
        self._show_kind()

    @override
    def page_code(self) -> PageCode:
        page = self.pages.currentWidget()
        return page.code() if isinstance(page, (SizesPage, MicroscopePage)) else OF_RUN

    @override
    def show_waiting(self) -> None:
        text = self.tr("PyTorch is loading: the data appear in a moment.")
        self.pages.loader.clear(text)
        self.pages.fit.show_hint(text)

    @override
    def show_data(self, data: DataView, *, fresh: bool) -> None:
        if not self._loads:
            self.pages.fit.show_hint("")
            self.pages.fit.set_data(data)
        elif fresh:
            text = self.tr("Press Step or Train: each step brings a batch, and lights it up here.")
            self.pages.loader.clear(text)

    @override
    def draw(self, snapshot: Snapshot) -> None:
        if snapshot.probe_id == self._probe_id and snapshot.predictions:
            self.pages.fit.draw_snapshot(snapshot)
        if isinstance(snapshot.inspection, LoaderHistory) and snapshot.step:
            self.pages.loader.draw(snapshot.inspection, is_past=snapshot.is_past)
        elif not self._loads:
            batch = snapshot.inspection
            self.pages.fit.light(batch if isinstance(batch, LastBatch) else None)

    @override
    @Slot()
    def on_spec_changed(self) -> None:
        super().on_spec_changed()
        self._show_kind()
        self.pages.sizes.show_spec(self.run.viewed_spec)
        self.code.show()  # a page's own, by the settings that it has now
        self._wake_microscope()
        self.pages.workers.show_spec(self.run.viewed_spec)

    @override
    @Slot()
    def on_state_changed(self) -> None:
        super().on_state_changed()
        before, self._was = self._was, self.run.state
        begins = self._was is State.TRAINING and before is not State.TRAINING
        if begins and self.pages.currentWidget() is not self.pages.first:
            self.pages.setCurrentWidget(self.pages.first)  # who presses Train wants to see it
        self._wake_microscope()

    @override
    def end(self, deadline: QDeadlineTimer) -> bool:
        pages = (self.pages.sizes, self.pages.microscope, self.pages.workers)
        ended = [page.close_work(deadline) for page in pages]
        return all([*ended, super().end(deadline)])

    @Slot(int)
    def _on_page(self, _index: int) -> None:
        """Show the settings as the page takes them."""
        compares = self.pages.currentWidget() is self.pages.sizes
        hidden: tuple[str, ...] = OWN_KEYS if compares else ()
        if self.pages.currentWidget() is self.pages.microscope:
            hidden = tuple(key for key in flat(self.run.viewed_spec) if key != "seed")
        self.form.show_for_page(_with_points if compares else None, hidden)
        self._show_kind()
        self.show_labels()
        if self.data is not None:
            self.show_subtitle()
        self.pages.microscope.rest()
        self._wake_microscope()
        self.code.show()

    def _wake_microscope(self) -> None:
        """Show the microscope once PyTorch is there, with the points of the present seed."""
        ready = self.run.state not in (State.ASLEEP, State.PREPARING)
        if self.pages.currentWidget() is self.pages.microscope and ready:
            self.pages.microscope.wake(self.run.viewed_spec.seed)
            self.pages.microscope.setFocus()

    @Slot(object)
    def _on_probe_requested(self, x: Floats) -> None:
        self._probe_id = self.run.ask(x)

    def _lock_workers(self) -> None:
        """Leave workers alone where none can be started, and say why."""
        if not can_start():
            control = self.form.fields["schedule.workers"].control
            control.setEnabled(False)
            set_tip(control, f"{shown(NOT_FROZEN)}\nschedule.workers")

    def _show_kind(self) -> None:
        """Show what the data are for: to look at how they are loaded, or to train on."""
        in_front = self.pages.currentWidget() is self.pages.first
        self.loss_card.setVisible(in_front and not self._loads)
        self.pages.show_loader(self._loads)

    @property
    def _loads(self) -> bool:
        """Whether the batches are only looked at."""
        return self.run.viewed_spec.data.kind == "numbers"


def _with_points(spec: Spec) -> Spec:
    """Return the settings with the points to train on, in batches that any number of them fills.

    The page has batch sizes of its own. Those of the run may be too large for the points.
    """
    size = min(spec.schedule.batch_size, 1)
    return with_settings(spec, {"data.kind": "points", "schedule.batch_size": size})
