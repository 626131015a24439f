"""The trials of a search: drawn above, and a row for each below; one of them is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSortFilterProxyModel, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nngui.gui.dialogs.search.parallel import TrialsParallel
from nngui.gui.dialogs.search.scatter import TrialsScatter
from nngui.gui.dialogs.search.trials_model import SORT, TrialsModel
from nngui.gui.dialogs.table_models import dressed
from nngui.gui.style.labels import set_tip
from nngui.gui.style.setting_text import title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.search.plan import Plan
    from nngui.core.search.trials import Trial
    from nngui.gui.style.theme import Colours


class TrialsPanel(QSplitter):
    """Plots and table of the same trials.

    Signals
    -------
    selected : int
        Another trial is selected, by its number; -1: none.
    taken : int
        The user wants a trial's settings, by Enter or a double click.
    """

    selected = Signal(int)
    taken = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._plan: Plan | None = None
        self.model = TrialsModel(self)
        self.scatter, self.parallel = TrialsScatter(), TrialsParallel()
        self.pages = QStackedWidget()
        self.view = QComboBox()
        self.table = dressed(QTableView(), self.tr("Trials"))
        self._sorted = QSortFilterProxyModel(self)
        self._lay_out()
        self.view.activated.connect(self._on_view)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.table.doubleClicked.connect(self._on_taken)
        for plot in (self.scatter, self.parallel):
            plot.chosen.connect(self.select)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shortcut = QShortcut(QKeySequence(key), self.table, self._on_taken)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)  # in the call it is not heeded
        self._name_views()
        self.show_trials(None, ())

    def _lay_out(self) -> None:
        self.pages.addWidget(self.scatter)
        self.pages.addWidget(self.parallel)
        self.view.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.view.setAccessibleName(self.tr("What is drawn"))
        set_tip(self.view, self.tr("The score by one setting, or all settings side by side."))
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(SORT)
        self.table.setModel(self._sorted)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        head.addWidget(self.view)
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
        self.setHandleWidth(8)
        self.setChildrenCollapsible(False)
        self.addWidget(upper)
        self.addWidget(self.table)
        self.setSizes([360, 240])
        self.pages.setMinimumHeight(140)
        self.table.setMinimumHeight(100)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        for plot in (self.scatter, self.parallel):
            plot.set_theme(theme)

    def show_trials(self, plan: Plan | None, trials: Sequence[Trial]) -> None:
        """Show these; the same one stays selected, as long as it is the same search."""
        is_new = plan is not self._plan
        chosen = self.number
        self._plan = plan
        if is_new:
            self._name_views()
        self.model.show(plan, trials)
        hint = self.tr(
            "Choose what to search over, and press Search: each trial is a dot here, and a row in "
            "the table."
        )
        for plot in (self.scatter, self.parallel):
            plot.show_trials(plan, trials)
            plot.show_hint("" if plot.drawn else hint)
        self.table.resizeColumnsToContents()
        if chosen >= 0 and not is_new:
            self.select(chosen)

    def _name_views(self) -> None:
        self.view.clear()
        if self._plan is not None:
            for place, axis in enumerate(self._plan.axes):
                text = self.tr("Score by {setting}")
                title = title_of(self._plan.spec, axis.key)
                self.view.addItem(text.format(setting=title), place)
            self.view.addItem(self.tr("All settings side by side"), -1)
        self.view.setVisible(self._plan is not None)
        self._on_view()

    @Slot()
    def _on_view(self) -> None:
        place = self.view.currentData()
        is_parallel = place == -1
        self.pages.setCurrentWidget(self.parallel if is_parallel else self.scatter)
        if not is_parallel:
            self.scatter.show_setting(place or 0)

    # The selected trial --------------------------------------------------------------------------

    @Slot(int)
    def select(self, number: int) -> None:
        """Select a trial in the table, and mark it in the plots."""
        for row, trial in enumerate(self.model.trials):
            if trial.number == number:
                place = self._sorted.mapFromSource(self.model.index(row, 0))
                self.table.selectRow(place.row())
                self.table.scrollTo(place)

    @property
    def number(self) -> int:
        """The number of the selected trial; -1: none is."""
        places = self.table.selectionModel().selectedRows()
        if not places:
            return -1
        row = self._sorted.mapToSource(places[0]).row()
        return self.model.trials[row].number if row < len(self.model.trials) else -1

    @Slot()
    def _on_selected(self) -> None:
        number = self.number
        for plot in (self.scatter, self.parallel):
            plot.select(number)
        self.selected.emit(number)

    @Slot()
    def _on_taken(self) -> None:
        if self.number >= 0:
            self.taken.emit(self.number)
