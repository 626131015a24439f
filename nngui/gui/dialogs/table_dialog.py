"""How a table is read and what its columns are for: seen before it is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nngui.core.spec.table import TableSpec
from nngui.gui.dialogs.format_row import FormatRow
from nngui.gui.dialogs.open_row import OpenRow
from nngui.gui.dialogs.table_models import (
    CATEGORY,
    IGNORE,
    NAME,
    NUMBER,
    ROLE,
    TARGET,
    VALUES,
    Column,
    ColumnsModel,
    RoleDelegate,
    RowsModel,
    columns_of,
    rows_view,
)
from nngui.gui.panels.card import ElidedLabel, label
from nngui.gui.panels.switch import switch_of
from nngui.gui.style.labels import Label, set_tip
from nngui.gui.style.translation import shown, shown_sentence

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.files.tables.table import Table

MAX_EDITORS = 200  # columns whose lists stand open; of more, a click opens one
TEST_SHARES = (0.0, 0.1, 0.2, 0.3, 0.5)
FEW_VALUES = 2  # of a target of numbers: it is a class then


class TableDialog(QDialog):
    """Shows a table's columns and first rows, and asks what is to be predicted from what.

    Signals
    -------
    format_changed : TableFormat
        The user says that the file is written in another way.
    """

    format_changed = Signal(object)

    def __init__(self, path: Path, sheets: list[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open a table"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(860, 620)
        self.path, self._name = path, str(path)
        self._rows = 0
        self._is_whole = self._is_wanted = False
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        title = label(path.name, "plot-title")
        set_tip(title, str(path))
        column.addWidget(title)
        self._format_row = FormatRow(sheets)
        self._format_row.chosen.connect(self.format_changed)
        column.addWidget(self._format_row)
        tables = QSplitter(Qt.Orientation.Vertical)
        tables.setChildrenCollapsible(False)
        self.model, self._rows_model = ColumnsModel(self), RowsModel(self)
        tables.addWidget(self._make_columns())
        tables.addWidget(self._make_rows())
        tables.setSizes([320, 150])
        column.addWidget(tables, 1)
        column.addLayout(self._make_options())
        self._summary = ElidedLabel()
        column.addWidget(self._summary)
        self._end = OpenRow(
            self.tr("Reading the table"),
            200,
            Label(self.tr("Reading …")),
            QDialogButtonBox.ButtonRole.AcceptRole,
        )
        self._end.open_requested.connect(self._on_open)
        self._end.cancelled.connect(self.reject)
        self.open_button = self._end.open_button
        column.addWidget(self._end)
        self.model.changed.connect(self._on_changed)
        self.open_button.setFocus()  # mostly it is right as it is: Enter takes it

    # What it is made of --------------------------------------------------------------------------

    def _make_columns(self) -> QTableView:
        self.columns = view = rows_view(self.tr("Columns"))
        view.setModel(self.model)
        view.setItemDelegateForColumn(ROLE, RoleDelegate(view))
        view.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(32)
        return view

    def _make_rows(self) -> QTableView:
        view = rows_view(self.tr("First rows"))
        view.setModel(self._rows_model)
        return view

    def _make_options(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(6)
        tasks = (
            (self.tr("a number"), self.tr("Regression: how much?")),
            (self.tr("a class"), self.tr("Classification: which one?")),
        )
        self._tasks = switch_of(tasks, self)
        line.addWidget(label(self.tr("Predict"), "muted"))
        for button in self._tasks.buttons():
            line.addWidget(button)
        self._tasks.idClicked.connect(self._on_task)
        line.addSpacing(12)
        self._missing, self._test = QComboBox(), QComboBox()
        for value, text in (("fill", self.tr("fill")), ("drop", self.tr("drop the rows"))):
            self._missing.addItem(text, value)
        for share in TEST_SHARES:
            self._test.addItem(f"{share:.0%}" if share else self.tr("none"), share)
        self._test.setCurrentIndex(TEST_SHARES.index(TableSpec().test))
        fields = type(TableSpec()).model_fields
        for box, key in ((self._missing, "missing"), (self._test, "test")):
            title = label(shown(fields[key].title or key), "muted")
            set_tip(box, shown(fields[key].description or ""))
            box.setAccessibleName(title.text())
            box.setObjectName(key)
            title.setBuddy(box)
            line.addWidget(title)
            line.addWidget(box)
            line.addSpacing(8)
        self._missing.activated.connect(self._on_changed)
        line.addStretch(1)
        return line

    # What is shown -------------------------------------------------------------------------------

    def show_beginning(self, table: Table) -> None:
        """Show the first rows, while the rest is being read."""
        self._is_whole = self._is_wanted = False
        self._format_row.show_format(table.format)
        self._rows_model.show(table.frame)
        self._show_columns(table, columns_of(table, TableSpec()))

    def show_whole(self, table: Table, columns: list[Column]) -> None:
        """Count in all rows.

        Parameters
        ----------
        columns : list of Column
            What `columns_of` says of all rows.
        """
        self._is_whole = True
        self._end.rest(" ".join(shown_notes(table)))
        self._show_columns(table, columns)
        if self._is_wanted:
            self.accept()

    def show_progress(self, share: float) -> None:
        """Show how much of the file has been read."""
        self._end.show_progress(share)
        if not self._is_wanted:
            self._end.state.setText(self.tr("Reading …"))

    def show_problem(self, text: str) -> None:
        """Say why it cannot be read so."""
        self._is_wanted = False
        self._end.rest()
        self._summary.setText(text)
        set_tip(self._summary, text)
        self.open_button.setEnabled(False)

    def _show_columns(self, table: Table, columns: list[Column]) -> None:
        self._rows = len(table.frame)
        self.model.show(columns)
        if len(self.model.columns) <= MAX_EDITORS:  # those that are open already stay so
            for place in range(len(self.model.columns)):
                self.columns.openPersistentEditor(self.model.index(place, ROLE))
        header = self.columns.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(ROLE, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(ROLE, 140)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(NAME, min(260, max(140, header.sectionSize(NAME))))
        header.setSectionResizeMode(VALUES, QHeaderView.ResizeMode.Stretch)

    def show_choice(self, table: TableSpec) -> None:
        """Show how the table is used so far."""
        self._name = table.path
        self._format_row.show_choice(table)
        for place, column in enumerate(self.model.columns):
            if column.name == table.target:
                self.model.use_as(place, TARGET)
        for place, column in enumerate(self.model.columns):
            if column.name == table.target:
                continue
            used = column.name in table.features if table.features else column.usable
            role = CATEGORY if column.name in table.categories else _own_role(column)
            self.model.use_as(place, role if used else IGNORE)
        self._missing.setCurrentIndex(self._missing.findData(table.missing))
        if self._test.findData(table.test) < 0:
            self._test.addItem(f"{table.test:.0%}", table.test)
        self._test.setCurrentIndex(self._test.findData(table.test))

    # What the user makes of it -----------------------------------------------------------------

    @property
    def summary_text(self) -> str:
        """What it says of the choice as it stands."""
        return self._summary.text()

    @property
    def task(self) -> str:
        """The task that fits the target."""
        return ("regression", "classification")[max(self._tasks.checkedId(), 0)]

    def choice(self) -> dict[str, object]:
        """Return the fields of the `TableSpec` that the user has chosen."""
        columns = self.model.columns
        target = self.model.target
        assert target is not None
        used = [c.name for c in columns if c is not target and c.role != IGNORE]
        usual = [c.name for c in columns if c is not target and c.usable]
        forced = [c.name for c in columns if c.is_number_column and c.role == CATEGORY]
        return {
            "path": self._name,
            "target": target.name,
            "features": () if used == usual else tuple(used),
            "categories": tuple(forced),
            "missing": self._missing.currentData(),
            "test": self._test.currentData(),
            **self._format_row.choice(),
        }

    @Slot()
    def _on_open(self) -> None:
        """Open it, as soon as all of it has been read; until then it can be cancelled."""
        if self._is_whole:
            self.accept()
            return
        self._is_wanted = True
        self.open_button.setEnabled(False)
        self._end.state.setText(self.tr("It opens as soon as all rows are read."))

    @Slot(int)
    def _on_task(self, _number: int) -> None:
        self._show_summary()

    @Slot()
    def _on_changed(self) -> None:
        target = self.model.target
        if target is not None:
            is_class = not target.is_number_column or target.different <= FEW_VALUES
            self._tasks.button(0).setEnabled(target.is_number_column)
            self._tasks.button(int(is_class)).setChecked(True)
        self._show_summary()

    def _show_summary(self) -> None:
        target = self.model.target
        used = [c for c in self.model.columns if c is not target and c.role != IGNORE]
        able = target is not None and bool(used) and not self._is_wanted
        self.open_button.setEnabled(able)
        if target is None or not used:
            self._summary.setText(self.tr("Choose a target, and at least one column to use."))
            return
        rows = self.tr("{n} rows") if self._is_whole else self.tr("the first {n} rows")
        parts = [rows.format(n=f"{self._rows:,}")]
        parts.append(
            self.tr("{target} from {n} columns").format(target=target.name, n=f"{len(used):,}")
        )
        if target.gaps:
            text = self.tr("{n} rows without a target are left out")
            parts.append(text.format(n=f"{target.gaps:,}"))
        gaps = sum(c.gaps for c in used)
        if gaps:
            fills = self._missing.currentData() == "fill"
            text = (
                self.tr("{n} gaps are filled") if fills else self.tr("rows with gaps: {n} at most")
            )
            parts.append(text.format(n=f"{gaps:,}"))
        self._summary.setText(" · ".join(parts))
        set_tip(self._summary, self._summary.text())


def _own_role(column: Column) -> str:
    return NUMBER if column.is_number_column else CATEGORY


def shown_notes(table: Table) -> list[str]:
    """Return what was noticed while reading, translated."""
    return [shown_sentence(note) for note in table.notes]
