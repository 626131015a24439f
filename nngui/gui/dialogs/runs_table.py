"""The table of runs: sorted by any column, and some of its rows selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStyledItemDelegate, QTableView
from typing_extensions import override

from nngui.files.runs.run_file import MAX_NAME, MAX_NOTE
from nngui.gui.dialogs.runs_filter import RunsFilter
from nngui.gui.dialogs.runs_model import NAME, NOTE, SWATCH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QAbstractItemDelegate, QStyleOptionViewItem, QWidget

    from nngui.core.records.run_record import RunRecord
    from nngui.gui.dialogs.runs_model import RunsModel

ROW = 26  # pixels
NARROWEST_NAME, WIDEST_NAME = 150, 300
NARROWEST_NOTE, WIDEST_NOTE = 110, 260
PLAIN = Qt.KeyboardModifier.NoModifier
AIR = 12  # pixels beyond a column's own width: bold figures are wider


class TextDelegate(QStyledItemDelegate):
    """A line in a cell for a name or a note, with room for so many characters as are kept."""

    @override
    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        /,
    ) -> QWidget:
        editor = super().createEditor(parent, option, index)
        if isinstance(editor, QLineEdit):
            editor.setMaxLength(MAX_NOTE if index.column() == NOTE else MAX_NAME)
        return editor


class RunsTable(QTableView):
    """A row for each run of a model that its filter lets through.

    Its keys are no shortcuts: those would take Enter away from the line in which a name is written.

    Signals
    -------
    reopen_pressed, delete_pressed
        Enter, or Delete.
    """

    reopen_pressed = Signal()
    delete_pressed = Signal()

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = model
        self._waiting: list[RunRecord] | None = None  # to be shown once nothing is being typed
        self._sorted = self.filter = RunsFilter(model, self)
        self.setModel(self._sorted)
        self.setItemDelegate(TextDelegate(self))
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

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = self.currentIndex().column()
        slots: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Return: self.reopen_pressed.emit,
            Qt.Key.Key_Enter: self.reopen_pressed.emit,
            Qt.Key.Key_Delete: self.delete_pressed.emit,
            Qt.Key.Key_F2: self.edit_note if place == NOTE else self.edit_name,
            Qt.Key.Key_F4: self.edit_note,
        }
        asked = slots.get(event.key())
        plain = event.modifiers() in (PLAIN, Qt.KeyboardModifier.KeypadModifier)
        if asked is None or not plain or self.state() is self.State.EditingState:
            super().keyPressEvent(event)
        else:
            asked()

    @override
    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint, /) -> None:
        super().closeEditor(editor, hint)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.show_runs(waiting)

    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Show other runs, sorted as before; the same are selected, or else the first.

        While a name or a note is being typed they wait: another list would take the line away.
        """
        if self.state() is self.State.EditingState:
            self._waiting = list(runs)
            return
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
        for column, narrow, wide in (
            (NAME, NARROWEST_NAME, WIDEST_NAME),
            (NOTE, NARROWEST_NOTE, WIDEST_NOTE),
        ):
            self.setColumnWidth(column, min(max(self.columnWidth(column), narrow), wide))

    @property
    def selected(self) -> list[RunRecord]:
        """The selected runs, from top to bottom."""
        places = self.selectionModel().selectedRows(NAME)
        return [self._run_at(place) for place in sorted(places, key=lambda place: place.row())]

    @property
    def listed(self) -> list[RunRecord]:
        """The runs that the filter lets through, from top to bottom."""
        return [
            self._run_at(self._sorted.index(row, NAME)) for row in range(self._sorted.rowCount())
        ]

    def edit_name(self) -> None:
        """Let the user write the name of the selected run, if it is one."""
        self._edit(NAME)

    def edit_note(self) -> None:
        """Let the user write a note on the selected run, if it is one."""
        self._edit(NOTE)

    def _edit(self, column: int) -> None:
        places = self.selectionModel().selectedRows(column)
        if len(places) == 1:
            self.setFocus()
            self.scrollTo(places[0])
            self.edit(places[0])

    def _run_at(self, place: QModelIndex) -> RunRecord:
        return self._runs.runs[self._sorted.mapToSource(place).row()]
