"""What every tab has: settings, the room's own views, the loss, code and lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from nngui.core.errors import NnguiError
from nngui.core.script import script
from nngui.core.spec import MlpSpec
from nngui.core.spec.keys import choice_label
from nngui.gui.form.preset_chooser import PresetChooser
from nngui.gui.form.spec_form import SpecForm
from nngui.gui.panels.banner import Banner
from nngui.gui.panels.card import Card, ElidedLabel, label
from nngui.gui.panels.card_menu import CardMenu
from nngui.gui.panels.loss_card import LossCard
from nngui.gui.panels.side_panel import SidePanel
from nngui.gui.plots.kit.axes import CalmPlot
from nngui.gui.style.resources import lesson
from nngui.gui.style.theme import type_px
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.tabs.adviser import Adviser
from nngui.gui.training.frame_pacer import MIN_INTERVAL_MS, FramePacer
from nngui.gui.training.run import Run
from nngui.gui.training.state import State
from nngui.gui.window.undo_keys import SettingsHistory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from nngui.core.preset import Preset
    from nngui.core.records.history import History
    from nngui.core.records.snapshot import DataView, Snapshot
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.core.training.endings import Ending
    from nngui.gui.style.theme import Colours

LABELS_EVERY = 100  # ms: figures that change faster cannot be read
LOSSES_EVERY = 2.8  # frames: the losses change little from one to the next, and are long to draw
HEADLINE = 28  # pixels: it takes no other height while it is empty
NARROW = 1100  # pixels of width below which the right column folds away


class TaskTab(QWidget):
    """One task's room. A subclass fills the centre and says its headline.

    Attributes
    ----------
    run : Run
    data : DataView or None
        The data of the run; None before they are there.
    centre : QWidget
        What `make_centre` made.
    card : Card
        What it stands in.
    header : QHBoxLayout
        The row above it: title, subtitle, whatever a room adds, headline.

    Signals
    -------
    save_script_requested
        The person wants the script in a file.
    files_requested
        The person wants data of his own, and has not said where they are.
    runs_requested
        The person wants the list of runs.
    export_requested : str, QWidget
        The person wants to take something away of this widget: ``copy``, ``save``, ``numbers``,
        ``record``, or of the loss card ``losses``.
    """

    save_script_requested = Signal()
    can_compare = False  # whether a second network can be drawn beside the run's own
    files_requested = Signal()
    runs_requested = Signal()
    export_requested = Signal(str, QWidget)

    def __init__(self, task: Task, theme: Colours, language: str) -> None:
        super().__init__()
        self.task = task
        self.run = Run(task, self)
        self.data: DataView | None = None
        self.undo_stack = QUndoStack(self)
        self.history_of_settings = SettingsHistory(self.run, self.undo_stack)
        self.form = SpecForm(self.run.spec)
        self.presets = PresetChooser(task)
        self.form.put_above(self.presets, self.presets.button)
        self.loss_card = self.make_loss_card()
        self.loss_plot = self.loss_card.plot
        self.side = SidePanel(lesson(task.name, language))
        self.headline = label("", "figure")
        self.subtitle = ElidedLabel()
        self.header = QHBoxLayout()
        self._snapshot: Snapshot | None = None
        self._history: History | None = None
        self._pending_draws: list[
            Callable[[Snapshot], None]
        ] = []  # what the snapshot is not drawn by yet
        self._pending_stages: list[Callable[[], None]] = []  # of something costly, before that
        self._side_wanted = True
        self._projected = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames = FramePacer()
        self._since_labels = QElapsedTimer()
        self._since_labels.start()
        self._since_losses = QElapsedTimer()
        self._since_losses.start()
        self.centre = self.make_centre()
        self._lay_out()
        self._connect()
        self.adviser = Adviser(self.run, self.banner, self)
        self.connect_views()
        self.set_theme(theme)
        self._show_spec()
        self.show_waiting()

    # What a room fills in ----------------------------------------------------------------------

    def make_centre(self) -> QWidget:
        """Return the room's own views; they stand in a card, the loss below it.

        A widget with ``set_theme(colours)`` is told of the theme.
        """
        raise AssertionError("each tab makes its views itself")

    def make_loss_card(self) -> LossCard:
        """Return the card with the losses; `connect_views` may put it elsewhere."""
        return LossCard()

    def title(self) -> str:
        """Return the heading above the views."""
        raise AssertionError("each tab names its views itself")

    def headline_text(self, losses: dict[str, float]) -> str:
        """Return the figure above the views; `losses` are the newest values by column."""
        raise AssertionError("each tab has a headline of its own")

    def subtitle_text(self) -> str:
        """Return what stands beside the heading: the data and the network in a few words."""
        assert self.data is not None
        parts = [self.tr("{n} points").format(n=f"{len(self.data.y):,}")]
        network = self.run.spec.network
        if isinstance(network, MlpSpec):
            outputs = max(len(self.data.classes), 1)
            widths = (len(self.data.features), *network.hidden, outputs)
            activation = shown(choice_label(network, "activation"))
            parts.append(f"{'–'.join(str(width) for width in widths)} {activation}")
        return " · ".join(parts)

    def column_names(self) -> dict[str, str]:
        """Return what the loss columns are called, where there are several."""
        return {}

    def connect_views(self) -> None:
        """Connect the room's own views; all parts are there."""

    def show_waiting(self) -> None:
        """Say in the views what will appear, before there are data."""

    def show_data(self, data: DataView, *, fresh: bool) -> None:
        """Show the data of a run.

        Parameters
        ----------
        fresh : bool
            It is another run than before: nothing that was drawn belongs to it.
        """
        raise AssertionError("each tab shows its data itself")

    def reads_long(self) -> bool:
        """Return whether a large file would have to be read to tell what the run's data are."""
        return False

    def draw(self, snapshot: Snapshot) -> None:
        """Draw the newest picture of the run; at most once a frame, only while visible."""
        raise AssertionError("each tab draws its pictures itself")

    def draw_steps(self) -> tuple[Callable[[Snapshot], None], ...]:
        """Return what draws a picture of the run, a frame each.

        A room of several costly views has one of them drawn at a time: so no frame is long, and
        the next picture is made when all of them have this one.
        """
        if self._since_losses.elapsed() < LOSSES_EVERY * self._timer.interval():
            return (self.draw,)
        return self.draw, self._draw_due_losses

    @property
    def is_drawn(self) -> bool:
        """Whether nothing more comes to the screen while the run stands still."""
        return True

    # Layout --------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.across = QSplitter(Qt.Orientation.Horizontal)
        self.down = QSplitter(Qt.Orientation.Vertical)
        for splitter in (self.across, self.down):
            splitter.setHandleWidth(8)
            splitter.setChildrenCollapsible(False)
        self.down.addWidget(self._centre_card())
        self.down.addWidget(self.loss_card)
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

    def _centre_card(self) -> Card:
        self.card = card = Card()
        self.header.setSpacing(8)
        self.heading = label(self.title(), "plot-title")
        self.header.addWidget(self.heading)
        self.header.addWidget(self.subtitle, 1)
        self.header.addWidget(self.headline)
        self.menu_button = CardMenu(card, self.title(), records=True)
        self.header.addWidget(self.menu_button)
        card.content.addLayout(self.header)
        card.content.addWidget(self.centre, 1)
        self.banner = Banner(card)
        self.headline.setMinimumHeight(type_px(HEADLINE))
        self.centre.setMinimumSize(240, 140)
        self.centre.setAccessibleName(self.title())
        return card

    def put_before_headline(self, widget: QWidget) -> None:
        """Give the header something of the room's own."""
        self.header.insertWidget(self.header.indexOf(self.headline), widget)

    def _connect(self) -> None:
        run = self.run
        self.form.edited.connect(self.on_form_edited)
        self.presets.wanted.connect(self.take_preset)
        self.form.refused.connect(self._on_refused)
        self.side.save_requested.connect(self.save_script_requested)
        self.side.copied.connect(self._on_copied)
        self.loss_card.runs_requested.connect(self.runs_requested)
        self.loss_card.export_requested.connect(self._on_losses_wanted)
        self.menu_button.wanted.connect(self._on_export_requested)
        self._timer.timeout.connect(self._on_frame)
        run.state_changed.connect(self.on_state_changed)
        run.spec_changed.connect(self.on_spec_changed)
        run.prepared.connect(self.on_prepared)
        run.updated.connect(self.on_updated)
        run.ended.connect(self._on_ended)
        run.notice.connect(self.banner.say)

    def end(self) -> bool:
        """End what the room does beside the window; return whether it ended in time."""
        return self.run.close()

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        for part in (self.centre, self.loss_card, self.side, self.banner, self.menu_button):
            take = getattr(part, "set_theme", None)
            if take is not None:
                take(theme)

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

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.on_state_changed()
        self._draw_left()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    # From the person to the run --------------------------------------------------------------

    @Slot(object)
    def on_form_edited(self, spec: Spec) -> None:
        """Take settings from the form."""
        self.run.apply(spec)

    @Slot(object)
    def take_preset(self, preset: Preset | None) -> None:
        """Train by an experiment's settings, from step 0; None: stand at the tutorial's."""
        if preset is None:
            self.run.start_from(self.task.spec)
            return
        self.run.start_from(self.task.spec_of(preset), State.TRAINING)

    @Slot(str)
    def _on_refused(self, text: str) -> None:
        self.banner.say("warning", text)

    @Slot(str)
    def _on_export_requested(self, what: str) -> None:
        self.export_requested.emit(what, self.card)

    @Slot(str)
    def _on_losses_wanted(self, what: str) -> None:
        self.export_requested.emit("losses" if what == "numbers" else what, self.loss_card)

    @Slot()
    def _on_copied(self) -> None:
        self.banner.say("info", self.tr("The code is in the clipboard."))

    # From the run to the eyes ----------------------------------------------------------------

    def _show_spec(self) -> None:
        self.form.show_spec(self.run.spec)
        self.presets.show_spec(self.run.spec)
        self._show_code()

    def _show_code(self) -> None:
        if self.reads_long():
            self.side.code.show_code(
                "", self.tr("The code comes with the data: they are being read.")
            )
            return
        note = ""
        if self.run.live_changes:
            step, keys = self.run.live_changes[-1]
            text = self.tr("{keys} changed at step {step}: the script has the present settings.")
            note = text.format(keys=", ".join(keys), step=f"{step:,}")
        try:
            code = script(self.task, self.run.spec)
        except NnguiError as error:  # images that are not there: the run says so, too
            code, note = "", shown_sentence(error)
        self.side.code.show_code(code, note)

    @Slot()
    def on_spec_changed(self) -> None:
        """Show the run's settings."""
        self._show_spec()

    @Slot()
    def on_state_changed(self) -> None:
        """Draw while it trains; finish the picture when it stops."""
        state = self.run.state
        if state is State.TRAINING and self.isVisible():
            self._frames.pause()
            self._timer.start(MIN_INTERVAL_MS)
        else:
            self._timer.stop()
            self._finish_drawing()
        if state is State.PREPARING:
            self.banner.forget_problem()

    @Slot(object)
    def on_prepared(self, data: DataView) -> None:
        """Show a run that was built, restored, or given other data."""
        fresh = self.run.history is not self._history or not self.run.steps_done
        self.data = data
        self.show_data(data, fresh=fresh)
        if fresh:
            self._snapshot, self._history, self._pending_draws = None, self.run.history, []
            self._pending_stages = []
            self.loss_card.show_run(self.run.history, self.run.total_steps, self.column_names())
            self.form.show_parameters(self.run.parameters)
            self._show_labels()
            self._show_code()  # the run has these settings from its first step
        self.subtitle.setText(self.subtitle_text())

    @Slot()
    def _on_frame(self) -> None:
        wait = self._frames.next(self.run.draw_budget)
        if abs(wait - self._timer.interval()) > 2:
            self._timer.setInterval(wait)
        if self._pending_stages and self.isVisible():
            self._pending_stages.pop(0)()
            return
        if not self._pending_draws:
            self._collect()
        if self._pending_draws and self._snapshot is not None and self.isVisible():
            self._pending_draws.pop(0)(self._snapshot)
            if self._since_labels.elapsed() >= LABELS_EVERY:
                self._show_labels()

    @Slot()
    def on_updated(self) -> None:
        """Draw a picture that came though it does not train."""
        self._finish_drawing()

    @Slot(object)
    def _on_ended(self, _ending: Ending) -> None:
        self._finish_drawing()

    def _collect(self) -> None:
        fresh = self.run.collect()
        if fresh is not None:
            self._snapshot, self._pending_draws = fresh, list(self.draw_steps())

    def draw_in_frames(self, stages: Sequence[Callable[[], None]]) -> None:
        """Draw something costly in the next frames, a stage in each; at once if none comes."""
        self._pending_stages += stages
        if not self._timer.isActive():
            self._draw_stages()

    def _draw_stages(self) -> None:
        while self._pending_stages and self.isVisible():
            self._pending_stages.pop(0)()

    def _draw_due_losses(self, snapshot: Snapshot) -> None:
        self._since_losses.restart()
        self.draw_losses(snapshot)

    def draw_losses(self, snapshot: Snapshot) -> None:
        """Draw the losses up to now."""
        self.loss_plot.draw_losses(snapshot.total_steps)

    def _draw_left(self) -> None:
        """Draw what the frames left out of the newest picture; while it is hidden, later."""
        self._draw_stages()
        self._collect()
        if self._snapshot is not None and self.isVisible():
            while self._pending_draws:
                self._pending_draws.pop(0)(self._snapshot)

    def _finish_drawing(self) -> None:
        """Draw all of the newest picture, now that no more frames come."""
        self._draw_left()
        if self._snapshot is not None:
            self.draw_losses(self._snapshot)
        self._show_labels()

    def _show_labels(self) -> None:
        self._since_labels.restart()
        losses = self._snapshot.losses if self._snapshot else {}
        self.headline.setText(self.headline_text(losses) if losses else "")

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest picture of the run."""
        return self._snapshot
