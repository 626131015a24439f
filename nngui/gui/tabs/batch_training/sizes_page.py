"""Batch sizes beside each other: what they reach in so many steps, epochs, or seconds."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from nngui.core.errors import NnguiError
from nngui.core.spec.keys import changed_keys, is_inactive
from nngui.core.spec.toml import with_settings
from nngui.gui.background import Background
from nngui.gui.panels.card import ElidedLabel
from nngui.gui.plots.sizes_plot import SizesPlot
from nngui.gui.style.translation import shown_sentence
from nngui.gui.tabs.batch_training.sizes_controls import OWN_KEYS, SizesControls
from nngui.gui.tabs.batch_training.sizes_table import SizesTable

if TYPE_CHECKING:
    from nngui.core.spec import Spec
    from nngui.core.studies.interleaved import SweepState
    from nngui.core.task import Task
    from nngui.gui.style.theme import Colours


class SizesPage(QWidget):
    """Trains several batch sizes by turns, and draws the loss of all points for each.

    Signals
    -------
    began
        Training begins: whatever else trains would take its time from it.
    refused : str
        Why it cannot begin, or had to end, in words.
    """

    began = Signal()
    refused = Signal(str)
    _stood = Signal(object, object)

    def __init__(self, task: Task, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task, self._spec = task, task.spec
        self._compared: Spec | None = None  # the settings of what is drawn
        self._stopped = False
        self._stop = threading.Event()
        self._work = Background(self)
        self._line = ""  # what `said` says while the mouse is elsewhere
        self.controls = SizesControls()
        self.plot, self.table = SizesPlot(), SizesTable()
        self.bar, self.said = QProgressBar(), ElidedLabel()
        self._lay_out()
        self.controls.pressed.connect(self._on_pressed)
        self.controls.axis_chosen.connect(self.plot.set_axis)
        self.plot.read.connect(self._on_read)
        self._stood.connect(self._on_stood)
        self._work.failed.connect(self._on_failed)
        self.plot.set_axis(self.controls.axis)
        self._invite()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.controls)
        column.addWidget(self.plot, 1)
        for widget in (self.table, self.bar, self.said):
            column.addWidget(widget)
        self.plot.setMinimumSize(200, 150)
        self.plot.setAccessibleName(self.tr("Losses of the batch sizes"))
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.bar.hide()

    # What the room tells -------------------------------------------------------------------------

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.plot.set_theme(theme)

    def show_spec(self, spec: Spec) -> None:
        """Compare with these settings from the next time on."""
        self._spec = spec
        if self._compared is not None and not self.controls.busy:
            self._say_ended()

    def close_work(self) -> None:
        """Stop training, and wait for the steps that are under way."""
        self._stop.set()
        self._work.close()

    # From the person to the training -------------------------------------------------------------

    @Slot()
    def _on_pressed(self) -> None:
        if self.controls.busy:
            self._stop.set()
            return
        try:
            specs = self.controls.specs(self._spec)
        except NnguiError as error:
            self.refused.emit(shown_sentence(error))
            return
        self.began.emit()
        self._compared, self._stop = self._spec, threading.Event()
        self.plot.show_hint("")
        self.plot.show_sizes(list(specs))
        self.table.show_sizes(list(specs))
        self.table.show()
        self._set_busy(True)
        self._say(self.tr("The networks are made…"))
        seconds, stop = self.controls.seconds, self._stop
        self._work.start(lambda: self._train(specs, seconds, stop), self._on_ended)

    def _train(self, specs: dict[str, Spec], seconds: float, stop: threading.Event) -> bool:
        """Train, beside the window; return whether it came to its end."""
        from nngui.core.studies.sizes_sweep import SizesSweep  # imports torch
        from nngui.files.models.start_weights import start_weights

        sweep = SizesSweep(self._task, specs, seconds, start_weights(self._spec))
        for swept in sweep:
            if stop.is_set():  # also by the window's end: then there is nobody to be told
                return False
            self._stood.emit(swept, stop)
        return True

    # From the training to the eyes ---------------------------------------------------------------

    @Slot(object, object)
    def _on_stood(self, swept: SweepState, stop: threading.Event) -> None:
        if stop is not self._stop:
            return
        self.plot.draw_rows(swept.curves)
        self.table.draw_rows(swept.curves)
        self.bar.setValue(round(1000 * swept.done))
        self._say(self.tr("{share} done").format(share=f"{swept.done:.0%}"))

    def _on_ended(self, to_the_end: bool) -> None:
        self._set_busy(False)
        self._stopped = not to_the_end
        self._say_ended()

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self._set_busy(False)
        self._compared = None
        self._invite()
        self.refused.emit(shown_sentence(error))

    def _say_ended(self) -> None:
        """Say what stands there, and whether it is of the present settings."""
        assert self._compared is not None
        trained = with_settings(self._spec, {"data.kind": "points"})
        keys = [
            key
            for key in changed_keys(self._compared, self._spec)
            if key not in OWN_KEYS and not is_inactive(trained, key)
        ]
        if keys:
            text = self.tr("{keys} changed since then: Compare trains with the present settings.")
            self._say(text.format(keys=", ".join(keys)))
        elif self._stopped:
            self._say(self.tr("Stopped. Compare starts again."))
        else:
            self._say(self.tr("Done. Point at the plot to read the losses there."))

    def _invite(self) -> None:
        """Say what will appear."""
        self.plot.show_sizes(())
        self.table.hide()
        self.plot.show_hint(
            self.tr(
                "Press Compare: a network is trained with each batch size,\n"
                "all from the same weights, and their losses are drawn here."
            )
        )
        self._say("")

    def _say(self, text: str) -> None:
        self._line = text
        self.said.setText(text)

    def _set_busy(self, busy: bool) -> None:
        self.controls.set_busy(busy)
        self.bar.setValue(0)
        self.bar.setVisible(busy)

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
