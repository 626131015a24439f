"""What a table's run is made of: rows, classes, columns, and what was left out, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from nngui.core.spec.table_defaults import start_sentence
from nngui.files.progress import CancelledError, check_cancelled
from nngui.gui.background import Background
from nngui.gui.panels.class_table import ClassTable
from nngui.gui.style.labels import Label, set_tip
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.tabs.points.column_list import ColumnList

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.data.column_facts import ColumnFacts
    from nngui.core.data.report import DataReport
    from nngui.core.errors import NnguiError
    from nngui.core.records.snapshot import DataView
    from nngui.files.tables.training_data import TableData
    from nngui.gui.style.theme import Colours


class ReportPage(QWidget):
    """A report on a table, which stays to be read as long as the run has it.

    Signals
    -------
    dialog_requested : str
        The user wants to use the columns in another way, above all the one named, if one is.
    """

    dialog_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts, self.notes = Label(), Label()
        self.columns = ColumnList()
        self.classes = ClassTable((self.tr("Training"), self.tr("Validation"), self.tr("Test")))
        self._shown: TableData | None = None
        self._work = 0  # which work is the newest
        self._background = Background(self)
        self._background.failed.connect(self._on_failed)
        self._problem = ""
        for text in (self.facts, self.notes):
            text.setWordWrap(True)
            text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        again = QPushButton(self.tr("Open the dialog again…"))
        tip = self.tr("Look at the table once more, and use its columns in another way.")
        where = self.tr("A double click on a column, or Enter, leads to it there.")
        set_tip(again, f"{tip}\n{where}")
        again.clicked.connect(self._on_again)
        self.columns.column_opened.connect(self.dialog_requested)
        self._lay_out(again)

    def _lay_out(self, again: QPushButton) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.facts, 1)
        head.addWidget(again, 0, Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea()
        scroll.setAccessibleName(self.tr("Notes"))
        scroll.setWidget(self.notes)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.notes.setContentsMargins(0, 0, 6, 0)
        below = QSplitter()
        below.setChildrenCollapsible(False)
        below.setHandleWidth(12)
        below.addWidget(self.classes)
        below.addWidget(scroll)
        below.setSizes([290, 340])
        self.classes.setMinimumWidth(250)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(10)
        split.addWidget(self.columns)
        split.addWidget(below)
        split.setSizes([450, 120])
        split.setStretchFactor(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(split, 1)

    @Slot()
    def _on_again(self) -> None:
        self.dialog_requested.emit(self.columns.current_name)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.columns.set_theme(theme)

    def close_work(self, deadline: QDeadlineTimer) -> bool:
        """Give up what is being worked out."""
        self._work += 1
        return self._background.close(deadline)

    def show_report(self, made: TableData, data: DataView) -> None:
        """Tell of the table of a run; what is to be seen of its columns comes in a moment."""
        self.facts.setText(self._facts(made, data))
        self.notes.setText(self._notes(made.report))
        self._show_classes(data)
        if made is self._shown:
            return
        self._shown = made
        self.columns.columns.show(made.report.columns, made.report.used)
        self.columns.scrollToTop()
        self._work += 1
        number, training = self._work, self._training(data)

        def work() -> list[ColumnFacts] | None:
            from nngui.core.data.column_facts import column_facts  # imports pandas

            found: list[ColumnFacts] = []
            frame, rows = made.table.frame, made.rows.numpy()
            for one in column_facts(frame, made.columns, made.report, rows, training):
                check_cancelled()
                if number != self._work:
                    return None
                found.append(one)
            return found

        def then(found: list[ColumnFacts] | None) -> None:
            if found is not None and number == self._work:
                self.columns.columns.show_facts(found)

        self._background.start(work, then, low_priority=True)

    def _training(self, data: DataView) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return np.ones(len(data.y), bool) if data.parts is None else data.parts == 0

    def _show_classes(self, data: DataView) -> None:
        self.classes.setVisible(bool(data.classes))
        if not data.classes:
            return
        parts = np.zeros(len(data.y), np.int8) if data.parts is None else data.parts
        codes, count = data.y.astype(np.int64), len(data.classes)
        counts = [np.bincount(codes[parts == part], minlength=count) for part in range(3)]
        names = [shown(name) for name in data.classes]
        self.classes.show_counts(names, *(each.tolist() for each in counts))

    def _facts(self, made: TableData, data: DataView) -> str:
        report = made.report
        parts = np.zeros(report.used, np.int8) if data.parts is None else data.parts
        training, validation, test = (f"{int((parts == part).sum()):,}" for part in range(3))
        rows = self.tr(
            "{read} rows read, {used} used: {training} to train on, {validation} for validation, "
            "{test} for the test."
        )
        rows = rows.format(
            read=f"{report.read:,}",
            used=f"{report.used:,}",
            training=training,
            validation=validation,
            test=test,
        )
        uses = [one.use for one in report.columns]
        columns = self.tr("{n} columns: 1 target, features: {features}, left out: {out}.")
        columns = columns.format(
            n=f"{len(uses):,}",
            features=f"{uses.count('feature'):,}",
            out=f"{uses.count('left out'):,}",
        )
        start = shown_sentence(start_sentence(*made.x.shape))
        return f"{rows}\n{columns}\n{start}"

    def _notes(self, report: DataReport) -> str:
        """Return what was left out and why, then what else is to be said, a paragraph each."""
        out = [shown_sentence(one.why) for one in report.left_out]
        rest = [shown_sentence(note) for note in report.notes]
        rest = [note for note in dict.fromkeys(rest) if note not in out]
        found = [f"• {text}" for text in (*dict.fromkeys(out), *rest)]
        found += [self._problem] if self._problem else []
        return "\n".join(found) or self.tr("Nothing was left out, filled or changed.")

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        if not isinstance(error, CancelledError):
            self._problem = shown_sentence(error)
            self.notes.setText(f"{self.notes.text()}\n{self._problem}")
