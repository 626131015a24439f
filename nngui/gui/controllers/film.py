"""An animated GIF of a plot while it trains."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from nngui.files.atomic import check_place, replacing_bytes
from nngui.gui.background import Background
from nngui.gui.panels.pictures import picture
from nngui.gui.training.pace import first_pace
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image
    from PySide6.QtCore import QDeadlineTimer
    from PySide6.QtWidgets import QWidget

    from nngui.core.errors import NnguiError
    from nngui.gui.training.run import Run

FRAME_EVERY_MS = 100  # between two frames: GIF viewers play nothing faster reliably
MAX_FRAMES = 300  # a longer film keeps every second one, and films half as often
MAX_COLOURS = 128
LAST_FRAME_MS = 2000  # for which the last frame stands before the film begins again


class Film(QObject):
    """Films a widget from step 0 of a run until it ends or pauses, then writes the file.

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    """

    message = Signal(str, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._take)
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)

    def begin(self, run: Run, widget: QWidget, path: Path) -> None:
        """Start the run anew, and film it.

        Raises
        ------
        FileError
            When there can be no file.
        """
        check_place(path)
        self._stop()
        self._run, self._widget, self._path = run, widget, path
        self._frames: list[Image] = []
        self._step, self._seen_training = -1, False
        self._timer.start(FRAME_EVERY_MS)
        run.state_changed.connect(self._on_state)
        self._pace = run.pace_index
        # At the tutorial's pace at most, where it has one: else the film is over at once.
        run.set_pace(min(run.pace_index, first_pace(run.task.redraw_every)))
        run.reset()
        run.train()
        self.message.emit("info", self.tr("Filming until the training pauses or ends …"))

    def close(self, deadline: QDeadlineTimer | None = None) -> bool:
        """Stop filming; wait for a file that is being written."""
        self._stop()
        return self._background.close(deadline)

    def _stop(self) -> None:
        self._timer.stop()
        if self._run is not None:
            self._run.state_changed.disconnect(self._on_state)
            run, self._run = self._run, None
            run.set_pace(self._pace)
            run.state_changed.emit()  # the toolbar shows the pace, too

    @Slot()
    def _take(self) -> None:
        assert self._run is not None
        step = self._run.steps_done
        if step == self._step or not self._widget.isVisible():
            return
        self._step = step
        self._frames.append(_to_pillow(picture(self._widget, 1)))
        if len(self._frames) >= MAX_FRAMES:
            del self._frames[1::2]
            self._timer.setInterval(2 * self._timer.interval())

    @Slot()
    def _on_state(self) -> None:
        assert self._run is not None
        if self._run.state is State.TRAINING:
            self._seen_training = True
        elif self._run.state is State.FAILED:
            self._stop()
        elif self._run.state is State.ENDED or (
            self._seen_training and self._run.state is State.PAUSED
        ):
            QTimer.singleShot(FRAME_EVERY_MS, self._finish)  # once the last picture is drawn

    @Slot()
    def _finish(self) -> None:
        if self._run is None:
            return
        self._step = -1
        self._take()
        every, path, frames = self._timer.interval(), self._path, self._frames
        self._stop()
        if not frames:
            self.message.emit("info", self.tr("Nothing was filmed: the plot was not to be seen."))
            return
        text = self.tr("Saved as {path}: {n} pictures.").format(path=path, n=len(frames))
        self._background.start(
            lambda: write_gif(path, frames, every),
            lambda _: self.message.emit("info", text),
            writes=True,
        )

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        from nngui.gui.style.translation import shown_sentence

        self.message.emit("error", shown_sentence(error))


def write_gif(path: Path, frames: list[Image], every: int) -> None:
    """Write an endless film, a frame each `every` ms, the last one standing longer.

    It has the size of its first frame: the window may have been made larger in between.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    first, *others = (frame.resize(frames[0].size) for frame in frames)
    durations = [every] * len(others) + [LAST_FRAME_MS]
    buffer = io.BytesIO()  # into a file of the system's Pillow writes by itself, and does not look
    first.save(buffer, "GIF", save_all=True, append_images=others, duration=durations, loop=0)
    with replacing_bytes(path) as file:
        file.write(buffer.getbuffer())


def _to_pillow(image: QImage) -> Image:
    from PIL import Image as pillow

    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    size = (plain.width(), plain.height())
    whole = pillow.frombytes(
        "RGBA", size, bytes(plain.constBits()), "raw", "RGBA", plain.bytesPerLine()
    )
    return whole.convert("RGB").quantize(MAX_COLOURS, method=pillow.Quantize.FASTOCTREE)
