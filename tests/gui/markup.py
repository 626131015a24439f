"""Finds what a window takes for markup, in every place where a text can stand."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QGraphicsTextItem,
    QGraphicsView,
    QLabel,
    QTabBar,
    QTableView,
    QTextEdit,
    QTreeView,
)

DISPLAY, TIP = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole
MAX_ROWS = 40  # of a list that are looked at


class Found:
    """Where a name stands in all windows, and where Qt would make something else of it.

    Parameters
    ----------
    name : str
        Begins with a tag: ``<img src=marker> a & b``.
    """

    def __init__(self, name):
        self.tag = name.partition(">")[0] + ">"
        self.shown, self.interpreted = [], []
        for widget in QApplication.allWidgets():
            self._tip(widget, widget.toolTip())
            for kind, look in LOOKS.items():
                if isinstance(widget, kind):
                    look(self, widget)
            for action in widget.findChildren(QAction):
                self._action(action)

    def _note(self, where, text, bad):
        if self.tag in text:
            self.shown.append((where, text))
        if bad:
            self.interpreted.append((where, text))

    def _tip(self, where, tip):
        self._note(where, tip, self.tag in tip and GuiQt.mightBeRichText(tip))

    def _label(self, label):
        text, form = label.text(), label.textFormat()
        rich = form in (Qt.TextFormat.RichText, Qt.TextFormat.MarkdownText)
        rich |= form is Qt.TextFormat.AutoText and GuiQt.mightBeRichText(text)
        rich |= label.buddy() is not None and "a & b" in text
        self._note(label, text, rich and self.tag in text)

    def _button(self, button):
        self._note(button, button.text(), self.tag in button.text() and "a & b" in button.text())

    def _action(self, action):
        self._note(action, action.text(), self.tag in action.text() and "a & b" in action.text())
        self._tip(action, action.toolTip())

    def _bar(self, bar):
        for index in range(bar.count()):
            text = bar.tabText(index)
            self._note(bar, text, self.tag in text and "a & b" in text)
            self._tip(bar, bar.tabToolTip(index))

    def _box(self, box):
        for index in range(box.count()):
            self._note(box, box.itemText(index), bad=False)
            self._tip(box, box.itemData(index, TIP) or "")

    def _view(self, view):
        model = view.model()
        if model is None:
            return
        if isinstance(view, QTableView | QTreeView):
            for across in (Qt.Orientation.Horizontal, Qt.Orientation.Vertical):
                self._headers(view, model, across)
        self._cells(view, model, QModelIndex())

    def _headers(self, view, model, across):
        wide = across is Qt.Orientation.Horizontal
        for number in range(min(model.columnCount() if wide else model.rowCount(), MAX_ROWS)):
            self._note(view, str(model.headerData(number, across, DISPLAY) or ""), bad=False)
            self._tip(view, str(model.headerData(number, across, TIP) or ""))

    def _cells(self, view, model, parent):
        for row in range(min(model.rowCount(parent), MAX_ROWS)):
            is_list = isinstance(model, QAbstractListModel)  # its number of columns is private
            for column in range(1 if is_list else model.columnCount(parent)):
                place = model.index(row, column, parent)
                self._note(view, str(place.data(DISPLAY) or ""), bad=False)
                self._tip(view, str(place.data(TIP) or ""))
                if isinstance(view, QTreeView) and column == 0:
                    self._cells(view, model, place)

    def _text(self, edit):
        self._note(edit, edit.toPlainText(), is_marked_up(edit.document()))

    def _scene(self, view):
        for item in view.scene().items() if view.scene() else ():
            self._tip(item, item.toolTip())
            if isinstance(item, QGraphicsTextItem):
                self._note(item, item.toPlainText(), is_marked_up(item.document()))


LOOKS = {
    QLabel: Found._label,
    QAbstractButton: Found._button,
    QTabBar: Found._bar,
    QComboBox: Found._box,
    QAbstractItemView: Found._view,
    QTextEdit: Found._text,
    QGraphicsView: Found._scene,
}


def is_marked_up(document):
    """Whether a document has an image or an underlined word, as the names would have."""
    formats = document.allFormats()
    return any(f.isImageFormat() or f.toCharFormat().fontUnderline() for f in formats)
