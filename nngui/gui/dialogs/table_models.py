"""The columns and the rows of a table, as Qt's views want them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from nngui.gui.style.labels import plain_tip

if TYPE_CHECKING:
    import pandas as pd

    from nngui.core.spec.table import TableSpec
    from nngui.files.tables.table import Table

Index = QModelIndex | QPersistentModelIndex
TARGET, NUMBER, CATEGORY, IGNORE = "target", "number", "category", "ignore"
ROLE, NAME, VALUES, DIFFERENT, GAPS = range(5)
FIRST = 1000  # rows from which these are taken
EXAMPLES = 4  # values of a column that are shown
NOWHERE = QModelIndex()


@dataclass
class Column:
    """A column: what is in it, and what it is used for."""

    name: str
    is_number_column: bool
    examples: str
    different: int
    gaps: int
    usable: bool
    role: str = IGNORE

    @property
    def usual(self) -> str:
        """What it is used for, unless one says otherwise."""
        if not self.usable:
            return IGNORE
        return NUMBER if self.is_number_column else CATEGORY

    @property
    def roles(self) -> tuple[str, ...]:
        """What it can be used for."""
        return (
            (TARGET, NUMBER, CATEGORY, IGNORE)
            if self.is_number_column
            else (TARGET, CATEGORY, IGNORE)
        )


def columns_of(table: Table, spec: TableSpec) -> list[Column]:
    """Return the columns of a table, each used as is most likely wanted.

    Of a million rows this takes a second: it is for a thread of its own.
    """
    from nngui.files.tables.column_kind import NUMBER as IS_NUMBER
    from nngui.files.tables.columns import likely_target
    from nngui.files.tables.meaning import meaning_of

    columns = []
    for name in map(str, table.frame.columns):
        values = table.frame[name]
        found = meaning_of(name, values, spec, table.format)
        beginning = values.head(FIRST).dropna().unique()[:EXAMPLES]
        examples = ", ".join(_short(value) for value in beginning)
        different, gaps = int(values.nunique()), sum(found.gaps.values())
        is_number = found.how.kind == IS_NUMBER
        column = Column(name, is_number, examples, different, gaps, found.is_learned)
        column.role = column.usual
        columns.append(column)
    target = likely_target(table, spec)
    if not any(column.usable for column in columns if column.name != target):
        for column in columns:  # a number of the row is better than nothing
            column.usable = column.is_number_column
            column.role = column.usual
    next(column for column in columns if column.name == target).role = TARGET
    return columns


def _short(value: object) -> str:
    text = f"{value:,.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 30 else f"{text[:29]}…"


class ColumnsModel(QAbstractTableModel):
    """A row for each column of a table.

    Signals
    -------
    changed
        A column is used for something else.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.columns: list[Column] = []
        self.words = {
            TARGET: self.tr("Target"),
            NUMBER: self.tr("Number"),
            CATEGORY: self.tr("Category"),
            IGNORE: self.tr("Leave out"),
        }
        self._headers = (
            self.tr("Use as"),
            self.tr("Column"),
            self.tr("Values"),
            self.tr("Different"),
            self.tr("Gaps"),
        )

    def show(self, columns: list[Column]) -> None:
        """Show other columns; the same ones, counted anew, keep what they are used for."""
        kinds = [(column.name, column.is_number_column) for column in columns]
        if kinds == [(column.name, column.is_number_column) for column in self.columns]:
            for column, old in zip(columns, self.columns, strict=True):
                if old.role != old.usual or column.role == TARGET:
                    column.role = old.role
            self.columns = columns
            last = self.index(len(columns) - 1, len(self._headers) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        else:
            self.beginResetModel()
            self.columns = columns
            self.endResetModel()
        self.changed.emit()

    @property
    def target(self) -> Column | None:
        """What is to be predicted."""
        return next((column for column in self.columns if column.role == TARGET), None)

    def use_as(self, place: int, role: str) -> None:
        """Use a column for something; there is one target."""
        column = self.columns[place]
        if role == column.role:
            return
        if role == TARGET and (old := self.target) is not None:
            old.role = old.usual
        column.role = role
        last = len(self.columns) - 1
        self.dataChanged.emit(self.index(0, ROLE), self.index(last, ROLE))
        self.changed.emit()

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._headers)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self._headers[section]
        return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == ROLE else flags

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self.columns[index.row()]
        if role == Qt.ItemDataRole.EditRole and index.column() == ROLE:
            return column.role
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            gaps = f"{column.gaps:,}" if column.gaps else "–"
            texts = (self.words[column.role], column.name, column.examples)
            text = (*texts, f"{column.different:,}", gaps)[index.column()]
            return plain_tip(text) if role == Qt.ItemDataRole.ToolTipRole else text
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in (DIFFERENT, GAPS):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role == Qt.ItemDataRole.EditRole and index.column() == ROLE:
            self.use_as(index.row(), value)
            return True
        return False


class RoleDelegate(QStyledItemDelegate):
    """A list of what a column can be used for."""

    @override
    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, index: Index
    ) -> QComboBox:
        model = index.model()
        assert isinstance(model, ColumnsModel)
        box = QComboBox(parent)
        column = model.columns[index.row()]
        for role in column.roles:
            box.addItem(model.words[role], role)
        box.setAccessibleName(self.tr("Use {name} as").format(name=column.name))
        box.activated.connect(lambda: self.commitData.emit(box))
        return box

    @override
    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))

    @override
    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData())

    @override
    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: Index
    ) -> None:
        editor.setGeometry(option.rect.adjusted(1, 1, -8, -1))


def rows_view(name: str) -> QTableView:
    """Return a view for rows or columns of a table."""
    view = QTableView()
    view.setTabKeyNavigation(False)  # Tab leads out of it
    view.setAccessibleName(name)
    view.setShowGrid(False)
    view.setAlternatingRowColors(True)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setWordWrap(False)
    view.verticalHeader().setDefaultSectionSize(24)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setMinimumHeight(26)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return view


class RowsModel(QAbstractTableModel):
    """The first rows of a table."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._frame: pd.DataFrame | None = None

    def show(self, frame: pd.DataFrame) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._frame = frame
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() or self._frame is None else len(self._frame)

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() or self._frame is None else self._frame.shape[1]

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or self._frame is None:
            return None
        if orientation is Qt.Orientation.Horizontal:
            return str(self._frame.columns[section])
        return f"{int(self._frame.index[section]) + 1:,}"

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or self._frame is None:
            return None
        value = self._frame.iat[index.row(), index.column()]
        return "" if value != value else _short(value)
