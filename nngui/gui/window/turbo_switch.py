"""The switch of turbo: one for all rooms, remembered, and got ready beside window and training."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nngui.core.turbo import cache as turbo_cache
from nngui.gui.background import Background
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.errors import NnguiError
    from nngui.gui.settings import WindowSettings


class TurboSwitch(QObject):
    """Whether runs are to be trained by turbo, and its compiled code.

    Signals
    -------
    changed
        It was turned on or off, or became ready.
    message : str, str
        A level and a sentence for the user.
    """

    changed = Signal()
    message = Signal(str, str)

    def __init__(self, settings: WindowSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self.is_on = settings.turbo
        self._cancelled = threading.Event()
        self._preparing = False
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)

    @Slot(bool)
    def set_on(self, on: bool) -> None:
        """Turn it on or off, now and for the next start."""
        if on == self.is_on:
            return
        self.is_on = self._settings.turbo = on
        self.changed.emit()
        self.prepare()

    def prepare(self) -> None:
        """Get the compiled code, if it is wanted and not there: PyTorch trains until then."""
        if self.is_on and not self._preparing and not turbo_cache.is_loaded():
            self._preparing = True
            self._background.start(self._prepare, self._on_prepared)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Stop compiling, if that is going on."""
        self._cancelled.set()
        return self._background.close(deadline)

    def _prepare(self) -> None:
        turbo_cache.prepare(self._cancelled)

    @Slot(object)
    def _on_prepared(self, _result: object) -> None:
        self._preparing = False
        self.changed.emit()

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self._preparing = False
        self.is_on = False  # at the next start it is tried again
        self.message.emit("warning", shown_sentence(error))
        self.changed.emit()
