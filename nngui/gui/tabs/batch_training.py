"""The batch training tab: the loader at work, batch sizes compared, an optimizer step up close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget
from typing_extensions import override

from nngui.core.loader import PassesLook
from nngui.core.passes import Passes
from nngui.gui.panels.loader_page import LoaderPage
from nngui.gui.tabs.task_tab import TaskTab

if TYPE_CHECKING:
    from nngui.core.snapshot import DataView, Snapshot
    from nngui.gui.theme import Colours


class Pages(QTabWidget):
    """The room's pages."""

    def __init__(self) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self.loader = LoaderPage()
        self.addTab(self.loader, self.tr("Loader"))
        self.setTabBarAutoHide(True)  # a page alone needs no tab

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.loader.set_theme(theme)


class Tab(TaskTab):
    """Section 5 of the tutorial."""

    @override
    def make_centre(self) -> Pages:
        self.pages = Pages()
        return self.pages

    @override
    def title(self) -> str:
        return self.tr("Batches")

    @override
    def headline_text(self, losses: dict[str, float]) -> str:
        if "loss" in losses:
            return f"Loss={losses['loss']:.4f}" if losses["loss"] < 1e4 else ""
        epoch, batch = int(losses["epoch"]), int(losses["batch"])
        return self.tr("Epoch {epoch} | Step {step}").format(epoch=epoch, step=batch)

    @override
    def subtitle_text(self) -> str:
        if self._loads:
            assert self.data is not None
            schedule = self.run.spec.schedule
            text = self.tr("{n} pairs, batches of {size}")
            return text.format(n=len(self.data.y), size=schedule.batch_size)
        return super().subtitle_text()

    @override
    def connect_room(self) -> None:
        self.run.look_with(PassesLook())
        self.loss_card.setVisible(not self._loads)

    @override
    def show_waiting(self) -> None:
        self.pages.loader.clear(self.tr("PyTorch is loading: the data appear in a moment."))

    @override
    def show_data(self, data: DataView, *, fresh: bool) -> None:
        if not fresh:
            return
        if self._loads:
            text = self.tr("Press Step or Train: each step brings a batch, and lights it up here.")
        else:
            text = self.tr(
                "These points are trained on: their loss is below. Set Data to Numbers to see "
                "which come in which batch."
            )
        self.pages.loader.clear(text)

    @override
    def draw(self, snapshot: Snapshot) -> None:
        if isinstance(snapshot.seen, Passes) and snapshot.step:
            self.pages.loader.draw(snapshot.seen)

    @override
    @Slot()
    def on_spec_changed(self) -> None:
        super().on_spec_changed()
        self.loss_card.setVisible(not self._loads)

    @property
    def _loads(self) -> bool:
        """Whether the batches are only looked at."""
        return self.run.spec.data.kind == "numbers"
