"""How many of the positive rows are found, against how many of the others are taken for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from typing_extensions import override

from nngui.gui.plots.bars import percent
from nngui.gui.plots.kit.axes import DASH, STILL
from nngui.gui.plots.kit.chart import Chart

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.gui.style.theme import Colours

CELLS = 1000  # the curve's corners are kept to a grid of so many cells across and up
ROOM = (-0.02, 1.02)


class RocPlot(Chart):
    """The receiver operating characteristic of two classes, with the area under it.

    Mouse and arrow keys read off threshold and rates.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: Floats = np.empty((0, 3))  # false and true positive rate, threshold
        self._place: int | None = None
        self.diagonal = pg.PlotCurveItem([0.0, 1.0], [0.0, 1.0])
        self.curve = pg.PlotCurveItem(antialias=True, fillLevel=0.0)
        self.dot = pg.ScatterPlotItem(size=9)
        self.area = pg.TextItem(anchor=(1, 1))
        self.area.setPos(1.0, 0.0)
        for item in (self.diagonal, self.curve):
            item.setCacheMode(STILL)
        for item in (self.diagonal, self.curve, self.dot, self.area):
            self.addItem(item, ignoreBounds=True)
        self.setAccessibleName(self.tr("ROC curve"))
        self.name_axes(self.tr("false positive rate"), self.tr("true positive rate"))
        self.set_ranges(ROOM, ROOM)
        self.clear_curve()

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        pale = pg.mkColor(theme.accent)
        pale.setAlpha(28)
        self.diagonal.setPen(self.pen(theme.muted, 1.5, DASH))
        self.curve.setPen(self.pen(theme.accent, 2.5))
        self.curve.setBrush(pale)
        self.dot.setBrush(pg.mkBrush(theme.accent))
        self.dot.setPen(self.pen(theme.surface, 1.5))
        self.area.setColor(theme.text)

    def set_curve(
        self, false_positive: Floats, true_positive: Floats, thresholds: Floats, auc: float
    ) -> None:
        """Show a curve.

        Parameters
        ----------
        false_positive, true_positive, thresholds : ndarray
            Shape (m,) each, any m: the rates when rows of at least that probability are taken for
            positive. The first threshold may be infinite: no row is. What is no rate is left out.
        auc : float
            The area under the curve; 0.5 is guessing, 1 without a mistake.
        """
        rates = (false_positive >= 0) & (false_positive <= 1)  # neither is NaN
        rates &= (true_positive >= 0) & (true_positive <= 1)
        columns = (false_positive[rates], true_positive[rates], thresholds[rates])
        kept = _corners(*columns[:2])
        self._points = np.column_stack([column[kept] for column in columns]).astype(np.float64)
        if not len(self._points):
            self.clear_curve()
            return
        self.curve.setData(self._points[:, 0], self._points[:, 1])
        self.area.setText(self.tr("AUC {auc}").format(auc=f"{auc:.3f}"))
        self.area.setVisible(bool(np.isfinite(auc)))
        self.hint.hide()
        self.read_at(None)

    def clear_curve(self) -> None:
        """Show none."""
        self._points = np.empty((0, 3))
        self.curve.setData([], [])
        self.area.hide()
        self.hint.setVisible(bool(self.hint.toPlainText()))
        self.read_at(None)

    @override
    def show_hint(self, text: str) -> None:
        super().show_hint(text)
        self.diagonal.setVisible(not text)

    def words(self, place: int) -> str:
        """Return a place on the curve in words."""
        false, true, threshold = self._points[place].tolist()
        text: str = self.tr(
            "threshold {threshold}: true positives {true}, false positives {false}"
        ).format(
            threshold=f"{threshold:.3g}" if np.isfinite(threshold) else "∞",
            true=percent(true),
            false=percent(false),
        )
        return text

    @override
    def read_at(self, place: QPointF | None) -> None:
        self._place = None
        if place is not None and len(self._points):
            width, height = self.getViewBox().viewPixelSize()
            across = (self._points[:, 0] - place.x()) / width
            up = (self._points[:, 1] - place.y()) / height
            self._place = int(np.hypot(across, up).argmin())
        self._tell()

    @override
    def walk(self, steps: int) -> None:
        if len(self._points):
            before = self._place if self._place is not None else -1 if steps > 0 else 0
            self._place = min(max(before + steps, 0), len(self._points) - 1)
            self._tell()

    def _tell(self) -> None:
        if self._place is None:
            self.dot.setData([], [])
            self.hide_tip()
            return
        x, y = self._points[self._place, :2].tolist()
        self.dot.setData([x], [y])
        self.show_tip(self.words(self._place), x, y)


def _corners(across: Floats, up: Floats) -> NDArray[np.bool_]:
    """Return which places along a curve lie in another cell of a grid than the one before."""
    kept = np.ones(len(across), bool)
    x, y = np.round(across * CELLS), np.round(up * CELLS)
    kept[1:-1] = (x[1:-1] != x[:-2]) | (y[1:-1] != y[:-2])
    return kept
