"""Tables of what a network is worth: beside baselines, and class by class."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from nngui.core.evaluation.evaluation import NETWORK
from nngui.core.evaluation.metrics import HIGHER
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from nngui.core.evaluation.evaluation import Evaluation
    from nngui.core.evaluation.metrics import ClassScores
    from nngui.core.studies.folds import FoldsState

STRETCH = QHeaderView.ResizeMode.Stretch


class _Figures(QTableWidget):
    """A table that is read only."""

    def __init__(self, name: str) -> None:
        super().__init__(0, 0)
        self.setAccessibleName(name)
        self.setTabKeyNavigation(False)  # Tab leads out of it
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.horizontalHeader().setHighlightSections(False)
        self.setMinimumHeight(80)


class ScoresTable(_Figures):
    """The network's scores beside those of the baselines; the best of each has a star."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._found: Evaluation | None = None
        self._folds: FoldsState | None = None
        self._is_older = False  # whether the folds are of other settings

    def forget(self) -> None:
        """Show no scores until there are some; what is known of the folds stays."""
        self._found = None
        self.setRowCount(0)

    def show_folds(self, folds: FoldsState | None, *, older: bool) -> None:
        """Show beside the parts what the folds came to; None, or none of them yet: nothing."""
        self._folds = folds if folds is not None and folds.each else None
        self._is_older = older
        if self._found is not None:
            self.show_scores(self._found)

    def show_scores(self, found: Evaluation) -> None:
        """Show a score of the network, and below it those of the baselines; a column each part."""
        self._found = found
        parts, folds = list(found.rows), self._folds
        names = list(found.scores[NETWORK][parts[0]])
        lines = [(who, score) for score in names for who in found.scores]
        heads = [f"{shown(name)} ({found.rows[name]:,})" for name in parts]
        if folds is not None:
            heads.append(self._folds_heading(folds))
        if (self.rowCount(), self.columnCount()) != (len(lines), 2 + len(heads)):
            self.setRowCount(len(lines))
            self.setColumnCount(2 + len(heads))
        self.setHorizontalHeaderLabels(["", "", *heads])
        for row, (who, score) in enumerate(lines):
            is_first = who == NETWORK
            _put(self, row, 0, shown(score) if is_first else "", bold=is_first)
            _put(self, row, 1, shown(who), bold=is_first)
            for column, part in enumerate(parts, 2):
                value = found.scores[who][part][score]
                best = _best(score, [scores[part][score] for scores in found.scores.values()])
                mark = " ★" if value == best else ""
                _put(self, row, column, _text(value) + mark, bold=is_first, right=True)
            if folds is not None:
                text = _fold_text(folds, who, score)
                _put(self, row, 2 + len(parts), text, bold=is_first, right=True)
        self._fit()

    def _folds_heading(self, folds: FoldsState) -> str:
        if not folds.is_complete:
            text = self.tr("{n} of {k} folds: mean ± deviation")
        elif self._is_older:
            text = self.tr("{k} folds, older settings: mean ± deviation")
        else:
            text = self.tr("{k} folds: mean ± deviation")
        return text.format(n=len(folds.each), k=folds.count)

    def _fit(self) -> None:
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.resizeColumnsToContents()
        for column in range(2, self.columnCount()):
            wide = self._folds is not None
            mode = QHeaderView.ResizeMode.ResizeToContents if wide else STRETCH
            header.setSectionResizeMode(column, mode)


class ClassScoresTable(_Figures):
    """Precision, recall and F1 of each class."""

    def show_scores(self, scores: ClassScores, classes: tuple[str, ...]) -> None:
        """Show how each class is told: a row each."""
        heads = [
            self.tr("Class"),
            self.tr("Precision"),
            self.tr("Recall"),
            self.tr("F1"),
            self.tr("Rows"),
        ]
        self.setColumnCount(len(heads))
        self.setHorizontalHeaderLabels(heads)
        self.setRowCount(len(classes))
        for row, name in enumerate(classes):
            _put(self, row, 0, name)
            for column, values in enumerate((scores.precision, scores.recall, scores.f1), 1):
                _put(self, row, column, _text(float(values[row])), right=True)
            _put(self, row, 4, f"{int(scores.confusion[row].sum()):,}", right=True)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)


def _best(score: str, values: list[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    if len(known) < 2 or min(known) == max(known):
        return math.nan
    return max(known) if score in HIGHER else min(known)


def _fold_text(folds: FoldsState, who: str, score: str) -> str:
    """Return a score's mean and deviation over the folds, with a star for the best mean."""
    means = {name: folds.mean(name).get(score, math.nan) for name in folds.names}
    mean = means.get(who, math.nan)
    if math.isnan(mean):
        return _text(mean)
    deviation = folds.deviation(who)[score]
    star = " ★" if mean == _best(score, list(means.values())) else ""
    return f"{_text(mean)} ± {_text(deviation)}{star}"


def _text(value: float) -> str:
    if math.isnan(value):
        return "–"
    value = round(value, 4) + 0.0  # no minus before nought
    return f"{value:.4f}" if abs(value) < 100 else f"{value:,.1f}"


def _put(
    table: QTableWidget,
    row: int,
    column: int,
    text: str,
    *,
    bold: bool = False,
    right: bool = False,
) -> None:
    item = table.item(row, column)
    if item is None:
        item = QTableWidgetItem()
        if right:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        font = item.font()
        font.setBold(bold)
        item.setFont(font)
        table.setItem(row, column, item)
    if item.text() != text:
        item.setText(text)
