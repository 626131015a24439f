"""A network's description as JSON, as it stands in a safetensors file's metadata."""

from __future__ import annotations

from typing import Any

from nngui.core.networks.layers import (
    DEEPEST,
    LAYERS,
    MAX_LAYERS,
    Layer,
    LayerError,
    check_name,
    checked,
)
from nngui.core.text import mark


def layer_to_json(layer: Layer) -> dict[str, Any]:
    """Return plain values that `json` writes."""
    result: dict[str, Any] = {
        "kind": layer.kind,
        **({"options": layer.options} if layer.options else {}),
    }
    if layer.kind == "Sequential":
        result["children"] = [[name, layer_to_json(child)] for name, child in layer.children]
    return result


def layer_from_json(value: Any) -> Layer:
    """Check what was read, and return the layers.

    Raises
    ------
    LayerError
        When a layer is unknown, or makes no sense.
    """
    return _Reader().layer(value, "", 0)


class _Reader:
    """Walks down the children, counting them."""

    def __init__(self) -> None:
        self.count = 0

    def layer(self, value: Any, name: str, depth: int) -> Layer:
        self.count += 1
        if not isinstance(value, dict) or depth > DEEPEST or self.count > MAX_LAYERS:
            raise LayerError(mark("core", "where a layer belongs there is none"))
        kind, options = value.get("kind"), value.get("options", {})
        children = value.get("children", [])
        if not isinstance(kind, str) or kind not in LAYERS:
            raise LayerError(
                mark("core", "the layer {kind} is not known here"),
                kind=kind[:60] if isinstance(kind, str) else "?",
            )
        if not isinstance(options, dict) or not isinstance(children, list):
            raise LayerError(mark("core", "where a layer belongs there is none"))
        if set(options) - set(LAYERS[kind].options) or (children and kind != "Sequential"):
            raise LayerError(mark("core", "where a layer belongs there is none"))
        return Layer(kind, checked(kind, name, options), self.children(children, name, depth))

    def children(self, values: list[Any], name: str, depth: int) -> tuple[tuple[str, Layer], ...]:
        result: list[tuple[str, Layer]] = []
        for pair in values:
            if not isinstance(pair, list) or len(pair) != 2:
                raise LayerError(mark("core", "where a layer belongs there is none"))
            check_name(pair[0])
            if any(pair[0] == known for known, _ in result):
                raise LayerError(
                    mark("core", "no layer can be called {name}"), name=repr(pair[0])[:60]
                )
            full = f"{name}.{pair[0]}" if name else pair[0]
            result.append((pair[0], self.layer(pair[1], full, depth + 1)))
        return tuple(result)
