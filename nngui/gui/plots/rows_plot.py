"""One dot a row of the data, told apart by the part it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Signal
from typing_extensions import override

from nngui.gui.plots.kit.chart import Chart, StickyRange, drawable
from nngui.gui.plots.kit.dots import MovingDots
from nngui.gui.plots.kit.legend import LegendEntry
from nngui.gui.style.theme import MARKERS, OKABE_ITO

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.gui.style.theme import Colours

SHOWN = 3000
"""How many rows are drawn at most; of more, an even sample of each part."""
NEAR = 12.0  # pixels within which the mouse means a dot
SIZES = (6, 8, 7)  # pixels: a triangle looks smaller than a disc
MANY = 1000  # rows from which on dots are smaller, and let those below shine through


class RowsPlot(Chart):
    """The frame for predicted against true, and for residuals: a class of it places the dots.

    Signals
    -------
    row_clicked : int
        The row that the user clicked, or chose by keys.
    """

    row_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.true: Floats = np.empty(0)  # of the rows that are drawn, as all below
        self.rows: NDArray[np.int64] = np.empty(0, np.int64)
        self.predicted: Floats = np.empty(0)
        self.x: Floats = np.empty(0)
        self.y: Floats = np.empty(0)
        self.current: int | None = None  # a place in `rows`
        self._count = 0
        self._sample: NDArray[np.int64] = np.empty(0, np.int64)
        self._parts: list[NDArray[np.int64]] = []  # places in `rows`
        self.dots = [
            MovingDots(size=SIZES[part], symbol=MARKERS[part], pen=None) for part in range(3)
        ]
        for part, dots in enumerate(self.dots):
            dots.setZValue(part)  # the few that were kept back lie on top
            self.addItem(dots, ignoreBounds=True)
        self.ring = pg.ScatterPlotItem(size=15, brush=None)
        self.ring.setZValue(10)
        self.addItem(self.ring, ignoreBounds=True)
        self.across, self.up = StickyRange(_as_it_is), StickyRange(_as_it_is)

    # What a class of it fills in -----------------------------------------------------------------

    def place_dots(self, true: Floats, predicted: Floats) -> tuple[Floats, Floats]:
        """Return where the rows' dots stand, shapes (n,) each."""
        raise NotImplementedError

    def new_ranges(self, low: float, high: float) -> tuple[StickyRange, StickyRange]:
        """Return ranges for true values from `low` to `high`."""
        raise NotImplementedError

    def name_target(self, target: str) -> None:
        """Name the axes after the target; "" has no name."""
        raise NotImplementedError

    def draw_more(self, heights: Floats) -> None:
        """Draw what belongs to the dots; `heights` are where those that are drawn stand."""

    # What the page tells -------------------------------------------------------------------------

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self.ring.setPen(self.pen(theme.text, 1.5))

    def set_rows(
        self,
        true: Floats,
        part: NDArray[np.int8],
        target: str = "",
        rows: NDArray[np.int64] | None = None,
    ) -> None:
        """Show other rows from now on; no predictions are known yet.

        Parameters
        ----------
        true : ndarray
            Shape (n,), in the target's own unit.
        part : ndarray
            Shape (n,): 0 for a row of the training part, 1 validation, 2 test.
        target : str
            The target's name and unit.
        rows : ndarray, optional
            Shape (n,): the rows' numbers, where they are not 0 to n - 1.

        Raises
        ------
        ValueError
            If the shapes differ.
        """
        numbers = np.arange(len(true)) if rows is None else rows
        if not true.shape == part.shape == numbers.shape:
            raise ValueError(f"shapes differ: {true.shape}, {part.shape}, {numbers.shape}")
        self._count = len(true)
        self._sample = _even_sample(part)
        self.rows, self.true = numbers[self._sample], true[self._sample].astype(np.float64)
        kinds = part[self._sample]
        self._parts = [np.flatnonzero(kinds == number) for number in range(3)]
        known = self.true[drawable(self.true)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        self.across, self.up = self.new_ranges(low, high)
        self.current = None
        self._dress_dots()
        self._name_parts()
        self.name_target(target)
        self._draw(np.full(len(self.rows), np.nan))
        _, (bottom, top) = self.place_dots(np.array([low, high]), np.array([low, high]))
        self.set_ranges(self.across.take(low, high), self.up.take(bottom, top))
        self.across.now = self.up.now = None  # the first predictions say how far they reach
        self.tell()

    def _dress_dots(self) -> None:
        many = len(self.rows) > MANY
        for part, (dots, places) in enumerate(zip(self.dots, self._parts, strict=True)):
            colour = pg.mkColor(OKABE_ITO[part])
            colour.setAlpha(190 if many else 255)
            dots.setBrush(colour)
            dots.setSize(SIZES[part] - 2 * many)
            dots.setData(np.full(len(places), np.nan), np.full(len(places), np.nan))

    def _name_parts(self) -> None:
        names = (self.tr("training"), self.tr("validation"), self.tr("test"))
        entries = [
            LegendEntry(name, OKABE_ITO[part], MARKERS[part])
            for part, name in enumerate(names)
            if len(self._parts[part])
        ]
        if self._count > len(self.rows):
            some = self.tr("{shown} of {count} rows")
            entries.append(
                LegendEntry(some.format(shown=f"{len(self.rows):,}", count=f"{self._count:,}"))
            )
        self.set_entries(entries)

    def draw_predictions(self, predicted: Floats) -> None:
        """Draw what the network says now, shape (n,) with n as in `set_rows`.

        Predictions for other rows (of a run before) are left out, as are those that are no number.
        """
        if predicted.shape != (self._count,):
            return
        self._draw(predicted[self._sample].astype(np.float64))
        self.tell()

    def _draw(self, predicted: Floats) -> None:
        known = drawable(predicted) & drawable(self.true)
        self.predicted = np.where(known, predicted, np.nan)
        self.x, self.y = self.place_dots(self.true, self.predicted)
        for dots, places in zip(self.dots, self._parts, strict=True):
            dots.move_to(self.x[places], self.y[places])
        self.hint.setVisible(bool(self.hint.toPlainText()) and not known.any())
        if known.any():
            x, y = self.x[known], self.y[known]
            across = self.across.take(float(x.min()), float(x.max()))
            self.set_ranges(across, self.up.take(float(y.min()), float(y.max())))
        self.draw_more(self.y[known])

    # What is read off ----------------------------------------------------------------------------

    def nearest(self, place: QPointF) -> int | None:
        """Return which of the drawn rows has its dot at a place; None where there is none."""
        if not np.isfinite(self.x).any():
            return None
        width, height = self.getViewBox().viewPixelSize()
        distances = np.hypot((self.x - place.x()) / width, (self.y - place.y()) / height)
        index = int(np.nanargmin(distances))
        return index if distances[index] <= NEAR else None

    def words(self, index: int) -> str:
        """Return one of the drawn rows in words."""
        true, predicted = float(self.true[index]), float(self.predicted[index])
        text: str = self.tr("row {row}: true {true}, predicted {predicted}").format(
            row=f"{int(self.rows[index]) + 1:,}",
            true=readout_number(true),
            predicted=readout_number(predicted),
        )
        return text

    def tell(self) -> None:
        """Ring the current row's dot and tell about it."""
        index = self.current
        if index is None or not np.isfinite(self.x[index]):
            self.ring.setData([], [])
            self.hide_tip()
            return
        self.ring.setData([self.x[index]], [self.y[index]])
        self.show_tip(self.words(index), float(self.x[index]), float(self.y[index]))

    @override
    def read_at(self, place: QPointF | None) -> None:
        self.current = None if place is None else self.nearest(place)
        self.tell()

    @override
    def walk(self, steps: int) -> None:
        """Go on from left to right."""
        drawn = np.flatnonzero(np.isfinite(self.x))
        if not len(drawn):
            return
        order = drawn[np.argsort(self.x[drawn], kind="stable")]
        found = np.flatnonzero(order == self.current)
        place = int(found[0]) + steps if len(found) else 0 if steps > 0 else len(order) - 1
        self.current = int(order[min(max(place, 0), len(order) - 1)])
        self.tell()

    @override
    def take(self) -> None:
        if self.current is not None:
            self.row_clicked.emit(int(self.rows[self.current]))

    @override
    def click_at(self, place: QPointF) -> None:
        self.read_at(place)
        self.take()


def readout_number(value: float) -> str:
    """Return a value of the target as it is read: 0.1234, 1,234,567, 1.235e+09."""
    if 1e4 <= abs(value) < 1e9:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def _as_it_is(low: float, high: float) -> tuple[float, float]:
    return low, high


def _even_sample(part: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return the places of at most `SHOWN` rows, evenly from each part."""
    if len(part) <= SHOWN:
        return np.arange(len(part))
    by_part = np.argsort(part, kind="stable")
    return np.sort(by_part[np.linspace(0, len(part) - 1, SHOWN).astype(np.int64)])
