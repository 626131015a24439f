"""After a crash: what the dead program saved of its runs is offered until it is answered for.

It stands in the list of runs from then on, too. Closing the window is no answer: what was offered
is offered again at the next start.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from typing_extensions import override

from nngui.gui.left_behind import RUN_SUFFIX, Saved, WindowFolders, task_of
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.tabs.recovery_offer import RecoveryOffer, SavedQuestion, when
from nngui.tasks import all_tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from nngui.core.errors import NnguiError
    from nngui.core.spec import Spec
    from nngui.gui.tabs.task_tab import TaskTab
    from nngui.gui.window.closing import Closing
    from nngui.gui.window.main_window import MainWindow

BEGIN_AFTER_MS = 100  # the first picture comes first
log = logging.getLogger(__name__)


class RecoveryManager(QObject):
    """Keeps a window's runs safe from a crash, and offers what others left.

    The tab that is open at the start offers all of it, the newest of each task; every other tab
    its own.

    Parameters
    ----------
    root : Path
        The folder of all windows' folders.

    Signals
    -------
    begun
        What other windows left was offered, if there was anything.
    """

    begun = Signal()

    def __init__(self, window: MainWindow, root: Path) -> None:
        super().__init__(window)
        self._window = window
        self._tasks = {task.name: task for task in all_tasks()}
        self._folders = WindowFolders(root, self._tasks)
        self._waiting: list[Saved] = []  # for an answer, the newest last
        self._pending: dict[str, Saved] = {}  # what is being restored, by its task
        self._troubles: list[str] = []  # said behind the offer, which they cover until closed
        self._questions: dict[TaskTab, SavedQuestion] = {}
        self._first: dict[TaskTab, Spec] = {}  # what each tab began with
        self._start: TaskTab | None = None
        self._warned = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BEGIN_AFTER_MS)
        self._timer.timeout.connect(self._begin)
        window.installEventFilter(self)
        window.tab_built.connect(self._watch)
        window.closed.connect(self._on_closed)
        for tab in window.built:
            self._watch(tab)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shown_first = watched is self._window and event.type() == QEvent.Type.Show
        if shown_first and not self._folders.is_claimed:
            self._timer.start()
        return super().eventFilter(watched, event)

    # Saving --------------------------------------------------------------------------------------

    @Slot()
    def _begin(self) -> None:
        """Claim a folder, save the runs there, and offer what other windows left."""
        try:
            self._folders.claim()
        except OSError as error:
            log.warning("%s: %s", self._folders.own, error.strerror)
        if not self._folders.is_claimed:
            text = self.tr("{folder} cannot be written: a crash would lose this window's runs.")
            self._warn(text.format(folder=self._folders.own))
            self.begun.emit()
            return
        self._start = self._window.tab
        for tab in self._window.built:
            self._watch_saving(tab)
        self._look(self.begun.emit)

    @Slot(object)
    def _watch(self, tab: TaskTab) -> None:
        self._first[tab] = tab.run.spec  # now: what is set before a folder is claimed counts
        tab.run.restored.connect(self._on_restored)
        tab.run.unsaved.connect(self._on_unsaved)
        if self._folders.is_claimed:
            self._watch_saving(tab)
            self._ask()

    def _watch_saving(self, tab: TaskTab) -> None:
        path = self._folders.own / f"{tab.task.name}{RUN_SUFFIX}"
        tab.run.save_to(path, self._first[tab])
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

    def _look(self, then: Callable[[], None] = lambda: None) -> None:
        """Find what other windows have left since; list it, and ask what is to become of it."""
        try:
            found, damaged = self._folders.find()
        except OSError as error:
            log.warning("%s: %s", self._folders.own.parent, error.strerror)
            found, damaged = [], []
        for path, trouble in damaged:
            self._set_aside(path, trouble)

        def go_on() -> None:
            self._waiting = sorted([*self._waiting, *found], key=lambda saved: saved.about.saved)
            self._ask()
            self._tell_troubles()
            then()

        if trained := [saved.path for saved in found if saved.about.step]:
            self._window.runs.list_saved(trained, go_on)  # first: it may be discarded at once
        else:
            go_on()

    def _newest(self) -> list[Saved]:
        """Return what is to be asked about: of each task the newest, in the order of their times.

        What else there is waits for the answer.
        """
        newest = {saved.task: saved for saved in self._waiting}
        asked = [saved for name, saved in newest.items() if name not in self._pending]
        return sorted(asked, key=lambda saved: saved.about.saved)

    def _ask(self) -> None:
        newest = self._newest()
        for tab in self._window.built:
            asked = [one for one in newest if tab is self._start or one.task == tab.task.name]
            question = self._questions.get(tab)
            if question is None and asked:
                question = self._questions[tab] = SavedQuestion(tab)
                question.restore_wanted.connect(self._restore)
                question.discard_wanted.connect(self._discard)
            if question is not None:
                question.ask(asked, self._in_words(asked))

    def _in_words(self, asked: Sequence[Saved]) -> str:
        closed = [saved for saved in asked if saved.was_closed]
        trained = [saved for saved in asked if saved.about.step and not saved.was_closed]
        unbegun = [saved for saved in asked if not saved.about.step and not saved.was_closed]
        sentences = (
            (trained, self.tr("nngui ended unexpectedly while training {runs}.")),
            (unbegun, self.tr("nngui ended unexpectedly before this was trained: {runs}.")),
            (closed, self.tr("Saved, and not whole in the list as its window closed: {runs}.")),
        )
        return " ".join(
            text.format(runs=", ".join(map(self._name, runs))) for runs, text in sentences if runs
        )

    def _name(self, saved: Saved) -> str:
        title, time = shown(self._tasks[saved.task].title), when(saved.about)
        if not saved.about.step:
            return self.tr("{task} (settings, {time})").format(task=title, time=time)
        step = f"{saved.about.step:,}"
        text = self.tr("{task} (step {step}, {time})")
        return text.format(task=title, step=step, time=time)

    # Answers -------------------------------------------------------------------------------------

    @Slot(list)
    def _restore(self, asked: list[Saved]) -> None:
        self._pending |= {saved.task: saved for saved in asked}
        self._ask()
        for saved in asked:  # the one saved last ends on top
            self._window.open_task(saved.task).run.restore(saved.path)

    @Slot(object)
    def _on_restored(self, error: NnguiError | None) -> None:
        from nngui.gui.training.run import Run

        run = self.sender()
        assert isinstance(run, Run)
        saved = self._pending.pop(run.task.name, None)
        if saved is None:  # reopened from the list of runs
            return
        if error is None:
            # It is in the window and in its folder by now; where it could not be moved, it stays.
            self._waiting.remove(saved)
            if not saved.path.exists():
                self._folders.drop(saved.path)
        elif _is_damaged(error, saved.path):
            self._waiting.remove(saved)
            self._set_aside(saved.path, error)
        else:  # a table that is not there just now, perhaps, or no memory
            self._say_unrestored(saved.path, error)
        self._look()

    @Slot(list)
    def _discard(self, asked: list[Saved]) -> None:
        for saved in asked:
            self._waiting.remove(saved)
            self._folders.drop(saved.path)
        self._look()

    def _set_aside(self, path: Path, error: NnguiError) -> None:
        """Put a file that cannot be read out of the way, and say so."""
        log.warning("%s", str(error))
        self._say_unrestored(path, error, self._folders.set_aside(path))

    def _say_unrestored(self, path: Path, error: NnguiError, place: Path | None = None) -> None:
        text = self.tr("A run of {task} could not be restored. {why}").format(
            task=shown(self._tasks[task_of(path)].title), why=shown_sentence(error)
        )
        if place is not None:
            text += " " + self.tr("It is kept as {path}.").format(path=place)
        self._troubles.append(text)

    def _tell_troubles(self) -> None:
        troubles, self._troubles = self._troubles, []
        if troubles:  # after the offer
            text = " ".join(troubles)
            QTimer.singleShot(0, self._window, lambda: self._window.say("warning", text))

    # The end -------------------------------------------------------------------------------------

    @Slot(object)
    def _on_closed(self, closing: Closing) -> None:
        """Leave what waits for an answer, and what could not be kept as it was.

        All else is in the list of runs: who closes the window has no more use for it here.
        """
        self._timer.stop()
        self._folders.close({*closing.lost_runs, *self._pending})


def _is_damaged(error: NnguiError, path: Path) -> bool:
    """Return whether a file, or the one before it, is none that can ever be read here."""
    from nngui.files.runs.recovery import before_of

    about = error.values.get("path") in (path, before_of(path))
    return about and "why" not in error.values  # else it could not be read just now
