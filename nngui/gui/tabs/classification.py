"""The classification tab: points of several classes, regions, points placed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from pyqtgraph.graphicsItems.ScatterPlotItem import drawSymbol
from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget
from typing_extensions import override

from nngui.core.records.snapshot import DataView
from nngui.gui.plots.boundary_plot import BoundaryPlot
from nngui.gui.style.labels import set_tip
from nngui.gui.style.theme import MARKERS, OKABE_ITO
from nngui.gui.tabs.points.points_tab import PointsTab, shortest
from nngui.tasks.classification.settings import ClassificationSpec

if TYPE_CHECKING:
    from nngui.core.arrays import Floats


class Tab(PointsTab[ClassificationSpec]):
    """Section 2 of the tutorial."""

    @override
    def connect_views(self) -> None:
        super().connect_views()
        self._classes = QButtonGroup(self)
        self._chooser = QWidget()
        self._row = QHBoxLayout(self._chooser)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self.header.insertWidget(2, self._chooser)
        self._classes.idToggled.connect(self._on_class_chosen)

    @override
    def make_view(self) -> BoundaryPlot:
        return BoundaryPlot()

    @override
    def title(self) -> str:
        return self.tr("Regions")

    @override
    def headline_text(self, losses: dict[str, float]) -> str:
        return f"Accuracy={losses['accuracy']:.2f}" if "accuracy" in losses else ""

    @override
    def placed(self, rows: Floats) -> dict[str, object]:
        points = [(shortest(x), shortest(y), int(c)) for x, y, c in rows]
        data = self.spec.data
        real = data.kind in ("iris", "wine") or (data.kind == "hand" and data.standardise)
        classes = max(len(self.view.data.classes), 2)
        return {"data": {"kind": "hand", "placed": points, "standardise": real, "classes": classes}}

    @override
    def placed_view(self) -> DataView:
        data = self.spec.data
        rows = np.array(data.placed, np.float32).reshape(-1, 3)
        classes = tuple(str(i) for i in range(data.classes))
        return DataView(rows[:, :2], rows[:, 2].astype(np.int64), ("x", "y"), "class", classes)

    @override
    @Slot(object)
    def on_prepared(self, data: DataView) -> None:
        super().on_prepared(data)
        self._chooser.setVisible(data.table is None)  # rows of a table are not placed by hand
        if data.table is None:
            self._offer_classes(data.classes)

    def _offer_classes(self, names: tuple[str, ...]) -> None:
        """Offer a button per class: the next click into the plot places a point of it."""
        if len(self._classes.buttons()) == len(names):
            return
        for button in self._classes.buttons():
            self._classes.removeButton(button)
            button.deleteLater()
        for number, name in enumerate(names):
            button = QToolButton()
            button.setCheckable(True)
            button.setProperty("small", True)
            button.setIcon(_marker(number))
            button.setIconSize(QSize(12, 12))
            button.setFixedSize(28, 26)
            tip = self.tr("A click into the plot places a point of class {name}.")
            set_tip(button, tip.format(name=name))
            button.setAccessibleName(self.tr("Class {name}").format(name=name))
            self._classes.addButton(button, number)
            self._row.addWidget(button)
        self._classes.button(0).setChecked(True)

    @Slot(int, bool)
    def _on_class_chosen(self, number: int, on: bool) -> None:
        if on:
            self.view.place_class = number


def _marker(number: int) -> QIcon:
    """Return a class's marker in its colour."""
    pixmap = QPixmap(24, 24)
    pixmap.fill(pg.mkColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(12, 12)
    drawSymbol(painter, MARKERS[number], 20, pg.mkPen(None), pg.mkBrush(OKABE_ITO[number]))
    painter.end()
    return QIcon(pixmap)
