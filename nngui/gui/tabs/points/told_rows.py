"""Where a network errs on a table: pictures of its mistakes, and the rows behind them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSlider, QSplitter, QToolButton, QVBoxLayout, QWidget

from nngui.core.evaluation.metrics import THRESHOLDS, precision_and_recall
from nngui.gui.dialogs.table_models import RowsModel, rows_view
from nngui.gui.panels.card import label
from nngui.gui.plots.confusion import ConfusionMatrix
from nngui.gui.plots.residual_plot import ResidualPlot
from nngui.gui.plots.rows_plot import readout_number
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    import pandas as pd

    from nngui.core.evaluation.evaluation import Residuals, RowPredictions
    from nngui.core.evaluation.metrics import ClassScores
    from nngui.gui.style.theme import Colours

MAX_ROWS = 100  # that are shown
HALF = THRESHOLDS // 2
MAX_NAME = 40  # characters of a class's name in a sentence


class ToldRows(QSplitter):
    """A picture at the left, and rows of the table at the right."""

    def __init__(self, picture: QWidget) -> None:
        super().__init__()
        self._frame: pd.DataFrame | None = None
        self._model = RowsModel(self)
        self.rows = rows_view("")
        self.rows.setModel(self._model)
        self.setChildrenCollapsible(False)
        self.addWidget(picture)
        self.addWidget(self.rows)

    def take_frame(self, frame: pd.DataFrame | None) -> None:
        """Show rows of another table from now on; None: none."""
        self._frame = frame
        self.rows.setVisible(frame is not None)
        if frame is not None:
            self._model.show(frame.iloc[:0])

    def show_rows(self, rows: np.ndarray, **told: list[str]) -> None:
        """Show rows of the table, with what is told of them in columns before theirs."""
        if self._frame is None:
            return
        found = self._frame.iloc[rows].copy()
        for place, (name, texts) in enumerate(told.items()):
            found.insert(place, name, texts, allow_duplicates=True)
        self._model.show(found)


class ToldClasses(ToldRows):
    """The confusion matrix with the rows behind its cells; of two classes with a threshold.

    Signals
    -------
    said : str
        Which rows are shown.
    """

    said = Signal(str)

    def __init__(self) -> None:
        self.confusion = ConfusionMatrix(of_rows=True)
        self.threshold = QSlider(Qt.Orientation.Horizontal)
        self.half = QToolButton()
        self.value, self.worth = label(""), label("", "muted")
        self._choice = QWidget()
        picture = QWidget()
        super().__init__(picture)
        self.rows.setAccessibleName(self.tr("Rows behind a cell"))
        self._lay_out(picture)
        self._classes: tuple[str, ...] = ()
        self._cell: tuple[int, int] | None = None
        self._scores: ClassScores | None = None
        self._predicted: RowPredictions | None = None
        self.confusion.chosen.connect(self._on_cell)
        self.threshold.valueChanged.connect(self._show)
        self.half.clicked.connect(self._on_half)

    def _lay_out(self, picture: QWidget) -> None:
        self.confusion.setAccessibleName(self.tr("Confusion matrix"))
        self.threshold.setRange(0, THRESHOLDS)
        self.threshold.setPageStep(THRESHOLDS // 20)
        self.threshold.setValue(HALF)
        self.threshold.setAccessibleName(self.tr("Threshold"))
        set_tip(
            self.threshold,
            self.tr(
                "From which probability on the second class is said. Usually 0.5: the likelier."
            ),
        )
        self.half.setText("0.5")
        self.half.setProperty("small", True)
        set_tip(self.half, self.tr("Say the likelier class again."))
        self.half.setAccessibleName(self.tr("Threshold 0.5"))
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.threshold, 1)
        line.addWidget(self.half)
        choice = QVBoxLayout(self._choice)
        choice.setContentsMargins(0, 0, 6, 0)
        choice.setSpacing(2)
        choice.addWidget(self.value)
        choice.addLayout(line)
        choice.addWidget(self.worth)
        column = QVBoxLayout(picture)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.confusion, 1)
        column.addWidget(self._choice)
        for words in (self.value, self.worth):
            words.setMinimumWidth(60)
        self._choice.hide()
        self.setSizes([250, 360])

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.confusion.set_theme(theme)

    def forget(self, classes: tuple[str, ...], frame: pd.DataFrame | None) -> None:
        """Show nothing until another run is evaluated."""
        self._classes, self._cell = classes, None
        self._scores = self._predicted = None
        self._choice.hide()
        self.threshold.setValue(HALF)
        self.take_frame(frame)
        self.confusion.show_counts(np.zeros((0, 0), np.int64), ())

    def show_told(self, scores: ClassScores, predicted: RowPredictions) -> None:
        """Show how the classes of a part are told."""
        self._scores, self._predicted = scores, predicted
        self._show()

    @property
    def _is_half(self) -> bool:
        return self.threshold.value() == HALF

    @Slot()
    def _show(self) -> None:
        scores, predicted = self._scores, self._predicted
        if scores is None or predicted is None:
            return
        counts = scores.confusion
        self._choice.setVisible(scores.above is not None)
        if scores.above is not None:
            at = self.threshold.value() / THRESHOLDS
            counts = scores.at(at)
            self._show_worth(at, counts)
            predicted = predicted if self._is_half else predicted.at(at)
        self.confusion.show_counts(counts, self._classes)
        self._show_rows(predicted, int(counts.sum() - np.trace(counts)))

    def _show_worth(self, at: float, counts: np.ndarray) -> None:
        name = self._classes[1][:MAX_NAME]
        text = self.tr("“{name}” above a probability of {threshold}")
        self.value.setText(text.format(name=name, threshold=f"{at:.2f}"))
        self.half.setEnabled(not self._is_half)
        figures = ("–" if math.isnan(v) else f"{v:.2f}" for v in precision_and_recall(counts))
        text = self.tr("precision {precision} · recall {recall}")
        precision, recall = figures
        self.worth.setText(text.format(precision=precision, recall=recall))

    def _show_rows(self, predicted: RowPredictions, mistakes: int) -> None:
        """Show the rows behind the chosen cell, or the surest mistakes."""
        if self._frame is None:
            return
        if self._cell is None:
            chosen = predicted.mistakes(MAX_ROWS)
            title = self.tr("The surest of {n} mistakes; click a cell to see its rows.")
            title = title.format(n=f"{mistakes:,}")
        else:
            true, said = self._cell
            chosen = predicted.behind(true, said, MAX_ROWS)
            title = self.tr("{true} taken for {said}, the surest first.")
            title = title.format(true=self._classes[true], said=self._classes[said])
        self.said.emit(title)
        told = {
            self.tr("said"): [self._classes[c] for c in predicted.said[chosen]],
            self.tr("sure"): [f"{share:.0%}" for share in predicted.sure[chosen]],
        }
        self.show_rows(predicted.rows[chosen], **told)

    @Slot(int, int)
    def _on_cell(self, true: int, said: int) -> None:
        self._cell = (true, said)
        self._show()

    @Slot()
    def _on_half(self) -> None:
        self.threshold.setValue(HALF)


class ToldNumbers(ToldRows):
    """The residuals, with the rows that are missed by most."""

    def __init__(self) -> None:
        self.residuals = ResidualPlot()
        super().__init__(self.residuals)
        self.rows.setAccessibleName(self.tr("Rows that are missed by most"))
        self.setSizes([400, 220])

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.residuals.set_theme(theme)

    def show_misses(self, misses: Residuals) -> None:
        """Show the rows that are missed by most."""
        told = {
            self.tr("true"): [readout_number(value) for value in misses.true],
            self.tr("predicted"): [readout_number(value) for value in misses.predicted],
        }
        self.show_rows(misses.rows, **told)
