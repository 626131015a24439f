"""The optimizer race: several networks in lockstep, seen on the loss surface and beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Slot
from typing_extensions import override

from nngui.core.inspectors.race import RaceInspector
from nngui.core.records.race import RaceView
from nngui.core.spec.torch_names import OPTIMIZER_NAMES
from nngui.gui.panels.page_code import OF_RUN, PageCode
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.tabs.frame_drawing import LABELS_EVERY_MS
from nngui.gui.tabs.optimizers.curves_card import CurvesCard
from nngui.gui.tabs.optimizers.race_views import RaceViews
from nngui.gui.tabs.optimizers.surface_maker import SurfaceMaker
from nngui.gui.tabs.task_tab import TaskTab
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QDeadlineTimer
    from PySide6.QtGui import QHideEvent, QShowEvent

    from nngui.core.arrays import Floats
    from nngui.core.errors import NnguiError
    from nngui.core.records.snapshot import DataView, Snapshot
    from nngui.core.surface.surface_image import SurfaceImage
    from nngui.core.task import Task


class Tab(TaskTab):
    """Section 6 of the tutorial.

    It has more methods than most: it draws four views by turns, and the map beside them.
    """

    def __init__(self, task: Task, language: str) -> None:
        super().__init__(task, language)
        self._view: RaceView | None = None
        self._probe_id = 0
        self._was = State.ASLEEP
        self._since_ranking = QElapsedTimer()
        self._since_ranking.start()
        self.maker = SurfaceMaker(self)

    # What a tab fills in ------------------------------------------------------------------------

    @override
    def make_loss_card(self) -> CurvesCard:
        self.curves = CurvesCard()
        return self.curves

    @override
    def make_centre(self) -> RaceViews:
        self.views = RaceViews(self.task)
        return self.views

    @override
    def title(self) -> str:
        return self.tr("Optimizer race")

    @override
    def headline_text(self, losses: dict[str, float]) -> str:
        view = self._view
        if self.views.shows_seeds:
            return ""  # that page has figures of its own
        if view is None or not math.isfinite(view.losses[view.leader]):
            return ""
        name = shown(OPTIMIZER_NAMES[view.names[view.leader]])
        loss = view.losses[view.leader]
        figure = f"{loss:.4f}" if loss < 1e4 else f"{loss:.3g}"
        return f"{name}: {figure}"

    @override
    def page_code(self) -> PageCode:
        return self.views.seeds.code() if self.views.shows_seeds else OF_RUN

    @override
    def column_names(self) -> dict[str, str]:
        return {name: shown(OPTIMIZER_NAMES[name]) for name in self.run.viewed_spec.optimizers()}

    @override
    def subtitle_text(self) -> str:
        return super().subtitle_text().partition(" · ")[2]  # the network: for more there is no room

    @override
    def connect_views(self) -> None:
        self.views.take_curves(self.curves)
        self.put_before_headline(self.views.pages)
        self.views.fits.probe_requested.connect(self._on_probe_requested)
        self.views.turned.connect(self.show_labels)
        self.views.turned.connect(self.code.show)
        self.views.seeds.code_changed.connect(self.code.show)
        self.views.seeds.began.connect(self.run.pause)
        self.views.seeds.refused.connect(self.warn)
        self.maker.made.connect(self._on_map)
        self.maker.rested.connect(self._make_map)
        self.maker.failed.connect(self._on_failed)
        self.run.inspect_with(RaceInspector())

    @override
    def show_waiting(self) -> None:
        self.views.fits.show_hint(self.tr("PyTorch is loading: the points appear in a moment."))

    @override
    def show_data(self, data: DataView, *, fresh: bool) -> None:
        views = self.views
        if fresh:
            names = tuple(self.run.viewed_spec.optimizers())
            self._view = None
            # The width of the longest name, so that a new leader moves nothing.
            self.headline.ensurePolished()
            measure = self.headline.fontMetrics().horizontalAdvance
            texts = [f"{name}: 0.0000" for name in self.column_names().values()]
            self.headline.setMinimumWidth(max(map(measure, texts)) + 4)
            self.maker.forget()
            views.legend.show_racers(names)
            views.surface.clear_run(names)
            views.surface.show_hint(
                self.tr("Here the racers' paths cross the real loss surface: press Train.")
            )
            views.fits.show_racers(names)
            views.ranking.show_run(self.run.history, names, 1)
        views.fits.show_hint("")
        views.fits.set_data(data)

    @override
    def draw_steps(self) -> tuple[Callable[[Snapshot], None], ...]:
        return self._draw_surface, self._draw_fits, self.draw_losses, self._draw_ranking

    def _draw_surface(self, snapshot: Snapshot) -> None:
        if isinstance(snapshot.inspection, RaceView):
            self._view = snapshot.inspection
            self.views.surface.draw_race(snapshot.inspection)
            self._make_map()

    def _draw_fits(self, snapshot: Snapshot) -> None:
        if snapshot.probe_id == self._probe_id and snapshot.predictions:
            self.views.fits.draw_snapshot(snapshot)

    @override
    def draw_losses(self, snapshot: Snapshot) -> None:
        if isinstance(snapshot.inspection, RaceView) and not snapshot.is_past:
            self.curves.race.take_times(snapshot.inspection)
        super().draw_losses(snapshot)

    def _draw_ranking(self, snapshot: Snapshot) -> None:
        due = snapshot.is_past or self._since_ranking.elapsed() >= LABELS_EVERY_MS
        if due and isinstance(snapshot.inspection, RaceView):
            self._since_ranking.restart()
            self.views.ranking.draw_race(snapshot.inspection, _past_step(snapshot))

    @override
    @Slot()
    def on_state_changed(self) -> None:
        super().on_state_changed()
        before, self._was = self._was, self.run.state
        if self._was is State.TRAINING and before is not State.TRAINING:
            self.views.show_race()  # who presses Train wants to see it
            if not self.views.surface.has_map:
                self.views.surface.show_hint(self.tr("The map of the loss is being worked out…"))
        self._rest()

    @override
    @Slot()
    def on_spec_changed(self) -> None:
        super().on_spec_changed()
        self.views.seeds.show_spec(self.run.viewed_spec)
        self.code.show()  # of the seeds, by the settings that they have now

    @override
    @Slot()
    def on_updated(self) -> None:
        super().on_updated()
        self._rest()

    @override
    def end(self, deadline: QDeadlineTimer) -> bool:
        seeds = self.views.seeds
        return all([self.maker.close(deadline), seeds.close_work(deadline), super().end(deadline)])

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._make_map()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.maker.forget()

    @property
    @override
    def is_drawn(self) -> bool:
        return not self.maker.is_busy

    # Its own -------------------------------------------------------------------------------------

    def _rest(self) -> None:
        """Show all of a race that stands still."""
        if self._view is not None and self.run.state is not State.TRAINING:
            self.views.ranking.draw_race(self._view, _past_step(self.snapshot))
            self.views.ranking.finish()
            self._make_map()

    @Slot()
    def _make_map(self) -> None:
        # Who looks back sees the paths up to there, on the map that they have led to since.
        is_past = self.run.viewed_step is not None and self.views.surface.has_map
        if self._view is not None and self.isVisible() and not is_past:
            at_rest = self.run.state is not State.TRAINING
            self.maker.look(self._view, at_rest=at_rest, hurries=self.run.hurries)

    @Slot(object)
    def _on_probe_requested(self, x: Floats) -> None:
        self._probe_id = self.run.ask(x)

    @Slot(object)
    def _on_map(self, surface_image: SurfaceImage) -> None:
        self.frames.draw_in_frames(self.views.surface.stages(surface_image))

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self.warn(shown_sentence(error))


def _past_step(snapshot: Snapshot | None) -> int | None:
    """Return the step that a picture shows, if it is one of the past."""
    return snapshot.step if snapshot is not None and snapshot.is_past else None
