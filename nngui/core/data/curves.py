"""What the program draws data from: functions to fit, and the names of its shapes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Callable

CurveName = Literal["square", "sine", "cubic", "step", "abs", "x_sin_x"]
ShapeName = Literal["clouds", "blobs", "moons", "circles", "spirals", "xor"]

CURVES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "square": (lambda x: x.pow(2), "x.pow(2)"),
    "sine": (lambda x: (math.pi * x).sin(), "(math.pi * x).sin()"),
    "cubic": (lambda x: x.pow(3), "x.pow(3)"),
    "step": (lambda x: (x > 0).float(), "(x > 0).float()"),
    "abs": (lambda x: x.abs(), "x.abs()"),
    "x_sin_x": (lambda x: x * (5 * x).sin(), "x * (5 * x).sin()"),
}
"""Functions to fit: each as it is computed, and as it stands in an exported script."""
CURVE_NAMES = {
    "square": "y = x²",
    "sine": "y = sin πx",
    "cubic": "y = x³",
    "step": mark("core", "Step"),
    "abs": "y = |x|",
    "x_sin_x": "y = x·sin 5x",
}
SHAPE_NAMES = {
    "clouds": mark("core", "Two clouds"),
    "blobs": mark("core", "Blobs"),
    "moons": mark("core", "Moons"),
    "circles": mark("core", "Circles"),
    "spirals": mark("core", "Spirals"),
    "xor": "XOR",
}
"""What the classes of `core.shapes` are called."""
