"""What every tab has: settings, the task's plot, the loss, code and lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from nngui.core.errors import NnguiError
from nngui.core.script import script
from nngui.core.spec import choice_label
from nngui.core.spec_text import with_settings
from nngui.gui.notifications import Banner
from nngui.gui.panels.card import Card, ElidedLabel, label
from nngui.gui.panels.loss_card import LossCard
from nngui.gui.panels.side_panel import SidePanel
from nngui.gui.panels.spec_form import SpecForm
from nngui.gui.resources import lesson
from nngui.gui.run import Run, State
from nngui.gui.tabs.comparison import Comparison
from nngui.gui.translation import shown, shown_sentence

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from nngui.core.endings import Ending
    from nngui.core.history import History
    from nngui.core.snapshot import DataView, Floats, Snapshot
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.plots.task_view import TaskView
    from nngui.gui.theme import Colours

FRAME = 16  # ms
LABELS_EVERY = 100  # ms: figures that change faster cannot be read
LOSSES_EVERY = 45  # ms: the losses change little from frame to frame, and are long to draw
NARROW = 1100  # pixels of width below which the right column folds away


def shortest(value: float) -> float:
    """Return the shortest decimal that is the same number in float32."""
    return float(str(np.float32(value)))


class TaskTab(QWidget):
    """One task's room. A subclass makes the view and says its headline.

    Signals
    -------
    save_script_wanted
        The person wants the script in a file.
    """

    save_script_wanted = Signal()

    def __init__(self, task: Task, theme: Colours, language: str) -> None:
        super().__init__()
        self.task = task
        self.run = Run(task, self)
        self.form = SpecForm(self.run.spec)
        self.view = self.make_view()
        self.loss_card = LossCard()
        self.loss_plot = self.loss_card.plot
        self.side = SidePanel(lesson(task.name, language))
        self.headline = label("", "figure")
        self.subtitle = ElidedLabel()
        self._snapshot: Snapshot | None = None
        self._history: History | None = None
        self._drawn = True  # whether the snapshot is on the screen; not while the tab is hidden
        self._probe_id = 0
        self._side_wanted = True
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME)
        self._since_labels = QElapsedTimer()
        self._since_labels.start()
        self._since_losses = QElapsedTimer()
        self._since_losses.start()
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self._show_spec()
        self.view.show_hint(self.tr("PyTorch is loading: the points appear in a moment."))

    # What a task's tab fills in ----------------------------------------------------------------

    def make_view(self) -> TaskView:
        """Return the task's plot."""
        raise AssertionError("each tab makes its view itself")

    def view_title(self) -> str:
        """Return the heading above the plot."""
        raise AssertionError("each tab names its plot itself")

    def headline_text(self, losses: dict[str, float]) -> str:
        """Return the figure above the plot."""
        raise AssertionError("each tab has a headline of its own")

    def placed(self, rows: Floats) -> dict[str, object]:
        """Return the settings that hold these points, edited by hand, shape (n, 3)."""
        raise AssertionError("each tab knows how its points are written")

    def placed_view(self) -> DataView:
        """Return the points placed by hand as the view shows them."""
        raise AssertionError("each tab knows how its points are drawn")

    # Layout --------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.across = QSplitter(Qt.Orientation.Horizontal)
        self.down = QSplitter(Qt.Orientation.Vertical)
        for splitter in (self.across, self.down):
            splitter.setHandleWidth(8)
            splitter.setChildrenCollapsible(False)
        self.down.addWidget(self._view_card())
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

    def _view_card(self) -> Card:
        card = Card()
        self.comparison = Comparison(self.view, card)
        self._view_header = QHBoxLayout()
        self._view_header.setSpacing(8)
        self._view_header.addWidget(label(self.view_title(), "plot-title"))
        self._view_header.addWidget(self.subtitle, 1)
        self._view_header.addWidget(self.comparison.chip)
        self._view_header.addWidget(self.headline)
        card.content.addLayout(self._view_header)
        card.content.addWidget(self.view, 1)
        self.banner = Banner(card)
        self.headline.setMinimumHeight(28)
        self.view.setMinimumSize(240, 140)
        self.view.setAccessibleName(self.view_title())
        return card

    def _connect(self) -> None:
        run = self.run
        self.form.edited.connect(self._on_form_edited)
        self.form.refused.connect(self._on_refused)
        self.view.probe_wanted.connect(self._on_probe_wanted)
        self.view.edited.connect(self._on_points_edited)
        self.side.save_wanted.connect(self.save_script_wanted)
        self.side.copied.connect(self._on_copied)
        self.comparison.ended.connect(self._on_comparison_ended)
        self._timer.timeout.connect(self._on_frame)
        run.state_changed.connect(self._on_state_changed)
        run.spec_changed.connect(self._on_spec_changed)
        run.prepared.connect(self._on_prepared)
        run.updated.connect(self._on_updated)
        run.ended.connect(self._on_ended)
        run.notice.connect(self.banner.say)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        for part in (self.view, self.loss_card, self.side, self.banner):
            part.set_theme(theme)

    def show_side(self, on: bool) -> None:
        """Show or hide code and lesson."""
        self._side_wanted = on
        self._fold()

    def _fold(self) -> None:
        self.side.setVisible(self._side_wanted and self.width() >= NARROW)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_state_changed()
        self._pull()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    # From the person to the run --------------------------------------------------------------

    @Slot(object)
    def _on_form_edited(self, spec: Spec) -> None:
        by_hand = spec.data.kind == "hand" and self.run.spec.data.kind != "hand"
        if by_hand and len(self.view.rows) and self.view.box.editable:
            self._on_points_edited(self.view.rows)  # take over the points that are there
            return
        self.run.apply(spec)

    @Slot(object)
    def _on_points_edited(self, rows: Floats) -> None:
        try:
            spec = with_settings(self.run.spec, self.placed(rows))
        except NnguiError as error:
            self.banner.say("warning", shown_sentence(error))
            return
        self.view.show_hint("" if len(rows) else self._empty_text())
        self.run.apply(spec, keep_network=True)

    @Slot(str)
    def _on_refused(self, text: str) -> None:
        self.banner.say("warning", text)

    @Slot()
    def _on_copied(self) -> None:
        self.banner.say("info", self.tr("The code is in the clipboard."))

    @Slot()
    def _on_comparison_ended(self) -> None:
        self.run.compare_with(None)

    @Slot(object)
    def _on_probe_wanted(self, x: Floats) -> None:
        self._probe_id = self.run.ask(x)

    # From the run to the eyes ----------------------------------------------------------------

    def _show_spec(self) -> None:
        self.form.show_spec(self.run.spec)
        self._show_code()

    def _show_code(self) -> None:
        note = ""
        if self.run.altered:
            step, keys = self.run.altered[-1]
            text = self.tr("{keys} changed at step {step}: the script has the present settings.")
            note = text.format(keys=", ".join(keys), step=f"{step:,}")
        self.side.code.show_code(script(self.task, self.run.spec), note)

    def _empty_text(self) -> str:
        return self.tr("No points yet: click here to place some.")

    @Slot()
    def _on_spec_changed(self) -> None:
        self._show_spec()
        if self.run.spec.data.kind == "hand" and not len(self.view.rows):
            self.view.show_hint(self._empty_text())

    @Slot()
    def _on_state_changed(self) -> None:
        state = self.run.state
        if state is State.TRAINING and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()
            self._finish_drawing()
        if state is State.PREPARING:
            self.banner.forget_problem()
        if state is State.FAILED and self.run.spec.data.kind == "hand":
            self.view.set_data(self.placed_view(), keep_range=True)
            self.view.clear_curve()
            self.view.show_hint("" if len(self.view.rows) else self._empty_text())

    @Slot(object)
    def _on_prepared(self, data: DataView) -> None:
        by_hand = self.run.spec.data.kind == "hand"
        points = self.view.points_of(data)
        if by_hand and not np.array_equal(points, self.view.points_of(self.placed_view())):
            return  # they were edited again since; the answer to that is on its way
        self.view.show_hint("")
        another = self.run.history is not self._history  # perhaps a restored one
        fresh = another or not self.run.steps_done
        same = by_hand and (self.view.ahead or np.array_equal(points, self.view.rows))
        self._name_axes(data)
        if same:
            self.view.data = data
        else:
            self.view.set_data(data, keep_range=by_hand)
        if same and fresh:
            self.view.ask()
        if fresh:
            self._snapshot, self._history = None, self.run.history
            self.loss_card.show_run(self.run.history, self.run.spec.schedule.steps)
            self.form.show_parameters(self.run.parameters)
            self._show_labels()
            self._show_code()  # the run has these settings from its first step
        self._show_subtitle(len(data.y))

    def _name_axes(self, data: DataView) -> None:
        """Name the axes of real data; x and y need no names."""
        names = [*data.features, data.target][:2]
        self.view.set_axis_names(*("" if name in ("x", "y") else shown(name) for name in names))

    def _show_subtitle(self, points: int) -> None:
        network = self.run.spec.network
        parts = [self.tr("{n} points").format(n=f"{points:,}")]
        widths = [str(len(self.view.data.features))]
        widths += [str(width) for width in network.hidden]
        widths.append(str(max(len(self.view.data.classes), 1)))
        activation = shown(choice_label(network, "activation"))
        self.subtitle.setText(" · ".join([*parts, f"{'–'.join(widths)} {activation}"]))

    @Slot()
    def _on_frame(self) -> None:
        self._pull()

    @Slot()
    def _on_updated(self) -> None:
        self._finish_drawing()

    @Slot(object)
    def _on_ended(self, _ending: Ending) -> None:
        self._finish_drawing()

    def _pull(self) -> None:
        fresh = self.run.collect()
        if fresh is not None:
            self._snapshot, self._drawn = fresh, False
        snapshot = self._snapshot
        if snapshot is None or self._drawn or not self.isVisible():
            return
        self._drawn = True
        if snapshot.probe_id == self._probe_id and snapshot.predictions:
            self.view.draw_snapshot(snapshot)
            self.comparison.draw(snapshot)
        if self._since_losses.elapsed() >= LOSSES_EVERY:
            self._since_losses.restart()
            self.loss_plot.draw_losses(snapshot.total_steps)
        if self._since_labels.elapsed() >= LABELS_EVERY:
            self._show_labels()

    def _finish_drawing(self) -> None:
        """Draw what the frames left out, now that no more of them come."""
        self._pull()
        if self._snapshot is not None:
            self.loss_plot.draw_losses(self._snapshot.total_steps)
        self._show_labels()

    def _show_labels(self) -> None:
        self._since_labels.restart()
        losses = self._snapshot.losses if self._snapshot else {}
        self.headline.setText(self.headline_text(losses) if losses else "")

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest picture of the run."""
        return self._snapshot
