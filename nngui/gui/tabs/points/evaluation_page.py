"""What a network is worth on a table: figures beside those of baselines, and where it errs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nngui.core.evaluation.evaluation import NETWORK, Evaluation
from nngui.core.evaluation.importance import Importance, permutation_importance
from nngui.core.evaluation.metrics import AUC
from nngui.core.evaluation.parts import PARTS
from nngui.gui.background import Background
from nngui.gui.panels.card import ElidedLabel
from nngui.gui.plots.calibration_plot import CalibrationPlot
from nngui.gui.plots.importance_plot import ImportancePlot
from nngui.gui.plots.roc_plot import RocPlot
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.tabs.points.folds_bar import FoldsBar
from nngui.gui.tabs.points.score_tables import ClassScoresTable, ScoresTable
from nngui.gui.tabs.points.told_rows import ToldClasses, ToldNumbers

if TYPE_CHECKING:
    import pandas as pd
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.errors import NnguiError
    from nngui.core.evaluation.metrics import ClassScores
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.style.theme import Colours

CONFUSION, BY_CLASS, ROC, CALIBRATION, RESIDUALS, IMPORTANCE = range(6)
OF_CLASSES = (CONFUSION, BY_CLASS, ROC, CALIBRATION, IMPORTANCE)
OF_NUMBERS = (RESIDUALS, IMPORTANCE)


class EvaluationPage(QWidget):
    """A table of scores, and one picture of the mistakes at a time.

    Parameters
    ----------
    task : Task
    spec : Spec
        The run's settings: what is cross-validated.
    """

    def __init__(self, task: Task, spec: Spec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folds = FoldsBar(task, spec)
        self._found: Evaluation | None = None
        self._classes: tuple[str, ...] = ()
        self.scores = ScoresTable(self.tr("Scores"))
        self.by_class = ClassScoresTable(self.tr("Scores of each class"))
        self._numbers, self._told = ToldNumbers(), ToldClasses()
        self.residuals, self.confusion = self._numbers.residuals, self._told.confusion
        self.rows, self.threshold = self._told.rows, self._told.threshold
        self._is_fresh = True  # whether the residuals' rows are still to be told
        self.roc, self.calibration = RocPlot(), CalibrationPlot()
        self._choice, self._part = QComboBox(), QComboBox()
        self.importance = ImportancePlot()
        self._importance_of: int | None = None  # the step that it was worked out for
        self._cancelled = threading.Event()
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)
        self._hint = ElidedLabel()
        self._pictures = QStackedWidget()
        for picture in (self._told, self.by_class, self.roc, self.calibration, self._numbers):
            self._pictures.addWidget(picture)
        self._pictures.addWidget(self.importance)
        self._lay_out()
        self.folds.found.connect(self._on_folds)
        self._told.said.connect(self._on_said)
        self._choice.activated.connect(self._show_picture)
        self._part.activated.connect(self._show_picture)

    def _lay_out(self) -> None:
        self._names = {
            CONFUSION: self.tr("Confusion matrix"),
            BY_CLASS: self.tr("Each class"),
            ROC: self.tr("ROC curve"),
            CALIBRATION: self.tr("Calibration"),
            RESIDUALS: self.tr("Residuals"),
            IMPORTANCE: self.tr("Importance"),
        }
        self._choice.setAccessibleName(self.tr("Picture"))
        set_tip(self._choice, self.tr("What is drawn below."))
        self._part.setAccessibleName(self.tr("Rows"))
        set_tip(self._part, self.tr("Which rows it is drawn of."))
        self.roc.setAccessibleName(self.tr("ROC curve"))
        self.calibration.setAccessibleName(self.tr("Calibration"))
        head = QHBoxLayout()
        head.setSpacing(6)
        for widget in (self._choice, self._part):
            head.addWidget(widget)
        head.addWidget(self._hint, 1)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._pictures, 1)
        self._pictures.setMinimumHeight(110)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.scores)
        split.addWidget(below)
        split.setSizes([200, 320])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.folds)
        layout.addWidget(split, 1)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        for picture in (
            self._told,
            self.roc,
            self.calibration,
            self._numbers,
            self.importance,
        ):
            picture.set_theme(theme)

    def show_waiting(self, classes: tuple[str, ...], frame: pd.DataFrame | None = None) -> None:
        """Say what will appear, for a run that has not been evaluated.

        Parameters
        ----------
        frame : DataFrame, optional
            The table, of which rows are shown.
        """
        self._found, self._classes = None, classes
        self._told.forget(classes, frame)
        self._numbers.take_frame(frame)
        self.scores.forget()
        self.by_class.setRowCount(0)
        self._cancelled.set()
        self._importance_of = None
        self.importance.set_importances([], np.zeros(0), np.zeros(0))
        self._offer_pictures(OF_CLASSES if classes else OF_NUMBERS)
        self._part.clear()
        self._hint.setText(self.tr("The scores appear in a moment."))
        self.roc.clear_curve()
        self.calibration.clear_bins()
        self._is_fresh = True
        self._pictures.setCurrentIndex(self._choice.currentData())
        if not classes:
            self.residuals.set_rows(np.zeros(0), np.zeros(0, np.int8))

    def _offer_pictures(self, pictures: tuple[int, ...]) -> None:
        """Offer these; the one that is chosen stays so, where it is among them."""
        before = self._choice.currentData()
        self._choice.clear()
        for picture in pictures:
            self._choice.addItem(self._names[picture], picture)
        self._choice.setCurrentIndex(max(self._choice.findData(before), 0))

    def close_work(self, deadline: QDeadlineTimer) -> bool:
        """Give up what is being worked out."""
        self._cancelled.set()
        return all([self._background.close(deadline), self.folds.close_work(deadline)])

    @Slot()
    def _on_folds(self) -> None:
        self.scores.show_folds(self.folds.state, older=self.folds.is_older)

    def show_evaluation(self, found: Evaluation) -> None:
        """Show what a network is worth."""
        if found is self._found:
            return
        self._found = found
        self._hint.setText("")
        self.scores.show_scores(found)
        if found.residuals:
            self._show_residuals(found)
        if [self._part.itemData(i) for i in range(self._part.count())] != list(found.rows):
            self._part.clear()
            for name in found.rows:
                self._part.addItem(shown(name), name)
            self._part.setCurrentIndex(self._part.count() - 1)
        self._show_picture()

    def _show_residuals(self, found: Evaluation) -> None:
        parts = [(PARTS.index(name), part) for name, part in found.residuals.items()]
        if self._is_fresh:
            self._is_fresh = False
            kinds = [np.full(len(part.true), number, np.int8) for number, part in parts]
            true = np.concatenate([part.true for _, part in parts])
            rows = np.concatenate([part.rows for _, part in parts])
            self.residuals.set_rows(true, np.concatenate(kinds), rows=rows)
        self.residuals.draw_predictions(np.concatenate([part.predicted for _, part in parts]))

    @Slot()
    def _show_picture(self) -> None:
        found, chosen = self._found, self._choice.currentData()
        if found is None:
            return
        self._pictures.setCurrentIndex(chosen)
        self._part.setVisible(chosen != IMPORTANCE)
        self._hint.setText("")
        if chosen == IMPORTANCE:
            self._show_importance(found)
        elif self._classes:
            self._show_told(found, chosen)
        else:
            part = self._part.currentData() or found.last
            text = self.tr("At the right the rows that are missed by most ({part}).")
            self._hint.setText(text.format(part=shown(part)))
            self._numbers.show_misses(found.misses[part])

    def _show_told(self, found: Evaluation, chosen: int) -> None:
        """Show how the classes of a part are told."""
        part = self._part.currentData() or found.last
        scores = found.classes.get(part)
        self._hint.setText(self._lacking(chosen, scores))
        if scores is None:
            return
        lacking = self._lacking(ROC, scores) if scores.roc is None else ""
        self.roc.show_hint(lacking)
        self.calibration.show_hint(lacking)
        if scores.roc is None or scores.calibration is None:
            self.roc.clear_curve()
            self.calibration.clear_bins()
        else:
            wrong, right, at = scores.roc.T
            self.roc.set_curve(wrong, right, at, found.scores[NETWORK][part][AUC])
            said, share, count = scores.calibration.T
            self.calibration.set_bins(said, share, count.astype(np.int64))
        self.by_class.show_scores(scores, self._classes)
        self._told.show_told(scores, found.predicted[part])

    def _show_importance(self, found: Evaluation) -> None:
        """Work out beside the window which features count, once a run stands still."""
        text = self.tr("How far R² falls when a column is shuffled ({part})")
        if self._classes:
            text = self.tr("How far the log loss rises when a column is shuffled ({part})")
        self._hint.setText(text.format(part=shown(found.last)))
        if self._importance_of == found.step:
            return
        self._importance_of = found.step
        self._cancelled.set()
        self._cancelled = cancelled = threading.Event()
        asked = found.asked

        def work() -> list[Importance]:
            return permutation_importance(
                asked.net, asked.x, asked.y, asked.features, cancelled=cancelled.is_set
            )

        def then(importances: list[Importance]) -> None:
            if cancelled.is_set():
                return
            names = [one.name for one in importances]
            means = np.array([one.mean for one in importances])
            deviations = np.array([one.deviation for one in importances])
            self.importance.set_importances(names, means, deviations)

        self._background.start(work, then)

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self._importance_of = None  # it is asked again
        self._hint.setText(shown_sentence(error))

    @Slot(str)
    def _on_said(self, title: str) -> None:
        if self._choice.currentData() == CONFUSION:
            self._hint.setText(title)

    def _lacking(self, chosen: int, scores: ClassScores | None) -> str:
        """Return why a picture is empty, or which class it is of."""
        if scores is None:
            return self.tr("The network gives no numbers here: it has diverged.")
        if chosen in (ROC, CALIBRATION):
            if len(self._classes) != 2:
                return self.tr("This is drawn for two classes, and here are more.")
            if scores.roc is None:
                return self.tr("Only one of the two classes is among these rows.")
            return self.tr("of {name}").format(name=self._classes[1])
        return ""
