"""The toolbar: it steers the run of the open tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QWidget,
)
from typing_extensions import override

from nngui.core.text import mark
from nngui.gui.panels.card import label
from nngui.gui.style.icons import icon
from nngui.gui.style.labels import Label, set_tip
from nngui.gui.style.theme import type_px
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.training.pace import Pace, paces

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from nngui.gui.style.theme import Colours
    from nngui.gui.training.run import Run


ROOM_FOR_WORDS = 1000  # pixels of width below which the pace is not told in words
PREPARING = mark("core", "It is being compiled, once for this machine: until then PyTorch trains.")


class Toolbar(QWidget):
    """Train, Step, Reset, New weights, pace and device.

    Signals
    -------
    toggle_requested, step_requested, reset_requested, new_weights_requested
        A button was clicked.
    pace_requested : int
        The pace slider was moved.
    turbo_requested : bool
        The switch was turned on or off.
    device_requested : str
        Another device was chosen.
    """

    toggle_requested = Signal()
    step_requested = Signal()
    reset_requested = Signal()
    new_weights_requested = Signal()
    pace_requested = Signal(int)
    turbo_requested = Signal(bool)
    device_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Colours | None = None
        self._training = False
        self.train = QPushButton(self.tr("Train"))
        self.train.setProperty("primary", True)
        self.train.setMinimumWidth(98)
        self.step = QPushButton(self.tr("Step"))
        self.reset = QPushButton(self.tr("Reset"))
        self.new_weights = QPushButton(self.tr("New weights"))
        set_tip(self.train, self.tr("Train or pause (Space)"))
        set_tip(self.step, self.tr("Take a single step (S)"))
        set_tip(self.reset, self.tr("Back to step 0, with the same initial weights (R)"))
        set_tip(self.new_weights, self.tr("Start again with the next seed (N)"))
        self.pace = QSlider(Qt.Orientation.Horizontal)
        self.pace.setFixedWidth(150)
        self.pace.setPageStep(1)
        self.pace.setAccessibleName(self.tr("Pace"))
        self._slow, self._fast = Label(), Label()
        self._pace_text = label("", "muted")
        self.turbo = QPushButton(self.tr("Turbo"))
        self.turbo.setCheckable(True)
        self.device = QComboBox()
        self.device.setAccessibleName(self.tr("Device"))
        set_tip(self.device, self.tr("Where the training computes. A change starts again."))
        self.device.addItem(self.tr("Device: automatic"), "auto")
        self.device.addItem("CPU", "cpu")
        self._lay_out()
        self.train.clicked.connect(self.toggle_requested)
        self.step.clicked.connect(self.step_requested)
        self.reset.clicked.connect(self.reset_requested)
        self.new_weights.clicked.connect(self.new_weights_requested)
        self.pace.valueChanged.connect(self._on_pace)
        self.turbo.clicked.connect(self.turbo_requested)
        self.device.activated.connect(self._on_device)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        for button in (self.train, self.step, self.reset, self.new_weights):
            _make_small(button)
            row.addWidget(button)
        _make_small(self.turbo)
        row.addSpacing(12)
        for widget in (label(self.tr("Pace"), "muted"), self._slow, self.pace, self._fast):
            row.addWidget(widget)
        row.addWidget(self._pace_text)
        row.addSpacing(12)
        row.addWidget(self.turbo)
        row.addStretch(1)
        row.addWidget(self.device)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.step.setIcon(icon("mdi6.debug-step-over", theme.text))
        self.reset.setIcon(icon("mdi6.restart", theme.text))
        self.new_weights.setIcon(icon("mdi6.dice-5-outline", theme.text))
        self._slow.setPixmap(icon("mdi6.tortoise", theme.muted).pixmap(18, 18))
        self._fast.setPixmap(icon("mdi6.rabbit", theme.muted).pixmap(18, 18))
        self._show_train_icon()
        self._show_turbo_icon()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() >= type_px(ROOM_FOR_WORDS)
        self._pace_text.setVisible(roomy)
        self.pace.setFixedWidth(150 if roomy else 84)

    def set_spare(self, on: bool) -> None:
        """Have only what steers a run, or all."""
        self.device.setVisible(not on)

    def show_run(self, run: Run) -> None:
        """Show what a run is doing."""
        training = run.will_train
        self.train.setText(self.tr("Pause") if training else self.tr("Train"))
        if training != self._training:
            self._training = training
            self._show_train_icon()
        positions = paces(run.task.redraw_every)
        self.pace.blockSignals(True)
        self.pace.setRange(0, len(positions) - 1)
        self.pace.setValue(run.pace_index)
        self.pace.blockSignals(False)
        self._show_pace(run.pace_index, positions)
        self.device.setCurrentIndex(max(self.device.findData(run.device), 0))
        self.show_engine(run)

    def show_engine(self, run: Run) -> None:
        """Show whether turbo trains a run, and why where it cannot."""
        reason = run.engine.unsupported_reason
        self.turbo.setEnabled(reason is None)
        self.turbo.setChecked(run.turbo and reason is None)
        self._show_turbo_icon()
        tips = [self.tr("Train by compiled code, many times as fast as PyTorch (T)")]
        tips.append(self.tr("The same steps: only the last digits of the losses differ."))
        if reason is not None:
            tips[1] = shown_sentence(reason)
        elif run.turbo and run.engine.name == "torch":
            tips[1] = shown(PREPARING)
        set_tip(self.turbo, "\n".join(tips))

    def _show_turbo_icon(self) -> None:
        if self._theme is not None:
            theme = self._theme
            colour = theme.accent if self.turbo.isChecked() else theme.text
            on = colour if self.turbo.isEnabled() else theme.muted
            self.turbo.setIcon(icon("mdi6.lightning-bolt", on))

    def offer_devices(self, found: list[str]) -> None:
        """Offer the devices of this machine, once torch knows them."""
        for name in found:
            if self.device.findData(name) < 0:
                self.device.addItem(name.upper(), name)

    def _show_train_icon(self) -> None:
        if self._theme is not None:
            name = "mdi6.pause" if self._training else "mdi6.play"
            self.train.setIcon(icon(name, self._theme.on_accent))

    def _show_pace(self, index: int, positions: list[Pace]) -> None:
        texts = (
            self.tr("slow motion"),
            self.tr("step by step"),
            self.tr("as in the tutorial"),
            self.tr("real time"),
            self.tr("fast"),
            self.tr("faster"),
            self.tr("as fast as it goes"),
        )
        self._pace_text.setText(texts[index])
        pace = positions[index]
        tip = self.tr("No limit.")
        if not pace.unlimited:
            tip = self.tr("{n} steps a second, a picture every {k}.").format(
                n=f"{pace.steps_per_second:,.0f}", k=pace.steps
            )
        set_tip(self.pace, f"{texts[index]}\n{tip}")

    @Slot(int)
    def _on_pace(self, index: int) -> None:
        self.pace_requested.emit(index)

    @Slot(int)
    def _on_device(self, index: int) -> None:
        self.device_requested.emit(self.device.itemData(index))


def _make_small(button: QPushButton) -> None:
    button.setIconSize(QSize(16, 16))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # so that Space goes on meaning Train
