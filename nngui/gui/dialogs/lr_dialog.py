"""The learning-rate range test: its curve, and the rate that the user takes from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

    def show_waiting(self, share: float = 0.0) -> None:
        """Say that the test runs, and how much of it is done, from 0 to 1."""
        text = self.tr(
            "Copies of the network train at a rate that grows tenfold every 20 steps; then the "
            "likely rates are tried … {percent}%"
        )
        self.words.setText(text.format(percent=f"{100 * share:.0f}"))

    def show_range(self, found: LrRange, present: float) -> None:
        """Show what was found, beside the rate of now."""
        self.plot.set_curve(found.rates, found.losses, found.suggestion)
        if found.suggestion is None:
            text = self.tr(
                "No rate that was tried does better at every start: look at the data, or at the "
                "network. A click into the plot chooses a rate all the same."
            )
            self.words.setText(text)
            return
        self.words.setText(self._verdict(found, found.suggestion, present))
        self._on_chosen(found.suggestion)
        self.take.setFocus()

    def _verdict(self, found: LrRange, rate: float, present: float) -> str:
        losses = {one.rate: f"{one.median:.3g}" for one in found.tried}
        if rate == present:
            text = self.tr(
                "The present rate, {rate}, is as good as any: {n} rates were trained for {steps} "
                "steps from {starts} starts each (median loss {loss}). A click into the plot, or "
                "an arrow key, chooses another one."
            )
        else:
            text = self.tr(
                "{n} rates were trained for {steps} steps from {starts} starts each: {rate} did "
                "best (median loss {loss}; the present {present}: {before}). A click into the "
                "plot, or an arrow key, chooses another one."
            )
        return text.format(
            n=len(found.tried),
            steps=f"{found.steps:,}",
            starts=len(found.tried[0].scores),
            rate=f"{rate:.3g}",
            loss=losses[rate],
            present=f"{present:.3g}",
            before=losses[present],
        )

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
