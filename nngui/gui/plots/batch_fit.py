"""The fit, with the points of the newest batch lit up among all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from typing_extensions import override

from nngui.gui.plots.fit_plot import FitPlot
from nngui.gui.plots.kit.editable import Dots

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nngui.core.inspectors.loader_history import LastBatch
    from nngui.core.records.snapshot import DataView
    from nngui.gui.style.theme import Colours


class BatchFit(FitPlot):
    """A `FitPlot` of points that come in batches."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._lit = Dots(size=9)
        super().__init__(parent)
        self._lit.setZValue(1)  # above the other points and the fit
        self.addItem(self._lit)

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self._lit.setBrush(pg.mkBrush(theme.accent))
        self._lit.setPen(self.pen(theme.surface, 1))

    @override
    def set_data(self, data: DataView, *, keep_range: bool = False) -> None:
        super().set_data(data, keep_range=keep_range)
        self.box.editable = False  # they come from the settings
        self.light(None)

    def light(self, batch: LastBatch | None) -> None:
        """Show which points the newest step was taken from; None: all of them."""
        if batch is None:
            self._lit.setData([], [])
        else:
            self._lit.setData(batch.x, batch.y)
