"""Convolution at the cursor: choose an operation, move its window, read the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PySide6.QtCore import QSignalBlocker, QTimer, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.core.errors import SettingError
from nngui.core.microscope.convolution import CLASSICS, Operation, Sliding, classic
from nngui.gui.panels.card import label
from nngui.gui.plots.convolution_view import ConvolutionView
from nngui.gui.style.icons import icon
from nngui.gui.style.labels import copy_tip, set_tip
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.tabs.cnn.sources import SlideSource, sources_of

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent

    from nngui.core.arrays import Floats
    from nngui.core.inspectors.cnn import Maps
    from nngui.gui.style.theme import Colours

SWEEP_MS = 70  # ms at each place
LARGEST = 9  # a pooling window's side


class _Choice(NamedTuple):
    """What stands in the controls."""

    operation: int
    source: int
    kernel: str
    stride: int
    padding: int
    side: int


class ConvolutionPanel(QWidget):
    """The controls above the view. Kernels are classics, or filters of the network.

    Where a window finds no place, a sentence says why, and the controls go back.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = ConvolutionView()
        self.view.setAccessibleName(self.tr("Convolution at the cursor"))
        self.operation, self.source, self.kernel = QComboBox(), QComboBox(), QComboBox()
        self.channel, self.side = QSpinBox(), QSpinBox()
        self.stride, self.padding = QSpinBox(), QSpinBox()
        self.sweep = QToolButton()
        self._sources: tuple[SlideSource, ...] = ()
        self._good = _Choice(0, 0, "vertical", 1, 0, 2)  # what fitted last
        self.trouble = label("")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self._timer = QTimer(self)
        self._timer.setInterval(SWEEP_MS)
        self._fill()
        self._lay_out()
        self._connect()

    # What it shows -------------------------------------------------------------------------------

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.view.set_theme(theme)
        self.sweep.setIcon(icon("mdi6.play", theme.text, theme.accent))
        self.trouble.setStyleSheet(f"color: {theme.warning};")

    def show_hint(self, text: str) -> None:
        """Say what will appear, before there is an image."""
        self.view.show_hint(text)

    def show_maps(self, maps: Maps) -> None:
        """Take what can be slid over on the way of an image through the network."""
        self.show_sources(sources_of(maps, self.tr("image"), self.tr("into {layer}")))

    def show_sources(self, sources: tuple[SlideSource, ...]) -> None:
        """Take what can be slid over, as it is now."""
        names = [source.name for source in sources]
        if names != [source.name for source in self._sources]:
            before = self.source.currentText()
            with QSignalBlocker(self.source):
                self.source.clear()
                self.source.addItems(names)
                self.source.setCurrentIndex(max(self.source.findText(before), 0))
        self._sources = sources
        self._fit_controls()
        self._show()

    def choose_filter(self, name: str) -> None:
        """Slide one of the network's filters, as the network does."""
        for number, source in enumerate(self._sources):
            if name in source.filters:
                self._restore(_Choice(0, number, name, source.stride, source.padding, 2))
                self._show()

    # Controls ------------------------------------------------------------------------------------

    def _fill(self) -> None:
        for value, name in (
            ("convolution", self.tr("Convolution")),
            ("max", self.tr("Max pooling")),
            ("average", self.tr("Average pooling")),
        ):
            self.operation.addItem(name, value)
        self.side.setRange(1, LARGEST)
        self.side.setValue(2)
        self.stride.setRange(1, LARGEST)
        self.padding.setRange(0, LARGEST)
        self.channel.setRange(0, 0)
        self.sweep.setCheckable(True)
        self.sweep.setProperty("small", True)
        tips: dict[QWidget, tuple[str, str]] = {
            self.operation: (self.tr("Operation"), self.tr("What is made of each window.")),
            self.source: (
                self.tr("Over what"),
                self.tr("The image, or what a convolution of the network is given."),
            ),
            self.kernel: (
                self.tr("Kernel"),
                self.tr(
                    "The numbers that the window's are multiplied by: a classic, or a filter"
                    " that the network has learnt."
                ),
            ),
            self.side: (self.tr("Window"), self.tr("The side of the window, in pixels.")),
            self.stride: (self.tr("Stride"), self.tr("How many pixels the window goes each time.")),
            self.padding: (
                self.tr("Padding"),
                self.tr("How many pixels of zeros are put around the image."),
            ),
            self.channel: (
                self.tr("Channel"),
                self.tr("Whose numbers are shown; a convolution adds up all channels."),
            ),
            self.sweep: (
                self.tr("Sweep"),
                self.tr("Let the window go over the whole image by itself."),
            ),
        }
        for widget, (name, tip) in tips.items():
            widget.setAccessibleName(name)
            set_tip(widget, tip)
        for box in (self.operation, self.source, self.kernel):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(5)
        for spin in (self.side, self.stride, self.padding, self.channel):
            spin.setFixedWidth(38)
        self._offer_kernels()

    def _lay_out(self) -> None:
        choices, numbers = QHBoxLayout(), QHBoxLayout()
        choices.setSpacing(6)
        numbers.setSpacing(12)
        self._row_of: dict[QWidget, QWidget] = {}
        for box in (self.operation, self.source, self.kernel):
            choices.addWidget(box, 1)
        for spin in (self.side, self.stride, self.padding, self.channel):
            pair = QWidget()
            inner = QHBoxLayout(pair)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.setSpacing(4)
            word = label(spin.accessibleName(), "muted")
            word.setBuddy(spin)
            copy_tip(spin, word)
            inner.addWidget(word)
            inner.addWidget(spin)
            numbers.addWidget(pair)
            self._row_of[spin] = pair
        numbers.addStretch(1)
        numbers.addWidget(self.sweep)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(choices)
        column.addLayout(numbers)
        column.addWidget(self.trouble)
        column.addWidget(self.view, 1)
        self._row_of[self.side].hide()
        self._row_of[self.channel].hide()

    def _connect(self) -> None:
        self.operation.currentIndexChanged.connect(self._on_operation)
        self.source.currentIndexChanged.connect(self._on_source)
        self.kernel.currentIndexChanged.connect(self._on_edited)
        for spin in (self.side, self.stride, self.padding, self.channel):
            spin.valueChanged.connect(self._on_edited)
        self.sweep.toggled.connect(self._on_sweep)
        self._timer.timeout.connect(self._on_tick)

    @property
    def _source(self) -> SlideSource | None:
        number = self.source.currentIndex()
        return self._sources[number] if 0 <= number < len(self._sources) else None

    def _offer_kernels(self) -> None:
        """Offer the network's filters for what is slid over, and the classics."""
        source, before = self._source, self.kernel.currentData()
        names = {name: name for name in (source.filters if source else ())}
        names |= {name: shown(title) for name, (title, _numbers) in CLASSICS.items()}
        if list(names) == [self.kernel.itemData(n) for n in range(self.kernel.count())]:
            return
        with QSignalBlocker(self.kernel):
            self.kernel.clear()
            for name, title in names.items():
                self.kernel.addItem(title, name)
            self.kernel.setCurrentIndex(max(self.kernel.findData(before), 0))

    def _fit_controls(self) -> None:
        """Offer what there is for what is slid over, and for what is done."""
        source = self._source
        pooling = self._operation() != "convolution"
        if source is not None:
            channels = len(source.maps)
            self.channel.setMaximum(channels - 1)
            self._row_of[self.channel].setVisible(channels > 1)
        self._row_of[self.side].setVisible(pooling)
        self.kernel.setVisible(not pooling)
        self._offer_kernels()

    @Slot()
    def _on_source(self) -> None:
        """Begin with the network's own filter, as the network slides it."""
        source = self._source
        if source is None:
            return
        name = next(iter(source.filters), self._good.kernel)
        stride, padding = source.stride, source.padding
        if self._operation() != "convolution":
            stride, padding = self.side.value(), 0
        index = self.source.currentIndex()
        choice = self._choice()
        self._restore(choice._replace(source=index, kernel=name, stride=stride, padding=padding))
        self._show()

    @Slot()
    def _on_operation(self) -> None:
        if self._operation() == "convolution":
            self._on_source()
            return
        self._restore(self._choice()._replace(stride=self.side.value(), padding=0))
        self._show()

    @Slot(int)
    def _on_edited(self, _value: int) -> None:
        self._show()

    def _show(self) -> None:
        source = self._source
        if source is None:
            return
        operation, channel = self._operation(), self.channel.value()
        kernel, bias = self._kernel(source)
        size = kernel.shape[1:] if operation == "convolution" else (self.side.value(),) * 2
        sliding = Sliding(operation, (size[0], size[1]), self.stride.value(), self.padding.value())
        grey = len(source.maps) in (1, 3)
        try:
            self.view.show_operation(source.maps, kernel, bias, sliding, channel, grey=grey)
        except SettingError as error:
            self._restore(self._good)
            self.trouble.setText(shown_sentence(error))
            self.trouble.show()
            return
        self.trouble.hide()
        self._good = self._choice()

    def _choice(self) -> _Choice:
        return _Choice(
            self.operation.currentIndex(),
            self.source.currentIndex(),
            self.kernel.currentData(),
            self.stride.value(),
            self.padding.value(),
            self.side.value(),
        )

    def _restore(self, choice: _Choice) -> None:
        """Put what is chosen into the controls, without taking it yet."""
        controls = (self.operation, self.source, self.kernel, self.stride, self.padding, self.side)
        blockers = [QSignalBlocker(control) for control in controls]
        self.operation.setCurrentIndex(choice.operation)
        self.source.setCurrentIndex(choice.source)
        self._fit_controls()
        self.kernel.setCurrentIndex(max(self.kernel.findData(choice.kernel), 0))
        self.stride.setValue(choice.stride)
        self.padding.setValue(choice.padding)
        self.side.setValue(choice.side)
        for blocker in blockers:
            blocker.unblock()

    def _kernel(self, source: SlideSource) -> tuple[Floats, float]:
        name = self.kernel.currentData()
        if name in source.filters:
            return source.filters[name]
        single = classic(name)  # looks at one channel
        kernel = np.zeros((len(source.maps), *single.shape[1:]), np.float32)
        kernel[self.channel.value()] = single[0]
        return kernel, 0.0

    def _operation(self) -> Operation:
        value: Any = self.operation.currentData()
        return "max" if value == "max" else "average" if value == "average" else "convolution"

    # By itself -----------------------------------------------------------------------------------

    @Slot(bool)
    def _on_sweep(self, on: bool) -> None:
        if on:
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _on_tick(self) -> None:
        rows, columns = self.view.result.shape
        if rows and columns:
            row, column = self.view.cell
            place = (row * columns + column + 1) % (rows * columns)
            self.view.go_to(*divmod(place, columns))

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.sweep.setChecked(False)
