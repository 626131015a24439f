"""What the options of a layer may be: each a function that returns the value, or raises ValueError.

Values come from files, so nothing is taken for granted: not that a size is a number, not that it
is of a sensible size, not that ``True`` is no 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Check = Callable[[Any], Any]

LARGEST_SIZE = 10_000_000  # neurons or channels
LARGEST_WINDOW = 1024  # pixels of a kernel, its step, its border
LARGEST_RANK = 8  # dimensions that a LayerNorm may speak of


def size(value: Any) -> int:
    """Accept how many neurons, features or channels there are: 1 to ten million."""
    return _integer(value, 1, LARGEST_SIZE)


def flag(value: Any) -> bool:
    """Accept True or False."""
    if not isinstance(value, bool):
        raise ValueError
    return value


def dimension(value: Any) -> int:
    """Accept a dimension's number, counted from either end."""
    return _integer(value, -LARGEST_RANK, LARGEST_RANK)


def optional_dimension(value: Any) -> int | None:
    """Accept a dimension's number, or None."""
    return None if value is None else dimension(value)


def number(low: float = -1e6, high: float = 1e6) -> Check:
    """Accept finite numbers within bounds."""

    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError
        if not (math.isfinite(value) and low <= value <= high):
            raise ValueError
        return float(value)

    return check


def optional(check: Check) -> Check:
    """Accept None too."""
    return lambda value: None if value is None else check(value)


def only(*values: Any) -> Check:
    """Accept nothing but these values."""

    def check(value: Any) -> Any:
        for known in values:
            if type(value) is type(known) and value == known:
                return value
        raise ValueError

    return check


def window(dimensions: int, low: int = 1) -> Check:
    """Accept a width in pixels: one for all dimensions, or one for each.

    Returns a tuple of as many integers as there are dimensions.
    """

    def check(value: Any) -> tuple[int, ...]:
        values = tuple(value) if isinstance(value, tuple | list) else (value,) * dimensions
        if len(values) != dimensions:
            raise ValueError
        return tuple(_integer(v, low, LARGEST_WINDOW) for v in values)

    return check


def padding(dimensions: int) -> Check:
    """Accept a border in pixels, or ``same``, or ``valid``."""
    border = window(dimensions, 0)

    def check(value: Any) -> Any:
        return value if isinstance(value, str) and value in ("same", "valid") else border(value)

    return check


def sizes(value: Any) -> tuple[int, ...]:
    """Accept one size or several, as LayerNorm does."""
    values = tuple(value) if isinstance(value, tuple | list) else (value,)
    if not 1 <= len(values) <= LARGEST_RANK:
        raise ValueError
    return tuple(size(v) for v in values)


def output_sizes(value: Any) -> tuple[int, int]:
    """Accept the size of a picture that AdaptiveAvgPool2d makes: both sides given."""
    height, width = window(2)(value)
    return height, width


def _integer(value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError
    return value
