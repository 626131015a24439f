"""The layers of a network as a list: added, removed, moved by drag or keys, and undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.core.quick_layers import MOST_LAYERS, LayerSpec, layer_rows
from nngui.core.text import mark
from nngui.core.torch_names import ACTIVATIONS
from nngui.gui.panels.card import label
from nngui.gui.panels.fields import ChoiceField, Field, RealField, WholeField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QMouseEvent

    from nngui.core.quick_layers import LayerRow

Layers = tuple[LayerSpec, ...]


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
        The person changed a value.
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
            control.setToolTip(tip)
            control.setAccessibleName(f"{row.name}: {tip.partition(':')[0].rstrip('.')}")

    @Slot(object)
    def _on_edited(self, _value: object) -> None:
        self.changed.emit()


class LayersField(Field):
    """The editor of all hidden layers, between the sizes that the data give.

    Signals
    -------
    pointed : str
        The layer under the mouse, by its name; nothing outside.
    """

    pointed = Signal(str)
    wide = True

    def __init__(self) -> None:
        body = QWidget()
        super().__init__(body)
        self._layers: Layers = ()
        self._sizes = (2, 2)
        self._past: list[Layers] = []
        self._future: list[Layers] = []
        self._dragged: LayerBox | None = None
        self.boxes: list[LayerBox] = []
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._first, self._last = label("", "muted"), label("", "muted")
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        column.addWidget(self._first)
        column.addLayout(self._list)
        column.addWidget(self._last)
        column.addLayout(self._button_row())
        keys = QKeySequence.StandardKey
        for key, slot in ((keys.Undo, self.undo), (keys.Redo, self.redo)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(slot)

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.add = self._button("+", self.tr("Add a layer"))
        self.back = self._button("↶", self.tr("Undo the last change of the layers"))
        self.forth = self._button("↷", self.tr("Redo"))
        for button, slot in (
            (self.add, self._on_add),
            (self.back, self.undo),
            (self.forth, self.redo),
        ):
            button.clicked.connect(slot)
            row.addWidget(button, 1)
        return row

    @staticmethod
    def _button(text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setProperty("small", True)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setSizePolicy(
            button.sizePolicy().Policy.Expanding, button.sizePolicy().verticalPolicy()
        )
        return button

    @property
    @override
    def controls(self) -> list[QWidget]:
        return [self.control]  # those in it have words of their own

    def show_sizes(self, inputs: int, outputs: int) -> None:
        """Say what the data have and want."""
        self._sizes = (inputs, outputs)
        self._fill()

    @override
    def show_value(self, value: Any) -> None:
        if tuple(value) == self._layers and len(self.boxes) == len(self._layers):
            return
        if self._layers:  # from elsewhere: what was done here before has nothing to do with it
            self._past, self._future = [], []
        self._layers = tuple(value)
        self._fill()

    def _fill(self) -> None:
        rows = layer_rows(self._layers, *self._sizes, "out")
        while len(self.boxes) > len(self._layers):
            box = self.boxes.pop()
            self._list.removeWidget(box)
            box.hide()
            box.deleteLater()
        while len(self.boxes) < len(self._layers):
            self._add_box()
        for box, layer, row in zip(self.boxes, self._layers, rows, strict=False):
            box.show_layer(layer, row)
        self._first.setText(self.tr("in: {n}").format(n=self._sizes[0]))
        last = rows[-1]
        text = self.tr("out: {inputs} → {outputs}")
        self._last.setText(text.format(inputs=last.inputs, outputs=last.outputs))
        self.add.setEnabled(len(self._layers) < MOST_LAYERS)
        self.back.setEnabled(bool(self._past))
        self.forth.setEnabled(bool(self._future))

    def _add_box(self) -> None:
        box = LayerBox()
        box.changed.connect(self._on_changed)
        box.handle.dragged.connect(self._on_dragged)
        box.handle.dropped.connect(self._on_dropped)
        box.handle.moved.connect(self._on_moved)
        box.handle.removed.connect(self._on_removed)
        box.remove.clicked.connect(self._on_removed)
        box.installEventFilter(self)
        self.boxes.append(box)
        self._list.addWidget(box)

    def _take(self, layers: Sequence[LayerSpec]) -> None:
        """Take what the person made, and say so."""
        if tuple(layers) == self._layers:
            return
        self._past.append(self._layers)
        self._future = []
        self._layers = tuple(layers)
        self._fill()
        self.edited.emit(self._layers)

    # What the person does ----------------------------------------------------------------------

    @Slot()
    def _on_changed(self) -> None:
        self._take([box.layer for box in self.boxes])

    @Slot()
    def _on_add(self) -> None:
        self._take([*self._layers, self._layers[-1] if self._layers else LayerSpec()])

    def _sender_place(self) -> int:
        sender = self.sender()
        return next(
            i for i, box in enumerate(self.boxes) if sender in (box.handle, box.remove, box)
        )

    @Slot()
    def _on_removed(self) -> None:
        place = self._sender_place()
        self._take([layer for i, layer in enumerate(self._layers) if i != place])

    @Slot(int)
    def _on_moved(self, by: int) -> None:
        place = self._sender_place()
        other = min(max(place + by, 0), len(self._layers) - 1)
        layers = list(self._layers)
        layers.insert(other, layers.pop(place))
        self._take(layers)
        self.boxes[other].handle.setFocus()

    @Slot(QPoint)
    def _on_dragged(self, place: QPoint) -> None:
        """Let the dragged box change places with the one whose middle the mouse has passed."""
        box = self.boxes[self._sender_place()]
        self._dragged = box
        y = self.control.mapFromGlobal(place).y()
        middles = [b.y() + b.height() / 2 for b in self.boxes if b is not box]
        target = sum(y > middle for middle in middles)
        if self.boxes.index(box) != target:
            self.boxes.remove(box)
            self.boxes.insert(target, box)
            self._list.removeWidget(box)
            self._list.insertWidget(target, box)
            self._list.activate()

    @Slot()
    def _on_dropped(self) -> None:
        if self._dragged is not None:
            self._dragged = None
            self._take([box.layer for box in self.boxes])

    @Slot()
    def undo(self) -> None:
        """Take back the last change."""
        self._go(self._past, self._future)

    @Slot()
    def redo(self) -> None:
        """Make it again."""
        self._go(self._future, self._past)

    def _go(self, source: list[Layers], target: list[Layers]) -> None:
        if source:
            target.append(self._layers)
            self._layers = source.pop()
            self._fill()
            self.edited.emit(self._layers)

    @override
    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if watched in self.boxes and event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            entered = event.type() == QEvent.Type.Enter
            self.pointed.emit(watched.name.text() if entered else "")
        return super().eventFilter(watched, event)

    def mark(self, name: str) -> None:
        """Mark a layer by its name; nothing: none."""
        for box in self.boxes:
            box.setProperty("marked", box.name.text() == name)
            box.style().unpolish(box)
            box.style().polish(box)
