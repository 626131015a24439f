"""Searching settings: what to search over, and the trials as they come, drawn and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSpinBox,
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
from nngui.gui.dialogs.search.trials_panel import TrialsPanel
from nngui.gui.dialogs.search.words import trial_name
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
        self.results = TrialsPanel()
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addLayout(self._make_side())
        row.addWidget(self.results, 1)
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
        self.space.changed.connect(self._check)
        self.by.activated.connect(self._check)
        self.results.selected.connect(self._on_selected)
        self.results.taken.connect(self.use_requested)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.results.set_theme(theme)

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
        self._plan, self._trials = plan, list(trials)
        self.results.show_trials(plan, self._trials)
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
        self.use.setEnabled(self.results.number >= 0)

    def _standing(self) -> str:
        """Return in a line or two how the search stands."""
        if self._plan is None or not self._trials:
            return ""
        ended = [t for t in self._trials if t.state in ENDED and t.number != DEFAULT]
        lines = [self.tr("{n} of {all} trials.").format(n=len(ended), all=self._plan.trials)]
        best, default = self.results.scatter.best, self._trials[0]
        if best is not None:
            text = self.tr("Best: {trial} with {score}.")
            lines.append(text.format(trial=trial_name(best), score=f"{best.score:.4g}"))
        if default.state == DONE:
            lines.append(self.tr("As it is: {score}.").format(score=f"{default.score:.4g}"))
        return " ".join(lines)

    @Slot(int)
    def _on_selected(self, number: int) -> None:
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
        if self.results.number >= 0:
            self.use_requested.emit(self.results.number)


def _spin(value: int, most: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(1, most)
    spin.setValue(value)
    spin.setKeyboardTracking(False)
    return spin
