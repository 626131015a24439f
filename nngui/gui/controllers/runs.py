"""The list of runs: keeps what all tabs' runs come to, and opens the window that shows them."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nngui.core.errors import NnguiError
from nngui.files.atomic import replacing
from nngui.gui.background import Background
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.temporary import place_of, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from typing import TextIO

    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.records.run_record import Curves, RunRecord
    from nngui.core.task import Task
    from nngui.files.runs.store import RunStore
    from nngui.gui.controllers.documents import Documents
    from nngui.gui.controllers.host import Host
    from nngui.gui.dialogs.runs_dialog import RunsDialog, Version
    from nngui.gui.style.theme import Colours
    from nngui.gui.tabs.task_tab import TaskTab

    Write = Callable[[TextIO, Sequence[RunRecord], Mapping[str, str]], None]


log = logging.getLogger(__name__)


class Runs(QObject):
    """Keeps runs in a folder, shows them, and puts one back into its tab.

    It has more methods than most: one for each thing that the user asks of the list.

    Parameters
    ----------
    folder : Path or None
        Where they lie; None: nowhere, and the list goes with the window.

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    """

    message = Signal(str, str)

    def __init__(
        self, host: Host, documents: Documents, tasks: list[Task], folder: Path | None
    ) -> None:
        super().__init__(host.window())
        self._host, self._documents = host, documents
        if folder is None:
            self._own = temporary_folder()  # goes with this object
            folder = place_of(self._own)
        self._folder = folder
        self._tasks = {task.name: task for task in tasks}
        self._store: RunStore | None = None
        self._dialog: RunsDialog | None = None
        self._runs: list[RunRecord] = []
        self._deleted: list[list[RunRecord]] = []
        self._reopening: set[str] = set()  # tasks
        self._ghosts: dict[str, list[tuple[str, datetime, str]]] = {}  # by task, what is drawn
        self._warned = self._swept = False
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Delete what was deleted, for good; wait for names that are being written."""
        written = self._background.close(deadline)
        self._really_delete()
        return written

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        if self._dialog is not None:
            self._dialog.set_theme(theme)

    @property
    def store(self) -> RunStore:
        """The runs on the disk."""
        if self._store is None:
            from nngui.files.runs.store import RunStore  # imports numpy

            self._store = RunStore(self._folder, list(self._tasks.values()))
        return self._store

    @Slot(object)
    def watch(self, tab: TaskTab) -> None:
        """Keep what the run of a tab comes to."""
        store = self.store
        if not self._swept:
            self._swept = True
            self._background.start(store.sweep, lambda _: None, low_priority=True)
        tab.run.keep_in(store)
        tab.run.run_stored.connect(self.list_kept)
        tab.run.run_not_stored.connect(self._on_unkept)
        tab.run.restored.connect(self._on_restored)

    @Slot()
    def show(self) -> None:
        """Show the runs of the open tab's task."""
        if self._dialog is None:
            self._dialog = self._make_dialog()
        dialog = self._dialog
        dialog.set_theme(self._host.colours())
        dialog.show_task(self._host.tab.task.name)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        store = self.store
        self._background.start(lambda: store.runs(anew=True), self._show_read)

    def _make_dialog(self) -> RunsDialog:
        from nngui.gui.dialogs.runs_dialog import RunsDialog  # imports pyqtgraph

        titles = {name: shown(task.title) for name, task in self._tasks.items()}
        dialog = RunsDialog(titles, self._host.window())
        dialog.task_chosen.connect(self._refresh)
        dialog.reopen_requested.connect(self.reopen)
        dialog.rename_requested.connect(self._on_rename)
        dialog.note_requested.connect(self._on_note)
        dialog.delete_requested.connect(self._on_delete)
        dialog.undo_requested.connect(self._on_undo)
        dialog.table_requested.connect(self._on_table)
        dialog.curves_requested.connect(self._on_curves)
        dialog.logs_requested.connect(self._on_logs)
        dialog.unread.connect(self._on_unread)
        dialog.ghosts_changed.connect(self._on_ghosts)
        return dialog

    # What is in the list -------------------------------------------------------------------------

    def _show_read(self, runs: list[RunRecord]) -> None:
        self._runs = runs
        self._refresh()

    def list_saved(self, paths: Sequence[Path], then: Callable[[], None]) -> None:
        """Put runs into the list that were saved for the case of a crash; their files stay.

        Parameters
        ----------
        then : callable
            Is called when that is done; what could not be listed stands in the log.
        """
        store = self.store

        def keep() -> list[RunRecord]:
            kept = []
            for path in paths:
                try:
                    kept.append(store.keep_saved(path))
                except NnguiError as error:  # it is offered all the same
                    log.warning("%s", str(error))
                except Exception:  # no memory perhaps
                    log.exception("%s could not be put into the list of runs", path)
            return kept

        def told(kept: list[RunRecord]) -> None:
            for run in kept:
                self.list_kept(run)
            then()

        self._background.start(keep, told, writes=True)

    @Slot(object)
    def list_kept(self, run: RunRecord) -> None:
        """List a run that has just been kept in the store."""
        from nngui.files.runs.store import too_old  # imports numpy

        self._warned &= not run.can_reopen
        left = ([one for one in runs if one.id != run.id] for runs in self._deleted)
        self._deleted = [runs for runs in left if runs]  # it was taken again: it is not to go
        runs = [run, *(known for known in self._runs if known.id != run.id)]
        gone = {old.id for old in too_old(runs, run.task)}
        self._runs = [known for known in runs if known.id not in gone]
        self._refresh()

    @Slot(object)
    def _on_unkept(self, error: NnguiError) -> None:
        """Say it once until a run can be kept again; the log has it every time."""
        if not self._warned:
            self._warned = True
            self.message.emit("warning", shown_sentence(error))

    @Slot()
    def _refresh(self) -> None:
        dialog = self._dialog
        if dialog is None or not dialog.isVisible():
            return
        gone = {run.id for runs in self._deleted for run in runs}
        listed = [run for run in self._runs if run.task == dialog.task and run.id not in gone]
        note = ""
        if self.store.unreadable:
            text = self.tr("Left out, as they could not be read: {n}; the log says why.")
            note = text.format(n=self.store.unreadable)
        dialog.show_runs(listed, note, undoable=bool(self._deleted))
        self._on_ghosts()  # one of them may have been deleted, or gone on

    @Slot(list)
    def _on_unread(self, runs: list[RunRecord]) -> None:
        store, dialog = self.store, self._dialog
        assert dialog is not None
        self._background.start(lambda: _read_curves(store, runs), dialog.take_curves)

    @Slot()
    def _on_ghosts(self) -> None:
        """Draw the ticked runs behind the curve of their task's tab."""
        dialog, store = self._dialog, self.store
        assert dialog is not None
        task, runs = dialog.task, dialog.model.ghosts
        wanted = [(*run.version, dialog.model.name_of(run)) for run in runs]
        if wanted == self._ghosts.get(task, []):
            return
        self._ghosts[task] = wanted

        def show(curves: dict[Version, Curves]) -> None:
            from nngui.gui.plots.kit.ghosts import Ghost  # imports pyqtgraph

            if self._ghosts[task] != wanted:  # others were ticked meanwhile
                return
            ghosts = (Ghost(curves[(key, at)], n) for key, at, n in wanted if (key, at) in curves)
            for tab in self._host.built:
                if tab.task.name == task:
                    tab.timeline.show_kept(tuple(ghosts))

        self._background.start(lambda: _read_curves(store, runs), show)

    # What the user wants -----------------------------------------------------------------------

    @Slot(object)
    def reopen(self, run: RunRecord) -> None:
        """Put a run back into its tab as it was, and open that tab."""
        tab = self._host.open_task(run.task)
        if run.can_reopen:
            try:
                path = self.store.path_of(run)
            except NnguiError as error:
                self._on_failed(error)
            else:
                self._reopening.add(run.task)
                tab.run.restore(path, adopt=False)
        else:
            tab.run.apply(run.spec)
            text = self.tr("Of this run no network was kept: these are its settings.")
            self.message.emit("info", text)
        self._host.window().activateWindow()

    @Slot(object)
    def _on_restored(self, error: NnguiError | None) -> None:
        from nngui.gui.training.run import Run

        run = self.sender()
        assert isinstance(run, Run)
        if run.task.name in self._reopening:  # else it was saved by a window that crashed
            self._reopening.discard(run.task.name)
            if error is not None:
                self._on_failed(error)

    @Slot(object, str)
    def _on_rename(self, run: RunRecord, name: str) -> None:
        store = self.store
        self._background.start(lambda: store.rename(run, name), self._replace, writes=True)

    @Slot(object, str)
    def _on_note(self, run: RunRecord, note: str) -> None:
        store = self.store
        self._background.start(lambda: store.annotate(run, note), self._replace, writes=True)

    def _replace(self, run: RunRecord) -> None:
        self._runs = [run if known.id == run.id else known for known in self._runs]
        self._refresh()

    @Slot(list)
    def _on_delete(self, runs: list[RunRecord]) -> None:
        """Take runs off the list; their files go with the window, so that it can be undone."""
        self._deleted.append(runs)
        self._refresh()

    @Slot()
    def _on_undo(self) -> None:
        if self._deleted:
            self._deleted.pop()
            self._refresh()

    def _really_delete(self) -> None:
        deleted, self._deleted = self._deleted, []
        for run in (run for runs in deleted for run in runs):
            try:
                self.store.delete(run)
            except NnguiError as error:  # the window is going, and nobody there to be told
                log.warning("%s", str(error))

    @Slot()
    def _on_table(self) -> None:
        from nngui.files.runs.runs_csv import write_runs

        assert self._dialog is not None
        self._export("runs", self._dialog.table.listed, write_runs)

    @Slot()
    def _on_curves(self) -> None:
        from nngui.files.runs.runs_csv import write_curves

        assert self._dialog is not None
        write = functools.partial(write_curves, curves=self.store.curves)
        self._export("curves", self._dialog.drawn, write)

    @Slot()
    def _on_logs(self) -> None:
        """Ask for a folder, and write there what TensorBoard reads."""
        from nngui.files.runs.tensorboard import HOW_TO_GET, has_tensorboard, write_runs

        dialog = self._dialog
        assert dialog is not None
        if not has_tensorboard():
            text = self.tr("TensorBoard's package is not here. Get it by: {command}")
            self.message.emit("info", text.format(command=HOW_TO_GET))
            return
        runs, curves = list(dialog.drawn), self.store.curves
        names = {run.id: dialog.model.name_of(run) for run in runs}

        def write(folder: Path) -> None:
            text = self.tr("Written for TensorBoard. See it by: tensorboard --logdir {folder}")
            self._background.start(
                lambda: write_runs(folder, runs, names, curves),
                lambda _: self.message.emit("info", text.format(folder=folder)),
                writes=True,
            )

        self._documents.ask_for_folder(write)

    def _export(self, what: str, runs: list[RunRecord], write: Write) -> None:
        dialog = self._dialog
        assert dialog is not None
        names = {run.id: dialog.model.name_of(run) for run in runs}

        def save(path: Path) -> None:
            with replacing(path) as file:
                write(file, runs, names)
            self.message.emit("info", self.tr("Saved as {path}.").format(path=path))

        self._documents.ask_to_save(f"{dialog.task}-{what}.csv", self.tr("Table (*.csv)"), save)

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self.message.emit("error", shown_sentence(error))


def _read_curves(store: RunStore, runs: Sequence[RunRecord]) -> dict[Version, Curves]:
    """Read the curves of runs, by their versions, as far as they are there."""
    found: dict[Version, Curves] = {}
    for run in runs:
        try:
            found[run.version] = store.curves(run)
        except NnguiError as error:
            # Its file has gone, or is damaged: the others are drawn all the same.
            log.warning("%s", str(error))
    return found
