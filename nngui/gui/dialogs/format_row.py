"""How a file of a table is written: found out by looking at it, and changed where that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from nngui.files.tables.format import ENCODINGS, TableFormat
from nngui.gui.panels.card import label

if TYPE_CHECKING:
    from nngui.core.spec.table import TableSpec


class FormatRow(QWidget):
    """Separator, decimal sign, first line and encoding; of a workbook the sheet.

    Signals
    -------
    format_changed : TableFormat
        The person says that the file is written in another way.
    """

    format_changed = Signal(object)

    def __init__(self, sheets: list[str]) -> None:
        super().__init__()
        self._choices: dict[str, QComboBox] = {}
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        separators = {
            ",": self.tr("comma"),
            ";": self.tr("semicolon"),
            "\t": self.tr("tab"),
            "|": self.tr("bar"),
            " ": self.tr("white space"),
        }
        yes_no = {"yes": self.tr("names"), "no": self.tr("data")}
        if sheets:
            self._add_choice(
                line, "sheet", self.tr("Sheet"), dict(zip(sheets, sheets, strict=True))
            )
        else:
            self._add_choice(line, "separator", self.tr("Separator"), separators)
            self._add_choice(line, "decimal", self.tr("Decimal sign"), {".": "1.5", ",": "1,5"})
            self._add_choice(line, "header", self.tr("First line"), yes_no)
            names = {name: name for name in (*ENCODINGS, "utf-16-le", "utf-16-be")}
            self._add_choice(line, "encoding", self.tr("Encoding"), names)
        line.addStretch(1)

    def show_format(self, found: TableFormat) -> None:
        """Show how the file is taken to be written."""
        for key, box in self._choices.items():
            place = box.findData(getattr(found, key))
            if place >= 0:
                box.setCurrentIndex(place)

    def show_choice(self, table: TableSpec) -> None:
        """Take what was chosen before for chosen again."""
        for key, box in self._choices.items():
            box.setProperty("chosen", bool(getattr(table, key)))

    @property
    def chosen(self) -> dict[str, str]:
        """What the person has chosen, by the names of `TableFormat`'s fields."""
        return {
            key: box.currentData()
            for key, box in self._choices.items()
            if box.currentData() is not None and box.property("chosen")
        }

    def _add_choice(self, row: QHBoxLayout, key: str, title: str, choices: dict[str, str]) -> None:
        words, box = label(title, "muted"), QComboBox()
        for value, text in choices.items():
            box.addItem(text, value)
        box.setObjectName(key)
        box.setAccessibleName(title)
        box.setToolTip(self.tr("Found out by looking at the file; change it where it is wrong."))
        words.setBuddy(box)
        box.activated.connect(self._on_format)
        row.addWidget(words)
        row.addWidget(box)
        row.addSpacing(8)
        self._choices[key] = box

    @Slot()
    def _on_format(self) -> None:
        box = self.sender()
        assert isinstance(box, QComboBox)
        box.setProperty("chosen", True)
        self.format_changed.emit(TableFormat(**self.chosen))
