"""Two ways to write the same network, side by side; what corresponds is marked in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QTextEdit,
    QWidget,
)
from typing_extensions import override

from nngui.core.networks.quick_code import (
    Marked,
    class_code,
    class_print,
    sequential_code,
    sequential_print,
)
from nngui.gui.panels.card import label
from nngui.gui.panels.code_colours import CodeColours
from nngui.gui.style.labels import set_tip
from nngui.gui.style.theme import LIGHT, Colours, code_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QMouseEvent, QResizeEvent

    from nngui.core.networks.quick_code import Span
    from nngui.core.networks.quick_spec import LayerRow

ROOM_FOR_WORDS = 640  # pixels of width below which the buttons stand alone
ROOM_FOR_PRINTS = 240  # pixels of height below which there is only the code
HANGING = 6  # characters by which a wrapped line is set in


class MarkedText(QTextEdit):
    """Code to read, whose pieces can be pointed at and marked.

    Signals
    -------
    pointed : str
        What the piece under the mouse, or at the text cursor, is about; nothing elsewhere.
    """

    pointed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marked = Marked("", ())
        self._theme = LIGHT
        self._colours = CodeColours(self.document())
        self.setReadOnly(True)
        self.setFont(code_font())
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setAccessibleName(name)
        self.setMinimumHeight(40)
        self.setTextInteractionFlags(
            self.textInteractionFlags().TextSelectableByMouse
            | self.textInteractionFlags().TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(6)
        self.viewport().setMouseTracking(True)
        self.cursorPositionChanged.connect(self._on_cursor)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.setStyleSheet(f"QTextEdit {{ background: {theme.code_ground}; border-radius: 4px; }}")
        self._colours.set_syntax(theme.syntax)

    def show_text(self, marked: Marked) -> None:
        """Show another text; wrapped lines hang behind their own indentation."""
        if marked == self._marked:
            return
        self._marked = marked
        self.blockSignals(True)
        place = self.verticalScrollBar().value()
        self.setPlainText(marked.text)
        width = self.fontMetrics().horizontalAdvance("x")
        block = self.document().begin()
        while block.isValid():
            text = block.text()
            shape = QTextBlockFormat()
            inset = (len(text) - len(text.lstrip()) + HANGING) * width
            shape.setLeftMargin(inset)
            shape.setTextIndent(-inset)
            QTextCursor(block).setBlockFormat(shape)
            block = block.next()
        self.verticalScrollBar().setValue(place)
        self.blockSignals(False)

    def mark(self, parts: set[str], kinds: set[str]) -> None:
        """Mark the pieces about some parts, or of some kinds."""
        named = {s for s in self._marked.spans if s.kind in kinds}
        named |= {s for s in self._marked.spans if s.part in parts and s.kind != "name"}
        chosen = sorted(named, key=lambda span: span.start)
        self.setExtraSelections([self._selection(span) for span in chosen])

    @property
    def marked_pieces(self) -> list[str]:
        """The pieces that are marked, as they are written."""
        return [
            selection.cursor.selectedText().replace("\u2029", "\n")
            for selection in self.extraSelections()
        ]

    def _selection(self, span: Span) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(span.start)
        cursor.setPosition(span.end, QTextCursor.MoveMode.KeepAnchor)
        shape = QTextCharFormat()
        ground = QColor(self._theme.accent)
        ground.setAlpha(64 if self._theme.is_dark else 44)
        shape.setBackground(ground)
        selection.cursor, selection.format = cursor, shape
        return selection

    @Slot()
    def _on_cursor(self) -> None:
        if self.hasFocus():
            self._point(self.textCursor().position())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point(self.cursorForPosition(event.position().toPoint()).position())

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit("")

    def _point(self, place: int) -> None:
        span = self._marked.at(place)
        self.pointed.emit(span.part if span else "")


class CodePair(QWidget):
    """The class and the Sequential, their code above, what `print` says of them below.

    Signals
    -------
    pointed : str
        What the user points at; nothing when at nothing.
    compared : str
        A kind of difference was chosen: ``activation``, ``name``, ``flow``, ``dropout``; or none.
    """

    pointed = Signal(str)
    compared = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        code, printed = self.tr("code"), "print(net)"
        names = ("Net", "Sequential")
        self.codes = tuple(MarkedText(f"{name}: {code}") for name in names)
        self.prints = tuple(MarkedText(f"{name}: {printed}") for name in names)
        self._print_titles = [label(printed, "muted") for _ in names]
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        titles = (self.tr("The class, with forward"), self.tr("The Sequential"))
        for column in range(2):
            grid.addWidget(label(titles[column], "plot-title"), 1, column)
            grid.addWidget(self.codes[column], 2, column)
            grid.addWidget(self._print_titles[column], 3, column)
            grid.addWidget(self.prints[column], 4, column)
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(2, 5)
        grid.setRowStretch(4, 3)
        self.chooser = self._difference_row()
        for text in self.texts:
            text.pointed.connect(self.pointed)

    def put_below(self, widget: QWidget) -> None:
        """Put something below both."""
        self._grid.addWidget(widget, self._grid.rowCount(), 0, 1, 2)

    def _difference_row(self) -> QWidget:
        """Return the buttons that point out a difference; the tab puts them where it wants."""
        chooser = QWidget()
        row = QHBoxLayout(chooser)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._question = label(self.tr("What differs:"), "muted")
        row.addWidget(self._question)
        self.differences = QButtonGroup(self)
        self.differences.setExclusive(False)
        for kind, words in {
            "activation": self.tr("Activation"),
            "name": self.tr("Names"),
            "flow": "forward",
            "dropout": "Dropout",
        }.items():
            button = QPushButton(words)
            button.setCheckable(True)
            button.setProperty("small", True)
            button.setProperty("kind", kind)
            set_tip(button, self.tr("Mark it in both ways, and say what the difference is."))
            self.differences.addButton(button)
            row.addWidget(button)
        self.differences.buttonClicked.connect(self._on_difference)
        return chooser

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._question.setVisible(self.width() >= ROOM_FOR_WORDS)
        for widget in (*self.prints, *self._print_titles):
            widget.setVisible(self.height() >= ROOM_FOR_PRINTS)

    @property
    def texts(self) -> tuple[MarkedText, ...]:
        """All four texts."""
        return (*self.codes, *self.prints)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        for text in self.texts:
            text.set_theme(theme)

    def show_layers(self, rows: Sequence[LayerRow]) -> None:
        """Write a network in both ways."""
        written = (class_code, sequential_code, class_print, sequential_print)
        for text, write in zip(self.texts, written, strict=True):
            text.show_text(write(rows))
        for button in self.differences.buttons():
            if button.property("kind") == "dropout":
                button.setVisible(any(row.dropout for row in rows))
        self.mark(set())

    def mark(self, parts: set[str]) -> None:
        """Mark some parts in all texts; without any, the difference that was chosen."""
        kinds = set() if parts else {self.chosen} - {""}
        for text in self.texts:
            text.mark(parts, kinds)

    @property
    def chosen(self) -> str:
        """The kind of difference that is pointed out; nothing for none."""
        shown = (b for b in self.differences.buttons() if b.isChecked() and not b.isHidden())
        return next((str(button.property("kind")) for button in shown), "")

    @Slot(QAbstractButton)
    def _on_difference(self, clicked: QAbstractButton) -> None:
        for button in self.differences.buttons():
            if button is not clicked:
                button.setChecked(False)
        self.mark(set())
        self.compared.emit(self.chosen)
