"""Works the loss surface out beside the window: coarse first, and only while it is wanted."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from nngui.core.surface.surface import box_around, plane_of
from nngui.core.surface.surface_image import surface_image
from nngui.gui.background import Background
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.errors import NnguiError
    from nngui.core.records.race import RaceView
    from nngui.core.surface.surface import Surface, SurfacePlane
    from nngui.core.surface.surface_image import SurfaceImage

FURTHER = 1.3  # times as many steps as at the last map: the next one
PAUSE = 8.0  # times as long as the last map took, a race goes on before the next one...
MIN_PAUSE_S = 4.0  # ... and for so many seconds;
LEFT = 2.0  # but only so many times as long when a racer has left it


class SurfaceMaker(QObject):
    """Makes a map of the loss around the racers' paths, and another when they have gone further.

    Signals
    -------
    made : SurfaceImage
        A map, or the same one finer.
    rested
        The finest map is made.
    failed : str
        Why a map could not be made, in words.
    """

    made = Signal(object)
    rested = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._unwanted = threading.Event()
        self._busy = False
        self._surface: Surface | None = None
        self._step = 0  # up to which the map knows the paths
        self._began = self._ended = 0.0  # when work on the last one was
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

    def look(self, view: RaceView, *, at_rest: bool, hurries: bool) -> None:
        """Make a map if the racers have left the last one, or gone much further.

        Parameters
        ----------
        at_rest : bool
            They stand still: the map is to know all of their paths.
        hurries : bool
            The race wants all the time there is: another map has to wait a while.
        """
        step = view.places[-1].step
        further = step > self._step * FURTHER + 2 or (at_rest and step != self._step)
        left = self._left(view)
        if self._busy or not step or not (further or left):
            return
        if hurries and not at_rest and self._surface and time.monotonic() < self._next(left=left):
            return
        self._busy, self._step, self._began = True, step, time.monotonic()
        wanted = self._unwanted
        like = self._surface.plane if self._surface else None
        levels = _maps(view, like, lambda: not wanted.is_set(), hurries=hurries)
        self._make_next(levels, wanted, first=True)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Stop, without waiting for it."""
        self.forget()
        return self._background.close(deadline)

    def _next(self, *, left: bool) -> float:
        """Return when a race in a hurry may have another map."""
        took = self._ended - self._began
        return self._ended + (LEFT * took if left else max(PAUSE * took, MIN_PAUSE_S))

    def _left(self, view: RaceView) -> bool:
        surface = self._surface
        if surface is None:
            return False
        racing = ~np.array(view.out)
        heads = surface.plane.project(view.places[-1].vectors[racing])
        low = np.array([surface.a[0], surface.b[0]])
        high = np.array([surface.a[-1], surface.b[-1]])
        return bool(((heads < low) | (heads > high)).any())

    def _make_next(
        self, levels: Iterator[SurfaceImage], wanted: threading.Event, *, first: bool = False
    ) -> None:
        def take(surface_image: SurfaceImage | None) -> None:
            if wanted is not self._unwanted:
                return
            self._busy = surface_image is not None
            if surface_image is not None:
                self._surface = surface_image.surface
                self.made.emit(surface_image)
                self._make_next(levels, wanted)
            else:
                self._ended = time.monotonic()
                if not first:  # else nothing could be made, and the same would be asked again
                    self.rested.emit()

        # For the first map somebody waits: there is nothing in its place.
        low_priority = self._surface is not None
        self._background.start(lambda: next(levels, None), take, low_priority=low_priority)

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self._busy = False
        self.failed.emit(shown_sentence(error))


def _maps(
    view: RaceView, like: SurfacePlane | None, is_wanted: Callable[[], bool], *, hurries: bool
) -> Iterator[SurfaceImage]:
    """Yield a map, the first one coarse and then finer; none while nothing has moved.

    Parameters
    ----------
    like : SurfacePlane or None
        That of the last map.
    is_wanted : callable
        Asked now and then: once it says no, nothing more comes.
    """
    # torch: not before there is a race
    from nngui.core.surface.loss_surface import Landscape, surfaces

    racing = [i for i, out in enumerate(view.out) if not out] or list(range(len(view.out)))
    paths = np.concatenate([place.vectors[racing] for place in view.places])
    plane = plane_of(paths, view.places[-1].vectors[view.leader], like)
    if plane is None:
        return
    assert isinstance(view.landscape, Landscape)
    places = plane.project(paths)
    levels = surfaces(view.landscape, plane, box_around(places), is_wanted)
    if like is not None:  # there is a fine map already: a coarse one would only flicker
        levels = iter(deque(levels, maxlen=1))
    elif hurries:
        levels = _first_and_last(levels)
    for surface in levels:
        yield surface_image(surface, places)


def _first_and_last(levels: Iterator[Surface]) -> Iterator[Surface]:
    """Leave out what lies between: each map takes the window a while to show."""
    yield from itertools.islice(levels, 1)
    yield from deque(levels, maxlen=1)
