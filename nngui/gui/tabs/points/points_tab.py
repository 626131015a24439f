"""A tab about points in the plane: they are drawn, edited by hand, and predicted live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Slot
from typing_extensions import override

from nngui.core.errors import NnguiError
from nngui.core.inspectors.reference import ReferenceNet
from nngui.core.spec.table import TabularData
from nngui.core.spec.toml import with_settings
from nngui.files.tables.training_data import must_be_read, predicts_classes
from nngui.gui.panels.page_code import OF_RUN, PageCode
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.tabs.points.comparison import ReferenceView
from nngui.gui.tabs.points.figures import Figures
from nngui.gui.tabs.points.table_views import TableViews
from nngui.gui.tabs.points.view_stack import ViewStack
from nngui.gui.tabs.task_tab import S, TaskTab
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.arrays import Floats
    from nngui.core.records.snapshot import DataView, Snapshot
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.plots.task_view import TaskView
    from nngui.gui.style.theme import Colours
    from nngui.gui.training.messages import NetworkCopy


def shortest(value: float) -> float:
    """Return the shortest decimal that is the same number in float32."""
    return float(str(np.float32(value)))


class PointsTab(TaskTab[S]):
    """The points plot as the centre. A subclass makes the plot and says how points are written.

    It has more methods than most: points that are drawn and a table's pages share the plot's place.
    """

    can_compare = True

    def __init__(self, task: Task, language: str) -> None:
        super().__init__(task, language)
        self._probe_id = 0  # of the question whose answer is drawn

    # What a task's tab fills in ----------------------------------------------------------------

    def make_view(self) -> TaskView:
        """Return the task's plot."""
        raise NotImplementedError

    def placed(self, rows: Floats) -> dict[str, object]:
        """Return the settings that hold these points, edited by hand, shape (n, 3)."""
        raise NotImplementedError

    def placed_view(self) -> DataView:
        """Return the points placed by hand as the view shows them."""
        raise NotImplementedError

    # What a tab fills in ------------------------------------------------------------------------

    @override
    def make_centre(self) -> ViewStack:
        self.view = self.make_view()
        return ViewStack(self.view)

    @override
    def connect_views(self) -> None:
        assert isinstance(self.centre, ViewStack)
        self.table_views = TableViews(self.centre, self.view.theme, self.run, self)
        self.figures = Figures(self.run, self.table_views, self.centre, self.loss_card)
        self.table_views.dialog_requested.connect(self._on_dialog_requested)
        self.table_views.plane_changed.connect(self._on_plane_changed)
        self.table_views.refused.connect(self.warn)
        self.table_views.page_changed.connect(self.code.show)
        self.view.setAccessibleName(self.title())
        self.comparison = ReferenceView(self.view, self)
        self.put_before_headline(self.comparison.chip)
        self.view.probe_requested.connect(self._on_probe_requested)
        self.view.edited.connect(self._on_points_edited)
        self.comparison.ended.connect(self._on_comparison_ended)
        self.timeline.compare_requested.connect(self._on_line_requested)
        self.run.line_copied.connect(self._on_line_copied)

    @override
    def page_code(self) -> PageCode:
        if self.table_views.shows_report:
            return PageCode(
                self.tr(
                    "This page has no code: it shows the table and trains nothing. The script on "
                    "the page Plot reads and prepares the same rows."
                )
            )
        if self.table_views.shows_scores:
            text = self.tr(
                "The script trains the network whose scores stand here. The folds are other "
                "networks: each has these settings, and the rows of the other folds."
            )
            return PageCode(text, shows_run=True)
        return OF_RUN

    @override
    def show_waiting(self) -> None:
        self.view.show_hint(self.tr("PyTorch is loading: the points appear in a moment."))

    @override
    def show_data(self, data: DataView, *, fresh: bool) -> None:
        seen = self.table_views.show_data(data, fresh=fresh)
        if fresh:
            self.figures.forget()
        if self.table_views.is_predicted:
            self._probe_id = self.run.ask(data.x[self.table_views.sample])
            return
        self._show_in_view(seen, fresh=fresh)

    def _show_in_view(self, data: DataView, *, fresh: bool) -> None:
        by_hand = self.run.viewed_spec.data.kind == "hand"
        same = by_hand and (
            self.view.ahead or np.array_equal(self.view.points_of(data), self.view.rows)
        )
        self.view.show_hint("")
        self._name_axes(data)
        if same:
            self.view.take_parts(data)
        else:
            self.view.set_data(data, keep_range=by_hand)
        if same and fresh:
            self.view.ask()

    @override
    def end(self, deadline: QDeadlineTimer) -> bool:
        return all([self.table_views.close(deadline), super().end(deadline)])

    @override
    def must_wait_for_data(self) -> bool:
        data, classes = self.run.viewed_spec.data, predicts_classes(self.run.viewed_spec)
        if not isinstance(data, TabularData) or data.kind != "table":
            return False
        return must_be_read(data.table, classes=classes)

    @override
    def draw(self, snapshot: Snapshot) -> None:
        self.figures.take(snapshot.inspection)
        if self.table_views.shows_scores or self.table_views.shows_report:
            return
        if snapshot.probe_id != self._probe_id or not snapshot.predictions:
            return
        if self.table_views.is_predicted:
            self.table_views.predicted.draw_predictions(snapshot.predictions[0][:, 0])
            return
        self.view.draw_snapshot(snapshot)
        self.comparison.draw(snapshot)

    @override
    @Slot()
    def show_labels(self) -> None:
        super().show_labels()
        self.figures.show(self.headline)

    @Slot()
    def _on_plane_changed(self) -> None:
        if self.data is not None:
            self.show_data(self.data, fresh=False)

    @override
    def set_theme(self, theme: Colours) -> None:
        self.table_views.set_theme(theme)
        super().set_theme(theme)

    @Slot(str)
    def _on_dialog_requested(self, column: str) -> None:
        data = self.run.viewed_spec.data
        assert isinstance(data, TabularData)
        self.form.table_requested.emit(data.table, column)

    # From the user to the run --------------------------------------------------------------

    @override
    @Slot(object)
    def on_form_edited(self, spec: Spec) -> None:
        data = spec.data
        if isinstance(data, TabularData) and data.kind == "table" and not data.table.path:
            self.form.show_spec(self.run.viewed_spec)
            self.files_requested.emit()
            return
        by_hand = spec.data.kind == "hand" and self.run.viewed_spec.data.kind != "hand"
        if by_hand and len(self.view.rows) and self.view.box.editable:
            self._on_points_edited(self.view.rows)  # take over the points that are there
            return
        super().on_form_edited(spec)

    @Slot(object)
    def _on_points_edited(self, rows: Floats) -> None:
        try:
            spec = with_settings(self.run.viewed_spec, self.placed(rows))
        except NnguiError as error:
            self.warn(shown_sentence(error))
            return
        self.view.show_hint("" if len(rows) else self._empty_text())
        self.run.apply(spec, keep_network=True)

    @Slot()
    def _on_comparison_ended(self) -> None:
        self.timeline.compare(None)
        self.run.compare_with(None)

    @Slot(object)
    def _on_line_requested(self, line: int | None) -> None:
        """Draw beside the run's own network the one that another line of it came to."""
        if line is None:
            self.run.compare_with(None)
        else:
            self.run.take_line(line)

    @Slot(int, object)
    def _on_line_copied(self, line: int, copy: NetworkCopy | None) -> None:
        if line != self.timeline.compared:
            return
        if copy is None:
            self.timeline.compare(None)
            return
        name = self.timeline.name_of(line)
        self.run.compare_with(ReferenceNet(name, copy.net))

    @Slot(object)
    def _on_probe_requested(self, x: Floats) -> None:
        if not self.table_views.is_predicted:
            self._probe_id = self.run.ask(self.table_views.probe(x))

    # From the run to the eyes ----------------------------------------------------------------

    def _empty_text(self) -> str:
        return self.tr("No points yet: click here to place some.")

    @override
    @Slot()
    def on_spec_changed(self) -> None:
        super().on_spec_changed()
        self.table_views.show_spec()
        if self.run.viewed_spec.data.kind == "hand" and not len(self.view.rows):
            self.view.show_hint(self._empty_text())

    @override
    @Slot()
    def on_state_changed(self) -> None:
        super().on_state_changed()
        if self.run.state is State.FAILED and self.run.viewed_spec.data.kind == "hand":
            self.view.set_data(self.placed_view(), keep_range=True)
            self.view.clear_curve()
            self.view.show_hint("" if len(self.view.rows) else self._empty_text())

    @override
    @Slot(object)
    def on_prepared(self, data: DataView) -> None:
        by_hand = self.run.viewed_spec.data.kind == "hand"
        placed = self.view.points_of(self.placed_view())
        if by_hand and not np.array_equal(self.view.points_of(data), placed):
            return  # they were edited again since; the answer to that is on its way
        super().on_prepared(data)

    def _name_axes(self, data: DataView) -> None:
        """Name the axes of real data; x and y need no names."""
        names = [*data.features, data.target][:2]
        self.view.set_axis_names(*("" if name in ("x", "y") else shown(name) for name in names))
