"""What is predicted, what happens to gaps, and how many rows test the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from nngui.core.spec.refusals import short_text
from nngui.core.spec.table import TableSpec
from nngui.files.tables.kinds.column_kind import DATE
from nngui.files.tables.survey.surveyor import FEATURE
from nngui.gui.dialogs.table.date_parts import DatePartsButton
from nngui.gui.panels.card import label
from nngui.gui.panels.switch import Switch
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from nngui.files.tables.survey.surveyor import Survey

TEST_SHARES = (0.0, 0.1, 0.2, 0.3, 0.5)


class OptionsRow(QWidget):
    """Number or class, and two lists.

    Signals
    -------
    task_chosen : int
        The target is a number (0), or a class (1).
    rows_changed
        Other rows are used.
    edited : str, object
        A field of `TableSpec`, and what the user says.
    """

    task_chosen = Signal(int)
    rows_changed = Signal()
    edited = Signal(str, object)

    def __init__(self, spec: TableSpec) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        tasks = (
            (self.tr("a number"), self.tr("Regression: how much?")),
            (self.tr("a class"), self.tr("Classification: which one?")),
        )
        self._tasks = Switch(tasks, self)
        self._predicted = label("", "muted")
        line.addWidget(self._predicted)
        for button in self._tasks.buttons:
            line.addWidget(button)
        self._tasks.chosen.connect(self.task_chosen)
        line.addSpacing(12)
        self._missing, self._test = QComboBox(), QComboBox()
        for value, text in (("fill", self.tr("fill")), ("drop", self.tr("drop the rows"))):
            self._missing.addItem(text, value)
        for share in sorted({*TEST_SHARES, spec.test}):
            self._test.addItem(f"{share:.0%}" if share else self.tr("none"), share)
        self._missing.setCurrentIndex(self._missing.findData(spec.missing))
        self._test.setCurrentIndex(self._test.findData(spec.test))
        fields = TableSpec.model_fields
        for box, key in ((self._missing, "missing"), (self._test, "test")):
            title = label(shown(fields[key].title or key), "muted")
            set_tip(box, shown(fields[key].description or ""))
            box.setAccessibleName(title.text())
            box.setObjectName(key)
            title.setBuddy(box)
            box.activated.connect(self.rows_changed)
            line.addWidget(title)
            line.addWidget(box)
            line.addSpacing(8)
        self.dates = DatePartsButton()
        self.dates.chosen.connect(self._on_dates)
        self._dates_title = label(self.dates.accessibleName(), "muted")
        self._dates_title.setBuddy(self.dates)
        line.addWidget(self._dates_title)
        line.addWidget(self.dates)
        line.addStretch(1)

    def show_survey(self, survey: Survey) -> None:
        """Show what is predicted, and as what it could be."""
        name = short_text(survey.target)
        self._predicted.setText(self.tr("Predict {name} as").format(name=name))
        self.press(int(survey.classes))
        for number, button in enumerate(self._tasks.buttons):
            button.setEnabled(survey.may_be_classes if number else survey.may_be_number)
        has_dates = any(one.use == FEATURE and one.kind == DATE for one in survey.columns)
        for part in (self._dates_title, self.dates):
            part.setVisible(has_dates)
        self.dates.show_parts(survey.spec.date_parts)

    @Slot(object)
    def _on_dates(self, parts: tuple[str, ...]) -> None:
        self.edited.emit("date_parts", parts)

    def press(self, number: int) -> None:
        """Show that the target is a number (0), or a class (1)."""
        self._tasks.press(number)

    def choice(self) -> dict[str, Any]:
        """Return the fields of `TableSpec` that are chosen here."""
        return {"missing": self._missing.currentData(), "test": self._test.currentData()}

    @property
    def stops(self) -> list[QWidget]:
        """Its controls in the order of Tab."""
        return [*self._tasks.buttons, self._missing, self._test, self.dates]
