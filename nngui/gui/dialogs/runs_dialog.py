"""The list of runs: their curves over each other, and what they differ in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from nngui.core.records.run_record import LOSS, VALIDATION
from nngui.gui.dialogs.runs_filter import RunsFilterBar
from nngui.gui.dialogs.runs_model import NOTE, RunsModel
from nngui.gui.dialogs.runs_table import RunsTable
from nngui.gui.panels.card import ElidedLabel
from nngui.gui.plots.overlay_plot import OverlayPlot, RunCurve
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from PySide6.QtCore import QModelIndex, QPoint

    from nngui.core.records.run_record import Curves, RunRecord
    from nngui.gui.style.theme import Colours

    Version = tuple[str, datetime]  # of a run (see `RunRecord.version`)


class RunsDialog(QDialog):
    """The runs of one task at a time.

    Parameters
    ----------
    titles : mapping of str to str
        What the tasks are called.

    Signals
    -------
    task_chosen : str
        The user wants the runs of another task.
    reopen_requested : RunRecord
        The run is wanted back, as it was.
    rename_requested, note_requested : RunRecord, str
        It gets a name, or a note.
    ghosts_changed
        Other runs are to stand behind the tab's own curve: `ghosts`.
    unread : list of RunRecord
        Their curves are to be drawn: `take_curves` brings them.
    delete_requested : list of RunRecord
        They are to go.
    undo_requested
        Those deleted last are to come back.
    table_requested, curves_requested, logs_requested
        A file with the runs' figures and settings, or with their curves, is wanted.
    """

    task_chosen = Signal(str)
    reopen_requested = Signal(object)
    rename_requested = Signal(object, str)
    note_requested = Signal(object, str)
    ghosts_changed = Signal()
    unread = Signal(list)
    delete_requested = Signal(list)
    undo_requested = Signal()
    table_requested = Signal()
    curves_requested = Signal()
    logs_requested = Signal()

    def __init__(self, titles: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Runs"))
        self.resize(940, 640)
        self.setMinimumSize(620, 420)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.model = RunsModel(self)
        self._curves: dict[Version, Curves] = {}  # of the runs that are drawn
        self._asked: set[Version] = set()
        self.plot = OverlayPlot(legend=False)
        self.table = RunsTable(self.model)
        self.filter = RunsFilterBar()
        self._note = ""  # what a user should know of the list
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(8)
        split.setChildrenCollapsible(False)
        split.addWidget(self.plot)
        split.addWidget(self.table)
        split.setSizes([300, 260])
        self.plot.setMinimumHeight(140)
        self.table.setMinimumHeight(110)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addLayout(self._make_head(titles))
        column.addWidget(self.filter)
        column.addWidget(split, 1)
        column.addLayout(self._make_end())
        self._connect()
        self._show_selection()
        self.table.setFocus()

    # Layout --------------------------------------------------------------------------------------

    def _make_head(self, titles: Mapping[str, str]) -> QHBoxLayout:
        self.tasks = QComboBox()
        self.tasks.setAccessibleName(self.tr("Whose runs"))
        set_tip(self.tasks, self.tr("Whose runs are listed; at first the open tab's."))
        for name, title in titles.items():
            self.tasks.addItem(title, name)
        self.count = ElidedLabel()
        self.which = QComboBox()
        self.which.setAccessibleName(self.tr("Which loss is drawn"))
        set_tip(self.which, self.tr("Which loss is drawn"))
        self.which.addItem(self.tr("Training loss"), LOSS)
        self.which.addItem(self.tr("Validation loss"), VALIDATION)
        self.log_button = self._button(
            self.tr("Log"), self.tr("Count the loss by decades, or evenly.")
        )
        self.log_button.setCheckable(True)
        self.log_button.setChecked(True)
        self.all_button = self._button(self.tr("Draw all"), self.tr("Draw all runs of the list."))
        self.only_button = self._button(
            self.tr("Only selected"), self.tr("Draw the selected runs and no others.")
        )
        row = QHBoxLayout()
        row.addWidget(self.tasks)
        row.addWidget(self.count, 1)
        for widget in (self.all_button, self.only_button, self.which, self.log_button):
            row.addWidget(widget)
        return row

    def _make_end(self) -> QHBoxLayout:
        self.reopen = self._button(
            self.tr("Reopen"),
            self.tr("Put the run back into its tab as it was: settings, network, curve. (Enter)"),
        )
        self.rename = self._button(self.tr("Rename"), self.tr("Give the run a name. (F2)"))
        self.note = self._button(self.tr("Note"), self.tr("Write a note on the run. (F4)"))
        self.delete = self._button(
            self.tr("Delete"), self.tr("Take the selected runs off the list. (Delete)")
        )
        self.undo = self._button(
            self.tr("Undo"), self.tr("Bring back what was deleted last. (Ctrl+Z)")
        )
        export = self._button(self.tr("Export"), self.tr("Write the list, or the curves."))
        menu = QMenu(export)
        for text, wanted in (
            (self.tr("The runs: figures and settings…"), self.table_requested),
            (self.tr("The curves of the drawn runs…"), self.curves_requested),
            (self.tr("TensorBoard logs of the drawn runs…"), self.logs_requested),
        ):
            menu.addAction(text).triggered.connect(wanted)
        export.setMenu(menu)
        self.export = export
        close = self._button(self.tr("Close"), "")
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        for button in (self.reopen, self.rename, self.note, self.delete, self.undo):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(export)
        row.addWidget(close)
        return row

    @staticmethod
    def _button(text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        set_tip(button, tip)
        button.setAutoDefault(False)
        return button

    def _connect(self) -> None:
        self.tasks.activated.connect(self._on_task)
        self.which.activated.connect(self._draw)
        self.log_button.toggled.connect(self.plot.set_logarithmic)
        self.all_button.clicked.connect(self._on_draw_all)
        self.only_button.clicked.connect(self._on_draw_selected)
        self.model.drawn_changed.connect(self._draw)
        self.model.ghosts_changed.connect(self.ghosts_changed)
        self.model.modelReset.connect(self._on_other_runs)
        self.model.name_requested.connect(self.rename_requested)
        self.model.note_requested.connect(self.note_requested)
        self.filter.changed.connect(self._on_filter)
        self.table.selectionModel().selectionChanged.connect(self._show_selection)
        self.table.doubleClicked.connect(self._on_double_click)
        self.table.customContextMenuRequested.connect(self._on_menu)
        self.reopen.clicked.connect(self._on_reopen)
        self.rename.clicked.connect(self.table.edit_name)
        self.note.clicked.connect(self.table.edit_note)
        self.delete.clicked.connect(self._on_delete)
        self.undo.clicked.connect(self.undo_requested)
        self.table.reopen_pressed.connect(self._on_reopen)
        self.table.delete_pressed.connect(self._on_delete)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self.undo.click)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.filter.words.setFocus)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.plot.set_theme(theme)

    # What is shown -------------------------------------------------------------------------------

    @property
    def task(self) -> str:
        """Whose runs are listed."""
        return str(self.tasks.currentData())

    def show_task(self, name: str) -> None:
        """List the runs of a task from now on; `show_runs` brings them."""
        self.tasks.setCurrentIndex(self.tasks.findData(name))

    def show_runs(
        self, runs: Sequence[RunRecord], note: str = "", *, undoable: bool = False
    ) -> None:
        """Show the runs of the chosen task, the newest first.

        Parameters
        ----------
        note : str
            What a user should know of the list.
        undoable : bool
            Whether deleted runs can be brought back.
        """
        self.table.show_runs(runs)
        self._note = note
        self._count_runs()
        self.undo.setEnabled(undoable)
        drawn = {name for run in runs for name in run.curves}
        self.which.setVisible(VALIDATION in drawn)
        if drawn == {VALIDATION}:  # trials of a search: they have no other curve
            self.which.setCurrentIndex(self.which.findData(VALIDATION))
        hint = self.tr(
            "No runs yet. A run is listed when it ends, and when other settings start a new "
            "one: press Train."
        )
        self.plot.hint.setText("" if runs else hint)
        self._draw()
        self._show_selection()

    @Slot()
    def _on_other_runs(self) -> None:
        """Offer what these runs can be filtered by, before some of them are selected."""
        self.filter.offer(self.model)
        self.filter.apply(self.table.filter)

    def _count_runs(self) -> None:
        """Say how many runs there are, and how many of them are listed."""
        every, listed = len(self.model.runs), len(self.table.listed)
        one, many = self.tr("1 run"), self.tr("{n} runs")
        words = one if every == 1 else many.format(n=every)
        if listed < every:
            words = self.tr("{n} of {every} runs").format(n=listed, every=every)
        self.count.setText(" · ".join([words, self._note] if self._note else [words]))
        set_tip(self.count, self._note)

    @property
    def drawn(self) -> list[RunRecord]:
        """The runs that are drawn: the ticked ones that are listed."""
        listed = {run.id for run in self.table.listed}
        return [run for run in self.model.drawn if run.id in listed]

    @Slot()
    def _on_filter(self) -> None:
        self.filter.apply(self.table.filter)
        self._count_runs()
        self._draw()
        self._show_selection()

    @Slot()
    def _draw(self) -> None:
        which = self.which.currentData() if not self.which.isHidden() else LOSS
        drawn = {run.version: run for run in self.drawn}
        self._curves = {key: curves for key, curves in self._curves.items() if key in drawn}
        self._asked &= drawn.keys()
        unread = [key for key in drawn if key not in self._curves and key not in self._asked]
        if unread:
            self._asked.update(unread)
            self.unread.emit([drawn[key] for key in unread])
        # The newest is drawn last.
        runs = [run for key, run in reversed(drawn.items()) if which in self._curves.get(key, ())]
        curves = [
            RunCurve(self.model.name_of(run), *self._curves[run.version][which], run.number - 1)
            for run in runs
        ]
        best = [place for place, run in enumerate(runs) if run.id in self.model.best]
        self.plot.set_runs(curves, best[-1] if best else None)

    def take_curves(self, curves: Mapping[Version, Curves]) -> None:
        """Draw these, by their runs' versions, if they are still wanted."""
        self._curves.update(curves)
        self._draw()

    @Slot()
    def _show_selection(self) -> None:
        chosen = self.selected
        self.reopen.setEnabled(len(chosen) == 1)
        self.rename.setEnabled(len(chosen) == 1)
        self.note.setEnabled(len(chosen) == 1)
        self.delete.setEnabled(bool(chosen))
        self.only_button.setEnabled(bool(chosen))
        for widget in (self.export, self.all_button):
            widget.setEnabled(bool(self.table.listed))

    @property
    def selected(self) -> list[RunRecord]:
        """The selected runs, from top to bottom."""
        return self.table.selected

    # What the user wants -----------------------------------------------------------------------

    @Slot(int)
    def _on_task(self, _index: int) -> None:
        self.task_chosen.emit(self.task)

    @Slot()
    def _on_draw_all(self) -> None:
        self.model.draw_only({run.id for run in self.table.listed})

    @Slot()
    def _on_draw_selected(self) -> None:
        self.model.draw_only({run.id for run in self.selected})

    @Slot()
    def _on_reopen(self) -> None:
        chosen = self.selected
        if len(chosen) == 1:
            self.reopen_requested.emit(chosen[0])

    @Slot("QModelIndex")
    def _on_double_click(self, place: QModelIndex) -> None:
        """Write where one can write; else reopen the run."""
        if place.column() == NOTE:
            self.table.edit_note()
        else:
            self._on_reopen()

    @Slot()
    def _on_delete(self) -> None:
        if self.selected:
            self.delete_requested.emit(self.selected)

    @Slot("QPoint")
    def _on_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in (self.reopen, self.rename, self.note, self.delete):
            action = menu.addAction(button.text(), button.click)
            action.setEnabled(button.isEnabled())
        menu.popup(self.table.viewport().mapToGlobal(place))
