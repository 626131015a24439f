"""Which settings a search goes over: a tick and its values for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nngui.core.errors import SettingError
from nngui.core.search.proposals import FIRST, proposals
from nngui.core.search.space import read_axis
from nngui.core.spec.keys import field_info
from nngui.gui.dialogs.table_models import dressed
from nngui.gui.style.labels import set_tip
from nngui.gui.style.setting_text import title_of
from nngui.gui.style.translation import shown, shown_sentence

if TYPE_CHECKING:
    from nngui.core.search.proposals import Proposal
    from nngui.core.spec import Spec

NAME, VALUES = 0, 1
HEIGHT = 150  # pixels
KEY = Qt.ItemDataRole.UserRole


class SpaceTable(QWidget):
    """A row for each setting that is offered; a list below adds others.

    Signals
    -------
    changed
        Another setting, or other values.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec: Spec | None = None
        self._others: list[Proposal] = []
        self.table = dressed(QTableWidget(0, 2), self.tr("Settings to search over"))
        self.table.setEditTriggers(
            QTableWidget.EditTrigger.DoubleClicked
            | QTableWidget.EditTrigger.EditKeyPressed
            | QTableWidget.EditTrigger.AnyKeyPressed
        )
        self.table.setHorizontalHeaderItem(NAME, QTableWidgetItem(self.tr("Setting")))
        values = QTableWidgetItem(self.tr("Values"))
        self.table.setHorizontalHeaderItem(VALUES, values)
        set_tip(
            values,
            self.tr(
                "A range such as 0.001..0.1, with :log by decades; or values with commas between "
                "them, such as [16],[64,64]. F2 or a double click edits them."
            ),
        )
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(VALUES, QHeaderView.ResizeMode.Stretch)
        self.table.setMinimumHeight(HEIGHT)
        self.table.itemChanged.connect(self._on_changed)
        self.more = QComboBox()
        self.more.setAccessibleName(self.tr("Add a setting"))
        self.more.activated.connect(self._on_more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.table, 1)
        column.addWidget(self.more)

    def offer(self, spec: Spec) -> None:
        """Offer the settings of a run, with values around the present ones."""
        self._spec = spec
        found = proposals(spec)
        self.table.setRowCount(0)
        for proposal in found:
            if proposal.key in FIRST:
                self._add(proposal, ticked=proposal.ticked)
        self._others = [proposal for proposal in found if proposal.key not in FIRST]
        self._fill_more()

    def show_texts(self, texts: list[str]) -> None:
        """Tick exactly what a search that is there goes over, with its values."""
        wanted = dict(text.partition("=")[::2] for text in texts)
        quiet = QSignalBlocker(self.table)
        for row in range(self.table.rowCount()):
            name, values = self._items(row)
            key = name.data(KEY)
            name.setCheckState(_checked(key in wanted))
            values.setText(wanted.pop(key, values.text()))
        for proposal in [p for p in self._others if p.key in wanted]:
            self._others.remove(proposal)
            row = self._add(proposal, ticked=True)
            self._items(row)[1].setText(wanted[proposal.key])
        quiet.unblock()
        self._fill_more()

    @property
    def texts(self) -> list[str]:
        """What the search is to go over, as on the command line."""
        found = []
        for row in range(self.table.rowCount()):
            name, values = self._items(row)
            if name.checkState() is Qt.CheckState.Checked:
                found.append(f"{name.data(KEY)}={values.text().strip()}")
        return found

    @property
    def problem(self) -> str:
        """Why it cannot be searched over these values; empty where it can."""
        assert self._spec is not None
        for text in self.texts:
            try:
                read_axis(text, self._spec)
            except SettingError as error:
                return shown_sentence(error)
        return ""

    # The rows ------------------------------------------------------------------------------------

    def _add(self, proposal: Proposal, *, ticked: bool) -> int:
        assert self._spec is not None
        quiet, row = QSignalBlocker(self.table), self.table.rowCount()
        self.table.insertRow(row)
        name = QTableWidgetItem(title_of(self._spec, proposal.key))
        name.setData(KEY, proposal.key)
        name.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | CHECKABLE)
        name.setCheckState(_checked(ticked))
        hint = shown(field_info(type(self._spec), proposal.key).description or "")
        set_tip(name, f"{hint}\n{proposal.key}".strip())
        self.table.setItem(row, NAME, name)
        self.table.setItem(row, VALUES, QTableWidgetItem(proposal.values))
        quiet.unblock()
        return row

    def _items(self, row: int) -> tuple[QTableWidgetItem, QTableWidgetItem]:
        name, values = self.table.item(row, NAME), self.table.item(row, VALUES)
        assert name is not None
        assert values is not None
        return name, values

    def _fill_more(self) -> None:
        assert self._spec is not None
        self.more.clear()
        self.more.addItem(self.tr("Add a setting…"))
        for proposal in self._others:
            self.more.addItem(f"{title_of(self._spec, proposal.key)} ({proposal.key})")
        self.more.setEnabled(bool(self._others))

    @Slot(int)
    def _on_more(self, place: int) -> None:
        if place:
            proposal = self._others.pop(place - 1)
            row = self._add(proposal, ticked=True)
            self._fill_more()
            self.table.setCurrentCell(row, VALUES)
            self.table.setFocus()
            self.changed.emit()

    @Slot(QTableWidgetItem)
    def _on_changed(self, item: QTableWidgetItem) -> None:
        if item.column() == VALUES:  # who writes values wants them
            name = self.table.item(item.row(), NAME)
            if name is not None and name.checkState() is not Qt.CheckState.Checked:
                name.setCheckState(Qt.CheckState.Checked)
                return
        self.changed.emit()


CHECKABLE = Qt.ItemFlag.ItemIsUserCheckable


def _checked(yes: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if yes else Qt.CheckState.Unchecked
