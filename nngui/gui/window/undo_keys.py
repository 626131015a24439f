"""The keys of Undo and Redo in fields of which no typed text can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit
from typing_extensions import override

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget


class UndoKeys(QObject):
    """Lets Undo and Redo mean the settings in a field of which no typed text can be undone.

    A line edit takes these keys for itself even when it has nothing to undo.
    """

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        app.focusChanged.connect(self._on_focus)

    @Slot("QWidget*", "QWidget*")
    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        if _line_of(new) is not None and new is not None:
            new.removeEventFilter(self)  # else it would stand there twice
            new.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            line = _line_of(watched)
            for key, able in (
                (QKeySequence.StandardKey.Undo, line and line.isUndoAvailable()),
                (QKeySequence.StandardKey.Redo, line and line.isRedoAvailable()),
            ):
                if event.matches(key) and not able:
                    event.ignore()
                    return True
        return super().eventFilter(watched, event)


def _line_of(widget: QObject | None) -> QLineEdit | None:
    if isinstance(widget, QAbstractSpinBox):
        return widget.lineEdit()
    return widget if isinstance(widget, QLineEdit) else None
