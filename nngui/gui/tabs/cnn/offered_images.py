"""Which images are offered to look inside, and which one is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nngui.core.arrays import Floats
    from nngui.core.records.snapshot import DataView

SAMPLES = 10  # images offered to look inside


class OfferedImages:
    """Some images of each class, others with each turn; one of them, or any other, is chosen.

    Attributes
    ----------
    places : ndarray
        Which images of the data are offered.
    image : ndarray or None
        The chosen one, shape (channels, height, width).
    truth : int
        Its class.
    """

    def __init__(self) -> None:
        self.places: NDArray[np.int64] = np.zeros(0, np.int64)
        self.image: Floats | None = None
        self.truth = -1
        self._turn = 0

    def is_of(self, data: DataView) -> bool:
        """Return whether what is offered are images of these data."""
        return bool(len(self.places)) and int(self.places.max()) < len(data.y)

    def forget(self) -> None:
        """Offer nothing more: the data are others."""
        self.places = np.zeros(0, np.int64)

    def offer_first(self, data: DataView) -> None:
        """Offer the first images of each class."""
        self._offer(data, 0)

    def offer_others(self, data: DataView) -> None:
        """Offer the images after those that are offered."""
        self._offer(data, self._turn + 1)

    def _offer(self, data: DataView, turn: int) -> None:
        labels = np.asarray(data.y)
        classes = np.unique(labels)
        chosen = []
        for number in range(min(SAMPLES, len(labels))):
            own = np.flatnonzero(labels == classes[number % len(classes)])
            chosen.append(own[(turn + number // len(classes)) % len(own)])
        self._turn, self.places = turn, np.array(chosen, np.int64)

    def choose(self, data: DataView, number: int) -> None:
        """Look at one of those that are offered."""
        index = int(self.places[number])
        self.look_at(data.x[index], int(data.y[index]))

    def look_at(self, image: Floats, truth: int) -> None:
        """Look at any image of the data's kind."""
        self.image, self.truth = image, truth
