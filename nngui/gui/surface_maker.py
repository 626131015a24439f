"""Works the loss surface out beside the window: coarse first, and only while it is wanted."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from nngui.core.surface import box_around, plane_of
from nngui.gui.background import Background

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nngui.core.errors import NnguiError
    from nngui.core.race_view import RaceView
    from nngui.core.surface import Surface

FURTHER = 1.3  # times as many steps as at the last map: the next one


class SurfaceMaker(QObject):
    """Makes a map of the loss around the racers' paths, and another when they have gone further.

    Signals
    -------
    made : Surface
        A map, or the same one finer.
    rested
        The finest map is made.
    failed : NnguiError
        A map could not be made.
    """

    made = Signal(object)
    rested = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._unwanted = threading.Event()
        self._busy = False
        self._surface: Surface | None = None
        self._step = 0  # up to which the map knows the paths
        self._background.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether a map, or a finer one, is on its way."""
        return self._busy

    def forget(self) -> None:
        """Stop, and begin afresh: other racers, other data, or nobody looks."""
        self._unwanted.set()
        self._unwanted = threading.Event()
        self._busy, self._surface, self._step = False, None, 0

    def look(self, view: RaceView, *, at_rest: bool) -> None:
        """Make a map if the racers have left the last one, or gone much further.

        Parameters
        ----------
        at_rest : bool
            They stand still: the map is to know all of their paths.
        """
        step = view.places[-1].step
        further = step > self._step * FURTHER + 2 or (at_rest and step != self._step)
        if self._busy or not step or not (further or self._left(view)):
            return
        racing = [i for i, out in enumerate(view.out) if not out] or list(range(len(view.out)))
        paths = np.concatenate([place.vectors[racing] for place in view.places])
        plane = plane_of(
            paths,
            view.places[-1].vectors[view.leader],
            like=self._surface.plane if self._surface else None,
        )
        if plane is None:
            return
        # torch: not before there is a race
        from nngui.core.loss_surface import Landscape, surfaces

        self._busy, self._step = True, step
        wanted = self._unwanted
        box = box_around(plane.project(paths))
        assert isinstance(view.landscape, Landscape)
        levels = surfaces(view.landscape, plane, box, lambda: not wanted.is_set())
        self._make_next(levels, wanted)

    def close(self) -> None:
        """Stop, and wait until it has."""
        self.forget()
        self._background.close()

    def _left(self, view: RaceView) -> bool:
        surface = self._surface
        if surface is None:
            return False
        racing = ~np.array(view.out)
        heads = surface.plane.project(view.places[-1].vectors[racing])
        low = np.array([surface.a[0], surface.b[0]])
        high = np.array([surface.a[-1], surface.b[-1]])
        return bool(((heads < low) | (heads > high)).any())

    def _make_next(self, levels: Iterator[Surface], wanted: threading.Event) -> None:
        def take(surface: Surface | None) -> None:
            if wanted is not self._unwanted:
                return
            self._busy = surface is not None
            if surface is not None:
                self._surface = surface
                self.made.emit(surface)
                self._make_next(levels, wanted)
            else:
                self.rested.emit()

        self._background.start(lambda: next(levels, None), take)

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self._busy = False
        self.failed.emit(error)
