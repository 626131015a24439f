"""Searching settings for the open tab: plans it, has it trained, and shows how it stands."""

from __future__ import annotations

import functools
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nngui.core.errors import NnguiError
from nngui.core.search.plan import make_plan
from nngui.core.search.trials import DONE, ENDED
from nngui.gui.background import Background
from nngui.gui.controllers.search_processes import SearchProcesses
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.temporary import place_of, temporary_folder

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.search.plan import Plan
    from nngui.core.search.trials import Trial
    from nngui.core.task import Task
    from nngui.files.searches.journal import Journal
    from nngui.gui.controllers.host import Host
    from nngui.gui.controllers.runs import Runs
    from nngui.gui.dialogs.search.search_dialog import SearchDialog
    from nngui.gui.style.theme import Colours

LOOK_MS = 400  # between two looks into the journal
log = logging.getLogger(__name__)


class Search(QObject):
    """One search at a time; its trials are trained in processes of their own.

    Parameters
    ----------
    runs : Runs
        Has the store that trials are kept in.
    folder : Path or None
        Where the journals lie; None: nowhere, and they go with the window.

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    run_kept : RunRecord
        A trial was trained to its end just now, and is kept among the runs.
    """

    message = Signal(str, str)
    run_kept = Signal(object)

    def __init__(self, host: Host, runs: Runs, folder: Path | None) -> None:
        super().__init__(host.window())
        self._host, self._runs = host, runs
        if folder is None:
            self._own = temporary_folder()  # goes with this object
            folder = place_of(self._own)
        self._folder = folder
        self._dialog: SearchDialog | None = None
        self._task: Task | None = None  # whose settings the dialog is about
        self._plan: Plan | None = None
        self._journal: Journal | None = None
        self._trials: list[Trial] = []
        self._told: set[int] = set()  # trials that are in the list of runs
        self._is_looking = self._is_stopping = False
        self._notes = ""
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)
        self._processes = SearchProcesses(self)
        self._processes.ended.connect(self._on_processes_ended)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def is_busy(self) -> bool:
        """Whether trials are being trained."""
        return self._processes.are_running

    def stop(self) -> None:
        """Have a search that runs end, without waiting for it."""
        self._processes.stop()

    def close(self, deadline: QDeadlineTimer) -> bool:
        """End a search that runs; its journal stays, and the next one goes on with it."""
        self._timer.stop()
        written = self._background.close(deadline)
        ended = self._processes.close(deadline)
        if self._journal is not None:
            self._journal.close()
        return written and ended

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        if self._dialog is not None:
            self._dialog.set_theme(theme)

    @Slot()
    def show(self) -> None:
        """Open the dialog: with the search that runs, or for the open tab's settings."""
        run = self._host.tab.run
        if not self.is_busy and len(run.spec.optimizers()) != 1:
            text = self.tr("A search is for one network: this tab has another number.")
            self.message.emit("info", text)
            return
        if self._dialog is None:
            self._dialog = self._make_dialog()
        dialog = self._dialog
        if not self.is_busy:
            if self._task is not run.task:
                self._forget_search()
            self._task = run.task
            dialog.offer(run.spec, shown(run.task.title))
            if self._plan is not None:
                dialog.show_choices(self._plan)
        dialog.set_theme(self._host.colours())
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _make_dialog(self) -> SearchDialog:
        from nngui.gui.dialogs.search.search_dialog import SearchDialog  # imports pyqtgraph

        dialog = SearchDialog(self._host.window())
        dialog.start_requested.connect(self._on_start)
        dialog.stop_requested.connect(self._on_stop)
        dialog.use_requested.connect(self._on_use)
        return dialog

    def _forget_search(self) -> None:
        """Show nothing of a search of another tab; its journal stays."""
        if self._journal is not None:
            self._journal.close()
        self._journal = self._plan = None
        self._trials, self._told = [], set()
        if self._dialog is not None:
            self._dialog.show_search(None, ())

    # Beginning and ending ------------------------------------------------------------------------

    @Slot()
    def _on_start(self) -> None:
        dialog, task = self._dialog, self._task
        assert dialog is not None
        assert task is not None
        if self.is_busy:
            return
        spec, choices = self._host.spec_of(task), dialog.choices()
        try:
            plan, notes = make_plan(task, spec, choices.pop("over"), **choices)
        except NnguiError as error:
            dialog.show_problem(shown_sentence(error))
            return
        lines = [shown_sentence(note) for note in notes]
        if self._plan is not None and replace(self._plan, data="").identity != plan.identity:
            lines.append(self.tr("Other settings than before: this is another search."))
        self._notes = "\n".join(lines)
        self._is_stopping = False
        dialog.show_busy(busy=True)
        self._background.start(functools.partial(_opened, plan, self._folder), self._begin)

    def _begin(self, journal: Journal) -> None:
        """Go on with a journal, be it new or not."""
        if self._journal is not None:
            self._journal.close()
        self._journal = journal
        self._plan = replace(journal.plan, trials=journal.board.wanted)
        self._trials = journal.board.in_order
        self._told = {trial.number for trial in self._trials if trial.state in ENDED}
        if self._told:
            text = self.tr("Going on: {n} trials were there already.")
            self._notes = "\n".join([self._notes, text.format(n=len(self._told))]).strip()
        left = journal.board.wanted + 1 - len(self._told)
        self._show()
        if self._is_stopping and self._dialog is not None:  # Stop was pressed meanwhile
            self._dialog.show_busy(busy=False)
            return
        self._processes.start(journal.path, left)
        self._timer.start()

    @Slot()
    def _on_stop(self) -> None:
        self._is_stopping = True
        self._processes.stop()

    @Slot(str)
    def _on_processes_ended(self, said: str) -> None:
        self._timer.stop()
        self._look()
        assert self._dialog is not None
        self._dialog.show_busy(busy=False)
        if said and not self._is_stopping:
            self._notes = said
        if not self._dialog.isVisible() and not self._is_stopping:
            text = self.tr("The search has ended: Train, Search settings… shows it.")
            self.message.emit("info", text)

    # How it stands -------------------------------------------------------------------------------

    @Slot()
    def _look(self) -> None:
        """Read what the processes have written, beside the window."""
        journal = self._journal
        if journal is None or self._is_looking:
            return
        self._is_looking = True

        def look() -> tuple[Journal, list[Trial]]:
            journal.refresh()
            return journal, journal.board.in_order

        self._background.start(look, self._take)

    def _take(self, found: tuple[Journal, list[Trial]]) -> None:
        self._is_looking = False
        journal, trials = found
        if journal is not self._journal:
            return
        ended = [t for t in trials if t.state == DONE and t.number not in self._told]
        changed = trials != self._trials
        self._trials = trials
        for trial in ended:
            self._told.add(trial.number)
            self._keep(trial)
        if changed or not self.is_busy:
            self._show()

    def _keep(self, trial: Trial) -> None:
        """Have a trial listed among the runs, beside the others of its search."""
        from nngui.core.search.kept import NAMED, run_of  # imports numpy

        plan, store = self._plan, self._runs.store
        assert plan is not None
        group = self.tr("Search {name}").format(name=plan.identity[:NAMED])
        self._background.start(
            lambda: store.keep(*run_of(plan, trial, group), None), self.run_kept.emit, writes=True
        )

    def _show(self) -> None:
        if self._dialog is not None:
            self._dialog.show_search(self._plan, self._trials, self._notes)

    @Slot(int)
    def _on_use(self, number: int) -> None:
        """Give a trial's settings to the tab, as if they had been typed in."""
        plan = self._plan
        trial = next((t for t in self._trials if t.number == number), None)
        if plan is None or trial is None:
            return
        tab = self._host.open_task(plan.task.name)
        tab.run.apply(plan.settings(trial.values))
        self._host.window().activateWindow()

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self._is_looking = False
        if self._dialog is not None:
            if not self.is_busy:
                self._dialog.show_busy(busy=False)
            self._dialog.show_problem(shown_sentence(error))
        log.warning("%s", str(error))


def _opened(plan: Plan, folder: Path) -> Journal:
    """Return the journal of a plan; it reads the file that is learned from."""
    from nngui.files.searches.journal import Journal
    from nngui.files.searches.places import data_hash, path_for

    plan = replace(plan, data=data_hash(plan.spec))
    return Journal(path_for(plan, folder), {plan.task.name: plan.task}, plan)
