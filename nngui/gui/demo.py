"""All tabs in turn, unattended, for a booth or a lecture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from nngui.gui.training.pace import TUTORIAL, paces
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nngui.core.preset import Preset
    from nngui.core.task import Task
    from nngui.gui.window.main_window import MainWindow

LOOK_EVERY_MS = 200  # between two looks at how far it is
PLAY_S = 8.0  # that a run should take
MAX_PLAY_S = 14.0  # after which the next one comes, however far it is
REST_S = 3.0  # for which a finished one stands


class Demo(QObject):
    """Plays each task and its experiments, again and again, until somebody does something.

    Signals
    -------
    ended
        A key or a mouse button was pressed, and the window is the user's.
    """

    ended = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._parts = self._all_parts()
        self._seconds = self._stood = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        window.closing.connect(self._timer.stop)

    def start(self) -> None:
        """Begin with the first task."""
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        self._play_next()
        self._timer.start()

    def _all_parts(self) -> Iterator[tuple[Task, Preset | None]]:
        """Return the tutorial's settings of each task, and next time around an experiment."""
        turn = 0
        while True:
            for task in self._window.tasks:
                choices = (None, *task.presets)
                yield task, choices[turn % len(choices)]
            turn += 1

    def _play_next(self) -> None:
        task, preset = next(self._parts)
        self._window.tab.run.pause()
        tab = self._window.open_task(task.name)
        tab.take_preset(preset)
        run = tab.run
        steps = run.spec.schedule.steps if not run.spec.schedule.epochs else run.total_steps
        run.set_pace(_pace(task.redraw_every, steps))
        run.train()
        self._seconds = self._stood = 0.0
        self._window.run_display.refresh()
        tab.banner.say("info", self.tr("Demo. Any key ends it."))

    @Slot()
    def _look(self) -> None:
        run = self._window.tab.run
        seconds = LOOK_EVERY_MS / 1000
        if run.state in (State.ENDED, State.FAILED):
            self._stood += seconds
        if run.state is not State.PREPARING:
            self._seconds += seconds
        if self._stood >= REST_S or self._seconds >= MAX_PLAY_S:
            self._play_next()

    def stop(self) -> None:
        """End it; what trains is paused."""
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self._timer.stop()
        tab = self._window.tab
        tab.run.pause()
        tab.banner.say("info", self.tr("The demo has ended. The window is yours."))
        self.ended.emit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress):
            self.stop()
            return True
        return super().eventFilter(watched, event)


def _pace(redraw_every: int, steps: int) -> int:
    """Return the slowest pace, from the tutorial's on, at which so many steps are soon done."""
    positions = paces(redraw_every)
    for index in range(TUTORIAL, len(positions)):
        if steps / positions[index].steps_per_second <= PLAY_S:
            return index
    return len(positions) - 1
