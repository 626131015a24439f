"""Inside the network: what each layer makes of an image, and the filters that do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from nngui.gui.panels.card import ElidedLabel
from nngui.gui.plots.image_grid import ImageGrid
from nngui.gui.plots.kit.pixels import in_colour
from nngui.gui.plots.layer_strip import MAX_MAPS, LayerStage, LayerStrip
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from nngui.core.arrays import Floats
    from nngui.core.inspectors.cnn import LayerMaps, Maps
    from nngui.gui.style.theme import Colours

SILENT = ("Flatten", "Dropout", "BatchNorm2d")  # layers that change nothing worth a picture
POOLS = ("MaxPool2d", "AvgPool2d")
BELOW = 84  # pixels for the samples and the filters


class InsidePanel(QWidget):
    """Layers in a row; below them images to choose from, and the chosen map's filters.

    Signals
    -------
    sample_chosen : int
        One of the images offered below.
    others_requested
        The user wants to choose from other images.
    slide_requested : str
        The user wants to see the chosen map's filter slide: its name, ``conv1 [3]``.
    """

    sample_chosen = Signal(int)
    others_requested = Signal()
    slide_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip = LayerStrip()
        self.samples, self.filters = ImageGrid(18, 40), ImageGrid(14, 56)
        self.others = QPushButton(self.tr("Others"))
        self.slide = QPushButton(self.tr("Slide it"))
        self.filter_words, self.sample_words = ElidedLabel(), ElidedLabel()
        self._layers: list[LayerMaps | None] = []  # a stage each; None for the image
        self._lay_out()
        self.samples.chosen.connect(self.sample_chosen)
        self.others.clicked.connect(self.others_requested)
        self.strip.chosen.connect(self._on_chosen)
        self.slide.clicked.connect(self._on_slide)

    def _lay_out(self) -> None:
        self.strip.setAccessibleName(self.tr("Layers and their feature maps"))
        self.samples.setAccessibleName(self.tr("Images to choose from"))
        self.filters.setAccessibleName(self.tr("Filters of the chosen map"))
        set_tip(self.others, self.tr("Choose from other images."))
        set_tip(self.slide, self.tr("See this filter slide over what it is given."))
        self.slide.setEnabled(False)
        below = QHBoxLayout()
        below.setSpacing(16)
        for words, button, grid, share in (
            (self.sample_words, self.others, self.samples, 5),
            (self.filter_words, self.slide, self.filters, 4),
        ):
            button.setProperty("small", True)
            grid.setFixedHeight(BELOW - 30)
            row = QHBoxLayout()
            row.addWidget(words, 1)
            row.addWidget(button)
            half = QVBoxLayout()
            half.setSpacing(4)
            half.addLayout(row)
            half.addWidget(grid)
            below.addLayout(half, share)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.strip, 1)
        column.addLayout(below)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        for part in (self.strip, self.samples, self.filters):
            part.set_theme(theme)

    def show_samples(self, images: Floats, names: tuple[str, ...], words: str) -> None:
        """Offer images, shape (n, c, h, w), with their classes' names, and say what they are."""
        self.sample_words.setText(words)
        set_tip(self.sample_words, words)
        self.samples.show_images(in_colour(images), names, levels=(0.0, 1.0))

    def show_waiting(self, text: str) -> None:
        """Show nothing but what will appear."""
        self._layers = []
        self.strip.show_hint(text)
        self.strip.show_stages((), np.zeros(0, np.float32), ())
        self.filters.show_images(np.zeros((0, 1, 1), np.float32))
        self.filter_words.setText("")
        self.slide.setEnabled(False)

    def show_maps(self, maps: Maps, classes: tuple[str, ...], truth: int) -> None:
        """Show what the layers make of an image of this class (-1: nobody knows)."""
        stages, layers = stages_of(maps, self.tr("image"))
        if [layer and layer.name for layer in layers] != [x and x.name for x in self._layers]:
            self.strip.choose(*_telling(stages))
        self._layers = layers
        self.strip.show_stages(stages, maps.probabilities, classes, truth)
        self._show_filters()

    @property
    def chosen_filter(self) -> tuple[LayerMaps, int] | None:
        """The convolution and the number of the chosen map's filter; None where it has none."""
        stage, index = self.strip.current
        layer = self._layers[stage] if stage < len(self._layers) else None
        if layer is None or layer.filters is None or index >= len(layer.filters):
            return None
        return layer, index

    def _show_filters(self) -> None:
        chosen = self.chosen_filter
        self.slide.setEnabled(chosen is not None)
        if chosen is None:
            stage, index = self.strip.current
            self.strip.show_links(None)
            self.filters.show_hint(self.tr("Choose a map of a convolution to see its filter."))
            self.filters.show_images(np.zeros((0, 1, 1), np.float32))
            self.filter_words.setText(self.strip.words(stage, index) if self._layers else "")
            return
        layer, index = chosen
        assert layer.filters is not None
        kernel = layer.filters[index]
        name = filter_name(layer.name, index)
        size = "×".join(str(part) for part in kernel.shape)
        bias = f"{float(layer.bias[index]) if layer.bias is not None else 0.0:.3g}"
        self.filter_words.setText(f"{name} · {size}")  # there is no room for the bias
        whole = self.tr("{name} · {size} · bias {bias}")
        set_tip(self.filter_words, whole.format(name=name, size=size, bias=bias))
        self.filters.show_images(kernel, scale="signed")
        self.strip.show_links(kernel.sum((1, 2)))

    @Slot(int, int)
    def _on_chosen(self, _stage: int, _index: int) -> None:
        self._show_filters()

    @Slot()
    def _on_slide(self) -> None:
        if self.chosen_filter is not None:
            layer, index = self.chosen_filter
            self.slide_requested.emit(filter_name(layer.name, index))


def _telling(stages: tuple[LayerStage, ...]) -> tuple[int, int]:
    """Return a map to begin with: in the last convolution, that which answers the most."""
    convolutions = [number for number, stage in enumerate(stages) if stage.scale == "signed"]
    if not convolutions:
        return 0, 0
    maps = stages[convolutions[-1]].maps[:MAX_MAPS]
    return convolutions[-1], int(maps.max((1, 2)).argmax())


def filter_name(layer: str, index: int) -> str:
    """Return what a filter is called: ``conv1 [3]``."""
    return f"{layer} [{index}]"


def stages_of(maps: Maps, image_name: str) -> tuple[tuple[LayerStage, ...], list[LayerMaps | None]]:
    """Return the layers worth a picture, and the layer behind each (None for the image).

    A convolution is shown before its activation, where its sign can be seen; then what it hands
    on: the pooled maps, or the activated ones where nothing is pooled.
    """
    size = "×".join(str(part) for part in maps.image.shape)
    stages = [LayerStage(image_name, size, maps.image, "grey")]
    layers: list[LayerMaps | None] = [None]
    shown = [layer for layer in maps.layers if layer.kind not in SILENT]
    for layer, after in zip(shown, [*shown[1:], None], strict=True):
        is_spatial = layer.maps.ndim == 3
        if after is None or (is_spatial and after.kind in POOLS):
            if layer.kind != "Conv2d":
                continue  # the output itself, which is shown as probabilities; or pooled at once
        elif not is_spatial and layer.kind == "Linear":
            continue  # shown behind its activation
        values = layer.maps if is_spatial else layer.maps.reshape(-1, 1, 1)
        signed = layer.kind == "Conv2d" or float(values.min()) < 0
        text = "×".join(str(part) for part in layer.maps.shape)
        name = layer.name.removesuffix("_act")
        stages.append(LayerStage(name, text, values, "signed" if signed else "heat"))
        layers.append(layer)
    return tuple(stages), layers
