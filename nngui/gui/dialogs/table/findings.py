"""Below the columns: the first rows as they stand in the file, and what is left out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nngui.files.tables.kinds.column_kind import DAY_OR_MONTH, KEPT, SENTINEL
from nngui.gui.dialogs.table_models import RowsModel, rows_view
from nngui.gui.panels.switch import Switch
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    import pandas as pd

    from nngui.files.tables.survey.surveyor import Survey

ASKED = (DAY_OR_MONTH, KEPT, SENTINEL)  # sentences about what is asked in the window
THOUSANDS = "data.table.thousands"
MAX_SENTENCES = 200


class Findings(QWidget):
    """Two pages and a switch between them: the first rows, and what happens to the rest.

    Left out is listed first, then what is filled, then what else was noticed.
    """

    def __init__(self) -> None:
        super().__init__()
        pages = (
            (self.tr("First rows"), self.tr("As they stand in the file.")),
            (
                self.tr("Left out, filled, noted"),
                self.tr("What is not used as it stands, and why."),
            ),
        )
        self.switch = Switch(pages, self)
        self.rows_model = RowsModel(self)
        self.rows = rows_view(self.tr("First rows"))
        self.rows.setModel(self.rows_model)
        self.rows.verticalHeader().hide()
        self.sentences = QListWidget()
        self.sentences.setAccessibleName(self.tr("Left out, filled, noted"))
        self.sentences.setProperty("sheet", True)
        self.sentences.setSpacing(2)
        self.sentences.setWordWrap(True)
        self.sentences.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.sentences.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.rows)
        self._pages.addWidget(self.sentences)
        line = QHBoxLayout()
        line.setSpacing(6)
        for button in self.switch.buttons:
            line.addWidget(button)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        column.addLayout(line)
        column.addWidget(self._pages, 1)
        self.switch.chosen.connect(self.show_page)
        self.show_page(0)

    @Slot(int)
    def show_page(self, page: int) -> None:
        """Show the first rows (0), or what is left out (1)."""
        self.switch.press(page)
        self._pages.setCurrentIndex(page)

    def show_rows(self, raw: pd.DataFrame) -> None:
        """Show rows as they stand in the file."""
        self.rows_model.show(raw)

    def show_survey(self, survey: Survey) -> None:
        """List what is left out and filled, and what else is to be said."""
        left_out = [shown_sentence(one.why) for one in survey.left_out]
        filled = [
            self.tr("{name}: {n} gaps are filled.").format(name=name, n=f"{n:,}")
            for name, n in survey.filled.items()
        ]
        notes = [
            shown_sentence(note)
            for note in survey.notes
            if note.sentence not in ASKED and THOUSANDS not in note.sentence
        ]
        sentences = list(dict.fromkeys([*left_out, *filled, *notes]))
        count = f" ({len(sentences):,})" if sentences else ""
        if not sentences:
            sentences = [self.tr("Nothing is left out, and nothing is filled.")]
        shown = [self.sentences.item(i).text() for i in range(self.sentences.count())]
        if shown != sentences[:MAX_SENTENCES]:
            self.sentences.clear()
            self.sentences.addItems(sentences[:MAX_SENTENCES])
        button = self.switch.buttons[1]
        button.setText(self.tr("Left out, filled, noted") + count)
        button.setAccessibleName(button.text())

    @property
    def stops(self) -> list[QWidget]:
        """Its controls in the order of Tab."""
        return [*self.switch.buttons, self.rows, self.sentences]
