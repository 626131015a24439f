"""Third-party licences: whose work the program stands on, and under what terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.core.text import printable
from nngui.gui.style.labels import Label, set_tip
from nngui.gui.style.theme import code_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject

    from nngui.files.licences import Notice

MAX_SHOWN = 80  # characters in a cell
MAX_WORDS = 200  # characters to look for
WIDTHS = (150, 90)  # pixels of the first columns


class LicencesDialog(QDialog):
    """The parts at the left, the text of the chosen one at the right.

    Signals
    -------
    text_wanted : Notice
        Its text is to be shown: `show_text` brings it.
    """

    text_wanted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Third-party licences"))
        self.resize(980, 620)
        self.setMinimumSize(620, 360)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._notices: list[Notice] = []
        self._texts: dict[Notice, str] = {}
        self.words = self._make_words()
        self.count = Label()
        self.table = self._make_table()
        self.text = self._make_text()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addWidget(self._make_body(), 1)
        column.addLayout(self._make_end())
        self.table.currentCellChanged.connect(self._on_chosen)
        self.words.textChanged.connect(self._on_words)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.words.setFocus)

    # Layout --------------------------------------------------------------------------------------

    def _make_words(self) -> QLineEdit:
        words = QLineEdit()
        words.setPlaceholderText(self.tr("Find a name or a licence"))
        words.setAccessibleName(self.tr("Find a name or a licence"))
        words.setClearButtonEnabled(True)
        words.setMaxLength(MAX_WORDS)
        words.installEventFilter(self)
        return words

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 3)
        table.setHorizontalHeaderLabels([self.tr("Name"), self.tr("Version"), self.tr("Licence")])
        table.setAccessibleName(self.tr("Third-party licences"))
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(WIDTHS):
            table.setColumnWidth(column, width)
        header.setSectionResizeMode(len(WIDTHS), QHeaderView.ResizeMode.Stretch)
        return table

    def _make_text(self) -> QPlainTextEdit:
        text = QPlainTextEdit()
        text.setReadOnly(True)
        text.setAccessibleName(self.tr("The licence's text"))
        text.setFont(code_font())
        flags = Qt.TextInteractionFlag
        text.setTextInteractionFlags(
            flags.TextSelectableByMouse | flags.TextSelectableByKeyboard  # a cursor to scroll by
        )
        text.setPlaceholderText(self.tr("The licences are being read…"))
        return text

    def _make_body(self) -> QSplitter:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.words)
        column.addWidget(self.table, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(8)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self.text)
        split.setSizes([430, 550])
        return split

    def _make_end(self) -> QHBoxLayout:
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.count, 1)
        row.addWidget(close)
        return row

    # What is shown -------------------------------------------------------------------------------

    @Slot(object)
    def show_notices(self, notices: Sequence[Notice]) -> None:
        """List the parts, and choose the first."""
        self._notices = list(notices)
        self.table.setRowCount(len(notices))
        for row, notice in enumerate(notices):
            cells = (notice.name, notice.version, notice.licence)
            for column, words in enumerate(cells):
                item = QTableWidgetItem(printable(words)[:MAX_SHOWN])
                set_tip(item, printable(words)[: 4 * MAX_SHOWN])
                self.table.setItem(row, column, item)
        self._on_words()
        self.table.setFocus()

    def show_text(self, notice: Notice, text: str) -> None:
        """Show a text, if its part is still the chosen one."""
        self._texts[notice] = printable(text, keep="\n\t")
        if self.chosen == notice:
            self.text.setPlainText(self._texts[notice])

    @property
    def chosen(self) -> Notice | None:
        """The chosen part."""
        row = self.table.currentRow()
        return self._notices[row] if 0 <= row < len(self._notices) else None

    @Slot()
    def _on_words(self) -> None:
        """List what has all the words in its row."""
        words = self.words.text().casefold().split()
        rows = [f"{one.name} {one.version} {one.licence}".casefold() for one in self._notices]
        wanted = [row for row, text in enumerate(rows) if all(word in text for word in words)]
        for row in range(len(rows)):
            self.table.setRowHidden(row, row not in wanted)
        self._count(len(wanted))
        if self.table.currentRow() not in wanted:
            self.table.setCurrentCell(wanted[0] if wanted else -1, 0)

    def _count(self, listed: int) -> None:
        every = len(self._notices)
        words = self.tr("{n} parts").format(n=every)
        if listed < every:
            words = self.tr("{n} of {every} parts").format(n=listed, every=every)
        self.count.setText(words)

    @Slot()
    def _on_chosen(self) -> None:
        notice = self.chosen
        self.text.setPlainText(self._texts.get(notice, "") if notice else "")
        if notice and notice not in self._texts:
            self.text_wanted.emit(notice)

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        """Let the arrows walk through the list while words are written."""
        keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if watched is self.words and isinstance(event, QKeyEvent) and event.key() in keys:
            if event.type() is QEvent.Type.KeyPress:
                self.table.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)
