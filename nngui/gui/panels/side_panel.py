"""The right column: the code of exactly these settings, and the lesson."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QImage,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QStackedWidget,
    QTabBar,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.gui.panels.card import Card, label
from nngui.gui.panels.code_colours import CodeColours
from nngui.gui.panels.verify_row import VerifyRow
from nngui.gui.style.icons import icon
from nngui.gui.style.labels import Label, set_tip
from nngui.gui.style.theme import BASE_PX, Colours, code_font, type_px

HEADINGS = {1: 18, 2: 15}  # pixels


class CodePanel(QWidget):
    """Highlighted source text, to read, to copy, and to verify."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.editor = QPlainTextEdit()
        self.editor.setReadOnly(True)
        self.editor.setFont(code_font())
        self.editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.editor.setAccessibleName(self.tr("Code"))
        self.note: Label = label("", "muted")
        self.note.setWordWrap(True)
        self.note.hide()
        self.verify = VerifyRow()
        column.addWidget(self.note)
        column.addWidget(self.editor, 1)
        column.addWidget(self.verify)
        self._rest = QWidget()  # in the editor's place where there is no script
        column.addWidget(self._rest, 1)
        self._colours = CodeColours(self.editor.document())

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._colours.set_syntax(theme.syntax)

    def show_code(self, source: str, note: str = "") -> None:
        """Show another script, keeping the place in it."""
        if source != self.editor.toPlainText():
            place = self.editor.verticalScrollBar().value()
            self.editor.setPlainText(source)
            self.editor.verticalScrollBar().setValue(place)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        for part in (self.editor, self.verify):
            part.setVisible(bool(source))
        self._rest.setVisible(not source)


class LessonPanel(QTextBrowser):
    """A lesson in Markdown."""

    def __init__(self, markdown: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._markdown = markdown
        self.setOpenLinks(False)
        self.setAccessibleName(self.tr("Lesson"))
        self.document().setDocumentMargin(2)

    @override
    def loadResource(self, kind: int, name: QUrl | str) -> QImage:
        """Load nothing, a lesson is a text; with no image at all Qt would go and read the file."""
        nothing = QImage(1, 1, QImage.Format.Format_ARGB32)
        nothing.fill(Qt.GlobalColor.transparent)
        return nothing

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        place = self.verticalScrollBar().value()
        self.setMarkdown(self._markdown)
        block = self.document().begin()
        while block.isValid():
            _give_air(QTextCursor(block), block, theme)
            block = block.next()
        self.verticalScrollBar().setValue(place)


def _give_air(cursor: QTextCursor, block: QTextBlock, theme: Colours) -> None:
    """Set a block of a lesson as a page is set: modest headings, room between paragraphs."""
    shape = block.blockFormat()
    level = shape.headingLevel()
    if shape.nonBreakableLines():  # code keeps its lines together
        shape.setBottomMargin(0)
        shape.setLeftMargin(8)
        cursor.setBlockFormat(shape)
        return
    shape.setLineHeight(132, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    shape.setTopMargin({0: 0, 1: 2}.get(level, 14))
    shape.setBottomMargin(3 if block.textList() is not None else 8)
    if level:
        letters = QTextCharFormat()
        font = QFont(QGuiApplication.font())
        font.setPixelSize(type_px(HEADINGS.get(level, BASE_PX)))
        font.setWeight(QFont.Weight.DemiBold)
        letters.setFont(font)
        letters.clearProperty(QTextFormat.Property.FontSizeAdjustment)
        letters.setForeground(QColor(theme.text))
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        cursor.setCharFormat(letters)
    cursor.setBlockFormat(shape)


class SidePanel(Card):
    """Code and lesson, one above the other.

    Signals
    -------
    save_requested
        The user wants the script in a file.
    copied
        The script is in the clipboard.
    """

    save_requested = Signal()
    copied = Signal()

    def __init__(self, lesson: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setMinimumWidth(240)
        self.code = CodePanel()
        self._has_code = True
        self.lesson = LessonPanel(lesson)
        self.bar = QTabBar()
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setAccessibleName(self.tr("Code or lesson"))
        self.bar.addTab(self.tr("Code"))
        self.bar.addTab(self.tr("Lesson"))
        self._copy = self._button(self.tr("Copy the code"))
        self._save = self._button(self.tr("Save the code as a script…"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.code)
        self._stack.addWidget(self.lesson)
        header = QHBoxLayout()
        header.addWidget(self.bar)
        header.addStretch(1)
        header.addWidget(self._copy)
        header.addWidget(self._save)
        self.content.addLayout(header)
        self.content.addWidget(self._stack, 1)
        self.bar.currentChanged.connect(self._on_turned)
        self._copy.clicked.connect(self._on_copy)
        self._save.clicked.connect(self.save_requested)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._copy.setIcon(icon("mdi6.content-copy", theme.muted, theme.text))
        self._save.setIcon(icon("mdi6.content-save-outline", theme.muted, theme.text))
        self.code.set_theme(theme)
        self.lesson.set_theme(theme)

    def show_code_buttons(self, *, on: bool) -> None:
        """Offer to copy and to save; or not, where there is no script."""
        self._has_code = on
        self._on_turned(self.bar.currentIndex())

    @staticmethod
    def _button(tip: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("small", True)
        set_tip(button, tip)
        button.setAccessibleName(tip)
        return button

    @Slot(int)
    def _on_turned(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        for button in (self._copy, self._save):
            button.setVisible(index == 0 and self._has_code)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code.editor.toPlainText())
        self.copied.emit()
