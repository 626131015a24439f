"""Who takes part in a race: each racer with its learning rate, and the rest folded under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.gui.form.fields import Field
from nngui.gui.form.fold import Fold
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.gui.form.number_fields import RealField
    from nngui.gui.plots.kit.racers import Racer


class RacerRow(QWidget):
    """A racer: whether it takes part, how fast it learns, and a fold with its other settings.

    Signals
    -------
    switched
        The user lets it take part, or no longer.
    """

    switched = Signal()

    def __init__(self, racer: Racer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.racer = racer
        self.check = QCheckBox(racer.label)
        self.check.setIcon(racer.swatch(2.0))
        self.check.setIconSize(QSize(18, 9))
        self.check.setObjectName(f"race.optimizers.{racer.name}")
        set_tip(
            self.check,
            self.tr(
                "Let {name} take part, or not. The race starts again, so that all racers have had "
                "the same batches from the first step on."
            ).format(name=racer.label),
        )
        self.more = Fold("", self.tr("More settings of {name}").format(name=racer.label))
        self.more.setFixedWidth(20)
        self._head = QHBoxLayout()
        self._head.setSpacing(2)
        self._head.addWidget(self.check, 1)
        self._rate: RealField | None = None
        body = QWidget()
        body.hide()
        self.details = QFormLayout(body)
        self.details.setContentsMargins(12, 0, 0, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._column = column
        column.addLayout(self._head)
        column.addWidget(body)
        self.check.clicked.connect(self.switched)
        self.more.toggled.connect(body.setVisible)

    def place_rate(self, field: RealField) -> None:
        """Put the learning rate into the row, its slider below: long enough to be drawn."""
        self._rate = field
        field.setFixedWidth(56)
        self._head.addWidget(field)
        self._head.addWidget(self.more)
        if field.slider is not None:
            self._column.insertWidget(1, field.slider)

    def show_part(self, takes_part: bool) -> None:
        """Show whether it takes part; the settings of one that does not are out of the way."""
        self.check.setChecked(takes_part)
        self.more.setVisible(takes_part)
        for control in () if self._rate is None else (self._rate, self._rate.slider):
            if control is not None:
                control.setVisible(takes_part)
        if not takes_part:
            self.more.setChecked(False)


class RacersField(Field):
    """The racers, one under the other; edited is the list of the names of those who take part."""

    def __init__(self, looks: Sequence[Racer]) -> None:
        body = QWidget()
        super().__init__(body)
        self.rows = {racer.name: RacerRow(racer) for racer in looks}
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for row in self.rows.values():
            column.addWidget(row)
            row.switched.connect(self._on_switched)

    @override
    def show_value(self, value: Any) -> None:
        for name, row in self.rows.items():
            row.show_part(name in value)

    @Slot()
    def _on_switched(self) -> None:
        self.edited.emit([name for name, row in self.rows.items() if row.check.isChecked()])
