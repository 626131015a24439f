"""What the racers reached with all seeds, the best median first, and what that means in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHeaderView, QTableWidget, QWidget

from nngui.core.studies.seeds import FEW, Result, leaders, ties
from nngui.gui.panels.study_table import StudyTable
from nngui.gui.plots.kit.racers import racers
from nngui.gui.style.labels import Label, set_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

RACER = 0  # the column of their names


class SeedsTable(StudyTable):
    """A row for each racer; its tip has the losses of all seeds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        headings = (
            (self.tr("Racer"), self.tr("Who: the colour, dash and marker of its curves.")),
            (self.tr("Median"), self.tr("The middle one of the seeds' losses on all data.")),
            (self.tr("Best seed"), self.tr("The smallest of the seeds' losses on all data.")),
            (self.tr("Worst seed"), self.tr("The largest of the seeds' losses on all data.")),
            (
                self.tr("Wins"),
                self.tr("With how many seeds no other racer had a smaller loss."),
            ),
        )
        self.name_columns(headings)
        self.setObjectName("seeds-table")
        self.setAccessibleName(self.tr("What the racers reached"))
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.horizontalHeader().setMinimumSectionSize(44)
        self.horizontalHeader().setSectionResizeMode(RACER, QHeaderView.ResizeMode.ResizeToContents)

    def show_results(self, found: Sequence[Result], seeds: Sequence[int]) -> None:
        """Show what the racers reached, in this order."""
        self.show_rows(len(found))
        for row, (result, racer) in enumerate(
            zip(found, racers([result.name for result in found]), strict=True)
        ):
            worst = self._loss(result.worst)
            texts = (
                racer.label,
                self._loss(result.median),
                self._loss(result.best),
                f"{worst} ({result.diverged})" if result.diverged else worst,
                self.tr("{wins} of {n}").format(wins=result.wins, n=len(seeds)),
            )
            pairs = zip(seeds, result.losses, strict=True)
            seed_text = self.tr("seed {n}")
            tip = "\n".join(f"{seed_text.format(n=s)}: {self._loss(loss)}" for s, loss in pairs)
            for column, text in enumerate(texts):
                item = self.cell(row, column)
                if column == RACER and item.text() != text:
                    item.setIcon(racer.swatch(2.0))
                item.setText(text)
                set_tip(item, tip)

    def _loss(self, loss: float) -> str:
        if math.isinf(loss):
            return self.tr("diverged")
        return f"{loss:.4f}" if 1e-3 <= loss < 1e3 else f"{loss:.2g}"


class Verdict(Label):
    """Says in a sentence or two what is method and what may be luck."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("verdict")
        self.setWordWrap(True)
        font = self.font()
        font.setWeight(QFont.Weight.DemiBold)
        self.setFont(font)
        set_tip(
            self,
            self.tr(
                "Two racers are told apart when one is ahead with so many seeds that tossing a "
                "coin would give such a lead at most once in ten times (the sign test)."
            ),
        )

    def show_results(self, found: Sequence[Result], seeds: int) -> None:
        """Say what these results mean, the smallest median first."""
        self.setText(" ".join(self._sentences(found, seeds)))

    def _sentences(self, found: Sequence[Result], n: int) -> list[str]:
        first = found[0]
        if math.isinf(first.best):
            return [self.tr("All diverged with every seed: lower their learning rates.")]
        if len(found) == 1:
            text = self.tr("{name} alone: how far its seeds lie apart is luck.")
            return [text.format(name=self._names(found))]
        said = self.tr("{name} was best with {wins} of {n} seeds.")
        best = said.format(name=self._names([first]), wins=first.wins, n=n)
        if n < FEW:
            text = self.tr("With fewer than {few} seeds that may be luck.")
            return [best, text.format(few=FEW)]
        ahead = leaders(found)
        sentences = [best]
        if len(ahead) == 1:
            sentences.append(self.tr("That is the method, not luck."))
        level = [ahead] if len(ahead) > 1 else []
        level += [list(pair) for pair in ties(found)]
        if level:
            text = self.tr("These cannot be told apart: {groups}.")
            groups = self.tr("; ").join(self._names(group) for group in level)
            sentences.append(text.format(groups=groups))
        return sentences

    def _names(self, found: Sequence[Result]) -> str:
        """Return names as a language lists them: A, B and C."""
        labels = [racer.label for racer in racers([result.name for result in found])]
        if len(labels) == 1:
            return labels[0]
        text = self.tr("{names} and {last}")
        return text.format(names=self.tr(", ").join(labels[:-1]), last=labels[-1])
