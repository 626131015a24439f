"""Which numbers are made of dates: a button with a list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMenu, QPushButton

from nngui.core.spec.table import DATE_PARTS, TableSpec
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction

    from nngui.core.spec.table import DatePart


class DatePartsButton(QPushButton):
    """Opens a list in which each part of a date is ticked; one always is.

    Signals
    -------
    chosen : tuple of str
        The parts that are ticked now.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("date_parts")
        self._names: dict[str, str] = {
            "year": self.tr("year"),
            "month": self.tr("month"),
            "weekday": self.tr("weekday"),
            "day of year": self.tr("day of the year"),
            "days": self.tr("days since the first"),
            "hour": self.tr("hour"),
        }
        menu = QMenu(self)
        self.parts: dict[DatePart, QAction] = {}
        for part in DATE_PARTS:
            action = self.parts[part] = menu.addAction(self._names[part])
            action.setCheckable(True)
            action.triggered.connect(self._on_triggered)
        self.setMenu(menu)
        field = TableSpec.model_fields["date_parts"]
        self.setAccessibleName(shown(field.title or ""))
        set_tip(self, shown(field.description or ""))

    def show_parts(self, parts: Sequence[str]) -> None:
        """Tick what is made of a date."""
        for part, action in self.parts.items():
            action.setChecked(part in parts)
            action.setEnabled(part not in parts or len(parts) > 1)
        count = self.tr("all") if len(parts) == len(DATE_PARTS) else f"{len(parts)}"
        first = self._names[parts[0]] if len(parts) == 1 else count
        self.setText(first)

    @Slot()
    def _on_triggered(self) -> None:
        ticked = tuple(part for part, action in self.parts.items() if action.isChecked())
        self.show_parts(ticked)
        self.chosen.emit(ticked)
