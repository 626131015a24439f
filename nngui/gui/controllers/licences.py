"""Shows whose work the program stands on; each text is read when it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nngui.gui.background import Background
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QDeadlineTimer
    from PySide6.QtWidgets import QWidget

    from nngui.core.errors import NnguiError
    from nngui.files.licences import Notice
    from nngui.gui.dialogs.licences_dialog import LicencesDialog


class Licences(QObject):
    """Opens the dialog, and reads what it asks for beside the window.

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    """

    message = Signal(str, str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: LicencesDialog | None = None
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Read no more."""
        return self._background.close(deadline)

    @Slot()
    def show(self) -> None:
        """Open the dialog, if it is not open; its list comes a moment later."""
        from nngui.files.licences import notices  # not at the start: few ever look
        from nngui.gui.dialogs.licences_dialog import LicencesDialog

        if self._dialog is not None:
            return
        self._dialog = dialog = LicencesDialog(self._window)
        dialog.text_wanted.connect(self._on_text_wanted)
        dialog.finished.connect(self._on_finished)
        dialog.open()
        self._background.start(notices, self._take_notices)

    def _take_notices(self, found: Sequence[Notice]) -> None:
        if self._dialog is not None:
            self._dialog.show_notices(found)

    @Slot(object)
    def _on_text_wanted(self, notice: Notice) -> None:
        self._background.start(lambda: (notice, notice.text()), self._take_text)

    def _take_text(self, found: tuple[Notice, str]) -> None:
        if self._dialog is not None:
            self._dialog.show_text(*found)

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        """Say what went wrong above the plots: the dialog has nothing to show."""
        if self._dialog is not None:
            self._dialog.reject()
        self.message.emit("error", shown_sentence(error))

    @Slot()
    def _on_finished(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = None
