"""How a tab is arranged: settings at the left, views above the loss, code at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from nngui.gui.panels.banner import Banner
from nngui.gui.panels.card import Card, ElidedLabel, label
from nngui.gui.panels.card_menu import CardMenu
from nngui.gui.plots.kit.axes import CalmPlot
from nngui.gui.style.theme import hand_theme, type_px

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from nngui.gui.form.spec_form import SpecForm
    from nngui.gui.panels.loss_card import LossCard
    from nngui.gui.panels.side_panel import SidePanel
    from nngui.gui.style.theme import Colours

HEADLINE = 28  # pixels: it takes no other height while it is empty
NARROW = 1100  # pixels of width below which the right column folds away


class TabFrame(QWidget):
    """The parts of a tab in their places. `lay_out` puts them there.

    Attributes
    ----------
    centre : QWidget
        The tab's own views.
    card : Card
        What they stand in.
    header : QHBoxLayout
        The row above them: title, subtitle, whatever a tab adds, headline.
    across, down : QSplitter
        What divides the columns, and the views from the loss.

    Signals
    -------
    export_requested : str, QWidget
        The user wants to take something away of this widget: ``copy``, ``save``, ``numbers``,
        ``record``, or of the loss card ``losses``.
    """

    export_requested = Signal(str, QWidget)

    def __init__(self, form: SpecForm, side: SidePanel) -> None:
        super().__init__()
        self.form, self.side = form, side
        self.across = QSplitter(Qt.Orientation.Horizontal)
        self.down = QSplitter(Qt.Orientation.Vertical)
        self.header = QHBoxLayout()
        self.headline = label("", "figure")
        self.subtitle = ElidedLabel()
        self._side_wanted = True
        self._projected = False

    def lay_out(self, title: str, centre: QWidget, loss_card: LossCard) -> None:
        """Put everything in its place, once."""
        self.centre, self.loss_card = centre, loss_card
        for splitter in (self.across, self.down):
            splitter.setHandleWidth(8)
            splitter.setChildrenCollapsible(False)
        self.down.addWidget(self._centre_card(title))
        self.down.addWidget(loss_card)
        self.down.setStretchFactor(0, 2)
        self.down.setStretchFactor(1, 1)
        self.down.setSizes([440, 220])
        for widget in (self.form, self.down, self.side):
            self.across.addWidget(widget)
        for place, stretch in enumerate((0, 1, 0)):
            self.across.setStretchFactor(place, stretch)
        self.across.setSizes([250, 690, 330])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 8)
        layout.addWidget(self.across)
        self.side.copied.connect(self._on_copied)
        loss_card.export_requested.connect(self._on_losses_requested)
        self.menu_button.export_requested.connect(self._on_export_requested)

    def _centre_card(self, title: str) -> Card:
        self.card = card = Card()
        self.header.setSpacing(8)
        self.heading = label(title, "plot-title")
        self.header.addWidget(self.heading)
        self.header.addWidget(self.subtitle, 1)
        self.header.addWidget(self.headline)
        self.menu_button = CardMenu(card, title, records=True)
        self.header.addWidget(self.menu_button)
        card.content.addLayout(self.header)
        card.content.addWidget(self.centre, 1)
        self.banner = Banner(card)
        self.headline.setMinimumHeight(type_px(HEADLINE))
        self.centre.setMinimumSize(240, 140)
        self.centre.setAccessibleName(title)
        return card

    def put_before_headline(self, widget: QWidget) -> None:
        """Give the header something of the tab's own."""
        self.header.insertWidget(self.header.indexOf(self.headline), widget)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        hand_theme(theme, self.centre, self.loss_card, self.side, self.banner, self.menu_button)

    def show_side(self, on: bool) -> None:
        """Show or hide code and lesson."""
        self._side_wanted = on
        self._fold()

    def project(self, on: bool, thickness: float) -> None:
        """Show only plots, with lines so many times as thick; or all of it again."""
        self._projected = on
        self._show_part(self.form, on=not on)
        self._fold()
        for plot in self.findChildren(CalmPlot):
            plot.set_thickness(thickness)
            plot.take_type()
        self.headline.setMinimumHeight(type_px(HEADLINE))

    def _fold(self) -> None:
        roomy = self.width() >= NARROW and not self._projected
        self._show_part(self.side, on=self._side_wanted and roomy)

    def _show_part(self, part: QWidget, *, on: bool) -> None:
        """Show or hide a column; the keyboard does not go from it to some button beside it."""
        focused = QApplication.focusWidget()
        if not on and focused is not None and (focused is part or part.isAncestorOf(focused)):
            self.setFocus()  # where Space means Train
        part.setVisible(on)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    # What the user wants -----------------------------------------------------------------------

    @Slot(str)
    def warn(self, text: str) -> None:
        """Say above the views that something cannot be done."""
        self.banner.say("warning", text)

    @Slot(str)
    def _on_export_requested(self, what: str) -> None:
        self.export_requested.emit(what, self.card)

    @Slot(str)
    def _on_losses_requested(self, what: str) -> None:
        self.export_requested.emit("losses" if what == "numbers" else what, self.loss_card)

    @Slot()
    def _on_copied(self) -> None:
        self.banner.say("info", self.tr("The code is in the clipboard."))
