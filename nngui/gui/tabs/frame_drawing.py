"""Draws the newest picture of a run: a part of it in each frame, and only while it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Slot

from nngui.gui.training.frame_pacer import MIN_INTERVAL_MS, FramePacer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from nngui.core.records.snapshot import Snapshot
    from nngui.gui.training.run import Run

LABELS_EVERY_MS = 100  # figures that change faster cannot be read
LOSSES_EVERY = 2.8  # frames: the losses change little from one to the next, and are long to draw
INTERVAL_SLACK_MS = 2  # by which the timer's interval may differ from the one that is due


class DrawnTab(Protocol):
    """What draws, when it is told to."""

    def isVisible(self) -> bool:
        """Return whether anybody could see it."""

    def draw_steps(self) -> Sequence[Callable[[Snapshot], None]]:
        """Return what draws a picture of the run, a frame each."""

    def draw_losses(self, snapshot: Snapshot) -> None:
        """Draw the losses up to now."""

    def show_labels(self) -> None:
        """Show the newest figures."""


class FrameDrawing(QObject):
    """Collects pictures of a run, and has a tab draw them by a timer.

    Attributes
    ----------
    snapshot : Snapshot or None
        The newest picture of the run.
    """

    def __init__(self, run: Run, tab: DrawnTab, parent: QWidget) -> None:
        super().__init__(parent)
        self._run, self._tab = run, tab
        self.snapshot: Snapshot | None = None
        self._pending_draws: list[Callable[[Snapshot], None]] = []  # what lacks the newest picture
        self._pending_stages: list[Callable[[], None]] = []  # of something costly, before that
        self._pacer = FramePacer()
        self._since_labels, self._since_losses = QElapsedTimer(), QElapsedTimer()
        self._since_labels.start()
        self._since_losses.start()
        self._timer = QTimer(parent)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_frame)

    def start(self) -> None:
        """Draw in frames from now on."""
        self._pacer.pause()
        self._timer.start(MIN_INTERVAL_MS)

    def stop(self) -> None:
        """Draw in frames no more."""
        self._timer.stop()

    def forget(self) -> None:
        """Let go of the picture: it is another run's."""
        self.snapshot, self._pending_draws, self._pending_stages = None, [], []

    def due_losses(self) -> tuple[Callable[[Snapshot], None], ...]:
        """Return what draws the losses, if some frames have gone by since they were drawn."""
        due = self._since_losses.elapsed() >= LOSSES_EVERY * self._timer.interval()
        return (self._draw_losses,) if due else ()

    def draw_in_frames(self, stages: Sequence[Callable[[], None]]) -> None:
        """Draw something costly in the next frames, a stage in each; at once if none comes."""
        self._pending_stages += stages
        if not self._timer.isActive():
            self._draw_stages()

    @Slot()
    def finish(self) -> None:
        """Draw all of the newest picture, now that no more frames come."""
        self.draw_rest()
        if self.snapshot is not None:
            self._tab.draw_losses(self.snapshot)
        self._show_labels()

    def draw_rest(self) -> None:
        """Draw what the frames left out of the newest picture; while it is hidden, later."""
        self._draw_stages()
        self._collect()
        if self.snapshot is not None and self._tab.isVisible():
            while self._pending_draws:
                self._pending_draws.pop(0)(self.snapshot)

    @Slot()
    def _on_frame(self) -> None:
        # How long the last frames took says when the next one is due.
        wait = self._pacer.next(self._run.draw_budget)
        if abs(wait - self._timer.interval()) > INTERVAL_SLACK_MS:
            self._timer.setInterval(wait)
        # A stage of something costly takes a frame of its own.
        if self._pending_stages and self._tab.isVisible():
            self._pending_stages.pop(0)()
            return
        # One part of the newest picture; the next picture is collected when all parts have it.
        if not self._pending_draws:
            self._collect()
        if self._pending_draws and self.snapshot is not None and self._tab.isVisible():
            self._pending_draws.pop(0)(self.snapshot)
            if self._since_labels.elapsed() >= LABELS_EVERY_MS:
                self._show_labels()
            return
        # Who looks back gets no pictures of the run that goes on; its curve grows all the same.
        if self._run.viewed_step is not None and self.snapshot is not None:
            for draw in self.due_losses() if self._tab.isVisible() else ():
                draw(self.snapshot)

    def _collect(self) -> None:
        fresh = self._run.collect()
        if fresh is not None:
            self.snapshot, self._pending_draws = fresh, list(self._tab.draw_steps())

    def _draw_stages(self) -> None:
        while self._pending_stages and self._tab.isVisible():
            self._pending_stages.pop(0)()

    def _draw_losses(self, snapshot: Snapshot) -> None:
        self._since_losses.restart()
        self._tab.draw_losses(snapshot)

    def _show_labels(self) -> None:
        self._since_labels.restart()
        self._tab.show_labels()
