"""What is said above the plots after a step that failed, and how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown_sentence
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from nngui.core.training.failure import Failure
    from nngui.gui.panels.banner import Banner
    from nngui.gui.training.run import Run


class StopTeller(QObject):
    """Tells how a run stands after an error in a step, until it goes on or makes room.

    Signals
    -------
    save_requested
        The user wants the network in a file.
    details_requested : str
        The user wants these details for a report.
    """

    save_requested = Signal()
    details_requested = Signal(str)

    def __init__(self, run: Run, banner: Banner, parent: QObject) -> None:
        super().__init__(parent)
        self._run, self._banner = run, banner
        self._failure: Failure | None = None
        self._go_on = QAction(self)
        set_tip(self._go_on, self.tr("Train on from where the run stands, as Train does."))
        self._go_on.triggered.connect(run.train)
        self._save = QAction(self.tr("Save model…"), self)
        set_tip(self._save, self.tr("Save the network as it is now."))
        self._save.triggered.connect(self._on_save)
        self._details = QAction(self.tr("Details"), self)
        set_tip(
            self._details,
            self.tr("Copy what a report of the error needs to the clipboard; the log has it, too."),
        )
        self._details.triggered.connect(self._on_details)
        run.stopped.connect(self._on_stopped)
        run.state_changed.connect(self._on_changed)
        run.updated.connect(self._on_changed)

    @Slot(object)
    def _on_stopped(self, failure: Failure) -> None:
        self._failure = failure
        self._go_on.setText(self.tr("Go on from step {step}").format(step=f"{failure.at:,}"))
        self._tell()

    def _tell(self) -> None:
        if self._failure is not None:
            answers = (self._go_on, self._save, self._details)
            self._banner.say("error", shown_sentence(self._failure), answers, closable=True)

    @Slot()
    def _on_save(self) -> None:
        self._tell()  # it is still to be answered
        self.save_requested.emit()

    @Slot()
    def _on_details(self) -> None:
        self._tell()
        if self._failure is not None:
            self.details_requested.emit(self._failure.details)

    @Slot()
    def _on_changed(self) -> None:
        """Take it back when the run goes on, or makes room for another one."""
        run, failure = self._run, self._failure
        stands = run.state in (State.PAUSED, State.READY)
        if failure is not None and not (stands and run.steps_done == failure.at):
            self._failure = None
            self._banner.withdraw(self._details)
