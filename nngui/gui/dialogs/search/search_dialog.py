"""Searching settings: what to search over, and the trials as they come, drawn and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSortFilterProxyModel, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nngui.core.search.plan import (
    GRID,
    MAX_SEEDS,
    MAX_TRIALS,
    RANDOM,
    SCORES,
    SEEDS,
    TPE,
    TRIALS,
    VAL_LOSS,
)
from nngui.core.search.samplers import has_optuna
from nngui.core.search.trials import DEFAULT, DONE, ENDED
from nngui.gui.dialogs.search.space_table import SpaceTable
from nngui.gui.dialogs.search.trials_model import SORT, TrialsModel
from nngui.gui.dialogs.table_models import dressed
from nngui.gui.plots.kit.trial_words import title_of, trial_name
from nngui.gui.plots.trials_parallel import TrialsParallel
from nngui.gui.plots.trials_scatter import TrialsScatter
from nngui.gui.style.labels import Label, set_tip
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.search.plan import Plan
    from nngui.core.search.trials import Trial
    from nngui.core.spec import Spec
    from nngui.gui.style.theme import Colours

VALUES_BY = (VAL_LOSS, "r2", "mae", "rmse")
CLASSES_BY = (VAL_LOSS, "accuracy", "macro_f1", "log_loss", "auc")
SIDE = 330  # pixels of the settings at the left


class SearchDialog(QDialog):
    """A search of the open tab's settings; closed, it goes on.

    Signals
    -------
    start_requested
        Begin, or go on, with what is chosen here.
    stop_requested
        Stop; the trials that have ended are kept.
    use_requested : int
        The settings of a trial, by its number, are wanted in the tab.
    """

    start_requested = Signal()
    stop_requested = Signal()
    use_requested = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.resize(1060, 680)
        self.setMinimumSize(760, 480)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._plan: Plan | None = None
        self._trials: list[Trial] = []
        self._is_busy = False
        self.model = TrialsModel(self)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addLayout(self._make_side())
        row.addWidget(self._make_results(), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addLayout(row, 1)
        column.addLayout(self._make_end())
        self._connect()
        self.show_search(None, ())

    # Layout --------------------------------------------------------------------------------------

    def _make_side(self) -> QVBoxLayout:
        self.space = SpaceTable()
        self.trials = _spin(TRIALS, MAX_TRIALS)
        set_tip(self.trials, self.tr("How many settings are tried; a grid may have fewer."))
        self.seeds = _spin(SEEDS, MAX_SEEDS)
        set_tip(self.seeds, self.tr("With how many seeds each is trained: its score is the mean."))
        self.sampler = QComboBox()
        for name, text in (
            (RANDOM, self.tr("At random")),
            (GRID, self.tr("Grid")),
            (TPE, self.tr("TPE (Optuna)")),
        ):
            if name != TPE or has_optuna():
                self.sampler.addItem(text, name)
        tip = self.tr("At random is hard to beat. TPE learns from the trials so far.")
        if not has_optuna():
            tip += "\n" + self.tr("TPE needs Optuna: {command}").format(
                command='pip install "nngui[search]"'
            )
        set_tip(self.sampler, tip)
        self.by = QComboBox()
        set_tip(
            self.by,
            self.tr("What the best one is best in: the mean over its seeds, on validation points."),
        )
        self.prune = QCheckBox(self.tr("Give up poor trials early"))
        self.prune.setChecked(True)
        set_tip(
            self.prune,
            self.tr(
                "At 8, 16, 32, … epochs a trial ends whose validation loss is worse than half of "
                "the others' there."
            ),
        )
        form = QFormLayout()
        form.addRow(self.tr("Trials"), self.trials)
        form.addRow(self.tr("Seeds"), self.seeds)
        form.addRow(self.tr("Sampler"), self.sampler)
        form.addRow(self.tr("Best by"), self.by)
        form.addRow(self.prune)
        self.start = QPushButton()
        self.start.setProperty("primary", True)
        self.start.setDefault(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.words = Label()
        self.words.setWordWrap(True)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addWidget(self.space, 1)
        column.addLayout(form)
        for widget in (self.start, self.bar, self.words):
            column.addWidget(widget)
        for part in (self.space, self.start, self.words):
            part.setFixedWidth(SIDE)
        return column

    def _make_results(self) -> QWidget:
        self.scatter, self.parallel = TrialsScatter(), TrialsParallel()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.scatter)
        self.pages.addWidget(self.parallel)
        self.view = QComboBox()
        self.view.setAccessibleName(self.tr("What is drawn"))
        set_tip(self.view, self.tr("The score by one setting, or all settings side by side."))
        self.table = dressed(QTableView(), self.tr("Trials"))
        self._sorted = QSortFilterProxyModel(self)
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
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(8)
        split.setChildrenCollapsible(False)
        split.addWidget(upper)
        split.addWidget(self.table)
        split.setSizes([360, 240])
        self.pages.setMinimumHeight(140)
        self.table.setMinimumHeight(100)
        return split

    def _make_end(self) -> QHBoxLayout:
        self.use = QPushButton(self.tr("Use these settings"))
        set_tip(
            self.use,
            self.tr("Put the selected trial's settings into the tab; Ctrl+Z takes them back."),
        )
        close = QPushButton(self.tr("Close"))
        set_tip(close, self.tr("A search that runs goes on; this window opens it again."))
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.use, close):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        self.start.clicked.connect(self._on_start)
        self.use.clicked.connect(self._on_use)
        self.view.activated.connect(self._on_view)
        self.space.changed.connect(self._check)
        self.by.activated.connect(self._check)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.table.doubleClicked.connect(self._on_use)
        for plot in (self.scatter, self.parallel):
            plot.chosen.connect(self.select)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shortcut = QShortcut(QKeySequence(key), self.table, self._on_use)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)  # in the call it is not heeded

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        for plot in (self.scatter, self.parallel):
            plot.set_theme(theme)

    # What is chosen ------------------------------------------------------------------------------

    def offer(self, spec: Spec, title: str) -> None:
        """Offer to search over the settings of a tab."""
        self.setWindowTitle(self.tr("Search settings: {task}").format(task=title))
        self.space.offer(spec)
        self.by.clear()
        names = CLASSES_BY if spec.loss == "cross_entropy" else VALUES_BY
        for name in names:
            text = self.tr("Validation loss") if name == VAL_LOSS else shown(SCORES[name])
            self.by.addItem(text, name)
        self._check()

    def show_choices(self, plan: Plan) -> None:
        """Show the choices of a search that is there."""
        self.space.show_texts([axis.text for axis in plan.axes])
        self.trials.setValue(plan.trials)
        self.seeds.setValue(plan.seeds)
        self.prune.setChecked(plan.prune)
        for box, name in ((self.sampler, plan.sampler), (self.by, plan.by)):
            box.setCurrentIndex(max(box.findData(name), 0))

    def choices(self) -> dict[str, Any]:
        """Return what `make_plan` is to be called with, besides task and settings."""
        return {
            "over": self.space.texts,
            "trials": self.trials.value(),
            "seeds": self.seeds.value(),
            "sampler": self.sampler.currentData(),
            "by": self.by.currentData(),
            "prune": self.prune.isChecked(),
        }

    @Slot()
    def _check(self) -> None:
        """Say at once what cannot be searched."""
        if not self._is_busy:
            problem = self.space.problem
            self.start.setEnabled(bool(self.space.texts) and not problem)
            self.words.setText(problem or self._standing())

    # What is shown -------------------------------------------------------------------------------

    def show_search(self, plan: Plan | None, trials: Sequence[Trial], note: str = "") -> None:
        """Show a search and its trials, as far as there are.

        Parameters
        ----------
        note : str
            What is to be said beside it.
        """
        is_new = plan is not self._plan
        chosen = self._selected_number()
        self._plan, self._trials = plan, list(trials)
        if is_new:
            self._name_views()
        self.model.show(plan, self._trials)
        for plot in (self.scatter, self.parallel):
            plot.show_trials(plan, self._trials)
        hint = self.tr(
            "Choose what to search over, and press Search: each trial is a dot here, and a row in "
            "the table."
        )
        for plot in (self.scatter, self.parallel):
            plot.show_hint("" if self.scatter.drawn else hint)
        self.table.resizeColumnsToContents()
        if chosen >= 0 and not is_new:
            self.select(chosen)
        wanted = plan.trials + 1 if plan is not None else 1
        self.bar.setRange(0, wanted)
        self.bar.setValue(sum(trial.state in ENDED for trial in trials))
        standing = self._standing()
        self.words.setText("\n".join(text for text in (standing, note) if text))
        self._show_buttons()

    def show_busy(self, *, busy: bool) -> None:
        """Offer to stop, or to begin."""
        self._is_busy = busy
        for widget in (self.space, self.trials, self.seeds, self.sampler, self.by, self.prune):
            widget.setEnabled(not busy)
        self._show_buttons()

    def show_problem(self, text: str) -> None:
        """Say why it does not go on."""
        self.words.setText(text)

    def _show_buttons(self) -> None:
        self.bar.setVisible(self._plan is not None)
        ended = sum(trial.state in ENDED for trial in self._trials)
        is_begun = self._plan is not None and 0 < ended <= self._plan.trials
        search, resume = self.tr("Search"), self.tr("Go on")
        self.start.setText(self.tr("Stop") if self._is_busy else resume if is_begun else search)
        self.use.setEnabled(self._selected_number() >= 0)

    def _standing(self) -> str:
        """Return in a line or two how the search stands."""
        if self._plan is None or not self._trials:
            return ""
        ended = [t for t in self._trials if t.state in ENDED and t.number != DEFAULT]
        lines = [self.tr("{n} of {all} trials.").format(n=len(ended), all=self._plan.trials)]
        best, default = self.scatter.best, self._trials[0]
        if best is not None:
            text = self.tr("Best: {trial} with {score}.")
            lines.append(text.format(trial=trial_name(best), score=f"{best.score:.4g}"))
        if default.state == DONE:
            lines.append(self.tr("As it is: {score}.").format(score=f"{default.score:.4g}"))
        return " ".join(lines)

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

    def _selected_number(self) -> int:
        places = self.table.selectionModel().selectedRows()
        if not places:
            return -1
        row = self._sorted.mapToSource(places[0]).row()
        return self.model.trials[row].number if row < len(self.model.trials) else -1

    @Slot()
    def _on_selected(self) -> None:
        number = self._selected_number()
        for plot in (self.scatter, self.parallel):
            plot.select(number)
        self.use.setEnabled(number >= 0)

    # What the user wants -------------------------------------------------------------------------

    @Slot()
    def _on_start(self) -> None:
        if self._is_busy:
            self.stop_requested.emit()
        else:
            self.start_requested.emit()

    @Slot()
    def _on_use(self) -> None:
        number = self._selected_number()
        if number >= 0:
            self.use_requested.emit(number)


def _spin(value: int, most: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(1, most)
    spin.setValue(value)
    spin.setKeyboardTracking(False)
    return spin
