"""One control for each kind of setting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.gui.panels.card import ElidedLabel
from nngui.gui.style.labels import Label, set_tip
from nngui.gui.style.theme import type_px
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QWheelEvent


NOTE_PX = 11  # pixels: the type of what is said under a value


class Field(QWidget):
    """A control that shows a value and says when the user changed it.

    `show_value` is a subclass's; a widget cannot be an ABC, as Qt has a metaclass of its own.

    Signals
    -------
    edited : object
        The new value; only for changes by the user.
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
        if control.focusPolicy() is Qt.FocusPolicy.WheelFocus:  # see Calm
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if isinstance(control, QAbstractSpinBox):  # a style sheet's padding does not reach its text
            control.lineEdit().setTextMargins(5, 0, 0, 0)
        self.setFocusProxy(control)
        self._note: ElidedLabel | None = None

    def show_note(self, text: str) -> None:
        """Say something of the value under it; nothing for an empty text."""
        if self._note is None and text:
            self._note = ElidedLabel()  # one that wraps would move all rows of the form
            font = QFont(self.font())
            font.setPixelSize(type_px(NOTE_PX))
            self._note.setFont(font)
            self.column.addWidget(self._note)
        if self._note is not None:
            self._note.setText(text)
            self._note.setVisible(bool(text))

    @property
    def controls(self) -> list[QWidget]:
        """All that can be worked here: the control, and a slider where there is one."""
        return [self.control]

    def show_value(self, value: Any) -> None:
        """Show a value without saying that it was edited."""
        raise NotImplementedError


class Calm:
    """A control that scrolls its panel, and not its value, unless it has the focus."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Take the wheel only with the focus; else the panel below scrolls."""
        if self.hasFocus():  # type: ignore[attr-defined]
            super().wheelEvent(event)  # type: ignore[misc]
        else:
            event.ignore()


class _Combo(Calm, QComboBox):
    @override
    def event(self, event: QEvent) -> bool:
        """Keep the letters: they go to the choice that begins so, and start nothing else."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
            if plain and event.text().isalnum():
                event.accept()
                return True
        return bool(super().event(event))


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
        set_tip(self._clear, value + "\n" + self.tr("Let go of it: new random weights."))
        self._clear.setAccessibleName(self.tr("Let go of it: new random weights."))

    @Slot()
    def _on_cleared(self) -> None:
        self.edited.emit("")


class CountField(Field):
    """How many entries a list has that is edited elsewhere: points placed by hand."""

    def __init__(self) -> None:
        self._label = Label()
        super().__init__(self._label)

    @override
    def show_value(self, value: Any) -> None:
        self._label.setText(f"{len(value):,}")
