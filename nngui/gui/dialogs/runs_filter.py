"""Which runs of the list are shown: those on some data, of a search, with words in their row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget
from typing_extensions import override

from nngui.core.text import printable
from nngui.gui.dialogs.runs_model import SORT, RunsModel, data_key
from nngui.gui.style.labels import plain_tip, set_tip

if TYPE_CHECKING:
    from collections.abc import Sequence


MAX_SHOWN = 80  # characters of a name in a box
MAX_WORDS = 200  # characters to look for
BOX = 12  # characters that a box is wide at least


class RunsFilter(QSortFilterProxyModel):
    """Sorts the runs, and leaves out those that are not wanted; what has no value comes last."""

    def __init__(self, model: RunsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._runs = model
        self._data: tuple[str, str] | None = None
        self._group: str | None = None
        self._words: list[str] = []
        self.setSourceModel(model)
        self.setSortRole(SORT)

    def want(self, data: tuple[str, str] | None, group: str | None, words: str) -> None:
        """Show only such runs from now on.

        Parameters
        ----------
        data : (str, str) or None
            See `runs_model.data_key`; None: any.
        group : str or None
            The search that they were parts of, empty for none; None: any.
        words : str
            Each word of it stands somewhere in the row.
        """
        self._data, self._group, self._words = data, group, words.casefold().split()
        self.invalidate()

    @override
    def filterAcceptsRow(self, row: int, _parent: QModelIndex | QPersistentModelIndex, /) -> bool:
        run = self._runs.runs[row]
        if self._data is not None and data_key(run) != self._data:
            return False
        if self._group is not None and run.group != self._group:
            return False
        return not self._words or all(word in self._runs.text_of(run) for word in self._words)

    @override
    def lessThan(
        self,
        left: QModelIndex | QPersistentModelIndex,
        right: QModelIndex | QPersistentModelIndex,
        /,
    ) -> bool:
        mine, other = self._runs.data(left, SORT), self._runs.data(right, SORT)
        if mine is None or other is None:
            descending = self.sortOrder() is Qt.SortOrder.DescendingOrder
            return (mine is None) if descending else (other is None and mine is not None)
        return bool(_comparable(mine) < _comparable(other))


class RunsFilterBar(QWidget):
    """Asks for the data, the search, and words.

    Signals
    -------
    changed
        Other runs are wanted.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data, self.group, self.words = QComboBox(), QComboBox(), QLineEdit()
        self._data_keys: list[tuple[str, str] | None] = [None]  # what the entries stand for
        self._groups: list[str | None] = [None]
        self.data.setAccessibleName(self.tr("Runs on which data"))
        set_tip(self.data, self.tr("List only the runs on these data."))
        self.group.setAccessibleName(self.tr("Runs of which search"))
        set_tip(self.group, self.tr("List only the runs that this search trained."))
        self.words.setAccessibleName(self.tr("Words in the list"))
        self.words.setPlaceholderText(self.tr("Filter: words of a name, a note, a setting…"))
        set_tip(
            self.words, self.tr("List only the runs with all these words in their row. (Ctrl+F)")
        )
        self.words.setClearButtonEnabled(True)
        self.words.setMaxLength(MAX_WORDS)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for box in (self.data, self.group):
            box.setMinimumContentsLength(BOX)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.activated.connect(self.changed)
            row.addWidget(box)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row.addWidget(self.words, 1)
        self.words.textChanged.connect(self.changed)
        self.group.hide()

    def offer(self, model: RunsModel) -> None:
        """Offer the data and the searches of the listed runs; what was chosen stays so."""
        data = {data_key(run): model.data_of(run) for run in model.runs}
        chosen = self._chosen_data()
        self._data_keys = [None, *data]
        _fill(self.data, [self.tr("All data"), *data.values()], _place(self._data_keys, chosen))
        for place, (_, path) in enumerate(data, 1):
            text = plain_tip(printable(path)[-MAX_SHOWN:])
            self.data.setItemData(place, text, Qt.ItemDataRole.ToolTipRole)
        groups = list(dict.fromkeys(run.group for run in model.runs if run.group))
        group = self._chosen_group()
        self._groups = [None, "", *groups]
        first = [self.tr("All runs"), self.tr("Without a search")]
        names = [*first, *(printable(group) for group in groups)]
        _fill(self.group, names, _place(self._groups, group) if groups else 0)
        self.group.setVisible(bool(groups))

    def apply(self, runs: RunsFilter) -> None:
        """Have only those runs shown that are asked for."""
        runs.want(self._chosen_data(), self._chosen_group(), self.words.text())

    def _chosen_data(self) -> tuple[str, str] | None:
        return self._data_keys[max(self.data.currentIndex(), 0)]

    def _chosen_group(self) -> str | None:
        return self._groups[max(self.group.currentIndex(), 0)]


def _fill(box: QComboBox, names: Sequence[str], place: int) -> None:
    """Have these entries, one of which is chosen."""
    box.clear()
    box.addItems([name[:MAX_SHOWN] for name in names])
    box.setCurrentIndex(place)


def _place(keys: Sequence[Any], chosen: Any) -> int:
    return keys.index(chosen) if chosen in keys else 0


def _comparable(value: Any) -> tuple[bool, Any]:
    """Return a value that is less or more than any other: numbers come before words."""
    return isinstance(value, str), value
