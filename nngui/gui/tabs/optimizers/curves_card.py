"""The racers' losses, and what belongs to them: the axis, the smoothing, the logarithm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from nngui.gui.panels.loss_card import LossCard
from nngui.gui.plots.race_plot import RacePlot
from nngui.gui.tabs.optimizers.curve_controls import CurveControls

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class CurvesCard(LossCard):
    """A `LossCard` for several racers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.race = RacePlot()
        super().__init__(self.race, parent)
        self.controls = CurveControls("race-axis", "smoothing")
        self.content.insertWidget(1, self.controls)
        self.controls.axis_chosen.connect(self.race.set_axis)
        self.controls.window_chosen.connect(self.race.set_window)
        self.race.set_window(self.controls.steps)

    @override
    def own_parts(self) -> list[str]:
        return []  # the tab has a legend for all its plots
