"""The racers' losses, and what belongs to them: the axis, the smoothing, the logarithm."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSlider, QWidget
from typing_extensions import override

from nngui.gui.panels.card import ElidedLabel
from nngui.gui.panels.loss_card import LossCard
from nngui.gui.plots.race_plot import AXES, RacePlot

WINDOWS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # steps


class CurvesCard(LossCard):
    """A `LossCard` for several racers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.race = RacePlot()
        super().__init__(parent)
        names = (self.tr("by step"), self.tr("by epoch"), self.tr("by second"))
        self.axis = QComboBox()
        for axis, name in zip(AXES, names, strict=True):
            self.axis.addItem(name, axis)
        self.axis.setObjectName("race-axis")
        self.axis.setToolTip(self.tr("What the losses are drawn against."))
        self.axis.setAccessibleName(self.tr("Horizontal axis"))
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setObjectName("smoothing")
        self.smoothing.setRange(0, len(WINDOWS) - 1)
        self.smoothing.setPageStep(1)
        self.smoothing.setFixedWidth(64)
        self.smoothing.setAccessibleName(self.tr("Smoothing"))
        self._said = ElidedLabel()
        self._said.setBuddy(self.smoothing)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.axis)
        row.addWidget(self._said, 1)
        row.addWidget(self.smoothing)
        self.content.insertLayout(1, row)
        self.axis.activated.connect(self._on_axis)
        self.smoothing.valueChanged.connect(self._on_smoothing)
        self.smoothing.setValue(WINDOWS.index(10))

    @override
    def make_plot(self) -> RacePlot:
        return self.race

    @override
    def _show_legend(self) -> None:
        self._legend.hide()  # the room has one for all its plots

    @Slot(int)
    def _on_axis(self, index: int) -> None:
        self.race.set_axis(self.axis.itemData(index))

    @Slot(int)
    def _on_smoothing(self, place: int) -> None:
        window = WINDOWS[place]
        text = self.tr("mean of {n} steps").format(n=window) if window > 1 else self.tr("as it is")
        self._said.setText(text)
        self.smoothing.setToolTip(
            self.tr("Smoothing: each loss drawn is the mean of the last ones. Now: {text}.").format(
                text=text
            )
        )
        self.race.set_window(window)
