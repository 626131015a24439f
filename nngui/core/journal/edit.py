"""Edits of a run in training: what was changed, and behind which step.

An edit is in force once so many steps are done: the next step is the first that is taken with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

EngineName = Literal["torch", "turbo"]


@dataclass(frozen=True)
class SettingsEdit:
    """Other settings; without any, the run goes on past its end.

    Attributes
    ----------
    step : int
        Steps done when it took effect.
    values : mapping of str to object
        The new value of each key that changed, such as ``{"optimizer.lr": 0.05}``; points placed by
        hand are ``data.placed``.
    revived : tuple of int
        The networks, from 0, that had diverged, and take part again from here on.
    """

    step: int
    values: Mapping[str, Any]
    revived: tuple[int, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The settings that it changes."""
        return tuple(self.values)


@dataclass(frozen=True)
class EngineEdit:
    """Steps taken by another engine from here on: ``torch``, or ``turbo`` with its own rounding."""

    step: int
    engine: EngineName

    @property
    def keys(self) -> tuple[str, ...]:
        """The settings that it changes: none."""
        return ()


@dataclass(frozen=True)
class DeviceEdit:
    """The run left its device, which had no memory for it any more."""

    step: int
    device: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The settings that it changes: none."""
        return ()


@dataclass(frozen=True)
class WeightEdit:
    """A number of a network that was set by hand.

    Attributes
    ----------
    variant : int
        Which of the networks, from 0.
    parameter : str
        Its name in the network's ``state_dict``.
    index : tuple of int
        The place in it.
    value : float
        What it is now.
    of_best : bool
        The run had ended, and the network had its best weights again: it goes on from these.
    """

    step: int
    variant: int
    parameter: str
    index: tuple[int, ...]
    value: float
    of_best: bool = False

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ValueError("a weight is a finite number")

    @property
    def keys(self) -> tuple[str, ...]:
        """The settings that it changes: none."""
        return ()


Edit = SettingsEdit | EngineEdit | DeviceEdit | WeightEdit
