"""Functions to fit: each as it is computed, and as it stands in an exported script."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

CURVES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "square": (lambda x: x.pow(2), "x.pow(2)"),
    "sine": (lambda x: (math.pi * x).sin(), "(math.pi * x).sin()"),
    "cubic": (lambda x: x.pow(3), "x.pow(3)"),
    "step": (lambda x: (x > 0).float(), "(x > 0).float()"),
    "abs": (lambda x: x.abs(), "x.abs()"),
    "x_sin_x": (lambda x: x * (5 * x).sin(), "x * (5 * x).sin()"),
}
