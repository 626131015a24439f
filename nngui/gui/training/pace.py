"""How fast a run goes before the eyes: from slow motion to as fast as it can."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """So many steps, then a picture, each so many seconds; 0 seconds: no limit.

    Attributes
    ----------
    steps : int
        Steps between two pictures.
    seconds : float
        From the beginning of one such stretch to that of the next.
    """

    steps: int
    seconds: float

    @property
    def unlimited(self) -> bool:
        """Whether nothing holds the training back."""
        return self.seconds == 0

    @property
    def steps_per_second(self) -> float:
        """What the user sees, at most."""
        return float("inf") if self.unlimited else self.steps / self.seconds


TUTORIAL = 2
"""The position of the tutorial's own pace in `paces`."""


def first_pace(redraw_every: int) -> int:
    """Return the position of the pace slider to begin with: the tutorial's own pace."""
    return TUTORIAL if redraw_every else len(paces(redraw_every)) - 1


def paces(redraw_every: int) -> list[Pace]:
    """Return the positions of the pace slider, the slowest first.

    Parameters
    ----------
    redraw_every : int
        Steps between two pictures in the tutorial's script, which pauses 0.1 s after each; 0 where
        it shows the end only.
    """
    return [
        Pace(1, 1.0),
        Pace(1, 0.2),
        Pace(redraw_every or 1, 0.1),
        Pace(1, 1 / 60),
        Pace(5, 1 / 60),
        Pace(20, 1 / 60),
        Pace(1, 0.0),
    ]
