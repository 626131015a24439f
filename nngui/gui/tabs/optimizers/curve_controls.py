"""What losses are drawn against, and over how many steps they are averaged."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSlider, QWidget

from nngui.gui.panels.card import ElidedLabel
from nngui.gui.plots.kit.losses import AXES
from nngui.gui.style.labels import set_tip

WINDOWS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # steps


class CurveControls(QWidget):
    """A list of axes, and a slider for the smoothing.

    Signals
    -------
    axis_chosen : str
        One of `AXES`.
    window_chosen : int
        Steps.
    """

    axis_chosen = Signal(str)
    window_chosen = Signal(int)

    def __init__(self, axis_name: str, smoothing_name: str) -> None:
        super().__init__()
        names = (self.tr("by step"), self.tr("by epoch"), self.tr("by second"))
        self.axis = QComboBox()
        for axis, name in zip(AXES, names, strict=True):
            self.axis.addItem(name, axis)
        self.axis.setObjectName(axis_name)
        set_tip(self.axis, self.tr("What the losses are drawn against."))
        self.axis.setAccessibleName(self.tr("Horizontal axis"))
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setObjectName(smoothing_name)
        self.smoothing.setRange(0, len(WINDOWS) - 1)
        self.smoothing.setPageStep(1)
        self.smoothing.setFixedWidth(64)
        self.smoothing.setAccessibleName(self.tr("Smoothing"))
        self._said = ElidedLabel()
        self._said.setBuddy(self.smoothing)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.axis)
        row.addWidget(self._said, 1)
        row.addWidget(self.smoothing)
        self.axis.activated.connect(self._on_axis)
        self.smoothing.valueChanged.connect(self._on_smoothing)
        self.smoothing.setValue(WINDOWS.index(10))

    @property
    def steps(self) -> int:
        """Over how many steps the losses are averaged."""
        return WINDOWS[self.smoothing.value()]

    @Slot(int)
    def _on_axis(self, index: int) -> None:
        self.axis_chosen.emit(self.axis.itemData(index))

    @Slot(int)
    def _on_smoothing(self, place: int) -> None:
        window = WINDOWS[place]
        text = self.tr("mean of {n} steps").format(n=window) if window > 1 else self.tr("as it is")
        self._said.setText(self.tr("mean of {n}").format(n=window) if window > 1 else text)
        set_tip(
            self.smoothing,
            self.tr("Smoothing: each loss drawn is the mean of the last ones. Now: {text}.").format(
                text=text
            ),
        )
        self.window_chosen.emit(window)
