"""The editor of a list of layers: each with its own few settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.core.spec.refusals import bounds_of
from nngui.gui.form.fields import ChoiceField, Field
from nngui.gui.panels.card import label
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

PAIRS = 2  # settings beside each other


class Maker(Protocol):
    """Returns the control for a field's type."""

    def __call__(self, info: FieldInfo, details: Mapping[str, Any]) -> Field:
        """Return it."""


class ConvolutionsField(Field):
    """Layers one below the other, each with its settings; they can be added and removed.

    Parameters
    ----------
    kind : type
        A layer's settings.
    make : callable
        Makes the control of one of them.
    most : int
        How many layers there may be.
    """

    wide = True

    def __init__(self, kind: type[BaseModel], make: Maker, most: int) -> None:
        body = QWidget()
        super().__init__(body)
        self._kind, self._make, self._most = kind, make, most
        self._values: list[dict[str, Any]] = []
        self._rows: list[_Row] = []
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        column.addLayout(self._list)
        self._add = QPushButton(self.tr("Add a convolution"))
        set_tip(self._add, self.tr("Put one more behind the last, with the last one's settings."))
        self._add.clicked.connect(self._on_added)
        column.addWidget(self._add)
        body.setFocusProxy(self._add)

    @override
    def show_value(self, value: Any) -> None:
        self._values = [v.model_dump() if hasattr(v, "model_dump") else dict(v) for v in value]
        while len(self._rows) > len(self._values):
            row = self._rows.pop()
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self._rows) < len(self._values):
            self._add_row(len(self._rows))
        for row, values in zip(self._rows, self._values, strict=True):
            row.show_values(values)
        self._add.setEnabled(len(self._values) < self._most)

    def _add_row(self, place: int) -> None:
        row = _Row(self._kind, self._make, place, self)
        row.remove.clicked.connect(partial(self._on_removed, place))
        for name, field in row.fields.items():
            field.edited.connect(partial(self._on_edited, place, name))
        self._rows.append(row)
        self._list.addWidget(row)

    @Slot()
    def _on_added(self) -> None:
        last = self._values[-1] if self._values else self._kind().model_dump()
        self.edited.emit([*self._values, dict(last)])

    @Slot()
    def _on_removed(self, place: int) -> None:
        self.edited.emit([v for i, v in enumerate(self._values) if i != place])

    @Slot()
    def _on_edited(self, place: int, name: str, value: object) -> None:
        changed = [dict(values) for values in self._values]
        changed[place][name] = value
        self.edited.emit(changed)


class _Row(QWidget):
    """One layer: its name, a button that removes it, its settings in pairs."""

    def __init__(self, kind: type[BaseModel], make: Maker, place: int, parent: QWidget) -> None:
        super().__init__(parent)
        name = self.tr("Convolution {number}").format(number=place + 1)
        self.fields: dict[str, Field] = {}
        self._details: dict[str, Mapping[str, Any]] = {}
        self.remove = QToolButton()
        self.remove.setText("✕")
        self.remove.setProperty("small", True)
        self.remove.setAutoRaise(True)
        set_tip(self.remove, self.tr("Remove {layer}.").format(layer=name))
        self.remove.setAccessibleName(self.tr("Remove {layer}.").format(layer=name))
        head = QHBoxLayout()
        head.addWidget(label(name))
        head.addStretch(1)
        head.addWidget(self.remove)
        grid = QGridLayout()
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(4)
        for number, (key, info) in enumerate(kind.model_fields.items()):
            self._add_field(grid, number, (name, f"conv{place + 1}.{key}"), key, info, make)
        for column in range(PAIRS):
            grid.setColumnStretch(2 * column + 1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addLayout(grid)

    def _add_field(
        self,
        grid: QGridLayout,
        number: int,
        names: tuple[str, str],
        key: str,
        info: FieldInfo,
        make: Maker,
    ) -> None:
        details, (layer, name) = info.json_schema_extra, names
        assert isinstance(details, dict)
        field = make(info, details)
        title = label(shown(info.title or key), "muted")
        title.setBuddy(field.control)
        bounds = bounds_of(info.metadata)
        tip = shown(info.description or "")
        if "ge" in bounds and "le" in bounds:
            span = self.tr("From {low} to {high}.")
            tip += "\n" + span.format(low=bounds["ge"], high=bounds["le"])
        set_tip(title, tip)
        set_tip(field.control, tip)
        field.control.setAccessibleName(f"{layer}: {shown(info.title or key)}")
        field.control.setObjectName(name)
        field.control.setMinimumWidth(32)  # two numbers of two digits stand beside their words
        row, column = divmod(number, PAIRS)
        wide = isinstance(field, ChoiceField)  # its words need the room of a whole row
        if wide or any(isinstance(other, ChoiceField) for other in self.fields.values()):
            row, column = number, 0
        grid.addWidget(title, row, 2 * column, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(field, row, 2 * column + 1, 1, 2 * PAIRS - 1 if wide else 1)
        self.fields[key], self._details[key] = field, details

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show a layer's settings; those that do not matter now are greyed out."""
        for name, field in self.fields.items():
            field.show_value(values[name])
            when = self._details[name]["when"]
            field.setEnabled(all(values[other] in wanted for other, wanted in when.items()))
