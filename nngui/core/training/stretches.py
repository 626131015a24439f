"""With which settings each stretch of a run was trained: advice speaks of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.spec import Spec

MAX_STRETCHES = 200  # the newest: a slider that is dragged makes one with each pixel


@dataclass(frozen=True, slots=True)
class Stretch:
    """Steps that were trained with the same settings.

    Attributes
    ----------
    first_step : int
        How many steps had been done when it began.
    spec : Spec or None
        None where it is not known: a run taken up from a file tells only its last settings.
    """

    first_step: int
    spec: Spec | None


class Stretches:
    """The stretches of a run, the present one last.

    Parameters
    ----------
    spec : Spec
        What the run begins with.
    """

    def __init__(self, spec: Spec) -> None:
        self._now = spec
        self._all = [Stretch(0, spec)]

    def change(self, step: int, spec: Spec) -> None:
        """Go on with other settings after so many steps."""
        self._now = spec
        self._all = [one for one in self._all if one.first_step < step] + [Stretch(step, spec)]
        if len(self._all) > MAX_STRETCHES:  # the oldest two become one that is not known
            self._all[:2] = [Stretch(self._all[0].first_step, None)]

    def go_back(self, step: int) -> None:
        """Forget what came after a step; the settings of now are in force from there."""
        if self._all[-1].first_step > step:
            self.change(step, self._now)

    def note_unknown(self, since: int) -> None:
        """Note that other settings were in force before a step, and are not known any more."""
        if since > 0:
            self._all = [Stretch(0, None), Stretch(since, self._now)]

    def since(self, facet: Callable[[Spec], object]) -> int:
        """Return from which step on something of the settings has been as it is now."""
        now, first = facet(self._now), self._all[-1].first_step
        for one in reversed(self._all):
            if one.spec is None or facet(one.spec) != now:
                break
            first = one.first_step
        return first

    @property
    def known(self) -> list[Spec]:
        """The settings that steps were taken with, as far as they are known, the oldest first."""
        return [one.spec for one in self._all if one.spec is not None]
