"""The views of a race, side by side or one at a time, and the legend that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.gui.panels.card import ElidedLabel, label
from nngui.gui.plots.kit.racers import SWATCH, racers
from nngui.gui.plots.race_fits import RaceFits
from nngui.gui.plots.surface_plot import SurfacePlot
from nngui.gui.style.labels import set_tip
from nngui.gui.tabs.optimizers.ranking import Ranking
from nngui.gui.tabs.optimizers.seeds_page import SeedsPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from nngui.core.task import Task
    from nngui.gui.style.theme import Colours
    from nngui.gui.tabs.optimizers.curves_card import CurvesCard

WITH_NAME = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
SEEDS = 5  # the page of several seeds, behind the four views
WITHOUT = Qt.ToolButtonStyle.ToolButtonIconOnly


class RaceLegend(QWidget):
    """A button for each racer: its line and marker, and its name if there is room for all names.

    It shows or hides the racer.

    Signals
    -------
    hidden : frozenset of str
        The racers that are not to be drawn.
    """

    hidden = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._row.addStretch(1)
        self._needed = 0  # pixels, with names
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.buttons: dict[str, QToolButton] = {}

    def show_racers(self, names: Sequence[str]) -> None:
        """Have a button for each of these; all of them are drawn."""
        if list(self.buttons) == list(names):
            return
        for old in self.buttons.values():
            self._row.removeWidget(old)
            old.deleteLater()
        self.buttons = {}
        for racer in racers(names):
            button = QToolButton()
            button.setProperty("chip", True)
            button.setCheckable(True)
            button.setChecked(True)
            button.setIcon(racer.swatch(2.0))
            button.setIconSize(SWATCH)
            button.setText(racer.label)
            button.setToolButtonStyle(WITH_NAME)
            set_tip(button, self.tr("Draw {name}, or leave it out").format(name=racer.label))
            button.setAccessibleName(racer.label)
            button.toggled.connect(self._on_toggled)
            self._row.insertWidget(len(self.buttons), button)
            self.buttons[racer.name] = button
            button.ensurePolished()
        gaps = self._row.spacing() * len(names)
        self._needed = gaps + sum(button.sizeHint().width() for button in self.buttons.values())
        self._fit()
        self.hidden.emit(frozenset())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        style = WITH_NAME if self._needed <= self.width() else WITHOUT
        for button in self.buttons.values():
            button.setToolButtonStyle(style)
            button.setText(button.accessibleName() if style is WITH_NAME else "")

    @Slot(bool)
    def _on_toggled(self, _on: bool) -> None:
        hidden = frozenset(name for name, b in self.buttons.items() if not b.isChecked())
        for racer in racers(list(self.buttons)):
            self.buttons[racer.name].setIcon(racer.swatch(2.0, shown=racer.name not in hidden))
        self.hidden.emit(hidden)


class RaceViews(QWidget):
    """Loss surface and fits above, curves and ranking below; any of them can fill the room.

    A page of its own runs the race with several seeds.

    Signals
    -------
    turned
        Another page is shown.
    """

    turned = Signal()

    def __init__(self, task: Task, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.seeds = SeedsPage(task)
        self.surface, self.fits, self.ranking = SurfacePlot(), RaceFits(), Ranking()
        self.surface.setAccessibleName(self.tr("Loss surface"))
        self.fits.setAccessibleName(self.tr("Fits"))
        self.legend = RaceLegend()
        self.pages = QComboBox()
        self.pages.setObjectName("race-view")
        set_tip(
            self.pages,
            self.tr("All views side by side, one of them alone, or the race with several seeds."),
        )
        self.pages.setAccessibleName(self.tr("View"))
        self._read_out = ElidedLabel()
        self._rows = [QSplitter(Qt.Orientation.Horizontal) for _ in range(2)]
        self._panels = [
            self._panel(self.tr("Loss surface"), self.surface, self._read_out),
            self._panel(self.tr("Fits"), self.fits),
        ]
        for panel in self._panels:
            self._rows[0].addWidget(panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.legend)
        down = self._down = QSplitter(Qt.Orientation.Vertical)
        for part in self._rows:
            part.setChildrenCollapsible(False)
            part.setHandleWidth(16)
            down.addWidget(part)
        down.setChildrenCollapsible(False)
        down.setHandleWidth(10)
        down.setSizes([320, 300])
        column.addWidget(down, 1)
        column.addWidget(self.seeds, 1)
        self.seeds.hide()
        self.surface.read.connect(self._on_read)
        self.pages.activated.connect(self._on_page)

    def take_curves(self, card: CurvesCard) -> None:
        """Put the losses and the ranking into the lower row."""
        card.setProperty("card", False)
        card.content.setContentsMargins(0, 0, 0, 0)
        self._panels += [card, self.ranking]
        for panel in (card, self.ranking):
            self._rows[1].addWidget(panel)
        for part in self._rows:
            part.setStretchFactor(0, 1)
            part.setStretchFactor(1, 1)
        self._rows[0].setSizes([400, 330])
        self._rows[1].setSizes([300, 360])
        names = (
            self.tr("All views"),
            self.tr("Loss surface"),
            self.tr("Fits"),
            self.tr("Losses"),
            self.tr("Ranking"),
            self.tr("Seeds"),
        )
        self.pages.addItems(names)
        self.legend.hidden.connect(card.race.hide_racers)
        self.legend.hidden.connect(self.surface.hide_racers)
        self.legend.hidden.connect(self.fits.hide_racers)
        self.legend.hidden.connect(self.seeds.plot.hide_racers)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.surface.set_theme(theme)
        self.fits.set_theme(theme)
        self.seeds.set_theme(theme)

    @property
    def shows_seeds(self) -> bool:
        """Whether the page with several seeds is shown, and none of the others."""
        return self.pages.currentIndex() == SEEDS

    def show_race(self) -> None:
        """Show the race itself, where the several seeds are shown."""
        if self.shows_seeds:
            self.pages.setCurrentIndex(0)
            self._on_page(0)

    def _panel(self, title: str, plot: QWidget, *beside: QWidget) -> QWidget:
        panel = QWidget()
        header = QHBoxLayout()
        header.addWidget(label(title, "plot-title"))
        for part in beside:
            header.addWidget(part, 1)
        if not beside:
            header.addStretch(1)
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(header)
        column.addWidget(plot, 1)
        plot.setMinimumSize(180, 110)
        return panel

    @Slot(int)
    def _on_page(self, page: int) -> None:
        for number, panel in enumerate(self._panels):
            panel.setVisible(page in (0, number + 1))
        self._rows[0].setVisible(page < 3)
        self._rows[1].setVisible(page in (0, 3, 4))
        self._down.setVisible(page != SEEDS)
        self.seeds.setVisible(page == SEEDS)
        self.turned.emit()

    @Slot(object)
    def _on_read(self, loss: float | None) -> None:
        text = "" if loss is None else self.tr("loss {loss}").format(loss=f"{loss:.4g}")
        self._read_out.setText(text)
