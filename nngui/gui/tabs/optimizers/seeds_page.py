"""The race with several seeds at once, so that luck and method can be told apart."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSpinBox, QVBoxLayout, QWidget

from nngui.core.records.mailbox import Mailbox
from nngui.core.spec.keys import changed_keys
from nngui.core.studies.seeds import Seeds, results, seeds_from
from nngui.gui.background import Background
from nngui.gui.panels.card import ElidedLabel, label
from nngui.gui.plots.seeds_plot import SeedsPlot
from nngui.gui.style.translation import shown_sentence
from nngui.gui.tabs.optimizers.curve_controls import CurveControls
from nngui.gui.tabs.optimizers.seeds_table import SeedsTable, Verdict

if TYPE_CHECKING:
    from nngui.core.errors import NnguiError
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.style.theme import Colours

FRAME = 30  # ms
SHARE = 5  # times as long as it takes to say how the runs stand, they train until the next time


class SeedsPage(QWidget):
    """Trains the race with several seeds by turns, and draws their medians and bands.

    Signals
    -------
    began
        Training begins: whatever else trains would take its time from it.
    refused : str
        Why it had to end, in words.
    """

    began = Signal()
    refused = Signal(str)

    def __init__(self, task: Task, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task, self._spec = task, task.spec
        self._trained: Spec | None = None  # the settings of what is drawn
        self._seeds: Seeds | None = None
        self._busy = self._stopped = self._unwritten = False
        self._stop = threading.Event()
        self._mail: Mailbox[Seeds] = Mailbox()
        self._work = Background(self)
        self._line = ""  # what `said` says while the mouse is elsewhere
        self.count, self.button = QSpinBox(), QPushButton()
        self.which, self.said = ElidedLabel(), ElidedLabel()
        self.controls = CurveControls("seeds-axis", "seeds-smoothing")
        self.log_button = QPushButton(self.tr("Log"))
        self.plot, self.table, self.verdict = SeedsPlot(), SeedsTable(), Verdict()
        self.bar = QProgressBar()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._describe()
        self._lay_out()
        self._connect()
        self.plot.set_window(self.controls.steps)
        self._set_busy(False)
        self._on_count(self.count.value())
        self._invite()

    def _describe(self) -> None:
        self.count.setRange(2, 20)
        self.count.setValue(5)
        self.count.setObjectName("seeds")
        self.count.setAccessibleName(self.tr("Number of seeds"))
        self.count.setToolTip(
            self.tr("How often the race is run. Each seed draws other noise, weights and batches.")
        )
        self.log_button.setCheckable(True)
        self.log_button.setChecked(True)
        self.log_button.setProperty("small", True)
        self.log_button.setToolTip(self.tr("Count the loss by decades, or evenly."))
        self.plot.setMinimumSize(200, 130)
        self.plot.setAccessibleName(self.tr("Losses with several seeds"))
        self.plot.setToolTip(
            self.tr("Line: the median of the seeds. Band: from the best seed to the worst one.")
        )
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("Progress"))

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
        self.button.clicked.connect(self._on_pressed)
        self.count.valueChanged.connect(self._on_count)
        self.controls.axis_chosen.connect(self.plot.set_axis)
        self.controls.window_chosen.connect(self.plot.set_window)
        self.log_button.toggled.connect(self.plot.set_logarithmic)
        self.plot.read.connect(self._on_read)
        self._timer.timeout.connect(self._on_frame)
        self._work.failed.connect(self._on_failed)

    # What the room tells -------------------------------------------------------------------------

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.plot.set_theme(theme)

    def show_spec(self, spec: Spec) -> None:
        """Train with these settings from the next time on."""
        self._spec = spec
        self._on_count(self.count.value())
        if self._trained is not None and not self._busy:
            self._say_ended()

    def close_work(self) -> None:
        """Stop training, and wait for the steps that are under way."""
        self._timer.stop()
        self._stop.set()
        self._work.close()

    # From the person to the training -------------------------------------------------------------

    @property
    def _chosen(self) -> tuple[int, ...]:
        return seeds_from(self._spec.seed, self.count.value())

    @Slot(int)
    def _on_count(self, _count: int) -> None:
        text = self.tr("seeds {first} to {last}")
        self.which.setText(text.format(first=self._chosen[0], last=self._chosen[-1]))

    @Slot()
    def _on_pressed(self) -> None:
        if self._busy:
            self._stop.set()
            return
        self.began.emit()
        self._trained, self._seeds, self._stop = self._spec, None, threading.Event()
        self._mail = Mailbox()
        self.plot.show_racers(tuple(self._spec.optimizers()))
        self.plot.show_hint("")
        self.table.hide()
        self.verdict.hide()
        self._unwritten = False
        self._set_busy(True)
        self._say(self.tr("The networks are made…"))
        spec, seeds, mail, stop = self._spec, self._chosen, self._mail, self._stop
        self._work.start(lambda: self._train(spec, seeds, mail, stop), self._on_ended)
        self._timer.start()

    def _train(
        self, spec: Spec, seeds: tuple[int, ...], mail: Mailbox[Seeds], stop: threading.Event
    ) -> bool:
        """Train, beside the window; return whether it came to its end."""
        from nngui.core.studies.seeds_sweep import SeedsSweep  # imports torch
        from nngui.files.models.start_weights import start_weights

        sweep = SeedsSweep(self._task, spec, seeds, start_weights(spec))
        due = 0.0
        for _ in sweep:
            if stop.is_set():
                return False
            began = time.perf_counter()
            if sweep.is_level and began >= due and mail.is_empty:
                mail.put(sweep.state())
                took = time.perf_counter() - began
                due = began + SHARE * took
        mail.put(sweep.state())
        return True

    # From the training to the eyes ---------------------------------------------------------------

    @Slot()
    def _on_frame(self) -> None:
        """Draw a racer in each frame, then write the table: the window goes on in between."""
        if not self.isVisible() or self.plot.draw_next():
            return
        if self._unwritten:
            self._write()
        else:
            self._collect()

    def _collect(self) -> None:
        """Take how the runs stand by now."""
        seeds = self._mail.collect()
        if seeds is not None:
            self._seeds, self._unwritten = seeds, True
            self.plot.take_seeds(seeds)

    def _write(self) -> None:
        """Write the figures of what is drawn."""
        seeds = self._seeds
        assert seeds is not None
        self._unwritten = False
        self.table.show_results(results(seeds), seeds.seeds)
        self.table.show()
        self.bar.setValue(round(1000 * seeds.done))
        self._say(self.tr("{share} done").format(share=f"{seeds.done:.0%}"))

    def _on_ended(self, to_the_end: bool) -> None:
        self._collect()
        self._set_busy(False)
        self._stopped = not to_the_end
        if self._seeds is None:
            self._trained = None
            self._invite()
            return
        while self.plot.draw_next():
            pass
        self._write()
        self.verdict.show_results(results(self._seeds), len(self._seeds.seeds))
        self.verdict.show()
        self._say_ended()

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self._set_busy(False)
        self._trained = None
        self._invite()
        self.refused.emit(shown_sentence(error))

    def _say_ended(self) -> None:
        """Say what stands there, and whether it is of the present settings."""
        assert self._trained is not None
        keys = changed_keys(self._trained, self._spec)
        if keys:
            text = self.tr("{keys} changed since then: Start trains with the present settings.")
            self._say(text.format(keys=", ".join(keys)))
        elif self._stopped:
            self._say(self.tr("Stopped at {share}. Start begins again.").format(share=self._share))
        else:
            self._say(self.tr("Done. Point at the plot to read the medians there."))

    @property
    def _share(self) -> str:
        return f"{self._seeds.done:.0%}" if self._seeds is not None else ""

    def _invite(self) -> None:
        """Say what will appear."""
        self.table.hide()
        self.verdict.hide()
        self.plot.show_racers(())
        self.plot.show_hint(
            self.tr(
                "Was it the method, or luck? Press Start: the race is run\n"
                "with several seeds; lines show the median, bands all of them."
            )
        )
        self._say("")

    def _say(self, text: str) -> None:
        self._line = text
        self.said.setText(text)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.count.setEnabled(not busy)
        self.button.setText(self.tr("Stop") if busy else self.tr("Start"))
        self.button.setToolTip(
            self.tr("Stop; what is drawn stays.")
            if busy
            else self.tr("Run the race with each of these seeds, by turns.")
        )
        self.bar.setValue(0)
        self.bar.setVisible(busy)
        if not busy:
            self._timer.stop()

    @Slot(object)
    def _on_read(self, place: float | None) -> None:
        medians = self.plot.medians_at(place) if place is not None else {}
        if place is None or not medians:
            self.said.setText(self._line)
            return
        texts = {
            "step": self.tr("after {n} steps"),
            "epoch": self.tr("after {n} epochs"),
            "second": self.tr("after {n} s"),
        }
        where = texts[self.plot.axis].format(n=f"{place:,.3g}")
        parts = [f"{name}: {loss:.4g}" for name, loss in medians.items()]
        self.said.setText(" · ".join([where, *parts]))
