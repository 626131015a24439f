"""The rows of a table, as Qt's views want them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView
from typing_extensions import override

if TYPE_CHECKING:
    import pandas as pd

View = TypeVar("View", bound=QTableView)
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
MAX_SHOWN = 30  # characters of a cell


def rows_view(name: str) -> QTableView:
    """Return a view for rows of a table."""
    return dressed(QTableView(), name)


def dressed(view: View, name: str) -> View:
    """Return a view for rows or columns of a table, as all of them look."""
    view.setTabKeyNavigation(False)  # Tab leads out of it
    view.setAccessibleName(name)
    view.setProperty("sheet", True)
    view.setShowGrid(False)
    view.setAlternatingRowColors(True)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setWordWrap(False)
    view.verticalHeader().setDefaultSectionSize(24)
    view.verticalHeader().setDefaultAlignment(
        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    )
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
        if value != value:
            return ""
        text = f"{value:,.6g}" if isinstance(value, float) else str(value)
        return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
