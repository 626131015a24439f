"""The race with several seeds at once, so that luck and method can be told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget
from typing_extensions import override

from nngui.core.studies.seeds import Seeds, results, seeds_from
from nngui.core.studies.study_checks import seeds_check
from nngui.core.studies.study_scripts import seeds_script
from nngui.gui.panels.card import ElidedLabel, label
from nngui.gui.panels.page_code import PageCode
from nngui.gui.panels.study_page import StudyPage
from nngui.gui.plots.seeds_plot import SeedsPlot
from nngui.gui.style.labels import set_tip
from nngui.gui.tabs.optimizers.curve_controls import CurveControls
from nngui.gui.tabs.optimizers.seeds_table import SeedsTable, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nngui.core.records.printed import Check
    from nngui.core.spec import Spec
    from nngui.core.studies.seeds_sweep import SeedsSweep
    from nngui.core.task import Task
    from nngui.tasks.optimizers.settings import OptimizersSpec


class SeedsPage(StudyPage[Seeds]):
    """Trains the race with several seeds by turns, and draws their medians and bands."""

    plot: SeedsPlot

    def __init__(self, task: Task, parent: QWidget | None = None) -> None:
        super().__init__(task, SeedsPlot(), parent)
        self.count, self.button, self.which = QSpinBox(), QPushButton(), ElidedLabel()
        self.controls = CurveControls("seeds-axis", "seeds-smoothing")
        self.log_button = QPushButton(self.tr("Log"))
        self.table, self.verdict = SeedsTable(), Verdict()
        self._seeds: tuple[int, ...] = ()  # those of what is drawn
        self._describe()
        self._lay_out()
        self._connect()
        self.plot.set_window(self.controls.steps)
        self.show_busy(False)
        self._show_seeds()
        self.invite()

    def _describe(self) -> None:
        self.count.setRange(2, 20)
        self.count.setValue(5)
        self.count.setObjectName("seeds")
        self.count.setAccessibleName(self.tr("Number of seeds"))
        set_tip(
            self.count,
            self.tr("How often the race is run. Each seed draws other noise, weights and batches."),
        )
        self.log_button.setCheckable(True)
        self.log_button.setChecked(True)
        self.log_button.setProperty("small", True)
        set_tip(self.log_button, self.tr("Count the loss by decades, or evenly."))
        self.plot.setMinimumSize(200, 130)
        self.plot.setAccessibleName(self.tr("Losses with several seeds"))
        set_tip(
            self.plot,
            self.tr("Line: the median of the seeds. Band: from the best seed to the worst one."),
        )

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        name = label(self.tr("Seeds"), "plot-title")
        name.setBuddy(self.count)
        for widget, stretch in ((name, 0), (self.count, 0), (self.button, 0), (self.which, 1)):
            above.addWidget(widget, stretch)
        above.addWidget(self.controls, 2)
        above.addWidget(self.log_button)
        below.addWidget(self.said, 1)
        below.addWidget(self.bar, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(above)
        column.addWidget(self.plot, 1)
        column.addWidget(self.verdict)
        column.addWidget(self.table)
        column.addLayout(below)
        above.setSpacing(6)
        self.count.setMinimumWidth(56)
        self.count.lineEdit().setTextMargins(5, 0, 0, 0)

    def _connect(self) -> None:
        self.button.clicked.connect(self.begin_or_stop)
        self.count.valueChanged.connect(self._on_count)
        self.controls.axis_chosen.connect(self.plot.set_axis)
        self.controls.window_chosen.connect(self.plot.set_window)
        self.log_button.toggled.connect(self.plot.set_logarithmic)

    # Which seeds ---------------------------------------------------------------------------------

    @override
    def show_spec(self, spec: Spec) -> None:
        super().show_spec(spec)
        self._show_seeds()

    @property
    def _chosen(self) -> tuple[int, ...]:
        return seeds_from(self.spec.seed, self.count.value())

    def _show_seeds(self) -> None:
        text = self.tr("seeds {first} to {last}")
        self.which.setText(text.format(first=self._chosen[0], last=self._chosen[-1]))

    @Slot(int)
    def _on_count(self, _count: int) -> None:
        self._show_seeds()
        if self.drawn is None:
            self.code_changed.emit()

    # What a study is here ------------------------------------------------------------------------

    @override
    def new_study(self) -> Callable[[], SeedsSweep]:
        task, spec, seeds = self.task, self.spec, self._chosen
        self._seeds = seeds

        def make() -> SeedsSweep:
            from nngui.core.studies.seeds_sweep import SeedsSweep  # imports torch
            from nngui.files.models.start_weights import start_weights

            return SeedsSweep(task, spec, seeds, start_weights(spec))

        return make

    @override
    def code(self) -> PageCode:
        """Return the script of the seeds that are drawn, or of those that Start trains."""
        task, spec, drawn = self.task, self.studied, self.drawn
        seeds = self._seeds if drawn is not None or self.busy else self._chosen
        points = cast("OptimizersSpec", spec).data.points
        points -= int(points * spec.schedule.validation)

        def make(start: str) -> str:
            return seeds_script(task, spec, seeds, points, start)

        def check() -> Check:
            assert drawn is not None
            return seeds_check(spec, drawn)

        return PageCode(
            self.note_of_code(),
            name="seeds",
            spec=spec,
            make=make,
            check=None if drawn is None else check,
        )

    @override
    def clear(self) -> None:
        self.plot.show_racers(tuple(self.spec.optimizers()))
        self.table.hide()
        self.verdict.hide()

    @override
    def draw(self, state: Seeds) -> None:
        self.plot.take_seeds(state)

    @override
    def write(self, state: Seeds) -> None:
        self.table.show_results(results(state), state.seeds)
        self.table.show()

    @override
    def conclude(self, state: Seeds) -> None:
        self.verdict.show_results(results(state), len(state.seeds))
        self.verdict.show()

    @override
    def show_busy(self, busy: bool) -> None:
        self.count.setEnabled(not busy)
        self.button.setText(self.tr("Stop") if busy else self.tr("Start"))
        set_tip(
            self.button,
            self.tr("Stop; what is drawn stays.")
            if busy
            else self.tr("Run the race with each of these seeds, by turns."),
        )

    @override
    def ended_text(self, changed: Sequence[str], *, stopped: bool) -> str:
        if changed:
            text = self.tr("{keys} changed since then: Start trains with the present settings.")
            return text.format(keys=", ".join(changed))
        if stopped:
            return self.tr("Stopped at {share}. Start begins again.").format(share=self.share)
        return self.tr("Done. Point at the plot to read the medians there.")

    @override
    def invite(self) -> None:
        self.table.hide()
        self.verdict.hide()
        self.plot.show_racers(())
        self.plot.show_hint(
            self.tr(
                "Was it the method, or luck? Press Start: the race is run\n"
                "with several seeds; lines show the median, bands all of them."
            )
        )
        self.say("")
