"""A page on which several runs are trained by turns, and compared."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QProgressBar, QWidget

from nngui.core.errors import NnguiError
from nngui.core.records.mailbox import Mailbox
from nngui.core.spec.keys import changed_keys
from nngui.gui.background import Background
from nngui.gui.panels.card import ElidedLabel
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.spec import Spec
    from nngui.core.studies.interleaved import Pausing, Study, StudyState
    from nngui.core.task import Task
    from nngui.gui.panels.page_code import PageCode
    from nngui.gui.plots.kit.study_plot import StudyPlot
    from nngui.gui.style.theme import Colours

FRAME_MS = 30
SHARE = 5  # times as long as it takes to say how the runs stand, they train until the next time
State = TypeVar("State", bound="StudyState")


class StudyPage(QWidget, Generic[State]):
    """Trains the runs of a study beside the window, and shows how they stand.

    A class of it makes the study, and has the controls and the tables; it lays them out with
    `plot`, `bar` and `said`, and then invites the user to begin (`invite`). What it has to fill in
    raises `NotImplementedError` here: a widget cannot be an ABC, as Qt has a metaclass of its own.
    It has more methods than most: a third of them are what a class of it fills in.

    Signals
    -------
    began
        Training begins: whatever else trains would take its time from it.
    refused : str
        Why it cannot begin, or had to end, in words.
    code_changed
        `code` is another one.

    Attributes
    ----------
    task : Task
    spec : Spec
        The settings of the next study.
    plot : StudyPlot
    bar : QProgressBar
    said : ElidedLabel
        What there is to say, or what is read off the plot.
    busy : bool
        Whether it trains.
    """

    began = Signal()
    refused = Signal(str)
    code_changed = Signal()

    def __init__(self, task: Task, plot: StudyPlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.task, self.spec, self.plot = task, task.spec, plot
        self.bar, self.said, self.busy = QProgressBar(), ElidedLabel(), False
        self._trained: Spec | None = None  # the settings of what is drawn
        self._state: State | None = None  # how the runs stand, as it is drawn
        self._unwritten = False  # it is in the plot, but not in the tables
        self._stopped = False
        self._stop = threading.Event()
        self._mail: Mailbox[State] = Mailbox()
        self._work = Background(self)
        self._line = ""  # what `said` says while the mouse is elsewhere
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.bar.hide()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._on_frame)
        self._work.failed.connect(self._on_failed)
        plot.read.connect(self._on_read)

    # What a class of it fills in -----------------------------------------------------------------

    def new_study(self) -> Callable[[], Study[State]]:
        """Return what makes a study of the present settings; it is called beside the window.

        Raises
        ------
        NnguiError
            When there can be none, in words for the user.
        """
        raise NotImplementedError

    def clear(self) -> None:
        """Show the runs of the study that begins, and nothing of the last one."""
        raise NotImplementedError

    def draw(self, state: State) -> None:
        """Draw how the runs stand; what takes long is left to the plot's `draw_next`."""
        raise NotImplementedError

    def write(self, state: State) -> None:
        """Write the figures of what is drawn."""
        raise NotImplementedError

    def conclude(self, state: State) -> None:
        """Say what follows, once training has ended."""

    def show_busy(self, busy: bool) -> None:
        """Offer to stop, or to begin."""
        raise NotImplementedError

    def invite(self) -> None:
        """Say what will appear, as long as nothing is drawn."""
        raise NotImplementedError

    def ended_text(self, changed: Sequence[str], *, stopped: bool) -> str:
        """Return what to say of a study that has ended, and of settings that changed since."""
        raise NotImplementedError

    def code(self) -> PageCode:
        """Return the script of what is drawn, or of what would be."""
        raise NotImplementedError

    def changed_since(self, trained: Spec) -> list[str]:
        """Return which settings are no longer those of what is drawn."""
        return changed_keys(trained, self.spec)

    # What the tab tells --------------------------------------------------------------------------

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.plot.set_theme(theme)

    def show_spec(self, spec: Spec) -> None:
        """Train with these settings from the next time on."""
        self.spec = spec
        if self._trained is not None and not self.busy:
            self._say_ended(self._trained)

    def close_work(self, deadline: QDeadlineTimer) -> bool:
        """Stop training; nobody waits for the step that is under way."""
        self._timer.stop()
        self._stop.set()
        return self._work.close(deadline)

    # From the user to the training -------------------------------------------------------------

    @Slot()
    def begin_or_stop(self) -> None:
        """Begin; or stop, where it trains."""
        if self.busy:
            self._stop.set()
            return
        try:
            make = self.new_study()
        except NnguiError as error:
            self.refused.emit(shown_sentence(error))
            return
        self.began.emit()
        self._trained, self._state, self._unwritten = self.spec, None, False
        self._stop, self._mail = threading.Event(), Mailbox()
        self.plot.show_hint("")
        self.clear()
        self._set_busy(True)
        self.say(self.tr("The networks are made…"))
        mail, stop = self._mail, self._stop
        self._work.start(lambda: train(make, mail, stop), self._on_ended)
        self._timer.start()

    # From the training to the eyes ---------------------------------------------------------------

    @Slot()
    def _on_frame(self) -> None:
        """Draw a part in each frame, then write the figures: the window goes on in between."""
        if not self.isVisible() or self.plot.draw_next():
            return
        if self._unwritten:
            self._write()
        else:
            self._collect()

    def _collect(self) -> None:
        """Take how the runs stand by now."""
        state = self._mail.collect()
        if state is not None:
            self._state, self._unwritten = state, True
            self.draw(state)

    def _write(self) -> None:
        assert self._state is not None
        self._unwritten = False
        self.write(self._state)
        self.bar.setValue(round(1000 * self._state.done))
        self.say(self.tr("{share} done").format(share=self.share))

    def _on_ended(self, to_the_end: bool) -> None:
        self._collect()
        self._stopped = not to_the_end
        self._set_busy(False)
        if self._state is None or self._trained is None:  # stopped before the first steps
            self._trained = None
            self.invite()
            self.code_changed.emit()
            return
        while self.plot.draw_next():
            pass
        self._write()
        self.conclude(self._state)
        self._say_ended(self._trained)

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self._trained = self._state = None
        self._set_busy(False)
        self.invite()
        self.refused.emit(shown_sentence(error))

    # What it says --------------------------------------------------------------------------------

    @property
    def share(self) -> str:
        """How much is done, as it is read; "" before anything is."""
        return f"{self._state.done:.0%}" if self._state is not None else ""

    def say(self, text: str) -> None:
        """Say something below the plot, while nothing is read off it."""
        self._line = text
        self.said.setText(text)

    def _say_ended(self, trained: Spec) -> None:
        """Say what stands there, and whether it is of the present settings."""
        self.say(self.ended_text(self.changed_since(trained), stopped=self._stopped))

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        self.bar.setValue(0)
        self.bar.setVisible(busy)
        self.show_busy(busy)
        if not busy:
            self._timer.stop()
        self.code_changed.emit()

    @property
    def studied(self) -> Spec:
        """The settings of what is drawn; the present ones where nothing is."""
        return self.spec if self._trained is None else self._trained

    @property
    def drawn(self) -> State | None:
        """How the runs stand, as it is drawn; None without any, and while they are trained."""
        return None if self.busy else self._state

    def note_of_code(self) -> str:
        """Return which settings are no longer those of the script; "" where all of them are."""
        changed = self.changed_since(self._trained) if self._trained is not None else []
        if not changed:
            return ""
        text = self.tr("This is the script of what is drawn: {keys} changed since then.")
        return text.format(keys=", ".join(changed))

    @Slot(object)
    def _on_read(self, place: float | None) -> None:
        losses = self.plot.losses_at(place) if place is not None else {}
        if place is None or not losses:
            self.said.setText(self._line)
            return
        texts = {
            "step": self.tr("after {n} steps"),
            "epoch": self.tr("after {n} epochs"),
            "second": self.tr("after {n} s"),
        }
        where = texts[self.plot.axis].format(n=f"{place:,.3g}")
        parts = [f"{name}: {loss:.4g}" for name, loss in losses.items()]
        self.said.setText(" · ".join([where, *parts]))


def train(make: Callable[[], Pausing[State]], mail: Mailbox[State], stop: threading.Event) -> bool:
    """Train a study, beside the window; return whether it came to its end.

    Now and then how it stands is left in the mailbox, as often as it takes little of the time.
    """
    study, due = make(), 0.0
    for _ in study:
        if stop.is_set():
            return False
        began = time.perf_counter()
        if study.is_level and began >= due and mail.is_empty:
            mail.put(study.state())
            due = began + SHARE * (time.perf_counter() - began)
    mail.put(study.state())
    return True
