"""A network's column in the tab where one saves and restores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.gui.panels.card import ElidedLabel, label
from nngui.gui.panels.side_panel import CodePanel
from nngui.gui.plots.net_plot import NetPlot
from nngui.gui.style.labels import plain_tip, set_tip
from nngui.gui.style.theme import code_font

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nngui.files.models.file_tree import Branch
    from nngui.gui.style.theme import Colours


# Pixels of height, the same in all columns, so that everything stands in rows:
ROWS = 62  # for two buttons, or one and the lines about a file
BELOW = 56  # for a file's tree, at the least
ROOMY = 380  # from here on there is room for the lines of code


class NetColumn(QFrame):
    """A plot with a heading, what can be done with the network, and the code that does it.

    Parameters
    ----------
    name : str
        ``Net1``.
    about : str
        What this network is, in a few words.
    code : str
        The lines of Python for it.
    """

    def __init__(self, name: str, about: str, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = NetPlot()
        self.plot.setMinimumHeight(110)
        self.plot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.plot.setAccessibleName(f"{name}: {about}")
        self.figure = label("", "muted")
        self.figure.setWordWrap(True)
        # As high in all columns, whatever it says: the plots stand in a row.
        self.figure.setFixedHeight(3 * self.figure.fontMetrics().lineSpacing() + 4)
        self.figure.setAlignment(Qt.AlignmentFlag.AlignTop)
        rows = QWidget()
        rows.setFixedHeight(ROWS)
        self.buttons = QVBoxLayout(rows)
        self.buttons.setContentsMargins(0, 0, 0, 0)
        self.buttons.setSpacing(4)
        self.buttons.setAlignment(Qt.AlignmentFlag.AlignTop)
        below = QWidget()
        below.setMinimumHeight(BELOW)
        below.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.below = QVBoxLayout(below)
        self.below.setContentsMargins(0, 0, 0, 0)
        self.below.setSpacing(6)
        heading = QHBoxLayout()
        heading.addWidget(label(name, "plot-title"))
        words = ElidedLabel()
        words.setText(about)
        set_tip(words, about)
        heading.addWidget(words, 1)
        self._code = CodePanel()
        editor = self._code.editor
        editor.setFont(_small(code_font()))
        editor.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        editor.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        lines = code.count("\n") + 1
        editor.setFixedHeight(lines * QFontMetrics(editor.font()).lineSpacing() + 12)
        editor.setAccessibleName(self.tr("Code of {name}").format(name=name))
        self._code.show_code(code)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(heading)
        column.addWidget(self.plot, 3)
        column.addWidget(self.figure)
        column.addWidget(rows)
        column.addWidget(below, 2)
        column.addWidget(self._code)

    def show_code(self, shown: bool) -> None:
        """Show the lines of code, or leave the room to the rest: the code panel has them too."""
        self._code.setVisible(shown)

    def add_button(self, text: str, tip: str) -> QPushButton:
        """Return another button below the plot."""
        button = QPushButton(text)
        button.setProperty("small", True)
        button.setProperty("tight", True)
        set_tip(button, tip)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.buttons.addWidget(button)
        return button

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.plot.set_theme(theme)
        self._code.set_theme(theme)


class NetColumns(QScrollArea):
    """The columns beside each other; in a low window without their code, then scrolled."""

    def __init__(self, columns: list[NetColumn], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for column in columns:
            row.addWidget(column, 1)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidget(inner)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        for column in self._columns:
            column.show_code(event.size().height() >= ROOMY)
        super().resizeEvent(event)


class FileTree(QTreeWidget):
    """What is in a file: layers and their parameters."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setIndentation(12)
        self.setMinimumHeight(48)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(_small(code_font()))
        self.setAccessibleName(self.tr("What is in {name}").format(name=name))
        self._shown: tuple[Branch, ...] = ()

    def show_tree(self, tree: tuple[Branch, ...]) -> None:
        """Show what a file holds; nothing for an empty tree."""
        if tree == self._shown:
            return
        self._shown = tree
        self.clear()
        self.addTopLevelItems(list(_items(tree)))
        self.expandAll()
        self.resizeColumnToContents(0)


def _small(font: QFont) -> QFont:
    """Return a font one pixel smaller: three columns stand side by side."""
    result = QFont(font)
    result.setPixelSize(font.pixelSize() - 1)
    return result


def _items(tree: Iterable[Branch]) -> Iterable[QTreeWidgetItem]:
    for branch in tree:
        item = QTreeWidgetItem([branch.name, branch.text])
        item.setData(1, Qt.ItemDataRole.ToolTipRole, plain_tip(f"{branch.name} {branch.text}"))
        item.addChildren(list(_items(branch.below)))
        yield item
