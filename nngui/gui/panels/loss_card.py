"""The loss and what belongs to it: which curve is which, a read-out, looking back along it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from nngui.gui.panels.branch_tree import BranchTree
from nngui.gui.panels.card import Card, ElidedLabel, label
from nngui.gui.panels.card_menu import CardMenu
from nngui.gui.panels.past_bar import PastBar
from nngui.gui.panels.rate_strip import RateStrip
from nngui.gui.plots.kit.axes import STYLES
from nngui.gui.plots.kit.marks import Mark
from nngui.gui.plots.loss_plot import LossPlot, line_styles
from nngui.gui.style.labels import RichLabel, escaped, set_tip
from nngui.gui.style.theme import type_px

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QResizeEvent

    from nngui.core.records.history import History
    from nngui.core.records.snapshot import BestPlace
    from nngui.gui.plots.kit.ghosts import Ghost
    from nngui.gui.style.theme import Colours


ROOMY = 560  # pixels of width from which on all words have room
MAX_NAMED = 3  # other runs that the legend names
MAX_NAME = 28  # characters
LINES = {  # as the pens draw them
    Qt.PenStyle.SolidLine: "━",
    Qt.PenStyle.DashLine: "╍",
    Qt.PenStyle.DashDotLine: "━·",
    Qt.PenStyle.DotLine: "┅",
}


class LossCard(Card):
    """A card with the loss plot and its header.

    The plot is the run's timeline: while the user looks back, the header says at which step, and
    what can be done there. Where the run has branches, a small tree of them lies over the plot.

    Parameters
    ----------
    plot : LossPlot, optional
        By default the plain one.

    Signals
    -------
    runs_requested
        The user wants the curves of earlier runs beside this one.
    export_requested : str
        What the user wants to take away of it (see `CardMenu.export_requested`).
    """

    runs_requested = Signal()
    export_requested = Signal(str)

    def __init__(self, plot: LossPlot | None = None, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.plot = plot or LossPlot()
        self.log_button = QPushButton(self.tr("Log"))
        self.runs_button = QPushButton(self.tr("Runs…"))
        self.past = PastBar()
        self._legend = RichLabel()
        self._legend.setMinimumWidth(1)  # what is cut off of it, the buttons have
        self._read_out = ElidedLabel()
        header = QHBoxLayout()
        header.addWidget(label(self.tr("Loss"), "plot-title"))
        header.addWidget(self._legend)
        header.addWidget(self._read_out, 1)
        header.addWidget(self.past)
        header.addWidget(self.runs_button)
        header.addWidget(self.log_button)
        self.menu_button = CardMenu(self, self.tr("Loss"))
        self.menu_button.export_requested.connect(self.export_requested)
        header.addWidget(self.menu_button)
        self.log_button.setCheckable(True)
        self.log_button.setChecked(True)
        self.log_button.setProperty("small", True)
        set_tip(self.log_button, self.tr("Count the loss by decades, or evenly."))
        self.runs_button.setProperty("small", True)
        set_tip(self.runs_button, self.tr("Compare with earlier runs. (Ctrl+Shift+R)"))
        self.runs_button.clicked.connect(self.runs_requested)
        self.content.addLayout(header)
        self.content.addWidget(self.plot, 1)
        self.rate = RateStrip(self.plot)
        self.content.addWidget(self.rate)
        self.plot.setMinimumSize(240, 80)
        self.plot.setAccessibleName(self.tr("Loss"))
        self.tree = BranchTree(self.plot)
        self._legend.hide()
        self._ghosts: tuple[Ghost, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._best: tuple[BestPlace, ...] = ()
        self._ending: Mark | None = None
        self._names: dict[str, str] = {}
        self.log_button.toggled.connect(self.plot.set_logarithmic)
        self.plot.read.connect(self._on_read)
        self.plot.cursor_moved.connect(self._on_cursor_moved)
        self.past.sought.connect(self.plot.seek)
        self.past.live_requested.connect(self.plot.go_live)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.plot.set_theme(theme)
        self.rate.set_theme(theme)
        self.menu_button.set_theme(theme)
        self.tree.set_theme(theme)
        self.past.set_theme(theme)
        self._show_legend()

    def show_run(
        self, history: History, total: int, names: Mapping[str, str] | None = None
    ) -> None:
        """Show another run from now on, of so many steps.

        Parameters
        ----------
        names : mapping of column to str, optional
            What the networks are called, where there are several.
        """
        self._columns, self._names, self._best = history.columns, dict(names or {}), ()
        self._ending = None
        self.plot.clear_run(history, total)
        self.rate.show_run(history)
        self._show_legend()

    def show_best(self, places: tuple[BestPlace, ...]) -> None:
        """Ring the smallest validation losses, and say where a single network's was."""
        if places != self._best:
            self._best = places
            self.plot.mark_best(places)
            self._show_legend()
            self._show_marks()

    def show_ending(self, step: int | None, text: str = "") -> None:
        """Mark on the axis where the run has ended, and say how; None: it has not."""
        ending = None if step is None else Mark(step, text, "end")
        if ending != self._ending:
            self._ending = ending
            self._show_marks()

    def _show_marks(self) -> None:
        text = self.tr("Step {step}: the best weights, by the validation loss of {loss}")
        best = [
            Mark(place.step, text.format(step=f"{place.step:,}", loss=f"{place.loss:.4g}"), "best")
            for place in self._best
            if place.step
        ]
        self.plot.show_marks((*best, *([self._ending] if self._ending is not None else [])))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.past.make_narrow(self.width() < type_px(ROOMY))

    @property
    def ghosts(self) -> tuple[Ghost, ...]:
        """The other runs whose curves are drawn."""
        return self._ghosts

    def show_ghosts(self, ghosts: tuple[Ghost, ...]) -> None:
        """Draw other runs' pale curves behind the run's own, and name them."""
        if ghosts != self._ghosts:
            self._ghosts = ghosts
            self.plot.show_ghosts(ghosts)
            self._show_legend()

    def _show_legend(self) -> None:
        parts = [*self.own_parts(), *self._ghost_parts()]
        self._legend.setText("&nbsp;&nbsp;".join(parts))
        crowded = self.past.isVisibleTo(self) and self.width() < type_px(ROOMY)
        self._legend.setVisible(not crowded and (len(parts) > 1 or bool(self._ghosts)))

    def own_parts(self) -> list[str]:
        """Return what the legend says of the run's own curves, as markup."""
        looks = line_styles(self._columns, self.plot.theme)
        own = self.tr("this run") if self._ghosts else self.tr("training")
        names = {"loss": own, "val_loss": self.tr("validation")} | self._names
        parts = [
            _entry(look.colour, LINES[look.style], names.get(name, name))
            for name, look in looks.items()
            if name in names or not name.endswith("val_loss")
        ]
        best = [place.epoch for place in self._best if place.epoch]
        if len(self._best) == 1 and best:
            text = self.tr("best: epoch {epoch}").format(epoch=f"{best[0]:,}")
            parts = [*parts, _entry(self.plot.theme.text, "○", text)]
        return parts

    def _ghost_parts(self) -> list[str]:
        muted = self.plot.theme.muted
        parts = [
            _entry(muted, LINES[STYLES[number % len(STYLES)]], _short(ghost.label))
            for number, ghost in enumerate(self._ghosts[:MAX_NAMED])
        ]
        more = len(self._ghosts) - len(parts)
        text = self.tr("{n} more runs").format(n=more)
        return [*parts, _entry(muted, "┄", text)] if more else parts

    @Slot()
    def _on_cursor_moved(self) -> None:
        came_or_went = self.past.isHidden() is not (self.plot.cursor_step is None)
        self.past.show_step(self.plot.cursor_step, self.plot.newest)
        if came_or_went:
            self._show_legend()

    @Slot(int, object)
    def _on_read(self, step: int, values: dict[str, float]) -> None:
        names = {
            "loss": self.tr("loss"),
            "accuracy": self.tr("accuracy"),
            "val_loss": self.tr("validation loss"),
            "val_accuracy": self.tr("validation accuracy"),
            "lr": self.tr("learning rate"),
        } | self._names
        parts = [self.tr("step {step}").format(step=f"{step:,}")] if step else []
        shown = {k: v for k, v in values.items() if v == v and not k.endswith("_lr")}
        known = ((names.get(k, k), v) for k, v in shown.items())
        others = ((_short(g.label), g.loss_at("loss", step)) for g in self._ghosts[:MAX_NAMED])
        told = [*known, *((name, loss) for name, loss in others if loss is not None)]
        text = " · ".join([*parts, *(f"{name} {value:.4g}" for name, value in told)])
        self._read_out.setText(text)
        self._make_room_for(text)

    def _make_room_for(self, text: str) -> None:
        """Let the legend give way to what is read off, where there is no room for both."""
        if not text:
            self._show_legend()
            return
        room = self._read_out.width() + (self._legend.width() if self._legend.isVisible() else 0)
        needed = self._read_out.fontMetrics().horizontalAdvance(text)
        if needed > self._read_out.width() and room > self._read_out.width():
            self._legend.hide()


def _entry(colour: str, line: str, name: str) -> str:
    """Return a legend's entry as markup."""
    return f"<span style='color:{colour}'>{line} {escaped(name)}</span>"


def _short(name: str) -> str:
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"
