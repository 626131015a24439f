"""How the views of a race ask where its networks are, and how good they are by now."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from nngui.core.records.race import RaceView

if TYPE_CHECKING:
    from nngui.core.data.data import Data
    from nngui.core.surface.loss_surface import Landscape
    from nngui.core.trainer import Trainer


class RaceInspector:
    """Asks a Trainer how the race stands (see `Inspector`), and has it keep the way it takes."""

    def __init__(self) -> None:
        self._trainer: weakref.ref[Trainer] | None = None
        self._data: Data | None = None
        self._landscape: Landscape | None = None

    def __call__(self, trainer: Trainer) -> RaceView:
        """Return how the race stands now."""
        # These import torch: not before the window is there.
        from nngui.core.surface.loss_surface import Landscape
        from nngui.core.training.trajectory import Trajectory

        known = self._trainer() if self._trainer is not None else None
        if known is not trainer or self._data is not trainer.data:
            self._trainer, self._data = weakref.ref(trainer), trainer.data
            first = trainer.variants[0].net
            self._landscape = Landscape(first, trainer.state.loss_func, *trainer.state.train_data)
        if trainer.state.trajectory is None:
            trainer.state.trajectory = Trajectory(trainer.point())
        landscape = self._landscape
        assert landscape is not None
        places = trainer.state.trajectory.points
        now = places[-1] if places[-1].step == trainer.step_count else trainer.point()
        return RaceView(
            names=tuple(trainer.columns[: len(trainer.state.diverged)]),
            out=trainer.state.diverged,
            losses=trainer.losses_on(landscape),
            steps_per_epoch=trainer.batches.steps_per_epoch,
            places=tuple(places) if now is places[-1] else (*places, now),
            landscape=landscape,
        )
