"""Finding a learning rate for the open tab, beside the window and its runs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nngui.core.spec.toml import with_settings
from nngui.gui.background import Background
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.errors import NnguiError
    from nngui.core.studies.lr_finder import LrRange
    from nngui.gui.controllers.host import Host
    from nngui.gui.dialogs.lr_dialog import LrDialog
    from nngui.gui.training.run import Run


PROGRESS_MS = 100  # between two looks at how far the test is


class LrSearch(QObject):
    """Runs the range test for the open tab's settings, and gives the chosen rate to its run.

    Signals
    -------
    message : str, str
        A level and a sentence for the user.
    """

    message = Signal(str, str)

    def __init__(self, host: Host) -> None:
        super().__init__(host.window())
        self._host = host
        self._run: Run | None = None
        self._dialog: LrDialog | None = None
        self._cancelled = threading.Event()
        self._share = 0.0  # of the test is done; set by its thread
        self._timer = QTimer(self)
        self._timer.setInterval(PROGRESS_MS)
        self._timer.timeout.connect(self._on_timeout)
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)

    @Slot()
    def start(self) -> None:
        """Open the dialog, and start the test."""
        run = self._host.tab.run
        if len(run.spec.optimizers()) != 1:
            text = self.tr("A learning rate is found for one network: this tab has another number.")
            self.message.emit("info", text)
            return
        from nngui.gui.dialogs.lr_dialog import LrDialog

        self._run = run
        dialog = LrDialog(self._host.colours(), self._host.window())
        dialog.rate_requested.connect(self._on_rate)
        dialog.finished.connect(self._on_finished)
        dialog.finished.connect(dialog.deleteLater)
        self._dialog = dialog
        dialog.open()
        self._begin(run, dialog)

    def _begin(self, run: Run, dialog: LrDialog) -> None:
        task, spec, turbo = run.task, run.spec, run.turbo
        self._cancelled = cancelled = threading.Event()
        self._share = 0.0
        self._timer.start()

        def told(share: float) -> None:
            self._share = share

        def work() -> LrRange:
            from nngui.core.studies.lr_finder import find_learning_rate
            from nngui.core.turbo import cache
            from nngui.files.models.start_weights import start_weights

            return find_learning_rate(
                task,
                spec,
                start_weights(spec),
                told,
                cancelled.is_set,
                turbo=turbo and cache.is_loaded(),
            )

        def then(found: LrRange) -> None:
            if self._dialog is dialog:
                self._timer.stop()
                dialog.show_range(found, spec.optimizer.lr)

        self._background.start(work, then)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Give up a test that runs."""
        self._cancelled.set()
        return self._background.close(deadline)

    @Slot()
    def _on_timeout(self) -> None:
        if self._dialog is not None:
            self._dialog.show_waiting(self._share)

    @Slot(float)
    def _on_rate(self, rate: float) -> None:
        if self._run is not None:
            self._run.apply(with_settings(self._run.viewed_spec, {"optimizer.lr": rate}))

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        if self._dialog is not None:  # else nobody waits for it any more
            self._dialog.reject()
            self.message.emit("error", shown_sentence(error))

    @Slot()
    def _on_finished(self) -> None:
        self._cancelled.set()
        self._timer.stop()
        self._dialog = None
