"""The numbers that a plot draws, to be written into a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg

from nngui.gui.plots.kit.axes import CalmPlot, LogAxis
from nngui.gui.plots.kit.pixels import PaintedWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget

ORNAMENTS = ("marks", "ring")  # what stands on or around something that is drawn as well
HEADER = ("plot", "series", "x", "y", "value")


@dataclass(frozen=True)
class Series:
    """One line, cloud of points, picture or table of a plot.

    Attributes
    ----------
    plot : str
        The plot's name, as assistive technology reads it.
    name : str
        What it is in the plot: ``curve``, ``curves loss``.
    rows : list of tuple
        x, y and, for a picture or a table, the value there.
    """

    plot: str
    name: str
    rows: list[tuple[object, ...]]


def series_of(widget: QWidget) -> list[Series]:
    """Return what the visible plots in a widget draw, the widget's own first."""
    found: list[Series] = []
    inside: list[QWidget] = [*widget.findChildren(CalmPlot), *widget.findChildren(PaintedWidget)]
    for plot in (widget, *inside):
        if plot.isVisible() and isinstance(plot, CalmPlot):
            found += _of_plot(plot)
        elif plot.isVisible() and isinstance(plot, PaintedWidget):
            rows = plot.tabled()
            if rows:
                found.append(Series(plot.accessibleName(), "table", rows))
    return found


def _of_plot(plot: CalmPlot) -> Iterator[Series]:
    item = plot.getPlotItem()
    by_decades = [isinstance(item.getAxis(name), LogAxis) for name in ("bottom", "left")]
    for number, drawn in enumerate(item.items):
        if not drawn.isVisible():
            continue
        rows = _rows(drawn)
        if rows is None or not len(rows):
            continue
        for column, decades in enumerate(by_decades):
            if decades and not isinstance(drawn, pg.ImageItem):
                rows[:, column] = 10.0 ** rows[:, column]
        name = _name(plot, drawn) or f"series {number + 1}"
        if name.startswith(ORNAMENTS):
            continue
        yield Series(plot.accessibleName(), name, [tuple(row) for row in rows.tolist()])


def _rows(item: object) -> np.ndarray | None:
    """Return the places that an item draws, and a picture's values; None for no data."""
    if isinstance(item, pg.ImageItem):
        return _pixels(item)
    if isinstance(item, pg.BarGraphItem):
        x = item.opts.get("x", item.opts.get("x0"))
        return np.array(np.broadcast_arrays(x, item.opts["height"]), np.float64).T
    if isinstance(item, pg.PlotCurveItem | pg.ScatterPlotItem):
        x, y = item.getData()
        if x is None or y is None or len(x) == 0:
            return None
        return np.stack([np.asarray(x, np.float64), np.asarray(y, np.float64)], axis=1)
    return None


def _pixels(item: pg.ImageItem) -> np.ndarray | None:
    image = item.image
    if image is None or image.ndim != 2:
        return None  # already mixed to colours
    high, wide = image.shape  # row-major
    across, up = (np.arange(wide) + 0.5), (np.arange(high) + 0.5)
    transform = item.transform()
    place = item.pos()
    x, y = np.meshgrid(
        across * transform.m11() + transform.dx() + place.x(),
        up * transform.m22() + transform.dy() + place.y(),
    )
    return np.stack([x.ravel(), y.ravel(), image.astype(np.float64).ravel()], axis=1)


def _name(plot: CalmPlot, item: object) -> str:
    """Return what a plot calls an item itself, with the key where it has several of these."""
    for name, value in vars(plot).items():
        word = name.strip("_").replace("_", " ")
        if value is item:
            return word
        if isinstance(value, dict):
            for key, inner in value.items():
                if inner is item:
                    return f"{word} {key}"
        if isinstance(value, list | tuple):
            for number, inner in enumerate(value):
                if inner is item:
                    return f"{word} {number + 1}"
    return ""
