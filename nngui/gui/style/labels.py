"""Text in the window: as it is written, never as markup.

Qt takes a text that looks like HTML for HTML, and reads whatever an image in it names. Names of
columns, classes, layers, files and runs come from outside, so everything that shows a text goes
through here; bare labels, tooltips and message boxes are forbidden elsewhere.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QToolTip
from typing_extensions import override

if TYPE_CHECKING:
    from PySide6.QtCore import QChildEvent, QPoint
    from PySide6.QtWidgets import QWidget


class HasTip(Protocol):
    """A widget, an action or an item that has a tooltip."""

    def setToolTip(self, text: str, /) -> None:
        """Take the tooltip's text."""

    def toolTip(self) -> str:
        """Return it, as Qt shows it: text or markup."""


class Label(QLabel):
    """A text as it is written."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


class RichLabel(QLabel):
    """Markup of the program's own, in which everything from outside went through `escaped`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)


class RichMessageBox(QMessageBox):
    """A message in markup of the program's own, in which the rest went through `escaped`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)


class FileDialog(QFileDialog):
    """Qt's file dialog, whose own questions name files."""

    @override
    def childEvent(self, event: QChildEvent) -> None:
        super().childEvent(event)
        question = event.child()
        if event.polished() and isinstance(question, QMessageBox):
            question.setTextFormat(Qt.TextFormat.PlainText)


def escaped(text: object) -> str:
    """Return a text as markup that shows just this text."""
    return escape(str(text))


def plain_tip(text: str) -> str:
    """Return what a tooltip shows as just this text; tooltips have no format of their own."""
    return GuiQt.convertFromPlainText(text) if GuiQt.mightBeRichText(text) else text


def set_tip(target: HasTip, text: str) -> None:
    """Have a widget, an action or an item tell a text as it is written."""
    target.setToolTip(plain_tip(text))


def copy_tip(source: HasTip, target: HasTip) -> None:
    """Have a target tell what a source tells.

    What `toolTip` returns is markup already where the text looked like it: given to `set_tip` it
    would be escaped once more, and read as ``&lt;``.
    """
    target.setToolTip(source.toolTip())


def show_tip(place: QPoint, text: str, widget: QWidget) -> None:
    """Show a text as it is written in a tooltip now."""
    QToolTip.showText(place, plain_tip(text), widget)


def no_shortcut(text: str) -> str:
    """Return what a button or a menu shows as just this text: an & would underline a letter."""
    return text.replace("&", "&&")
