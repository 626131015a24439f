"""After a crash: what the dead program saved of its runs is offered, once.

Each window saves into a folder of its own, which it holds locked as long as it lives. A folder
whose lock can be taken belongs to nobody any more: the program that made it was killed.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLockFile, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from typing_extensions import override

from nngui.core.errors import FileError, NnguiError
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.tabs.recovery_offer import RecoveryOffer, when
from nngui.tasks import all_tasks

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime
    from pathlib import Path

    from nngui.files.runs.recovery import Summary
    from nngui.gui.tabs.task_tab import TaskTab
    from nngui.gui.window.closing import Closing
    from nngui.gui.window.main_window import MainWindow

BEGIN_AFTER_MS = 100  # the first picture comes first
LOCK = "lock"
RUN_SUFFIX = ".safetensors"
ASIDE = "unreadable"  # here lies what could not be restored, the last of each task
MAX_CLAIMS = 3  # of folders that are made and not locked yet: others may look at that moment
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Dead:
    """What a killed window left: its folder, our lock on it, and its runs, the oldest first."""

    folder: Path
    lock: QLockFile
    runs: tuple[tuple[Path, Summary], ...]

    @property
    def saved(self) -> datetime:
        """When the last of its runs was saved."""
        return self.runs[-1][1].saved


class RecoveryManager(QObject):
    """Keeps a window's runs safe from a crash, and offers what another one left.

    Parameters
    ----------
    root : Path
        The folder of all windows' folders.

    Signals
    -------
    begun
        What another window left was offered, if there was anything.
    """

    begun = Signal()

    def __init__(self, window: MainWindow, root: Path) -> None:
        super().__init__(window)
        self._window, self._root = window, root
        self._tasks = {task.name: task for task in all_tasks()}
        self._own = root / uuid.uuid4().hex[:12]
        self._lock: QLockFile | None = None
        self._offered: Dead | None = None
        self._pending: dict[str, Path] = {}  # tasks whose runs are being restored, and from where
        self._warned = False
        self._restore = QAction(self.tr("Restore"), self)
        set_tip(self._restore, self.tr("Open the run as it was when it was last saved, paused."))
        self._restore.triggered.connect(self._on_restore)
        self._discard = QAction(self.tr("Discard"), self)
        set_tip(self._discard, self.tr("Delete what was saved of the run."))
        self._discard.triggered.connect(self._on_discard)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BEGIN_AFTER_MS)
        self._timer.timeout.connect(self._begin)
        self._timer.timeout.connect(self.begun)
        window.installEventFilter(self)
        window.tab_built.connect(self._watch)
        window.closed.connect(self._on_closed)
        for tab in window.built:
            self._watch(tab)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shown_first = watched is self._window and event.type() == QEvent.Type.Show
        if shown_first and self._lock is None:
            self._timer.start()
        return super().eventFilter(watched, event)

    # Saving --------------------------------------------------------------------------------------

    @Slot()
    def _begin(self) -> None:
        """Claim a folder, save the runs there, and offer what another window left."""
        try:
            self._claim()
            found = self._find() if self._lock is not None else []
        except OSError as error:
            log.warning("%s: %s", self._own, error.strerror)
            found = []
        if self._lock is None:
            text = self.tr("{folder} cannot be written: a crash would lose this window's runs.")
            self._warn(text.format(folder=self._own))
            return
        for tab in self._window.built:
            self._watch_saving(tab)
        self._offer(found)

    def _claim(self) -> None:
        """Make a folder and lock it; another window may take a new one for a leftover."""
        for _ in range(MAX_CLAIMS):
            self._own = self._root / uuid.uuid4().hex[:12]
            self._own.mkdir(parents=True, exist_ok=True)
            self._lock = _take(self._own)
            if self._lock is not None:
                return

    @Slot(object)
    def _watch(self, tab: TaskTab) -> None:
        tab.run.restored.connect(self._on_restored)
        tab.run.unsaved.connect(self._on_unsaved)
        if self._lock is not None:
            self._watch_saving(tab)

    def _watch_saving(self, tab: TaskTab) -> None:
        path = self._own / f"{tab.task.name}{RUN_SUFFIX}"
        tab.run.save_to(path)
        RecoveryOffer(tab, path)

    @Slot(object)
    def _on_unsaved(self, error: NnguiError) -> None:
        self._warn(shown_sentence(error))

    def _warn(self, text: str) -> None:
        """Say once that runs cannot be saved; the log has it every time."""
        if not self._warned:
            self._warned = True
            self._window.say("warning", text)

    # Offering ------------------------------------------------------------------------------------

    def _find(self) -> list[Dead]:
        """Return what killed windows left, the newest last; what holds nothing is removed."""
        found = []
        for folder in self._root.iterdir():
            if folder in (self._own, self._root / ASIDE) or not folder.is_dir():
                continue
            if (lock := _take(folder)) is None:
                continue
            dead = Dead(folder, lock, self._runs(folder))
            if dead.runs:
                found.append(dead)
            else:
                _remove(folder, lock)
        return sorted(found, key=lambda dead: dead.saved)

    def _runs(self, folder: Path) -> tuple[tuple[Path, Summary], ...]:
        from nngui.files.runs.recovery import before_of, read_last_summary  # imports numpy

        runs = []
        for name in self._tasks:
            path = folder / f"{name}{RUN_SUFFIX}"
            if path.exists() or before_of(path).exists():
                try:
                    runs.append((path, read_last_summary(path)))
                except FileError as error:
                    self._set_aside(path, error)
        return tuple(sorted(runs, key=lambda run: run[1].saved))

    def _offer(self, found: list[Dead]) -> None:
        """Offer the newest; others wait until it has its answer, or for another window."""
        for dead in found[:-1]:
            dead.lock.unlock()
        if not found:
            return
        self._offered = found[-1]
        runs = ", ".join(self._in_words(path, about) for path, about in self._offered.runs)
        text = self.tr("nngui ended unexpectedly while training {runs}.").format(runs=runs)
        self._window.tab.banner.say("info", text, (self._restore, self._discard))

    def _in_words(self, path: Path, about: Summary) -> str:
        return self.tr("{task} (step {step}, {time})").format(
            task=shown(self._tasks[path.stem].title), step=f"{about.step:,}", time=when(about)
        )

    @Slot()
    def _on_restore(self) -> None:
        if self._offered is None:
            return
        self._pending = {path.stem: path for path, _ in self._offered.runs}
        for path, _ in self._offered.runs:  # the one saved last ends on top
            self._window.open_task(path.stem).run.restore(path)

    @Slot(object)
    def _on_restored(self, error: NnguiError | None) -> None:
        from nngui.gui.training.run import Run

        run = self.sender()
        assert isinstance(run, Run)
        if run.task.name not in self._pending:  # reopened from the list of runs
            return
        path = self._pending.pop(run.task.name)
        if error is not None:
            self._set_aside(path, error)
        if not self._pending:
            self._on_discard()  # the runs are in the window and its own folder by now

    @Slot()
    def _on_discard(self) -> None:
        if self._offered is not None:
            _remove(self._offered.folder, self._offered.lock)
            self._offered = None
            self._offer(self._find())

    def _set_aside(self, path: Path, error: NnguiError) -> None:
        """Put a file that cannot be restored out of the way, and say so."""
        from nngui.files.runs.recovery import before_of

        log.warning("%s", str(error))
        for file in (path, before_of(path)):
            try:
                (self._root / ASIDE).mkdir(exist_ok=True)
                if file.exists():
                    file.replace(self._root / ASIDE / file.name)
            except OSError as trouble:  # it is gone, or the folder is read-only
                log.warning("%s could not be set aside: %s", file, trouble.strerror)
        text = self.tr("A run of {task} could not be restored. {why}").format(
            task=shown(self._tasks[path.stem].title), why=shown_sentence(error)
        )
        # After the offer, which it covers until it is closed.
        QTimer.singleShot(0, self._window, lambda: self._window.say("warning", text))

    # The end -------------------------------------------------------------------------------------

    @Slot(object)
    def _on_closed(self, closing: Closing) -> None:
        """Leave nothing: who closes the window has no more use for its runs, nor for the offer.

        A run that could not be kept as it was, because a step or the disk took too long, is offered
        at the next start as it was last saved.
        """
        self._timer.stop()
        if self._pending:  # closed before they were there: they are offered again
            return
        if self._offered is not None:
            _remove(self._offered.folder, self._offered.lock)
            self._offered = None
        if self._lock is not None:
            _remove(self._own, self._lock, spared=closing.lost_runs)
            self._lock = None


def _take(folder: Path) -> QLockFile | None:
    """Lock a folder; None while a living program holds it.

    The lock names its holder's process. After a crash another program may have that number by now,
    so the system's own lock on the file has the last word: it ends with its holder.
    """
    lock = QLockFile(str(folder / LOCK))
    lock.setStaleLockTime(0)  # a window may live for days
    if lock.tryLock(0) or (lock.removeStaleLockFile() and lock.tryLock(0)):
        return lock
    return None


def _remove(folder: Path, lock: QLockFile, spared: AbstractSet[str] = frozenset()) -> None:
    """Delete a folder of ours, which holds files only, but for the runs of spared tasks."""
    try:
        files = [file for file in folder.iterdir() if file.name != LOCK]
        for file in files:
            if file.name.partition(".")[0] not in spared:
                file.unlink()
        lock.unlock()
        if not any(file.exists() for file in files):
            folder.rmdir()
    except OSError as error:  # another window just looked into it; the next start tries again
        log.warning("%s could not be removed: %s", folder, error.strerror)
        lock.unlock()
