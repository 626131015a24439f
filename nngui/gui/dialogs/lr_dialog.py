"""The learning-rate range test: its curve, and the rate that the user takes from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from nngui.gui.plots.lr_plot import LrPlot
from nngui.gui.style.labels import Label

if TYPE_CHECKING:
    from nngui.core.studies.lr_finder import LrRange
    from nngui.gui.style.theme import Colours


class LrDialog(QDialog):
    """Shows how the loss moved while the rate grew; a click chooses a rate.

    Signals
    -------
    rate_requested : float
        The user takes this learning rate.
    """

    rate_requested = Signal(float)

    def __init__(self, theme: Colours, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Find the learning rate"))
        self.resize(620, 440)
        self._rate: float | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        self.words = Label()
        self.words.setWordWrap(True)
        column.addWidget(self.words)
        self.plot = LrPlot()
        self.plot.set_theme(theme)
        self.plot.rate_chosen.connect(self._on_chosen)
        column.addWidget(self.plot, 1)
        buttons = QDialogButtonBox()
        self.take = buttons.addButton(self.tr("Use it"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.take.setProperty("primary", True)
        self.take.setDefault(True)
        self.take.setEnabled(False)
        close = buttons.addButton(QDialogButtonBox.StandardButton.Close)
        for button in (self.take, close):
            button.setIcon(QIcon())
        self.take.clicked.connect(self._on_taken)
        close.clicked.connect(self.reject)
        column.addWidget(buttons)
        self.show_waiting()

    def show_waiting(self) -> None:
        """Say that the test runs."""
        self.words.setText(
            self.tr("A copy of the network trains at a rate that grows tenfold every 20 steps …")
        )
        self.plot.set_curve(np.zeros(0), np.zeros(0), None)

    def show_range(self, found: LrRange) -> None:
        """Show what was found."""
        self.plot.set_curve(found.rates, found.losses, found.suggestion)
        if found.suggestion is None:
            text = self.tr(
                "The loss falls at no rate: look at the data, or at the network. A click into the "
                "plot chooses a rate all the same."
            )
            self.words.setText(text)
            return
        text = self.tr(
            "The loss falls fastest at {rate}. A click into the plot, or an arrow key, chooses "
            "another rate: a little to the left of the lowest loss is often good."
        )
        self.words.setText(text.format(rate=f"{found.suggestion:.3g}"))
        self._on_chosen(found.suggestion)
        self.take.setFocus()

    @Slot(float)
    def _on_chosen(self, rate: float) -> None:
        self._rate = float(f"{rate:.2g}")
        self.take.setText(self.tr("Use {rate}").format(rate=f"{self._rate:g}"))
        self.take.setEnabled(True)

    @Slot()
    def _on_taken(self) -> None:
        assert self._rate is not None
        self.rate_requested.emit(self._rate)
        self.accept()
