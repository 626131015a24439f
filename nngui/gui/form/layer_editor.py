"""The layers of a network as a list: added, removed, moved by drag or keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, Signal, Slot
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from nngui.core.networks.quick_spec import MAX_LAYERS, LayerSpec, layer_rows
from nngui.gui.form.fields import Field
from nngui.gui.form.layer_box import LayerBox
from nngui.gui.panels.card import label
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

Layers = tuple[LayerSpec, ...]


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
        self.add = QToolButton()
        self.add.setText("+")
        self.add.setProperty("small", True)
        set_tip(self.add, self.tr("Add a layer"))
        self.add.setAccessibleName(self.tr("Add a layer"))
        policy = self.add.sizePolicy()
        self.add.setSizePolicy(policy.Policy.Expanding, policy.verticalPolicy())
        self.add.clicked.connect(self._on_add)
        column.addWidget(self.add)

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
        self.add.setEnabled(len(self._layers) < MAX_LAYERS)

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
        """Take what the user made, and say so."""
        if tuple(layers) == self._layers:
            return
        self._layers = tuple(layers)
        self._fill()
        self.edited.emit(self._layers)

    # What the user does ----------------------------------------------------------------------

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
