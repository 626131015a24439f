"""Which of five optimizers is under the microscope, and its own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QToolButton, QWidget

from nngui.core.microscope.update_rules import METHODS
from nngui.core.spec import OptimizerSpec
from nngui.gui.form.number_fields import RealField
from nngui.gui.panels.card import label
from nngui.gui.plots.kit.racers import racers
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

SHARE = {"ge": 0.0, "lt": 1.0}
SETTINGS: dict[str, dict[str, dict[str, float]]] = {
    "sgd": {},
    "momentum": {"momentum": {"ge": 0.0, "le": 1.0}},
    "adagrad": {},
    "rmsprop": {"alpha": SHARE},
    "adam": {"beta1": SHARE, "beta2": SHARE},
}
RATE = {"gt": 0.0, "le": 1000.0}


class MethodChips(QWidget):
    """The five, each with its line, marker and name; one is chosen.

    Signals
    -------
    chosen : str
        Its name, of `METHODS`.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for number, racer in enumerate(racers(METHODS)):
            chip = QToolButton()
            chip.setText(racer.label)
            chip.setIcon(racer.swatch(2.0))
            chip.setIconSize(QSize(24, 11))
            chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            chip.setCheckable(True)
            chip.setProperty("small", True)
            set_tip(chip, self.tr("Look at {name} step by step.").format(name=racer.label))
            chip.setAccessibleName(racer.label)
            self._group.addButton(chip, number)
            row.addWidget(chip)
        row.addStretch(1)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self._on_clicked)

    @property
    def method(self) -> str:
        """The one that is chosen."""
        return METHODS[self._group.checkedId()]

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self.chosen.emit(METHODS[number])


class MethodSettings(QStackedWidget):
    """The settings of each of the five; those of the chosen one are shown.

    Signals
    -------
    changed
        The user changed one.
    """

    changed = Signal()

    def __init__(self, start: Mapping[str, OptimizerSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.specs = dict(start)
        self._fields: dict[RealField, tuple[str, str]] = {}
        for method in METHODS:
            self.addWidget(self._row(method))
        self.setSizePolicy(self.sizePolicy().Policy.Maximum, self.sizePolicy().Policy.Fixed)

    def show_method(self, method: str) -> None:
        """Show the settings of one."""
        self.setCurrentIndex(METHODS.index(method))

    def reset(self, start: Mapping[str, OptimizerSpec]) -> None:
        """Show other settings, for all of them."""
        self.specs = dict(start)
        for field, (method, key) in self._fields.items():
            field.show_value(getattr(self.specs[method], key))

    def _row(self, method: str) -> QWidget:
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for key, bounds in ({"lr": RATE} | SETTINGS[method]).items():
            about = OptimizerSpec.model_fields[key]
            field = RealField(bounds, "", None)
            field.setFixedWidth(60)
            field.show_value(getattr(self.specs[method], key))
            set_tip(field.control, shown(about.description or ""))
            field.control.setAccessibleName(shown(about.title or key))
            field.edited.connect(self._on_edited)
            self._fields[field] = method, key
            name = label("η" if key == "lr" else SYMBOLS[key], "muted")
            set_tip(name, shown(about.title or key))
            row.addWidget(name)
            row.addWidget(field)
        row.addStretch(1)
        return body

    @Slot(object)
    def _on_edited(self, value: float) -> None:
        field = self.sender()
        assert isinstance(field, RealField)
        method, key = self._fields[field]
        self.specs[method] = self.specs[method].replaced(**{key: value})
        self.changed.emit()


SYMBOLS = {"momentum": "μ", "alpha": "α", "beta1": "β₁", "beta2": "β₂"}
