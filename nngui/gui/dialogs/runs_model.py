"""The runs of a task as a table: their figures, and the settings in which they differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPen, QPixmap
from typing_extensions import override

from nngui.core.records.run_record import FIGURES, SCORES, best_runs, differing_keys
from nngui.core.spec.keys import affects_result, field_info, flat
from nngui.core.text import printable
from nngui.core.training.endings import STOPPED
from nngui.gui.dialogs.table_models import NOWHERE, Index
from nngui.gui.plots.overlay_plot import look_of
from nngui.gui.style.labels import plain_tip
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from datetime import datetime

    from nngui.core.records.changes import Change
    from nngui.core.records.run_record import RunRecord
    from nngui.core.spec import Spec

SORT = Qt.ItemDataRole.UserRole
SWATCH = QSize(26, 12)
MAX_TOLD = 8  # changes in mid-run, the newest
MAX_DRAWN = 8  # of the newest runs, until the user chooses others
NAME, GHOST, NOTE = range(3)
FIRST = ("val_r2", "test_r2", "val_accuracy", "test_accuracy")  # of the columns with values
VALUES = tuple(dict.fromkeys((*FIRST, *FIGURES, *SCORES)))
NONE = "–"
WORDS = ("name", "ghost", "note", "group")  # columns that stand at the left
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
STAR = "★"


class RunsModel(QAbstractTableModel):
    """A row for each run of a task, the newest first.

    It has more methods than most: half of them are what Qt's views ask.

    Signals
    -------
    drawn_changed
        Other runs are to be drawn.
    ghosts_changed
        Other runs are to stand behind the tab's own curve.
    name_requested, note_requested : RunRecord, str
        The user typed a name, or a note; an empty one takes it back.
    """

    drawn_changed = Signal()
    ghosts_changed = Signal()
    name_requested = Signal(object, str)
    note_requested = Signal(object, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.runs: list[RunRecord] = []
        self.best: set[str] = set()
        self._drawn: set[str] = set()
        self._ghosts: set[str] = set()
        self._known: set[str] = set()
        self._columns: list[str] = []
        self._texts: dict[tuple[str, datetime], str] = {}  # of runs that were searched
        self._words = {
            "name": self.tr("Run"),
            "ghost": self.tr("Behind"),
            "note": self.tr("Note"),
            "group": self.tr("Search"),
            "steps": self.tr("Steps"),
            "ended": self.tr("When"),
            **self._value_words(),
        }
        self._tips = {
            "name": self.tr("Ticked runs are drawn. A star marks the best run on the same data."),
            "ghost": self.tr("Ticked runs stand as pale curves behind the tab's own."),
            "note": self.tr("What you write about a run: double-click the cell, or press F4."),
            "group": self.tr("The search that the run was a part of."),
            "loss": self.tr("The mean over the last epoch, on what was trained on."),
            "val_loss": self.tr(
                "On points kept out of training: the last one, or that of the best weights where "
                "these are kept."
            ),
            "steps": self.tr("Optimizer steps done."),
        }
        for name in SCORES:
            told = (
                self.tr("What the network was worth in the end on the rows kept for the test.")
                if name.startswith("test_")
                else self.tr("What the network was worth in the end on the validation rows.")
            )
            self._tips.setdefault(name, told)

    def _value_words(self) -> dict[str, str]:
        return {
            "loss": self.tr("Loss"),
            "val_loss": self.tr("Validation loss"),
            "accuracy": self.tr("Accuracy"),
            "val_accuracy": self.tr("Validation accuracy"),
            "test_accuracy": self.tr("Test accuracy"),
            "val_balanced_accuracy": self.tr("Validation balanced accuracy"),
            "test_balanced_accuracy": self.tr("Test balanced accuracy"),
            "val_auc": self.tr("Validation AUC"),
            "test_auc": self.tr("Test AUC"),
            "val_r2": self.tr("Validation R²"),
            "test_r2": self.tr("Test R²"),
            "val_rmse": self.tr("Validation RMSE"),
            "test_rmse": self.tr("Test RMSE"),
            "val_mae": self.tr("Validation MAE"),
            "test_mae": self.tr("Test MAE"),
        }

    def show(self, runs: list[RunRecord]) -> None:
        """Show these runs, all of one task; new ones are drawn along with the others."""
        self.beginResetModel()
        new = [run.id for run in runs if run.id not in self._known]
        self._drawn |= set(new[:MAX_DRAWN])
        self._known |= {run.id for run in runs}
        self.runs, self.best = runs, best_runs(runs)
        self._texts.clear()
        values = [name for name in VALUES if any(run.value(name) is not None for run in runs)]
        group = ["group"] if any(run.group for run in runs) else []
        settings = differing_keys([run.spec for run in runs])
        self._columns = ["name", "ghost", "note", *group, *values, "steps", *settings, "ended"]
        self.endResetModel()

    @property
    def drawn(self) -> list[RunRecord]:
        """The runs that are to be drawn."""
        return [run for run in self.runs if run.id in self._drawn]

    @property
    def ghosts(self) -> list[RunRecord]:
        """The runs that are to stand behind the tab's own curve."""
        return [run for run in self.runs if run.id in self._ghosts]

    def draw_only(self, chosen: set[str]) -> None:
        """Draw these runs, by id, and no others."""
        self._drawn = chosen
        self.dataChanged.emit(self.index(0, NAME), self.index(len(self.runs) - 1, NAME))
        self.drawn_changed.emit()

    def name_of(self, run: RunRecord) -> str:
        """Return what a run is called."""
        return printable(run.name) or self.tr("Run {n}").format(n=run.number)

    def data_of(self, run: RunRecord) -> str:
        """Return what a run learned from: its file's name, or the kind of its data."""
        path = data_key(run)[1]
        return printable(Path(path).name) if path else self._setting(run, "data.kind")

    def text_of(self, run: RunRecord) -> str:
        """Return all that its row says, to be searched."""
        if run.version not in self._texts:
            said = (self._text(run, column) for column in self._columns)
            self._texts[run.version] = "\n".join([*said, self.data_of(run)]).casefold()
        return self._texts[run.version]

    def column_at(self, place: int) -> str:
        """Return what a column shows: a figure, a setting's key, or nothing where there is none."""
        return self._columns[place] if 0 <= place < len(self._columns) else ""

    def place_of(self, column: str) -> int:
        """Return where such a column stands; -1 where it does not."""
        return self._columns.index(column) if column in self._columns else -1

    # What Qt's views ask -------------------------------------------------------------------------

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.runs)

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words.get(column) or self._title(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tips.get(column) or self._hint(column))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft if column in WORDS else RIGHT
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        run, column = self.runs[index.row()], self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(run, column)
        if role == SORT:
            return self._order(run, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignVCenter if column in WORDS else RIGHT
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setBold(run.id in self.best)
            return font
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tip(run, column))
        if role == Qt.ItemDataRole.EditRole and column == "note":
            return printable(run.note)
        if column == "ghost" and role == Qt.ItemDataRole.CheckStateRole:
            return _checked(on=run.id in self._ghosts)
        return self._name_data(run, role) if column == "name" else None

    def _name_data(self, run: RunRecord, role: int) -> Any:
        if role == Qt.ItemDataRole.DecorationRole:
            return swatch(run.number - 1)
        if role == Qt.ItemDataRole.CheckStateRole:
            return _checked(on=run.id in self._drawn)
        if role == Qt.ItemDataRole.EditRole:
            return self.name_of(run)
        return None

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        run = self.runs[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            ghost = index.column() == GHOST
            ticked = self._ghosts if ghost else self._drawn
            ticked ^= {run.id}
            self.dataChanged.emit(index, index)
            (self.ghosts_changed if ghost else self.drawn_changed).emit()
            return True
        if role != Qt.ItemDataRole.EditRole or value == self.data(index, role):
            return False
        asked = self.name_requested if index.column() == NAME else self.note_requested
        asked.emit(run, value)
        return True

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() in (NAME, NOTE):
            flags |= Qt.ItemFlag.ItemIsEditable
        if index.column() in (NAME, GHOST):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    # Words ---------------------------------------------------------------------------------------

    def _spec_type(self) -> type[Spec]:
        return type(self.runs[0].spec)

    def _title(self, key: str) -> str:
        return shown(field_info(self._spec_type(), key).title or key)

    def _hint(self, column: str) -> str:
        if column in self._words:
            return ""
        return "\n".join([shown(field_info(self._spec_type(), column).description or ""), column])

    def _text(self, run: RunRecord, column: str) -> str:
        if column == "name":
            return f"{self.name_of(run)} {STAR}" if run.id in self.best else self.name_of(run)
        if column == "ghost":
            return ""
        if column in ("note", "group"):
            return printable(getattr(run, column))
        if column in VALUES:
            value = run.value(column)
            return NONE if value is None else f"{value:.4g}"
        if column == "steps":
            return f"{run.steps:,}"
        if column == "ended":
            return f"{run.ended:%Y-%m-%d %H:%M}"
        return self._setting(run, column) + ("*" if column in run.live_changes else "")

    def _setting(self, run: RunRecord, key: str) -> str:
        if not affects_result(run.spec, key):
            return NONE
        return self._value(run, key, flat(run.spec)[key])

    def _value(self, run: RunRecord, key: str, value: Any) -> str:
        info = field_info(type(run.spec), key)
        extra = info.json_schema_extra
        details: dict[str, Any] = dict(extra) if isinstance(extra, dict) else {}
        if isinstance(value, bool):
            return self.tr("yes") if value else self.tr("no")
        if value == 0 and details.get("zero"):
            return shown(str(details["zero"]))
        if isinstance(value, str):
            if key.endswith("path") or key.endswith("weights"):
                return Path(value).name
            return shown(str(details.get("labels", {}).get(value, value)))
        if isinstance(value, tuple):
            return _list(value)
        return f"{value:g}" if isinstance(value, float) else str(value)

    def _order(self, run: RunRecord, column: str) -> Any:
        if column in ("name", "ghost"):
            return run.number if column == "name" else run.id not in self._ghosts
        if column in ("note", "group"):
            return self._text(run, column).casefold()
        if column in VALUES:
            return run.value(column)
        if column == "steps":
            return run.steps
        if column == "ended":
            return run.ended.timestamp()
        value = flat(run.spec)[column]
        return value if isinstance(value, int | float) else self._setting(run, column)

    def _tip(self, run: RunRecord, column: str) -> str:
        if column == "name":
            parts = [self.name_of(run), self._how(run), *self._changes(run)]
            if run.id in self.best:
                parts.append(
                    self.tr(
                        "The best one with these data settings and this loss; another seed draws "
                        "other data."
                    )
                )
            return "\n".join(parts)
        if column in VALUES:
            value = run.value(column)
            return self.tr("It was not kept with this run.") if value is None else repr(value)
        if column in ("note", "group"):
            return self._text(run, column)
        if column in self._words:
            return ""
        text = self._setting(run, column)
        if column in run.live_changes:
            unknown = self.tr("It was another one before: changed in mid-run.")
            text = "\n".join([text, *(self._changes(run, column) or [unknown])])
        return text

    def _changes(self, run: RunRecord, key: str = "") -> list[str]:
        """Return what was changed in mid-run, a line each: of one setting, or the newest of all."""
        changes = [one for one in run.changes if key in ("", one.key)]
        return [self._change(run, one) for one in changes[-MAX_TOLD:]]

    def _change(self, run: RunRecord, change: Change) -> str:
        words = {"step": f"{change.step:,}", "setting": self._title(change.key)}
        if change.before is None or change.after is None:
            return self.tr("step {step}: {setting}").format(**words)
        before, after = (self._value(run, change.key, v) for v in (change.before, change.after))
        text = self.tr("step {step}: {setting} {before} → {after}")
        return text.format(**words, before=printable(before), after=printable(after))

    def _how(self, run: RunRecord) -> str:
        words = {
            "steps": self.tr("It came to its end."),
            "target": self.tr("It reached its target loss."),
            "patience": self.tr("It stopped early: the validation loss gained no more."),
            "diverged": self.tr("It diverged."),
        }
        return words.get(run.ending, shown(STOPPED.sentence))


def data_key(run: RunRecord) -> tuple[str, str]:
    """Return what tells a run's data apart from others: their kind and their file."""
    values = flat(run.spec)
    kind = str(values.get("data.kind", ""))
    key = {"table": "data.table.path", "file": "data.path"}.get(kind, "")
    return kind, str(values.get(key, ""))


def _checked(*, on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked


def _list(values: tuple[Any, ...]) -> str:
    """Return a short text of a list: the widths of layers, or how many entries it has."""
    if values and not all(isinstance(value, int | float | str) for value in values):
        return f"({len(values)})"
    text = ", ".join(f"{v:g}" if isinstance(v, float) else str(v) for v in values)
    return text if len(text) <= 40 else f"{text[:39]}…"


def swatch(place: int) -> QIcon:
    """Return a piece of a run's line."""
    colour, style = look_of(place)
    picture = QPixmap(SWATCH * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setPen(QPen(QColor(colour), 2.5, style))
    painter.drawLine(0, SWATCH.height() // 2, SWATCH.width(), SWATCH.height() // 2)
    painter.end()
    return QIcon(picture)
