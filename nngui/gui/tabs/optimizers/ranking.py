"""The ranking of a race: who is ahead, by which figure, and who reached the target first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QLocale, QSize, Qt, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDoubleSpinBox,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.core.records.standings import Standings
from nngui.gui.panels.card import ElidedLabel, label
from nngui.gui.plots.kit.racers import Racer, racers
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from nngui.core.records.history import History
    from nngui.core.records.race import RaceView

RACER, ALL, LAST, BEST, TARGET, TIME = range(6)
SORT_EVERY_MS = 1000  # ms: rows that change places faster cannot be followed
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class _Target(QDoubleSpinBox):
    """A loss: as many digits as it has."""

    @override
    def textFromValue(self, value: float) -> str:
        return f"{value:.4g}"

    @override
    def stepBy(self, steps: int) -> None:
        size = 10.0 ** math.floor(math.log10(max(self.value(), 1e-9)) + 1e-9)
        if steps < 0 and math.isclose(self.value(), size):
            size /= 10
        self.setValue(self.value() + steps * size)


class Ranking(QWidget):
    """A table of the racers; a click on a heading sorts by it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history: History | None = None
        self._racers: list[Racer] = []
        self._view: RaceView | None = None
        self._standings = Standings((), 1, 0.0)
        self._past: Standings | None = None  # as they were at the step that is looked back at
        self._column, self._down = ALL, False
        self._since_sorting = QElapsedTimer()
        self._since_sorting.start()
        self.table = QTableWidget(0, 6)
        self.table.setObjectName("ranking")
        self.table.setTabKeyNavigation(False)  # Tab leads out of it
        self.target = _Target()
        self.target.setObjectName("target")
        self._lay_out()
        self.target.valueChanged.connect(self._on_target)
        self.table.horizontalHeader().sectionClicked.connect(self._on_heading)

    def _lay_out(self) -> None:
        table, heads = self.table, self.table.horizontalHeader()
        heading = (
            (self.tr("Racer"), self.tr("Who: the colour, dash and marker of its curves.")),
            (self.tr("Loss"), self.tr("Now, on all training data.")),
            (self.tr("Last"), self.tr("On the last batch.")),
            (self.tr("Best"), self.tr("The smallest on any batch.")),
            (
                self.tr("Target"),
                self.tr("The first step at which the loss, averaged over an epoch, was there."),
            ),
            (self.tr("Time"), self.tr("Seconds of computing, by this racer alone.")),
        )
        for column, (text, tip) in enumerate(heading):
            item = QTableWidgetItem(text)
            set_tip(item, tip + "\n" + self.tr("Click to sort by it."))
            if column:
                item.setTextAlignment(RIGHT)
            table.setHorizontalHeaderItem(column, item)
        heads.setSectionsClickable(True)
        heads.setSortIndicatorShown(True)
        heads.setHighlightSections(False)
        heads.setMinimumSectionSize(44)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        heads.setSectionResizeMode(RACER, QHeaderView.ResizeMode.ResizeToContents)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setShowGrid(False)
        table.setFrameShape(QTableWidget.Shape.NoFrame)
        table.setIconSize(QSize(24, 12))
        table.setAccessibleName(self.tr("Ranking"))
        self.target.setLocale(QLocale.c())
        self.target.setDecimals(9)
        self.target.setRange(1e-9, 1e6)
        self.target.setKeyboardTracking(False)
        self.target.setValue(0.02)
        self.target.setFixedWidth(72)
        set_tip(self.target, self.tr("The loss that the racers are to reach."))
        self.target.setAccessibleName(self.tr("Target"))
        target = label(self.tr("Target"), "muted")
        target.setBuddy(self.target)
        self._hint = ElidedLabel()
        header = QHBoxLayout()
        header.addWidget(label(self.tr("Ranking"), "plot-title"))
        header.addWidget(self._hint, 1)
        header.addWidget(target)
        header.addWidget(self.target)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(6)
        column_.addLayout(header)
        column_.addWidget(table, 1)
        self._show_order()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what is least missed, so that the others can be read."""
        super().resizeEvent(event)
        self.table.setColumnHidden(LAST, self.width() < 380)
        self.table.setColumnHidden(TIME, self.width() < 300)
        self.table.setColumnHidden(BEST, self.width() < 260)

    def show_run(self, history: History, names: Sequence[str], window: int) -> None:
        """Rank another race from now on.

        Parameters
        ----------
        window : int
            Steps in an epoch: the average over them counts against the target.
        """
        self._history, self._view, self._past = history, None, None
        self._racers = racers(names)
        self._standings = Standings(names, window, self.target.value())
        self.table.setRowCount(len(self._racers))
        self._write(self._racers)

    def draw_race(self, view: RaceView, until: int | None = None) -> None:
        """Show the figures of now; the order changes seldom enough to be followed.

        Parameters
        ----------
        until : int, optional
            The step that is looked back at: the figures are those of then.
        """
        if self._history is None or view.names != self._standings.names:
            return
        if view.steps_per_epoch != self._standings.window:
            self._restart(view.steps_per_epoch)
        self._view = view
        if until is None:
            self._past = None
            self._standings.update(self._history)
        else:
            self._past = self._standings_at(self._history, until)
        self._show()

    def _standings_at(self, history: History, step: int) -> Standings:
        """Return how it stood after a step: the rows up to there are looked at once more."""
        known, now = self._past, self._standings
        parts = now.names, now.window, now.target
        if known is None or known.seen > step or (known.names, known.window, known.target) != parts:
            known = Standings(*parts)
        known.update(history, step)
        return known

    def finish(self) -> None:
        """Put everyone where they belong, now that they stand still."""
        self._sort()

    def _show(self) -> None:
        if self._since_sorting.elapsed() >= SORT_EVERY_MS:
            self._sort()
        else:
            self._write(self._racers)

    def _sort(self) -> None:
        self._since_sorting.restart()
        self._racers = sorted(self._racers, key=self._rank)
        self._write(self._racers)

    def _rank(self, racer: Racer) -> tuple[bool, float, str]:
        """Return what a racer is sorted by: who has no figure comes last, either way."""
        if self._column == RACER:
            place = sum(ord(letter) / 1000**i for i, letter in enumerate(racer.label[:4].lower()))
            return False, -place if self._down else place, racer.label
        value = self._figures(racer)[self._column - 1]
        known = math.isfinite(value)
        return not known, (-value if self._down else value) if known else 0.0, racer.label

    def _figures(self, racer: Racer) -> tuple[float, ...]:
        standings, view = self._past or self._standings, self._view
        if view is None:
            return (math.nan,) * 5
        i = view.names.index(racer.name)
        return (
            math.nan if view.out[i] else view.losses[i],
            standings.last[racer.name],
            standings.best[racer.name],
            float(standings.reached.get(racer.name, math.nan)),
            float(view.places[-1].seconds[i]),
        )

    def _write(self, order: Sequence[Racer]) -> None:
        for row, racer in enumerate(order):
            loss, last, best, reached, seconds = self._figures(racer)
            out = self._view is not None and self._view.out[self._view.names.index(racer.name)]
            texts = (
                racer.label,
                self.tr("diverged") if out else _loss(loss),
                _loss(last),
                _loss(best),
                f"{reached:,.0f}" if reached == reached else "–",
                f"{seconds:.2f}" if seconds == seconds else "–",
            )
            for column, text in enumerate(texts):
                self._cell(row, column, text, racer)

    def _cell(self, row: int, column: int, text: str, racer: Racer) -> None:
        item = self.table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            if column != RACER:
                item.setTextAlignment(RIGHT)
            self.table.setItem(row, column, item)
        if item.text() != text:
            item.setText(text)
            if column == RACER:
                item.setIcon(racer.swatch(2.0))

    def _restart(self, window: int) -> None:
        self._standings = Standings(self._standings.names, window, self.target.value())
        if self._history is not None:
            self._standings.update(self._history)
            if self._past is not None:
                self._past = self._standings_at(self._history, self._past.seen)

    def _show_order(self) -> None:
        order = Qt.SortOrder.DescendingOrder if self._down else Qt.SortOrder.AscendingOrder
        self.table.horizontalHeader().setSortIndicator(self._column, order)

    @Slot(float)
    def _on_target(self, _target: float) -> None:
        self._restart(self._standings.window)
        self._sort()

    @Slot(int)
    def _on_heading(self, column: int) -> None:
        self._down = column == self._column and not self._down
        self._column = column
        self._show_order()
        self._sort()


def _loss(value: float) -> str:
    if not math.isfinite(value):
        return "–"
    return f"{value:.4f}" if 1e-3 <= value < 1e3 else f"{value:.2g}"
