"""A picture of the real window after some steps of training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer

from nngui.core.errors import NnguiError
from nngui.gui.app import Started, start
from nngui.gui.panels.pictures import picture, write_png
from nngui.gui.signals import SignalsClose
from nngui.gui.training.pace import paces
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.window.main_window import MainWindow

TIMEOUT_MS = 600_000


@dataclass(frozen=True)
class Shot:
    """What the picture shall look like; `size` is in pixels before `scale`."""

    file: Path
    size: tuple[int, int]
    scale: float
    language: str | None
    theme: str | None
    panel: str


def take(task: Task, spec: Spec, looks: Shot, *, train: bool) -> int:
    """Train in the window and save its picture; return the exit code.

    Raises
    ------
    NnguiError
        When the run fails, or the picture cannot be written.
    """
    started = start(looks.language, looks.theme, remember=False)
    window = started.window
    signals = SignalsClose(started.app, window)
    try:
        image, state = _train_and_look(started, task, spec, looks, train)
        sentence = window.tab.banner.text.text()
    finally:
        window.close()
        signals.restore()
    if signals.code:
        return signals.code
    if state is State.FAILED:
        raise NnguiError("{text}", text=sentence)
    write_png(image, looks.file)
    return 0


def _train_and_look(
    started: Started, task: Task, spec: Spec, looks: Shot, train: bool
) -> tuple[QImage, State]:
    window = started.window
    tab = window.open_task(task.name)
    tab.run.apply(spec)
    tab.run.set_pace(len(paces(task.redraw_every)) - 1)
    tab.side.bar.setCurrentIndex(0 if looks.panel == "code" else 1)
    window.resize(*looks.size)
    window.show()
    window.wake()
    if train:
        tab.run.train()
    wanted = State.ENDED if train else State.READY
    deadline = QDeadlineTimer(TIMEOUT_MS)
    while tab.run.state not in (wanted, State.FAILED) and _goes_on(window, deadline):
        started.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    _settle(started.app)
    while not tab.is_drawn and _goes_on(window, deadline):
        started.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    return picture(window, looks.scale), tab.run.state


def _goes_on(window: MainWindow, deadline: QDeadlineTimer) -> bool:
    """Return whether to wait on: a signal closes the window."""
    return window.isVisible() and not deadline.hasExpired()


def _settle(app: QApplication) -> None:
    """Let the last picture and the layout arrive."""
    loop = QEventLoop()
    QTimer.singleShot(200, loop.quit)
    loop.exec()
    app.processEvents()
