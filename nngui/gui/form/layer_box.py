"""One layer in the editor: its sizes, activation and dropout, and the handle it is dragged by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QSpinBox,
    QToolButton,
)
from typing_extensions import override

from nngui.core.networks.quick_spec import LayerSpec
from nngui.core.spec.torch_names import ACTIVATIONS
from nngui.core.text import mark
from nngui.gui.form.fields import ChoiceField
from nngui.gui.form.number_fields import RealField, WholeField
from nngui.gui.panels.card import label
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from nngui.core.networks.quick_spec import LayerRow


class Handle(QToolButton):
    """What a layer is dragged by; Alt+Up and Alt+Down move it too, Delete removes it.

    Signals
    -------
    dragged : QPoint
        Where the mouse is, on the screen.
    dropped
        It was let go.
    moved : int
        One place up (-1) or down (1).
    removed
    """

    dragged = Signal(QPoint)
    dropped = Signal()
    moved = Signal(int)
    removed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setText("⠿")
        self.setProperty("small", True)
        self.setAutoRaise(True)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(event.globalPosition().toPoint())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.dropped.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)


class LayerBox(QFrame):
    """One hidden layer: its sizes above, activation and dropout below.

    Signals
    -------
    changed
        The user changed a value.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("layer", True)
        self.handle = Handle()
        self.name = label("")
        self.inputs = WholeField({"ge": 0, "le": 4096}, mark("core", "auto"))
        self.width_ = WholeField({"ge": 1, "le": 4096}, "")
        self.activation = ChoiceField(tuple(ACTIVATIONS), ACTIVATIONS)
        self.dropout = RealField({"ge": 0, "le": 0.9}, "p=0", None)
        self.remove = QToolButton()
        self.remove.setText("✕")
        self.remove.setProperty("small", True)
        self.remove.setAutoRaise(True)
        self._lay_out()
        for field in (self.inputs, self.width_, self.activation, self.dropout):
            field.edited.connect(self._on_edited)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(4, 4, 4, 4)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.handle, 0, 0)
        grid.addWidget(self.name, 0, 1, 1, 2)
        grid.addWidget(self.remove, 0, 3)
        sizes = QHBoxLayout()
        sizes.setSpacing(4)
        sizes.addWidget(self.inputs, 1)
        sizes.addWidget(label("→", "muted"))
        sizes.addWidget(self.width_, 1)
        grid.addLayout(sizes, 1, 0, 1, 4)
        behind = QHBoxLayout()
        behind.setSpacing(4)
        behind.addWidget(self.activation, 3)
        behind.addWidget(self.dropout, 2)
        grid.addLayout(behind, 2, 0, 1, 4)
        grid.setColumnStretch(1, 1)

    @property
    def layer(self) -> LayerSpec:
        """What the box says."""
        width, inputs, dropout = (f.control for f in (self.width_, self.inputs, self.dropout))
        assert isinstance(width, QSpinBox)
        assert isinstance(inputs, QSpinBox)
        assert isinstance(dropout, QDoubleSpinBox)
        return LayerSpec(
            width=width.value(),
            activation=self.activation.value,
            dropout=dropout.value(),
            inputs=inputs.value(),
        )

    def show_layer(self, layer: LayerSpec, row: LayerRow) -> None:
        """Show a layer, under its name in the class."""
        self.name.setText(row.name)
        self.width_.show_value(layer.width)
        self.inputs.show_value(layer.inputs)
        self.activation.show_value(layer.activation)
        self.dropout.show_value(layer.dropout)
        self.setProperty("misfit", not row.fits)
        self.style().unpolish(self)
        self.style().polish(self)
        self._say(row)

    def _say(self, row: LayerRow) -> None:
        """Give every control its words, with the layer's name."""
        tips = {
            self.inputs.control: self.tr("Inputs: auto takes as many as come; a number is kept."),
            self.width_.control: self.tr("Width: how many neurons."),
            self.activation.control: self.tr("Activation"),
            self.dropout.control: self.tr("Dropout: the share switched off in training."),
            self.handle: self.tr("Drag to move; Alt+Up, Alt+Down, Delete."),
            self.remove: self.tr("Remove this layer."),
        }
        for control, tip in tips.items():
            set_tip(control, tip)
            control.setAccessibleName(f"{row.name}: {tip.partition(':')[0].rstrip('.')}")

    @Slot(object)
    def _on_edited(self, _value: object) -> None:
        self.changed.emit()
