"""The list of a table's columns, worked with mouse or keys: letters say what a column is for."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QRect,
    QRectF,
    Qt,
    QTimer,
)
from PySide6.QtGui import QIcon, QKeyEvent, QMouseEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from shiboken6 import isValid
from typing_extensions import override

from nngui.files.tables.kinds.column_kind import CATEGORY, DATE, NUMBER
from nngui.files.tables.survey.surveyor import FEATURE, OUT, TARGET
from nngui.gui.dialogs.table.columns_model import (
    CHOICES,
    DIFFERENT,
    GAPS,
    NAME,
    TYPE,
    USE,
    VALUES,
    WHAT,
    ColumnsModel,
)
from nngui.gui.dialogs.table_models import Index, dressed
from nngui.gui.style.resources import mark_file

LETTERS = {
    Qt.Key.Key_T: (USE, TARGET),
    Qt.Key.Key_F: (USE, FEATURE),
    Qt.Key.Key_L: (USE, OUT),
    Qt.Key.Key_N: (TYPE, NUMBER),
    Qt.Key.Key_C: (TYPE, CATEGORY),
    Qt.Key.Key_D: (TYPE, DATE),
}
ROW = 30  # pixels
ARROW = 10  # pixels
WIDTHS = {USE: 104, TYPE: 104, NAME: 150, WHAT: 300, VALUES: 190, DIFFERENT: 76, GAPS: 64}


class ColumnsView(QTableView):
    """A row for each column. Tab leads out of it, arrows from row to row.

    T, F and L say what the current column is used for, N, C and D what it is taken for; Space opens
    the list of both.
    """

    def __init__(self, model: ColumnsModel, name: str) -> None:
        super().__init__()
        dressed(self, name)
        self.setModel(model)
        self._columns = model
        self.setItemDelegate(ChoiceDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for section, width in WIDTHS.items():
            header.resizeSection(section, width)
        header.setSectionResizeMode(WHAT, QHeaderView.ResizeMode.Stretch)
        model.modelReset.connect(self._on_reset)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        letter = LETTERS.get(Qt.Key(event.key()))
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )
        opens = event.key() in (Qt.Key.Key_Space, Qt.Key.Key_F2)
        opens |= event.key() == Qt.Key.Key_Down and bool(
            event.modifiers() & Qt.KeyboardModifier.AltModifier
        )
        if index.isValid() and letter is not None and plain:
            self._columns.choose(index.row(), *letter)
        elif index.isValid() and opens:
            self.edit(index if index.column() in CHOICES else index.siblingAtColumn(USE))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # it is the dialog's: it opens the table
        else:
            super().keyPressEvent(event)

    @override
    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Left and right lead from one of the two choices to the other."""
        index = self.currentIndex()
        if index.isValid() and action == QAbstractItemView.CursorAction.MoveLeft:
            return index.siblingAtColumn(USE)
        if index.isValid() and action == QAbstractItemView.CursorAction.MoveRight:
            return index.siblingAtColumn(TYPE)
        return super().moveCursor(action, modifiers)

    def leave(self, *, forwards: bool) -> None:
        """Give the focus to what comes next, or to what comes before."""
        self.focusNextPrevChild(forwards)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.column() in CHOICES:
            self.edit(index)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        can_choose = self.indexAt(event.position().toPoint()).column() in CHOICES
        shape = Qt.CursorShape.PointingHandCursor if can_choose else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def point_at(self, name: str) -> None:
        """Make a column the current one, and take the keys."""
        for row, column in enumerate(self._columns.columns):
            if column.name == name:
                self.setCurrentIndex(self.model().index(row, USE))
                self.setFocus()

    def _on_reset(self) -> None:
        if self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, USE))


class ChoiceDelegate(QStyledItemDelegate):
    """Shows what can be chosen with an arrow beside it, and opens the list when asked for."""

    def __init__(self, view: ColumnsView) -> None:
        super().__init__(view)
        self._view = view
        self._box: QComboBox | None = None  # the list that was opened last

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        super().paint(painter, option, index)
        if index.column() not in CHOICES:
            return
        is_dark = option.palette.color(QPalette.ColorRole.Text).lightness() > 128
        theme = "dark" if is_dark else "light"
        place = QRect(0, 0, ARROW, ARROW)
        place.moveCenter(option.rect.center())
        place.moveRight(option.rect.right() - 8)
        QIcon(mark_file(f"arrow-{theme}")).paint(painter, place)
        if has_focus:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(option.palette.color(QPalette.ColorRole.Link), 1))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 2.5, -1.5, -2.5), 5, 5)
            painter.restore()

    @override
    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, index: Index
    ) -> QComboBox:
        model = index.model()
        assert isinstance(model, ColumnsModel)
        box = QComboBox(parent)
        for value in CHOICES[index.column()]:
            box.addItem(model.words[value], value)
        text = self.tr("Use {name} as") if index.column() == USE else self.tr("Take {name} for")
        box.setAccessibleName(text.format(name=model.columns[index.row()].name))
        box.activated.connect(lambda: self._take(box))
        box.view().installEventFilter(self)
        self._box = box
        QTimer.singleShot(0, box, box.showPopup)
        return box

    def _take(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box, QAbstractItemDelegate.EndEditHint.NoHint)

    @override
    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))

    @override
    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        if editor.currentData() is not None:
            model.setData(index, editor.currentData())

    @override
    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: Index
    ) -> None:
        editor.setGeometry(option.rect.adjusted(0, 0, -2, 0))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Have Tab take what is chosen and lead out of the columns, be the list open or not."""
        box = self._box
        if box is None or not isValid(box):
            return False
        in_list = watched is box.view()
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        ):
            if in_list:
                box.setCurrentIndex(box.view().currentIndex().row())
                box.hidePopup()
            self._take(box)
            self._view.setFocus()
            self._view.leave(forwards=event.key() == Qt.Key.Key_Tab)
            return True
        return False if in_list else super().eventFilter(watched, event)
