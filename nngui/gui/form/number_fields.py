"""The controls for numbers: whole ones, and real ones with a slider to play with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt, Slot
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QSlider, QSpinBox, QWidget
from typing_extensions import override

from nngui.gui.form.fields import Calm, Field
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

SLIDER_STEPS = 400


class Slider(Calm, QSlider):
    """A slider that the wheel moves only while it has the focus."""


class _Whole(Calm, QSpinBox):
    """Steps in the size of the value: 100 by tens, 1,000 by hundreds."""

    @override
    def stepBy(self, steps: int) -> None:
        size = 10 ** max(len(str(abs(self.value()))) - 2, 0) if self.value() > 20 else 1
        self.setValue(self.value() + steps * size)


class WholeField(Field):
    """A whole number within bounds."""

    def __init__(self, bounds: Mapping[str, Any], zero: str) -> None:
        self._box = _Whole()
        super().__init__(self._box)
        self._box.setRange(int(bounds.get("ge", 0)), min(int(bounds.get("le", 10**9)), 2**31 - 1))
        self._box.setGroupSeparatorShown(True)
        self._box.setKeyboardTracking(False)
        self._box.setAccelerated(True)
        if zero:
            self._box.setSpecialValueText(shown(zero))
        self._box.valueChanged.connect(self._on_changed)

    @property
    def value(self) -> int:
        """The number that is shown."""
        return self._box.value()

    @override
    def show_value(self, value: Any) -> None:
        self._box.blockSignals(True)
        self._box.setValue(min(int(value), self._box.maximum()))
        self._box.blockSignals(False)

    @Slot(int)
    def _on_changed(self, value: int) -> None:
        self.edited.emit(value)


class _Real(Calm, QDoubleSpinBox):
    """Shows as many digits as the number has; the arrows step in its own size."""

    @override
    def textFromValue(self, value: float) -> str:
        return f"{value:.10g}"

    @override
    def valueFromText(self, text: str) -> float:
        try:
            return float(text.replace(",", "."))
        except ValueError:
            return self.value()

    @override
    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            unfinished = all(c in "0123456789.,+-eE" for c in text)
            state = QValidator.State.Intermediate if unfinished else QValidator.State.Invalid
            if text == self.specialValueText() and text:
                state = QValidator.State.Acceptable
            return state, text, position
        good = self.minimum() <= value <= self.maximum() and math.isfinite(value)
        return (
            QValidator.State.Acceptable if good else QValidator.State.Intermediate,
            text,
            position,
        )

    @override
    def stepBy(self, steps: int) -> None:
        value = self.value()
        size = 10.0 ** math.floor(math.log10(abs(value)) + 1e-9) if value else 0.1
        if steps < 0 and math.isclose(abs(value), size):
            size /= 10  # down from 0.1 to 0.09, not to 0
        self.setValue(round(value + steps * size, 12))


class RealField(Field):
    """A number within bounds, with a logarithmic slider where a range to play in is known."""

    def __init__(
        self, bounds: Mapping[str, Any], zero: str, slider: tuple[float, float] | None
    ) -> None:
        self._box = _Real()
        super().__init__(self._box)
        self._box.setLocale(QLocale.c())
        self._box.setDecimals(12)
        low = bounds.get("ge", 1e-12 if "gt" in bounds else -1e12)
        high = bounds.get("le", math.nextafter(bounds.get("lt", 1e12), 0))
        self._box.setRange(low, min(high, 0.999999) if "lt" in bounds else high)
        self._box.setKeyboardTracking(False)
        if zero:
            self._box.setSpecialValueText(shown(zero))
        self._box.valueChanged.connect(self._on_typed)
        self._slider: QSlider | None = None
        if slider:
            self._slider_range = math.log10(slider[0]), math.log10(slider[1])
            self._slider = Slider(Qt.Orientation.Horizontal)
            self._slider.setRange(0, SLIDER_STEPS)
            self._slider.setPageStep(SLIDER_STEPS // 20)
            self._slider.valueChanged.connect(self._on_slid)
            self.column.addWidget(self._slider)

    @property
    def slider(self) -> QSlider | None:
        """The slider under the number, if there is one."""
        return self._slider

    @property
    @override
    def controls(self) -> list[QWidget]:
        return [self.control, self._slider] if self._slider else [self.control]

    @override
    def show_value(self, value: Any) -> None:
        self._box.blockSignals(True)
        self._box.setValue(float(value))
        self._box.blockSignals(False)
        self._show_on_slider(float(value))

    def _show_on_slider(self, value: float) -> None:
        if self._slider is not None and not self._slider.isSliderDown():
            low, high = self._slider_range
            self._slider.blockSignals(True)
            place = (math.log10(max(value, 1e-12)) - low) / (high - low)
            self._slider.setValue(round(SLIDER_STEPS * min(max(place, 0.0), 1.0)))
            self._slider.blockSignals(False)

    @Slot(float)
    def _on_typed(self, value: float) -> None:
        self._show_on_slider(value)
        self.edited.emit(value)

    @Slot(int)
    def _on_slid(self, place: int) -> None:
        low, high = self._slider_range
        value = float(f"{10 ** (low + (high - low) * place / SLIDER_STEPS):.2g}")
        self._box.setValue(value)
