"""The figures of batch sizes that are compared: a row each, with the looks of its curve."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from typing_extensions import override

from nngui.gui.panels.study_table import StudyTable
from nngui.gui.plots.sizes_plot import size_styles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats

SIZE, STEPS, EPOCHS, AN_EPOCH, SECONDS, LOSS = range(6)


class SizesTable(StudyTable):
    """What each batch size did, what that took, and the loss that it reached."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        titles = (
            self.tr("Batch size"),
            self.tr("Steps"),
            self.tr("Epochs"),
            self.tr("Seconds/epoch"),
            self.tr("Seconds"),
            self.tr("Loss"),
        )
        tips = (
            self.tr("Points in each step, and how its curve is drawn."),
            self.tr("Optimizer steps done."),
            self.tr("Passes over all points done."),
            self.tr("What a pass over all points takes: the fewer the steps, the less."),
            self.tr("Seconds of its own training; the others' turns do not count."),
            self.tr("The loss of all points that are trained on, not of the last batch alone."),
        )
        self.name_columns(list(zip(titles, tips, strict=True)))
        self.setAccessibleName(self.tr("What the batch sizes reached"))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what is least missed, so that the others can be read."""
        super().resizeEvent(event)
        self.setColumnHidden(SECONDS, self.width() < 520)
        self.setColumnHidden(EPOCHS, self.width() < 440)

    def show_sizes(self, names: Sequence[str]) -> None:
        """Have a row for each of these, without figures yet."""
        self.show_rows(len(names))
        for row, style in enumerate(size_styles(names)):
            self.cell(row, SIZE).setIcon(style.swatch(2.0))
            self.cell(row, SIZE).setText(style.label)
            for column in range(STEPS, self.columnCount()):
                self._write(row, column, "–")

    def draw_rows(self, rows: Mapping[str, Floats]) -> None:
        """Show the figures of now; the smallest loss is bold."""
        last = [found[-1].tolist() for found in rows.values()]
        known = [figures[3] for figures in last if math.isfinite(figures[3])]
        for row, (steps, epochs, seconds, loss) in enumerate(last):
            diverged = math.isnan(loss)
            texts = (
                f"{steps:,.0f}",
                f"{epochs:,.4g}" if epochs < 1000 else f"{epochs:,.0f}",
                _seconds(seconds / epochs) if epochs else "–",
                _seconds(seconds),
                self.tr("diverged") if diverged else f"{loss:.4f}" if loss < 1e3 else f"{loss:.2g}",
            )
            for column, text in enumerate(texts, start=STEPS):
                smallest = column == LOSS and len(known) > 1 and loss == min(known)
                self._write(row, column, text, bold=smallest)

    def _write(self, row: int, column: int, text: str, *, bold: bool = False) -> None:
        item = self.cell(row, column)
        font = item.font()
        font.setBold(bold)
        item.setFont(font)
        item.setText(text)


def _seconds(value: float) -> str:
    """Return seconds with two digits that count at least: 12.4, 0.84, 0.00049."""
    return f"{value:.1f}" if value >= 1 else f"{value:.2g}"
