"""Batch sizes beside each other: what they reach in so many steps, epochs, or seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from nngui.core.errors import NnguiError
from nngui.core.spec.keys import is_inactive
from nngui.core.spec.toml import with_settings
from nngui.core.studies.study_checks import sizes_check
from nngui.core.studies.study_scripts import sizes_script
from nngui.gui.panels.page_code import PageCode
from nngui.gui.panels.study_page import StudyPage
from nngui.gui.plots.sizes_plot import SizesPlot
from nngui.gui.style.translation import shown_sentence
from nngui.gui.tabs.batch_training.sizes_controls import OWN_KEYS, SizesControls
from nngui.gui.tabs.batch_training.sizes_table import SizesTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nngui.core.records.printed import Check
    from nngui.core.spec import Spec
    from nngui.core.studies.sizes_sweep import SizesState, SizesSweep
    from nngui.core.task import Task
    from nngui.tasks.batch_training.settings import BatchSpec


class SizesPage(StudyPage["SizesState"]):
    """Trains several batch sizes by turns, and draws the loss of all points for each."""

    plot: SizesPlot

    def __init__(self, task: Task, parent: QWidget | None = None) -> None:
        super().__init__(task, SizesPlot(), parent)
        self._specs: dict[str, Spec] = {}  # those that are compared, by the names of their curves
        self._seconds = 0.0  # that each of them trains; 0 where epochs or steps count
        self.controls, self.table = SizesControls(), SizesTable()
        self._lay_out()
        self.controls.pressed.connect(self.begin_or_stop)
        self.controls.axis_chosen.connect(self.plot.set_axis)
        self.controls.edited.connect(self._on_edited)
        self.plot.set_axis(self.controls.axis)
        self.invite()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.controls)
        column.addWidget(self.plot, 1)
        for widget in (self.table, self.bar, self.said):
            column.addWidget(widget)
        self.plot.setMinimumSize(200, 150)
        self.plot.setAccessibleName(self.tr("Losses of the batch sizes"))

    @override
    def new_study(self) -> Callable[[], SizesSweep]:
        specs = self._specs = self.controls.specs(self.spec)
        self._seconds = self.controls.seconds
        task, seconds, spec = self.task, self.controls.seconds, self.spec

        def make() -> SizesSweep:
            from nngui.core.studies.sizes_sweep import SizesSweep  # imports torch
            from nngui.files.models.start_weights import start_weights

            return SizesSweep(task, specs, seconds, start_weights(spec))

        return make

    @override
    def clear(self) -> None:
        self.plot.show_sizes(list(self._specs))
        self.table.show_sizes(list(self._specs))
        self.table.show()

    @override
    def draw(self, state: SizesState) -> None:
        self.plot.draw_rows(state.curves)

    @override
    def write(self, state: SizesState) -> None:
        self.table.draw_rows(state.curves)

    @override
    def show_busy(self, busy: bool) -> None:
        self.controls.set_busy(busy)

    @override
    def code(self) -> PageCode:
        """Return the script of the comparison that is drawn, or of the one that Compare begins."""
        drawn, specs, seconds = self.drawn, self._specs, self._seconds
        if drawn is None and not self.busy:
            try:
                specs, seconds = self.controls.compared(self.spec), self.controls.seconds
            except NnguiError as error:
                return PageCode(shown_sentence(error))
        steps: list[int] | None = None
        if seconds and drawn is None:
            return PageCode(
                self.tr(
                    "The script comes when the sizes were compared: how many steps there are in "
                    "so many seconds is known then."
                )
            )
        if seconds and drawn is not None:
            steps = [int(drawn.curves[name][-1, 0]) for name in specs]
        task, chosen = self.task, list(specs.values())
        points = cast("BatchSpec", chosen[0]).to_load

        def make(start: str) -> str:
            return sizes_script(task, chosen, points, steps, start)

        def check() -> Check:
            assert drawn is not None
            return sizes_check(specs, drawn)

        return PageCode(
            self.note_of_code(),
            name="batch_sizes",
            spec=chosen[0],
            make=make,
            check=None if drawn is None else check,
        )

    @Slot()
    def _on_edited(self) -> None:
        if self.drawn is None:
            self.code_changed.emit()

    @override
    def changed_since(self, trained: Spec) -> list[str]:
        """Leave out what a comparison sets itself, and what does not count for it."""
        compared = with_settings(self.spec, {"data.kind": "points"})
        keys = super().changed_since(trained)
        return [key for key in keys if key not in OWN_KEYS and not is_inactive(compared, key)]

    @override
    def ended_text(self, changed: Sequence[str], *, stopped: bool) -> str:
        if changed:
            text = self.tr("{keys} changed since then: Compare trains with the present settings.")
            return text.format(keys=", ".join(changed))
        if stopped:
            return self.tr("Stopped. Compare starts again.")
        return self.tr("Done. Point at the plot to read the losses there.")

    @override
    def invite(self) -> None:
        self.plot.show_sizes(())
        self.table.hide()
        self.plot.show_hint(
            self.tr(
                "Press Compare: a network is trained with each batch size,\n"
                "all from the same weights, and their losses are drawn here."
            )
        )
        self.say("")
