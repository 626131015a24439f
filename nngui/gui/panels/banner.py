"""What the user should know: a banner above the plots, and a log for the details."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from nngui.core.memory import as_no_memory
from nngui.gui.style.icons import icon
from nngui.gui.style.labels import Label, copy_tip, set_tip
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from PySide6.QtGui import QAction

    from nngui.gui.style.theme import Colours

log = logging.getLogger("nngui")
ICONS = {
    "info": "mdi6.information-outline",
    "warning": "mdi6.alert-outline",
    "error": "mdi6.alert-circle-outline",
}
MARGIN, MAX_WIDTH, BELOW_HEADER = 24, 620, 52  # pixels
MAX_BESIDE = 2  # answers that leave room for the sentence beside them
INFO_FOR_MS = 6000  # warnings and errors stay until they are closed or replaced


@dataclass(frozen=True)
class _Message:
    """What a banner says: its level, the sentence, and what can be answered."""

    level: str
    text: str
    actions: tuple[QAction, ...] = ()
    closable: bool = True


class Banner(QFrame):
    """One sentence with a button to close it; it floats over its parent, so that nothing moves.

    A sentence that asks something has buttons for its answers instead. It stays until one of them
    is pressed: what is said in the meantime covers it, and uncovers it again. Another question
    goes first, and this one comes back after its answer.

    Signals
    -------
    answered
        What was asked has its answer, and another question may be asked.
    """

    answered = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._under = parent
        parent.installEventFilter(self)
        self._theme: Colours | None = None
        self._message = _Message("info", "")
        self._asked: _Message | None = None
        self._waiting: list[_Message] = []  # questions that came before the one that is asked
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        self._icon = Label()
        self.text = Label()
        self.text.setWordWrap(True)
        self._close = QToolButton()
        self._close.setProperty("small", True)
        self._close.setAutoRaise(True)
        set_tip(self._close, self.tr("Close"))
        self._close.setAccessibleName(self.tr("Close"))
        row.addWidget(self._icon)
        self._beside, self._below = QHBoxLayout(), QHBoxLayout()  # where the answers stand
        self._column = column = QVBoxLayout()
        column.addWidget(self.text)
        column.addLayout(self._below)
        row.addLayout(column, 1)
        row.addLayout(self._beside)
        row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._uncover)
        self._close.clicked.connect(self._uncover)
        self.hide()

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._close.setIcon(icon("mdi6.close", theme.muted, theme.text))
        self._paint()

    @Slot(str, str)
    def say(
        self, level: str, text: str, actions: Sequence[QAction] = (), *, closable: bool = False
    ) -> None:
        """Show a sentence: ``info`` for some seconds, ``warning`` and ``error`` until closed.

        Parameters
        ----------
        actions : sequence of QAction
            The possible answers, the first of them the one that is recommended. Each gets a
            button, and the sentence stays until one is given.
        closable : bool
            A question that need not be answered can be closed.
        """
        message = _Message(level, text, tuple(actions), closable or not actions)
        if actions:
            self._waiting = [one for one in self._waiting if one.actions != message.actions]
            if self._asked is not None and self._asked.actions != message.actions:
                self._waiting.append(self._asked)
            self._asked = message
        self._show(message)

    @property
    def is_asking(self) -> bool:
        """Whether a question waits for its answer."""
        return self._asked is not None

    def withdraw(self, answer: QAction) -> None:
        """Take back the question that has such an answer, if it was not answered yet."""
        self._waiting = [one for one in self._waiting if answer not in one.actions]
        if self._asked is None or answer not in self._asked.actions:
            return
        asked, self._asked = self._asked, None
        if self._message is asked:
            self.hide()
        QTimer.singleShot(0, self._ask_next)

    def _show(self, message: _Message) -> None:
        self._message = message
        self.text.setText(message.text)
        self._offer(message.actions)
        self._close.setVisible(message.closable)
        self.setProperty("notice", message.level)
        self.style().unpolish(self)
        self.style().polish(self)
        self._paint()
        self._place()
        self.show()
        self.raise_()
        if message.level == "info" and not message.actions:
            self._timer.start(INFO_FOR_MS)
        else:
            self._timer.stop()

    def _offer(self, actions: tuple[QAction, ...]) -> None:
        """Have a button for each answer, in place of the one that closes."""
        for layout in (self._beside, self._below):
            while (item := layout.takeAt(0)) is not None:
                if (old := item.widget()) is not None:
                    old.hide()
                    old.deleteLater()
        answers = self._below if len(actions) > MAX_BESIDE else self._beside
        for action in actions:
            button = QPushButton(action.text())
            button.setProperty("small", True)
            button.setProperty("primary", action is actions[0])
            button.setAccessibleName(action.text())
            copy_tip(action, button)
            button.clicked.connect(self._on_answer)
            button.clicked.connect(action.trigger)
            answers.addWidget(button)
            button.show()
        self._below.addStretch(1)  # always: an empty row would hold the text's column at its least

    @Slot()
    def _on_answer(self) -> None:
        self._asked = None
        self.hide()
        QTimer.singleShot(0, self._tell_answered)  # after what the answer does

    @Slot()
    def _tell_answered(self) -> None:
        self._ask_next()
        self.answered.emit()

    @Slot()
    def _ask_next(self) -> None:
        """Ask again what made room for another question."""
        if self._asked is None and self._waiting:
            self._asked = self._waiting.pop()
            if self.isHidden():
                self._show(self._asked)

    @Slot()
    def _uncover(self) -> None:
        """Hide what was said; a question that has no answer yet comes back."""
        self._timer.stop()
        if self._asked is not None and self._message is not self._asked:
            self._show(self._asked)
            return
        if self._message is self._asked:  # a question that need not be answered
            self._asked = None
            QTimer.singleShot(0, self._tell_answered)
        self.hide()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._under and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        """Stand at the top of the parent, below the plot's header."""
        room = self._under.width() - 2 * MARGIN
        width = min(room, MAX_WIDTH)
        for layout in (self._column, self._row):  # which other answers may have made higher
            layout.invalidate()
        height = max(self._row.heightForWidth(width), self.sizeHint().height())
        self.setGeometry(MARGIN + (room - width) // 2, BELOW_HEADER, width, height)

    def forget_problem(self) -> None:
        """Hide a warning or an error: what it was about is over."""
        if self._message.level != "info" and not self._message.actions:
            self._uncover()

    def forget(self) -> None:
        """Hide whatever is said, unless it is a question: it was about other data."""
        if not self._message.actions:
            self._uncover()

    def _paint(self) -> None:
        if self._theme is not None:
            level = self._message.level
            colour = {"warning": self._theme.warning, "error": self._theme.error}
            picture = icon(ICONS[level], colour.get(level, self._theme.accent))
            self._icon.setPixmap(picture.pixmap(18, 18))


class Unexpected(QObject):
    """Brings exceptions that nobody caught to the user: into the log, and as one sentence.

    Signals
    -------
    happened : str, str
        What to tell, and its details; may come from any thread. An error that comes again from the
        same place is told once, and only counted in the log.
    """

    happened = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._times: Counter[tuple[str, str]] = Counter()

    def install(self) -> Callable[[], None]:
        """Take the place of Python's own hooks; return what puts them back."""
        before = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

        def restore() -> None:
            sys.excepthook, threading.excepthook = before

        return restore

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        place = details.splitlines()[-3] if trace is not None else ""
        self._times[kind.__name__, place] += 1
        times = self._times[kind.__name__, place]
        if times > 1:
            if times & (times - 1) == 0:  # the second, fourth, eighth ... time
                log.error("Unexpected error, for the %d. time: %s%s", times, kind.__name__, place)
            return
        log.error("Unexpected error\n%s", details)
        text = self.tr("Something unexpected happened ({name}). Help, Open log has the details.")
        no_memory = as_no_memory(error)
        said = shown_sentence(no_memory) if no_memory else text.format(name=kind.__name__)
        self.happened.emit(said, details)

    def _on_thread_exception(self, hook: threading.ExceptHookArgs) -> None:
        error = hook.exc_value or RuntimeError(hook.exc_type.__name__)
        self._on_exception(hook.exc_type, error, hook.exc_traceback)
