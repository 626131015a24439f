"""The table of runs: sorted by any column, and some of its rows selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QSortFilterProxyModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView

from nngui.gui.dialogs.runs_model import NAME, SORT, SWATCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QModelIndex
    from PySide6.QtWidgets import QWidget

    from nngui.core.records.run_record import RunRecord
    from nngui.gui.dialogs.runs_model import RunsModel

ROW = 26  # pixels
WIDEST_NAME = 300
AIR = 12  # pixels beyond a column's own width: bold figures are wider


class RunsTable(QTableView):
    """A row for each run of a model."""

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = model
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(model)
        self._sorted.setSortRole(SORT)
        self.setModel(self._sorted)
        self.setAccessibleName(self.tr("Runs"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)  # as they came
        self.setShowGrid(False)
        self.setIconSize(SWATCH)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Show other runs, sorted as before; the same are selected, or else the first."""
        chosen, header = {run.id for run in self.selected}, self.horizontalHeader()
        sorted_by = self._runs.column_at(header.sortIndicatorSection())
        self._runs.show(list(runs))
        place = self._runs.place_of(sorted_by)  # the settings that differ may be others now
        self.sortByColumn(place, header.sortIndicatorOrder())
        self._select(chosen)
        self._fit_columns()

    def _select(self, ids: set[str]) -> None:
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row in range(self._sorted.rowCount()):
            place = self._sorted.index(row, NAME)
            if self._run_at(place).id in ids or (not ids and not row):
                self.selectionModel().setCurrentIndex(place, flags)

    def _fit_columns(self) -> None:
        self.resizeColumnsToContents()
        for column in range(self._runs.columnCount()):
            self.setColumnWidth(column, self.columnWidth(column) + AIR)
        self.setColumnWidth(NAME, min(max(self.columnWidth(NAME), 150), WIDEST_NAME))

    @property
    def selected(self) -> list[RunRecord]:
        """The selected runs, from top to bottom."""
        places = self.selectionModel().selectedRows(NAME)
        return [self._run_at(place) for place in sorted(places, key=lambda place: place.row())]

    def edit_name(self) -> None:
        """Let the user write the name of the selected run, if it is one."""
        places = self.selectionModel().selectedRows(NAME)
        if len(places) == 1:
            self.setFocus()
            self.edit(places[0])

    def _run_at(self, place: QModelIndex) -> RunRecord:
        return self._runs.runs[self._sorted.mapToSource(place).row()]
