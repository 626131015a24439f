"""The trials of a search as a table: their scores, and what they have for the settings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt
from PySide6.QtGui import QFont
from typing_extensions import override

from nngui.core.search.trials import DONE, FAILED, PRUNED, best_of
from nngui.core.spec.keys import flat
from nngui.gui.dialogs.search.words import score_name, trial_name
from nngui.gui.dialogs.table_models import NOWHERE, Index
from nngui.gui.style.labels import plain_tip
from nngui.gui.style.setting_text import title_of, value_text
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.search.plan import Plan
    from nngui.core.search.trials import Trial

SORT = Qt.ItemDataRole.UserRole
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
STAR = "★"
LAST = 1e300  # what has no number is sorted behind all that has


class TrialsModel(QAbstractTableModel):
    """A row for each trial, in their order."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.plan: Plan | None = None
        self.trials: list[Trial] = []
        self._best = -1
        self._columns: list[tuple[str, str]] = []  # kind and name

    def show(self, plan: Plan | None, trials: Sequence[Trial]) -> None:
        """Show these; where no trial and no column has been added, only what has changed."""
        columns = self._columns_of(plan, trials)
        same = plan is self.plan and columns == self._columns and len(trials) == len(self.trials)
        if not same:
            self.beginResetModel()
        self.plan, self.trials, self._columns = plan, list(trials), columns
        best = best_of(trials, plan) if plan is not None else None
        self._best = best.number if best is not None else -1
        if not same:
            self.endResetModel()
        elif self.trials:
            last = self.index(len(self.trials) - 1, len(columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    @staticmethod
    def _columns_of(plan: Plan | None, trials: Sequence[Trial]) -> list[tuple[str, str]]:
        if plan is None:
            return []
        found = [trial.result.scores for trial in trials if trial.result is not None]
        scores = [
            (part, name)
            for part in ("validation", "test")
            for name in dict.fromkeys(n for each in found for n in each.get(part, {}))
            if name != "Loss"
        ]
        keys = [("setting", axis.key) for axis in plan.axes]
        return [("name", ""), ("score", ""), *keys, *scores, ("epochs", ""), ("state", "")]

    # What Qt's views ask -------------------------------------------------------------------------

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.trials)

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(*self._columns[section])
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tip(*self._columns[section]))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if not section else RIGHT
        return None

    def _title(self, kind: str, name: str) -> str:
        assert self.plan is not None
        words = {
            "name": self.tr("Trial"),
            "score": score_name(self.plan),
            "epochs": self.tr("Epochs"),
            "state": self.tr("State"),
        }
        if kind == "setting":
            return title_of(self.plan.spec, name)
        if kind == "test":
            return self.tr("{score} (test)").format(score=shown(name))
        if kind == "validation":
            return self.tr("{score} (validation)").format(score=shown(name))
        return words[kind]

    def _tip(self, kind: str, name: str) -> str:
        if kind == "score":
            return self.tr("What the search goes by: the mean over its seeds, ± their deviation.")
        if kind == "test":
            return self.tr("Shown, but nothing is chosen by it: it tells what the choice is worth.")
        return name if kind == "setting" else ""

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        trial, (kind, name) = self.trials[index.row()], self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(trial, kind, name)
        if role == SORT:
            return self._order(trial, kind, name)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if kind == "name" else RIGHT
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setBold(trial.number == self._best)
            return font
        if role == Qt.ItemDataRole.ToolTipRole and kind in ("state", "name"):
            return plain_tip(shown(trial.result.why) if trial.result is not None else "")
        return None

    def _text(self, trial: Trial, kind: str, name: str) -> str:
        assert self.plan is not None
        result = trial.result
        if kind == "name":
            return trial_name(trial) + (f" {STAR}" if trial.number == self._best else "")
        if kind == "setting":
            return value_text(self.plan.spec, name, self._value(trial, name))
        if kind == "state":
            return self._state(trial)
        if result is None:
            return ""
        if kind == "score":
            if not math.isfinite(result.score):
                return ""
            several = self.plan.seeds > 1
            return f"{result.score:.4g}" + (f" ± {result.deviation:.2g}" if several else "")
        if kind == "epochs":
            return f"{result.epochs:,.0f}"
        found = result.scores.get(kind, {}).get(name, math.nan)
        return f"{found:.4g}" if math.isfinite(found) else ""

    def _state(self, trial: Trial) -> str:
        words = {
            DONE: self.tr("done"),
            PRUNED: self.tr("given up early"),
            FAILED: self.tr("failed"),
        }
        return words.get(trial.state) or self.tr("training")

    def _value(self, trial: Trial, key: str) -> Any:
        assert self.plan is not None
        return trial.values.get(key, flat(self.plan.spec)[key])

    def _order(self, trial: Trial, kind: str, name: str) -> Any:
        if kind == "name":
            return trial.number
        if kind == "setting":
            value = self._value(trial, name)
            return value if isinstance(value, int | float) else self._text(trial, kind, name)
        if kind == "state":
            return self._state(trial)
        if trial.result is None:
            return LAST
        if kind == "epochs":
            return trial.result.epochs
        score = trial.score if kind == "score" else trial.result.scores.get(kind, {}).get(name)
        return LAST if score is None or not math.isfinite(score) else score
