"""Draw a digit, and see what the network makes of it while it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from nngui.core.data.drawing import fit_drawing
from nngui.gui.panels.card import label
from nngui.gui.plots.bars import ProbabilityBars
from nngui.gui.plots.draw_pad import DrawPad
from nngui.gui.plots.image_grid import ImageGrid
from nngui.gui.plots.layer_strip import LayerStrip
from nngui.gui.style.labels import set_tip
from nngui.gui.tabs.cnn.inside import stages_of

if TYPE_CHECKING:
    from nngui.core.arrays import Floats
    from nngui.core.inspectors.cnn import Maps
    from nngui.gui.style.theme import Colours


class DrawingPanel(QWidget):
    """The pad, what the network is given, its answer, and below the layers in between.

    Signals
    -------
    drawn : ndarray
        The drawing as an image of the data, shape (c, h, w).
    """

    drawn = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pad, self.bars, self.strip = DrawPad(), ProbabilityBars(), LayerStrip()
        self.seen = ImageGrid(least=8, most=112)
        self.undo, self.clear = QPushButton(self.tr("Undo")), QPushButton(self.tr("Clear"))
        self._shape = (1, 28, 28)
        self._lay_out()
        self.pad.drawn.connect(self._on_drawn)
        self.undo.clicked.connect(self._on_undo)
        self.clear.clicked.connect(self._on_clear)

    def _lay_out(self) -> None:
        self.pad.setAccessibleName(self.tr("Drawing pad"))
        set_tip(
            self.pad,
            self.tr(
                "Draw with the mouse; or move with the arrow keys, Space sets the pen down or "
                "lifts it. Ctrl+Z: undo; Delete: clear."
            ),
        )
        self.pad.setMinimumSize(150, 110)
        self.bars.setAccessibleName(self.tr("Probabilities"))
        self.bars.setMinimumWidth(150)
        self.seen.setAccessibleName(self.tr("What the network sees"))
        self.strip.setAccessibleName(self.tr("Layers and their feature maps"))
        set_tip(self.undo, self.tr("Take the last stroke away (Ctrl+Z)."))
        set_tip(self.clear, self.tr("Take everything away (Delete)."))
        for button in (self.undo, self.clear):
            button.setProperty("small", True)
        between = QVBoxLayout()
        between.setSpacing(6)
        seen = label(self.tr("The network sees"), "muted")
        seen.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.seen.setMinimumSize(40, 40)
        self.seen.setMaximumSize(122, 122)
        between.addWidget(seen)
        between.addWidget(self.seen, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.undo)
        buttons.addWidget(self.clear)
        between.addLayout(buttons)
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self.pad, 4)
        top.addLayout(between)
        top.addWidget(self.bars, 5)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top, 5)
        column.addWidget(self.strip, 3)
        self.strip.setMinimumHeight(70)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        for part in (self.pad, self.bars, self.strip, self.seen):
            part.set_theme(theme)

    @property
    def image(self) -> Floats:
        """What the network is given."""
        return fit_drawing(self.pad.canvas, self._shape)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been drawn."""
        return not self.pad.strokes

    def show_data(self, shape: tuple[int, int, int], classes: tuple[str, ...]) -> None:
        """Draw for images of another shape, of other classes."""
        self._shape = shape
        self.pad.show_hint(self.tr("Draw here with the mouse, or with arrow keys and Space."))
        self.bars.show_names(classes)
        self.strip.show_hint(self.tr("While you draw, every layer shows what it makes of it."))
        self.strip.show_stages((), np.zeros(0, np.float32), ())
        self._show_seen()

    def show_maps(self, maps: Maps) -> None:
        """Show what the layers make of the drawing."""
        if self.is_empty:
            return
        self.bars.show_values(maps.probabilities)
        stages, _layers = stages_of(maps, self.tr("image"))
        self.strip.show_stages(stages, maps.probabilities, ())

    def _show_seen(self) -> None:
        self.seen.show_images(self.image.mean(0)[None], levels=(0.0, 1.0))

    @Slot(object)
    def _on_drawn(self, _canvas: Floats) -> None:
        self._show_seen()
        self.undo.setEnabled(not self.is_empty)
        self.clear.setEnabled(not self.is_empty)
        if self.is_empty:
            self.bars.show_names(self.bars.names)
            self.strip.show_stages((), np.zeros(0, np.float32), ())
        self.drawn.emit(self.image)

    @Slot()
    def _on_undo(self) -> None:
        self.pad.undo()

    @Slot()
    def _on_clear(self) -> None:
        self.pad.clear()
