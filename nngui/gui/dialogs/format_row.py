"""How a table's file is written: found out by looking at it, and changed where that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from nngui.core.spec.table import ENCODINGS
from nngui.files.tables.format import TableFormat
from nngui.gui.panels.card import label
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from nngui.core.spec.table import TableSpec


class FormatRow(QWidget):
    """A list for each thing that can be told of the file.

    Parameters
    ----------
    sheets : list of str
        Of a workbook; empty where the file is text.

    Signals
    -------
    chosen : TableFormat
        The user says that the file is written in another way.
    """

    chosen = Signal(object)

    def __init__(self, sheets: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: dict[str, QComboBox] = {}
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(6)
        if sheets:
            self._add("sheet", self.tr("Sheet"), dict(zip(sheets, sheets, strict=True)))
        else:
            self._add_choices_of_text()
        self._line.addStretch(1)

    def _add_choices_of_text(self) -> None:
        separators = {
            ",": self.tr("comma"),
            ";": self.tr("semicolon"),
            "\t": self.tr("tab"),
            "|": self.tr("bar"),
            " ": self.tr("white space"),
        }
        yes_no = {"yes": self.tr("names"), "no": self.tr("data")}
        encodings = {name: name for name in (*ENCODINGS, "utf-16-le", "utf-16-be")}
        self._add("separator", self.tr("Separator"), separators)
        self._add("decimal", self.tr("Decimal sign"), {".": "1.5", ",": "1,5"})
        self._add("header", self.tr("First line"), yes_no)
        self._add("encoding", self.tr("Encoding"), encodings)

    def _add(self, key: str, title: str, choices: dict[str, str]) -> None:
        words, box = label(title, "muted"), QComboBox()
        for value, text in choices.items():
            box.addItem(text, value)
        box.setObjectName(key)
        box.setAccessibleName(title)
        set_tip(box, self.tr("Found out by looking at the file; change it where it is wrong."))
        words.setBuddy(box)
        box.activated.connect(self._on_activated)
        self._line.addWidget(words)
        self._line.addWidget(box)
        self._line.addSpacing(8)
        self._choices[key] = box

    def show_format(self, found: TableFormat) -> None:
        """Show how the file is written."""
        for key, box in self._choices.items():
            place = box.findData(getattr(found, key))
            if place >= 0:
                box.setCurrentIndex(place)

    def show_choice(self, table: TableSpec) -> None:
        """Take what a user said earlier for chosen."""
        for key, box in self._choices.items():
            box.setProperty("chosen", bool(getattr(table, key)))

    def choice(self) -> dict[str, Any]:
        """Return what the user has chosen, and not what was found out."""
        return {
            key: box.currentData()
            for key, box in self._choices.items()
            if box.currentData() is not None and box.property("chosen")
        }

    @Slot()
    def _on_activated(self) -> None:
        box = self.sender()
        assert isinstance(box, QComboBox)
        box.setProperty("chosen", True)
        self.chosen.emit(TableFormat(**self.choice()))
