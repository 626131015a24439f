"""The loss against the step: any number of steps at the cost of a screen's width."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from typing_extensions import override

from nngui.core.records.history import History, training_losses
from nngui.gui.plots.kit.axes import DASH, SOLID, STYLES, LogAxis, round_up
from nngui.gui.plots.kit.ghosts import GHOST_WIDTH, MAX_GHOSTS, GhostLayer, pale
from nngui.gui.plots.kit.items import HeldCurve, Spots
from nngui.gui.plots.kit.losses import by_decades, loss_range, with_ghosts
from nngui.gui.plots.kit.timeline import TimelinePlot
from nngui.gui.style.theme import OKABE_ITO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QColor, QPen
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats
    from nngui.core.records.snapshot import BestPlace
    from nngui.gui.plots.kit.ghosts import Ghost
    from nngui.gui.style.theme import Colours

MANY = 10  # curves from which on they are thin
FEW = 40  # points up to which the validation loss is drawn with dots


@dataclass(frozen=True)
class LineStyle:
    """How a loss is drawn: never told by its colour alone."""

    colour: str
    style: Qt.PenStyle


def line_styles(columns: Sequence[str], theme: Colours) -> dict[str, LineStyle]:
    """Return how the losses among a run's columns are drawn.

    The one of a single network is solid, and dashed on validation points. Of several networks each
    has a colour and a dash of its own; on validation points they are dotted.
    """
    trained = training_losses(columns)
    if trained == ["loss"]:
        looks = {
            "loss": LineStyle(theme.loss, SOLID),
            "val_loss": LineStyle(theme.validation, DASH),
        }
        return {name: look for name, look in looks.items() if name in columns}
    result = {}
    for i, name in enumerate(trained):
        colour = OKABE_ITO[i % len(OKABE_ITO)]
        result[name] = LineStyle(colour, STYLES[i % len(STYLES)])
        if f"{name}_val_loss" in columns:
            result[f"{name}_val_loss"] = LineStyle(colour, Qt.PenStyle.DotLine)
    return result


class LossPlot(TimelinePlot):
    """Training and validation losses, with a logarithmic switch and a read-out under the mouse.

    It is the run's timeline, too: a cursor, flags, and pale curves of other runs.

    Signals
    -------
    read : int, dict
        The step under the mouse (from 1) and its values by column; 0 and {} outside.
    """

    read = Signal(int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._logarithmic = True
        self._history = History(("loss",))
        self._drawn = -1
        self._total = 100
        self._right = 100.0
        self._low, self._high = math.inf, -math.inf
        self._curves: dict[str, HeldCurve] = {}
        self._ghosts: tuple[Ghost, ...] = ()
        self._ghosts_for: tuple[object, ...] = ()  # the axes that they were drawn for
        self._ghost_range = math.inf, -math.inf
        self._ghost_layer = GhostLayer()
        self._ghost_layer.setZValue(-1)
        self.addItem(self._ghost_layer, ignoreBounds=True)
        self._make_curves()
        # Measured once an epoch, the validation loss of a short run is a few lone points.
        self._epochs = Spots(size=6, pen=None)
        self.addItem(self._epochs)
        # Where early stopping has found the smallest validation loss: a ring around it.
        self._rings = Spots(size=12, brush=None)
        self._rings.setZValue(2)  # above the curves
        self._best: tuple[BestPlace, ...] = ()
        self._rings.hide()
        self.addItem(self._rings)
        self._marker = pg.InfiniteLine(angle=90, movable=False)
        self._marker.hide()
        self.addItem(self._marker)
        self.hovered.connect(self._read_out)
        # Without a run there is nothing to draw yet; a class of it has parts of its own to make.
        self.set_left_axis(LogAxis("left"))
        up = loss_range(self._low, self._high, logarithmic=True)
        self.setRange(xRange=(0.0, self._right), yRange=up, padding=0)

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        for name, look in line_styles(self._history.columns, theme).items():
            self._curves[name].setPen(self._pen(look))
        self._ghosts_for = ()
        self._draw_ghosts(self._shown_steps)
        self._epochs.setBrush(pg.mkBrush(theme.validation))
        self._rings.setPen(self.pen(theme.text, 2))
        self._marker.setPen(self.pen(theme.muted, 1, DASH))

    def set_logarithmic(self, on: bool) -> None:
        """Count the loss by decades, or evenly."""
        self._logarithmic = on
        axis = LogAxis("left") if on else pg.AxisItem("left")
        self.set_left_axis(axis)
        self.set_theme(self.theme)
        self._low, self._high = math.inf, -math.inf
        self._redraw()

    def clear_run(self, history: History, total: int) -> None:
        """Show another run from now on."""
        self._history, self._total, self._best = history, total, ()
        self.set_cursor(None)
        self.show_flags(())
        self.show_marks(())
        self._make_curves()
        self._right = float(min(total, 100))
        self._low, self._high = math.inf, -math.inf
        self._redraw()

    def mark_best(self, places: tuple[BestPlace, ...]) -> None:
        """Ring where each network's validation loss was smallest; nothing for none."""
        if places != self._best:
            self._best = places
            self._draw_rings()

    def _draw_rings(self) -> None:
        held = [name for name in self._curves if name.endswith("val_loss")]
        known = [
            (float(self.across(name, np.array([float(place.step)]))[0]), place.loss)
            for name, place in zip(held, self._best, strict=False)
            if place.step
        ]
        self._rings.setVisible(bool(known))
        if known:
            across, losses = np.array(known).T
            self._rings.setData(across, by_decades(losses) if self._logarithmic else losses)

    def draw_losses(self, total: int) -> None:
        """Draw what has come since the last call; `total` is how many steps there will be."""
        if len(self._history) != self._drawn or total != self._total:
            self._total = total
            self._redraw()

    def _make_curves(self) -> None:
        """Have a curve for each loss, and pens for them."""
        self._several = len(training_losses(self._history.columns)) > 1
        wanted = line_styles(self._history.columns, self.theme)
        if wanted.keys() == self._curves.keys():
            return
        for curve in self._curves.values():
            self.removeItem(curve)
        self._curves = {name: HeldCurve(skipFiniteCheck=True) for name in wanted}
        for name, curve in self._curves.items():
            curve.setPen(self._pen(wanted[name]))
            self.addItem(curve)

    def _pen(self, style: LineStyle) -> QPen:
        """Return a line's pen: of many networks thin, which Qt draws in half the time."""
        return self.pen(style.colour, 1.5 if len(self._curves) <= MANY else 1.0, style.style)

    def _redraw(self) -> None:
        self._drawn = len(self._history)
        # Bins of two pixels: half the line, and as clear. Of many networks wider ones.
        width = int(self.pixels()[0] / max(2, len(self._curves) / 2))
        for name, curve in self._curves.items():
            curve.setVisible(self._drawn > 0)
            if self._drawn:
                curve.setData(*self._line(name, width))
        held = self._curves.get("val_loss")
        places, values = held.getData() if held is not None and self._drawn else ((), ())
        few = 0 < len(places) <= FEW
        self._epochs.setVisible(few)
        if few:
            self._epochs.setData(places, values)
        self._draw_rings()
        self._set_ranges()
        self.place_marks()

    def _line(self, name: str, width: int) -> tuple[Floats, Floats]:
        """Return a polyline through the smallest and largest value of every bin.

        Of several networks through the middle between them: a dozen bands would hide each other,
        and a dashed line up and down each bin takes Qt a tenth of a second to draw.
        """
        steps, low, high = self._history.bins(width, name)
        known = np.isfinite(low) & np.isfinite(high)
        steps, low, high = steps[known] + 1, low[known].astype(float), high[known].astype(float)
        if len(low):
            self._low = min(self._low, float(low.min()))
            self._high = max(self._high, float(high.max()))
        if self._logarithmic:
            low, high = by_decades(low), by_decades(high)
        across = self.across(name, steps.astype(float))
        if np.array_equal(low, high):
            return across, low
        if self._several:
            return across, (low + high) / 2
        return np.repeat(across, 2), np.stack((low, high), axis=1).ravel()

    def colour_of(self, name: str) -> QColor:
        """Return the colour of a column's curve."""
        colour: QColor = pg.mkPen(self._curves[name].opts["pen"]).color()
        return colour

    # Where the steps stand, which a plot of several racers may count in another way ------------

    def across(self, name: str, steps: Floats) -> Floats:
        """Return where steps (from 1) of a column stand on the horizontal axis."""
        return steps

    def right_end(self, step: float) -> float:
        """Return where the axis ends when it reaches to this step."""
        return step

    @override
    def step_at(self, place: float) -> int:
        return round(place)

    @property
    def _shown_steps(self) -> float:
        """How many steps the horizontal axis reaches to."""
        right = max(min(self._right, self._total), self._drawn, 1)
        return float(self._total if right > 0.5 * self._total else right)

    def _set_ranges(self) -> None:
        """Let the ranges grow in jumps, so that the axes' labels are not made for every frame."""
        while self._right < self._drawn:
            self._right = round_up(self._right * 1.5)
        right = self._shown_steps
        self._draw_ghosts(right)
        low, high = with_ghosts((self._low, self._high), self._ghost_range)
        up = loss_range(low, high, logarithmic=self._logarithmic)
        wanted = [[0.0, self.right_end(right)], [*up]]
        if not np.allclose(self.getViewBox().viewRange(), wanted, rtol=1e-9, atol=1e-12):
            self.setRange(xRange=wanted[0], yRange=wanted[1], padding=0)

    # Other runs ----------------------------------------------------------------------------------

    def show_ghosts(self, ghosts: tuple[Ghost, ...]) -> None:
        """Draw pale curves of other runs behind the run's own; of many, the first ones."""
        if ghosts != self._ghosts:
            self._ghosts, self._ghosts_for = ghosts[:MAX_GHOSTS], ()
            self._set_ranges()
            self.place_marks()

    def _draw_ghosts(self, right: float) -> None:
        """Draw them, unless they stand there already."""
        width = int(self.pixels()[0])
        drawn_for = (right, width, self._logarithmic, self.theme, self.thickness)
        if drawn_for == self._ghosts_for:
            return
        self._ghosts_for = drawn_for
        lines, low, high = [], math.inf, -math.inf
        grey = self.pen(self.theme.muted, GHOST_WIDTH)
        for number, ghost in enumerate(self._ghosts):
            for name in self._ghost_columns(ghost):
                steps, losses = ghost.line(name, width // 2, math.ceil(right))
                if not len(steps):
                    continue
                low, high = min(low, float(losses.min())), max(high, float(losses.max()))
                up = by_decades(losses) if self._logarithmic else losses
                pen = self._curves[name].opts["pen"] if name in self._curves else grey
                pen = pale(pen if self._several else grey, number)
                lines.append((self.across(name, steps), up, pen))
        self._ghost_range = low, high
        self._ghost_layer.show_lines(lines)

    def _ghost_columns(self, ghost: Ghost) -> list[str]:
        """Return which of its losses are drawn: those that the run has, or else its smallest."""
        own = training_losses(self._history.columns)
        return [name for name in own if ghost.has(name)] or ["loss"]

    # The timeline --------------------------------------------------------------------------------

    @property
    def newest(self) -> int:
        """How many steps are drawn."""
        return max(self._drawn, 0)

    @override
    def lead_places(self, steps: Floats) -> Floats:
        return self.across(self._history.columns[0], steps)

    @override
    def dots_at(self, step: int) -> list[tuple[float, QColor]]:
        found = []
        for name, curve in self._curves.items():
            x, y = curve.getData()
            if x is None or not len(x) or not curve.isVisible() or not step:
                continue
            place = float(self.across(name, np.array([float(step)]))[0])
            if x[0] <= place <= x[-1]:
                found.append((float(np.interp(place, x, y)), self.colour_of(name)))
        return found

    @override
    def hold_curves(self, on: bool) -> None:
        for curve in self._curves.values():
            curve.hold(on)

    @Slot(object)
    def _read_out(self, place: QPointF | None) -> None:
        step = 0 if place is None or not self._drawn else self.step_at(place.x())
        if place is None or not self._drawn:
            self._marker.hide()
            self.read.emit(0, {})
            return
        step = min(max(step, 1), self._drawn)
        column = self._history.columns[0]
        self._marker.setValue(float(self.across(column, np.array([float(step)]))[0]))
        self._marker.show()
        columns = self._history.columns
        if step > self._history.first_exact:
            row = self._history.exact(step - 1, step)[0].tolist()
            self.read.emit(step, dict(zip(columns, row, strict=True)))
        else:
            values: dict[str, float] = {}
            for name in self._curves:
                _, _, high = self._history.bins(1, name, step - 1, step)
                values |= {name: float(high[0])} if len(high) else {}
            self.read.emit(step, values)
