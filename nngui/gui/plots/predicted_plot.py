"""Predicted against true, and what is left: for a target of numbers and any number of features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Slot
from typing_extensions import override

from nngui.gui.plots.axes import DASH, STILL, CalmPlot, padded
from nngui.gui.plots.editable import Dots
from nngui.gui.theme import OKABE_ITO, Colours

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from nngui.core.snapshot import DataView, Floats

MOST = 500
"""How many rows of a part are drawn; of more, an even sample."""
SYMBOLS = ("o", "t1", "s")  # training, validation, test: told by more than their colour
COLOURS = ("", OKABE_ITO[1], OKABE_ITO[0])  # training: the theme's own for points
NEAR = 8.0  # pixels


class PartsPlot(CalmPlot):
    """Dots of the three parts of a table's rows, with a legend."""

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = tuple(names)
        self._legend = pg.LegendItem(offset=(4, 1), labelTextSize="9pt", verSpacing=-6, colCount=3)
        self._legend.setParentItem(self.getViewBox())
        self._dots = [Dots(size=7, pen=None, symbol=symbol) for symbol in SYMBOLS]
        self._line = pg.InfiniteLine(angle=0, movable=False)
        self._line.setCacheMode(STILL)
        self.addItem(self._line)
        self._hint = pg.TextItem(anchor=(0.5, 0.5))
        self._hint.hide()
        self.addItem(self._hint, ignoreBounds=True)
        for dots, name in zip(self._dots, self._names, strict=True):
            self.addItem(dots)
            self._legend.addItem(dots, name)

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        for dots, colour in zip(self._dots, COLOURS, strict=True):
            dots.setBrush(pg.mkBrush(colour or theme.points))
        self._line.setPen(self.pen(theme.muted, 1.5, DASH))
        self._legend.setLabelTextColor(theme.text)
        for _, words in self._legend.items:
            words.setText(words.text)
        self._hint.setColor(theme.muted)

    def show_hint(self, text: str) -> None:
        """Say in the middle of an empty plot what will appear."""
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        self._hint.setText(text)
        self._hint.setPos((left + right) / 2, (bottom + top) / 2)
        self._hint.setVisible(bool(text))

    def draw_part(self, part: int, x: Floats, y: Floats) -> None:
        """Draw the dots of a part; those that are no finite numbers are left out."""
        known = np.isfinite(x) & np.isfinite(y)
        self._dots[part].setData(x[known], y[known])


class PredictedPlot(PartsPlot):
    """What the network says against what is true: on the line it is right.

    The rows are an even sample of each part.
    """

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(names, parent)
        self._line.setAngle(45)
        self.sample: NDArray[np.int64] = np.zeros(0, np.int64)
        self._true: Floats = np.zeros(0)
        self._predicted: Floats = np.zeros(0)
        self._rows: NDArray[np.int64] = np.zeros(0, np.int64)
        self._parts: NDArray[np.int8] = np.zeros(0, np.int8)
        self._label = pg.TextItem(anchor=(0, 1))
        self._label.hide()
        self.addItem(self._label, ignoreBounds=True)
        self.hovered.connect(self._on_hovered)

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self._label.setColor(theme.text)
        self._label.fill = pg.mkBrush(theme.raised)

    def set_data(self, data: DataView) -> None:
        """Show other rows, before anything was predicted of them."""
        table = data.table
        assert table is not None
        chosen = []
        for part in range(len(SYMBOLS)):
            places = np.flatnonzero(table.parts == part)
            if len(places) > MOST:
                places = places[np.linspace(0, len(places) - 1, MOST).astype(np.int64)]
            chosen.append(places)
        self.sample = np.concatenate(chosen)
        self._parts, self._rows = table.parts[self.sample], table.rows[self.sample]
        self._true = data.y[self.sample].astype(np.float64)
        self._predicted = np.full(len(self._true), np.nan)
        for dots in self._dots:
            dots.setData([], [])
        if len(self._true):
            low, high = padded(float(self._true.min()), float(self._true.max()))
            self.setRange(xRange=(low, high), yRange=(low, high), padding=0)
        self.set_axis_names(self.tr("true"), self.tr("predicted"))

    def draw_predictions(self, predicted: Floats) -> None:
        """Draw what the network says of the sample, shape (n,), in the target's own units."""
        if len(predicted) != len(self._true):
            return
        self._predicted = predicted
        bottom, top = self.getViewBox().viewRange()[1]
        # What lies far beyond the true values is drawn at the edge, so that the range stays calm.
        inside = np.clip(predicted, bottom, top)
        for part in range(len(SYMBOLS)):
            own = self._parts == part
            self.draw_part(part, self._true[own], inside[own])

    @Slot(object)
    def _on_hovered(self, place: QPointF | None) -> None:
        near = None if place is None else self._nearest(place)
        self._label.setVisible(near is not None)
        if near is None:
            return
        text = self.tr("row {row}: true {true}, predicted {predicted}")
        true, predicted = self._true[near], self._predicted[near]
        self._label.setText(
            text.format(
                row=f"{self._rows[near] + 1:,}", true=f"{true:.4g}", predicted=f"{predicted:.4g}"
            )
        )
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        right_half, upper_half = true > (left + right) / 2, predicted > (bottom + top) / 2
        self._label.setAnchor((float(right_half), 0.0 if upper_half else 1.0))
        self._label.setPos(true, float(np.clip(predicted, bottom, top)))

    def _nearest(self, place: QPointF) -> int | None:
        width, height = self.getViewBox().viewPixelSize()
        far = np.hypot((self._true - place.x()) / width, (self._predicted - place.y()) / height)
        if not np.isfinite(far).any():
            return None
        index = int(np.nanargmin(far))
        return index if far[index] <= NEAR else None


class ResidualPlot(PartsPlot):
    """What is left, true minus predicted, against what was predicted: without a pattern is best."""

    def draw_residuals(self, residuals: Mapping[int, tuple[Floats, Floats]]) -> None:
        """Draw some rows of each part.

        Parameters
        ----------
        residuals : mapping of int to (predicted, residual)
            By part, as in `TableView.parts`; shapes (n,), in the target's own units.
        """
        self.set_axis_names(self.tr("predicted"), self.tr("true − predicted"))
        for part in range(len(SYMBOLS)):
            self.draw_part(part, *residuals.get(part, (np.zeros(0), np.zeros(0))))
        both = [np.stack(pair) for pair in residuals.values() if len(pair[0])]
        if not both:
            return
        x, y = np.concatenate(both, axis=1)
        known = np.isfinite(x) & np.isfinite(y)
        if known.any():
            most = float(np.abs(y[known]).max())
            self.setRange(
                xRange=padded(float(x[known].min()), float(x[known].max())),
                yRange=padded(-most, most),
                padding=0,
            )
