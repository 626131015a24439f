"""What the loader's worker processes cost: a line, and the button that measures it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.core.spec.keys import changed_keys
from nngui.core.studies.loader_processes import NOT_FROZEN, can_start
from nngui.gui.panels.card import label
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown
from nngui.gui.tabs.batch_training.workers_meter import WorkersMeter

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.spec import Spec
    from nngui.core.task import Task


LENGTH = ("schedule.steps", "schedule.epochs", "schedule.target_loss")  # it measures one pass


class _Milliseconds(QDoubleSpinBox):
    """From 0 to a second, with its unit."""

    def __init__(self) -> None:
        super().__init__()
        self.setLocale(QLocale.c())
        self.setRange(0, 1000)
        self.setSuffix(" " + self.tr("ms"))
        self.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self.lineEdit().setTextMargins(5, 0, 0, 0)

    @override
    def textFromValue(self, value: float) -> str:
        return f"{value:g}"


class WorkersRow(QWidget):
    """Stands below the loader while it is to have workers.

    Signals
    -------
    refused : str
        Why nothing could be measured, in words.
    """

    refused = Signal(str)

    def __init__(self, task: Task, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task, self._spec = task, task.spec
        self.meter = WorkersMeter(self)
        self.said = label("", "muted")
        self.said.setWordWrap(True)
        self.said.setMinimumHeight(2 * self.said.fontMetrics().lineSpacing())  # nothing jumps
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.fetch, self.button = _Milliseconds(), QPushButton()
        set_tip(
            self.fetch,
            self.tr(
                "What each sample takes to be fetched, as if it were read from a file and decoded. "
                "Numbers in memory take nothing: then workers only cost."
            ),
        )
        self.fetch.setAccessibleName(self.tr("A sample takes"))
        self.fetch.setFixedWidth(84)
        self.button.setProperty("small", True)
        title = label(self.tr("A sample takes"), "muted")
        title.setBuddy(self.fetch)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(title)
        row.addWidget(self.fetch)
        row.addStretch(1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.said)
        self.button.clicked.connect(self._on_clicked)
        self.fetch.valueChanged.connect(self._invite)
        self.meter.measured.connect(self._on_measured)
        self.meter.failed.connect(self._on_failed)
        self.show_spec(task.spec)

    def show_spec(self, spec: Spec) -> None:
        """Measure with these settings from now on; there is nothing to see without workers."""
        changed = [key for key in changed_keys(self._spec, spec) if key not in LENGTH]
        self._spec = spec
        schedule = spec.schedule
        self.setVisible(bool(schedule.worker_processes and schedule.batch_size))
        if changed or not self.said.text():
            self.meter.stop()
            self._invite()

    def close_work(self, deadline: QDeadlineTimer) -> bool:
        """End what is being measured, and wait until its processes are gone."""
        return self.meter.close(deadline)

    @Slot()
    def _invite(self) -> None:
        """Say what can be measured, and offer it."""
        self._offer()
        if not can_start():
            self.said.setText(shown(NOT_FROZEN))
            return
        text = self.tr("Workers: {n}. The batches stay the same; measure what starting them costs.")
        self.said.setText(text.format(n=self._spec.schedule.worker_processes))

    def _offer(self) -> None:
        busy = self.meter.is_busy
        self.button.setText(self.tr("Stop") if busy else self.tr("Measure start-up"))
        set_tip(
            self.button,
            self.tr("End the measurement and its processes.")
            if busy
            else self.tr("Start the worker processes for one pass, beside the window."),
        )
        self.button.setEnabled(can_start())
        self.fetch.setEnabled(can_start() and not busy)

    @Slot()
    def _on_clicked(self) -> None:
        if self.meter.is_busy:
            self.meter.stop()
            return
        self.meter.start(self._task, self._spec, self.fetch.value())
        self._offer()
        self.said.setText(self.tr("A Python of its own starts, loads PyTorch, then the workers…"))

    @Slot(object)
    def _on_measured(self, found: dict[str, Any]) -> None:
        self._offer()
        same = self.tr("The batches are the same.")
        if not found["same_batches"]:
            same = self.tr("The batches are not the same!")
        text = self.tr(
            "{n} workers ({method}): first batch after {first}, without {first_alone}; {batches} "
            "batches after {whole}, without {whole_alone}."
        ).format(
            n=found["workers"],
            method=found["start_method"],
            batches=found["batches"],
            first=self._time(found["first_s"]),
            first_alone=self._time(found["first_alone_s"]),
            whole=self._time(found["pass_s"]),
            whole_alone=self._time(found["pass_alone_s"]),
        )
        self.said.setText(f"{text} {same}")

    @Slot(str)
    def _on_failed(self, why: str) -> None:
        self._invite()
        if why:
            self.refused.emit(why)

    def _time(self, seconds: float) -> str:
        """Return 1.8 s, 155 ms or 0.21 ms."""
        if seconds >= 0.9995:
            return self.tr("{n} s").format(n=f"{seconds:.1f}")
        text = f"{1000 * seconds:.0f}" if seconds >= 0.00995 else f"{1000 * seconds:.2g}"
        return self.tr("{n} ms").format(n=text)
