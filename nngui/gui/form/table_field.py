"""The table that a run learns from, in the form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget
from typing_extensions import override

from nngui.core.spec.table import EXAMPLE
from nngui.gui.form.fields import Field
from nngui.gui.panels.card import ElidedLabel, label
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from nngui.core.spec.table import TableSpec

NAMES = {
    "iris": QT_TRANSLATE_NOOP("TableField", "Iris"),
    "wine": QT_TRANSLATE_NOOP("TableField", "Wine"),
    "breast_cancer": QT_TRANSLATE_NOOP("TableField", "Breast cancer"),
    "diabetes": QT_TRANSLATE_NOOP("TableField", "Diabetes"),
}


class TableField(Field):
    """The file, the target and the features; a button opens the dialog that changes them.

    Signals
    -------
    change_requested
        The user wants to use it in another way.
    """

    change_requested = Signal()
    wide = True

    def __init__(self) -> None:
        box = QWidget()
        self._file = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self._target, self._features, self._test = ElidedLabel(), ElidedLabel(), ElidedLabel()
        self._change = QPushButton()
        self._change.setProperty("small", True)
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        super().__init__(box)
        rows = (
            (self.tr("File"), self._file),
            (self.tr("Target"), self._target),
            (self.tr("From"), self._features),
            (self.tr("Test"), self._test),
        )
        for number, (title, text) in enumerate(rows):
            grid.addWidget(label(title, "muted"), number, 0)
            grid.addWidget(text, number, 1)
            text.setProperty("role", "")
        grid.addWidget(self._change, len(rows), 0, 1, 2)
        self._change.setText(self.tr("Columns…"))
        self._change.clicked.connect(self.change_requested)
        box.setFocusProxy(self._change)

    @property
    @override
    def controls(self) -> list[QWidget]:
        return [self.control, self._change]

    @override
    def show_value(self, value: Any) -> None:
        if value is None:
            return
        table: TableSpec = value
        self._file.setText(self._name(table.path))
        set_tip(self._file, table.path)
        self._target.setText(table.target or self.tr("the last column"))
        set_tip(self._target, table.target)
        chosen = ", ".join(table.features)
        self._features.setText(chosen or self.tr("all other columns"))
        set_tip(self._features, chosen)
        test = self.tr("{share} of the rows").format(share=f"{table.test:.0%}")
        self._test.setText(test if table.test else self.tr("none"))

    def _name(self, path: str) -> str:
        if path.startswith(EXAMPLE):
            name = path.removeprefix(EXAMPLE)
            return self.tr(str(NAMES.get(name, name)))
        return Path(path).name
