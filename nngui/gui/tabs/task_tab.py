"""What every tab has: settings, its own views, the loss, code and lesson, and a run behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, cast

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QUndoStack
from typing_extensions import TypeVar, override

from nngui.core.errors import NnguiError
from nngui.core.spec import MlpSpec, Spec
from nngui.core.spec.keys import choice_label
from nngui.gui.form.preset_chooser import PresetChooser
from nngui.gui.form.spec_form import SpecForm
from nngui.gui.panels.loss_card import LossCard
from nngui.gui.panels.page_code import OF_RUN, PageCode
from nngui.gui.panels.side_panel import SidePanel
from nngui.gui.style.resources import lesson
from nngui.gui.style.translation import shown
from nngui.gui.tabs.adviser import Adviser
from nngui.gui.tabs.code_display import CodeDisplay
from nngui.gui.tabs.edit_words import notes_at
from nngui.gui.tabs.frame_drawing import FrameDrawing
from nngui.gui.tabs.rate_drag import RateDrag
from nngui.gui.tabs.stop_teller import StopTeller
from nngui.gui.tabs.tab_frame import TabFrame
from nngui.gui.tabs.timeline import Timeline
from nngui.gui.training.run import Run
from nngui.gui.training.settings_history import SettingsHistory
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QDeadlineTimer
    from PySide6.QtGui import QHideEvent, QShowEvent
    from PySide6.QtWidgets import QWidget

    from nngui.core.preset import Preset
    from nngui.core.records.history import History
    from nngui.core.records.snapshot import DataView, Snapshot
    from nngui.core.task import Task
    from nngui.gui.style.theme import Colours

S = TypeVar("S", bound=Spec, default=Spec)


class TaskTab(TabFrame, Generic[S]):
    """One task's tab. A subclass fills the centre and says its headline; `S` are its settings.

    It is made in two steps. The constructor makes what all tabs have; `set_up` then asks the
    subclass for the rest, when all attributes of both are there: `make_loss_card`, `make_centre`,
    `title`, `connect_views`, and last `set_theme` and `show_waiting`.

    It has more methods than most: half of them are what a subclass may fill in, nearly all with a
    default of a line.

    Attributes
    ----------
    run : Run
    frames : FrameDrawing
        What has the views drawn.
    code : CodeDisplay
        What the code panel shows, and what is saved of it.
    data : DataView or None
        The data of the run; None before they are there.

    Signals
    -------
    save_script_requested
        The user wants the script in a file.
    files_requested
        The user wants data of his own, and has not said where they are.
    runs_requested
        The user wants the list of runs.
    """

    save_script_requested = Signal()
    files_requested = Signal()
    runs_requested = Signal()
    can_compare = False  # whether a second network can be drawn beside the run's own

    def __init__(self, task: Task, language: str) -> None:
        super().__init__(SpecForm(task.spec), SidePanel(lesson(task.name, language)))
        self.task = task
        self.run = Run(task, self)
        self.data: DataView | None = None
        self.undo_stack = QUndoStack(self)
        self.history_of_settings = SettingsHistory(self.run, self.undo_stack)
        self.presets = PresetChooser(task)
        self.form.put_above(self.presets, self.presets.button)
        self.frames = FrameDrawing(self.run, self, self)
        self._history: History | None = None
        self._shown_spec: Spec | None = None
        self.code = CodeDisplay(self, self)

    def set_up(self, theme: Colours) -> None:
        """Make the views and connect them, once."""
        loss_card = self.make_loss_card()
        self.lay_out(self.title(), self.make_centre(), loss_card)
        self.loss_plot = loss_card.plot
        self.timeline = Timeline(self.run, loss_card)
        loss_card.tree.offer_comparing(self.can_compare)
        self._connect()
        self.adviser = Adviser(self.run, self.banner, self)
        self.stop_teller = StopTeller(self.run, self.banner, self)
        self.connect_views()
        self.set_theme(theme)
        self.show_spec()
        self.show_waiting()

    # What a tab fills in -------------------------------------------------------------------------

    def make_centre(self) -> QWidget:
        """Return the tab's own views; they stand in a card, the loss below it.

        A widget with ``set_theme(colours)`` is told of the theme.
        """
        raise NotImplementedError

    def make_loss_card(self) -> LossCard:
        """Return the card with the losses; `connect_views` may put it elsewhere."""
        return LossCard()

    def title(self) -> str:
        """Return the heading above the views."""
        raise NotImplementedError

    def headline_text(self, losses: dict[str, float]) -> str:
        """Return the figure above the views; `losses` are the newest values by column."""
        raise NotImplementedError

    def subtitle_text(self) -> str:
        """Return what stands beside the heading: the data and the network in a few words."""
        assert self.data is not None
        parts = [self.tr("{n} points").format(n=f"{len(self.data.y):,}")]
        network = self.run.viewed_spec.network
        if isinstance(network, MlpSpec):
            outputs = max(len(self.data.classes), 1)
            widths = (len(self.data.features), *network.hidden, outputs)
            activation = shown(choice_label(network, "activation"))
            parts.append(f"{'–'.join(str(width) for width in widths)} {activation}")
            if network.norm != "none":
                parts.append(shown(choice_label(network, "norm")))
        return " · ".join(parts)

    def column_names(self) -> dict[str, str]:
        """Return what the loss columns are called, where there are several."""
        return {}

    def connect_views(self) -> None:
        """Connect the tab's own views; all parts are there."""

    def show_waiting(self) -> None:
        """Say in the views what will appear, before there are data."""

    def show_data(self, data: DataView, *, fresh: bool) -> None:
        """Show the data of a run.

        Parameters
        ----------
        fresh : bool
            It is another run than before: nothing that was drawn belongs to it.
        """
        raise NotImplementedError

    def page_code(self) -> PageCode:
        """Return what the page that is open says of its code."""
        return OF_RUN

    def must_wait_for_data(self) -> bool:
        """Return whether a file would have to be read to tell what the run's data are."""
        try:
            return self.task.known_shape(self.run.viewed_spec) is None
        except NnguiError:  # there are no such data
            return False

    def draw(self, snapshot: Snapshot) -> None:
        """Draw the newest picture of the run; at most once a frame, only while visible."""
        raise NotImplementedError

    def draw_steps(self) -> tuple[Callable[[Snapshot], None], ...]:
        """Return what draws a picture of the run, a frame each.

        A tab of several costly views has one of them drawn at a time: so no frame is long, and
        the next picture is made when all of them have this one.
        """
        return (self.draw, *self.frames.due_losses())

    def draw_losses(self, snapshot: Snapshot) -> None:
        """Draw the losses up to now; who looks back sees the curve of the run that goes on grow."""
        self.loss_plot.draw_losses(snapshot.total_steps)
        if not snapshot.is_past:
            self.loss_card.show_best(snapshot.best)
            self.loss_card.rate.draw_rates(snapshot.plan)

    @property
    def is_drawn(self) -> bool:
        """Whether nothing more comes to the screen while the run stands still."""
        return True

    def end(self, deadline: QDeadlineTimer) -> bool:
        """End what the tab does beside the window; what must be written has until then.

        Returns
        -------
        bool
            Whether nothing was given up that was being written. The run's own end is asked of it.
        """
        return self.code.close(deadline)

    # What it has ---------------------------------------------------------------------------------

    @property
    def spec(self) -> S:
        """The settings of what is shown: the run's own, or those of the step that is looked at."""
        return cast("S", self.run.viewed_spec)

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest picture of the run."""
        return self.frames.snapshot

    def _connect(self) -> None:
        run = self.run
        self.form.edited.connect(self.on_form_edited)
        self.form.refused.connect(self.warn)
        self.presets.preset_requested.connect(self.take_preset)
        self.side.save_requested.connect(self.save_script_requested)
        self.loss_card.runs_requested.connect(self.runs_requested)
        RateDrag(run, self.loss_card.rate).refused.connect(self.warn)
        run.state_changed.connect(self.on_state_changed)
        run.spec_changed.connect(self.on_spec_changed)
        run.view_moved.connect(self.on_view_moved)
        run.prepared.connect(self.on_prepared)
        run.updated.connect(self.on_updated)
        run.ended.connect(self.frames.finish)
        run.notice.connect(self.banner.say)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.on_state_changed()
        self.frames.draw_rest()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.frames.stop()

    # From the user to the run ------------------------------------------------------------------

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

    # From the run to the eyes --------------------------------------------------------------------

    def show_spec(self) -> None:
        """Show the run's settings in the form, the experiments and the code."""
        self._shown_spec = self.run.viewed_spec
        self.form.show_spec(self.run.viewed_spec)
        self.presets.show_spec(self.run.viewed_spec)
        self.code.show()

    @Slot()
    def on_spec_changed(self) -> None:
        """Show the run's settings."""
        self.show_spec()

    @Slot(object)
    def on_view_moved(self, step: int | None) -> None:
        """Show the settings of the step that is looked at, and say that they are."""
        notes = {} if step is None else notes_at(self.run.journal, step)
        self.form.show_past(step, notes)
        if self.run.viewed_spec != self._shown_spec:
            self.show_spec()
        if self.data is not None:
            self.show_subtitle()

    def show_subtitle(self) -> None:
        """Show what stands beside the heading, and which step is looked at."""
        step, text = self.run.viewed_step, self.subtitle_text()
        if step is not None:
            text = " · ".join([self.tr("step {n}").format(n=f"{step:,}"), text])
        self.subtitle.setText(text)

    @Slot()
    def on_state_changed(self) -> None:
        """Draw while it trains; finish the picture when it stops."""
        state = self.run.state
        if state is State.TRAINING and self.isVisible():
            self.frames.start()
        else:
            self.frames.stop()
            self.frames.finish()
        if state is State.PREPARING:
            self.banner.forget_problem()
            self.code.show()  # of the run that begins, and nothing of the one before

    @Slot(object)
    def on_prepared(self, data: DataView) -> None:
        """Show a run that was built, restored, or given other data."""
        fresh = self.run.history is not self._history or not self.run.steps_done
        self.data = data
        self.show_data(data, fresh=fresh)
        if fresh:
            self.frames.forget()
            self._history = self.run.history
            self.loss_card.show_run(self.run.history, self.run.total_steps, self.column_names())
            self.form.show_parameters(self.run.parameters)
            self.show_labels()
            self.code.show()  # the run has these settings from its first step
            self.timeline.show_run(self.run.history)
        self.show_subtitle()

    @Slot()
    def on_updated(self) -> None:
        """Draw a picture that came though it does not train."""
        self.frames.finish()

    @Slot()
    def show_labels(self) -> None:
        """Show the newest figures."""
        losses = self.snapshot.losses if self.snapshot else {}
        self.headline.setText(self.headline_text(losses) if losses else "")
