"""The confusion matrix, and the images behind its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from nngui.core.inspectors.cnn import worst_mistakes
from nngui.gui.panels.card import ElidedLabel
from nngui.gui.plots.bars import percent
from nngui.gui.plots.confusion import ConfusionMatrix
from nngui.gui.plots.image_grid import ImageGrid
from nngui.gui.plots.kit.pixels import in_colour
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nngui.core.inspectors.cnn import TestResult
    from nngui.gui.style.theme import Colours

MAX_IMAGES = 200  # images of a cell that are shown
MAX_WORST = 24
SHORT = 4  # letters of two names that stand in one line


class MistakesPanel(QWidget):
    """A cell of the matrix opens its images; without one the worst mistakes are shown.

    Signals
    -------
    image_chosen : ndarray, int
        An image, shape (c, h, w), and its class: the user wants to look inside.
    """

    image_chosen = Signal(object, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.matrix, self.grid = ConfusionMatrix(), ImageGrid(least=36, most=88)
        self.heading = ElidedLabel()
        self.worst = QPushButton(self.tr("Worst mistakes"))
        self.look = QPushButton(self.tr("Look inside"))
        self._result: TestResult | None = None
        self._classes: tuple[str, ...] = ()
        self._shown: NDArray[np.int64] = np.zeros(0, np.int64)
        self._lay_out()
        self.matrix.chosen.connect(self._on_cell)
        self.worst.clicked.connect(self._on_worst)
        self.look.clicked.connect(self._on_look)
        self.grid.chosen.connect(self._on_image)

    def _lay_out(self) -> None:
        self.matrix.setAccessibleName(self.tr("Confusion matrix"))
        self.matrix.setMinimumSize(220, 140)
        self.grid.setAccessibleName(self.tr("Images behind the cell"))
        self.grid.setMinimumSize(160, 100)
        set_tip(self.worst, self.tr("The test images that the network is surest of, and wrong."))
        set_tip(self.look, self.tr("Show what the layers make of the chosen image."))
        self.look.setEnabled(False)
        for button in (self.worst, self.look):
            button.setProperty("small", True)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.worst)
        row.addWidget(self.look)
        row.addStretch(1)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.heading)
        column.addWidget(self.grid, 1)
        column.addLayout(row)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setHandleWidth(8)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.matrix)
        halves.addWidget(right)
        halves.setSizes([380, 300])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(halves)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.matrix.set_theme(theme)
        self.grid.set_theme(theme)

    def show_waiting(self, matrix: str, grid: str) -> None:
        """Show nothing but what will appear."""
        self._result = None
        self.matrix.show_counts(np.zeros((0, 0), np.int64), ())
        self.matrix.show_hint(matrix)
        self.grid.show_images(np.zeros((0, 1, 1), np.float32))
        self.grid.show_hint(grid)
        self.heading.setText("")
        self.look.setEnabled(False)

    def show_result(self, result: TestResult, classes: tuple[str, ...]) -> None:
        """Show how the network does on the test set now."""
        if result is self._result:
            return
        self._result, self._classes = result, classes
        self.matrix.show_counts(result.confusion, classes)
        self._show_images()

    def _show_images(self) -> None:
        result = self._result
        if result is None:
            return
        if self.matrix.current is None:
            found, text = self._worst(result)
        else:
            true, predicted = self.matrix.current
            where = (result.labels == true) & (result.predicted == predicted)
            found = np.flatnonzero(where)
            found = found[np.argsort(-result.probability[found], kind="stable")][:MAX_IMAGES]
            text = self.matrix.words(true, predicted)
        self._shown = found
        self.heading.setText(text)
        set_tip(self.heading, text)
        wrong = result.predicted[found] != result.labels[found]
        captions = [self._caption(result, index) for index in found]
        marked = frozenset(np.flatnonzero(wrong).tolist())
        pictures = in_colour(result.images[found])
        self.grid.show_images(pictures, captions, levels=(0.0, 1.0), marked=marked)
        self.look.setEnabled(self.grid.current >= 0)

    def _worst(self, result: TestResult) -> tuple[NDArray[np.int64], str]:
        wrong = np.flatnonzero(result.predicted != result.labels)
        text = self.tr("{n} mistakes, the surest first").format(n=f"{len(wrong):,}")
        self.grid.show_hint(self.tr("No mistakes.") if not len(wrong) else "")
        return worst_mistakes(result, MAX_WORST), text

    def _caption(self, result: TestResult, index: int) -> str:
        true = self._classes[int(result.labels[index])]
        predicted = self._classes[int(result.predicted[index])]
        sure = percent(float(result.probability[index]))
        if true == predicted:
            return f"{true} {sure}"
        between = "" if len(true + predicted) <= SHORT else "\n"
        return f"{true}{between}→{predicted} {sure}"

    @Slot(int, int)
    def _on_cell(self, _true: int, _predicted: int) -> None:
        self.grid.choose(-1)
        self.grid.show_hint(self.tr("No image of this kind."))
        self._show_images()

    @Slot()
    def _on_worst(self) -> None:
        self.grid.choose(-1)
        self.matrix.choose(None)
        self._show_images()

    @Slot(int)
    def _on_image(self, _index: int) -> None:
        self.look.setEnabled(True)

    @Slot()
    def _on_look(self) -> None:
        if self._result is not None and 0 <= self.grid.current < len(self._shown):
            index = self._shown[self.grid.current]
            self.image_chosen.emit(self._result.images[index], int(self._result.labels[index]))
