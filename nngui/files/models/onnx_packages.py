"""Whether ONNX can be written here; asked before torch is there."""

from __future__ import annotations

import importlib.util

HOW_TO_GET_ONNX = 'pip install "nngui[onnx]"'


def has_onnx() -> bool:
    """Return whether the optional packages are there."""
    return all(importlib.util.find_spec(name) for name in ("onnx", "onnxscript"))
