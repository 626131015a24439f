"""Asking a network about a row that is typed in, or about a file of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nngui.gui.panels.card import label
from nngui.gui.style.labels import Label, no_shortcut, set_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from torch import nn

    from nngui.core.data.preparation import Preparation

MAX_SHOWN = 8  # classes whose probabilities are told
FIELD = 40  # pixels of a field and the room below it


class PredictDialog(QDialog):
    """A field for each column; what the network says of them is told as they change.

    Parameters
    ----------
    net : nn.Module
        Nobody else's: the run trains on.
    row : mapping of str to object
        What the fields begin with, by column.
    notes : sequence of str
        What is to be said of the file that the network is from.

    Signals
    -------
    file_requested
        The user wants predictions for a file.
    """

    file_requested = Signal()

    def __init__(
        self,
        name: str,
        net: nn.Module,
        preparation: Preparation,
        row: dict[str, object],
        parent: QWidget,
        notes: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Predict"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(460, min(560, 220 + FIELD * len(preparation.columns)))
        self.net, self.preparation = net, preparation
        self.fields: dict[str, QLineEdit | QComboBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(label(name, "plot-title"))
        for text in notes:
            note = label(text, "muted")
            note.setWordWrap(True)
            column.addWidget(note)
        column.addWidget(self._make_form(row), 1)
        column.addWidget(self._make_answer())
        column.addLayout(self._make_end())
        self._predict()

    def _make_form(self, row: dict[str, object]) -> QWidget:
        body = QWidget()
        form = QFormLayout(body)
        form.setContentsMargins(0, 0, 8, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        from nngui.core.data.typed_row import chosen_word, shown_cell  # imports pandas

        for name, how in self.preparation.features.items():
            if how.kind != "category":
                line = QLineEdit(shown_cell(row.get(name), how))
                line.setPlaceholderText(self.tr("not known: filled as in training"))
                line.textChanged.connect(self._predict)
                self._add(form, name, line)
                continue
            box = QComboBox()
            box.addItem(self.tr("not known"), None)
            values = self.preparation.values_of(name)
            for value in values:
                box.addItem(value, value)
            box.setCurrentIndex(max(box.findData(chosen_word(row.get(name), values)), 0))
            box.currentIndexChanged.connect(self._predict)
            self._add(form, name, box)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        return scroll

    def _add(self, form: QFormLayout, name: str, field: QLineEdit | QComboBox) -> None:
        field.setAccessibleName(name)
        title = label(no_shortcut(name), "muted")
        title.setBuddy(field)
        set_tip(title, name)
        title.setMaximumWidth(190)
        form.addRow(title, field)
        self.fields[name] = field

    def _make_answer(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._target = label(self.preparation.target, "muted")
        self.answer = label("", "figure")
        self.answer.setAccessibleName(self.tr("Prediction"))
        self.details = Label()
        self.details.setWordWrap(True)
        self.details.setProperty("role", "muted")
        for widget in (self._target, self.answer, self.details):
            column.addWidget(widget)
        return box

    def _make_end(self) -> QHBoxLayout:
        line = QHBoxLayout()
        file = QPushButton(self.tr("Predict a file…"))
        set_tip(file, self.tr("A table in, the same table with predictions out."))
        file.clicked.connect(self.file_requested)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.buttons()[0].setIcon(QIcon())
        buttons.rejected.connect(self.reject)
        line.addWidget(file)
        line.addStretch(1)
        line.addWidget(buttons)
        return line

    def row(self) -> pd.DataFrame:
        """Return what stands in the fields, as a table of one row.

        Raises
        ------
        ValueError
            When a field for a number or a date holds something else; its text is the column's name.
        """
        import pandas as pd

        from nngui.core.data.typed_row import typed_cell

        values: dict[str, object] = {}
        for name, field in self.fields.items():
            if isinstance(field, QComboBox):
                values[name] = field.currentData()
                continue
            try:
                values[name] = typed_cell(field.text(), self.preparation.features[name])
            except ValueError:
                raise ValueError(name) from None
        frame = pd.DataFrame([values])
        kinds = self.preparation.features
        numbers = [name for name in values if kinds[name].kind == "number"]
        return frame.astype(dict.fromkeys(numbers, "float64"))

    @Slot()
    def _predict(self) -> None:
        for field in self.fields.values():
            field.setProperty("invalid", False)
        try:
            found = self.preparation.predict(self.net, self.row())[0]
        except ValueError as error:
            self.answer.setText("–")
            text = self._misfit(str(error))
            self.details.setText(text)
            self.fields[str(error)].setProperty("invalid", True)
        else:
            self._show([float(value) for value in found])
        for field in self.fields.values():
            field.style().unpolish(field)
            field.style().polish(field)

    def _misfit(self, name: str) -> str:
        if self.preparation.features[name].kind == "date":
            return self.tr("{name} is no date.").format(name=name)
        return self.tr("{name} is no number.").format(name=name)

    def _show(self, found: list[float]) -> None:
        classes = self.preparation.classes
        if not classes:
            self.answer.setText(f"{found[0]:,.6g}")
            self.details.setText("")
            return
        order = sorted(range(len(classes)), key=lambda place: -found[place])
        self.answer.setText(classes[order[0]])
        told = [f"{classes[place]} {found[place]:.1%}" for place in order[:MAX_SHOWN]]
        self.details.setText(" · ".join(told))
