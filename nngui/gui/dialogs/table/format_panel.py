"""How a table's file is written: found out by looking at it, and changed where that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from nngui.core.spec.table import ENCODINGS, TableSpec
from nngui.gui.panels.card import label
from nngui.gui.style.labels import Label, set_tip
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from nngui.files.tables.format import TableFormat

A_ROW = 4  # further controls beside each other
MAX_SKIP = 1_000_000
ARROW = 46  # pixels beside the text of a list
MAX_FOUND = 20  # characters of what was found out


class FormatPanel(QWidget):
    """A control for each thing that can be told of the file; the first choice is what was found.

    Parameters
    ----------
    kind : str
        ``text``, ``excel``, ``parquet``, ``npy`` or ``npz``.
    sheets : list of str
        Of a workbook.

    Signals
    -------
    edited : str, object
        A field of `TableSpec`, and what the user says.
    """

    edited = Signal(str, object)

    def __init__(self, kind: str, sheets: list[str]) -> None:
        super().__init__()
        self.controls: dict[str, QComboBox | QSpinBox] = {}
        self._titles: dict[str, Label] = {}
        self._found: dict[str, str] = {}
        self._words: dict[str, dict[str, str]] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._line = QHBoxLayout()
        self._line.setSpacing(6)
        column.addLayout(self._line)
        self._make_first(kind, sheets)
        self.more = QPushButton(self.tr("More…"))
        self._more = QWidget()
        if kind in ("text", "excel"):
            self._make_more(kind)
            self._line.addWidget(self.more)
            column.addWidget(self._more)
        self._line.addStretch(1)
        self._more.setVisible(False)

    # What it is made of --------------------------------------------------------------------------

    def _make_first(self, kind: str, sheets: list[str]) -> None:
        names = self._names_of_signs()
        if kind == "text":
            self._add_list("separator", [",", ";", "\t", "|", " "], names)
            self._add_list("decimal", [".", ","], {".": "1.5", ",": "1,5"})
        if kind == "excel":
            self._add_list("sheet", sheets, {})
        if kind in ("text", "excel", "parquet"):
            nothing = {"none": self.tr("none")}
            blank = {" ": self.tr("blank")}
            signs = ["none", ",", ".", " ", "'", "\u2019"]
            self._add_list("thousands", signs, names | nothing | blank)
        for key in self.controls:
            self._line.addWidget(self._titles[key])
            self._line.addWidget(self.controls[key])
            self._line.addSpacing(8)

    def _names_of_signs(self) -> dict[str, str]:
        return {
            ",": self.tr("comma"),
            ";": self.tr("semicolon"),
            "\t": self.tr("tab"),
            "|": self.tr("bar"),
            " ": self.tr("white space"),
            ".": self.tr("point"),
            "'": self.tr("apostrophe '"),
            "\u2019": self.tr("apostrophe \u2019"),
        }

    def _make_more(self, kind: str) -> None:
        self.more.setCheckable(True)
        set_tip(self.more, self.tr("Header, lines above it, units, row names, totals, comments."))
        self.more.toggled.connect(self._more.setVisible)
        first = set(self.controls)
        yes_no = {"yes": self.tr("yes"), "no": self.tr("no")}
        encodings = [*ENCODINGS, "utf-16-le", "utf-16-be"]
        if kind == "text":
            self._add_list("encoding", encodings, {})
        self._add_list("header", list(yes_no), yes_no)
        self._add_number("skip")
        self._add_list("units", list(yes_no), yes_no)
        self._add_list("row_names", list(yes_no), yes_no)
        self._add_list("totals", list(yes_no), yes_no)
        self._add_list("comment", ["none", *"#%;!*"], {"none": self.tr("none")})
        grid = QGridLayout(self._more)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(6)
        for number, key in enumerate(key for key in self.controls if key not in first):
            row, place = divmod(number, A_ROW)
            grid.addWidget(self._titles[key], row, 3 * place)
            grid.addWidget(self.controls[key], row, 3 * place + 1)
            grid.setColumnMinimumWidth(3 * place + 2, 6)
        grid.setColumnStretch(3 * A_ROW, 1)

    def _add_list(self, key: str, values: list[str], words: dict[str, str]) -> None:
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.addItem("", None)
        for value in values:
            box.addItem(words.get(value, value), value)
        self._words[key] = words
        box.activated.connect(self._on_activated)
        self._add(key, box)

    def _add_number(self, key: str) -> None:
        box = QSpinBox()
        box.setRange(-1, MAX_SKIP)
        box.setKeyboardTracking(False)  # not while a number is typed
        box.setMinimumWidth(120)
        box.valueChanged.connect(self._on_number)
        self._add(key, box)

    def _add(self, key: str, box: QComboBox | QSpinBox) -> None:
        field = TableSpec.model_fields[key]
        title = shown(field.title or key)
        words = label(title, "muted")
        words.setBuddy(box)
        box.setObjectName(key)
        box.setAccessibleName(title)
        about = shown(field.description or "")
        how = self.tr("The first choice is what was found out by looking at the file.")
        set_tip(box, f"{about}\n{how}")
        self.controls[key], self._titles[key] = box, words

    # What is shown -------------------------------------------------------------------------------

    def show_format(self, found: TableFormat | None, spec: TableSpec) -> None:
        """Show what was found out, and what the user says.

        Parameters
        ----------
        found : TableFormat, optional
            As the file was read; None where that is not known yet.
        """
        for key, box in self.controls.items():
            said = getattr(spec, key)
            is_said = said not in ("", -1)
            if not is_said and key != "thousands" and found is not None:
                self._found[key] = self._word(key, getattr(found, key))
            text = self._text_of_found(key)
            if isinstance(box, QSpinBox):
                box.blockSignals(True)
                box.setSpecialValueText(text)
                box.setValue(said)
                box.blockSignals(False)
            else:
                box.setItemText(0, text)
                box.setMinimumWidth(box.fontMetrics().horizontalAdvance(text) + ARROW)
                if is_said and box.findData(said) < 0:
                    box.addItem(said, said)
                box.setCurrentIndex(box.findData(said) if is_said else 0)
            title = self._titles[key]
            role = "plot-title" if is_said else "muted"  # what was changed stands out
            if title.property("role") != role:
                title.setProperty("role", role)
                title.style().unpolish(title)
                title.style().polish(title)
        if any(getattr(spec, k) not in ("", -1) for k in self.controls if k != "thousands"):
            hidden = self._more.isAncestorOf
            if any(
                getattr(spec, k) not in ("", -1) and hidden(box) for k, box in self.controls.items()
            ):
                self.more.setChecked(True)

    def _word(self, key: str, value: object) -> str:
        text = self._words.get(key, {}).get(str(value), str(value))
        return text if len(text) <= MAX_FOUND else f"{text[: MAX_FOUND - 1]}…"

    def _text_of_found(self, key: str) -> str:
        if key == "thousands":
            return self.tr("as each column says")
        found = self._found.get(key, "")
        if not found:
            return self.tr("found out")
        return self.tr("{what} (found out)").format(what=found)

    # What the user makes of it -----------------------------------------------------------------

    @Slot()
    def _on_activated(self) -> None:
        box = self.sender()
        assert isinstance(box, QComboBox)
        self.edited.emit(box.objectName(), box.currentData() or "")

    @Slot(int)
    def _on_number(self, value: int) -> None:
        box = self.sender()
        assert isinstance(box, QSpinBox)
        self.edited.emit(box.objectName(), value)

    @property
    def stops(self) -> list[QWidget]:
        """Its controls in the order of Tab."""
        first = [box for box in self.controls.values() if not self._more.isAncestorOf(box)]
        rest = [box for box in self.controls.values() if self._more.isAncestorOf(box)]
        more: list[QWidget] = [self.more] if rest else []
        return [*first, *more, *rest]
