"""One control for each kind of setting."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.gui.panels.card import ElidedLabel
from nngui.gui.translation import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

SLIDER_STEPS = 400


class Field(QWidget):
    """A control that shows a value and says when the person changed it.

    Signals
    -------
    edited : object
        The new value; only for changes by the person.
    """

    edited = Signal(object)
    wide = False
    """Whether it takes the form's whole width, without a label beside it."""

    def __init__(self, control: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)
        self.column.addWidget(control)
        # The form's column decides how wide a control is, not the longest number it could hold.
        control.setMinimumWidth(40)
        control.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if control.focusPolicy() is Qt.FocusPolicy.WheelFocus:  # see _Calm
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if isinstance(control, QAbstractSpinBox):  # a style sheet's padding does not reach its text
            control.lineEdit().setTextMargins(5, 0, 0, 0)
        self.setFocusProxy(control)

    @property
    def controls(self) -> list[QWidget]:
        """All that can be worked here: the control, and a slider where there is one."""
        return [self.control]

    def show_value(self, value: Any) -> None:
        """Show a value without saying that it was edited."""
        raise AssertionError("each field shows its values itself")


class _Calm:
    """A control that scrolls its panel, and not its value, unless it has the focus."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():  # type: ignore[attr-defined]
            super().wheelEvent(event)  # type: ignore[misc]
        else:
            event.ignore()


class _Combo(_Calm, QComboBox):
    pass


class _Slider(_Calm, QSlider):
    pass


class ChoiceField(Field):
    """One of some words, called by their labels."""

    def __init__(self, choices: tuple[str, ...], labels: Mapping[str, str]) -> None:
        self._box = _Combo()
        super().__init__(self._box)
        for value in choices:
            self._box.addItem(shown(labels.get(value, value)), value)
        self._box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._box.setMinimumContentsLength(6)
        self._box.activated.connect(self._on_activated)

    @property
    def value(self) -> Any:
        """The choice that is shown."""
        return self._box.currentData()

    @override
    def show_value(self, value: Any) -> None:
        self._box.setCurrentIndex(self._box.findData(value))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.edited.emit(self._box.itemData(index))


class FlagField(Field):
    """On or off."""

    def __init__(self) -> None:
        self._box = QCheckBox()
        super().__init__(self._box)
        self._box.clicked.connect(self._on_clicked)

    @override
    def show_value(self, value: Any) -> None:
        self._box.setChecked(bool(value))

    @Slot(bool)
    def _on_clicked(self, on: bool) -> None:
        self.edited.emit(on)


class _Whole(_Calm, QSpinBox):
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

    @override
    def show_value(self, value: Any) -> None:
        self._box.blockSignals(True)
        self._box.setValue(min(int(value), self._box.maximum()))
        self._box.blockSignals(False)

    @Slot(int)
    def _on_changed(self, value: int) -> None:
        self.edited.emit(value)


class _Real(_Calm, QDoubleSpinBox):
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
            self._slider = _Slider(Qt.Orientation.Horizontal)
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


class WidthsField(Field):
    """The widths of hidden layers: ``10``, or ``20, 20``, or nothing."""

    def __init__(self) -> None:
        self._line = QLineEdit()
        super().__init__(self._line)
        self._line.setPlaceholderText(self.tr("none"))
        self._line.setAcceptDrops(False)  # a dropped file is for the window, and no text
        self._shown = ""
        self._line.editingFinished.connect(self._on_finished)

    @override
    def show_value(self, value: Any) -> None:
        self._shown = ", ".join(str(width) for width in value)
        self._line.setText(self._shown)
        self.mark_invalid(False)

    def mark_invalid(self, invalid: bool) -> None:
        """Show that what stands here cannot be taken."""
        self._line.setProperty("invalid", invalid)
        self._line.style().unpolish(self._line)
        self._line.style().polish(self._line)

    @Slot()
    def _on_finished(self) -> None:
        text = self._line.text().replace("，", ",").replace("-", ",").strip(" ,[]")
        if text == self._shown:
            return
        self._shown = text
        words = [word for word in text.replace(",", " ").split() if word]
        self.edited.emit([int(word) if word.isdecimal() else word for word in words])


class FileField(Field):
    """The name of a file that was opened elsewhere, with a button that lets go of it."""

    def __init__(self) -> None:
        row = QWidget()
        self._name = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self._clear = QToolButton()
        self._clear.setText("✕")
        self._clear.setProperty("small", True)
        self._clear.setAutoRaise(True)
        inner = QHBoxLayout(row)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(2)
        inner.addWidget(self._name, 1)
        inner.addWidget(self._clear)
        super().__init__(row)
        row.setFocusProxy(self._clear)
        self._clear.clicked.connect(self._on_cleared)

    @property
    @override
    def controls(self) -> list[QWidget]:
        return [self.control, self._name]

    @override
    def show_value(self, value: Any) -> None:
        self._name.setText(Path(value).name)
        self._clear.setToolTip(value + "\n" + self.tr("Let go of it: new random weights."))
        self._clear.setAccessibleName(self.tr("Let go of it: new random weights."))

    @Slot()
    def _on_cleared(self) -> None:
        self.edited.emit("")


class CountField(Field):
    """How many entries a list has that is edited elsewhere: points placed by hand."""

    def __init__(self) -> None:
        self._label = QLabel()
        super().__init__(self._label)

    @override
    def show_value(self, value: Any) -> None:
        self._label.setText(f"{len(value):,}")
