"""A number of a network that somebody sets: there has to be such a number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nngui.core.errors import SettingError
from nngui.core.journal.edit import WeightEdit
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.training.variant import Variant


def checked_weight(
    variants: Sequence[Variant],
    variant: int,
    parameter: str,
    index: tuple[int, ...],
    value: float,
    step: int,
) -> WeightEdit:
    """Return the edit that sets a number of a network.

    Raises
    ------
    SettingError
        When there is no such number, or the value is none.
    """
    if not 0 <= variant < len(variants):
        text = mark("core", "There is no network {number}: there are {count}, the first is 0.")
        raise SettingError(text, number=variant, count=len(variants))
    state = variants[variant].net.state_dict()
    tensor = state.get(parameter)
    if tensor is None or not tensor.is_floating_point():
        known = ", ".join(name for name, one in state.items() if one.is_floating_point())
        text = mark("core", "The network has no parameter {name}; it has {known}.")
        raise SettingError(text, name=short_text(parameter), known=known)
    size = tuple(tensor.shape)
    if len(index) != len(size) or not all(0 <= i < n for i, n in zip(index, size, strict=True)):
        text = mark("core", "{name} has no place {place}: its size is {size}.")
        raise SettingError(text, name=parameter, place=list(index), size=list(size))
    if not math.isfinite(value):
        text = mark("core", "A weight has to be a finite number, not {value}.")
        raise SettingError(text, value=value)
    return WeightEdit(step, variant, parameter, index, float(value))
